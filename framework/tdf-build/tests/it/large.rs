//! Grammars of many rules: what they take grows with them, and no faster.

use std::fmt::Write as _;

use tdf_build::{check_types, rust_code};
use tdf_grammar::Grammar;

/// `rules` rules, each made by `rule` from its number and that of the next, and a last one of a single token.
fn grammar(rules: usize, rule: impl Fn(usize, usize) -> String) -> Grammar {
    let mut source = "grammar;\npub ".to_owned();
    for i in 0..rules {
        let _ = writeln!(source, "R{i}: R{i} = {{ {} }};", rule(i, i + 1));
    }
    let _ = writeln!(source, "R{rules}: R{rules} = {{ \"x\" => R{rules}::X }};");
    tdf_reader::read_grammar("large.lalrpop", &source).unwrap()
}

/// Each rule reaches all that follow: to list them for each takes a minute.
#[test]
fn a_chain_of_three_thousand_rules() {
    let chain = grammar(3000, |i, next| format!("<R{next}> => R{i}::Next(<>)"));
    assert!(check_types("large.lalrpop", &chain).is_ok());
}

/// The last rule is reached in as many ways as there are numbers of 60 bits: none may be gone twice.
#[test]
fn rules_that_hold_the_next_one_twice() {
    let doubled = grammar(60, |i, next| {
        format!("\"l\" <R{next}> <R{next}> => R{i}::Two(<>), \"e\" => R{i}::None")
    });
    let code = rust_code("large.lalrpop", &doubled).unwrap();
    assert_eq!(code.matches("Clone, Copy,").count(), 61);
    // A cycle through all of them: none is copied, and the way back is boxed.
    let cyclic = grammar(60, |i, next| {
        let back = if i == 59 { ", \"b\" <R0> => R59::Back(<>)" } else { "" };
        format!("\"l\" <R{next}> <R{next}> => R{i}::Two(<>), \"e\" => R{i}::None{back}")
    });
    let code = rust_code("large.lalrpop", &cyclic).unwrap();
    // The last rule alone holds no other.
    assert_eq!(code.matches("Clone, Copy,").count(), 1);
    assert_eq!(code.matches("Back(Box<R0>)").count(), 1);
}

/// Each level is one type with all others: to list the way from each to each takes the third power of their number.
#[test]
fn levels_of_one_type() {
    let length = |levels: usize| {
        let chain = grammar(levels, |i, next| {
            format!("\"k{i}\" <R{next}> => R0::Op{i}(<>), <R{next}> => <>")
        });
        let code = rust_code("large.lalrpop", &chain).unwrap();
        code.len() as f64
    };
    let growth = length(400) / length(200);
    assert!(growth < 2.2, "{growth}");
}

/// The members of a terminal stand in the code once, not wherever it is used.
#[test]
fn a_terminal_that_many_rules_use() {
    let numbers = grammar(100, |i, next| {
        format!("\"k{i}\" <r\"[0-9]{{1,3}}\"> <R{next}> => R{i}::Next(<>), \"e\" => R{i}::End")
    });
    let code = rust_code("large.lalrpop", &numbers).unwrap();
    assert_eq!(code.matches("\"777\" =>").count(), 1);
}
