//! A grammar whose nonterminals know how many names are in scope.
//!
//! An instance of a nonterminal is that nonterminal with the number of names in scope before its programs, and, where these
//! bind names for what follows, the number behind them. A binder at level k binds name k, and a reference at level k has k
//! choices. So the well-scoped programs of the written grammar, with names by level, are those of an ordinary grammar.

use std::collections::HashMap;

use tdf_grammar::{
    Alternative, AlternativeId, Grammar, Nonterminal, NonterminalId, Production, ProductionId, Symbol, TokenClass,
    TokenClassId,
};

use super::rules::Rules;

/// Productions that are tried, those that lead nowhere included.
const MAX_PRODUCTIONS: usize = 200_000;

/// A nonterminal with the names that are in scope.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Instance {
    /// The nonterminal of the written grammar.
    pub(crate) written: NonterminalId,
    /// The kind of names that it binds: it is a name, or several, of a binder.
    pub(crate) binds: Option<usize>,
    /// Names in scope before it, for each kind; 0 where it cannot hold a name.
    pub(crate) before: Vec<u32>,
    /// Names in scope behind it, for each kind; 0 where it binds none for what follows.
    after: Vec<u32>,
}

/// The grammar by levels.
#[derive(Debug)]
pub(crate) struct Expansion {
    pub(crate) grammar: Grammar,
    /// The production of the written grammar that each production stands for.
    pub(crate) productions: Vec<ProductionId>,
    /// What each nonterminal stands for.
    pub(crate) instances: Vec<Instance>,
}

/// A production before it is known which instances are of use.
struct Draft {
    written: ProductionId,
    symbols: Vec<DraftSymbol>,
}

#[derive(Clone, Copy)]
enum DraftSymbol {
    TokenClass(TokenClassId),
    Instance(usize),
}

struct Expander<'g> {
    grammar: &'g Grammar,
    rules: &'g Rules,
    /// For each class of the written grammar: the classes that it is split into.
    classes: Vec<Vec<TokenClassId>>,
    instances: Vec<Instance>,
    numbers: HashMap<Instance, usize>,
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
    let mut expander = Expander {
        grammar,
        rules,
        classes,
        instances: Vec::new(),
        numbers: HashMap::new(),
        drafts: Vec::new(),
        count: 0,
    };
    let inputs: Vec<u32> = rules.kinds.iter().map(|kind| kind.inputs).collect();
    let others = (0..grammar.nonterminals.len()).map(NonterminalId::new);
    let public = others.filter(|n| *n != grammar.start && grammar.nonterminals[n.index()].public);
    for start in std::iter::once(grammar.start).chain(public) {
        expander.instance(start, None, &inputs, &inputs);
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
    expander.drop_unproductive();
    Some(expander.finish(starts, token_classes))
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
        let instance = Instance {
            written,
            binds,
            before: left,
            after: right,
        };
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
        let mut tokens = self.classes[class.index()].clone();
        if let Some(kind) = self.rules.kind_of_leaf(alternative.leaf) {
            let of = &self.rules.kinds[kind];
            let level = instance.before[kind] as usize;
            let names = match instance.binds {
                Some(_) => of.members.get(level..level + 1).unwrap_or(&[]),
                None => &of.members[..level],
            };
            let written = &self.grammar.token_classes[class.index()].tokens;
            // Within a class the names come behind the other tokens, each in a class of its own.
            let own = tokens.split_off(tokens.len() - written.iter().filter(|t| of.members.contains(t)).count());
            let members = written.iter().filter(|token| of.members.contains(token));
            tokens = members
                .zip(own)
                .filter(|(t, _)| names.contains(t))
                .map(|(_, own)| own)
                .collect();
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
        let begun = tokens.into_iter().map(begin).collect();
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
                None if !self.rules.exports[kind][instance.written.index()] => 0,
                None if self.rules.closes[of] => instance.before[kind],
                None if self.rules.bindings[of].iter().any(|b| b.kind == kind && b.rest) => place.bound[kind],
                None => place.level[kind],
            };
            end == instance.after[kind] && place.bound[kind] <= self.rules.kinds[kind].levels
        })
    }

    /// Drops the productions with parts of which there is no program.
    fn drop_unproductive(&mut self) {
        let mut productive = vec![false; self.instances.len()];
        let derives = |productive: &[bool], draft: &Draft| {
            draft.symbols.iter().all(|symbol| match symbol {
                DraftSymbol::TokenClass(_) => true,
                DraftSymbol::Instance(number) => productive[*number],
            })
        };
        loop {
            let mut grown = false;
            for (number, drafts) in self.drafts.iter().enumerate() {
                if !productive[number] && drafts.iter().any(|draft| derives(&productive, draft)) {
                    productive[number] = true;
                    grown = true;
                }
            }
            if !grown {
                break;
            }
        }
        for drafts in &mut self.drafts {
            drafts.retain(|draft| derives(&productive, draft));
        }
    }

    /// The grammar of the instances that programs have, those of the start symbols first.
    fn finish(self, starts: usize, token_classes: Vec<TokenClass>) -> Expansion {
        let grammar = self.grammar;
        let mut ids: Vec<Option<NonterminalId>> = vec![None; self.instances.len()];
        let mut order: Vec<usize> = (0..starts)
            .filter(|&start| start == 0 || !self.drafts[start].is_empty())
            .collect();
        for (id, number) in order.iter().enumerate() {
            ids[*number] = Some(NonterminalId::new(id));
        }
        let mut at = 0;
        while let Some(&number) = order.get(at) {
            at += 1;
            for symbol in self.drafts[number].iter().flat_map(|draft| &draft.symbols) {
                if let DraftSymbol::Instance(child) = symbol
                    && ids[*child].is_none()
                {
                    ids[*child] = Some(NonterminalId::new(order.len()));
                    order.push(*child);
                }
            }
        }
        let mut tokens = grammar.tokens.clone();
        for (class, of) in token_classes.iter().enumerate() {
            of.tokens
                .iter()
                .for_each(|token| tokens[token.index()].token_class = TokenClassId::new(class));
        }
        let mut result = Grammar {
            start: NonterminalId(0),
            nonterminals: Vec::new(),
            alternatives: Vec::new(),
            productions: Vec::new(),
            tokens,
            token_classes,
            ..grammar.clone()
        };
        let mut written = Vec::new();
        for (id, &number) in order.iter().enumerate() {
            let nonterminal = NonterminalId::new(id);
            let first = (result.alternatives.len() as u32, result.productions.len() as u32);
            let mut last: Option<AlternativeId> = None;
            for draft in &self.drafts[number] {
                let of = grammar.production(draft.written);
                let begin = result.productions.len() as u32;
                if last != Some(of.alternative) {
                    last = Some(of.alternative);
                    result.alternatives.push(Alternative {
                        nonterminal,
                        productions: begin..begin,
                        ..grammar.alternatives[of.alternative.index()].clone()
                    });
                }
                let symbol = |symbol: &DraftSymbol| match *symbol {
                    DraftSymbol::TokenClass(class) => Symbol::TokenClass(class),
                    DraftSymbol::Instance(number) => Symbol::Nonterminal(ids[number].unwrap_or_default()),
                };
                let alternative = result.alternatives.len() - 1;
                result.productions.push(Production {
                    nonterminal,
                    alternative: AlternativeId::new(alternative),
                    symbols: draft.symbols.iter().map(symbol).collect(),
                    leaf: of.leaf,
                });
                result.alternatives[alternative].productions.end = begin + 1;
                written.push(draft.written);
            }
            result.nonterminals.push(Nonterminal {
                alternatives: first.0..result.alternatives.len() as u32,
                productions: first.1..result.productions.len() as u32,
                ..grammar.nonterminals[self.instances[number].written.index()].clone()
            });
        }
        Expansion {
            grammar: result,
            productions: written,
            instances: order.iter().map(|&number| self.instances[number].clone()).collect(),
        }
    }
}
