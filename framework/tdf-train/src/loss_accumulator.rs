//! Losses since the last row of the metrics, left on the device until they are asked for.

use tch::{Device, Kind, Tensor};
use tdf_model::Loss;

use crate::Losses;

/// The losses of the steps since the last row.
#[derive(Debug, Default)]
pub(crate) struct LossAccumulator {
    /// [`LossAccumulator::WIDTH`] numbers a step: the whole loss, and [`Loss::parts`].
    read: Vec<f32>,
    totals: Vec<Tensor>,
    parts: Vec<Tensor>,
}

impl LossAccumulator {
    pub(crate) const WIDTH: usize = 5;

    /// Goes on from what [`LossAccumulator::read`] gave.
    pub(crate) fn from_read(read: Vec<f32>) -> Self {
        Self {
            read,
            ..Self::default()
        }
    }

    pub(crate) fn push(&mut self, loss: &Loss) {
        self.totals.push(loss.total.detach());
        self.parts.push(loss.parts.detach());
    }

    /// All losses of the window, a step after the other. Waits for the device.
    pub(crate) fn read(&mut self) -> &[f32] {
        if !self.totals.is_empty() {
            let totals = Tensor::stack(&self.totals, 0).unsqueeze(1);
            let losses = Tensor::cat(&[totals, Tensor::stack(&self.parts, 0)], 1).to_kind(Kind::Float);
            let losses = losses.to_device(Device::Cpu).contiguous();
            let from = self.read.len();
            self.read.resize(from + losses.numel(), 0.0);
            losses.copy_data(&mut self.read[from..], losses.numel());
            self.totals.clear();
            self.parts.clear();
        }
        &self.read
    }

    /// How many steps ago the loss first was infinite or no number, 0 for the last step.
    pub(crate) fn not_finite(&mut self) -> Option<u64> {
        let read = self.read();
        let at = read.chunks_exact(Self::WIDTH).position(|step| !step[0].is_finite())?;
        Some((read.len() / Self::WIDTH - 1 - at) as u64)
    }

    /// The means of the window, which is empty then; `None` if it already was.
    pub(crate) fn take(&mut self) -> Option<Losses> {
        let read = self.read();
        let steps = read.len() / Self::WIDTH;
        let mean = |column: usize| {
            let values = read.iter().skip(column).step_by(Self::WIDTH);
            values.map(|&x| f64::from(x)).sum::<f64>() / steps as f64
        };
        let [loss, position, token, value, accuracy] = [0, 1, 2, 3, 4].map(mean);
        self.read.clear();
        (steps > 0).then_some(Losses {
            loss,
            position,
            token,
            value,
            accuracy,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn loss(x: f32) -> Loss {
        Loss {
            total: Tensor::from(x),
            parts: Tensor::from_slice(&[x + 1.0, x + 2.0, x + 3.0, x + 4.0]),
            work: tdf_model::FlopCount::default(),
        }
    }

    #[test]
    fn means_of_what_came_in() {
        let mut window = LossAccumulator::default();
        assert_eq!(window.take(), None);
        window.push(&loss(1.0));
        assert_eq!(window.read(), [1.0, 2.0, 3.0, 4.0, 5.0]);
        let mut window = LossAccumulator::from_read(window.read().to_vec());
        window.push(&loss(2.0));
        let losses = Losses {
            loss: 1.5,
            position: 2.5,
            token: 3.5,
            value: 4.5,
            accuracy: 5.5,
        };
        assert_eq!(window.take(), Some(losses));
        assert_eq!(window.take(), None);
    }

    #[test]
    fn finds_the_first_bad_loss() {
        let mut window = LossAccumulator::default();
        assert_eq!(window.not_finite(), None);
        for x in [1.0, f32::INFINITY, f32::NAN, 1.0] {
            window.push(&loss(x));
        }
        assert_eq!(window.not_finite(), Some(2));
    }
}
