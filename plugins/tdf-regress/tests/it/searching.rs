//! Searches fit constants, and count what that takes.

use rand::RngExt as _;
use tdf_domain::rng_stream;
use tdf_search::{Networks, SearchOptions, Target, refine, search};

use crate::{bound, columns, domain, observation, run};

#[test]
fn annealing_finds_constants() {
    let mut rng = rng_stream(8, 0);
    for wanted in [
        "((x1 * 3.217) - 0.4431)",
        "(exp((x1 * 1.337)) * x2)",
        "(x1 / (x2 + 2.7183))",
    ] {
        let table = columns(2, 50, &mut rng);
        let domain = bound(&table);
        let target = observation(&*domain, run(wanted, &table));
        let options = SearchOptions {
            seed: rng.random(),
            ..SearchOptions::new("anneal", 400_000)
        };
        let target = Target::with_inputs(domain.inputs(), &target);
        let outcomes = search(&crate::domain(), &[target], Networks::default(), &options, &mut |_| {
            true
        })
        .unwrap();
        let outcome = &outcomes[0];
        assert!(outcome.solved, "{wanted}");
        assert!(outcome.spent <= 400_000 && outcome.renders <= 400_000);
        // The same seed gives the same search.
        let again = search(&crate::domain(), &[target], Networks::default(), &options, &mut |_| {
            true
        })
        .unwrap();
        assert_eq!(again[0].best.program, outcome.best.program);
        assert_eq!(again[0].renders, outcome.renders);
    }
}

#[test]
fn refining_fits_constants() {
    let mut rng = rng_stream(9, 0);
    let table = columns(2, 50, &mut rng);
    let domain = bound(&table);
    let target = observation(&*domain, run("((x1 * x2) * 3.217)", &table));
    let found = domain
        .language()
        .parse(domain.start(), "((x1 * 2) * (x2 * 5))")
        .unwrap();
    let refined = refine(&domain, domain.criterion("").unwrap(), &target, &found, 5_000).unwrap();
    assert!(refined.solved && refined.renders <= 5_000);
    let text = domain.language().print(refined.program.nodes());
    assert_eq!(text, "((x1 * x2) * 3.217)");
    // Too few renders for a fit are not exceeded.
    let refined = refine(&domain, domain.criterion("").unwrap(), &target, &found, 2).unwrap();
    assert!(refined.renders <= 2);
}

#[test]
fn a_domain_says_whether_it_fits() {
    assert!(domain().refines());
}

#[test]
fn refining_drops_what_other_constants_do_without() {
    let mut rng = rng_stream(10, 0);
    let table = columns(2, 60, &mut rng);
    let domain = bound(&table);
    let target = observation(&*domain, run("(((x1 / x2) / x2) * 8987742438)", &table));
    // Without the constants in the sine the last one is wrong, until it is fitted again.
    let text = "(((x1 / x2) / sin(((x2 * 5e-9) * 4))) * 179.75485)";
    let found = domain.language().parse(domain.start(), text).unwrap();
    let criterion = domain.criterion("").unwrap();
    let refined = refine(&domain, criterion, &target, &found, 20_000).unwrap();
    assert!(refined.solved && refined.renders <= 20_000);
    let text = domain.language().print(refined.program.nodes());
    assert!(!text.contains("sin") && !text.contains("e-"), "{text}");
}
