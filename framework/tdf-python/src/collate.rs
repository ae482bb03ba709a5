//! Batches of training examples as flat numbers, which NumPy takes over.

use std::sync::Arc;

use tdf::examples::{Collate, EncodedExample, Example, ExampleEncoder};
use tdf::{Decision, Inputs, ObservationSpec};

use crate::pool::Pool;

/// Collects examples on the worker threads.
#[derive(Debug)]
pub(crate) struct Collator {
    pub encoder: ExampleEncoder,
    /// The form of observations, of no particular inputs.
    pub spec: ObservationSpec,
    pub domain: Arc<dyn tdf::DynDomain>,
    pub pool: Arc<Pool>,
}

/// A batch. Observations are one behind the other; those of examples with other numbers of rows have other lengths.
#[derive(Debug, Default)]
pub(crate) struct Collected {
    pub current: Vec<u8>,
    pub target: Vec<u8>,
    /// Rows of inputs of each example, none for images.
    pub inputs: Vec<Inputs>,
    pub encoded: Vec<EncodedExample>,
}

impl Collate for Collator {
    type Batch = Collected;

    fn begin(&self, examples: usize) -> Collected {
        let bytes = examples.saturating_mul(self.spec.bytes()).min(1 << 30);
        Collected {
            current: self.pool.take(bytes),
            target: self.pool.take(bytes),
            inputs: Vec::new(),
            encoded: Vec::with_capacity(examples.min(1 << 16)),
        }
    }

    fn add(&self, batch: &mut Collected, example: &Example) {
        batch.current.extend_from_slice(&example.image);
        batch.target.extend_from_slice(&example.target_image);
        batch.inputs.push(example.inputs.clone());
        batch.encoded.push(self.encoder.encode_program(example));
    }
}

/// Rows of whole numbers, filled up to the longest.
#[derive(Debug)]
pub(crate) struct Padded {
    pub numbers: Vec<i64>,
    pub width: usize,
}

impl Padded {
    /// `rows`, each filled up by what `pad` gives for it.
    pub fn new<'a, T: 'a>(
        rows: impl ExactSizeIterator<Item = &'a [T]> + Clone,
        number: impl Fn(&T) -> i64,
        pad: impl Fn(&[T]) -> i64,
    ) -> Self {
        let width = rows.clone().map(<[T]>::len).max().unwrap_or(0);
        let mut numbers = Vec::with_capacity(rows.len() * width);
        for row in rows {
            let end = numbers.len() + width;
            numbers.extend(row.iter().map(&number));
            numbers.resize(end, pad(row));
        }
        Self { numbers, width }
    }
}

/// The ids and masks of decisions. PyTorch's losses pass over the id -100; the mask of such a place is one that allows something, so that
/// no gradient is worked out of nothing but infinities.
#[derive(Debug)]
pub(crate) struct Decisions {
    pub ids: Padded,
    pub masks: Padded,
}

/// What PyTorch's losses pass over.
const IGNORED: i64 = -100;

impl Decisions {
    pub fn new<'a>(rows: impl ExactSizeIterator<Item = &'a [Decision]> + Clone) -> Self {
        let mask = |step: &Decision| i64::from(step.mask.0);
        Self {
            ids: Padded::new(rows.clone(), |step| step.id.into(), |_| IGNORED),
            // Mask 0 allows nothing, mask 1 something.
            masks: Padded::new(rows, mask, |row| row.last().map_or(1, mask)),
        }
    }
}

/// The numbers of a batch.
#[derive(Debug)]
pub(crate) struct Arrays {
    pub ids: Padded,
    pub lengths: Vec<i64>,
    pub sites: Vec<bool>,
    pub position: Vec<i64>,
    pub decisions: Decisions,
    pub decision_count: Vec<i64>,
    pub distance: Vec<i64>,
    pub alternative_example: Vec<i64>,
    pub alternative_position: Vec<i64>,
    pub alternatives: Decisions,
}

impl Arrays {
    pub fn new(encoded: &[EncodedExample]) -> Self {
        let ids = Padded::new(encoded.iter().map(|e| &e.ids[..]), |id| (*id).into(), |_| 0);
        let mut sites = vec![false; encoded.len() * ids.width];
        for (example, row) in encoded.iter().zip(sites.chunks_exact_mut(ids.width.max(1))) {
            for &site in &example.sites {
                row[site as usize] = true;
            }
        }
        let numbered = encoded.iter().enumerate();
        let others: Vec<_> = numbered
            .flat_map(|(number, example)| example.alternatives.iter().map(move |edit| (number as i64, edit)))
            .collect();
        let column = |number: fn(&EncodedExample) -> i64| encoded.iter().map(number).collect::<Vec<i64>>();
        Self {
            lengths: column(|e| e.ids.len() as i64),
            position: column(|e| e.position.into()),
            decisions: Decisions::new(encoded.iter().map(|e| &e.steps[..])),
            decision_count: column(|e| e.steps.len() as i64),
            distance: column(|e| e.distance.into()),
            alternative_example: others.iter().map(|(number, _)| *number).collect(),
            alternative_position: others.iter().map(|(_, edit)| edit.position.into()).collect(),
            alternatives: Decisions::new(others.iter().map(|(_, edit)| &edit.steps[..])),
            sites,
            ids,
        }
    }
}
