//! From encoded examples to tensors of indices.

use tch::{Device, Kind, Tensor};
use tdf_data::Encoded;

use crate::encoder::pictures;
use crate::layout::Dimensions;
use crate::{ModelError, Position};

/// A batch on the device. The text of an example is `program | edit, at, taken ids`, padded to the longest of the batch;
/// a *place* counts through the texts of the batch, `example * length + index`.
#[derive(Debug)]
pub(crate) struct Batch {
    /// See [`pictures`].
    pub pictures: Tensor,
    pub text: Text,
    pub at: At,
    /// Added to the scores of positions: 0 where there is a site, else minus infinity `[B, length]`.
    pub sites: Tensor,
    /// Index in the text of the position to be edited `[B]`.
    pub targets: Tensor,
    /// Places of the decisions `[M]`, their masks and the ids taken.
    pub decisions: Tensor,
    pub masks: Tensor,
    pub taken: Tensor,
    /// Edits to the target `[B]`, float.
    pub distances: Tensor,
}

/// What a pointer leads to: the places of first decisions `[D]` (examples without decisions have no such place), and the
/// ids `[D]` and positions `[D]` that they look at. Without a pointer, `D` is 0.
#[derive(Debug)]
pub(crate) struct At {
    pub places: Tensor,
    pub ids: Tensor,
    pub positions: Tensor,
}

/// Programs followed by the id that asks for a position.
#[derive(Debug)]
pub(crate) struct Text {
    /// Ids and positions `[B, length]`.
    pub ids: Tensor,
    pub positions: Tensor,
    /// Length of what is seen in both directions, image tokens included `[B]`.
    pub prefix: Tensor,
    /// Places that ask for a position `[B]`.
    pub edits: Tensor,
}

/// Rows of numbers that go to the device in one piece.
#[derive(Default)]
struct Numbers {
    values: Vec<i64>,
    sizes: Vec<i64>,
}

impl Numbers {
    fn add(&mut self, values: &[i64]) {
        self.values.extend_from_slice(values);
        self.sizes.push(values.len() as i64);
    }

    fn send<const N: usize>(self, device: Device) -> [Tensor; N] {
        let parts = Tensor::from_slice(&self.values)
            .to_device(device)
            .split_with_sizes(&self.sizes, 0);
        match parts.try_into() {
            Ok(parts) => parts,
            Err(_) => unreachable!("as many parts are asked for as were added"),
        }
    }
}

/// The table of texts while it is filled.
struct Table {
    length: usize,
    ids: Vec<i64>,
    positions: Vec<i64>,
    prefix: Vec<i64>,
    edits: Vec<i64>,
    sites: Vec<f32>,
}

impl Table {
    fn new(rows: usize, length: usize) -> Self {
        Self {
            length,
            ids: vec![0; rows * length],
            positions: vec![0; rows * length],
            prefix: Vec::with_capacity(rows),
            edits: Vec::with_capacity(rows),
            sites: vec![f32::NEG_INFINITY; rows * length],
        }
    }

    /// Writes a program and the id that asks for a position; returns the place of that id.
    fn program(&mut self, dimensions: &Dimensions, ids: &[u32], sites: &[u32]) -> usize {
        let begin = self.edits.len() * self.length;
        let end = begin + ids.len();
        for (at, &id) in ids.iter().enumerate() {
            self.ids[begin + at] = i64::from(id);
            self.positions[begin + at] = at as i64;
        }
        for &site in sites {
            self.sites[begin + site as usize] = 0.0;
        }
        self.ids[end] = dimensions.edit();
        self.positions[end] = dimensions.edit_position(ids.len());
        self.prefix.push(dimensions.image_tokens + ids.len() as i64);
        self.edits.push(end as i64);
        end
    }
}

impl Text {
    /// Programs without edits. All of them are within the context.
    pub fn new(dimensions: &Dimensions, programs: &[&[u32]], device: Device) -> Self {
        let length = 1 + programs.iter().map(|ids| ids.len()).max().unwrap_or(0);
        let mut table = Table::new(programs.len(), length);
        for ids in programs {
            table.program(dimensions, ids, &[]);
        }
        let mut numbers = Numbers::default();
        for values in [&table.ids, &table.positions, &table.prefix, &table.edits] {
            numbers.add(values);
        }
        let [ids, positions, prefix, edits] = numbers.send(device);
        let size = [-1, length as i64];
        Self {
            ids: ids.view(size),
            positions: positions.view(size),
            prefix,
            edits,
        }
    }
}

impl Batch {
    pub fn new(dimensions: &Dimensions, examples: &[Encoded], device: Device) -> Result<Self, ModelError> {
        if examples.is_empty() {
            return Err(ModelError("a batch without examples".into()));
        }
        let mut length = 0;
        for example in examples {
            check(example, dimensions)?;
            length = length.max(example.ids.len() + 1 + example.steps.len());
        }
        let mut table = Table::new(examples.len(), length);
        let (mut at_places, mut at_ids, mut at_positions) = (Vec::new(), Vec::new(), Vec::new());
        let (mut decisions, mut masks, mut taken) = (Vec::new(), Vec::new(), Vec::new());
        for example in examples {
            let at = 1 + table.program(dimensions, &example.ids, &example.sites);
            for (number, step) in example.steps.iter().enumerate() {
                let place = at + number;
                // The id taken in one step is what the next step sees first; the first sees the position.
                table.ids[place] = match number.checked_sub(1) {
                    Some(before) => i64::from(example.steps[before].id),
                    None => dimensions.at(example.position),
                };
                table.positions[place] = table.positions[place - 1] + 1;
                decisions.push(place as i64);
                masks.push(i64::from(step.mask.0));
                taken.push(i64::from(step.id));
            }
            if !example.steps.is_empty() && dimensions.config.position == Position::Pointer {
                at_places.push(at as i64);
                at_ids.push(i64::from(example.ids[example.position as usize]));
                at_positions.push(i64::from(example.position));
            }
        }
        let targets: Vec<i64> = examples.iter().map(|e| i64::from(e.position)).collect();
        let distances: Vec<i64> = examples.iter().map(|e| i64::from(e.distance)).collect();

        let mut numbers = Numbers::default();
        for values in [
            &table.ids,
            &table.positions,
            &table.prefix,
            &table.edits,
            &at_places,
            &at_ids,
            &at_positions,
        ] {
            numbers.add(values);
        }
        for values in [&targets, &decisions, &masks, &taken, &distances] {
            numbers.add(values);
        }
        let [
            ids,
            positions,
            prefix,
            edits,
            at_places,
            at_ids,
            at_positions,
            targets,
            decisions,
            masks,
            taken,
            distances,
        ] = numbers.send(device);
        let size = [-1, length as i64];
        let pairs = examples.iter().map(|e| (&e.picture[..], &e.target[..]));
        Ok(Self {
            pictures: pictures(dimensions, pairs, device)?,
            text: Text {
                ids: ids.view(size),
                positions: positions.view(size),
                prefix,
                edits,
            },
            sites: Tensor::from_slice(&table.sites).to_device(device).view(size),
            at: At {
                places: at_places,
                ids: at_ids,
                positions: at_positions,
            },
            targets,
            decisions,
            masks,
            taken,
            distances: distances.to_kind(Kind::Float),
        })
    }
}

/// Whether an example fits the tables of embeddings. Indices out of range would end the process or, on a GPU, spoil it.
fn check(example: &Encoded, dimensions: &Dimensions) -> Result<(), ModelError> {
    let (length, steps) = (example.ids.len(), example.steps.len());
    if dimensions.most_decisions(length).is_none_or(|most| steps > most) {
        return Err(ModelError(format!(
            "a program of {length} tokens with an edit of {steps} decisions does not fit model.context ({}): raise it, or \
             ask for smaller programs",
            dimensions.config.context
        )));
    }
    if !example.sites.contains(&example.position) {
        return Err(ModelError(format!(
            "the position to edit, {}, is no site of its program",
            example.position
        )));
    }
    let foreign = |id: u32, count: i64| i64::from(id) >= count;
    if example.ids.iter().any(|&id| foreign(id, dimensions.vocabulary))
        || example.sites.iter().any(|&site| site as usize >= length)
        || example
            .steps
            .iter()
            .any(|step| foreign(step.id, dimensions.outputs) || foreign(step.mask.0, dimensions.masks))
    {
        return Err(ModelError("an example of another grammar than the model's".into()));
    }
    Ok(())
}
