//! From encoded examples to tensors of indices.

use tch::{Device, Kind, Tensor};
use tdf_data::EncodedExample;
use tdf_decode::VocabularyId;

use crate::dimensions::Dimensions;
use crate::observations::observations;
use crate::packing::{PackedRows, Packing};
use crate::transfer::send;
use crate::{ModelError, Position};

/// A batch on the device. The text of an example is `program | edit, at, taken ids`; positions are *rows* of its
/// [`Packing`].
#[derive(Debug)]
pub(crate) struct Batch {
    /// See [`observations`].
    pub observations: Tensor,
    pub text: TokenBatch,
    pub at: EditPosition,
    /// Added to the scores of positions: 0 where there is a site, else minus infinity `[B, longest text]`.
    pub sites: Tensor,
    /// Added to the scores of positions: 0 where there is a right one, else minus infinity `[B, longest text]`.
    pub right: Tensor,
    /// Rows of the decisions `[M]`, their masks and the ids taken; and what they weigh: edits of one example share a weight of 1.
    pub decisions: Tensor,
    pub masks: Tensor,
    pub taken: Tensor,
    pub weights: Tensor,
    /// Edits to the target `[B]`, float.
    pub distances: Tensor,
}

/// What a pointer leads to: the rows of first decisions `[D]` (examples without decisions have no such row), and the
/// ids `[D]` and positions `[D]` that they look at. Without a pointer, `D` is 0.
#[derive(Debug)]
pub(crate) struct EditPosition {
    pub rows: Tensor,
    pub ids: Tensor,
    pub positions: Tensor,
}

/// Programs followed by the id that asks for a position, and possibly by edits.
#[derive(Debug)]
pub(crate) struct TokenBatch {
    /// Ids and positions of all texts, `[N]`.
    pub ids: Tensor,
    pub positions: Tensor,
    /// Length of what is seen in both directions, image tokens included `[B]`.
    pub prefix: Tensor,
    /// Rows that ask for a position `[B]`.
    pub edits: Tensor,
    /// Embedded positions of those rows `[B]`.
    pub edit_positions: Tensor,
    /// The edit that each position of the packing's table belongs to, `[B, T]`: from 1 on, and 0 for what all of them see.
    /// `None` where no sequence has more than one.
    pub groups: Option<Tensor>,
    pub packing: Packing,
}

/// Texts while they are written, one behind the other.
#[derive(Default)]
struct Writer {
    ids: Vec<i64>,
    positions: Vec<i64>,
    prefix: Vec<i64>,
    /// Index of the id that asks for a position, among all ids, and its position.
    edits: Vec<i64>,
    edit_positions: Vec<i64>,
}

impl Writer {
    /// Writes a program and the id that asks for a position.
    fn program(&mut self, dimensions: &Dimensions, ids: &[VocabularyId]) {
        self.ids.extend(ids.iter().map(|&id| i64::from(id)));
        self.positions.extend(0..ids.len() as i64);
        self.prefix.push(dimensions.image_tokens + ids.len() as i64);
        self.edits.push(self.ids.len() as i64);
        self.edit_positions.push(dimensions.edit_position(ids.len()));
        self.ids.push(dimensions.edit_query_id());
        self.positions.push(dimensions.edit_position(ids.len()));
    }

    /// Writes id `number` of an edit of the last program; returns its index among all ids.
    fn edit(&mut self, id: i64, number: usize) -> i64 {
        let first = self.edit_positions.last().map_or(0, |last| last + 1);
        self.ids.push(id);
        self.positions.push(first + number as i64);
        self.ids.len() as i64 - 1
    }

    /// The texts on a device, and `more`.
    fn send<const N: usize>(
        mut self,
        packed: &PackedRows,
        more: [&[i64]; N],
        device: Device,
    ) -> (TokenBatch, [Tensor; N]) {
        let texts = packed.texts() as i64;
        self.edits.iter_mut().for_each(|edit| *edit += texts);
        let own = [
            &self.ids,
            &self.positions,
            &self.prefix,
            &self.edits,
            &self.edit_positions,
            &packed.rows,
            &packed.table,
        ];
        let all: Vec<&[i64]> = own.into_iter().map(Vec::as_slice).chain(more).collect();
        let sizes: Vec<i64> = all.iter().map(|values| values.len() as i64).collect();
        let sent = send(&all.concat(), device);
        let mut parts = sent.split_with_sizes(&sizes, 0).into_iter();
        let mut next = || match parts.next() {
            Some(part) => part,
            None => unreachable!("as many parts are asked for as were sent"),
        };
        let text = TokenBatch {
            ids: next(),
            positions: next(),
            prefix: next(),
            edits: next(),
            edit_positions: next(),
            groups: None,
            packing: packed.packing(next(), next()),
        };
        (text, std::array::from_fn(|_| next()))
    }
}

impl TokenBatch {
    /// Programs without edits. All of them are within the context.
    pub fn new(dimensions: &Dimensions, programs: &[&[VocabularyId]], device: Device) -> Self {
        let mut writer = Writer::default();
        for ids in programs {
            writer.program(dimensions, ids);
        }
        let lengths = programs.iter().map(|ids| ids.len() + 1);
        let packed = PackedRows::new(dimensions.image_tokens as usize, lengths);
        writer.send(&packed, [], device).0
    }
}

impl Batch {
    pub fn new(dimensions: &Dimensions, examples: &[EncodedExample], device: Device) -> Result<Self, ModelError> {
        if examples.is_empty() {
            return Err(ModelError::Input("a batch without examples".into()));
        }
        examples.iter().try_for_each(|example| check(example, dimensions))?;
        let lengths = examples.iter().map(EncodedExample::length);
        let longest = lengths.clone().max().unwrap_or(0);
        let packed = PackedRows::new(dimensions.image_tokens as usize, lengths);
        let texts = packed.texts() as i64;

        let mut writer = Writer::default();
        let (mut at_rows, mut at_ids, mut at_positions) = (Vec::new(), Vec::new(), Vec::new());
        let (mut decisions, mut masks, mut taken) = (Vec::new(), Vec::new(), Vec::new());
        let mut weights = Vec::new();
        let mut sites = vec![f32::NEG_INFINITY; examples.len() * longest];
        let mut right = sites.clone();
        let lines = sites.chunks_mut(longest).zip(right.chunks_mut(longest));
        for (example, (sites, right)) in examples.iter().zip(lines) {
            for &site in &example.sites {
                sites[site as usize] = 0.0;
            }
            writer.program(dimensions, &example.ids);
            let weight = 1.0 / (1 + example.alternatives.len()) as f32;
            for (position, steps) in example.edits() {
                right[position as usize] = 0.0;
                // The id taken in one step is what the next step sees first; the first sees the position.
                let mut seen = dimensions.edit_position_id(position);
                for (number, step) in steps.iter().enumerate() {
                    let row = texts + writer.edit(seen, number);
                    seen = i64::from(step.id);
                    if number == 0 && dimensions.config.position == Position::Pointer {
                        at_rows.push(row);
                        at_ids.push(i64::from(example.ids[position as usize]));
                        at_positions.push(i64::from(position));
                    }
                    decisions.push(row);
                    masks.push(i64::from(step.mask.0));
                    taken.push(i64::from(step.id));
                    weights.push(weight);
                }
            }
        }
        let distances: Vec<i64> = examples.iter().map(|e| i64::from(e.distance)).collect();
        let more = [&at_rows, &at_ids, &at_positions, &decisions, &masks, &taken, &distances];
        let (mut text, more) = writer.send(&packed, more.map(Vec::as_slice), device);
        let [at_rows, at_ids, at_positions, decisions, masks, taken, distances] = more;
        if examples.iter().any(|e| !e.alternatives.is_empty()) {
            let groups = groups(examples, dimensions.image_tokens as usize, longest);
            let size = [examples.len() as i64, text.packing.length()];
            text.groups = Some(send(&groups, device).view(size));
        }
        let pairs = examples.iter().map(EncodedExample::pair);
        Ok(Self {
            observations: observations(dimensions, pairs, device)?,
            text,
            at: EditPosition {
                rows: at_rows,
                ids: at_ids,
                positions: at_positions,
            },
            sites: send(&sites, device).view([-1, longest as i64]),
            right: send(&right, device).view([-1, longest as i64]),
            decisions,
            masks,
            taken,
            weights: send(&weights, device),
            distances: distances.to_kind(Kind::Float),
        })
    }
}

/// See [`Text::groups`].
fn groups(examples: &[EncodedExample], image_tokens: usize, longest: usize) -> Vec<u8> {
    let length = image_tokens + longest;
    let mut groups = vec![0; examples.len() * length];
    for (example, groups) in examples.iter().zip(groups.chunks_mut(length)) {
        let mut at = image_tokens + example.ids.len() + 1;
        for (number, (_, steps)) in example.edits().enumerate() {
            // Beyond 255 edits, those of one number see what stands before them of each other.
            groups[at..at + steps.len()].fill(1 + (number % 255) as u8);
            at += steps.len();
        }
    }
    groups
}

/// Whether an example fits the tables of embeddings. Indices out of range would end the process or, on a GPU, spoil it.
fn check(example: &EncodedExample, dimensions: &Dimensions) -> Result<(), ModelError> {
    let length = example.ids.len();
    let steps = example.edits().map(|(_, steps)| steps.len()).max().unwrap_or(0);
    if dimensions.most_decisions(length).is_none_or(|most| steps > most) {
        return Err(ModelError::Input(format!(
            "a program of {length} tokens with an edit of {steps} decisions does not fit model.context ({}): raise it, or \
             ask for smaller programs",
            dimensions.config.context
        )));
    }
    let mut positions = example.edits().map(|(position, _)| position);
    if let Some(position) = positions.find(|position| !example.sites.contains(position)) {
        return Err(ModelError::Input(format!(
            "the position to edit, {position}, is no site of its program"
        )));
    }
    let foreign = |id: u32, count: i64| i64::from(id) >= count;
    if example.ids.iter().any(|&id| foreign(id.0, dimensions.vocabulary))
        || example.sites.iter().any(|&site| site as usize >= length)
        || example
            .edits()
            .flat_map(|(_, steps)| steps)
            .any(|step| foreign(step.id.0, dimensions.outputs) || foreign(step.mask.0, dimensions.masks))
    {
        return Err(ModelError::Input(
            "an example of another grammar than the model's".into(),
        ));
    }
    Ok(())
}
