//! Depth as a size: a grammar whose nonterminals know how deep their programs are.
//!
//! The depth of a program is no sum over its nodes, but it is one over those of another grammar for the same language.
//! There every nonterminal `A` is parted into nonterminals of the programs of `A` that are exactly 1, 2, 3, ... deep,
//! and `A` itself chooses among them; that choice weighs the depth, all else nothing. The depth of a right-hand side
//! follows from its parts, so that a grammar that is LR(1) stays so, and samplers and masks are as exact for depths as
//! they are for sums.

use tdf_grammar::{
    Alternative, AlternativeId, Grammar, Label, Nonterminal, NonterminalId, NonterminalKind, Production, ProductionId,
    Symbol,
};

use crate::{Size, SizeError, recursion};

/// Productions that the parted grammar may have.
const MAX_PRODUCTIONS: usize = 50_000;

/// The greatest depth that can be asked for: what is worked out grows with its square.
const MAX_DEPTH: u32 = 1000;

/// A grammar for the programs of `grammar` that are at most `most` deep, and the size that is their depth: the number
/// of nodes on the longest way from the root to a leaf, where the links of a repetition and the characters of a name
/// count nothing. Nonterminals of `grammar` keep their ids; texts are the same, trees are not.
///
/// # Errors
/// If more than 1,000 is asked for, if it would have too many productions, or if no program of the start symbol is that
/// shallow.
pub fn by_depth(grammar: &Grammar, most: u32) -> Result<(Grammar, Size), SizeError> {
    if most > MAX_DEPTH {
        let message = format!("a depth of {most} is too great: allowed is up to {MAX_DEPTH}");
        return Err(SizeError { message });
    }
    let depths = depths(grammar, most);
    if depths[grammar.start.index()].is_empty() {
        let name = &grammar.nonterminals[grammar.start.index()].name;
        let message = format!("no program of `{name}` is at most {most} deep");
        return Err(SizeError { message });
    }
    let mut parted = Parted {
        grammar,
        depths: &depths,
        numbers: Vec::new(),
        result: Grammar {
            nonterminals: Vec::new(),
            alternatives: Vec::new(),
            productions: Vec::new(),
            ..grammar.clone()
        },
        weights: Vec::new(),
    };
    let mut next = grammar.nonterminals.len() as u32;
    for own in &depths {
        parted.numbers.push(next);
        next += own.len() as u32;
    }
    for n in 0..grammar.nonterminals.len() {
        parted.add_choice(n);
    }
    for (n, own) in depths.iter().enumerate() {
        for &depth in own {
            parted.add_part(n, depth)?;
        }
    }
    Ok((parted.result, Size::of_weights(parted.weights)))
}

/// What a node of this nonterminal adds to the depth.
fn own(grammar: &Grammar, n: NonterminalId) -> u32 {
    let kind = grammar.nonterminals[n.index()].kind;
    u32::from(!matches!(kind, NonterminalKind::Plus | NonterminalKind::Suffix))
}

/// The depths up to `most` that programs of each nonterminal have, ascending.
fn depths(grammar: &Grammar, most: u32) -> Vec<Vec<u32>> {
    let mut found = vec![vec![false; most as usize + 1]; grammar.nonterminals.len()];
    // The least depth of each.
    let mut least = vec![usize::MAX; grammar.nonterminals.len()];
    loop {
        let mut grown = false;
        for p in (0..grammar.productions.len()).map(ProductionId::new) {
            let n = grammar.production(p).nonterminal;
            let own = own(grammar, n) as usize;
            let children: Vec<usize> = recursion::children(grammar, p).map(NonterminalId::index).collect();
            // The deepest child is one of them; the others are any that are no deeper.
            for deepest in 0..(most as usize + 1).saturating_sub(own) {
                let fits = |c: &usize| least[*c] <= deepest;
                let possible = match children[..] {
                    [] => deepest == 0,
                    _ => children.iter().all(fits) && children.iter().any(|c| found[*c][deepest]),
                };
                if possible {
                    let depth = deepest + own;
                    least[n.index()] = least[n.index()].min(depth);
                    grown |= !std::mem::replace(&mut found[n.index()][depth], true);
                }
            }
        }
        if !grown {
            break;
        }
    }
    let list = |found: Vec<bool>| found.iter().zip(0..).filter(|(f, _)| **f).map(|(_, d)| d).collect();
    found.into_iter().map(list).collect()
}

struct Parted<'a> {
    grammar: &'a Grammar,
    depths: &'a [Vec<u32>],
    /// The first part of each nonterminal.
    numbers: Vec<u32>,
    result: Grammar,
    weights: Vec<u32>,
}

impl Parted<'_> {
    fn part(&self, n: usize, depth: u32) -> Option<NonterminalId> {
        let at = self.depths[n].binary_search(&depth).ok()?;
        Some(NonterminalId(self.numbers[n] + at as u32))
    }

    fn add_choice(&mut self, n: usize) {
        let of = &self.grammar.nonterminals[n];
        let first = (
            self.result.alternatives.len() as u32,
            self.result.productions.len() as u32,
        );
        for &depth in &self.depths[n] {
            let Some(part) = self.part(n, depth) else { continue };
            let alternative = AlternativeId::new(self.result.alternatives.len());
            let production = self.result.productions.len() as u32;
            self.result.productions.push(Production {
                nonterminal: NonterminalId::new(n),
                alternative,
                symbols: vec![Symbol::Nonterminal(part)],
                leaf: false,
            });
            self.weights.push(depth);
            self.result.alternatives.push(Alternative {
                nonterminal: NonterminalId::new(n),
                label: Label::Unnamed,
                fields: Vec::new(),
                productions: production..production + 1,
                leaf: None,
                doc: None,
                offset: 0,
                length: 0,
            });
        }
        self.close(of, of.name.clone(), first);
    }

    fn add_part(&mut self, n: usize, depth: u32) -> Result<(), SizeError> {
        let of = &self.grammar.nonterminals[n];
        let id = NonterminalId::new(self.result.nonterminals.len());
        let first = (
            self.result.alternatives.len() as u32,
            self.result.productions.len() as u32,
        );
        for a in of.alternatives.clone() {
            let alternative = &self.grammar.alternatives[a as usize];
            let number = AlternativeId::new(self.result.alternatives.len());
            let begin = self.result.productions.len() as u32;
            for p in alternative.productions.clone().map(ProductionId) {
                let of = self.grammar.production(p);
                let Some(below) = depth.checked_sub(own(self.grammar, of.nonterminal)) else {
                    continue;
                };
                for symbols in self.right_sides(&of.symbols, below)? {
                    self.weights.push(0);
                    self.result.productions.push(Production {
                        nonterminal: id,
                        alternative: number,
                        symbols,
                        leaf: of.leaf,
                    });
                }
            }
            let end = self.result.productions.len() as u32;
            if begin < end {
                self.result.alternatives.push(Alternative {
                    nonterminal: id,
                    productions: begin..end,
                    ..alternative.clone()
                });
            }
        }
        self.close(of, format!("{} {depth} deep", of.name), first);
        Ok(())
    }

    /// `symbols` with parts whose greatest depth is `below`.
    fn right_sides(&self, symbols: &[Symbol], below: u32) -> Result<Vec<Vec<Symbol>>, SizeError> {
        let mut open: Vec<(Vec<Symbol>, u32)> = vec![(Vec::with_capacity(symbols.len()), 0)];
        for symbol in symbols {
            let Symbol::Nonterminal(n) = symbol else {
                open.iter_mut().for_each(|(symbols, _)| symbols.push(*symbol));
                continue;
            };
            let parts = self.depths[n.index()].iter().filter(|d| **d <= below);
            let parts: Vec<(NonterminalId, u32)> = parts.filter_map(|&d| Some((self.part(n.index(), d)?, d))).collect();
            if self.result.productions.len() + open.len() * parts.len() > MAX_PRODUCTIONS {
                let message = format!(
                    "measured by depth the grammar has more than {MAX_PRODUCTIONS} productions: ask for less depth"
                );
                return Err(SizeError { message });
            }
            let longer = open.iter().flat_map(|(symbols, deepest)| {
                parts.iter().map(move |(part, depth)| {
                    let mut symbols = symbols.clone();
                    symbols.push(Symbol::Nonterminal(*part));
                    (symbols, *deepest.max(depth))
                })
            });
            open = longer.collect();
        }
        Ok(open
            .into_iter()
            .filter(|(_, deepest)| *deepest == below)
            .map(|(symbols, _)| symbols)
            .collect())
    }

    fn close(&mut self, of: &Nonterminal, name: String, first: (u32, u32)) {
        self.result.nonterminals.push(Nonterminal {
            name,
            alternatives: first.0..self.result.alternatives.len() as u32,
            productions: first.1..self.result.productions.len() as u32,
            ..of.clone()
        });
    }
}
