//! Programs as text, as nodes, as typed trees, and what they give.

use tdf_domain::{MAX_DEPTH, Program, bind, depth};
use tdf_formulas::ast::Formula;
use tdf_tree::Tree;

use crate::{domain, inputs, programs, value};

#[test]
fn printed_programs_are_read_again() {
    let domain = domain();
    let language = domain.language();
    for program in programs(&*domain, 5000) {
        let text = language.print(program.nodes());
        let read = language.parse(domain.start(), &text);
        assert_eq!(read.as_ref(), Ok(&program), "{text}");
        let written = language.to_written(program.nodes());
        let typed = Formula::from_nodes(&written);
        assert_eq!(typed.to_nodes(), *written, "{text}");
        assert_eq!(typed.to_string(), text);
        assert_eq!(text.parse().as_ref(), Ok(&typed), "{text}");
        assert_eq!(domain.shown(program.nodes()), Some(format!("={text}")));
    }
}

#[test]
fn a_text_is_a_formula_as_it_stands() {
    let domain = domain();
    let text =
        r##"IF(ISNUMBER(FIND(".", A1)), CONCATENATE(LEFT(A1, (LEN(A1) - 1)), "x y"), TEXT((1 + VALUE(B1)), "#0"))"##;
    let program = domain.language().parse(domain.start(), text).unwrap();
    assert_eq!(domain.language().print(program.nodes()), text);
    assert_eq!(domain.shown(program.nodes()).unwrap(), format!("={text}"));
    // Blanks mean nothing outside of quotes.
    let spread = text.replace(", ", " , ").replace('(', "( ");
    assert_eq!(domain.language().parse(domain.start(), &spread), Ok(program));
}

#[test]
fn every_part_is_a_program() {
    let domain = domain();
    let language = domain.language();
    let grammar = language.grammar();
    let expressions: Vec<_> = grammar
        .productions_of(grammar.start)
        .map(|production| grammar.production(production).symbols.clone())
        .collect();
    for program in programs(&*domain, 500) {
        for (at, node) in program.nodes().iter().enumerate().skip(1) {
            let nonterminal = tdf_grammar::Symbol::Nonterminal(grammar.production(node.production).nonterminal);
            // The rest are the characters of constants.
            if expressions.iter().any(|symbols| symbols[..] == [nonterminal]) {
                let part = language.print(&program.nodes()[at..at + node.len as usize]);
                assert!(language.parse(domain.start(), &part).is_ok(), "{part}");
            }
        }
    }
}

#[test]
fn a_size_counts_functions_cells_and_constants() {
    let domain = domain();
    for (text, size) in [
        ("A1", 1),
        ("7", 1),
        (r#"" ""#, 1),
        (r#""a long one""#, 1),
        ("LEN(A1)", 2),
        ("(LEN(A1) > 3)", 4),
        (r##"TEXT(12, "#0")"##, 2),
        (r#"LEFT(A1, (FIND(" ", A1) - 1))"#, 7),
    ] {
        let program = domain.language().parse(domain.start(), text).unwrap();
        assert_eq!(domain.size().of(program.nodes()), size, "{text}");
    }
}

#[test]
fn wrong_texts_are_refused() {
    let domain = domain();
    for text in [
        "",
        "E1",
        "A2",
        "100",
        "-1",
        "LEFT(A1)",
        "LEFT(A1, B1)",
        "LEN(1)",
        "CONCATENATE(A1, B1, C1)",
        "LEN(A1) + 1",
        "(A1 + 1)",
        "\"open",
        "\"a\"b\"",
        "\"a\"\"b\"",
        "\"more than fourteen characters\"",
        "TEXT(1, \"0\")",
        "=A1",
    ] {
        assert!(domain.language().parse(domain.start(), text).is_err(), "{text}");
    }
}

#[test]
fn random_programs_run_on_random_inputs() {
    let domain = domain();
    let mut outputs = 0;
    let mut failures = 0;
    let mut informative = 0;
    const PROGRAMS: usize = 20_000;
    for (number, program) in programs(&*domain, PROGRAMS).iter().enumerate() {
        let bound = bind(&domain, &inputs(&*domain, number as u64)).unwrap();
        let mut observation = bound.observation_spec().blank();
        bound.render(program.nodes(), &mut observation).unwrap();
        let again = observation.clone();
        observation.fill(1);
        bound.render(program.nodes(), &mut observation).unwrap();
        assert_eq!(observation, again);
        let values = bound.observation_spec().values().unwrap().decode(&observation);
        outputs += values.len();
        failures += values.iter().filter(|value| value.is_none()).count();
        informative += usize::from(!bound.is_uninformative(&observation));
        assert_eq!(bound.distance(&observation, &again), 0.0);
    }
    #[expect(clippy::print_stderr, reason = "a test tells its figures")]
    {
        let (failed, informative) = (100 * failures / outputs, 100 * informative / PROGRAMS);
        eprintln!(
            "{failed} % of {outputs} outputs are failures, {informative} % of {PROGRAMS} programs are informative"
        );
    }
    assert!(failures < outputs * 3 / 4);
}

/// Stack for the deepest programs. Without optimisation, a level of a typed tree takes 5 KiB, since [`Formula::from_nodes`] has many
/// cases.
const STACK: usize = 2 << 20;

#[test]
fn deep_programs_are_refused_or_run() {
    let thread = std::thread::Builder::new()
        .stack_size(STACK)
        .spawn(deep_programs)
        .unwrap();
    assert!(thread.join().is_ok());
}

fn deep_programs() {
    let domain = domain();
    let bound = bind(&domain, &inputs(&*domain, 0)).unwrap();
    let mut observation = bound.observation_spec().blank();
    // Brackets around a text, and around a number, nested by two functions in turn.
    for (before, inside, after) in [
        ("TRIM(", "A1", ")"),
        ("SUBSTITUTE(A1, A1, ", "A1", ")"),
        ("IF((2 > 1), ", "A1", ", A1)"),
        ("(1 + ", "1", ")"),
        ("CONCATENATE(\"\", ", "A1", ")"),
        ("REPLACE(A1, LEN(", "A1", "), 1, A1)"),
        ("IF(EXACT(", "A1", ", A1), A1, A1)"),
    ] {
        let deep = |depth: usize| -> Tree {
            let text = format!("{}{inside}{}", before.repeat(depth), after.repeat(depth));
            let parsed = domain.language().parse(domain.start(), &text);
            parsed.unwrap_or_else(|error| panic!("{before}: {error}"))
        };
        let levels =
            depth(domain.language().grammar(), deep(10).nodes()) - depth(domain.language().grammar(), deep(9).nodes());
        let deepest = (MAX_DEPTH / levels) as usize;
        assert!(
            bound.render(deep(deepest - 4).nodes(), &mut observation).is_ok(),
            "{before}"
        );
        assert!(
            bound.render(deep(deepest + 1).nodes(), &mut observation).is_err(),
            "{before}"
        );
    }
}

#[test]
fn growing_texts_end() {
    // Each level is eight times as long.
    let text = (0..20).fold("\"aaaaaaaa\"".to_owned(), |text, _| {
        format!("SUBSTITUTE({text}, \"a\", \"aaaaaaaa\")")
    });
    assert_eq!(value(&text, &["x"]), None);
    let text = (0..40).fold("A1".to_owned(), |text, _| format!("REPT({text}, 99)"));
    assert_eq!(value(&text, &["x"]), None);
}
