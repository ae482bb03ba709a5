//! Limits of what is converted, so that no file takes all memory or time. `docs/grammars.md` lists them.

/// Brackets and arguments of templates may nest this deep.
pub const MAX_NESTING: usize = 64;

/// Groups in a regular expression may nest this deep.
pub const MAX_REGEX_NESTING: usize = 64;

/// Terminals that are made of terminals.
pub const MAX_TERMINAL_NESTING: usize = 50;

/// Grammars that import each other.
pub const MAX_IMPORTS: usize = 16;

/// Bytes that the expression of a terminal may have.
pub const MAX_REGEX_LENGTH: usize = 1 << 16;

/// Rules that stand for brackets with several alternatives.
pub const MAX_GROUPS: usize = 10_000;

#[cfg(test)]
mod tests {
    use super::*;

    /// The table of `docs/grammars.md`: what is limited, and the limit.
    const TABLE: [(&str, usize); 6] = [
        ("nesting of brackets and arguments of templates", MAX_NESTING),
        ("nesting of groups in a regular expression", MAX_REGEX_NESTING),
        (
            "terminals that are made of terminals, one in the other",
            MAX_TERMINAL_NESTING,
        ),
        ("grammars that import each other, one after the other", MAX_IMPORTS),
        ("bytes of the regular expression of a terminal", MAX_REGEX_LENGTH),
        ("brackets with alternatives", MAX_GROUPS),
    ];

    #[test]
    fn the_document_lists_the_limits() {
        let document = include_str!("../../../docs/grammars.md");
        let section = document
            .split("\nGrammars in Lark's syntax have these limits too:\n")
            .nth(1)
            .unwrap();
        let section = section.split("\nMore than a limit").next().unwrap();
        let row = |line: &'static str| {
            let (quantity, limit) = line.strip_prefix("| ")?.strip_suffix(" |")?.split_once(" | ")?;
            Some((quantity, limit.replace(',', "").parse().ok()?))
        };
        let rows: Vec<(&str, usize)> = section.lines().filter_map(row).collect();
        assert_eq!(rows, TABLE);
    }
}
