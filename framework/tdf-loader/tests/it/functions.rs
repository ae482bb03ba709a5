//! Programs with inputs behind the boundary: `tests/c/functions.c`, whose programs, inputs and seeds say what is to be done.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use expect_test::{Expect, expect};
use tdf_domain::{Criterion, DynDomain, Inputs, ObservationSpec, Value, ValueKind, ValueSpec, bind};
use tdf_loader::DomainOverrides;

use crate::common::{self, open, render};

fn library(folder: &Path) -> PathBuf {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/c/functions.c");
    let library = folder.join("libfunctions.so");
    common::library(&source, &library, &[]);
    library
}

fn with(test: impl FnOnce(&Arc<dyn DynDomain>)) {
    let folder = tempfile::tempdir().unwrap();
    let library = library(folder.path());
    test(&open(&library, "functions", &DomainOverrides::of(library.clone())));
}

fn inputs(texts: &[&str]) -> Inputs {
    Inputs::new(texts.iter().map(|text| vec![Value::from(*text)]).collect())
}

/// The outputs of a program.
fn outputs(domain: &dyn DynDomain, program: &str) -> Vec<Option<Value>> {
    let bytes = render(domain, program).unwrap();
    domain.observation_spec().values().unwrap().decode(&bytes)
}

fn fails(domain: &dyn DynDomain, program: &str, expected: Expect) {
    expected.assert_eq(&render(domain, program).unwrap_err());
}

/// What the first fault says.
fn fault(domain: &dyn DynDomain, expected: Expect) {
    expected.assert_eq(&domain.faults().map_or(String::new(), |faults| faults.first));
}

#[test]
fn header_compiles_as_cpp() {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/c/functions.c");
    let arguments = ["-std=c++11", "-fsyntax-only", "-x", "c++", source.to_str().unwrap()];
    common::compile("CXX", "c++", &arguments);
}

#[test]
fn programs_run_on_the_inputs_that_they_are_bound_to() {
    with(|domain| {
        let signature = domain.signature().unwrap();
        assert_eq!(signature.arguments, (1, 2));
        assert_eq!(signature.argument_kinds, [ValueKind::Text]);
        assert_eq!(signature.output_kinds, [ValueKind::Integer, ValueKind::Text]);
        assert_eq!((domain.canvas(), signature.max_output), (None, 12));
        assert_eq!(domain.criteria(), ["exact"]);
        let bound = bind(domain, &inputs(&["abc", ""])).unwrap();
        let other = bind(domain, &inputs(&["\u{e4}"])).unwrap();
        assert_eq!(bound.inputs(), &inputs(&["abc", ""]));
        assert_eq!(
            bound.observation_spec(),
            ObservationSpec::Values(ValueSpec { rows: 2, max_bytes: 12 })
        );
        assert_eq!(
            outputs(&*bound, "length"),
            [Some(Value::Integer(3)), Some(Value::Integer(0))]
        );
        assert_eq!(outputs(&*other, "length"), [Some(Value::Integer(2))], "bytes");
        assert_eq!(outputs(&*bound, "echo"), [Some("abc".into()), Some("".into())]);
        assert_eq!(outputs(&*bound, "fail"), [None, None]);
        // A text that is too long is a failure.
        let long = bind(domain, &inputs(&["123456789012", "1234567890123"])).unwrap();
        assert_eq!(outputs(&*long, "echo"), [Some("123456789012".into()), None]);
        assert_eq!(outputs(&**domain, "echo"), [], "without inputs there are no outputs");
        assert_eq!(domain.faults(), None);
    });
}

#[test]
fn what_is_null_has_the_meaning_of_the_default() {
    with(|domain| {
        let bound = bind(domain, &inputs(&["abc", "12"])).unwrap();
        let [length, echo, fail] = ["length", "echo", "fail"].map(|program| render(&*bound, program).unwrap());
        let exact = Criterion::new(0);
        assert!(bound.solved(exact, &echo, &echo) && !bound.solved(exact, &echo, &length));
        let measure = bound.measure(exact, &echo, &fail).unwrap();
        assert_eq!(
            (&*measure.name, measure.value, measure.threshold),
            ("examples met", 0.0, 2.0)
        );
        assert_eq!(bound.distance(&echo, &echo), 0.0);
        assert!(bound.distance(&length, &echo) > 0.0 && bound.distance(&fail, &echo) >= bound.distance(&length, &echo));
        assert!(bound.is_uninformative(&echo), "the first argument");
        assert!(bound.is_uninformative(&fail) && !bound.is_uninformative(&length));
    });
}

#[test]
fn optional_functions() {
    with(|domain| {
        let bound = bind(domain, &inputs(&["abc"])).unwrap();
        let text = |nodes: &[tdf_domain::Node]| bound.language().print(nodes);
        let program = |text| domain.language().parse(domain.start(), text).unwrap();
        let target = render(&*bound, "length").unwrap();
        let constants: Vec<String> = bound.constants(&target).iter().map(|tree| text(tree.nodes())).collect();
        assert_eq!(constants, ["echo", "length"], "one is no program, one has no zero byte");
        assert!(bound.refines());
        let refined = |name| {
            let (tree, runs) = bound.refined(program(name).nodes(), &target);
            (tree.map(|tree| text(tree.nodes())), runs)
        };
        assert_eq!(refined("length"), (Some("echo".to_owned()), 3));
        assert_eq!(refined("echo"), (None, 3));
        assert_eq!(bound.shown(program("echo").nodes()).as_deref(), Some("=Echo()"));
        assert_eq!(domain.shown(program("fail").nodes()), None);
        assert_eq!(bound.svg(program("echo").nodes()), None);
        assert_eq!(domain.constants(&[]), []);
        assert_eq!(domain.refined(program("echo").nodes(), &[]), (None, 0));
        assert_eq!(domain.faults(), None);
        assert_eq!(refined("fail"), (None, 3));
        fault(
            &**domain,
            expect![[
                r#"the plugin wrote a fitted program that is none: 1:1: found "nonsense", expected "length", "echo", "fail", "fault", "short", "kind", "long" or 2 others; the program: fail"#
            ]],
        );
        refined("fault");
        let echo = render(&*bound, "echo").unwrap();
        bound.constants(&echo);
        assert_eq!(domain.faults().map(|faults| faults.count), Some(3));
    });
}

#[test]
fn outputs_that_are_none_are_faults() {
    with(|domain| {
        let bound = bind(domain, &inputs(&["abc", "de"])).unwrap();
        fails(
            &*bound,
            "fault",
            expect!["the plugin failed: out of paper; the program: fault"],
        );
        fails(
            &*bound,
            "short",
            expect!["the plugin wrote 31 bytes, and its outputs have 32; the program: short"],
        );
        fails(
            &*bound,
            "kind",
            expect![
                "the plugin wrote the kind 4, which the signature does not name, as the output of row 2; the program: kind"
            ],
        );
        fails(
            &*bound,
            "long",
            expect![
                "the plugin wrote a value of 13 bytes, where there is room for 12, as the output of row 1; the program: long"
            ],
        );
        fails(
            &*bound,
            "rest",
            expect![
                "the plugin wrote bytes behind the value, which have to be 0, as the output of row 1; the program: rest"
            ],
        );
        // Faults of a bound domain are those of the domain.
        assert_eq!(domain.faults().map(|faults| faults.count), Some(5));
    });
    with(|domain| {
        let bound = bind(domain, &inputs(&["abc", "de"])).unwrap();
        fails(
            &*bound,
            "count",
            expect![
                "the plugin drew one program twice in a row, and the images differ from byte 4 on: a program has to render to the same image bytes always, and all of them; the program: count"
            ],
        );
    });
}

#[test]
fn inputs_that_are_none_are_faults() {
    with(|domain| {
        assert_eq!(domain.inputs_of_seed(0).rows().len(), 2);
        assert_eq!(
            domain.inputs_of_seed(0).rows()[1],
            [Value::from("a"), Value::from("bc")]
        );
        assert_eq!(domain.faults(), None);
    });
    let sampled = |seed, expected| {
        with(|domain| {
            assert!(domain.inputs_of_seed(seed).is_empty());
            fault(&**domain, expected);
        });
    };
    sampled(1, expect!["the plugin failed in `sample_inputs`: no dice"]);
    sampled(
        2,
        expect!["the plugin gave inputs that are none: a value has the kind 9"],
    );
    sampled(
        3,
        expect!["the plugin gave inputs that its own programs do not take: row 2 has 2 inputs, row 1 has 1"],
    );
    sampled(4, expect!["the plugin gave more than 1024 rows of inputs"]);
    sampled(
        5,
        expect!["the plugin answered 7 in `sample_inputs`, where only 0 means anything"],
    );
    sampled(
        6,
        expect!["the plugin gave inputs that its own programs do not take: there are no rows of inputs"],
    );
    sampled(
        7,
        expect![
            "the plugin gave inputs that its own programs do not take: row 1: an input is of the kind boolean, programs take text"
        ],
    );
}

#[test]
fn inputs_that_programs_do_not_take() {
    with(|domain| {
        let refused = |inputs: Inputs, expected: Expect| expected.assert_eq(&bind(domain, &inputs).unwrap_err().0);
        refused(Inputs::none(), expect!["there are no rows of inputs"]);
        refused(
            Inputs::new(vec![vec![Value::Integer(3)]]),
            expect!["row 1: an input is of the kind integer, programs take text"],
        );
        refused(
            inputs(&["refuse"]),
            expect!["the plugin does not take inputs: not with me"],
        );
        refused(
            inputs(&["mute"]),
            expect!["the plugin does not take inputs: it does not say why"],
        );
    });
}

#[test]
fn bound_domains_are_closed_first_and_keep_their_inputs() {
    let folder = tempfile::tempdir().unwrap();
    let library = library(folder.path());
    // The plugin ends the process if a domain is closed before those that are bound, or if inputs are gone.
    let domain = open(&library, "functions", &DomainOverrides::of(library.clone()));
    let bound: Vec<_> = (0..8)
        .map(|index| bind(&domain, &inputs(&["abc", &"x".repeat(index)])).unwrap())
        .collect();
    drop(domain);
    std::thread::scope(|scope| {
        for (index, bound) in bound.into_iter().enumerate() {
            scope.spawn(move || {
                for _ in 0..200 {
                    assert_eq!(outputs(&*bound, "length")[1], Some(Value::Integer(index as i64)));
                }
            });
        }
    });
}
