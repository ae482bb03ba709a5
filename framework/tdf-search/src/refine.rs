//! Makes a program that was found say no more than it must, and as exactly as it can.

use std::sync::Arc;
use std::time::Instant;

use tdf_domain::{Criterion, DynDomain};
use tdf_tree::{Edit, NodeId, Tree, reductions};

use crate::leaves::leaves;
use crate::outcome::{FrontEntry, Outcome};

/// Renders that [`refine_outcome`] spends: as many as the search had, within these bounds.
const REFINING: (u64, u64) = (100, 5_000);

/// A program after [`refine`].
#[derive(Clone, Debug, PartialEq)]
pub struct Refined {
    /// The program.
    pub program: Tree,
    /// Distance of its image from the target, the domain's own.
    pub difference: f64,
    /// Whether it solves the task.
    pub solved: bool,
    /// Programs that were rendered for it.
    pub renders: u32,
}

/// The simplest form of `program` that is found by small steps. No part of it can be left out, and no other token is better. It is
/// canonical if the domain has canonical forms, and its constants are fitted if the domain fits constants.
///
/// Its observation is no further from `target`; a program that solves the task by `criterion` still solves it. Only where constants are
/// fitted may a shorter program that solves the task be further. At most `renders` programs are rendered. A domain whose programs take
/// inputs must be bound to those of the task ([`bind`](tdf_domain::bind)). `None` if `program` cannot be rendered, or if `target` is no
/// observation of `domain`.
///
/// # Examples
///
/// ```
/// use tdf_search::refine;
///
/// let domain = tdf_domain::erase(tdf_csg2d::Csg2d::default())?;
/// let parse = |text: &str| domain.language().parse(domain.start(), text);
/// let mut target = vec![0; domain.observation_spec().bytes()];
/// domain.render(parse("(Circle 3 5 8)")?.nodes(), &mut target)?;
/// let found = parse("(+ (Circle 3 5 7) (- (Quad 4 10 2 6 0) (Circle 15 15 14)))")?;
/// let refined = refine(&domain, domain.criterion("")?, &target, &found, 1_000).expect("it has an image");
/// assert_eq!(refined.program, parse("(Circle 3 5 8)")?);
/// assert!(refined.solved && refined.difference == 0.0);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn refine(
    domain: &Arc<dyn DynDomain>,
    criterion: Criterion,
    target: &[u8],
    program: &Tree,
    renders: u32,
) -> Option<Refined> {
    if target.len() != domain.observation_spec().bytes() {
        return None;
    }
    let mut work = Work {
        domain,
        criterion,
        target,
        image: vec![0; target.len()],
        left: renders.max(1),
    };
    let (difference, solved) = work.look(program)?;
    let mut at = Refined {
        program: program.clone(),
        difference,
        solved,
        renders: 0,
    };
    loop {
        let before = at.program.clone();
        work.leave_out(&mut at);
        work.change_tokens(&mut at);
        work.make_canonical(&mut at);
        work.fit(&mut at);
        if at.program == before || work.left == 0 {
            at.renders = renders.max(1) - work.left;
            return Some(at);
        }
    }
}

/// [`refine`] for the best program of a search. Its renders and seconds count as those of the search; it is the last edit of the trace,
/// and an entry of the front. `domain` is bound to the inputs of the task.
pub fn refine_outcome(domain: &Arc<dyn DynDomain>, criterion: Criterion, target: &[u8], outcome: &mut Outcome) {
    let clock = Instant::now();
    let (least, most) = REFINING;
    let renders = outcome.renders.clamp(least, most) as u32;
    let Some(refined) = refine(domain, criterion, target, &outcome.best.program, renders) else {
        return;
    };
    outcome.renders += u64::from(refined.renders);
    let best = &mut outcome.best;
    if refined.program != best.program {
        outcome.solved |= refined.solved;
        best.trace.edits.push(Edit {
            node: NodeId::ROOT,
            replacement: refined.program.nodes().to_vec(),
        });
        (best.program, best.difference) = (refined.program.clone(), refined.difference);
        outcome.add_to_front(FrontEntry {
            size: domain.size().of(refined.program.nodes()),
            program: refined.program,
            difference: refined.difference,
        });
    }
    outcome.seconds += clock.elapsed().as_secs_f64();
}

struct Work<'a> {
    domain: &'a Arc<dyn DynDomain>,
    criterion: Criterion,
    target: &'a [u8],
    image: Vec<u8>,
    /// Renders that are left.
    left: u32,
}

impl Work<'_> {
    /// The distance of the image of `program`, and whether it solves the task. `None` if it has no image, or if no render is left.
    fn look(&mut self, program: &Tree) -> Option<(f64, bool)> {
        self.left = self.left.checked_sub(1)?;
        self.domain.render(program.nodes(), &mut self.image).ok()?;
        let difference = self.domain.distance(&self.image, self.target);
        Some((difference, self.domain.solved(self.criterion, &self.image, self.target)))
    }

    /// Goes on to `program` if its distance `is_better`, and if it solves the task where the one at hand does. Says whether it did.
    fn go(&mut self, at: &mut Refined, program: Tree, is_better: impl Fn(f64) -> bool) -> bool {
        match self.look(&program) {
            Some((difference, solved)) if is_better(difference) && solved >= at.solved => {
                (at.program, at.difference, at.solved) = (program, difference, solved);
                true
            }
            _ => false,
        }
    }

    /// Leaves out parts without which the image is no further from the target, larger ones first.
    fn leave_out(&mut self, at: &mut Refined) {
        let grammar = Arc::clone(self.domain.language().grammar());
        let mut node = 0;
        while node < at.program.nodes().len() && self.left > 0 {
            let mut parts = reductions(&grammar, at.program.nodes(), node);
            // The smallest comes first.
            parts.sort_by_key(Vec::len);
            let before = at.difference;
            let is_shorter = parts.into_iter().any(|part| {
                let mut program = at.program.clone();
                program.replace(NodeId(node as u32), &part);
                self.go(at, program.clone(), |difference| difference <= before) || self.go_fitted(at, &program)
            });
            node += usize::from(!is_shorter);
        }
    }

    /// Goes on to a shorter program that solves the task with fitted constants, where the one at hand solves it. Constants have so many
    /// digits that hardly any two programs are equally near; of those that solve the task the shorter one is better.
    fn go_fitted(&mut self, at: &mut Refined, program: &Tree) -> bool {
        if !at.solved || !self.domain.refines() || self.left == 0 {
            return false;
        }
        let (fitted, runs) = self.domain.refined(program.nodes(), self.target);
        self.left = self.left.saturating_sub(runs);
        let fitted = fitted.unwrap_or_else(|| program.clone());
        let size = |program: &Tree| self.domain.size().of(program.nodes());
        size(&fitted) < size(&at.program) && self.go(at, fitted, |_| true)
    }

    /// Changes single tokens as long as that brings the image nearer.
    fn change_tokens(&mut self, at: &mut Refined) {
        let grammar = Arc::clone(self.domain.language().grammar());
        let leaves = leaves(&grammar);
        let mut changed = true;
        while changed && self.left > 0 && at.difference > 0.0 {
            changed = false;
            for node in 0..at.program.nodes().len() {
                let now = at.program.nodes()[node];
                if now.len != 1 {
                    continue;
                }
                for &leaf in &leaves[grammar.production(now.production).nonterminal.index()] {
                    let mut program = at.program.clone();
                    program.replace(NodeId(node as u32), &[leaf]);
                    let before = at.difference;
                    changed |= self.go(at, program, |difference| difference < before);
                    if self.left == 0 {
                        return;
                    }
                }
            }
        }
    }

    /// Fits constants, where the domain does that: to be nearer, or as near and smaller.
    fn fit(&mut self, at: &mut Refined) {
        if !self.domain.refines() || self.left == 0 {
            return;
        }
        let (program, runs) = self.domain.refined(at.program.nodes(), self.target);
        self.left = self.left.saturating_sub(runs);
        if let Some(program) = program {
            let size = |program: &Tree| self.domain.size().of(program.nodes());
            let (before, is_smaller) = (at.difference, size(&program) < size(&at.program));
            self.go(at, program, |difference| {
                difference < before || (is_smaller && difference == before)
            });
        }
    }

    /// Takes the canonical form, whose image is the same.
    fn make_canonical(&mut self, at: &mut Refined) {
        if let Some(nodes) = self.domain.canonical(at.program.nodes()) {
            let before = at.difference;
            self.go(at, Tree::from_nodes(nodes), |difference| difference <= before);
        }
    }
}
