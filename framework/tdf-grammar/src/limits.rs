//! Limits of the tables and the lexer, so that no grammar takes all memory or time. `docs/grammars.md` lists them.

/// Nesting within a regular expression.
pub const MAX_REGEX_NESTING: u32 = 200;

/// States that the automaton of an open terminal may have: real terminals have a few, each keyword that is taken from a name
/// adds some.
pub const MAX_DFA_STATES: usize = 10_000;

/// Bytes that the tables of such a regular expression may take.
pub const MAX_SKIP_TABLE: usize = 1 << 22;

/// Productions that inlining may add.
pub const MAX_INLINED_PRODUCTIONS: usize = 50_000;

/// Symbols and nodes in productions that inlining may add.
pub const MAX_INLINED_SYMBOLS: usize = 2_000_000;

/// States that an automaton may have: the languages that tdf is made for have hundreds.
pub const MAX_STATES: usize = 100_000;

/// Bound on the items that are looked at while states grow.
pub const MAX_WORK: usize = 200_000_000;
