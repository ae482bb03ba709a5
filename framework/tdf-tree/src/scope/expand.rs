//! A grammar whose nonterminals know how many names are in scope.
//!
//! An instance of a nonterminal is that nonterminal with the number of names in scope before its programs, and, where these
//! bind names for what follows, the number behind them. A binder at level k binds name k, and a reference at level k has k
//! choices. So the well-scoped programs of the written grammar, with names by level, are those of an ordinary grammar.

use std::collections::BTreeMap;

use tdf_grammar::{Grammar, NonterminalId, Production, ProductionId, Symbol, TokenClass, TokenClassId};

use super::assemble::{Draft, DraftSymbol, Expansion, Instance, assemble};
use super::rules::Rules;

/// Productions that are tried, those that lead nowhere included.
pub(crate) const MAX_PRODUCTIONS: usize = 200_000;

struct Expander<'g> {
    grammar: &'g Grammar,
    rules: &'g Rules,
    /// For each class of the written grammar: the classes that it is split into.
    classes: Vec<Vec<TokenClassId>>,
    /// For each token: the class that it is in now.
    class_of: Vec<TokenClassId>,
    instances: Vec<Instance>,
    numbers: BTreeMap<Instance, usize>,
    /// For each instance: its productions, in the order of the written ones.
    drafts: Vec<Vec<Draft>>,
    count: usize,
}

/// How many names are in scope at a place of a right-hand side.
#[derive(Clone)]
struct Place {
    symbols: Vec<DraftSymbol>,
    /// In scope.
    level: Vec<u32>,
    /// With the names that the alternative has bound so far.
    bound: Vec<u32>,
}

/// Expands `grammar`. `None` if it grows too large.
pub(crate) fn expand(grammar: &Grammar, rules: &Rules) -> Option<Expansion> {
    let (token_classes, classes) = split_classes(grammar, rules);
    let mut class_of = vec![TokenClassId::default(); grammar.tokens.len()];
    for (class, of) in token_classes.iter().enumerate() {
        of.tokens
            .iter()
            .for_each(|token| class_of[token.index()] = TokenClassId::new(class));
    }
    let mut expander = Expander {
        grammar,
        rules,
        classes,
        class_of,
        instances: Vec::new(),
        numbers: BTreeMap::new(),
        drafts: Vec::new(),
        count: 0,
    };
    let inputs: Vec<u32> = rules.kinds.iter().map(|kind| kind.inputs).collect();
    let others = (0..grammar.nonterminals.len()).map(NonterminalId::new);
    let public = others.filter(|n| *n != grammar.start && grammar.nonterminals[n.index()].public);
    for start in std::iter::once(grammar.start).chain(public) {
        expander.whole(start, &inputs);
    }
    let starts = expander.instances.len();
    while expander.drafts.len() < expander.instances.len() {
        let drafts = expander.productions_of(expander.drafts.len());
        expander.count += drafts.len();
        expander.drafts.push(drafts);
        if expander.count > MAX_PRODUCTIONS {
            return None;
        }
    }
    let Expander { instances, drafts, .. } = expander;
    Some(assemble(grammar, &instances, drafts, starts, token_classes))
}

/// The token classes of `grammar`, with each name in one of its own, and what became of each class.
fn split_classes(grammar: &Grammar, rules: &Rules) -> (Vec<TokenClass>, Vec<Vec<TokenClassId>>) {
    let mut is_name = vec![false; grammar.tokens.len()];
    for token in rules.kinds.iter().flat_map(|kind| &kind.members) {
        is_name[token.index()] = true;
    }
    let (mut all, mut parts) = (Vec::new(), Vec::new());
    for class in &grammar.token_classes {
        let first = all.len();
        let (names, others): (Vec<_>, Vec<_>) = class.tokens.iter().partition(|token| is_name[token.index()]);
        if !others.is_empty() {
            all.push(TokenClass { tokens: others });
        }
        all.extend(names.into_iter().map(|token| TokenClass { tokens: vec![token] }));
        parts.push((first..all.len()).map(TokenClassId::new).collect());
    }
    (all, parts)
}

impl Expander<'_> {
    /// The instance of `written` with these levels, as far as they matter to it.
    fn instance(&mut self, written: NonterminalId, binds: Option<usize>, before: &[u32], after: &[u32]) -> usize {
        let of = written.index();
        let (mut left, mut right) = (before.to_vec(), after.to_vec());
        for kind in 0..left.len() {
            let (holds, exports) = match binds {
                Some(bound) => (bound == kind, bound == kind),
                None => (self.rules.holds[kind][of], self.rules.exports[kind][of]),
            };
            left[kind] *= u32::from(holds);
            right[kind] *= u32::from(exports);
        }
        self.number(Instance {
            written,
            binds,
            before: left,
            after: right,
            whole: false,
        })
    }

    /// The instance of `written` with nothing behind it.
    fn whole(&mut self, written: NonterminalId, level: &[u32]) -> usize {
        let of = written.index();
        let holds = self.rules.holds.iter().map(|holds| u32::from(holds[of]));
        let before: Vec<u32> = level.iter().zip(holds).map(|(count, holds)| count * holds).collect();
        self.number(Instance {
            written,
            binds: None,
            after: vec![0; before.len()],
            before,
            // Without names behind it, it is as inside a program.
            whole: self.rules.exports.iter().any(|exports| exports[of]),
        })
    }

    fn number(&mut self, instance: Instance) -> usize {
        let next = self.instances.len();
        let number = *self.numbers.entry(instance.clone()).or_insert(next);
        if number == next {
            self.instances.push(instance);
        }
        number
    }

    fn productions_of(&mut self, number: usize) -> Vec<Draft> {
        let instance = self.instances[number].clone();
        let grammar = self.grammar;
        let of = &grammar.nonterminals[instance.written.index()];
        let mut drafts = Vec::new();
        for id in of.productions.clone().map(ProductionId) {
            let production = grammar.production(id);
            let places = match production.leaf {
                true => self.leaf(&instance, production),
                false => {
                    let place = Place {
                        symbols: Vec::new(),
                        level: instance.before.clone(),
                        bound: instance.before.clone(),
                    };
                    self.right_sides(&instance, production, vec![place])
                }
            };
            let fits = places
                .into_iter()
                .filter(|place| self.is_end(&instance, production, place));
            drafts.extend(fits.map(|place| Draft {
                written: id,
                symbols: place.symbols,
            }));
        }
        drafts
    }

    /// The choices of a token: among names those in scope, or the one that is bound.
    fn leaf(&mut self, instance: &Instance, production: &Production) -> Vec<Place> {
        let Some(Symbol::TokenClass(class)) = production.symbols.first() else {
            return Vec::new();
        };
        let alternative = &self.grammar.alternatives[production.alternative.index()];
        let mut place = Place {
            symbols: Vec::new(),
            level: instance.before.clone(),
            bound: instance.before.clone(),
        };
        let mut classes = self.classes[class.index()].clone();
        if let Some(kind) = self.rules.kind_of_leaf(alternative.leaf) {
            let of = &self.rules.kinds[kind];
            let level = instance.before[kind] as usize;
            let names = match instance.binds {
                Some(_) => of.members.get(level..level + 1).unwrap_or(&[]),
                None => &of.members[..level],
            };
            let written = &self.grammar.token_classes[class.index()].tokens;
            let own = written.iter().filter(|token| names.contains(token));
            classes = own.map(|token| self.class_of[token.index()]).collect();
            if instance.binds.is_some() {
                place.level[kind] += 1;
            }
        }
        let none = Production {
            symbols: production.symbols[1..].to_vec(),
            ..production.clone()
        };
        let begin = |class: TokenClassId| {
            let mut place = place.clone();
            place.symbols.push(DraftSymbol::TokenClass(class));
            place
        };
        let begun = classes.into_iter().map(begin).collect();
        self.right_sides(instance, &none, begun)
    }

    /// The right-hand sides with all levels that may be behind their parts.
    fn right_sides(&mut self, instance: &Instance, production: &Production, mut open: Vec<Place>) -> Vec<Place> {
        for (at, symbol) in production.symbols.iter().enumerate() {
            match symbol {
                Symbol::TokenClass(class) => {
                    // The only token of its class: this has not been split.
                    let class = self.classes[class.index()][0];
                    open.iter_mut()
                        .for_each(|place| place.symbols.push(DraftSymbol::TokenClass(class)));
                }
                Symbol::Nonterminal(child) => {
                    let longer = open
                        .iter()
                        .flat_map(|place| self.longer(instance, production, at, *child, place));
                    open = longer.collect();
                }
            }
        }
        open
    }

    /// `place` behind `child`, which stands at position `at`.
    fn longer(
        &mut self,
        instance: &Instance,
        production: &Production,
        at: usize,
        child: NonterminalId,
        place: &Place,
    ) -> Vec<Place> {
        let bindings = &self.rules.bindings[production.alternative.index()];
        let named = bindings.iter().find(|b| b.names.contains(&at)).map(|b| b.kind);
        let binds = named.or(instance.binds);
        let kinds = self.rules.kinds.len();
        let is_body: Vec<bool> = (0..kinds)
            .map(|kind| bindings.iter().any(|b| b.kind == kind && b.bodies.contains(&at)))
            .collect();
        let mut before = place.level.clone();
        for kind in 0..kinds {
            if is_body[kind] || named == Some(kind) {
                before[kind] = place.bound[kind];
            }
        }
        // Nothing is behind the last part of a whole program either. So one edit can replace the tail of a list that recurs on
        // the right, whatever the tail binds.
        if instance.whole && binds.is_none() && at + 1 == production.symbols.len() {
            let mut next = place.clone();
            next.symbols.push(DraftSymbol::Instance(self.whole(child, &before)));
            return vec![next];
        }
        let exports = |kind: usize| match binds {
            Some(bound) => bound == kind,
            None => self.rules.exports[kind][child.index()],
        };
        let mut afters = vec![before.clone()];
        for kind in (0..kinds).filter(|&kind| exports(kind)) {
            let most = self.rules.kinds[kind].levels;
            let grown = |after: &Vec<u32>| -> Vec<Vec<u32>> {
                let level = |level| {
                    let mut after = after.clone();
                    after[kind] = level;
                    after
                };
                (before[kind]..=most).map(level).collect()
            };
            afters = afters.iter().flat_map(grown).collect();
        }
        let mut places = Vec::new();
        for after in afters {
            let number = self.instance(child, binds, &before, &after);
            let mut next = place.clone();
            next.symbols.push(DraftSymbol::Instance(number));
            for kind in 0..kinds {
                if named == Some(kind) {
                    next.bound[kind] = after[kind];
                } else if !is_body[kind] && after[kind] > next.level[kind] {
                    next.level[kind] = after[kind];
                }
            }
            places.push(next);
        }
        places
    }

    /// Whether the names in scope at the end of a right-hand side are those behind the instance.
    fn is_end(&self, instance: &Instance, production: &Production, place: &Place) -> bool {
        let of = production.alternative.index();
        (0..self.rules.kinds.len()).all(|kind| {
            let end = match instance.binds {
                Some(bound) if bound == kind => place.level[kind],
                Some(_) => 0,
                None if instance.whole => instance.after[kind],
                None if !self.rules.exports[kind][instance.written.index()] => 0,
                None if self.rules.closes[of] => instance.before[kind],
                None if self.rules.bindings[of].iter().any(|b| b.kind == kind && b.rest) => place.bound[kind],
                None => place.level[kind],
            };
            end == instance.after[kind]
        })
    }
}
