//! A layer of a transformer.

use tch::Tensor;

use crate::blocks::{Linear, Norm};
use crate::init::Make;

/// Keeps the variance of activations near one through a linear layer and a GELU.
pub(crate) const GAIN: f64 = 1.0;

/// Attention and a feed-forward part, each with a norm before it and a residual connection around it.
#[derive(Debug)]
pub(crate) struct Layer<T> {
    attention_norm: Norm<T>,
    qkv: Linear<T>,
    attention_output: Linear<T>,
    mlp_norm: Norm<T>,
    up: Linear<T>,
    down: Linear<T>,
}

impl<T> Layer<T> {
    /// `branch` is the gain of the last matrix of both parts.
    pub fn build(name: &str, width: i64, branch: f64, make: Make<'_, T>) -> Self {
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

impl Layer<Tensor> {
    /// The layer on `x` (`[.., W]`); `attend` mixes what the positions see of each other and returns the same shape.
    pub fn forward(&self, x: &Tensor, attend: impl FnOnce(Tensor) -> Tensor) -> Tensor {
        let mixed = attend(self.qkv.forward(&self.attention_norm.forward(x)));
        let x = x + self.attention_output.forward(&mixed);
        let hidden = self.up.forward(&self.mlp_norm.forward(&x)).gelu("none");
        x + self.down.forward(&hidden)
    }
}
