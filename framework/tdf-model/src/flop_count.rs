//! What matrix products and convolutions do, counted where they are called.

use std::cell::Cell;
use std::ops::{Add, AddAssign, Mul};

use tch::{Kind, Tensor};

/// Arithmetic of matrix products and convolutions. Nearly all arithmetic of a network is there; other operations are bound by
/// memory.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct FlopCount {
    /// Floating-point operations, two for a multiplication and an addition. Attention counts all pairs of positions, seen or
    /// not.
    pub operations: f64,
    /// Bytes of their inputs, matrices, kernels and outputs, each counted once where it is read or written.
    pub bytes: f64,
}

impl Add for FlopCount {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self {
            operations: self.operations + other.operations,
            bytes: self.bytes + other.bytes,
        }
    }
}

impl AddAssign for FlopCount {
    fn add_assign(&mut self, other: Self) {
        *self = *self + other;
    }
}

impl Mul<f64> for FlopCount {
    type Output = Self;

    fn mul(self, factor: f64) -> Self {
        Self {
            operations: self.operations * factor,
            bytes: self.bytes * factor,
        }
    }
}

thread_local! {
    static DONE: Cell<FlopCount> = const { Cell::new(FlopCount { operations: 0.0, bytes: 0.0 }) };
}

/// Does `work` and says what networks did in it on this thread.
pub fn count_flops<T>(work: impl FnOnce() -> T) -> (T, FlopCount) {
    let before = DONE.take();
    let result = work();
    let done = DONE.replace(before);
    (result, done)
}

/// Notes a product: each number of `output` is a sum of `terms` products.
pub(crate) fn record_flops(inputs: &[&Tensor], output: &Tensor, terms: i64) {
    let bytes = |tensor: &Tensor| (tensor.numel() * size(tensor.kind())) as f64;
    let done = FlopCount {
        operations: 2.0 * output.numel() as f64 * terms as f64,
        bytes: inputs.iter().map(|input| bytes(input)).sum::<f64>() + bytes(output),
    };
    DONE.set(DONE.get() + done);
    #[cfg(test)]
    crate::product_kinds::note_kinds(inputs, output);
}

fn size(kind: Kind) -> usize {
    match kind {
        Kind::Float => 4,
        Kind::Half | Kind::BFloat16 => 2,
        _ => 8,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{CANVAS, examples, model, narrow, small, whole};
    use crate::{Attention, ImageEncoder, Model, Position};
    use tdf_data::EncodedExample;
    use tdf_domain::Canvas;

    /// Multiplications of convolutions, written down from the drawings in the papers.
    fn of_encoder(model: &Model, canvas: Canvas) -> i64 {
        let config = model.config();
        let half = |(height, width): (i64, i64)| ((height + 1) / 2, (width + 1) / 2);
        let (height, width) = (i64::from(canvas.height), i64::from(canvas.width));
        let planes = 3 * i64::from(canvas.channels);
        let mut sum = 0;
        match config.encoder {
            ImageEncoder::Grid => {
                let (mut side, mut inputs) = ((height / 4, width / 4), planes);
                for (i, &outputs) in config.channels.iter().enumerate() {
                    if i > 0 {
                        side = half(side);
                    }
                    let taps = if i == 0 { 16 } else { 9 };
                    sum += side.0 * side.1 * outputs * inputs * taps;
                    inputs = outputs;
                }
                let (cells, hidden) = (side.0 * side.1, 256);
                if config.spatial_tokens {
                    sum += cells * inputs * config.width;
                }
                if config.global_tokens > 0 {
                    sum += hidden * (cells * inputs + config.global_tokens * config.width);
                }
                sum
            }
            ImageEncoder::NfResnet26 => {
                let stem = config.channels[0] / 4;
                let mut side = half((height, width));
                sum += side.0 * side.1 * stem * planes * 49;
                side = half(side);
                let mut inputs = stem;
                for (stage, &outputs) in config.channels.iter().enumerate() {
                    for block in 0..2 {
                        let middle = outputs / 4;
                        sum += side.0 * side.1 * inputs * middle;
                        if stage > 0 && block == 0 {
                            side = half(side);
                        }
                        sum += side.0 * side.1 * (middle * middle * 9 + middle * outputs);
                        if block == 0 {
                            sum += side.0 * side.1 * inputs * outputs;
                        }
                        inputs = outputs;
                    }
                }
                sum + inputs * 4 * config.width
            }
        }
    }

    fn expected(model: &Model, canvas: Canvas, batch: &[EncodedExample]) -> i64 {
        let (config, dimensions) = (model.config(), model.dimensions());
        let (count, width) = (batch.len() as i64, config.width);
        let lengths = batch.iter().map(|e| e.length() as i64);
        let (texts, longest) = (lengths.clone().sum::<i64>(), lengths.max().unwrap());
        let rows = texts + count * dimensions.image_tokens;
        let length = longest + dimensions.image_tokens;
        let decisions = batch
            .iter()
            .flat_map(|e| e.edits())
            .map(|(_, steps)| steps.len() as i64)
            .sum::<i64>();
        let layer = rows * 12 * width * width + 2 * count * length * length * width;
        let sites = match config.position {
            Position::Pointer => count * (2 * width * width + longest * width),
            Position::Token => count * width * config.context,
        };
        count * of_encoder(model, canvas)
            + count * (128 * dimensions.features + 128 * 128 + 128)
            + config.layers * layer
            + sites
            + decisions * width * dimensions.outputs
    }

    #[test]
    fn counts_what_can_be_counted_by_hand() {
        let odd = Canvas {
            width: 50,
            height: 70,
            channels: 1,
            background: 0,
        };
        for canvas in [CANVAS, odd] {
            for mut config in [small(), narrow(), whole()] {
                for (attention, position) in [
                    (Attention::Prefix, Position::Token),
                    (Attention::Causal, Position::Pointer),
                ] {
                    (config.attention, config.position, config.context) = (attention, position, 24);
                    let model = model(&config, canvas, 1);
                    let batch = examples(canvas, 12, 5, 1);
                    let loss = model.loss(&batch).unwrap();
                    assert_eq!(loss.work.operations, 2.0 * expected(&model, canvas, &batch) as f64);
                    let (_, twice) = count_flops(|| (model.loss(&batch).unwrap(), model.loss(&batch).unwrap()));
                    assert_eq!(twice, FlopCount::default(), "losses have taken their own");
                    let (_, shared) = model.gradient(&batch, 2).unwrap();
                    // Two pieces have attention over tables of their own, and read the matrices twice.
                    assert!(shared.work.operations <= loss.work.operations);
                    assert!(shared.work.bytes > loss.work.bytes / 2.0);
                }
            }
        }
    }

    /// timm gives 2.41 thousand million multiplications for its nf_resnet26 on images of 224x224; among them its last layer
    /// of 2.05 million, and five for each number of a kernel that is standardised.
    #[test]
    fn the_paper_s_encoder_is_timm_s() {
        let canvas = Canvas {
            width: 224,
            height: 224,
            channels: 1,
            background: 0,
        };
        let config = tdf_config::preset("paper").unwrap();
        let own_tokens = 2048 * 4 * 256;
        let kernels = 13_946_176 - 2 * 15_424;
        let multiplications = of_encoder(&model(&config, canvas, 1), canvas) - own_tokens + 2_048_000 + 5 * kernels;
        assert_eq!((multiplications as f64 / 1e7).round(), 241.0, "{multiplications}");
    }
}
