//! The model: parameters, and the loss of a batch.

use std::sync::Arc;

use tch::{Device, Kind, Reduction, Tensor};
use tdf_data::Encoded;
use tdf_decode::{MaskId, Sequencer};
use tdf_domain::Canvas;

use crate::batch::{At, Batch, Text};
use crate::count::{Work, counted};
use crate::layout::{Dimensions, Layout};
use crate::memory::{self, guarded};
use crate::network::{Network, Projected, attend, attention_mask, heads as cut};
use crate::transfer::Prepared;
use crate::{ModelConfig, Precision};

/// The edit network of one language and canvas.
#[derive(Debug)]
pub struct Model {
    flat: Tensor,
    /// 0 where a mask allows an id, else minus infinity: `[masks, outputs]`.
    masks: Tensor,
    dimensions: Arc<Dimensions>,
    layout: Arc<Layout>,
    precision: Precision,
}

/// What a batch costs.
#[derive(Debug)]
pub struct Loss {
    /// Scalar to be differentiated: cross-entropies of the position (minus the log-probability of all right ones) and of the
    /// tokens (summed over an edit, averaged over the right ones), averaged over the batch,
    /// plus the weighted loss of the value head: the smooth L1 loss (beta 1) of its edit distances, in edits, which long
    /// paths from random programs cannot dominate.
    pub total: Tensor,
    /// Detached parts, shape `[4]`: mean position cross-entropy, mean token cross-entropy (per decision), value loss,
    /// share of examples whose position has the highest logit.
    pub parts: Tensor,
    /// What the forward pass did. A gradient takes twice as much more.
    pub work: Work,
}

/// A model that cannot be made or used: says what does not fit.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct ModelError(pub String);

impl Model {
    /// A fresh model; `seed` fixes its weights.
    pub fn new(
        config: &ModelConfig,
        sequencer: &Sequencer,
        canvas: Canvas,
        device: Device,
        seed: u64,
    ) -> Result<Self, ModelError> {
        let (vocabulary, masks) = (sequencer.vocabulary(), sequencer.masks());
        let outputs = i64::from(vocabulary.end()) + 1;
        let count = masks.mask_count();
        let grammar = sequencer.language().grammar();
        let texts = grammar.tokens.iter().map(|token| &*token.text);
        let dimensions =
            Dimensions::new(config, canvas, vocabulary.len() as i64, outputs, count as i64)?.with_tokens(texts);
        let allowed = (0..count).map(|mask| masks.allowed(MaskId(mask as u32)));
        Self::build(dimensions, allowed, device, seed)
    }

    pub(crate) fn build<'a>(
        dimensions: Dimensions,
        allowed: impl Iterator<Item = &'a [u32]>,
        device: Device,
        seed: u64,
    ) -> Result<Self, ModelError> {
        let outputs = dimensions.outputs as usize;
        let mut table = vec![f32::NEG_INFINITY; dimensions.masks as usize * outputs];
        for (row, ids) in table.chunks_mut(outputs).zip(allowed) {
            for &id in ids {
                row[id as usize] = 0.0;
            }
        }
        let layout = Layout::new(&dimensions);
        let flat = to_device(&layout.initial(seed), device)?;
        let masks = to_device(&table, device)?.view([-1, dimensions.outputs]);
        let flat = flat.set_requires_grad(true);
        Ok(Self {
            flat,
            masks,
            dimensions: Arc::new(dimensions),
            layout: Arc::new(layout),
            precision: Precision::default(),
        })
    }

    /// The same model, computing in `precision`; at first it is fp32.
    pub fn with_precision(self, precision: Precision) -> Self {
        Self { precision, ..self }
    }

    /// What it computes in.
    pub fn precision(&self) -> Precision {
        self.precision
    }

    /// All parameters: a leaf of shape `[n]` that requires gradients.
    pub fn flat(&self) -> &Tensor {
        &self.flat
    }

    /// 1 where weight decay applies (matrices and kernels), 0 elsewhere (biases, gains, embeddings); shape `[n]`.
    pub fn decay_mask(&self) -> Tensor {
        Tensor::from_slice(&self.layout.decay()).to_device(self.device())
    }

    /// A model of the same shape with other parameters (shape `[n]`, copied), for averaged weights.
    pub fn with_flat(&self, flat: &Tensor) -> Self {
        assert_eq!(flat.size(), self.flat.size(), "parameters of a model of another shape");
        Self {
            flat: flat.detach().copy().set_requires_grad(true),
            ..self.share()
        }
    }

    /// The same model once more: both see the same parameters in memory.
    pub fn share(&self) -> Self {
        Self {
            flat: self.flat.shallow_clone(),
            masks: self.masks.shallow_clone(),
            dimensions: Arc::clone(&self.dimensions),
            layout: Arc::clone(&self.layout),
            precision: self.precision,
        }
    }

    /// The loss of a batch. Not random: no dropout.
    ///
    /// # Errors
    /// An example that does not fit: its pictures the canvas, its program `model.context`, its ids the grammar.
    pub fn loss(&self, batch: &[Encoded]) -> Result<Loss, ModelError> {
        Ok(self.loss_of(&Batch::new(&self.dimensions, batch, self.device())?))
    }

    /// Makes a batch ready for [`Model::gradient_of`]. Any thread may do so while others use the model.
    ///
    /// # Errors
    /// As [`Model::gradient`].
    pub fn prepare(&self, examples: Vec<Encoded>) -> Result<Prepared, ModelError> {
        let on_device = matches!(self.device(), Device::Cuda(_));
        let batch = |examples: &[Encoded]| Batch::new(&self.dimensions, examples, self.device());
        guarded(|| Prepared::new(examples, on_device, batch))?
    }

    fn loss_of(&self, batch: &Batch) -> Loss {
        let dimensions = &*self.dimensions;
        let network = self.layout.views(dimensions, &self.flat, self.precision.kind());
        let (scores, work) = counted(|| forward(&network, dimensions, batch, &self.masks));

        let examples = batch.distances.size()[0] as f64;
        // Any of the right positions will do: what counts is the probability of them all.
        let all = scores.positions.logsumexp([1i64].as_slice(), false);
        let right = (&scores.positions + &batch.right).logsumexp([1i64].as_slice(), false);
        let position = (all - right).sum(Kind::Float);
        let tokens = scores
            .decisions
            .cross_entropy_loss::<&Tensor>(&batch.taken, None, Reduction::None, -100, 0.0);
        let token = (&tokens * &batch.weights).sum(Kind::Float);
        let value = scores.values.smooth_l1_loss(&batch.distances, Reduction::Mean, 1.0);
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
    /// As [`Model::loss`]; too little memory, see [`ModelError::is_memory`].
    pub fn gradient(&self, batch: &[Encoded], shards: usize) -> Result<(Tensor, Loss), ModelError> {
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
            Err(_) => Err(ModelError("the backward pass gave no gradient".into())),
        }
    }

    fn shards(&self, batch: &[Encoded], shards: usize) -> Result<(Tensor, Loss), ModelError> {
        let piece = batch.len().div_ceil(shards.max(1)).max(1);
        let decisions = |batch: &[Encoded]| {
            batch
                .iter()
                .flat_map(|e| e.edits())
                .map(|(_, steps)| steps.len())
                .sum::<usize>()
        };
        let (examples, steps) = (batch.len() as f64, decisions(batch).max(1) as f64);
        let work = |model: Self, piece: &[Encoded]| -> Result<(Tensor, Loss), ModelError> {
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
                let model = self.share();
                scope.spawn(move || work(model, piece))
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
            sum.ok_or_else(|| ModelError("a batch without examples".into()))
        })
    }

    /// Bytes that a training step takes for each of `examples` beyond what it takes without any, by what their products
    /// read and write: an estimate. `None` if there is no memory for these either.
    pub fn training_memory(&self, examples: &[Encoded]) -> Option<f64> {
        let loss = tch::no_grad(|| guarded(|| self.loss(examples)).ok()?.ok())?;
        let weights = self.flat.numel() as f64 * self.precision.kind().elt_size_in_bytes() as f64;
        Some((loss.work.bytes - weights).max(0.0) * KEPT / examples.len().max(1) as f64)
    }

    /// Names, shapes and offsets into [`Model::flat`], in order.
    pub fn layout(&self) -> &[(String, Vec<i64>, i64)] {
        &self.layout.entries
    }

    /// Where the parameters live.
    pub fn device(&self) -> Device {
        self.flat.device()
    }

    /// Sizes of the network.
    pub fn config(&self) -> &ModelConfig {
        &self.dimensions.config
    }

    pub(crate) fn dimensions(&self) -> &Arc<Dimensions> {
        &self.dimensions
    }

    /// The parameters as they are now, in the kind that is computed in, without a graph.
    pub(crate) fn network(&self) -> Network<Tensor> {
        let kind = self.precision.kind();
        tch::no_grad(|| self.layout.views(&self.dimensions, &self.flat.detach(), kind))
    }
}

/// What a step keeps for the way back, in units of what products read and write: 0.6 with `paper` on CSG2D.
const KEPT: f64 = 0.7;

fn to_device(values: &[f32], device: Device) -> Result<Tensor, ModelError> {
    let tensor = Tensor::from_slice(values);
    tensor
        .f_to_device(device)
        .map_err(|e| ModelError(format!("no memory for the model on {device:?}: {e}")))
}

/// The numbers of `tensor`, in order.
pub(crate) fn to_vec(tensor: &Tensor) -> Result<Vec<f32>, ModelError> {
    let tensor = tensor.to_device(Device::Cpu).contiguous();
    let mut values = vec![0.0; tensor.numel()];
    let copied = tensor.f_copy_data(&mut values, tensor.numel());
    copied.map_err(|e| ModelError(format!("the network's answer cannot be read: {e}")))?;
    Ok(values)
}

/// What the network says of a batch, before normalisation.
#[derive(Debug)]
pub(crate) struct Scores {
    /// `[B, length of the texts]`; minus infinity where there is no site.
    pub positions: Tensor,
    /// `[M, outputs]`; minus infinity where the mask forbids an id.
    pub decisions: Tensor,
    /// `[B]`.
    pub values: Tensor,
}

/// All decisions of a batch at once, each given the right ones before it.
pub(crate) fn forward(network: &Network<Tensor>, dimensions: &Dimensions, batch: &Batch, masks: &Tensor) -> Scores {
    let features = network.encoder.features(dimensions, &batch.pictures);
    let values = if dimensions.config.value_apart {
        network.value(&features.detach())
    } else {
        network.value(&features)
    };
    let mut x = begin(network, &features, &batch.text);
    let At { rows, ids, positions } = &batch.at;
    if rows.numel() > 0 {
        x = x.index_add(0, rows, &network.embed(ids, positions));
    }
    let states = transform(network, dimensions, x, &batch.text, |_, _| ());

    let positions = network.point(dimensions, &states, &batch.text) + &batch.sites;
    let decisions = network.decide(&states.index_select(0, &batch.decisions)) + masks.index_select(0, &batch.masks);
    Scores {
        positions,
        decisions,
        values,
    }
}

/// Image tokens and embedded texts, as rows of their packing.
pub(crate) fn begin(network: &Network<Tensor>, features: &Tensor, text: &Text) -> Tensor {
    let image = network.encoder.tokens(features).flatten(0, 1).to_kind(Kind::Float);
    Tensor::cat(&[image, network.embed(&text.ids, &text.positions)], 0)
}

/// Runs the layers over what [`begin`] gave and returns the final states. `keep` sees what each layer attends with.
pub(crate) fn transform(
    network: &Network<Tensor>,
    dimensions: &Dimensions,
    mut x: Tensor,
    text: &Text,
    mut keep: impl FnMut(usize, Projected),
) -> Tensor {
    let (packing, heads) = (&text.packing, dimensions.config.heads);
    let mask = attention_mask(
        dimensions.config.attention,
        &text.prefix,
        text.groups.as_ref(),
        packing.places(),
        network.kind(),
    );
    for index in 0..network.layers() {
        x = network.layer(index, &x, |qkv| {
            let projected = cut(&packing.table(&qkv), heads);
            let mixed = attend(&projected, mask.as_ref());
            keep(index, projected);
            packing.rows(&mixed)
        });
    }
    network.finish(&x)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{CANVAS, MASKS, examples, model, narrow, small, whole};

    fn scores(model: &Model, examples: &[Encoded]) -> Scores {
        let batch = Batch::new(&model.dimensions, examples, Device::Cpu).unwrap();
        tch::no_grad(|| forward(&model.network(), &model.dimensions, &batch, &model.masks))
    }

    fn number(tensor: &Tensor) -> f64 {
        tensor.double_value(&[])
    }

    #[test]
    fn shapes() {
        [small(), narrow(), whole()].iter().for_each(shapes_of);
    }

    fn shapes_of(config: &ModelConfig) {
        let model = model(config, CANVAS, 1);
        let batch = examples(CANVAS, 12, 5, 1);
        let scores = scores(&model, &batch);
        let longest = batch.iter().map(|e| e.ids.len() + 1 + e.steps.len()).max().unwrap();
        let decisions: usize = batch.iter().map(|e| e.steps.len()).sum();
        assert_eq!(scores.positions.size(), [5, longest as i64]);
        assert_eq!(scores.decisions.size(), [decisions as i64, 10]);
        assert_eq!(scores.values.size(), [5]);
        let loss = model.loss(&batch).unwrap();
        assert_eq!(loss.total.size(), [0i64; 0]);
        assert_eq!(loss.parts.size(), [4]);
        assert!(!loss.parts.requires_grad());
        loss.total.backward();
        assert_eq!(model.flat().grad().size(), model.flat().size());
    }

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
            assert!((together - mean).abs() < 1e-5, "{together} {mean}");
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
                gradient.narrow(0, 0, value.min().unwrap())
            };
            let unchanged = of_weight(0.5) == of_weight(1.0);
            assert_eq!(unchanged, value_apart);
        }
    }

    #[test]
    fn any_right_edit_counts() {
        for config in [small(), narrow()] {
            let model = model(&config, CANVAS, 2);
            let mut example = examples(CANVAS, 8, 1, 2).remove(0);
            example.sites = (0..example.ids.len() as u32).collect();
            let step = |mask: usize, id| tdf_decode::Step {
                mask: MaskId(mask as u32),
                id,
            };
            let edits = [
                (0, vec![step(0, 1), step(1, 3), step(2, 8)]),
                (1, vec![step(1, 5), step(2, 9)]),
                (example.ids.len() as u32 - 1, vec![step(1, 4)]),
            ];
            let alone: Vec<Encoded> = edits
                .iter()
                .map(|(position, steps)| Encoded {
                    position: *position,
                    steps: steps.clone(),
                    ..example.clone()
                })
                .collect();
            let mut together = alone[0].clone();
            together.others = alone[1..]
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
            let finite = |t: &Tensor| t.clamp(-1e9, 1e9);
            assert!(number(&(finite(&both) - finite(&expected)).abs().max()) < 1e-5);

            let value = ModelConfig {
                value_weight: 0.0,
                ..config.clone()
            };
            let model = self::model(&value, CANVAS, 2);
            let parts = |e: &Encoded| Vec::<f32>::try_from(model.loss(std::slice::from_ref(e)).unwrap().parts).unwrap();
            let probability: f32 = alone.iter().map(|e| (-parts(e)[0]).exp()).sum();
            let tokens: f32 = alone.iter().map(|e| parts(e)[1] * e.steps.len() as f32).sum();
            let loss = model.loss(std::slice::from_ref(&together)).unwrap();
            let expected = f64::from(-probability.ln() + tokens / 3.0);
            assert!(
                (number(&loss.total) - expected).abs() < 1e-4,
                "{} {expected}",
                number(&loss.total)
            );
            let pieces = model.gradient(&[together.clone(), alone[0].clone()], 2).unwrap();
            let whole = model.gradient(&[together, alone[0].clone()], 1).unwrap();
            assert!(number(&(pieces.0 - whole.0).abs().max()) < 1e-5);
            assert!(number(&(pieces.1.parts - whole.1.parts).abs().max()) < 1e-5);
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
            assert!(number(&(gradient - &right).abs().max()) < 1e-5);
            assert!((number(&loss.total) - number(&total.detach())).abs() < 1e-5);
            assert!(number(&(loss.parts - &parts).abs().max()) < 1e-5);
        }
        assert!(model.gradient(&[], 2).is_err());
        batch[8].position = 99;
        assert!(model.gradient(&batch, 2).is_err());
    }

    #[test]
    fn a_decision_sees_only_those_before_it() {
        [small(), narrow()].iter().for_each(decisions_of);
    }

    fn decisions_of(config: &ModelConfig) {
        let model = model(config, CANVAS, 3);
        let mut example = examples(CANVAS, 12, 1, 3).remove(0);
        let step = |mask: usize, id| tdf_decode::Step {
            mask: MaskId(mask as u32),
            id,
        };
        example.steps = vec![step(0, 1), step(1, 3), step(2, 8), step(2, 9)];
        let before = scores(&model, std::slice::from_ref(&example));
        example.steps[2].id = 2;
        let after = scores(&model, std::slice::from_ref(&example));
        assert_eq!(before.positions, after.positions);
        assert_eq!(before.decisions.narrow(0, 0, 3), after.decisions.narrow(0, 0, 3));
        assert_ne!(before.decisions.get(3), after.decisions.get(3));
        // And the position is what the first decision looks at.
        example.position = *example.sites.iter().find(|&&site| site != example.position).unwrap();
        let elsewhere = scores(&model, std::slice::from_ref(&example));
        assert_eq!(after.positions, elsewhere.positions);
        assert_ne!(after.decisions.get(0), elsewhere.decisions.get(0));
    }

    #[test]
    fn what_a_mask_forbids_has_probability_zero() {
        let model = model(&small(), CANVAS, 4);
        let batch = examples(CANVAS, 12, 20, 4);
        let scores = scores(&model, &batch);
        let steps = batch.iter().flat_map(|e| &e.steps);
        let decisions = to_vec(&scores.decisions.softmax(1, None)).unwrap();
        for (step, row) in steps.zip(decisions.chunks(10)) {
            for (id, &probability) in row.iter().enumerate() {
                let allowed = MASKS[step.mask.0 as usize].contains(&(id as u32));
                assert_eq!(allowed, probability > 0.0, "{id} under {step:?}: {probability}");
            }
        }
        let positions = scores.positions.softmax(1, None);
        let length = positions.size()[1] as usize;
        for (example, row) in batch.iter().zip(to_vec(&positions).unwrap().chunks(length)) {
            for (position, &probability) in row.iter().enumerate() {
                assert_eq!(example.sites.contains(&(position as u32)), probability > 0.0);
            }
        }
    }

    #[test]
    fn other_canvases() {
        for (width, height, channels, background) in [(4, 4, 1, 0), (30, 70, 3, 255), (128, 128, 1, 0)] {
            let canvas = Canvas {
                width,
                height,
                channels,
                background,
            };
            let batch = examples(canvas, 8, 3, 5);
            for config in [small(), narrow(), whole()] {
                let loss = model(&config, canvas, 5).loss(&batch).unwrap();
                assert!(number(&loss.total).is_finite());
            }
        }
        let canvas = Canvas { width: 3, ..CANVAS };
        let error = Dimensions::new(&small(), canvas, 11, 10, 3).unwrap_err();
        assert_eq!(error.0, "a canvas of 3x64 pixels is too small: 4x4 is the least");
    }

    #[test]
    fn the_value_of_equal_pictures_does_not_depend_on_the_program() {
        let model = model(&small(), CANVAS, 6);
        let mut batch = examples(CANVAS, 12, 2, 6);
        batch[1].picture = batch[0].picture.clone();
        batch[1].target = batch[0].target.clone();
        let values = scores(&model, &batch).values;
        assert!((number(&values.get(0)) - number(&values.get(1))).abs() < 1e-6);
    }

    #[test]
    fn examples_that_do_not_fit() {
        let model = model(&small(), CANVAS, 7);
        let good = examples(CANVAS, 8, 1, 7).remove(0);
        let message = |change: &dyn Fn(&mut Encoded)| {
            let mut bad = good.clone();
            change(&mut bad);
            model.loss(&[good.clone(), bad]).unwrap_err().0
        };
        let cases = [
            message(&|e| e.ids.resize(17, 0)),
            message(&|e| e.ids[0] = 11),
            message(&|e| e.position = 99),
            message(&|e| e.target.truncate(100)),
            model.loss(&[]).unwrap_err().0,
        ];
        let starts = [
            "a program of 17 tokens with an edit of ",
            "an example of another grammar than the model's",
            "the position to edit, 99, is no site of its program",
            "a picture of 100 bytes, not 12288 (64x64x3)",
            "a batch without examples",
        ];
        for (case, start) in cases.iter().zip(starts) {
            assert!(case.starts_with(start), "{case}");
        }
        // Program and edit share a causal context.
        let mut long = good.clone();
        long.ids.resize(20, 0);
        long.steps = vec![tdf_decode::Step { mask: MaskId(0), id: 0 }; 3];
        let causal = self::model(&narrow(), CANVAS, 7);
        assert!(causal.loss(std::slice::from_ref(&long)).is_ok());
        long.ids.push(0);
        let error = causal.loss(&[long]).unwrap_err().0;
        assert!(
            error.starts_with("a program of 21 tokens with an edit of 3 decisions"),
            "{error}"
        );
    }

    #[test]
    fn seeds_and_copies() {
        let first = model(&small(), CANVAS, 8);
        assert_eq!(first.flat(), model(&small(), CANVAS, 8).flat());
        assert_ne!(first.flat(), model(&small(), CANVAS, 9).flat());
        let copy = first.with_flat(first.flat());
        let share = first.share();
        tch::no_grad(|| {
            let _ = first.flat().shallow_clone().fill_(0.0);
        });
        assert_eq!(number(&share.flat().abs().sum(None)), 0.0);
        assert!(number(&copy.flat().abs().sum(None)) > 0.0);
        assert!(copy.flat().requires_grad() && copy.flat().is_leaf());
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
