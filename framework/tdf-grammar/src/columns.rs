//! Sets of look-ahead columns, and the FIRST sets and closures that are made of them.

use crate::{Grammar, NonterminalId, ProductionId, Symbol};

/// A set of columns: kinds, and behind them the end of input.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Columns(Vec<u64>);

impl Columns {
    pub fn new(width: usize) -> Self {
        Self(vec![0; width.div_ceil(64)])
    }

    pub fn insert(&mut self, column: usize) {
        self.0[column / 64] |= 1 << (column % 64);
    }

    /// Adds all of `other`; whether anything was new.
    pub fn extend(&mut self, other: &Self) -> bool {
        let mut grown = false;
        for (a, b) in self.0.iter_mut().zip(&other.0) {
            grown |= *b & !*a != 0;
            *a |= b;
        }
        grown
    }

    pub fn iter(&self) -> impl Iterator<Item = u32> {
        let words = self.0.iter().zip(0u32..);
        words.flat_map(|(&word, i)| {
            let mut word = word;
            std::iter::from_fn(move || {
                (word != 0).then(|| {
                    let bit = word.trailing_zeros();
                    word &= word - 1;
                    i * 64 + bit
                })
            })
        })
    }
}

/// What strings begin with.
pub(crate) struct First {
    width: usize,
    nullable: Vec<bool>,
    first: Vec<Columns>,
    /// Per nonterminal: the nonterminals that its productions begin with, what may follow them within the production,
    /// and whether what follows the whole may follow them too.
    begins: Vec<Vec<(NonterminalId, Columns, bool)>>,
}

impl First {
    pub fn new(grammar: &Grammar) -> Self {
        let width = grammar.kinds.len() + 1;
        let count = grammar.nonterminals.len();
        let mut this = Self {
            width,
            nullable: vec![false; count],
            first: vec![Columns::new(width); count],
            begins: Vec::new(),
        };
        loop {
            let mut grown = false;
            for p in &grammar.productions {
                let n = p.nonterminal.index();
                let (columns, nullable) = this.of(&p.symbols);
                grown |= this.first[n].extend(&columns) || (nullable && !this.nullable[n]);
                this.nullable[n] |= nullable;
            }
            if !grown {
                break;
            }
        }
        for n in 0..count {
            let mut begins: Vec<(NonterminalId, Columns, bool)> = Vec::new();
            for p in grammar.productions_of(NonterminalId::new(n)) {
                let symbols = &grammar.production(p).symbols;
                let Some(&Symbol::Nonterminal(next)) = symbols.first() else {
                    continue;
                };
                let (columns, nullable) = this.of(&symbols[1..]);
                match begins.iter_mut().find(|(m, _, _)| *m == next) {
                    Some((_, all, inherits)) => {
                        all.extend(&columns);
                        *inherits |= nullable;
                    }
                    None => begins.push((next, columns, nullable)),
                }
            }
            this.begins.push(begins);
        }
        this
    }

    /// FIRST of a string of symbols, and whether it derives the empty string.
    fn of(&self, symbols: &[Symbol]) -> (Columns, bool) {
        let mut columns = Columns::new(self.width);
        for symbol in symbols {
            match symbol {
                Symbol::Kind(k) => {
                    columns.insert(k.index());
                    return (columns, false);
                }
                Symbol::Nonterminal(n) => {
                    columns.extend(&self.first[n.index()]);
                    if !self.nullable[n.index()] {
                        return (columns, false);
                    }
                }
            }
        }
        (columns, true)
    }

    /// The nonterminals that may begin after `kernel` (and `start`), each with what may follow it.
    pub fn closure(
        &self,
        grammar: &Grammar,
        start: Option<NonterminalId>,
        kernel: &[(ProductionId, u32, Columns)],
    ) -> Vec<(NonterminalId, Columns)> {
        let mut follow: Vec<Option<Columns>> = vec![None; self.first.len()];
        let mut open: Vec<NonterminalId> = Vec::new();
        let mut waiting = vec![false; self.first.len()];
        let add = |open: &mut Vec<NonterminalId>,
                   waiting: &mut Vec<bool>,
                   follow: &mut Vec<Option<Columns>>,
                   n: NonterminalId,
                   l: &Columns| {
            let grown = match &mut follow[n.index()] {
                Some(columns) => columns.extend(l),
                free => {
                    *free = Some(l.clone());
                    true
                }
            };
            if grown && !std::mem::replace(&mut waiting[n.index()], true) {
                open.push(n);
            }
        };
        if let Some(n) = start {
            let mut columns = Columns::new(self.width);
            columns.insert(self.width - 1);
            add(&mut open, &mut waiting, &mut follow, n, &columns);
        }
        for (p, dot, lookahead) in kernel {
            let symbols = &grammar.production(*p).symbols[*dot as usize..];
            if let [Symbol::Nonterminal(n), rest @ ..] = symbols {
                let (mut columns, nullable) = self.of(rest);
                if nullable {
                    columns.extend(lookahead);
                }
                add(&mut open, &mut waiting, &mut follow, *n, &columns);
            }
        }
        while let Some(n) = open.pop() {
            waiting[n.index()] = false;
            let Some(inherited) = follow[n.index()].clone() else {
                continue;
            };
            for (next, columns, inherits) in &self.begins[n.index()] {
                let mut columns = columns.clone();
                if *inherits {
                    columns.extend(&inherited);
                }
                add(&mut open, &mut waiting, &mut follow, *next, &columns);
            }
        }
        let found = follow
            .into_iter()
            .zip(0..)
            .filter_map(|(columns, n)| Some((NonterminalId(n), columns?)));
        found.collect()
    }
}
