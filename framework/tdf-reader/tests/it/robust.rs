//! Files that are no grammars: an answer in reasonable time, never a panic.

use std::time::{Duration, Instant};

use tdf_grammar::{Lexer, Lr};

use crate::support::Random;

/// Reads `source` and, if it is a grammar, builds everything; whether it is one.
fn digest(source: &str) -> bool {
    let began = Instant::now();
    let read = tdf_reader::read_grammar("junk.lalrpop", source);
    let good = match &read {
        Ok(grammar) => {
            let lexer = Lexer::new(grammar);
            let _ = lexer.lex(source);
            grammar.to_string();
            Lr::new(grammar).map_err(|e| e.to_string()).is_ok()
        }
        Err(error) => {
            assert!(!error.diagnostics.is_empty());
            assert!(error.to_string().starts_with("junk.lalrpop:"));
            false
        }
    };
    // Far more than is needed, so that a slow machine does not fail; a hang does.
    assert!(
        began.elapsed() < Duration::from_secs(120),
        "{} bytes took {:?}",
        source.len(),
        began.elapsed()
    );
    good
}

const PIECES: [&str; 76] = [
    "#[cfg(feature=\"x\")]",
    "#[cfg(not(any(",
    "extern { enum T {",
    "\"a\" => T::A(<u8>),",
    "type Location = usize;",
    "r#type",
    "match { r\"//[^x]*\" => { },",
    "<(a, b):",
    "#X*#",
    "!",
    "@L",
    "if K ~~ \"a\"",
    "grammar;",
    "pub ",
    "S",
    "T",
    "E",
    "Comma<",
    "=",
    "{",
    "}",
    "(",
    ")",
    "<",
    ">",
    "[",
    "]",
    ";",
    ",",
    ":",
    "\"a\"",
    "\"b\"",
    "r\"[0-9]\"",
    "r\"[0-3]|7\"",
    "r#\"x\"#",
    "=> A",
    "=> B(<>)",
    "=> <>",
    "=>? x",
    "=>@L",
    "@L",
    "@R",
    "!",
    "*",
    "+",
    "?",
    "#[inline]",
    "#[precedence(level=\"1\")]",
    "#[assoc(side=\"left\")]",
    "match",
    "else",
    "if",
    "==",
    "~~",
    "extern",
    "use a::b;",
    "#![x]",
    "// c\n",
    "/* c */",
    "/// d\n",
    "\n",
    " ",
    "'",
    "'a",
    "'x'",
    "`E`",
    "\\",
    "\u{0}",
    "ü",
    "\u{2028}",
    "\"",
    "r\"",
    "r#",
    "S: Vec<T>",
    "_",
    "Box::new(",
];

#[test]
fn random_pieces() {
    let mut random = Random(1);
    for _ in 0..10_000 {
        let mut source = String::from(if random.below(4) > 0 { "grammar; pub S = " } else { "" });
        for _ in 0..random.below(30) {
            source.push_str(PIECES[random.below(PIECES.len())]);
        }
        digest(&source);
    }
}

#[test]
fn random_bytes() {
    let mut random = Random(2);
    for _ in 0..5_000 {
        let bytes: Vec<u8> = (0..random.below(60)).map(|_| random.next() as u8).collect();
        digest(&String::from_utf8_lossy(&bytes));
    }
}

#[test]
fn broken_copies_of_good_grammars() {
    let mut random = Random(3);
    let mut good = 0;
    for name in ["rainbow", "csg2d", "tinysvg"] {
        let path = format!("{}/../../grammars/{name}.lalrpop", env!("CARGO_MANIFEST_DIR"));
        let source = std::fs::read_to_string(path).unwrap();
        for _ in 0..300 {
            let mut chars: Vec<char> = source.chars().collect();
            for _ in 0..=random.below(2) {
                let (from, to) = (random.below(chars.len()), random.below(chars.len()));
                match random.below(4) {
                    0 => drop(chars.remove(from)),
                    1 => chars.swap(from, to),
                    2 => chars[from] = chars[to],
                    _ => chars.truncate(from.max(1)),
                }
            }
            good += usize::from(digest(&chars.into_iter().collect::<String>()));
        }
    }
    // Many changes hit a comment or a name that is written once.
    assert!(good > 80, "{good}");
}

#[test]
fn deep_nesting() {
    const DEPTH: usize = 100_000;
    for open in [
        "(", "<", "<a:", "Comma<", "[", "{", "/*", "#[a(b(", "S: Vec<", "r\"(", "\"", "=> (", "match {", "((a)",
    ] {
        for (before, after) in [("", ""), ("grammar; pub S = ", ";"), ("grammar; pub S: ", " = \"a\";")] {
            let times = if matches!(open, "(" | "{" | "/*") {
                DEPTH
            } else {
                DEPTH / 20
            };
            assert!(
                !digest(&format!("{before}{}{after}", open.repeat(times))),
                "{before}{open}"
            );
        }
    }
    for regex in [
        "(".repeat(DEPTH) + &")".repeat(DEPTH),
        "[".repeat(DEPTH),
        "a?".repeat(DEPTH),
        "(a|b)".repeat(500),
        "(((a{1000}){1000}){1000})".to_owned(),
    ] {
        assert!(!digest(&format!("grammar; pub S = r\"{regex}\";")), "{}", &regex[..7]);
    }
    // Without the empty text this is a terminal, if a large one.
    digest("grammar; pub S = r\"(|a|b){0,1000}\";");
    assert!(!digest(&format!("grammar; pub S = \"a\"{};", "*".repeat(DEPTH))));
    // Code of any depth is no concern of the grammar.
    assert!(digest(&format!(
        "grammar; pub S = \"a\" => {};",
        "Box::new(".repeat(DEPTH) + &")".repeat(DEPTH)
    )));
}

#[test]
fn long_files() {
    // As long as is read at all.
    const SIZE: usize = 1_000_000;
    for piece in ["a ", "\"a\" ", "x\n", "S = A;\n", "(", "pub S = \"a\" => A;", "// x\n"] {
        digest(&format!("grammar; pub S = {}", piece.repeat(SIZE / piece.len())));
    }
    let mut random = Random(4);
    let noise: Vec<u8> = (0..SIZE).map(|_| random.next() as u8).collect();
    assert!(!digest(&String::from_utf8_lossy(&noise)));
    assert!(!digest(&"x".repeat(5 * SIZE)));
}

#[test]
fn grammars_that_are_too_large() {
    // One rule each, in the order that is worst for a check that looks for fixed points.
    let mut chain = String::from("grammar; pub S = A0;");
    for i in 0..10_000 {
        chain += &format!("A{i} = \"a\" <A{}>;", i + 1);
    }
    assert!(digest(&(chain + "A10000 = \"b\";")));
    let mut many = String::from("grammar; pub S = {");
    for i in 0..10_000 {
        many += &format!("\"a{i}\" => A{i},");
    }
    digest(&(many + "};"));
    // 2^n states: the automaton has to remember which of the letters came n places ago.
    let mut wide = String::from("grammar; pub S = {");
    for i in 0..40 {
        wide += &format!("r\"[0-9]{{3}}\" {} => A{i}(<>),", "S ".repeat(i));
    }
    assert!(!digest(&(wide + "};")));
    let vocabulary: String = (0..50)
        .map(|i| format!("\"k{i}\" <r\"{i}[0-9]{{4}}\"> => A{i}(<>),"))
        .collect();
    assert!(!digest(&format!("grammar; pub S = {{ {vocabulary} }};")));
}

#[test]
fn many_warnings() {
    let rules: String = (0..1_000).map(|i| format!("r{i} = \"b\"; M{i}<X> = X X;\n")).collect();
    let grammar = tdf_reader::read_grammar("many.lalrpop", &format!("grammar; pub S = \"a\"; {rules}")).unwrap();
    assert_eq!(grammar.warnings.len(), 20);
    assert_eq!(grammar.warnings[19].notes, ["and 1980 more warnings"]);
}

#[test]
fn many_terminals_that_only_a_match_block_names() {
    let words: String = (0..10_000).map(|i| format!("\"a{i}\", ")).collect();
    let regexes: String = (0..100).map(|i| format!("r\"[b-z]*x{i}.*\", ")).collect();
    let grammar = |more: &str| {
        format!("grammar; match {{ {words} {regexes} {more} }} else {{ _ }} pub S = r\"a[0-9]{{3}}|bx7y|c\";")
    };
    let read = tdf_reader::read_grammar("many.lalrpop", &grammar("")).unwrap_or_else(|e| panic!("{e}"));
    // `a000` to `a099` and `c`.
    assert_eq!(read.tokens.len(), 101);
    assert!(tdf_reader::read_grammar("many.lalrpop", &grammar("r\"one too many\"")).is_err());
}
