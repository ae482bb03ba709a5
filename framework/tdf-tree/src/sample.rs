//! Exact random programs (ConstrainedSample, section 3.1), without rejection.

use tdf_grammar::{Grammar, NonterminalId, NonterminalKind, ProductionId, Symbol};

use crate::alias::{Table, Tables};
use crate::counts::Counts;
use crate::{Node, Rng, SampleError, Size, Tree, Weighting, open_weights, tree};

/// Splits of up to this size are drawn from tables. A table has as many columns as the size; larger splits are rare, and
/// going through their options takes no longer than deriving what they split.
const TABLED: u32 = 64;

/// Draws programs of an exact size from any nonterminal: one random number per choice of a node and per split.
///
/// # Examples
///
/// ```
/// use tdf_tree::{Language, Sampler, Size, Weighting, rng_stream};
///
/// let language = Language::new(tdf_reader::read_grammar_file("../../grammars/rainbow.lalrpop")?)?;
/// let grammar = language.grammar();
/// let size = Size::primitives(grammar, &["Box", "Ball"])?;
/// let sampler = Sampler::new(grammar, &size, 8, Weighting::Rules);
/// let sizes = sampler.feasible(grammar.start, 2..=4)?;
/// let sample = |seed| sampler.sample(grammar.start, &sizes, &mut rng_stream(seed, 0));
/// assert!((2..=4).contains(&size.of(sample(0).nodes())));
/// assert_eq!(sample(1), sample(1));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct Sampler {
    max: u32,
    names: Vec<String>,
    /// The least size of each nonterminal.
    least: Vec<u32>,
    /// What a draw for a node can give: a node whose `len` is its number of children.
    choices: Vec<Node>,
    tables: Tables,
    /// `[nonterminal][size]`: draws choices.
    nodes: Vec<Table>,
    /// `[production][size]`: the choices of this production alone.
    roots: Vec<Table>,
    /// `[place][size]`: draws the size of the child at this place, when it and those right of it have `size` together;
    /// up to [`TABLED`].
    splits: Vec<Table>,
    /// For the splits above that.
    counts: Option<Counts>,
    /// The nonterminal at each place.
    children: Vec<u32>,
    productions: Vec<ProductionData>,
}

#[derive(Clone, Copy, Debug)]
struct ProductionData {
    weight: u32,
    place: u32,
    children: u32,
}

impl Sampler {
    /// Tables for sizes `0..=max_size`.
    ///
    /// # Panics
    /// If `weighting` has not one weight per alternative.
    pub fn new(grammar: &Grammar, size: &Size, max_size: u32, weighting: Weighting) -> Self {
        if let Weighting::Weights(weights) = &weighting {
            assert_eq!(weights.len(), grammar.alternatives.len(), "one weight per alternative");
        }
        let counts = Counts::new(grammar, size, max_size, &weighting);
        let mut sampler = Self {
            max: max_size,
            names: grammar.nonterminals.iter().map(|n| n.name.clone()).collect(),
            least: size.least(grammar),
            choices: Vec::new(),
            tables: Tables::default(),
            nodes: Vec::new(),
            roots: Vec::new(),
            splits: Vec::new(),
            counts: None,
            children: Vec::new(),
            productions: Vec::new(),
        };
        let choices = sampler.add_productions(grammar, size, &counts);
        sampler.add_nodes(grammar, &counts, &weighting, &choices);
        sampler.counts = (max_size > TABLED).then_some(counts);
        sampler
    }

    /// Fills all that belongs to single productions; returns the choices that each production gives.
    fn add_productions(&mut self, grammar: &Grammar, size: &Size, counts: &Counts) -> Vec<Vec<u32>> {
        let mut choices = Vec::new();
        for index in 0..grammar.productions.len() {
            let id = ProductionId::new(index);
            let places = counts.places(id);
            let children = places.len() as u32;
            self.productions.push(ProductionData {
                weight: size.weight(id),
                place: places.start as u32,
                children,
            });
            let first = self.choices.len() as u32;
            let production = grammar.production(id);
            match production.symbols.first() {
                Some(Symbol::TokenClass(token_class)) if production.leaf => {
                    let tokens = &grammar.token_classes[token_class.index()].tokens;
                    self.choices.extend(tokens.iter().map(|&token| Node {
                        production: id,
                        token,
                        len: children,
                    }));
                }
                _ => self.choices.push(Node {
                    production: id,
                    token: Node::NO_TOKEN,
                    len: children,
                }),
            }
            choices.push((first..self.choices.len() as u32).collect::<Vec<_>>());
            for place in places {
                self.children.push(counts.child(place));
                for rest in 0..=self.max.min(TABLED) {
                    let options: Vec<_> = counts.options(place, rest as usize).collect();
                    self.splits.push(self.tables.add(&options));
                }
            }
            for size in 0..=self.max {
                let feasible = f64::from(counts.production(id, size) > 0.0);
                let own: Vec<_> = choices[index].iter().map(|&choice| (choice, feasible)).collect();
                self.roots.push(self.tables.add(&own));
            }
        }
        choices
    }

    fn add_nodes(&mut self, grammar: &Grammar, counts: &Counts, weighting: &Weighting, choices: &[Vec<u32>]) {
        let mut outcomes = Vec::new();
        for nonterminal in &grammar.nonterminals {
            for size in 0..=self.max {
                outcomes.clear();
                for alternative in nonterminal.alternatives.start as usize..nonterminal.alternatives.end as usize {
                    let productions = grammar.alternatives[alternative].productions.clone().map(ProductionId);
                    let feasible: Vec<ProductionId> =
                        productions.filter(|&p| counts.production(p, size) > 0.0).collect();
                    let of = &grammar.alternatives[alternative];
                    let rest = nonterminal.kind == NonterminalKind::Suffix;
                    if rest || of.leaf.is_some_and(|t| grammar.is_open(t)) {
                        let weight = match (nonterminal.kind, weighting) {
                            (NonterminalKind::Suffix, _) => open_weights::weight(grammar, of),
                            (_, Weighting::Rules) => 1.0,
                            (_, Weighting::Skeletons) => feasible.first().map_or(0.0, |&p| counts.skeletons(p, size)),
                            (_, Weighting::Weights(weights)) => weights[alternative].max(0.0),
                        };
                        open_weights::share(grammar, &feasible, weight, |p| &choices[p.index()], &mut outcomes);
                        continue;
                    }
                    // A leaf's token classes weigh as many as they have tokens.
                    let own: usize = feasible.iter().map(|p| choices[p.index()].len()).sum();
                    let share = 1.0 / own as f64;
                    for p in feasible {
                        let weight = match weighting {
                            Weighting::Rules => share,
                            // The skeletons of a leaf's token classes are one, those of other productions are not.
                            Weighting::Skeletons if of.leaf.is_some() => share * counts.skeletons(p, size),
                            Weighting::Skeletons => counts.skeletons(p, size),
                            Weighting::Weights(weights) => share * weights[alternative].max(0.0),
                        };
                        outcomes.extend(choices[p.index()].iter().map(|&choice| (choice, weight)));
                    }
                }
                self.nodes.push(self.tables.add(&outcomes));
            }
        }
    }

    /// The sizes in `range` that programs of `start` can have, ascending.
    ///
    /// # Errors
    /// If there is none: says which sizes exist.
    pub fn feasible(
        &self,
        start: NonterminalId,
        range: std::ops::RangeInclusive<u32>,
    ) -> Result<Vec<u32>, SampleError> {
        let all = (0..=self.max).filter(|&size| self.is_feasible(start, size));
        let (inside, outside): (Vec<u32>, Vec<u32>) = all.partition(|size| range.contains(size));
        if !inside.is_empty() {
            return Ok(inside);
        }
        let asked = match (range.start(), range.end()) {
            (a, b) if a == b => format!("of size {a}"),
            (a, b) => format!("of a size in {a}..={b}"),
        };
        let exist = match runs(&outside)[..] {
            // Weights of zero leave out programs, so that the least one may be larger.
            [] if self.least[start.index()] > self.max => format!("the least has size {}", self.least[start.index()]),
            [] => format!("the least is greater than {}", self.max),
            ref runs => format!("sizes up to {} that exist are {}", self.max, runs.join(", ")),
        };
        Err(SampleError {
            message: format!("there is no `{}` {asked}; {exist}", self.names[start.index()]),
        })
    }

    /// Whether a program of exactly this size exists.
    pub fn is_feasible(&self, start: NonterminalId, size: u32) -> bool {
        size <= self.max && !self.nodes[self.cell(start.index(), size)].is_empty()
    }

    /// Whether a program of exactly this size with `production` as root exists.
    pub fn is_production_feasible(&self, production: ProductionId, size: u32) -> bool {
        size <= self.max && !self.roots[self.cell(production.index(), size)].is_empty()
    }

    /// Appends a random program of `start` of exactly `size` to `out`.
    ///
    /// # Panics
    /// If none exists ([`Sampler::is_feasible`]).
    pub fn sample_into(&self, start: NonterminalId, size: u32, rng: &mut Rng, out: &mut Vec<Node>) {
        assert!(self.is_feasible(start, size), "no program of this size");
        self.derive(self.nodes[self.cell(start.index(), size)], size, rng, out);
    }

    /// Appends a random program of exactly `size` whose root is `production`.
    ///
    /// # Panics
    /// If none exists ([`Sampler::is_production_feasible`]).
    pub fn sample_production_into(&self, production: ProductionId, size: u32, rng: &mut Rng, out: &mut Vec<Node>) {
        assert!(self.is_production_feasible(production, size), "no program of this size");
        self.derive(self.roots[self.cell(production.index(), size)], size, rng, out);
    }

    /// A random program of `start`: its size uniform over `sizes` (from [`Sampler::feasible`]), then exact.
    pub fn sample(&self, start: NonterminalId, sizes: &[u32], rng: &mut Rng) -> Tree {
        use rand::RngExt as _;
        let size = sizes[rng.random_range(0..sizes.len())];
        let mut nodes = Vec::new();
        self.sample_into(start, size, rng, &mut nodes);
        Tree::from_nodes(nodes)
    }

    /// Splits `size` among the children of a node of `production`, as a random program of this size would; appends
    /// their sizes to `out`. Says how many children there are.
    pub(crate) fn split_into(&self, production: ProductionId, size: u32, rng: &mut Rng, out: &mut Vec<u32>) -> u32 {
        let data = self.productions[production.index()];
        let mut rest = size - data.weight;
        for place in data.place..data.place + data.children {
            let own = self.draw_split(place as usize, rest, rng);
            out.push(own);
            rest -= own;
        }
        data.children
    }

    /// The size of the child at `place`, when it and those right of it have `rest` together.
    #[inline]
    fn draw_split(&self, place: usize, rest: u32, rng: &mut Rng) -> u32 {
        match &self.counts {
            Some(counts) if rest > TABLED => scan(counts, place, rest, rng),
            _ => self.tables.sample(
                self.splits[place * (self.max.min(TABLED) as usize + 1) + rest as usize],
                rng,
            ),
        }
    }

    /// The greatest size up to `bound` that a program with `production` as root can have.
    pub(crate) fn greatest(&self, production: ProductionId, bound: u32) -> Option<u32> {
        (0..=bound.min(self.max))
            .rev()
            .find(|&size| self.is_production_feasible(production, size))
    }

    fn cell(&self, row: usize, size: u32) -> usize {
        row * (self.max as usize + 1) + size as usize
    }

    /// Emits nodes in pre-order from a stack of (nonterminal, size), then mends their lengths.
    fn derive(&self, root: Table, size: u32, rng: &mut Rng, out: &mut Vec<Node>) {
        let first = out.len();
        let mut todo: Vec<(u32, u32)> = Vec::new();
        let (mut table, mut size) = (root, size);
        loop {
            let node = self.choices[self.tables.sample(table, rng) as usize];
            out.push(node);
            if node.len > 0 {
                let data = self.productions[node.production.index()];
                let place = data.place as usize;
                let mut rest = size - data.weight;
                // The first child is next: the others go on the stack from right to left.
                let own = self.draw_split(place, rest, rng);
                let (bottom, others) = (todo.len(), node.len as usize - 1);
                todo.resize(bottom + others, (0, 0));
                let mut right = rest - own;
                for other in 0..others {
                    let place = place + 1 + other;
                    rest = self.draw_split(place, right, rng);
                    right -= rest;
                    todo[bottom + others - 1 - other] = (self.children[place], rest);
                }
                (table, size) = (self.nodes[self.cell(self.children[place] as usize, own)], own);
            } else if let Some((nonterminal, own)) = todo.pop() {
                (table, size) = (self.nodes[self.cell(nonterminal as usize, own)], own);
            } else {
                break;
            }
        }
        tree::mend_lengths(&mut out[first..]);
    }
}

/// Draws a split without a table.
#[cold]
fn scan(counts: &Counts, place: usize, rest: u32, rng: &mut Rng) -> u32 {
    use rand::RngExt as _;
    let total: f64 = counts.options(place, rest as usize).map(|(_, weight)| weight).sum();
    let mut left = rng.random::<f64>() * total;
    let mut drawn = 0;
    for (size, weight) in counts.options(place, rest as usize) {
        drawn = size;
        left -= weight;
        if left < 0.0 {
            break;
        }
    }
    drawn
}

/// Ascending numbers as runs: `1, 3..=5`.
fn runs(numbers: &[u32]) -> Vec<String> {
    numbers
        .chunk_by(|a, b| a + 1 == *b)
        .map(|run| match run {
            [only] => only.to_string(),
            run => format!("{}..={}", run[0], run[run.len() - 1]),
        })
        .collect()
}
