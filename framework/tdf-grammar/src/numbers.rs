//! Which open terminals are numbers.

use crate::{Dfa, Grammar, TerminalId};

/// How far into a number a text has come: `[+-]? ([0-9]+ (\. [0-9]*)? | \. [0-9]+) ([eE] [+-]? [0-9]+)?`.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum Part {
    Begin,
    Sign,
    Whole,
    Point,
    Fraction,
    Exponent,
    ExponentSign,
    ExponentDigits,
}

impl Part {
    fn is_complete(self) -> bool {
        matches!(self, Self::Whole | Self::Fraction | Self::ExponentDigits)
    }

    fn next(self, character: char) -> Option<Self> {
        Some(match (self, character) {
            (Self::Begin, '+' | '-') => Self::Sign,
            (Self::Begin | Self::Sign | Self::Whole, '0'..='9') => Self::Whole,
            (Self::Begin | Self::Sign, '.') => Self::Point,
            (Self::Whole, '.') => Self::Fraction,
            (Self::Point | Self::Fraction, '0'..='9') => Self::Fraction,
            (Self::Whole | Self::Fraction, 'e' | 'E') => Self::Exponent,
            (Self::Exponent, '+' | '-') => Self::ExponentSign,
            (Self::Exponent | Self::ExponentSign | Self::ExponentDigits, '0'..='9') => Self::ExponentDigits,
            _ => return None,
        })
    }
}

impl Grammar {
    /// Whether all members of an open terminal are decimal numbers, such as `-1.5e3`, that `f64` reads.
    pub fn is_number(&self, terminal: TerminalId) -> bool {
        let Some(open) = &self.terminals[terminal.index()].open else {
            return false;
        };
        let step = |part: &Part, letter: usize| part.next(self.characters[letter]);
        let numbers = Dfa::explore(self.characters.len(), Part::Begin, |p| p.is_complete(), step);
        let others = numbers.and_then(|numbers| open.members.difference(&numbers));
        others.is_ok_and(|others| others.is_empty())
    }
}
