//! How many ways there are to derive a program of a size.

use tdf_grammar::{AlternativeId, Grammar, NonterminalId, NonterminalKind, ProductionId};

use crate::recursion;
use crate::{Size, Weighting};

/// Weights by size of nonterminals, productions and the tails of productions.
///
/// Under [`Weighting::Skeletons`] the weight of a program set is its number of skeletons, times `tilt` to the power of
/// the size: a factor that all programs of one size share, so that it changes no distribution, but keeps the numbers
/// inside `f64`. Under the other weightings a nonterminal weighs 1 where it has a program of the size, so that the
/// weight of a production is its number of splits.
#[derive(Clone, Debug)]
pub(crate) struct Counts {
    /// Number of sizes, `0..=max`.
    sizes: usize,
    weights: Vec<u32>,
    /// The power of `tilt` that each production brings in.
    tilts: Vec<f64>,
    /// Children of production `p` are at the places `starts[p]..starts[p + 1]`.
    starts: Vec<u32>,
    children: Vec<u32>,
    /// Whether the place is the last one of its production.
    last: Vec<bool>,
    /// `[nonterminal][size]`.
    programs: Vec<f64>,
    /// `[place][size]`: for the child at this place and those right of it, together of this size.
    tails: Vec<f64>,
}

impl Counts {
    pub(crate) fn new(grammar: &Grammar, size: &Size, max: u32, weighting: &Weighting) -> Self {
        let allowed = |p: ProductionId| match weighting {
            Weighting::Weights(weights) => weights[grammar.production(p).alternative.index()] > 0.0,
            _ => true,
        };
        let least = recursion::least(grammar, size.weights(), allowed);
        let usable = |p: &ProductionId| {
            let total = recursion::least_of(grammar, size.weights(), &least, *p);
            allowed(*p) && total <= max
        };
        let usable: Vec<ProductionId> = (0..grammar.productions.len())
            .map(ProductionId::new)
            .filter(usable)
            .collect();
        let counting = matches!(weighting, Weighting::Skeletons);
        let mut tilt = 1.0;
        loop {
            let mut counts = Self::empty(grammar, size, max as usize + 1, tilt);
            if counts.fill(grammar, &least, &usable, counting) {
                return counts;
            }
            tilt *= 0.9;
        }
    }

    fn empty(grammar: &Grammar, size: &Size, sizes: usize, tilt: f64) -> Self {
        let mut starts = vec![0];
        let mut children = Vec::new();
        let mut last = Vec::new();
        for p in 0..grammar.productions.len() {
            children.extend(recursion::children(grammar, ProductionId::new(p)).map(|n| n.0));
            last.resize(children.len(), false);
            if let Some(last) = last.get_mut(starts[p] as usize..).and_then(|own| own.last_mut()) {
                *last = true;
            }
            starts.push(children.len() as u32);
        }
        let programs = vec![0.0; grammar.nonterminals.len() * sizes];
        let tails = vec![0.0; children.len() * sizes];
        let weights = size.weights().to_vec();
        let tilts = weights.iter().map(|&w| tilt.powi(w as i32)).collect();
        Self {
            sizes,
            weights,
            tilts,
            starts,
            children,
            last,
            programs,
            tails,
        }
    }

    /// Fills the tables; false if a number grows too large. Nonterminals weigh 0 or 1 unless `counting`.
    ///
    /// Productions depend on nonterminals of the same size only where the others of their children are of size zero:
    /// without recursion that does not grow this ends after as many rounds as such a chain is long.
    fn fill(&mut self, grammar: &Grammar, least: &[u32], usable: &[ProductionId], counting: bool) -> bool {
        for size in 0..self.sizes {
            let mut rounds = 0;
            loop {
                for &p in usable {
                    self.fill_tails(p, size, least);
                }
                let mut changed = false;
                for n in 0..grammar.nonterminals.len() {
                    let weight = self.weigh(grammar, NonterminalId::new(n), size, usable, counting);
                    if weight > 1e200 {
                        return false;
                    }
                    let known = &mut self.programs[n * self.sizes + size];
                    changed |= *known != weight;
                    *known = weight;
                }
                if !changed {
                    break;
                }
                rounds += 1;
                assert!(
                    rounds <= grammar.nonterminals.len() + 1,
                    "the size was made for another grammar"
                );
            }
        }
        true
    }

    /// The tails of `production` that are part of programs of this size, if what is left of them is least.
    fn fill_tails(&mut self, production: ProductionId, size: usize, least: &[u32]) {
        let places = self.places(production);
        let mut before: usize = self.weight(production);
        before += places
            .clone()
            .map(|place| least[self.children[place] as usize] as usize)
            .sum::<usize>();
        for place in places.rev() {
            before -= least[self.children[place] as usize] as usize;
            if let Some(rest) = size.checked_sub(before) {
                let sum = self.options(place, rest).map(|(_, weight)| weight).sum();
                self.tails[place * self.sizes + rest] = sum;
            }
        }
    }

    fn weigh(&self, grammar: &Grammar, n: NonterminalId, size: usize, usable: &[ProductionId], counting: bool) -> f64 {
        let productions = grammar.nonterminals[n.index()].productions.clone();
        let own =
            usable.partition_point(|p| p.0 < productions.start)..usable.partition_point(|p| p.0 < productions.end);
        let own = &usable[own];
        if !counting {
            return f64::from(own.iter().any(|&p| self.production(p, size as u32) > 0.0));
        }
        if grammar.nonterminals[n.index()].kind == NonterminalKind::Suffix {
            // What follows the first character differs in tokens only.
            return own.iter().map(|&p| self.skeletons(p, size as u32)).fold(0.0, f64::max);
        }
        let mut sum = 0.0;
        let mut leaf_seen: Option<AlternativeId> = None;
        for &p in own {
            let alternative = grammar.production(p).alternative;
            let weight = self.skeletons(p, size as u32);
            // The token classes of a leaf differ in tokens only: together they are one skeleton.
            if weight > 0.0 && leaf_seen != Some(alternative) {
                sum += weight;
                leaf_seen = grammar.production(p).leaf.then_some(alternative);
            }
        }
        sum
    }

    fn weight(&self, production: ProductionId) -> usize {
        self.weights[production.index()] as usize
    }

    /// The places of the children of `production`.
    pub(crate) fn places(&self, production: ProductionId) -> std::ops::Range<usize> {
        self.starts[production.index()] as usize..self.starts[production.index() + 1] as usize
    }

    /// The nonterminal at `place`.
    pub(crate) fn child(&self, place: usize) -> u32 {
        self.children[place]
    }

    /// The weight of programs of exactly `size` with `production` as root, up to a factor of its own; a leaf counts 1.
    pub(crate) fn production(&self, production: ProductionId, size: u32) -> f64 {
        let Some(rest) = (size as usize).checked_sub(self.weight(production)) else {
            return 0.0;
        };
        let places = self.places(production);
        if places.is_empty() {
            f64::from(rest == 0)
        } else {
            self.tails[places.start * self.sizes + rest]
        }
    }

    /// The weight of skeletons of exactly `size` with `production` as root, on the scale of [`Counts::programs`].
    pub(crate) fn skeletons(&self, production: ProductionId, size: u32) -> f64 {
        self.production(production, size) * self.tilts[production.index()]
    }

    /// The sizes that the child at `place` can have if it and those right of it have `rest` together, with weights.
    pub(crate) fn options(&self, place: usize, rest: usize) -> impl Iterator<Item = (u32, f64)> + '_ {
        let child = self.children[place] as usize * self.sizes;
        let last = self.last[place];
        let first = if last { rest } else { 0 };
        (first..=rest).filter_map(move |size| {
            let right = if last {
                1.0
            } else {
                self.tails[(place + 1) * self.sizes + rest - size]
            };
            let weight = self.programs[child + size] * right;
            (weight > 0.0).then_some((size as u32, weight))
        })
    }
}
