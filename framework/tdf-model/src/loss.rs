//! The loss of a batch, and its gradient.

use tch::{Device, Kind, Reduction, Tensor};
use tdf_data::EncodedExample;

use crate::batch::Batch;
use crate::flop_count::{FlopCount, count_flops};
use crate::forward::forward;
use crate::memory::{self, guarded};
use crate::prepared::Prepared;
use crate::{Model, ModelError};

/// What a batch costs.
#[derive(Debug)]
pub struct Loss {
    /// Scalar to be differentiated: cross-entropies of the position (minus the log-probability of all right ones) and of the
    /// tokens (summed over an edit, averaged over the right ones), averaged over the batch,
    /// plus the weighted loss of the value head: the smooth L1 loss (beta 1) of its edit distances, in edits, which long
    /// paths from random programs cannot dominate. An example of distance 0, which is none of edits, has none.
    pub total: Tensor,
    /// Detached parts, shape `[4]`: mean position cross-entropy, mean token cross-entropy (per decision), value loss,
    /// share of examples whose position has the highest logit.
    pub parts: Tensor,
    /// What the forward pass did. A gradient takes twice as much more.
    pub work: FlopCount,
}

impl Model {
    /// The loss of a batch. Not random: no dropout.
    ///
    /// # Errors
    /// An example that does not fit: its images the canvas, its program `model.context`, its ids the grammar.
    pub fn loss(&self, batch: &[EncodedExample]) -> Result<Loss, ModelError> {
        Ok(self.loss_of(&Batch::new(self.dimensions(), batch, self.device())?))
    }

    /// Makes a batch ready for [`Model::gradient_of`]. Any thread may do so while others use the model.
    ///
    /// # Errors
    /// As [`Model::gradient`].
    pub fn prepare(&self, examples: Vec<EncodedExample>) -> Result<Prepared, ModelError> {
        let on_device = matches!(self.device(), Device::Cuda(_));
        let batch = |examples: &[EncodedExample]| Batch::new(self.dimensions(), examples, self.device());
        guarded(|| Prepared::new(examples, on_device, batch))?
    }

    fn loss_of(&self, batch: &Batch) -> Loss {
        let dimensions = &**self.dimensions();
        let network = self.views();
        let (scores, work) = count_flops(|| forward(&network, dimensions, batch, self.masks()));

        let examples = batch.distances.size()[0] as f64;
        // Any of the right positions will do: what counts is the probability of them all.
        let all = scores.positions.logsumexp([1i64].as_slice(), false);
        let right = (&scores.positions + &batch.right).logsumexp([1i64].as_slice(), false);
        let position = (all - right).sum(Kind::Float);
        let tokens = scores
            .decisions
            .cross_entropy_loss::<&Tensor>(&batch.taken, None, Reduction::None, -100, 0.0);
        let token = (&tokens * &batch.weights).sum(Kind::Float);
        let value = scores.values.smooth_l1_loss(&batch.distances, Reduction::None, 1.0);
        let value = (value * batch.distances.gt(0.0)).sum(Kind::Float) / examples;
        let total = (&position + &token) / examples + &value * dimensions.config.value_weight;

        let decisions = batch.taken.size()[0].max(1) as f64;
        let chosen = scores.positions.detach().argmax(1, true);
        let right = batch.right.gather(1, &chosen, false).eq(0.0);
        let parts = Tensor::stack(
            &[
                position.detach() / examples,
                tokens.detach().sum(Kind::Float) / decisions,
                value.detach(),
                right.to_kind(Kind::Float).mean(Kind::Float),
            ],
            0,
        );
        Loss { total, parts, work }
    }

    /// The gradient of [`Loss::total`] (shape `[n]`) and the loss (detached) of a batch, worked out in `shards` pieces on a
    /// thread each. On a CPU this is much faster than to let libtorch divide every operation among threads, which wait
    /// for each other after each: set [`tch::set_num_threads`] to 1. The pieces are added in their order, so the result
    /// depends on their number, in the last bits, and not on timing.
    ///
    /// # Errors
    /// As [`Model::loss`]; too little memory, see [`ModelError::OutOfMemory`].
    pub fn gradient(&self, batch: &[EncodedExample], shards: usize) -> Result<(Tensor, Loss), ModelError> {
        guarded(|| self.shards(batch, shards))?
    }

    /// As [`Model::gradient`], of a batch that was made ready. On a GPU nothing in it waits for the device.
    ///
    /// # Errors
    /// As [`Model::gradient`].
    pub fn gradient_of(&self, batch: &Prepared, shards: usize) -> Result<(Tensor, Loss), ModelError> {
        match &batch.batch {
            Some(batch) => guarded(|| self.backward(self.loss_of(batch), 1.0))?,
            None => self.gradient(&batch.examples, shards),
        }
    }

    /// The gradient of `share` times a loss.
    fn backward(&self, loss: Loss, share: f64) -> Result<(Tensor, Loss), ModelError> {
        let Loss { total, parts, work } = loss;
        let total = if share == 1.0 { total } else { total * share };
        let gradients = Tensor::f_run_backward(&[&total], &[self.flat()], false, false);
        let gradients = gradients.map_err(|e| memory::error("the backward pass failed", &e))?;
        let loss = Loss {
            total: total.detach(),
            parts,
            work,
        };
        match <[Tensor; 1]>::try_from(gradients) {
            Ok([gradient]) => Ok((gradient, loss)),
            Err(_) => Err(ModelError::Torch("the backward pass gave no gradient".into())),
        }
    }

    fn shards(&self, batch: &[EncodedExample], shards: usize) -> Result<(Tensor, Loss), ModelError> {
        let piece = batch.len().div_ceil(shards.max(1)).max(1);
        let decisions = |batch: &[EncodedExample]| {
            batch
                .iter()
                .flat_map(|e| e.edits())
                .map(|(_, steps)| steps.len())
                .sum::<usize>()
        };
        let (examples, steps) = (batch.len() as f64, decisions(batch).max(1) as f64);
        let work = |model: Self, piece: &[EncodedExample]| -> Result<(Tensor, Loss), ModelError> {
            let share = piece.len() as f64 / examples;
            let (gradient, mut loss) = model.backward(model.loss(piece)?, share)?;
            let shares = [share, decisions(piece) as f64 / steps, share, share].map(|share| share as f32);
            loss.parts *= Tensor::from_slice(&shares).to_device(model.device());
            Ok((gradient, loss))
        };
        if piece >= batch.len() {
            return self.backward(self.loss(batch)?, 1.0);
        }
        std::thread::scope(|scope| {
            let spawn = |piece| {
                let model = self.shallow_clone();
                scope.spawn(move || guarded(|| work(model, piece))?)
            };
            let threads: Vec<_> = batch.chunks(piece).map(spawn).collect();
            let mut sum: Option<(Tensor, Loss)> = None;
            for thread in threads {
                let (gradient, loss) = thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))?;
                sum = Some(match sum {
                    Some((mut gradients, sum)) => (
                        gradients.g_add_(&gradient),
                        Loss {
                            total: sum.total + loss.total,
                            parts: sum.parts + loss.parts,
                            work: sum.work + loss.work,
                        },
                    ),
                    None => (gradient, loss),
                });
            }
            sum.ok_or_else(|| ModelError::Input("a batch without examples".into()))
        })
    }

    /// Bytes that a training step takes for each of `examples` beyond what it takes without any, by what their products
    /// read and write: an estimate. `None` if there is no memory for these either.
    pub fn training_memory(&self, examples: &[EncodedExample]) -> Option<f64> {
        let loss = tch::no_grad(|| guarded(|| self.loss(examples)).ok()?.ok())?;
        let weights =
            self.flat().numel() as f64 * crate::precision::kind_of(self.precision()).elt_size_in_bytes() as f64;
        Some((loss.work.bytes - weights).max(0.0) * KEPT / examples.len().max(1) as f64)
    }
}

/// What a step keeps for the way back, in units of what products read and write: 0.6 with `paper` on CSG2D.
const KEPT: f64 = 0.7;

#[cfg(test)]
mod tests {
    use tdf_decode::{MaskId, VocabularyId};
    use tdf_domain::Canvas;

    use super::*;
    use crate::ModelConfig;
    use crate::testing::{CANVAS, examples, model, narrow, number, rounding, same, same_gradients, scores, small};

    #[test]
    fn a_batch_costs_the_mean_of_its_examples() {
        for config in [small(), narrow()] {
            let model = model(&config, CANVAS, 2);
            let mut batch = examples(CANVAS, 12, 9, 2);
            batch[3].steps.clear();
            let single = batch
                .iter()
                .map(|e| number(&model.loss(std::slice::from_ref(e)).unwrap().total));
            let mean = single.sum::<f64>() / batch.len() as f64;
            let together = number(&model.loss(&batch).unwrap().total);
            rounding(&model).check("loss", together, mean, together.max(1.0));
        }
    }

    #[test]
    fn a_value_head_apart_leaves_the_encoder_alone() {
        for value_apart in [true, false] {
            let of_weight = |value_weight| {
                let config = ModelConfig {
                    value_apart,
                    value_weight,
                    ..narrow()
                };
                let model = model(&config, CANVAS, 2);
                let (gradient, _) = model.gradient(&examples(CANVAS, 12, 4, 2), 1).unwrap();
                let ends = model.layout().iter().map(|(name, _, offset)| (name.as_str(), *offset));
                let value = ends
                    .filter(|(name, _)| name.starts_with("value."))
                    .map(|(_, offset)| offset);
                (rounding(&model), gradient.narrow(0, 0, value.min().unwrap()))
            };
            let ((rounding, half), (_, whole)) = (of_weight(0.5), of_weight(1.0));
            let change = number(&(&half - &whole).abs().max());
            let unchanged = change <= rounding.bound(number(&half.abs().max()));
            assert_eq!(unchanged, value_apart, "{change}");
        }
    }

    #[test]
    fn any_right_edit_counts() {
        for config in [small(), narrow()] {
            let model = model(&config, CANVAS, 2);
            let mut example = examples(CANVAS, 8, 1, 2).remove(0);
            example.sites = (0..example.ids.len() as u32).collect();
            let step = |mask: usize, id| tdf_decode::Decision {
                mask: MaskId(mask as u32),
                id: VocabularyId(id),
            };
            let edits = [
                (0, vec![step(0, 1), step(1, 3), step(2, 8)]),
                (1, vec![step(1, 5), step(2, 9)]),
                (example.ids.len() as u32 - 1, vec![step(1, 4)]),
            ];
            let alone: Vec<EncodedExample> = edits
                .iter()
                .map(|(position, steps)| EncodedExample {
                    position: *position,
                    steps: steps.clone(),
                    ..example.clone()
                })
                .collect();
            let mut together = alone[0].clone();
            together.alternatives = alone[1..]
                .iter()
                .map(|edit| tdf_data::EncodedEdit {
                    position: edit.position,
                    steps: edit.steps.clone(),
                })
                .collect();
            // None sees the others: each decision is that of its edit alone.
            let single: Vec<Tensor> = alone
                .iter()
                .map(|e| scores(&model, std::slice::from_ref(e)).decisions)
                .collect();
            // A shorter sequence beside it is not disturbed either.
            let both = scores(&model, &[together.clone(), alone[1].clone()]).decisions;
            let expected = Tensor::cat(&[Tensor::cat(&single, 0), single[1].shallow_clone()], 0);
            same("decision", rounding(&model), &both, &expected);

            let value = ModelConfig {
                value_weight: 0.0,
                ..config.clone()
            };
            let model = self::model(&value, CANVAS, 2);
            let parts =
                |e: &EncodedExample| Vec::<f32>::try_from(model.loss(std::slice::from_ref(e)).unwrap().parts).unwrap();
            let probability: f32 = alone.iter().map(|e| (-parts(e)[0]).exp()).sum();
            let tokens: f32 = alone.iter().map(|e| parts(e)[1] * e.steps.len() as f32).sum();
            let loss = model.loss(std::slice::from_ref(&together)).unwrap();
            let expected = f64::from(-probability.ln() + tokens / 3.0);
            let rounding = rounding(&model);
            rounding.check("loss", number(&loss.total), expected, expected.max(1.0));
            let batch = [together, alone[0].clone()];
            let (pieces, whole) = (model.gradient(&batch, 2).unwrap(), model.gradient(&batch, 1).unwrap());
            same_gradients(&model, &batch, &pieces.0, &whole.0);
            same("part", rounding, &pieces.1.parts, &whole.1.parts);
        }
    }

    #[test]
    fn pieces_of_a_batch_give_its_gradient() {
        [small(), narrow()].iter().for_each(pieces_of);
    }

    fn pieces_of(config: &ModelConfig) {
        let model = model(config, CANVAS, 12);
        let mut batch = examples(CANVAS, 12, 9, 12);
        batch[3].steps.clear();
        let Loss { total, parts, .. } = model.loss(&batch).unwrap();
        total.backward();
        let right = model.flat().grad();
        for shards in [1, 2, 4, 100] {
            let (gradient, loss) = model.gradient(&batch, shards).unwrap();
            same_gradients(&model, &batch, &gradient, &right);
            same("loss", rounding(&model), &loss.total, &total.detach());
            same("part", rounding(&model), &loss.parts, &parts);
        }
        assert!(model.gradient(&[], 2).is_err());
        batch[8].position = 99;
        assert!(model.gradient(&batch, 2).is_err());
    }

    #[test]
    fn examples_that_do_not_fit() {
        let model = model(&small(), CANVAS, 7);
        let good = examples(CANVAS, 8, 1, 7).remove(0);
        let message = |change: &dyn Fn(&mut EncodedExample)| {
            let mut bad = good.clone();
            change(&mut bad);
            model.loss(&[good.clone(), bad]).unwrap_err().to_string()
        };
        let cases = [
            message(&|e| e.ids.resize(17, VocabularyId(0))),
            message(&|e| e.ids[0] = VocabularyId(11)),
            message(&|e| e.position = 99),
            message(&|e| e.target.truncate(100)),
            model.loss(&[]).unwrap_err().to_string(),
        ];
        let starts = [
            "a program of 17 tokens with an edit of ",
            "an example of another grammar than the model's",
            "the position to edit, 99, is no site of its program",
            "an image of 100 bytes, not 12288 (64x64x3)",
            "a batch without examples",
        ];
        for (case, start) in cases.iter().zip(starts) {
            assert!(case.starts_with(start), "{case}");
        }
        // Program and edit share a causal context.
        let mut long = good.clone();
        long.ids.resize(20, VocabularyId(0));
        long.steps = vec![
            tdf_decode::Decision {
                mask: MaskId(0),
                id: VocabularyId(0)
            };
            3
        ];
        let causal = self::model(&narrow(), CANVAS, 7);
        assert!(causal.loss(std::slice::from_ref(&long)).is_ok());
        long.ids.push(VocabularyId(0));
        let error = causal.loss(&[long]).unwrap_err().to_string();
        assert!(
            error.starts_with("a program of 21 tokens with an edit of 3 decisions"),
            "{error}"
        );
    }

    #[test]
    fn learns_fixed_examples() {
        let config = ModelConfig { width: 32, ..small() };
        let canvas = Canvas {
            width: 32,
            height: 32,
            ..CANVAS
        };
        let model = model(&config, canvas, 10);
        let batch = examples(canvas, 8, 32, 10);
        let mut flat = model.flat().shallow_clone();
        let (mut mean, mut square) = (flat.detach().zeros_like(), flat.detach().zeros_like());
        let mut last = f64::INFINITY;
        for step in 1..=600 {
            let loss = model.loss(&batch).unwrap();
            last = number(&loss.total);
            if last < 0.1 {
                return;
            }
            flat.zero_grad();
            loss.total.backward();
            // Adam.
            tch::no_grad(|| {
                let gradient = flat.grad();
                mean = &mean * 0.9 + &gradient * 0.1;
                square = &square * 0.98 + &gradient * &gradient * 0.02;
                let rate = 3e-3 * (1.0 - 0.98_f64.powi(step)).sqrt() / (1.0 - 0.9_f64.powi(step));
                flat -= &mean / (square.sqrt() + 1e-8) * rate;
            });
        }
        panic!("the loss is still {last}");
    }
}
