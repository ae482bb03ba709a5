//! Random grammar files, and what they mean by definition: sets of strings, without any automaton.

mod generate;
mod meaning;
mod text;

use tdf_grammar::{Grammar, TokenId, TokenKind};

/// Where random decisions come from: a number below the argument, which is at least 1. Zero is always the choice that
/// leads to the least grammar, so that bytes of a fuzzer can run out.
pub type Choose<'c> = &'c mut dyn FnMut(usize) -> usize;

/// The texts of literals.
const LETTERS: [&str; 7] = ["a", "b", "c", "d", "e", "f", "x"];

/// Regular expressions over the letters, with their members.
const CLASSES: [(&str, &str); 7] = [
    ("[ab]", "ab"),
    ("[b-d]", "bcd"),
    ("c|f", "cf"),
    ("[d-f]", "def"),
    ("[xy]", "xy"),
    // Words in any case: each is one token, of which other terminals may win a form.
    ("(?i)c", "c"),
    ("(?i)(x|d)", "dx"),
];

/// Which texts of `x` and `y` are members.
type IsMember = fn(&str) -> bool;

/// Regular expressions with infinitely many members.
const OPEN: [(&str, IsMember); 4] = [
    ("[xy]+", |text| !text.is_empty()),
    // The empty text is no member of any terminal.
    ("[xy]*", |text| !text.is_empty()),
    ("xy*", |text| {
        text.strip_prefix('x').is_some_and(|rest| !rest.contains('x'))
    }),
    ("y[xy]*x", |text| {
        text.len() > 1 && text.starts_with('y') && text.ends_with('x')
    }),
];

/// A grammar file.
#[derive(Clone, Debug)]
pub struct Source {
    /// The first is public.
    pub rules: Vec<Rule>,
    macros: Vec<Macro>,
    /// Letters that a `match` block ranks above the regular expressions.
    reserved: Vec<usize>,
}

/// A rule `N0 = { ... };`.
#[derive(Clone, Debug)]
pub struct Rule {
    public: bool,
    inline: bool,
    alternatives: Vec<Alternative>,
    /// Whether the alternatives have levels of precedence.
    levels: bool,
}

/// `M0<T, Tag> = { ... };`: symbols where `T` stands for the first argument, and conditions on the second.
#[derive(Clone, Debug)]
struct Macro {
    alternatives: Vec<MacroAlternative>,
}

#[derive(Clone, Debug)]
struct MacroAlternative {
    symbols: Vec<Symbol>,
    /// Whether the tag has to be this one, or may not be.
    condition: Option<(bool, usize)>,
}

#[derive(Clone, Debug)]
struct Alternative {
    symbols: Vec<Symbol>,
    level: usize,
    side: Side,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Side {
    All,
    Left,
    Right,
    None,
}

/// A symbol of an alternative.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Symbol {
    Letter(usize),
    Class(usize),
    Open(usize),
    Rule(usize),
    /// A rule with precedence, from this level on. Not written: what such a rule becomes.
    Level(usize, usize),
    Repeated(Box<Symbol>, char),
    Group(Vec<Symbol>),
    Macro(usize, Box<Symbol>, usize),
    /// The parameter of a macro.
    Parameter,
}

impl Source {
    /// A grammar of a few rules. Many are refused by the reader, and of the others many have conflicts.
    pub fn random(choose: Choose<'_>) -> Self {
        let rules = 1 + choose(4);
        let macros = if choose(3) == 1 { 1 + choose(2) } else { 0 };
        let mut writer = generate::Writer { choose, rules, macros };
        let macros = (0..macros).map(|_| writer.macro_rule()).collect();
        let rules = (0..rules).map(|index| writer.rule(index)).collect();
        let reserved = match (writer.choose)(6) {
            1 => vec![(writer.choose)(LETTERS.len())],
            2 => vec![(writer.choose)(3), 3 + (writer.choose)(4)],
            _ => Vec::new(),
        };
        Self {
            rules,
            macros,
            reserved,
        }
    }
}

/// Tokens as text that tells them apart: the characters of a member that is open as capitals, and `'` for its end.
pub fn open(grammar: &Grammar, tokens: &[TokenId]) -> String {
    let token = |token: &TokenId| {
        let token = &grammar.tokens[token.index()];
        match token.kind {
            TokenKind::Word => token.text.clone(),
            TokenKind::Character => token.text.to_uppercase(),
            TokenKind::End => "'".to_owned(),
        }
    };
    tokens.iter().map(token).collect()
}
