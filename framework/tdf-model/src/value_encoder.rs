//! The encoder of inputs and outputs: patches of characters, a transformer over each row, and tokens that attend to all rows.

use tch::{Kind, Tensor};

use crate::ModelConfig;
use crate::attention::{Projected, attend, heads};
use crate::blocks::{Linear, Norm};
use crate::init::{Init, Make};
use crate::layer::{GAIN, Layer};
use crate::value_layout::{PATCH, POSITIONS};

/// Tokens that a task becomes.
pub(crate) const VALUE_TOKENS: i64 = 8;

/// Width of the embedding of a character.
const CHARACTER: i64 = 16;

/// Layers of the transformer over a row.
const LAYERS: i64 = 1;

/// What the length of a common substring is divided by.
const SCALE: f64 = 8.0;

/// The parameters. Rows have no position, so their order does not matter.
#[derive(Debug)]
pub(crate) struct ValueEncoder<T> {
    characters: T,
    patch: Linear<T>,
    positions: T,
    layers: Vec<Layer<T>>,
    norm: Norm<T>,
    queries: T,
    key_value: Linear<T>,
    output: Linear<T>,
    heads: i64,
}

impl<T> ValueEncoder<T> {
    /// `embedding` is what embeddings begin as.
    pub fn build(config: &ModelConfig, embedding: Init, make: Make<'_, T>) -> Self {
        let width = config.width;
        let branch = GAIN / (2.0 * LAYERS as f64).sqrt();
        // Two characters, two lengths of common substrings for each, and whether they are equal.
        let patch = PATCH as i64 * (2 * (CHARACTER + 2) + 1);
        Self {
            characters: make("values.characters".into(), &[256, CHARACTER], embedding),
            patch: Linear::build("values.patch", &[width, patch], GAIN, make),
            positions: make("values.positions".into(), &[POSITIONS as i64, width], embedding),
            layers: (0..LAYERS)
                .map(|i| Layer::build(&format!("values.layers.{i}"), width, branch, make))
                .collect(),
            norm: Norm::build("values.norm", width, make),
            queries: make("values.queries".into(), &[VALUE_TOKENS, width], embedding),
            key_value: Linear::build("values.key_value", &[2 * width, width], GAIN, make),
            output: Linear::build("values.output", &[width, width], GAIN, make),
            heads: config.heads,
        }
    }
}

impl ValueEncoder<Tensor> {
    /// `[B, tokens, W]` of [`crate::value_rows::value_rows`].
    pub fn features(&self, rows: &Tensor) -> Tensor {
        let (batch, count, characters) = match rows.size()[..] {
            [batch, count, characters, _] => (batch, count, characters),
            _ => unreachable!("rows have four dimensions"),
        };
        let patches = characters / PATCH as i64;
        let kind = self.characters.kind();
        let [texts, beside] = [0, 3].map(|plane| rows.select(3, plane).to_kind(Kind::Int64));
        let embedded = |texts: &Tensor| Tensor::embedding(&self.characters, texts, -1, false, false);
        let common = |first| rows.narrow(3, first, 2).to_kind(kind) / SCALE;
        let is_equal = texts.eq_tensor(&beside).unsqueeze(3).to_kind(kind);
        let parts = [embedded(&texts), common(1), embedded(&beside), common(4), is_equal];
        let x = Tensor::cat(&parts, 3).view([batch * count, patches, -1]);
        let positions = rows
            .select(3, 6)
            .to_kind(Kind::Int64)
            .view([batch * count, patches, -1]);
        let positions = Tensor::embedding(&self.positions, &positions.select(2, 0), -1, false, false);
        let mut x = self.patch.forward(&x).to_kind(Kind::Float) + positions.to_kind(Kind::Float);

        // A patch of zeros is behind the end. The first of a row is always seen: a row of none must see something.
        let is_seen = texts
            .maximum(&beside)
            .view([batch * count, patches, -1])
            .amax([2i64].as_slice(), false)
            .gt(0.0);
        let first = Tensor::arange(patches, (Kind::Int64, rows.device())).eq(0.0);
        let mask = hidden(&is_seen.logical_or(&first.unsqueeze(0)), kind).view([batch * count, 1, 1, patches]);
        for layer in &self.layers {
            x = layer.forward(&x, |qkv| attend(&heads(&qkv, self.heads), Some(&mask)));
        }

        // Tokens attend to the patches of all rows.
        let key_value = self
            .key_value
            .forward(&self.norm.forward(&x))
            .view([batch, count * patches, -1]);
        let width = self.queries.size()[1];
        let cut = |x: Tensor| {
            let size = x.size();
            x.view([size[0], size[1], self.heads, -1]).transpose(1, 2)
        };
        let projected = Projected {
            q: cut(self.queries.unsqueeze(0).expand([batch, -1, -1], false).contiguous()),
            k: cut(key_value.narrow(2, 0, width).contiguous()),
            v: cut(key_value.narrow(2, width, width).contiguous()),
        };
        let mask = hidden(&is_seen.view([batch, count * patches]), kind).view([batch, 1, 1, count * patches]);
        self.output.forward(&attend(&projected, Some(&mask)))
    }
}

/// 0 where `seen`, else minus infinity.
fn hidden(seen: &Tensor, kind: Kind) -> Tensor {
    Tensor::zeros([1], (kind, seen.device())).masked_fill(&seen.logical_not(), f64::NEG_INFINITY)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Model;
    use crate::testing::{differ, model_of, rounding, same, small};
    use crate::value_rows::{ROWS, value_rows};
    use rand::RngExt as _;
    use tch::Device;
    use tdf_domain::{Inputs, ObservationPair, ObservationSpec, Value, ValueSpec};
    use tdf_tree::{Rng, rng_stream};

    const SPEC: ValueSpec = ValueSpec { rows: 0, max_bytes: 40 };

    /// Arguments, target and current output of some rows.
    #[derive(Clone)]
    struct Task {
        inputs: Vec<Vec<Value>>,
        target: Vec<Option<Value>>,
        current: Vec<Option<Value>>,
    }

    fn text(rng: &mut Rng, most: usize) -> Value {
        let length = rng.random_range(0..=most);
        Value::Text((0..length).map(|_| rng.random_range('a'..='e')).collect())
    }

    fn task(rows: usize, rng: &mut Rng) -> Task {
        Task {
            inputs: (0..rows).map(|_| vec![text(rng, 30), text(rng, 5)]).collect(),
            target: (0..rows).map(|_| Some(text(rng, 20))).collect(),
            current: (0..rows).map(|_| rng.random_bool(0.8).then(|| text(rng, 20))).collect(),
        }
    }

    fn features(model: &Model, tasks: &[Task]) -> Tensor {
        let encoded: Vec<(Inputs, Vec<u8>, Vec<u8>)> = tasks
            .iter()
            .map(|task| {
                let rows = task.inputs.len() as u32;
                let spec = ValueSpec { rows, ..SPEC };
                let inputs = Inputs::new(task.inputs.clone());
                (inputs, spec.encode(&task.current), spec.encode(&task.target))
            })
            .collect();
        let pairs = encoded.iter().map(|(inputs, current, target)| ObservationPair {
            inputs,
            current,
            target,
        });
        let rows = value_rows(SPEC, true, pairs, Device::Cpu).unwrap();
        tch::no_grad(|| model.network().encoder.features(&rows))
    }

    fn model() -> Model {
        model_of(&small(), ObservationSpec::Values(SPEC), 3)
    }

    #[test]
    fn the_order_of_rows_does_not_matter() {
        let (model, mut rng) = (model(), rng_stream(1, 0));
        let rounding = rounding(&model);
        for rows in 2..=ROWS {
            let task = task(rows, &mut rng);
            let mut turned = task.clone();
            turned.inputs.rotate_left(1);
            turned.target.rotate_left(1);
            turned.current.rotate_left(1);
            let one = features(&model, std::slice::from_ref(&task));
            assert_eq!(one.size(), [1, VALUE_TOKENS, small().width]);
            same("features", rounding, &one, &features(&model, &[turned.clone()]));
            // Outputs that go with other inputs are another task.
            turned.inputs.rotate_left(1);
            if turned.inputs != task.inputs {
                differ("features", rounding, &one, &features(&model, &[turned]));
            }
        }
    }

    #[test]
    fn what_stands_beside_a_task_in_a_batch_does_not_matter() {
        let (model, mut rng) = (model(), rng_stream(2, 0));
        let tasks: Vec<Task> = [1, 5, 2, 8, 3].iter().map(|&rows| task(rows, &mut rng)).collect();
        let all = features(&model, &tasks);
        for (number, task) in tasks.iter().enumerate() {
            let alone = features(&model, std::slice::from_ref(task));
            same("features", rounding(&model), &all.get(number as i64), &alone.get(0));
        }
    }

    #[test]
    fn everything_of_the_first_rows_is_seen() {
        let (model, mut rng) = (model(), rng_stream(3, 0));
        let task = task(ROWS + 1, &mut rng);
        let before = features(&model, std::slice::from_ref(&task));
        let of = |change: &dyn Fn(&mut Task)| {
            let mut changed = task.clone();
            change(&mut changed);
            features(&model, &[changed])
        };
        let rounding = rounding(&model);
        let other = || Some(Value::from("other"));
        for row in [0, ROWS - 1] {
            differ(
                "input",
                rounding,
                &before,
                &of(&|task| task.inputs[row][1] = "other".into()),
            );
            differ("target", rounding, &before, &of(&|task| task.target[row] = other()));
            differ("current", rounding, &before, &of(&|task| task.current[row] = other()));
        }
        // A failure is no empty text.
        let empty = of(&|task| task.current[0] = Some("".into()));
        differ("failure", rounding, &empty, &of(&|task| task.current[0] = None));
        same("beyond", rounding, &before, &of(&|task| task.target[ROWS] = other()));
    }
}
