//! Which names a language can have: they are names of a crate, of a domain and of files at once.

/// Characters of the longest name; the limit of crates.io.
pub(crate) const LONGEST: usize = 64;

/// Strict and reserved keywords of the edition that the crate is written in, lower case; `union` and the like may be names.
const KEYWORDS: &[&str] = &[
    "abstract", "as", "async", "await", "become", "box", "break", "const", "continue", "crate", "do", "dyn", "else",
    "enum", "extern", "false", "final", "fn", "for", "gen", "if", "impl", "in", "let", "loop", "macro", "match", "mod",
    "move", "mut", "override", "priv", "pub", "ref", "return", "self", "static", "struct", "super", "trait", "true",
    "try", "type", "typeof", "unsafe", "unsized", "use", "virtual", "where", "while", "yield",
];

/// Names with another meaning, and which.
const RESERVED: &[(&str, &[&str])] = &[
    (
        "the name of a crate that comes with Rust",
        &["alloc", "core", "proc-macro", "proc_macro", "std", "test"],
    ),
    (
        "the name of a folder that cargo makes",
        &["build", "debug", "deps", "examples", "incremental", "release", "target"],
    ),
    (
        "the name of a crate that a language depends on",
        &["lalrpop-util", "lalrpop_util", "lalrpop", "inventory"],
    ),
    ("the name of a device on Windows", &["aux", "con", "nul", "prn"]),
];

/// What is wrong with a name.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum NameFault {
    /// Letters or signs that are not allowed, or in a wrong place.
    #[error(
        "it has to be words of the letters a-z and digits with single `-` or `_` between them, the first beginning \
         with a letter"
    )]
    Form,
    /// Too many characters.
    #[error("it has {0} characters, at most {max} are allowed", max = LONGEST)]
    Long(usize),
    /// A word of Rust.
    #[error("it is a keyword of Rust")]
    Keyword,
    /// A name with a meaning to cargo, Rust or the system; it says which.
    #[error("it is {0}")]
    Reserved(&'static str),
    /// A domain that exists.
    #[error("there is a built-in domain of this name")]
    Taken,
}

/// Whether a language may be called `name`, if those in `taken` exist.
pub(crate) fn check(name: &str, taken: &[&str]) -> Result<(), NameFault> {
    let word = |word: &str| !word.is_empty() && word.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit());
    if !name.starts_with(|c: char| c.is_ascii_lowercase()) || !name.split(['-', '_']).all(word) {
        return Err(NameFault::Form);
    }
    if name.len() > LONGEST {
        return Err(NameFault::Long(name.len()));
    }
    if KEYWORDS.contains(&name) {
        return Err(NameFault::Keyword);
    }
    if let Some((meaning, _)) = RESERVED.iter().find(|(_, names)| names.contains(&name)) {
        return Err(NameFault::Reserved(meaning));
    }
    if is_port(name) {
        return Err(NameFault::Reserved("the name of a device on Windows"));
    }
    // Crates of tdf are dependencies, and the two packages could not be told apart by name.
    if name.starts_with("tdf-") || name.starts_with("tdf_") || name == "tdf" || name == "xtask" {
        return Err(NameFault::Reserved("a name that the crates of tdf have"));
    }
    if taken.contains(&name) {
        return Err(NameFault::Taken);
    }
    Ok(())
}

/// `com1` to `com9`, `lpt1` to `lpt9`.
fn is_port(name: &str) -> bool {
    let number = name.strip_prefix("com").or_else(|| name.strip_prefix("lpt"));
    number.is_some_and(|n| n.len() == 1 && n != "0" && n.bytes().all(|b| b.is_ascii_digit()))
}
