//! For the tests: calls a plugin in a process that the plugin may end, hold up or damage.

#![forbid(unsafe_code)]

use std::path::{Path, PathBuf};
use std::sync::Arc;

use tdf_domain::{Criterion, DynDomain, Node, RenderError, bind};
use tdf_loader::{DomainOverrides, DomainSource, keep_working_folder, load_library_within};

fn main() {
    let words: Vec<String> = std::env::args().skip(1).collect();
    match &words.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["everything", library] => everything(library.as_ref()),
        ["loop", library] => call_that_loops(library.as_ref()),
        ["panics", grammar] => panics(grammar.as_ref()),
        _ => panic!("usage: tdf-loader-call everything LIBRARY|loop LIBRARY|panics GRAMMAR"),
    }
}

/// The first domain of a library, with a second for each call.
fn open(library: &Path) -> Arc<dyn DynDomain> {
    let overrides = DomainOverrides {
        limit: 1,
        ..DomainOverrides::of(library.to_owned())
    };
    let exported = load_library_within(library, 1).map(|mut domains| domains.remove(0));
    let domain = exported.and_then(|exported| exported.open(&[], &overrides));
    domain.unwrap_or_else(|error| panic!("{error}"))
}

fn render(domain: &dyn DynDomain, program: &str) -> Result<(), RenderError> {
    let parsed = domain.language().parse(domain.start(), program);
    let program = parsed.unwrap_or_else(|error| panic!("{program}: {error}"));
    domain.render(program.nodes(), &mut vec![0; domain.observation_spec().bytes()])
}

/// Calls every function of `tests/c/harm.c`.
fn everything(library: &Path) {
    keep_working_folder();
    let domain = open(library);
    let program = domain.language().parse(domain.start(), "(a)");
    let program = program.unwrap_or_else(|error| panic!("{error}"));
    let nodes = program.nodes();
    if domain.signature().is_some() {
        return everything_with_inputs(&domain, nodes);
    }
    let mut image = vec![0; domain.observation_spec().bytes()];
    let _ = domain.render(nodes, &mut image);
    let _ = domain.observe_target(nodes, 1, &mut image);
    let _ = domain.observe_current(nodes, 1, &mut image);
    let _ = domain.solved(Criterion::default(), &image, &image);
    let _ = domain.measure(Criterion::default(), &image, &image);
    let _ = domain.distance(&image, &image);
    let _ = domain.is_uninformative(&image);
    let _ = domain.svg(nodes);
    let _ = domain.canonical(nodes);
}

/// Calls every function of `tests/c/harm.c` that only a domain with inputs has.
fn everything_with_inputs(domain: &Arc<dyn DynDomain>, nodes: &[Node]) {
    let inputs = domain.inputs_of_seed(0);
    let bound = bind(domain, &inputs).unwrap_or_else(|error| panic!("{error}"));
    let target = vec![0; bound.observation_spec().bytes()];
    let _ = bound.constants(&target);
    let _ = bound.refined(nodes, &target);
    let _ = bound.shown(nodes);
}

/// Renders a program of `tests/c/deeds.c` that does not come back. Other threads that call and come back hold nothing up.
fn call_that_loops(library: &Path) {
    let domain = open(library);
    std::thread::scope(|scope| {
        for _ in 0..3 {
            scope.spawn(|| {
                loop {
                    let drawn = render(&*domain, "draw 3");
                    assert!(drawn.is_ok(), "{drawn:?}");
                }
            });
        }
        let _ = render(&*domain, "loop");
    });
    panic!("it came back");
}

/// Renders the programs of `tests/faulty` that panic.
fn panics(grammar: &Path) {
    let source = DomainSource {
        grammar: Some(PathBuf::from(grammar)),
        ..DomainSource::default()
    };
    // Another build may hold cargo's locks.
    let nothing_built =
        &mut |line: &str| assert!(line.contains("Blocking waiting"), "nothing is to be built here: {line}");
    let found = tdf_loader::find(&source, nothing_built);
    let domain = found.and_then(|found| found.open(&[]));
    let domain = domain.unwrap_or_else(|error| panic!("{error}"));
    for program in ["panic", "throw", "thread", "index"] {
        assert!(render(&*domain, program).is_err(), "{program}");
    }
    assert_eq!(render(&*domain, "caught"), Ok(()));
}
