//! Limits of what is read, so that no file takes all memory or time. `docs/grammars.md` lists them.

pub(crate) use tdf_diagnostic::{MAX_FINDINGS, MAX_SOURCE};
pub(crate) use tdf_grammar::limits::{MAX_DFA_STATES, MAX_REGEX_NESTING};

/// Brackets, repetitions and macro arguments may nest this deep; grammars that people write stay below 10.
pub(crate) const MAX_NESTING: usize = 64;

/// More members than this belong into rules, or are a mistake such as `\w` (144,667 members).
pub(crate) const MAX_MEMBERS: usize = 10_000;

/// A member of more bytes than this is no token that anybody writes.
pub(crate) const MAX_MEMBER_LENGTH: usize = 200;

/// Members of all terminals together.
pub(crate) const MAX_VOCABULARY: usize = 100_000;

/// Characters of the longest member of an open terminal that a program can have, unless the shortest one is longer.
pub(crate) const LONGEST_OPEN_MEMBER: u32 = 16;

/// Characters beyond ASCII that a class in an open terminal may bring into the vocabulary.
pub(crate) const MAX_FOREIGN: usize = 256;

/// States of an automaton times characters of its longest member: each pair may become a nonterminal.
pub(crate) const MAX_SUFFIXES: usize = 16 * MAX_DFA_STATES;

/// Bytes that the tables of an open terminal's regular expression may take.
pub(crate) const MAX_OPEN_TABLE: usize = 1 << 24;

/// Regular expressions that `match` skips: each is an automaton of its own.
pub(crate) const MAX_SKIPS: usize = 20;

/// Regular expressions in `match` that no rule uses: every member is tried on each of them.
pub(crate) const MAX_RESERVED: usize = 100;

/// Instances of macros, repetitions and rules that a grammar may have; a macro that grows its own argument has no end.
pub(crate) const MAX_NONTERMINALS: usize = 20_000;

/// Bytes of the name of a macro's instance.
pub(crate) const MAX_NAME: usize = 1_000;

#[cfg(test)]
mod tests {
    use tdf_grammar::limits::{MAX_INLINED_PRODUCTIONS, MAX_INLINED_SYMBOLS, MAX_SKIP_TABLE, MAX_STATES, MAX_WORK};

    use super::*;

    /// The table of `docs/grammars.md`: what is limited, and the limit.
    const TABLE: [(&str, usize); 21] = [
        ("bytes of a file", MAX_SOURCE),
        ("nesting of brackets, choices and arguments of macros", MAX_NESTING),
        ("findings that are shown", MAX_FINDINGS),
        ("members of a terminal that are listed", MAX_MEMBERS),
        ("characters beyond ASCII in a class", MAX_FOREIGN),
        ("bytes of a member that is listed", MAX_MEMBER_LENGTH),
        ("members of all terminals together", MAX_VOCABULARY),
        ("nesting within a regular expression", MAX_REGEX_NESTING as usize),
        (
            "characters of a member of an open terminal",
            LONGEST_OPEN_MEMBER as usize,
        ),
        ("states of the automaton of an open terminal", MAX_DFA_STATES),
        ("these states times the characters of a member", MAX_SUFFIXES),
        ("bytes of the tables of its regular expression", MAX_OPEN_TABLE),
        ("regular expressions that `match` skips, except white space", MAX_SKIPS),
        ("bytes of the tables of each of them", MAX_SKIP_TABLE),
        ("regular expressions in `match` that no rule uses", MAX_RESERVED),
        ("nonterminals, when macros add more", MAX_NONTERMINALS),
        ("bytes of the name of a macro's instance", MAX_NAME),
        (
            "productions that inlining adds, for a conflict",
            MAX_INLINED_PRODUCTIONS,
        ),
        ("symbols that inlining adds", MAX_INLINED_SYMBOLS),
        ("states of the parser's automaton", MAX_STATES),
        ("items that are looked at to find them", MAX_WORK),
    ];

    #[test]
    fn the_document_lists_the_limits() {
        let document = include_str!("../../../docs/grammars.md");
        let section = document.split("\n## Limits\n").nth(1).unwrap();
        let section = section.split("\nGrammars in Lark's syntax").next().unwrap();
        let row = |line: &'static str| {
            let (quantity, limit) = line.strip_prefix("| ")?.strip_suffix(" |")?.split_once(" | ")?;
            let number: String = limit
                .chars()
                .take_while(|c| c.is_ascii_digit() || *c == ',')
                .filter(char::is_ascii_digit)
                .collect();
            Some((quantity, number.parse().ok()?))
        };
        let rows: Vec<(&str, usize)> = section.lines().filter_map(row).collect();
        assert_eq!(rows, TABLE);
    }
}
