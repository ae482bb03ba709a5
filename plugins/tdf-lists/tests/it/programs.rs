//! Programs as text, as nodes, as typed trees, and what they give.

use tdf_domain::{MAX_DEPTH, Program as _, bind, depth};
use tdf_lists::ast::Program;
use tdf_tree::Tree;

use crate::deepcoder::translate;
use crate::{domain, inputs, outputs, programs};

#[test]
fn printed_programs_are_read_again() {
    let domain = domain();
    let language = domain.language();
    for program in programs(&*domain, 5000) {
        let text = language.print(program.nodes());
        let read = language.parse(domain.start(), &text);
        assert_eq!(read.as_ref(), Ok(&program), "{text}");
        let written = language.to_written(program.nodes());
        let typed = Program::from_nodes(&written);
        assert_eq!(typed.to_nodes(), *written, "{text}");
        assert_eq!(typed.to_string(), text);
        assert_eq!(text.parse().as_ref(), Ok(&typed), "{text}");
    }
}

#[test]
fn names_are_by_level() {
    let domain = domain();
    let language = domain.language();
    for (text, printed) in [
        (
            "y2 = Sort x0; y0 = Reverse y2; ZipWith (-) y0 y2",
            "y0 = Sort x0; y1 = Reverse y0; ZipWith (-) y1 y0",
        ),
        (
            "y0 = Sort x0; m1 = Head y0; Take m1 y0",
            "y0 = Sort x0; m0 = Head y0; Take m0 y0",
        ),
        ("y0 = Sort x0; y0 = Reverse y0; y0", "y0 = Sort x0; y1 = Reverse y0; y1"),
    ] {
        let program = language.parse(domain.start(), text).unwrap();
        assert_eq!(language.print(program.nodes()), printed);
    }
}

#[test]
fn wrong_texts_are_refused() {
    let domain = domain();
    for text in [
        "",
        "x3",
        "y0",
        "3",
        "Sort",
        "Sort n0",
        "Take x0 n0",
        "Map x0",
        "Map (+2) x0",
        "Map (>0) x0",
        "Filter (+1) x0",
        "ZipWith (+) x0",
        "y0 = Sort x0",
        "y0 = Sort x0;",
        "y0 = Head x0; y0",
        "m0 = Sort x0; x0",
        "y0 = y0; y0",
        "y0 = Sort x0; y1",
        "x0 = Sort x0; x0",
        "y0 = x0; y1 = x0; y2 = x0; y3 = x0; y0 = x0; y0",
    ] {
        assert!(domain.language().parse(domain.start(), text).is_err(), "{text}");
    }
}

#[test]
fn a_size_counts_calls_and_lines() {
    let domain = domain();
    for (text, size) in [
        ("x0", 0),
        ("n0", 0),
        ("Map (*(-1)) x0", 1),
        ("ZipWith (-) Sort x0 x1", 2),
        ("Take n0 x1", 1),
        ("y0 = Sort x0; ZipWith (+) y0 y0", 5),
        ("m0 = Sum x0; Take m0 x0", 5),
    ] {
        let program = domain.language().parse(domain.start(), text).unwrap();
        assert_eq!(domain.size().of(program.nodes()), size, "{text}");
    }
}

#[test]
fn parts_without_names_are_programs() {
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
            if expressions.iter().any(|symbols| symbols[..] == [nonterminal]) {
                let part = language.print(&program.nodes()[at..at + node.len as usize]);
                assert!(language.parse(domain.start(), &part).is_ok(), "{part}");
            }
        }
    }
}

#[test]
fn shown_lines_give_the_same_outputs() {
    let domain = domain();
    let (mut shown_some, mut ran) = (0, 0);
    for (number, program) in programs(&*domain, 5000).iter().enumerate() {
        let text = domain.language().print(program.nodes());
        let Some(shown) = domain.shown(program.nodes()) else {
            // An argument stands behind lines.
            let result = text.rsplit("; ").next().unwrap();
            assert!(text.contains(';') && !result.contains(' '), "{text}");
            continue;
        };
        shown_some += 1;
        let inputs = inputs(&*domain, number as u64);
        let expected = outputs(&domain, &inputs, program);
        let called: Vec<&str> = shown
            .split(" | ")
            .map(|line| line.split_once(" = ").unwrap().1)
            .collect();
        assert!(called.iter().all(|call| call.split(' ').count() <= 4), "{shown}");
        // The names of lines are few here, and an argument that is absent is of no kind.
        let row = &inputs.rows()[0];
        let arguments = called.iter().filter(|call| **call == "INPUT").count();
        if arguments > row.len() || expected.iter().all(Option::is_none) {
            continue;
        }
        if let Ok(again) = domain.language().parse(domain.start(), &translate(&shown, row)) {
            ran += 1;
            assert_eq!(outputs(&domain, &inputs, &again), expected, "{text}: {shown}");
        }
    }
    assert!(shown_some > 4000 && ran > 500, "{shown_some} {ran}");
}

#[test]
fn equal_lines_are_shared() {
    let domain = domain();
    for (text, expected) in [
        ("x1", Some("x0 = INPUT | x1 = INPUT")),
        ("Take n0 x1", Some("x0 = INPUT | x1 = INPUT | x2 = Take x0 x1")),
        (
            "ZipWith (-) Sort x0 Map (+1) Sort x0",
            Some("x0 = INPUT | x1 = Sort x0 | x2 = Map (+1) x1 | x3 = ZipWith (-) x1 x2"),
        ),
        (
            "y0 = Sort x0; m0 = Head y0; y1 = Reverse y0; y0",
            Some("x0 = INPUT | x1 = Sort x0 | x2 = Head x1 | x3 = Reverse x1 | x4 = Sort x0"),
        ),
        ("y0 = Sort x0; x0", None),
    ] {
        let program = domain.language().parse(domain.start(), text).unwrap();
        assert_eq!(domain.shown(program.nodes()).as_deref(), expected, "{text}");
    }
}

#[test]
fn random_programs_run_on_random_inputs() {
    let domain = domain();
    let (mut outputs, mut failures, mut informative) = (0, 0, 0);
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
    assert!(failures < outputs * 9 / 10);
}

/// Stack for the deepest programs, without optimisation.
const STACK: usize = if cfg!(debug_assertions) { 8 << 20 } else { 2 << 20 };

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
    for (before, inside) in [("Sort ", "x0"), ("ZipWith (+) x0 ", "x0"), ("Take Head ", "x0 x0")] {
        let deep = |depth: usize| -> Tree {
            // Functions of two arguments have the second behind the first.
            let seconds = if inside.contains(' ') {
                " x0".repeat(depth)
            } else {
                String::new()
            };
            let text = format!("{}x0{seconds}", before.repeat(depth));
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
        assert!(domain.shown(deep(deepest - 4).nodes()).is_some());
    }
}
