//! The image encoder `grid`: few convolutions, a token for each cell of what is left.

use tch::{Kind, Tensor};
use tdf_domain::Canvas;

use crate::ModelConfig;
use crate::blocks::{Linear, Norm, convolve, product};
use crate::image_tokens::spatial_positions;
use crate::init::{Init, Make};

/// The parameters. A convolution of 4x4 with stride 4, then 3x3 with stride 2; norms over channels and GELU.
#[derive(Debug)]
pub(crate) struct Grid<T> {
    convolutions: Vec<Convolution<T>>,
    spatial: Option<SpatialTokens<T>>,
    summary: Option<[Linear<T>; 2]>,
    width: i64,
    canvas: Canvas,
}

/// Tokens of single cells of the grid.
#[derive(Debug)]
struct SpatialTokens<T> {
    tokens: Linear<T>,
    positions: T,
}

#[derive(Debug)]
struct Convolution<T> {
    kernel: Linear<T>,
    norm: Norm<T>,
}

/// Width of what the whole image passes on its way to summary tokens.
const SUMMARY_WIDTH: i64 = 256;

impl<T> Grid<T> {
    /// `positions` is what embeddings of positions begin as.
    pub fn build(config: &ModelConfig, canvas: Canvas, positions: Init, make: Make<'_, T>) -> Self {
        let mut inputs = 3 * i64::from(canvas.channels);
        let mut convolutions = Vec::new();
        for (i, &channels) in config.channels.iter().enumerate() {
            let side = if i == 0 { 4 } else { 3 };
            let name = format!("encoder.{i}");
            convolutions.push(Convolution {
                kernel: Linear::build(&name, &[channels, inputs, side, side], 1.0, make),
                norm: Norm::build(&format!("{name}.norm"), channels, make),
            });
            inputs = channels;
        }
        let (rows, columns) = spatial_positions(config, canvas);
        let spatial = config.spatial_tokens.then(|| SpatialTokens {
            tokens: Linear::build("image", &[config.width, inputs], 1.0, make),
            positions: make("image.positions".into(), &[rows * columns, config.width], positions),
        });
        let summary = (config.global_tokens > 0).then(|| {
            let hidden = SUMMARY_WIDTH;
            [
                Linear::build("global_tokens.0", &[hidden, rows * columns * inputs], 1.0, make),
                Linear::build(
                    "global_tokens.1",
                    &[config.global_tokens * config.width, hidden],
                    1.0,
                    make,
                ),
            ]
        });
        Self {
            convolutions,
            spatial,
            summary,
            width: config.width,
            canvas,
        }
    }
}

impl Grid<Tensor> {
    /// `[B, rows, columns, channels]` of [`crate::observations::patches`].
    pub fn features(&self, patches: &Tensor) -> Tensor {
        let mut stages = self.convolutions.iter();
        let Some(first) = stages.next() else {
            unreachable!("a configuration has convolutions")
        };
        let patches = on_patches(&first.kernel, self.canvas, patches);
        let mut x = first.norm.forward(&patches).gelu("none");
        for stage in stages {
            let Linear { weight, bias } = &stage.kernel;
            // Channels stay innermost in memory: the norm over them and the tokens made of them need no copy.
            x = convolve(&x.permute([0, 3, 1, 2]), weight, bias, 2).permute([0, 2, 3, 1]);
            x = stage.norm.forward(&x).gelu("none");
        }
        x
    }

    /// `[B, image tokens, W]`: those of cells, then the global ones.
    pub fn tokens(&self, features: &Tensor) -> Tensor {
        let spatial = self
            .spatial
            .as_ref()
            .map(|spatial| spatial.tokens.forward(&features.flatten(1, 2)) + &spatial.positions);
        let summary = self.summary.as_ref().map(|[first, last]| {
            let hidden = first.forward(&features.flatten(1, -1)).gelu("none");
            let size = [features.size()[0], -1, self.width];
            last.forward(&hidden).view(size)
        });
        let parts: Vec<Tensor> = spatial.into_iter().chain(summary).collect();
        Tensor::cat(&parts, 1)
    }
}

/// The first convolution, 4x4 with stride 4: a product with the samples of each patch. Samples are scaled so that the
/// background is 0; on the weights, which are few.
fn on_patches(kernel: &Linear<Tensor>, canvas: Canvas, patches: &Tensor) -> Tensor {
    let (size, kind) = (kernel.weight.size(), kernel.weight.kind());
    let (outputs, planes, taps) = (size[0], 3, size[2] * size[3]);
    // `[outputs, planes, taps, channels]`, the order of samples in a patch.
    let weight = kernel
        .weight
        .to_kind(Kind::Float)
        .view([outputs, planes, -1, taps])
        .transpose(2, 3);
    let sign = if canvas.background < 128 { 1.0 } else { -1.0 };
    // Made where it is used: what is sent to a device has to wait for it.
    let scale = Tensor::full([planes, 1, 1], sign / 255.0, (Kind::Float, weight.device()));
    let _ = scale.narrow(0, 2, 1).fill_(1.0 / 255.0);
    let weight = weight * scale;
    if kind != Kind::Float {
        // The background has to become 0 exactly: the norm that follows magnifies what little is left where nothing is
        // drawn. Differences of bytes are exact in bf16.
        let side = patches.size()[3];
        let shift = Tensor::full([side], f64::from(canvas.background), (Kind::Float, patches.device()));
        let _ = shift.narrow(0, side / 3 * 2, side / 3).zero_();
        let weight = weight.reshape([outputs, -1]).to_kind(kind);
        return product(&(patches - shift), &weight, Some(&kernel.bias));
    }
    let images = weight
        .narrow(1, 0, 2)
        .sum_dim_intlist([1i64, 2, 3].as_slice(), false, None);
    let bias = &kernel.bias - images * f64::from(canvas.background);
    product(patches, &weight.reshape([outputs, -1]), Some(&bias))
}
