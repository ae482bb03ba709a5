//! The network as functions over a struct of parameters.
//!
//! A sequence is `image tokens | program | edit`. The first two see each other in both directions; the edit is causal
//! and sees everything before it. Shapes in comments: B examples, T places in a sequence, W width, H heads.

use tch::{Device, Kind, Tensor};

use tdf_domain::Canvas;

use crate::layout::{Dimensions, Init};

/// The parameters. Built by one function whatever `T` is, so that layout and views cannot disagree.
#[derive(Debug)]
pub(crate) struct Network<T> {
    convolutions: Vec<Convolution<T>>,
    image: Linear<T>,
    image_positions: T,
    tokens: T,
    positions: T,
    layers: Vec<Layer<T>>,
    norm: Norm<T>,
    pointer_query: T,
    pointer_key: T,
    output: Linear<T>,
    value: [Linear<T>; 3],
}

#[derive(Debug)]
struct Convolution<T> {
    kernel: Linear<T>,
    norm: Norm<T>,
}

#[derive(Debug)]
struct Layer<T> {
    attention_norm: Norm<T>,
    qkv: Linear<T>,
    attention_output: Linear<T>,
    mlp_norm: Norm<T>,
    up: Linear<T>,
    down: Linear<T>,
}

#[derive(Debug)]
struct Linear<T> {
    weight: T,
    bias: T,
}

#[derive(Debug)]
struct Norm<T> {
    weight: T,
    bias: T,
}

/// Makes a parameter from its name, shape and beginning.
type Make<'a, T> = &'a mut dyn FnMut(String, &[i64], Init) -> T;

/// Hidden width of the value head (paper, appendix F: two layers of 128).
const VALUE_WIDTH: i64 = 128;
/// Keeps the variance of activations near one through a linear layer and a GELU.
const GAIN: f64 = 1.0;

impl<T> Network<T> {
    pub fn build(dimensions: &Dimensions, make: Make<'_, T>) -> Self {
        let Dimensions {
            config,
            canvas,
            vocabulary,
            outputs,
            ..
        } = dimensions;
        let width = config.width;
        let grid = dimensions.image_tokens();
        // What a residual branch adds shrinks with their number: the sum over all layers keeps its scale.
        let branch = GAIN / (2.0 * config.layers as f64).sqrt();

        let mut inputs = 3 * i64::from(canvas.channels);
        let mut convolutions = Vec::new();
        for (i, &channels) in config.channels.iter().enumerate() {
            let side = if i == 0 { 4 } else { 3 };
            let name = format!("encoder.{i}");
            convolutions.push(Convolution {
                kernel: Linear::build(&name, &[channels, inputs, side, side], GAIN, make),
                norm: Norm::build(&format!("{name}.norm"), channels, make),
            });
            inputs = channels;
        }
        Self {
            convolutions,
            image: Linear::build("image", &[width, inputs], GAIN, make),
            image_positions: make("image.positions".into(), &[grid, width], Init::Embedding(EMBEDDING)),
            tokens: make("tokens".into(), &[vocabulary + 2, width], Init::Embedding(EMBEDDING)),
            positions: make(
                "positions".into(),
                &[2 * config.context, width],
                Init::Embedding(EMBEDDING),
            ),
            layers: (0..config.layers)
                .map(|i| Layer::build(&format!("layers.{i}"), width, branch, make))
                .collect(),
            norm: Norm::build("norm", width, make),
            pointer_query: make("pointer.query".into(), &[width, width], Init::Matrix(GAIN)),
            pointer_key: make("pointer.key".into(), &[width, width], Init::Matrix(GAIN)),
            output: Linear::build("output", &[*outputs, width], GAIN, make),
            value: [
                Linear::build("value.0", &[VALUE_WIDTH, grid * inputs], GAIN, make),
                Linear::build("value.1", &[VALUE_WIDTH, VALUE_WIDTH], GAIN, make),
                Linear::build("value.2", &[1, VALUE_WIDTH], GAIN, make),
            ],
        }
    }
}

/// Standard deviation of embeddings at the beginning: they are added in pairs to a stream that layers add to.
const EMBEDDING: f64 = 0.5;

impl<T> Layer<T> {
    fn build(name: &str, width: i64, branch: f64, make: Make<'_, T>) -> Self {
        Self {
            attention_norm: Norm::build(&format!("{name}.attention.norm"), width, make),
            qkv: Linear::build(&format!("{name}.attention.qkv"), &[3 * width, width], GAIN, make),
            attention_output: Linear::build(&format!("{name}.attention.output"), &[width, width], branch, make),
            mlp_norm: Norm::build(&format!("{name}.mlp.norm"), width, make),
            up: Linear::build(&format!("{name}.mlp.up"), &[4 * width, width], GAIN, make),
            down: Linear::build(&format!("{name}.mlp.down"), &[width, 4 * width], branch, make),
        }
    }
}

impl<T> Linear<T> {
    fn build(name: &str, shape: &[i64], gain: f64, make: Make<'_, T>) -> Self {
        let weight = make(format!("{name}.weight"), shape, Init::Matrix(gain));
        Self {
            weight,
            bias: make(format!("{name}.bias"), &shape[..1], Init::Zero),
        }
    }
}

impl<T> Norm<T> {
    fn build(name: &str, width: i64, make: Make<'_, T>) -> Self {
        let weight = make(format!("{name}.weight"), &[width], Init::One);
        Self {
            weight,
            bias: make(format!("{name}.bias"), &[width], Init::Zero),
        }
    }
}

impl Linear<Tensor> {
    fn forward(&self, x: &Tensor) -> Tensor {
        x.linear(&self.weight, Some(&self.bias))
    }
}

impl Linear<Tensor> {
    /// The first convolution, 4x4 with stride 4: a product with the samples of each patch. Samples are scaled so that
    /// the background is 0; on the weights, which are few.
    fn patches(&self, canvas: Canvas, patches: &Tensor) -> Tensor {
        let size = self.weight.size();
        let (outputs, planes, taps) = (size[0], 3, size[2] * size[3]);
        // `[outputs, planes, taps, channels]`, the order of samples in a patch.
        let weight = self.weight.view([outputs, planes, -1, taps]).transpose(2, 3);
        let background = f64::from(canvas.background) / 255.0;
        let sign = if canvas.background < 128 { 1.0 } else { -1.0 };
        let scale = [sign, sign, 1.0].map(|s| (s / 255.0) as f32);
        let scale = Tensor::from_slice(&scale)
            .to_device(weight.device())
            .view([planes, 1, 1]);
        let pictures = weight
            .narrow(1, 0, 2)
            .sum_dim_intlist([1i64, 2, 3].as_slice(), false, None);
        let bias = &self.bias - pictures * (sign * background);
        patches
            .to_kind(Kind::Float)
            .linear(&(weight * scale).reshape([outputs, -1]), Some(&bias))
    }
}

impl Norm<Tensor> {
    fn forward(&self, x: &Tensor) -> Tensor {
        x.layer_norm(self.weight.size(), Some(&self.weight), Some(&self.bias), 1e-5, false)
    }
}

/// Queries, keys and values of one layer, `[B * H, T, W / H]` each.
pub(crate) struct Attention {
    pub q: Tensor,
    pub k: Tensor,
    pub v: Tensor,
}

impl Network<Tensor> {
    /// What the image encoder makes of `patches`, see [`crate::batch::patches`]. Returns
    /// `[B, grid rows, grid columns, channels]`.
    pub fn encode(&self, dimensions: &Dimensions, patches: &Tensor) -> Tensor {
        let mut stages = self.convolutions.iter();
        let Some(first) = stages.next() else {
            unreachable!("a configuration has convolutions")
        };
        let mut x = first
            .norm
            .forward(&first.kernel.patches(dimensions.canvas, patches))
            .gelu("none");
        for stage in stages {
            let Linear { weight, bias } = &stage.kernel;
            // Channels stay innermost in memory: the norm over them and the tokens made of them need no copy.
            x = x
                .permute([0, 3, 1, 2])
                .conv2d(weight, Some(bias), [2, 2], [1, 1], [1, 1], 1)
                .permute([0, 2, 3, 1]);
            x = stage.norm.forward(&x).gelu("none");
        }
        x
    }

    /// Image tokens `[B, grid, W]` of what [`Network::encode`] returned.
    pub fn image_tokens(&self, features: &Tensor) -> Tensor {
        self.image.forward(&features.flatten(1, 2)) + &self.image_positions
    }

    /// Predicted edit distances `[B]` from what [`Network::encode`] returned.
    pub fn value(&self, features: &Tensor) -> Tensor {
        let [first, second, last] = &self.value;
        let x = first.forward(&features.flatten(1, 3)).gelu("none");
        last.forward(&second.forward(&x).gelu("none")).squeeze_dim(1)
    }

    pub fn device(&self) -> Device {
        self.tokens.device()
    }

    /// Embeddings of ids at positions, both of one shape; one dimension more.
    pub fn embed(&self, ids: &Tensor, positions: &Tensor) -> Tensor {
        Tensor::embedding(&self.tokens, ids, -1, false, false)
            + Tensor::embedding(&self.positions, positions, -1, false, false)
    }

    pub fn layers(&self) -> usize {
        self.layers.len()
    }

    /// Layer `index` on `x` (`[.., W]`); `attend` mixes what the places see of each other and returns the same shape.
    pub fn layer(&self, index: usize, x: &Tensor, attend: impl FnOnce(Tensor) -> Tensor) -> Tensor {
        let layer = &self.layers[index];
        let mixed = attend(layer.qkv.forward(&layer.attention_norm.forward(x)));
        let x = x + layer.attention_output.forward(&mixed);
        let hidden = layer.up.forward(&layer.mlp_norm.forward(&x)).gelu("none");
        x + layer.down.forward(&hidden)
    }

    /// The final states of what the last layer returned.
    pub fn finish(&self, x: &Tensor) -> Tensor {
        self.norm.forward(x)
    }

    /// Scores `[B, T]` of the places in `states` (`[B, T, W]`) for the states `[B, W]` of the ids that ask for one.
    pub fn point(&self, asking: &Tensor, states: &Tensor) -> Tensor {
        let width = asking.size()[1] as f64;
        // (K s) . (Q a) = s . (K^T Q a): the places need no projection of their own.
        let query = asking.matmul(&self.pointer_query.tr()).matmul(&self.pointer_key) / width.sqrt();
        states.bmm(&query.unsqueeze(2)).squeeze_dim(2)
    }

    /// Scores of the ids that can be decided, from states `[.., W]`.
    pub fn decide(&self, states: &Tensor) -> Tensor {
        self.output.forward(states)
    }
}

/// Cuts `[B, T, 3 W]` into heads.
pub(crate) fn heads(qkv: &Tensor, heads: i64) -> Attention {
    let size = qkv.size();
    let (batch, places, width) = (size[0], size[1], size[2] / 3);
    let parts = qkv
        .view([batch, places, 3, heads, width / heads])
        .permute([2, 0, 3, 1, 4]);
    // One copy for all three.
    let parts = parts.reshape([3, batch * heads, places, width / heads]);
    match <[Tensor; 3]>::try_from(parts.unbind(0)) {
        Ok([q, k, v]) => Attention { q, k, v },
        Err(_) => unreachable!("there are three parts"),
    }
}

/// What may be seen: place `j` from place `t` if `j` is in the first `prefix` places of its sequence, or `j <= t`. Places
/// behind the end of a sequence are seen by none in it. Additive, `[B * heads, places, places]`.
pub(crate) fn prefix_mask(prefix: &Tensor, places: i64, heads: i64) -> Tensor {
    let device = prefix.device();
    let place = Tensor::arange(places, (Kind::Int64, device));
    let in_prefix = place
        .unsqueeze(0)
        .lt_tensor(&prefix.unsqueeze(1))
        .view([-1, 1, 1, places]);
    let before = place.unsqueeze(0).le_tensor(&place.unsqueeze(1));
    let hidden = in_prefix.logical_or(&before).logical_not();
    let mask = Tensor::zeros([1], (Kind::Float, device)).masked_fill(&hidden, f64::NEG_INFINITY);
    mask.expand([-1, heads, -1, -1], false).reshape([-1, places, places])
}

/// Attention under an additive mask; heads side by side again, `[B, T, W]`. On the CPU this is twice as fast as libtorch's
/// fused attention, which is made for longer sequences.
pub(crate) fn attend(attention: &Attention, mask: &Tensor, heads: i64) -> Tensor {
    let Attention { q, k, v } = attention;
    let size = q.size();
    let (places, depth) = (size[1], size[2]);
    let scores = mask.baddbmm(q, &k.transpose(1, 2), 1.0, 1.0 / (depth as f64).sqrt());
    let mixed = scores.softmax(2, None).bmm(v);
    mixed
        .view([-1, heads, places, depth])
        .transpose(1, 2)
        .reshape([-1, places, heads * depth])
}
