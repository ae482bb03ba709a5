//! Names of rules in the style of LALRPOP and Rust.

use std::collections::{BTreeMap, BTreeSet};

use crate::syntax::{Definition, is_terminal};

/// The name of each rule: `if_stmt` becomes `IfStmt`. Names of terminals stay.
pub fn rule_names(definitions: &[Definition]) -> BTreeMap<String, String> {
    let names = || definitions.iter().map(|definition| &definition.name.text);
    let mut taken: BTreeSet<String> = names().filter(|name| is_terminal(name)).cloned().collect();
    let mut rules = BTreeMap::new();
    for name in names().filter(|name| !is_terminal(name)) {
        rules.insert(name.clone(), unique(camel(name), &mut taken));
    }
    rules
}

/// `wanted`, or the first of `wanted2`, `wanted3` and so on that is not `taken`.
pub fn unique(wanted: String, taken: &mut BTreeSet<String>) -> String {
    let numbered = (2..).map(|number| format!("{wanted}{number}"));
    let mut candidates = std::iter::once(wanted.clone()).chain(numbered);
    let name = candidates.find(|name| !taken.contains(name)).unwrap_or(wanted);
    taken.insert(name.clone());
    name
}

/// `left_hand` as `LeftHand`.
pub fn camel(name: &str) -> String {
    let words = name.split('_').filter(|word| !word.is_empty());
    let capital = |word: &str| {
        let mut characters = word.chars();
        let first = characters.next().map(char::to_uppercase);
        first.into_iter().flatten().chain(characters).collect::<String>()
    };
    let joined: String = words.map(capital).collect();
    match joined.as_str() {
        // A word of Rust that no type can have as its name.
        "Self" => "SelfRule".to_owned(),
        "" => "Rule".to_owned(),
        _ if joined.starts_with(|c: char| c.is_numeric()) => format!("Rule{joined}"),
        _ => joined,
    }
}
