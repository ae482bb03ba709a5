//! Simulated annealing (Kirkpatrick, Gelatt and Vecchi, Science 220, 1983) of programs, without a network.

mod moves;

use rand::RngExt as _;
use tdf_tree::{Node, Rng, Tree};

use self::moves::Moves;
use crate::{MethodRegistration, Needs, SearchMethod, SearchOptions, SearchTask};

inventory::submit! {
    MethodRegistration {
        name: "anneal",
        about: "Simulated annealing by random changes, without a network: every render is an expansion",
        needs: |_| Needs::default(),
        check: |_| Ok(()),
        describe: |_| "simulated annealing".to_owned(),
        edits_per_program: |_| 1,
        policy: None,
        make: |options| Box::new(Anneal::new(options.clone())),
    }
}

/// Moves of the first chain. Each further one is twice as long, so that half of the time goes to the longest.
const FIRST_CHAIN: u32 = 2_000;

/// Temperatures of the first and of the last move of a chain. A cost of 1 is that of an empty image.
const HOT: f64 = 0.05;
const COLD: f64 = 0.001;

/// Cost of a program's size: of equal images the smaller program is better.
const PER_SIZE: f64 = 0.002;

/// Moves in a row that may change nothing: there are programs that nothing can change.
const MAX_IDLE: u32 = 256;

/// Renders between two looks of the engine at signals and clocks.
const BATCH: u32 = 2_000;

struct Anneal {
    options: SearchOptions,
    work: Option<Work>,
}

/// What is under way for a task.
struct Work {
    moves: Moves,
    rng: Rng,
    /// The difference of an empty image.
    ink: f64,
    /// Memory for images.
    image: Vec<u8>,
    changed: Tree,
    chain: Option<Chain>,
    /// Moves of the next chain.
    length: u32,
}

/// A program on its way.
struct Chain {
    program: Tree,
    cost: f64,
    moves: u32,
    /// Moves in a row that changed nothing.
    idle: u32,
    length: u32,
}

impl Anneal {
    fn new(options: SearchOptions) -> Self {
        Self { options, work: None }
    }
}

impl SearchMethod for Anneal {
    fn select(&mut self, task: &mut SearchTask<'_>) {
        let work = self.work.get_or_insert_with(|| Work::new(task, &self.options));
        let end = task.expansions().saturating_add(BATCH);
        while !task.has_ended() && task.expansions() < end {
            work.step(task);
        }
    }
}

impl Work {
    fn new(task: &mut SearchTask<'_>, options: &SearchOptions) -> Self {
        Self {
            moves: Moves::new(task.domain(), options),
            rng: task.query_rng(),
            ink: task.ink(),
            image: Vec::new(),
            changed: Tree::default(),
            chain: None,
            length: FIRST_CHAIN,
        }
    }

    fn step(&mut self, task: &mut SearchTask<'_>) {
        let domain = task.domain();
        let size = |nodes: &[Node]| domain.size().of(nodes);
        let Some(chain) = &mut self.chain else {
            let program = task.random_program();
            let cost = PER_SIZE * f64::from(size(program.nodes()));
            if let Some(difference) = task.assess(&program, &mut self.image) {
                self.chain = Some(Chain {
                    program,
                    cost: difference / self.ink + cost,
                    moves: 0,
                    idle: 0,
                    length: self.length,
                });
                self.length = self.length.saturating_mul(2);
            }
            return;
        };
        if chain.moves >= chain.length || chain.idle >= MAX_IDLE {
            self.chain = None;
            return;
        }
        chain.moves += 1;
        chain.idle += 1;
        self.changed.clone_from_nodes(chain.program.nodes());
        if !self.moves.change(&mut self.changed, size, &mut self.rng) {
            return;
        }
        chain.idle = 0;
        let size = f64::from(size(self.changed.nodes()));
        let Some(difference) = task.assess(&self.changed, &mut self.image) else {
            return;
        };
        let cost = difference / self.ink + PER_SIZE * size;
        let done = f64::from(chain.moves) / f64::from(chain.length);
        let temperature = HOT * (COLD / HOT).powf(done);
        if cost <= chain.cost || self.rng.random::<f64>() < ((chain.cost - cost) / temperature).exp() {
            std::mem::swap(&mut chain.program, &mut self.changed);
            chain.cost = cost;
        }
    }
}
