//! What networks are built of.

use tch::Tensor;

use crate::layout::Init;

/// Makes a parameter from its name, shape and beginning.
pub(crate) type Make<'a, T> = &'a mut dyn FnMut(String, &[i64], Init) -> T;

/// What parameters are made into: tensors, or nothing where only their names and shapes are asked for.
pub(crate) trait Parameter: Sized {
    /// `kernel` (`[outputs, inputs, rows, columns]`) with mean 0 and variance `scale^2 / inputs` for each output, times `gain` (`[outputs]`).
    fn standardised(kernel: Self, gain: Self, scale: f64) -> Self;

    fn times(self, factor: f64) -> Self;

    /// `table` (`[ids, outputs]`), to whose first rows `waves` (`[rows, n]`, row by row) times `weights` (`[n, outputs]`) is added.
    fn ordered(table: Self, weights: Self, waves: &[f32]) -> Self;
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
        let gain = Some(gain * (scale / inputs.sqrt()));
        // A batch norm whose channels are the outputs: one pass forth and one back.
        let kernel = kernel.view([1, size[0], -1]);
        let kernel = kernel
            .batch_norm(gain, None, None, None, true, 0.0, EPSILON, false)
            .view(&size[..]);
        // Inputs innermost in memory, as the convolutions would copy them at every call.
        kernel.permute([0, 2, 3, 1]).contiguous().permute([0, 3, 1, 2])
    }

    fn times(self, factor: f64) -> Self {
        if factor == 1.0 { self } else { self * factor }
    }

    fn ordered(table: Self, weights: Self, waves: &[f32]) -> Self {
        let waves = Tensor::from_slice(waves)
            .to_device(table.device())
            .view([-1, weights.size()[0]]);
        let missing = table.size()[0] - waves.size()[0];
        table + waves.matmul(&weights).constant_pad_nd([0, 0, 0, missing])
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
    pub fn forward(&self, x: &Tensor) -> Tensor {
        x.linear(&self.weight, Some(&self.bias))
    }
}

impl Norm<Tensor> {
    pub fn forward(&self, x: &Tensor) -> Tensor {
        x.layer_norm(self.weight.size(), Some(&self.weight), Some(&self.bias), 1e-5, false)
    }
}
