//! A Rust plugin whose renderer fails: `tests/faulty`, built as a shared library.

use std::path::PathBuf;
use std::sync::Arc;

use expect_test::{Expect, expect};
use tdf_data::{Example, ExampleOptions, ExampleStream, Labels};
use tdf_domain::{Criterion, DynDomain};
use tdf_loader::{DomainOverrides, DomainSource, ResolvedDomain};
use tdf_tree::NodeChoice;

use crate::common::{self, check, quoted, render};
use crate::limit::in_another_process;

fn grammar() -> PathBuf {
    common::root().join("tests/faulty/faulty.lalrpop")
}

fn find() -> ResolvedDomain {
    let source = DomainSource {
        grammar: Some(grammar()),
        ..DomainSource::default()
    };
    tdf_loader::find(&source, &mut |_| ()).unwrap()
}

fn open() -> Arc<dyn DynDomain> {
    find().open(&[]).unwrap()
}

fn fails(domain: &dyn DynDomain, program: &str, expected: Expect) {
    expected.assert_eq(&quoted(&render(domain, program).unwrap_err()));
}

#[test]
fn panics_become_errors() {
    let domain = open();
    assert_eq!(render(&*domain, "(3 4)").unwrap()[..3], [100, 75, 100]);
    fails(&*domain, "(1 none)", expect!["nothing to draw"]);
    assert_eq!(render(&*domain, "caught").unwrap()[..3], [25, 25, 25]);
    assert_eq!(domain.faults(), None);
    fails(
        &*domain,
        "(7 (8 panic))",
        expect![
            "the plugin failed: panicked at tests/faulty/src/lib.rs:`panic!(\"there are {} shades\"`: there are 2 shades; the program: (7 (8 panic))"
        ],
    );
    fails(
        &*domain,
        "throw",
        expect![
            "the plugin failed: panicked at tests/faulty/src/lib.rs:`panic_any(shades.len())`: (no message); the program: throw"
        ],
    );
    fails(
        &*domain,
        "thread",
        expect!["the plugin failed: panicked: a thread gave up; the program: thread"],
    );
    fails(
        &*domain,
        "(2 index)",
        expect![
            "the plugin failed: panicked at tests/faulty/src/lib.rs:`[shades.len()]`: index out of bounds: the len is 1 but the index is 1; the program: (2 index)"
        ],
    );
    // The message is that of the last panic.
    fails(
        &*domain,
        "(caught panic)",
        expect![
            "the plugin failed: panicked at tests/faulty/src/lib.rs:`panic!(\"there are {} shades\"`: there are 1 shades; the program: (caught panic)"
        ],
    );
    let faults = domain.faults().unwrap();
    assert_eq!(faults.count, 5);
    expect!["5 calls of the plugin failed, the first: the plugin failed: panicked at tests/faulty/src/lib.rs:`panic!(\"there are {} shades\"`: there are 2 shades; the program: (7 (8 panic))"].assert_eq(&quoted(&faults.to_string()));
    assert_eq!(render(&*domain, "(3 4)").unwrap()[..3], [100, 75, 100]);
}

#[test]
fn panics_in_verdicts_are_a_no() {
    let domain = open();
    let program = |text: &str| domain.language().parse(domain.start(), text).unwrap();
    assert!(domain.solved(Criterion::default(), &[25; 64], &[25; 64]));
    assert_eq!(domain.svg(program("4").nodes()).as_deref(), Some("<svg shade=\"4\"/>"));
    assert_eq!(domain.svg(program("none").nodes()), None);
    assert_eq!(domain.faults(), None);
    assert!(!domain.solved(Criterion::default(), &[225; 64], &[225; 64]));
    assert_eq!(domain.faults().unwrap().count, 1);
    expect!["the plugin failed: panicked at tests/faulty/src/lib.rs:`assert!(image[0] != 225`: a nine is never solved"]
        .assert_eq(&quoted(&domain.faults().unwrap().first));
    assert_eq!(domain.svg(program("(4 4)").nodes()), None);
    assert_eq!(domain.faults().unwrap().count, 2);
}

#[test]
fn panics_are_not_printed() {
    // Built here, so that the other process only loads.
    find();
    let output = in_another_process("panics", &grammar());
    assert!(output.status.success(), "{output:?}");
    assert!(output.stdout.is_empty() && output.stderr.is_empty(), "{output:?}");
}

#[test]
fn many_threads_at_once() {
    let domain = open();
    let programs = common::programs(&*domain, 12, 200);
    let failing = |text: &str| {
        ["panic", "throw", "thread", "index"]
            .iter()
            .any(|word| text.contains(word))
    };
    // Whatever happens first decides.
    let expected = |text: &str| match text
        .replace(['(', ')'], " ")
        .split_whitespace()
        .find(|w| w.len() > 1 && *w != "caught")
    {
        Some("none") => Some("nothing to draw".to_owned()),
        Some(_) => Some(text.to_owned()),
        None => None,
    };
    std::thread::scope(|scope| {
        for thread in 0..8 {
            let (domain, programs) = (&domain, &programs);
            scope.spawn(move || {
                let mut image = vec![0; 64];
                for i in (0..1000).map(|i| (i * 7 + thread * 31) % programs.len()) {
                    let nodes = programs[i].nodes();
                    let text = domain.language().print(nodes);
                    match (domain.render(nodes, &mut image), expected(&text)) {
                        (Ok(()), None) => {}
                        (Err(error), Some(end)) => assert!(error.0.ends_with(&end), "{text}: {error}"),
                        (result, _) => panic!("{text}: {result:?}"),
                    }
                }
            });
        }
    });
    let faulty = |i: &usize| {
        let text = domain.language().print(programs[*i].nodes());
        failing(&text) && expected(&text).is_some_and(|end| end == text)
    };
    let count = (0..8)
        .flat_map(|thread| (0..1000).map(move |i| (i * 7 + thread * 31) % 200))
        .filter(faulty)
        .count();
    assert!(count > 1000, "{count}");
    assert_eq!(domain.faults().unwrap().count, count as u64);
}

#[test]
fn deep_programs() {
    let domain = open();
    let nested = |depth| format!("{}1{}", "(2 ".repeat(depth), ")".repeat(depth));
    // Threads have less stack than the one that runs the program.
    std::thread::scope(|scope| {
        scope.spawn(|| {
            assert_eq!(render(&*domain, &nested(498)).unwrap()[..2], [25, 50]);
            fails(
                &*domain,
                &nested(499),
                expect!["the program is nested 501 levels deep; programs of at most 500 levels can be drawn"],
            );
        });
    });
}

#[test]
fn training_goes_on() {
    let options = ExampleOptions {
        sizes: 2..=9,
        steps: 5,
        rho: 0.2,
        max_edit_size: 3,
        choice: NodeChoice::default(),
        redraws: 0,
        along_path: true,
        labels: Labels::NextEdit,
        simplify_targets: false,
    };
    let domain = open();
    let stream = ExampleStream::new(domain.clone(), options, 3).unwrap();
    let draw = |index| {
        let mut example = Example::default();
        stream.example(index, &mut example).unwrap();
        for (program, image) in [
            (&example.target, &example.target_image),
            (&example.current, &example.image),
        ] {
            let mut drawn = vec![0; 64];
            domain.render(program.nodes(), &mut drawn).unwrap();
            assert_eq!(drawn, *image);
        }
        example
    };
    let alone: Vec<Example> = (0..300).map(draw).collect();
    let failures = stream.render_failures();
    assert!(failures > 300, "{failures}");
    let faults = domain.faults().unwrap();
    // Some programs mean no image, which is nobody's fault.
    assert!(
        (failures / 2..failures).contains(&faults.count),
        "{faults} of {failures}"
    );
    std::thread::scope(|scope| {
        for thread in 0..4usize {
            let (alone, draw) = (&alone, &draw);
            scope.spawn(move || {
                for index in (thread..300).step_by(2) {
                    assert!(draw(index as u64) == alone[index], "{index}");
                }
            });
        }
    });
}

#[test]
fn opening_that_fails() {
    let found = find();
    let ResolvedDomain::Loaded(exported, _) = &found else {
        panic!("it is no built-in domain");
    };
    let open = |fails| {
        let result = exported.open(&[("fails", fails)], &DomainOverrides::of(exported.library.clone()));
        (result, exported.library.parent().unwrap())
    };
    let refused = |fails, expected| {
        let (result, folder) = open(fails);
        check(result, folder, expected);
    };
    refused(
        "options",
        expect![
            "DIR/libtdf_faulty.so: the domain faulty does not open: panicked at tests/faulty/src/lib.rs:`assert!(fails != \"options\"`: cannot be configured"
        ],
    );
    refused(
        "canvas",
        expect![
            "DIR/libtdf_faulty.so: the domain faulty does not open: panicked at tests/faulty/src/lib.rs:`assert!(!self.canvas_fails`: no canvas"
        ],
    );
    refused(
        "size",
        expect![
            "DIR/libtdf_faulty.so: the domain faulty does not open: the grammar has no alternative or rule `Drawing`; did you mean `Draw`?"
        ],
    );
    refused(
        "nothing",
        expect!["domain.fails = nothing: allowed is programs or options or canvas or size"],
    );
    assert!(open("programs").0.is_ok());
}
