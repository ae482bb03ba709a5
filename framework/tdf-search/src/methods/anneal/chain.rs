//! A chain: a program that changes at random while the temperature falls.

use tdf_tree::Tree;

/// Temperatures of the first move of a chain, of the first move of one that goes on from the end of another, and of the last move
/// of any. A cost of 1 is that of an empty image.
const HOT: f64 = 0.025;
const WARM: f64 = 0.01;
const COLD: f64 = 0.0005;

/// Moves between two changes of the temperature.
const STEP: u32 = 16;

/// Moves in a row that may change nothing: there are programs that nothing can change.
const MAX_IDLE: u32 = 256;

/// A program on its way.
#[derive(Debug)]
pub(super) struct Chain {
    pub(super) program: Tree,
    /// Its cost; none before it was rendered.
    pub(super) cost: Option<f64>,
    /// The program that cost least.
    pub(super) best: Option<(f64, Tree)>,
    /// Whether it began at the end of another chain.
    is_warm: bool,
    moves: u32,
    length: u32,
    /// Moves in a row that changed nothing.
    idle: u32,
    temperature: f64,
}

impl Chain {
    pub(super) fn new(program: Tree, is_warm: bool, length: u32) -> Self {
        Self {
            program,
            cost: None,
            best: None,
            is_warm,
            moves: 0,
            length: length.max(1),
            idle: 0,
            temperature: 0.0,
        }
    }

    /// Whether it is at its end.
    pub(super) fn has_ended(&self) -> bool {
        self.moves >= self.length || self.idle >= MAX_IDLE
    }

    /// Ends it.
    pub(super) fn end(&mut self) {
        self.length = self.moves;
    }

    /// Counts a move.
    pub(super) fn begin_move(&mut self) {
        if self.moves.is_multiple_of(STEP) {
            let done = f64::from(self.moves) / f64::from(self.length);
            let hot = if self.is_warm { WARM } else { HOT };
            self.temperature = hot * (COLD / hot).powf(done);
        }
        self.moves += 1;
        self.idle += 1;
    }

    /// The last move changed the program.
    pub(super) fn was_changed(&mut self) {
        self.idle = 0;
    }

    /// Goes on to `next`, which costs `cost`, if the temperature allows it; `chance` is uniform in 0..1. `next` then holds the
    /// program before. Says whether it did.
    pub(super) fn accept(&mut self, next: &mut Tree, cost: f64, chance: f64) -> bool {
        let is_accepted = match self.cost {
            None => true,
            Some(before) => cost <= before || chance < ((before - cost) / self.temperature).exp(),
        };
        if !is_accepted {
            return false;
        }
        std::mem::swap(&mut self.program, next);
        self.cost = Some(cost);
        match &mut self.best {
            Some((least, _)) if *least <= cost => {}
            Some((least, best)) => {
                *least = cost;
                best.clone_from_nodes(self.program.nodes());
            }
            best @ None => *best = Some((cost, self.program.clone())),
        }
        true
    }
}
