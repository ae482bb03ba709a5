//! tdf can work with the language, and its programs give what they should.

use my_dsl::{Dsl, ast::Text};
use tdf_domain::{FunctionDomain as _, Value};

// What tdf relies on, checked on random programs: a test function for each promise.
tdf_testkit::function_conformance!(Dsl);

fn run(program: &str, input: &str) -> Option<Value> {
    let program: Text = program.parse().unwrap();
    Dsl.run(&program, &[Value::from(input)])
}

#[test]
fn programs_give_what_they_should() {
    assert_eq!(run("(Upper (First x))", "ada"), Some("A".into()));
    let initials = "(Join (First (Word 2 x)) comma (Lower (Word 1 x)))";
    assert_eq!(run(initials, "Ada Lovelace"), Some("L, ada".into()));
    assert_eq!(run(initials, "Ada"), None, "there is no second word");
    assert_eq!(run("(First x)", ""), None);
}
