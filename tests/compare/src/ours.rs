//! tdf's masks.

use std::hint::black_box;
use std::time::Instant;

use tdf_decode::{DecoderState, Masks, VocabularyId};

use crate::subject::Subject;

/// The tokens allowed at each step of each program.
pub fn steps(subject: &Subject) -> Vec<Vec<Vec<u32>>> {
    let masks = &subject.masks;
    let walk = |program: &Vec<u32>| {
        let mut state = fresh(subject, Masks::UNBOUNDED);
        let mut steps = Vec::new();
        for &id in program.iter().chain([&subject.end()]) {
            let mask = masks.mask_id(&state);
            steps.push(masks.allowed(mask).iter().map(|id| id.0).collect());
            masks.advance(&mut state, VocabularyId(id)).expect("the mask allows it");
        }
        steps
    };
    subject.programs.iter().map(walk).collect()
}

fn fresh(subject: &Subject, budget: u32) -> DecoderState {
    let start = subject.language.grammar().start;
    subject.masks.start(start, budget).unwrap_or_default()
}

/// Nanoseconds a step of a batch: the id of a mask, as a network with the masks on its device wants it; a bitmap written
/// for each sequence; an id under a budget of size 8.
pub fn time(subject: &Subject) -> [f64; 3] {
    let masks = &subject.masks;
    let width = subject.end() as usize + 1;
    let words = width.div_ceil(64);
    let mut bitmaps = vec![0u64; masks.mask_count() * words];
    for (mask, row) in masks.matrix().chunks_exact(width).enumerate() {
        for (id, _) in row.iter().enumerate().filter(|(_, bit)| **bit != 0) {
            bitmaps[mask * words + id / 64] |= 1 << (id % 64);
        }
    }
    let mut ids = vec![0u32; subject.programs.len()];
    let mut batch = vec![0u64; subject.programs.len() * words];
    let mut take = |budget: u32, whole: bool| {
        run(subject, budget, |sequence, mask| {
            ids[sequence] = mask;
            if whole {
                let from = &bitmaps[mask as usize * words..][..words];
                batch[sequence * words..][..words].copy_from_slice(from);
            }
        })
    };
    let times = [
        take(Masks::UNBOUNDED, false),
        take(Masks::UNBOUNDED, true),
        take(8, false),
    ];
    black_box((&ids, &batch));
    times
}

/// All sequences take a step before any takes the next, as a batch does.
fn run(subject: &Subject, budget: u32, mut take: impl FnMut(usize, u32)) -> f64 {
    let masks = &subject.masks;
    let longest = subject.programs.iter().map(Vec::len).max().unwrap_or(0);
    let fresh = fresh(subject, budget);
    let mut states = vec![fresh.clone(); subject.programs.len()];
    let mut best = f64::INFINITY;
    // A run takes a millisecond: the first ones warm up.
    for _ in 0..30 {
        states.iter_mut().for_each(|state| state.clone_from(&fresh));
        let begin = Instant::now();
        for step in 0..=longest {
            for (sequence, (state, program)) in states.iter_mut().zip(&subject.programs).enumerate() {
                if step <= program.len() {
                    let id = program.get(step).copied().unwrap_or(subject.end());
                    take(sequence, masks.mask_id(state).0);
                    masks.advance(state, VocabularyId(id)).expect("the mask allows it");
                }
            }
        }
        best = best.min(begin.elapsed().as_nanos() as f64 / subject.steps() as f64);
    }
    best
}
