//! The image encoder `nf-resnet26`: a ResNet of pre-activation bottleneck blocks that keeps its scale without norms (Brock,
//! De and Smith, arXiv 2101.08692), with the constants of timm's `nf_resnet26`, which the paper takes.
//!
//! Every convolution standardises its kernels: each has mean 0 and variance `gamma^2 / inputs`, times a gain that is
//! learned, where gamma makes up for what a ReLU takes from the variance. A block adds alpha times its branch to its
//! shortcut, and beta, the inverse of the deviation expected there, scales what comes in.

use tch::{Device, Kind, Tensor};
use tdf_domain::Canvas;

use crate::ModelConfig;
use crate::blocks::{Linear, Parameter, convolve, product};
use crate::image_tokens::NF_RESNET_TOKENS as TOKENS;
use crate::init::{Init, Make};

const BLOCKS: usize = 2;
/// Images that a processor encodes at once.
const CACHED: i64 = 16;
/// What a branch adds.
const ALPHA: f64 = 0.2;
/// Inverse of the standard deviation of a ReLU's output for standard normal inputs.
const GAMMA: f64 = 1.713_958_859_443_664_6;

/// The parameters.
#[derive(Debug)]
pub(crate) struct NfResnet<T> {
    stem: Convolution<T>,
    stages: Vec<Vec<Block<T>>>,
    tokens: Linear<T>,
}

#[derive(Debug)]
struct Block<T> {
    /// The shortcut's, where channels or sides change.
    downsample: Option<Convolution<T>>,
    narrow: Convolution<T>,
    middle: Convolution<T>,
    widen: Convolution<T>,
    stride: i64,
}

/// Kernel and bias as they are applied: standardised and scaled.
#[derive(Debug)]
struct Convolution<T> {
    kernel: T,
    bias: T,
}

/// How a convolution is scaled, which depends on where it stands in its block.
#[derive(Clone, Copy)]
struct Scaling {
    /// Factor of its inputs, and of its outputs. Both are multiplied into the kernel.
    before: f64,
    after: f64,
    /// What its gain begins as.
    gain: Init,
}

impl<T: Parameter> Convolution<T> {
    fn build(name: &str, shape: [i64; 4], scaling: Scaling, make: Make<'_, T>) -> Self {
        let kernel = make(format!("{name}.weight"), &shape, Init::Matrix(1.0));
        let bias = make(format!("{name}.bias"), &shape[..1], Init::Zero);
        let gain = make(format!("{name}.gain"), &shape[..1], scaling.gain);
        Self {
            kernel: T::standardised(kernel, gain, GAMMA * scaling.before * scaling.after),
            bias: bias.times(scaling.after),
        }
    }
}

impl<T: Parameter> NfResnet<T> {
    pub fn build(config: &ModelConfig, canvas: Canvas, make: Make<'_, T>) -> Self {
        let plain = Scaling {
            before: 1.0,
            after: 1.0,
            gain: Init::One,
        };
        let mut inputs = config.channels[0] / ModelConfig::BOTTLENECK;
        let planes = 3 * i64::from(canvas.channels);
        let stem = Convolution::build("encoder.stem", [inputs, planes, 7, 7], plain, make);
        let mut stages = Vec::new();
        let mut variance: f64 = 1.0;
        for (i, &channels) in config.channels.iter().enumerate() {
            let mut blocks = Vec::new();
            for j in 0..BLOCKS {
                let beta = Scaling {
                    before: 1.0 / variance.sqrt(),
                    ..plain
                };
                let name = format!("encoder.stages.{i}.{j}");
                let middle = channels / ModelConfig::BOTTLENECK;
                let mut convolution = |part: &str, shape: [i64; 4], scaling: Scaling| {
                    Convolution::build(&format!("{name}.{part}"), shape, scaling, make)
                };
                let stride = if i > 0 && j == 0 { 2 } else { 1 };
                let changes = inputs != channels || stride != 1;
                blocks.push(Block {
                    downsample: changes.then(|| convolution("downsample", [channels, inputs, 1, 1], beta)),
                    narrow: convolution("narrow", [middle, inputs, 1, 1], beta),
                    middle: convolution("middle", [middle, middle, 3, 3], plain),
                    widen: convolution(
                        "widen",
                        [channels, middle, 1, 1],
                        Scaling {
                            after: ALPHA,
                            // Every block begins as its shortcut.
                            gain: Init::Zero,
                            ..plain
                        },
                    ),
                    stride,
                });
                if changes {
                    // The shortcut has been scaled, too.
                    variance = 1.0;
                }
                variance += ALPHA * ALPHA;
                inputs = channels;
            }
            stages.push(blocks);
        }
        Self {
            stem,
            stages,
            tokens: Linear::build("image", &[TOKENS * config.width, inputs], 1.0, make),
        }
    }
}

impl NfResnet<Tensor> {
    /// `[B, channels]` of [`crate::observations::planes`].
    pub fn features(&self, planes: &Tensor) -> Tensor {
        // What a processor makes of few images stays in its cache. Where gradients are asked for, everything is kept anyway.
        if planes.device() == Device::Cpu && planes.size()[0] > CACHED && !self.stem.kernel.requires_grad() {
            let pieces: Vec<Tensor> = planes.split(CACHED, 0).iter().map(|p| self.features(p)).collect();
            return Tensor::cat(&pieces, 0);
        }
        self.stages(planes, |_| ())
            .relu()
            .mean_dim([2i64, 3].as_slice(), false, Kind::Float)
    }

    /// What the last stage makes, `[B, channels, rows, columns]`; `see` gets what the stem and each stage make.
    pub fn stages(&self, planes: &Tensor, mut see: impl FnMut(&Tensor)) -> Tensor {
        let mut x = self.stem(planes);
        see(&x);
        for stage in &self.stages {
            x = stage.iter().fold(x, |x, block| block.forward(&x));
            see(&x);
        }
        x
    }

    /// Samples from -1 to 1, as in the public code, through the first convolution and a pool.
    fn stem(&self, planes: &Tensor) -> Tensor {
        // Channels are innermost in memory, here and in all that follows.
        let samples = planes.to_kind(Kind::Float) * (2.0 / 255.0) - 1.0;
        self.stem
            .forward(&samples.permute([0, 3, 1, 2]), 2)
            .max_pool2d([3, 3], [2, 2], [1, 1], [1, 1], false)
    }

    /// `[B, TOKENS, W]`.
    pub fn tokens(&self, features: &Tensor) -> Tensor {
        self.tokens.forward(features).view([features.size()[0], TOKENS, -1])
    }
}

impl Convolution<Tensor> {
    fn forward(&self, x: &Tensor, stride: i64) -> Tensor {
        let margin = self.kernel.size()[2] / 2;
        if margin == 0 {
            // A matrix product, which is a little faster than the convolution that it is.
            let pixels = x.permute([0, 2, 3, 1]);
            return product(&pixels, &self.kernel.flatten(1, 3), Some(&self.bias)).permute([0, 3, 1, 2]);
        }
        convolve(x, &self.kernel, &self.bias, stride)
    }
}

impl Block<Tensor> {
    fn forward(&self, x: &Tensor) -> Tensor {
        let active = x.relu();
        let branch = self.narrow.forward(&active, 1).relu_();
        let branch = self.middle.forward(&branch, self.stride).relu_();
        let branch = self.widen.forward(&branch, 1);
        match &self.downsample {
            None => branch + x,
            Some(convolution) if self.stride == 1 => branch + convolution.forward(&active, 1),
            // Odd sides round up, as those of the branch do.
            Some(convolution) => {
                let pooled = active.avg_pool2d([2, 2], [2, 2], [0, 0], true, false, None);
                branch + convolution.forward(&pooled, 1)
            }
        }
    }
}
