//! Random parts of grammar files.

use super::{Alternative, CLASSES, Choose, LETTERS, Macro, MacroAlternative, OPEN, Rule, Side, Symbol};

/// Makes random parts.
pub(super) struct Writer<'c> {
    pub(super) choose: Choose<'c>,
    pub(super) rules: usize,
    pub(super) macros: usize,
}

impl Writer<'_> {
    fn choose(&mut self, end: usize) -> usize {
        (self.choose)(end)
    }

    pub(super) fn rule(&mut self, index: usize) -> Rule {
        let levels = self.choose(6) == 1;
        let mut alternatives = Vec::new();
        let first = self.choose(LETTERS.len());
        for n in 0..=self.choose(4) {
            alternatives.push(if levels {
                self.operator(index, n)
            } else if n == 0 && self.choose(3) != 2 {
                // A way out: without one a rule has no programs.
                plain(vec![Symbol::Letter(first)])
            } else {
                self.alternative((first + n) % LETTERS.len())
            });
        }
        alternatives.sort_by_key(|a| a.level);
        Rule {
            public: index == 0 || self.choose(2) == 0,
            inline: self.choose(8) == 1,
            alternatives,
            levels,
        }
    }

    fn alternative(&mut self, letter: usize) -> Alternative {
        let count = self.choose(4);
        let mut symbols: Vec<Symbol> = (0..count).map(|_| self.symbol(2)).collect();
        // Without letters that tell alternatives apart nearly all grammars have conflicts.
        if self.choose(4) != 3 {
            symbols.insert(0, Symbol::Letter(letter));
        }
        if self.choose(3) == 1 {
            symbols.push(Symbol::Letter(self.choose(LETTERS.len())));
        }
        plain(symbols)
    }

    /// Alternatives of a rule with levels: atoms, then operators.
    fn operator(&mut self, rule: usize, n: usize) -> Alternative {
        if n == 0 {
            return plain(vec![Symbol::Letter(self.choose(LETTERS.len()))]);
        }
        let own = || Symbol::Rule(rule);
        let sign = Symbol::Letter(self.choose(LETTERS.len()));
        let symbols = match self.choose(6) {
            0 => vec![own(), sign, own()],
            1 => vec![sign, own()],
            2 => vec![own(), sign],
            3 => vec![own(), sign, own(), Symbol::Letter(self.choose(LETTERS.len())), own()],
            4 => vec![sign, self.symbol(1), own()],
            _ => vec![own(), Symbol::Group(vec![sign, own()])],
        };
        let level = self.choose(3);
        // The tightest level cannot associate.
        let side = match self.choose(4) {
            1 if level > 0 => Side::Left,
            2 if level > 0 => Side::Right,
            3 if level > 0 => Side::None,
            _ => Side::All,
        };
        Alternative { symbols, level, side }
    }

    pub(super) fn macro_rule(&mut self) -> Macro {
        let mut alternatives = Vec::new();
        for _ in 0..=self.choose(3) {
            let mut symbols = Vec::new();
            for _ in 0..self.choose(3) {
                symbols.push(match self.choose(2) {
                    0 => Symbol::Letter(self.choose(LETTERS.len())),
                    _ => Symbol::Parameter,
                });
            }
            symbols.push(Symbol::Letter(self.choose(LETTERS.len())));
            let condition = match self.choose(4) {
                1 => Some((true, self.choose(2))),
                2 => Some((false, self.choose(2))),
                _ => None,
            };
            alternatives.push(MacroAlternative { symbols, condition });
        }
        Macro { alternatives }
    }

    fn symbol(&mut self, depth: usize) -> Symbol {
        match self.choose(if depth > 0 { 10 } else { 5 }) {
            0 | 1 => Symbol::Letter(self.choose(LETTERS.len())),
            2 => match self.choose(CLASSES.len() + OPEN.len()) {
                n if n < CLASSES.len() => Symbol::Class(n),
                n => Symbol::Open(n - CLASSES.len()),
            },
            3 | 4 => Symbol::Rule(self.choose(self.rules)),
            5..=7 => {
                let operator = ['?', '*', '+'][self.choose(3)];
                // What is repeated may rarely be empty.
                let inside = if self.choose(4) == 1 { depth - 1 } else { 0 };
                let inner = self.symbol(inside);
                Symbol::Repeated(Box::new(inner), operator)
            }
            8 => {
                let count = 1 + self.choose(3);
                Symbol::Group((0..count).map(|_| self.symbol(depth - 1)).collect())
            }
            _ if self.macros > 0 => {
                let name = self.choose(self.macros);
                Symbol::Macro(name, Box::new(self.symbol(0)), self.choose(2))
            }
            _ => Symbol::Rule(self.choose(self.rules)),
        }
    }
}

fn plain(symbols: Vec<Symbol>) -> Alternative {
    Alternative {
        symbols,
        level: 0,
        side: Side::All,
    }
}
