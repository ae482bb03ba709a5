//! Messages.

use std::path::Path;

use expect_test::{Expect, expect};
use tdf_build::Builder;

fn check(source: &str, expected: Expect) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("toy.lalrpop");
    std::fs::write(&path, source).unwrap();
    let error = Builder::new(&path)
        .out_dir(folder.path())
        .generate()
        .expect_err("this should not work");
    expected.assert_eq(&error.to_string().replace(&*folder.path().to_string_lossy(), "DIR"));
}

#[test]
fn a_missing_file() {
    let error = Builder::new("none.lalrpop")
        .out_dir(Path::new("/"))
        .generate()
        .unwrap_err();
    let message = error.to_string();
    assert!(
        message.starts_with("cannot read the grammar none.lalrpop: "),
        "{message}"
    );
}

#[test]
fn errors_of_the_grammar_have_a_caret() {
    check(
        "grammar;\npub Pair = <A> <B>;\nA = { \"a\" => One, \"aa\" => Two };\n",
        expect![[r#"
            DIR/toy.lalrpop:2:16: error: there is no rule called `B`
              |
            2 | pub Pair = <A> <B>;
              |                ^^^"#]],
    );
}

#[test]
fn conflicts_have_a_caret() {
    check(
        "grammar;\npub E = { <E> \"+\" <E> => Add(<>), \"1\" => One };\n",
        expect![[r#"
            DIR/toy.lalrpop:2:11: error: ambiguous: `1 + 1 + 1` can be read as `(1 + 1) + 1` or as `1 + (1 + 1)`
              |
            2 | pub E = { <E> "+" <E> => Add(<>), "1" => One };
              |           ^^^^^^^^^^^^^^^^^^^^^^
              |
              = note: after `1 + 1` and before `+`, either this is complete: E = E "+" E
              = note: or this goes on at the dot: E = E . "+" E
              = help: put brackets or a keyword around one of the two, or use #[precedence] and #[assoc] if they are operators"#]],
    );
}

#[test]
fn two_rules_of_one_name() {
    check(
        "grammar;\npub Top = <a_b> <aB>;\na_b = { \"a\" => One, \"b\" => Two };\naB = { \"c\" => One, \"d\" => Two };\n",
        expect![[r#"
            DIR/toy.lalrpop:4:8: the rules a_b and aB would both become the type AB: rename one
            aB = { "c" => One, "d" => Two };
                   ^"#]],
    );
}

/// The instance of a macro has no name that could be changed.
#[test]
fn a_rule_and_an_instance_of_one_name() {
    check(
        "grammar;\npub Top = <List<Item>> <ListItem>;\nList<T> = { <T> => One(<>), \"x\" => X };\nItem = { \"a\", \"b\" };\nListItem = { \"c\", \"d\" };\n",
        expect![[r#"
            DIR/toy.lalrpop:3:13: the rules ListItem and List<Item> would both become the type ListItem: rename ListItem
            List<T> = { <T> => One(<>), "x" => X };
                        ^"#]],
    );
}

#[test]
fn joined_rules_with_one_variant_twice() {
    check(
        "grammar;\npub Top = { \"(\" <Top> \")\" => Wrap(<>), <Low> => <> };\nLow = { \"[\" <Top> \"]\" => Wrap(<>), \"a\" => A };\n",
        expect![[r#"
            DIR/toy.lalrpop:3:9: the type Top would have two variants Wrap: give this one another label
            Low = { "[" <Top> "]" => Wrap(<>), "a" => A };
                    ^"#]],
    );
}
