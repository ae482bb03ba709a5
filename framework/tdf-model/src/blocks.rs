//! What networks are built of.

use tch::{Kind, Tensor};

use crate::flop_count::record_flops;
use crate::init::{Init, Make};
use crate::transfer::send;

/// What parameters are made into: tensors, or nothing where only their names and shapes are asked for.
pub(crate) trait Parameter: Sized {
    /// `kernel` (`[outputs, inputs, rows, columns]`) with mean 0 and variance `scale^2 / inputs` for each output, times `gain` (`[outputs]`).
    fn standardised(kernel: Self, gain: Self, scale: f64) -> Self;

    fn times(self, factor: f64) -> Self;

    /// `table` (`[ids, outputs]`), to whose first rows `fourier` (`[rows, n]`, row by row) times `weights` (`[n, outputs]`) is added.
    fn ordered(table: Self, weights: Self, fourier: &[f32]) -> Self;
}

impl Parameter for () {
    fn standardised((): Self, (): Self, _: f64) -> Self {}

    fn times(self, _: f64) -> Self {}

    fn ordered((): Self, (): Self, _: &[f32]) -> Self {}
}

impl Parameter for Tensor {
    fn standardised(kernel: Self, gain: Self, scale: f64) -> Self {
        let size = kernel.size();
        let inputs = size[1..].iter().product::<i64>() as f64;
        // Means and variances of kernels are worked out in fp32 whatever the network computes in.
        let kind = kernel.kind();
        let gain = Some(gain.to_kind(Kind::Float) * (scale / inputs.sqrt()));
        // A batch norm whose channels are the outputs: one pass forth and one back.
        let kernel = kernel.to_kind(Kind::Float).view([1, size[0], -1]);
        let kernel = kernel
            .batch_norm(gain, None, None, None, true, 0.0, EPSILON, false)
            .view(&size[..])
            .to_kind(kind);
        // Inputs innermost in memory, as the convolutions would copy them at every call.
        kernel.permute([0, 2, 3, 1]).contiguous().permute([0, 3, 1, 2])
    }

    fn times(self, factor: f64) -> Self {
        if factor == 1.0 { self } else { self * factor }
    }

    fn ordered(table: Self, weights: Self, fourier: &[f32]) -> Self {
        // What a step adds may be less than bf16 tells from nothing.
        let (kind, shape) = (table.kind(), [-1, weights.size()[0]]);
        let fourier = send(fourier, table.device()).view(shape);
        let missing = table.size()[0] - fourier.size()[0];
        let change = fourier.matmul(&weights.to_kind(Kind::Float));
        (table.to_kind(Kind::Float) + change.constant_pad_nd([0, 0, 0, missing])).to_kind(kind)
    }
}

/// Added to the variances of kernels before they are divided by.
const EPSILON: f64 = 1e-5;

/// A matrix or kernel and its bias; outputs are the first dimension.
#[derive(Debug)]
pub(crate) struct Linear<T> {
    pub weight: T,
    pub bias: T,
}

/// A norm over the last dimension.
#[derive(Debug)]
pub(crate) struct Norm<T> {
    weight: T,
    bias: T,
}

impl<T> Linear<T> {
    pub fn build(name: &str, shape: &[i64], gain: f64, make: Make<'_, T>) -> Self {
        let weight = make(format!("{name}.weight"), shape, Init::Matrix(gain));
        Self {
            weight,
            bias: make(format!("{name}.bias"), &shape[..1], Init::Zero),
        }
    }
}

impl<T> Norm<T> {
    pub fn build(name: &str, width: i64, make: Make<'_, T>) -> Self {
        let weight = make(format!("{name}.weight"), &[width], Init::One);
        Self {
            weight,
            bias: make(format!("{name}.bias"), &[width], Init::Zero),
        }
    }
}

impl Linear<Tensor> {
    /// `x` times the matrix, in the kind of the matrix.
    pub fn forward(&self, x: &Tensor) -> Tensor {
        product(x, &self.weight, Some(&self.bias))
    }
}

impl Norm<Tensor> {
    /// In the kind of the parameters; its sums are in fp32 whatever that is.
    pub fn forward(&self, x: &Tensor) -> Tensor {
        x.to_kind(self.weight.kind())
            .layer_norm(self.weight.size(), Some(&self.weight), Some(&self.bias), 1e-5, false)
    }
}

/// `x` times a matrix (`[outputs, inputs]`), in the kind of the matrix.
pub(crate) fn product(x: &Tensor, weight: &Tensor, bias: Option<&Tensor>) -> Tensor {
    let x = x.to_kind(weight.kind());
    let y = x.linear(weight, bias);
    record_flops(&[&x, weight], &y, weight.size()[1]);
    y
}

/// A convolution with the margin that keeps the sides at stride 1, in the kind of the kernel.
pub(crate) fn convolve(x: &Tensor, kernel: &Tensor, bias: &Tensor, stride: i64) -> Tensor {
    let margin = kernel.size()[2] / 2;
    let x = x.to_kind(kernel.kind());
    let y = x.conv2d(kernel, Some(bias), [stride; 2], [margin; 2], [1, 1], 1);
    record_flops(&[&x, kernel], &y, kernel.size()[1..].iter().product());
    y
}
