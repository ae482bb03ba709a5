//! Which tokens stand beside each other in programs.

use std::collections::BTreeSet;

use crate::{Grammar, Symbol, TokenClassId, TokenId};

/// First and last token classes of everything that a grammar derives (Aho, Lam, Sethi and Ullman, section 4.4.2, both ways).
pub(crate) struct Neighbours<'g> {
    grammar: &'g Grammar,
    empty: Vec<bool>,
    first: Vec<BTreeSet<TokenClassId>>,
    last: Vec<BTreeSet<TokenClassId>>,
}

impl<'g> Neighbours<'g> {
    pub(crate) fn new(grammar: &'g Grammar) -> Self {
        let count = grammar.nonterminals.len();
        let mut this = Self {
            grammar,
            empty: vec![false; count],
            first: vec![BTreeSet::new(); count],
            last: vec![BTreeSet::new(); count],
        };
        // The least fixed point.
        loop {
            let mut changed = false;
            for production in &grammar.productions {
                let of = production.nonterminal.index();
                let symbols = &production.symbols;
                let empty = symbols.iter().all(|symbol| this.is_empty(symbol));
                let first = this.ends(symbols.iter(), &this.first);
                let last = this.ends(symbols.iter().rev(), &this.last);
                changed |= empty && !this.empty[of];
                this.empty[of] |= empty;
                let before = this.first[of].len() + this.last[of].len();
                this.first[of].extend(first);
                this.last[of].extend(last);
                changed |= this.first[of].len() + this.last[of].len() > before;
            }
            if !changed {
                return this;
            }
        }
    }

    fn is_empty(&self, symbol: &Symbol) -> bool {
        matches!(symbol, Symbol::Nonterminal(n) if self.empty[n.index()])
    }

    /// The token classes that `symbols` may begin with, seen from the side where they begin.
    fn ends<'s>(
        &self,
        symbols: impl Iterator<Item = &'s Symbol>,
        sets: &[BTreeSet<TokenClassId>],
    ) -> BTreeSet<TokenClassId> {
        let mut found = BTreeSet::new();
        for symbol in symbols {
            match symbol {
                Symbol::TokenClass(class) => drop(found.insert(*class)),
                Symbol::Nonterminal(n) => found.extend(&sets[n.index()]),
            }
            if !self.is_empty(symbol) {
                break;
            }
        }
        found
    }

    /// The tokens that may stand directly before `token`.
    pub(crate) fn before(&self, token: TokenId) -> Vec<TokenId> {
        let class = self.grammar.tokens[token.index()].token_class;
        let mut found = BTreeSet::new();
        for production in &self.grammar.productions {
            for at in 1..production.symbols.len() {
                let (left, right) = production.symbols.split_at(at);
                if self.ends(right.iter().take(1), &self.first).contains(&class) {
                    found.extend(self.ends(left.iter().rev(), &self.last));
                }
            }
        }
        self.tokens(&found)
    }

    /// The tokens that may stand directly behind `token`.
    pub(crate) fn behind(&self, token: TokenId) -> Vec<TokenId> {
        let class = self.grammar.tokens[token.index()].token_class;
        let mut found = BTreeSet::new();
        for production in &self.grammar.productions {
            for at in 1..production.symbols.len() {
                let (left, right) = production.symbols.split_at(at);
                if self.ends(left.iter().rev().take(1), &self.last).contains(&class) {
                    found.extend(self.ends(right.iter(), &self.first));
                }
            }
        }
        self.tokens(&found)
    }

    /// The tokens that a program may end with.
    pub(crate) fn last(&self) -> Vec<TokenId> {
        let public = self.grammar.nonterminals.iter().zip(&self.last);
        let found = public
            .filter(|(n, _)| n.public)
            .flat_map(|(_, last)| last.iter().copied());
        self.tokens(&found.collect())
    }

    fn tokens(&self, classes: &BTreeSet<TokenClassId>) -> Vec<TokenId> {
        let of = |class: &TokenClassId| self.grammar.token_classes[class.index()].tokens.iter().copied();
        classes.iter().flat_map(of).collect()
    }
}
