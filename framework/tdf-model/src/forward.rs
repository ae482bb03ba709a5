//! The forward pass of a batch.

use tch::{Kind, Tensor};

use crate::attention::{Projected, attend, attention_mask, heads as cut};
use crate::batch::{Batch, EditPosition, TokenBatch};
use crate::dimensions::Dimensions;
use crate::network::Network;

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
    let features = network.encoder.features(&batch.observations);
    let values = if dimensions.config.value_apart {
        network.value(&features.detach())
    } else {
        network.value(&features)
    };
    let mut x = begin(network, &features, &batch.text);
    let EditPosition { rows, ids, positions } = &batch.at;
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
pub(crate) fn begin(network: &Network<Tensor>, features: &Tensor, text: &TokenBatch) -> Tensor {
    let image = network.encoder.tokens(features).flatten(0, 1).to_kind(Kind::Float);
    Tensor::cat(&[image, network.embed(&text.ids, &text.positions)], 0)
}

/// Runs the layers over what [`begin`] gave and returns the final states. `keep` sees what each layer attends with.
pub(crate) fn transform(
    network: &Network<Tensor>,
    dimensions: &Dimensions,
    mut x: Tensor,
    text: &TokenBatch,
    mut keep: impl FnMut(usize, Projected),
) -> Tensor {
    let (packing, heads) = (&text.packing, dimensions.config.heads);
    let mask = attention_mask(
        dimensions.config.attention,
        &text.prefix,
        text.groups.as_ref(),
        packing.length(),
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
    use tdf_decode::{MaskId, VocabularyId};

    use super::Scores;
    use crate::ModelConfig;
    use crate::testing::{CANVAS, MASKS, differ, examples, model, narrow, rounding, same, scores, small, whole};
    use crate::transfer::to_vec;

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
    fn a_decision_sees_only_those_before_it() {
        [small(), narrow()].iter().for_each(decisions_of);
    }

    fn decisions_of(config: &ModelConfig) {
        let model = model(config, CANVAS, 3);
        let mut example = examples(CANVAS, 12, 1, 3).remove(0);
        let step = |mask: usize, id| tdf_decode::Decision {
            mask: MaskId(mask as u32),
            id: VocabularyId(id),
        };
        example.steps = vec![step(0, 1), step(1, 3), step(2, 8), step(2, 9)];
        let before = scores(&model, std::slice::from_ref(&example));
        example.steps[2].id = VocabularyId(2);
        let after = scores(&model, std::slice::from_ref(&example));
        let rounding = rounding(&model);
        let first = |scores: &Scores| scores.decisions.narrow(0, 0, 3);
        same("position", rounding, &before.positions, &after.positions);
        same("decision", rounding, &first(&before), &first(&after));
        differ("last", rounding, &before.decisions.get(3), &after.decisions.get(3));
        // And the position is what the first decision looks at.
        example.position = *example.sites.iter().find(|&&site| site != example.position).unwrap();
        let elsewhere = scores(&model, std::slice::from_ref(&example));
        same("position", rounding, &after.positions, &elsewhere.positions);
        differ("first", rounding, &after.decisions.get(0), &elsewhere.decisions.get(0));
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
                let allowed = MASKS[step.mask.0 as usize].contains(&VocabularyId(id as u32));
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
    fn the_value_of_equal_images_does_not_depend_on_the_program() {
        let model = model(&small(), CANVAS, 6);
        let mut batch = examples(CANVAS, 12, 2, 6);
        batch[1].image = batch[0].image.clone();
        batch[1].target = batch[0].target.clone();
        let values = scores(&model, &batch).values;
        same("value", rounding(&model), &values.get(0), &values.get(1));
    }
}
