//! Tokens for line breaks and indentation.

use tdf_grammar::Layout;
use tdf_tree::{Language, Sampler, Size, Weighting, rng_stream};

fn language(rules: &str) -> Language {
    let grammar = tdf_reader::read_grammar("layout.lalrpop", &format!("grammar;\n{rules}"));
    Language::new(grammar.unwrap_or_else(|e| panic!("{e}"))).unwrap_or_else(|e| panic!("{e}"))
}

/// As Python: a line break ends every simple statement, also before a block and before its end.
const ENDED: &str = r##"
    match { r"[ \t]+" => { }, r"#[^\n]*" => { }, r"\r?\n[\t ]*" => NEWLINE, "indent" => INDENT, "dedent" => DEDENT, _ }
    pub File = <Stmt+>;
    Stmt = { <Expr> NEWLINE => Do(<>), "if" <Expr> ":" <Suite> => If(<>) };
    Suite = { NEWLINE INDENT <Stmt+> DEDENT => Block(<>), <Expr> NEWLINE => Line(<>) };
    Expr = { "a", "b", "(" <Expr> "+" <Expr> ")" => Add(<>) };
"##;

/// Line breaks part statements, and indentation alone begins and ends a block.
const PARTED: &str = r#"
    extern { enum Token { "indent" => I, "dedent" => D, NEWLINE => N, "if" => If, "a" => A, "b" => B } }
    pub Lines = { <Stmt>, <Lines> NEWLINE <Stmt> };
    Stmt = { "a", "b", "if" "indent" <Lines> "dedent" => If(<>) };
"#;

/// A line break behind each statement, blocks or not.
const BEHIND: &str = r#"
    pub Lines = { () => Empty, <Lines> <Stmt> "\n" => More(<>) };
    Stmt = { "a", "if" "INDENT" <Inside> "DEDENT" => If(<>) };
    Inside = { <Stmt>, <Inside> "\n" <Stmt> => Next(<>) };
"#;

/// Lines alone.
const LINES: &str = r#"
    pub Program = { <Line>, <Program> r"\n+" <Line> };
    Line = { "mov" <Name> <Name>, "ret" };
    Name = r"[a-z]+";
"#;

/// Blocks alone: a line break that changes no indentation means nothing.
const BLOCKS: &str = r#"
    pub Tree = "node" <("indent" <Tree+> "dedent")?>;
"#;

#[test]
fn programs_are_read_back() {
    for rules in [ENDED, PARTED, BEHIND, LINES, BLOCKS] {
        let language = language(rules);
        let grammar = language.grammar();
        assert!(language.lexer().layout().is_some(), "{rules}");
        let size = Size::nodes(grammar);
        let sampler = Sampler::new(grammar, &size, 30, Weighting::Rules);
        let sizes = sampler.feasible(grammar.start, 1..=30).expect("there are programs");
        for index in 0..2_000 {
            let program = sampler.sample(grammar.start, &sizes, &mut rng_stream(0, index));
            let text = language.print_layout(program.nodes()).expect("there is a layout");
            let words = language.print(program.nodes());
            assert_eq!(language.parse(grammar.start, &words).as_ref(), Ok(&program), "{words}");
            let read = language.parse(grammar.start, &text);
            assert_eq!(read.as_ref(), Ok(&program), "{words} as\n{text}");
        }
    }
}

fn words(language: &Language, text: &str) -> String {
    let grammar = language.grammar();
    match language.parse(grammar.start, text) {
        Ok(program) => language.print(program.nodes()),
        Err(error) => format!("{}:{}: {}", error.position.line, error.position.column, error.message),
    }
}

/// The rules of The Python Language Reference, sections 2.1.5 to 2.1.8.
#[test]
fn lines_are_read_as_python_reads_them() {
    let language = language(ENDED);
    for (text, expected) in [
        ("a", "a newline"),
        ("a\n", "a newline"),
        ("a\r\n\r\nb\r\n", "a newline b newline"),
        ("\n  \n# c\na # d\n\n", "a newline"),
        ("if a: b\na", "if a : b newline a newline"),
        ("if a:\n b\na", "if a : newline indent b newline dedent a newline"),
        // A tab goes to the next multiple of eight.
        (
            "if a:\n        a\n\tb",
            "if a : newline indent a newline b newline dedent",
        ),
        // Lines inside brackets, and comments, are not indented.
        ("(a +\n     b)\n", "(a + b) newline"),
        (
            "if a:\n  a\n# c\n  b\n",
            "if a : newline indent a newline b newline dedent",
        ),
        (
            "if a:\n  if b:\n    a\nb",
            "if a : newline indent if b : newline indent a newline dedent dedent b newline",
        ),
        // Words and line breaks at once: the words count.
        (
            "if a : newline\n indent b newline\n dedent",
            "if a : newline indent b newline dedent",
        ),
        (
            "if a:\n  b\n a",
            "3:2: this line is indented less than the one before it, and as no line around it",
        ),
        ("if a:\nb", "2:1: found \"b\", expected \"indent\""),
        (
            "a\n b",
            "2:2: found indent, expected \"if\", \"a\", \"b\", \"(\" or the end of the program",
        ),
    ] {
        assert_eq!(words(&language, text), expected, "{text:?}");
    }
}

#[test]
fn terminals_of_line_breaks() {
    let is_newline = |terminal: &str| {
        let rules = format!("pub Line = <Word> {terminal} <Word>; Word = {{ \"a\", \"b\" }};");
        tdf_reader::read_grammar("layout.lalrpop", &format!("grammar;\n{rules}"))
            .is_ok_and(|grammar| grammar.tokens.iter().any(|token| token.text == "newline"))
    };
    for terminal in [
        r#""\n""#,
        r#"r"\n""#,
        r#"r"\r\n""#,
        r#"r"\r?\n[\t ]*""#,
        r#"r"(\r?\n)+\s*""#,
        r#"r"[\r\n]+""#,
    ] {
        assert!(is_newline(terminal), "{terminal}");
    }
    // They match white space without a line break, or more than white space.
    for terminal in [r#"r"\s+""#, r#"r"[\t\n]""#, r#"r"\n*""#, r#"r"\nx""#, r#"" ""#] {
        assert!(!is_newline(terminal), "{terminal}");
    }
}

/// Grammars of Python take blank lines as tokens. They are neither printed nor read.
#[test]
fn blank_lines_are_left_out() {
    let language = language(
        r#"
        pub File = <Item+>;
        Item = { "\n" => Blank, "pass" "\n" => Pass, "loop" ":" "\n" "indent" <Item+> "dedent" => Loop(<>) };
    "#,
    );
    let grammar = language.grammar();
    let text = "loop : newline indent newline pass newline newline dedent newline pass newline";
    let program = language.parse(grammar.start, text).expect("a program");
    let lines = language.print_layout(program.nodes()).expect("there is a layout");
    assert_eq!(lines, "loop :\n    pass\npass\n");
    assert_eq!(
        words(&language, &lines),
        "loop : newline indent pass newline dedent pass newline"
    );
}

#[test]
fn a_layout_that_nobody_could_read_is_none() {
    let fault = |rules: &str| Layout::of(language(rules).grammar()).expect_err(rules);
    // A block begins with a line break or without.
    let said = fault(r#"pub A = { "x" "newline" "indent" "y" "dedent", "z" "indent" "y" "dedent" };"#);
    assert_eq!(
        said,
        "some programs have a line break before an indented block and some have none"
    );
    let said = fault(r#"pub A = { "x" "indent" "y" "newline" "dedent" => A, "z" "indent" "y" "dedent" => B };"#);
    assert_eq!(
        said,
        "some programs have a line break before the end of an indented block and some have none"
    );
    // Half a block is none.
    assert_eq!(Layout::of(language(r#"pub A = "indent" "a";"#).grammar()), Ok(None));
}
