//! The programs run, and `docs/library.md` quotes them as they are.

#![allow(dead_code, reason = "the tests call `run` and leave out `main`")]

#[path = "../../examples/domain.rs"]
mod domain;
#[path = "../../examples/examples.rs"]
mod examples;
#[path = "../../examples/masks.rs"]
mod masks;
#[path = "../../examples/method.rs"]
mod method;
#[path = "../../examples/policy.rs"]
mod policy;

#[test]
fn masks_give_programs_within_the_budget() {
    let samples = masks::run(64).unwrap();
    assert!(samples.iter().all(|sample| sample.size <= 15));
    assert!(samples.iter().any(|sample| sample.size > 7), "{samples:?}");
    let texts = |count| masks::run(count).unwrap().into_iter().map(|sample| sample.text);
    assert!(texts(8).eq(texts(8)), "the seed decides");
}

#[test]
fn edits_of_examples_lead_to_the_target() {
    let (shown, batch) = examples::run(16).unwrap();
    for example in &shown {
        assert_ne!(example.edited, example.current);
        assert!(example.distance >= 1);
        if example.distance == 1 {
            assert_eq!(example.edited, example.target);
        }
    }
    assert!(shown.iter().any(|example| example.distance == 1));
    assert_eq!(batch.len(), 4);
    assert!(
        batch
            .iter()
            .zip(&shown)
            .all(|(encoded, example)| encoded.distance == example.distance)
    );
}

#[test]
fn a_policy_of_ones_own_is_compared_with_random_mutations() {
    let rows = policy::run(8).unwrap();
    let [nearest, random, more] = rows[..] else {
        panic!("{rows:?}")
    };
    assert!(nearest.1 > random.1, "{rows:?}");
    assert!(more.1 >= random.1, "{rows:?}");
    // The comparison counts the renders of the policy: 8 for each edit.
    assert!(nearest.2 > 8 * 8, "{rows:?}");
}

#[test]
fn a_method_registers_itself() {
    assert!(tdf::search::method("hill-climbing").is_some());
    let solved = method::run(16).unwrap();
    let [("hill-climbing", climbing), ("random", random)] = solved[..] else {
        panic!("{solved:?}")
    };
    assert!(climbing > random, "{solved:?}");
}

#[test]
fn a_domain_in_one_file_is_searched() {
    let found = domain::run("bar 3 bar 5").unwrap();
    assert!(found.solved, "{found:?}");
    assert_eq!(found.program, "bar 3 bar 5");
    let error = domain::run("bar 1 bar 1 bar 1 bar 1 bar 1 bar 1 bar 1 bar 1 bar 1").unwrap_err();
    assert_eq!(error.to_string(), "a chart has at most 8 bars, not 9");
}

/// A block of code whose fence names a file is a part of that file.
#[test]
fn the_guide_quotes_the_programs() {
    let root = concat!(env!("CARGO_MANIFEST_DIR"), "/../../");
    let read =
        |file: &str| std::fs::read_to_string(format!("{root}{file}")).unwrap_or_else(|error| panic!("{file}: {error}"));
    let guide = read("docs/library.md");
    let mut quoted = Vec::new();
    for block in guide.split("\n```").skip(1).step_by(2) {
        let (fence, code) = block.split_once('\n').unwrap();
        let Some((_, file)) = fence.split_once(' ') else {
            continue;
        };
        assert!(read(file).contains(code), "{file} does not have this:\n{code}");
        quoted.push(file.to_owned());
    }
    for program in ["masks", "examples", "policy", "method", "domain"] {
        let file = format!("examples/library/examples/{program}.rs");
        assert!(quoted.contains(&file), "{program} is not quoted");
    }
}
