//! AdamW and an average of weights, on flat parameters.

use tch::{Device, Tensor, no_grad};
use tdf_config::TrainConfig;

/// AdamW (Loshchilov and Hutter, arXiv 1711.05101) over one flat tensor of parameters.
#[derive(Debug)]
pub struct AdamW {
    /// First moment, shape `[n]`.
    pub(crate) first: Tensor,
    /// Second moment, shape `[n]`.
    pub(crate) second: Tensor,
    /// Updates made.
    pub(crate) updates: u64,
    /// Weight decay of each parameter, shape `[n]`; `None` where there is none at all.
    decay: Option<Tensor>,
    beta1: f64,
    beta2: f64,
    clip: f64,
}

const EPSILON: f64 = 1e-8;
/// Parameters that a processor works on at once: what is computed on the way stays in its cache.
const CACHED: i64 = 1 << 16;

impl AdamW {
    /// An optimiser of `parameters`, shape `[n]`; `decay_mask` is 1 where weight decay applies, else 0.
    pub fn new(parameters: &Tensor, decay_mask: &Tensor, config: &TrainConfig) -> Self {
        no_grad(|| Self {
            first: parameters.zeros_like(),
            second: parameters.zeros_like(),
            updates: 0,
            decay: (config.weight_decay > 0.0).then(|| decay_mask * config.weight_decay),
            beta1: config.beta1,
            beta2: config.beta2,
            clip: config.clip,
        })
    }

    /// One update of `parameters` by `gradient`, both of shape `[n]`, at a learning rate. Nothing waits for the device.
    pub fn step(&mut self, parameters: &Tensor, mut gradient: Tensor, rate: f64) {
        self.updates += 1;
        let updates = self.updates.min(i32::MAX as u64) as i32;
        let first_bias = 1.0 - self.beta1.powi(updates);
        let second_bias = 1.0 - self.beta2.powi(updates);
        no_grad(|| {
            if self.clip > 0.0 {
                // torch.nn.utils.clip_grad_norm_ adds the same 1e-6.
                let scale = ((gradient.norm() + 1e-6).reciprocal() * self.clip).clamp_max(1.0);
                let _ = gradient.g_mul_(&scale);
            }
            let piece = match parameters.device() {
                Device::Cpu => CACHED,
                _ => parameters.numel() as i64,
            };
            let pieces = |tensor: &Tensor| tensor.split(piece.max(1), 0).into_iter();
            let mut decay = self.decay.as_ref().map(pieces);
            let moments = pieces(&self.first).zip(pieces(&self.second));
            for ((mut parameters, gradient), (mut first, mut second)) in
                pieces(parameters).zip(pieces(&gradient)).zip(moments)
            {
                let _ = first.lerp_(&gradient, 1.0 - self.beta1);
                let _ = second.lerp_(&gradient.square(), 1.0 - self.beta2);
                if let Some(decay) = decay.as_mut().and_then(Iterator::next) {
                    let change = decay * &parameters * rate;
                    let _ = parameters.g_sub_(&change);
                }
                let mut scale = second.sqrt();
                let _ = scale.g_div_scalar_(second_bias.sqrt()).g_add_scalar_(EPSILON);
                let change = first / scale * (rate / first_bias);
                let _ = parameters.g_sub_(&change);
            }
        });
    }
}

/// An exponential average of parameters. Its decay grows with the number of updates, so that the first weights, which are
/// random, do not linger.
#[derive(Debug)]
pub struct WeightEma {
    /// The average, shape `[n]`.
    pub(crate) flat: Tensor,
    decay: f64,
}

impl WeightEma {
    /// The average after no updates: `parameters` as they are. With a decay of 0 it always is: they share their memory.
    pub fn new(parameters: &Tensor, decay: f64) -> Self {
        let flat = parameters.detach();
        Self {
            flat: if decay > 0.0 { no_grad(|| flat.copy()) } else { flat },
            decay,
        }
    }

    /// The average, shape `[n]`.
    pub fn flat(&self) -> &Tensor {
        &self.flat
    }

    /// Takes in `parameters` after update number `updates` (from 1).
    pub fn update(&mut self, parameters: &Tensor, updates: u64) {
        if self.decay == 0.0 {
            return;
        }
        let decay = self.decay.min(updates as f64 / (updates as f64 + 10.0));
        no_grad(|| drop(self.flat.lerp_(&parameters.detach(), 1.0 - decay)));
    }
}
