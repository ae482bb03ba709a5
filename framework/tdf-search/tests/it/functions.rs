//! Programs that take inputs.

use std::collections::BTreeMap;
use std::sync::Arc;

use tdf_domain::{DynDomain, Inputs};
use tdf_search::{
    Networks, Outcome, Policy, PolicyError, Proposal, Query, SearchError, SearchOptions, Target, UniformPolicy, refine,
    search,
};
use tdf_tree::{NoiseOptions, Rng};

use crate::formulas::{CLOSED, Formulas, OPEN, inputs, outputs};

fn rows() -> Inputs {
    inputs(&[["abba", "x"], ["b,c", "yy"], ["", "bz,"]])
}

fn run(domain: &Arc<dyn DynDomain>, targets: &[Target<'_>], method: &str, budget: u32) -> Vec<Outcome> {
    let options = SearchOptions {
        seed: 1,
        init_sizes: 2..=12,
        ..SearchOptions::new(method, budget)
    };
    search(domain, targets, Networks::default(), &options, &mut |_| true).unwrap()
}

/// The texts of all programs of each size, made by hand.
fn texts(sizes: usize) -> Vec<Vec<String>> {
    let (mut texts, mut numbers) = (vec![Vec::new()], vec![Vec::new()]);
    texts.push(["a1", "b1", "''", "','", "'b'"].map(str::to_owned).to_vec());
    numbers.push(["0", "1", "2"].map(str::to_owned).to_vec());
    let pairs = |size: usize, one: &[Vec<String>], other: &[Vec<String>]| -> Vec<(String, String)> {
        let of = |left: usize| {
            let all = one[left]
                .iter()
                .flat_map(move |a| other[size - left].iter().map(move |b| (a, b)));
            all.map(|(a, b)| (a.clone(), b.clone())).collect::<Vec<_>>()
        };
        (1..size).flat_map(of).collect()
    };
    for size in 2..=sizes {
        let inner = size - 1;
        let (mut t, mut n) = (Vec::new(), Vec::new());
        t.extend(texts[inner].iter().map(|a| format!("upper({a})")));
        n.extend(texts[inner].iter().map(|a| format!("len({a})")));
        for (a, b) in pairs(inner, &texts, &texts) {
            t.extend([format!("cat({a}, {b})"), format!("or({a}, {b})")]);
            n.push(format!("find({a}, {b})"));
        }
        t.extend(
            pairs(inner, &texts, &numbers)
                .iter()
                .map(|(a, b)| format!("left({a}, {b})")),
        );
        n.extend(
            pairs(inner, &numbers, &numbers)
                .iter()
                .map(|(a, b)| format!("({a} - {b})")),
        );
        for conditions in 2..inner.saturating_sub(1) {
            let branches = pairs(inner - conditions, &texts, &texts);
            for (a, b) in pairs(conditions, &numbers, &numbers) {
                t.extend(branches.iter().map(|(c, d)| format!("if({a} > {b}, {c}, {d})")));
            }
        }
        texts.push(t);
        numbers.push(n);
    }
    // The start is a node of its own.
    let mut all = vec![Vec::new()];
    all.extend(
        texts
            .into_iter()
            .zip(numbers)
            .map(|(texts, numbers)| [texts, numbers].concat()),
    );
    all
}

/// The test looks at one in so many outputs.
const STEP: usize = 5;

/// The least size of a program for each of the outputs that programs have up to a size, but for outputs that are all failures.
fn least_sizes(domain: &Arc<dyn DynDomain>, inputs: &Inputs, sizes: usize) -> (usize, BTreeMap<Vec<u8>, u32>) {
    let (mut programs, mut least) = (0, BTreeMap::new());
    let bound = tdf_domain::bind(domain, inputs).unwrap();
    for (size, texts) in texts(sizes).iter().enumerate() {
        for text in texts {
            least.entry(outputs(domain, inputs, text)).or_insert(size as u32);
        }
        programs += texts.len();
    }
    least.remove(&bound.observation_spec().blank());
    // There are thousands. Those of this part of the set have all sizes.
    let part = least.into_iter().step_by(STEP).collect();
    (programs, part)
}

/// The outputs for which `domain` does not find a program of the least size.
fn missed(domain: &Arc<dyn DynDomain>, inputs: &Inputs, least: &BTreeMap<Vec<u8>, u32>) -> (usize, u32) {
    let targets: Vec<Target<'_>> = least
        .keys()
        .map(|outputs| Target::with_inputs(inputs, outputs))
        .collect();
    let outcomes = run(domain, &targets, "enumerate", 10_000);
    let is_missed = |(outcome, size): &(&Outcome, &u32)| {
        !outcome.solved || domain.size().of(outcome.best.program.nodes()) != **size
    };
    let missed = outcomes.iter().zip(least.values()).filter(is_missed).count();
    (missed, outcomes.iter().map(|outcome| outcome.expansions).max().unwrap())
}

/// Against all programs, one by one. A part may fail on some of the rows.
#[test]
fn every_output_is_found_by_a_smallest_program() {
    let domain = Formulas::<CLOSED>::default().open();
    let inputs = rows();
    let (programs, least) = least_sizes(&domain, &inputs, 6);
    let (missed_some, most) = missed(&domain, &inputs, &least);
    assert_eq!(missed_some, 0, "of {}", least.len());
    // Merging is what makes it fast.
    assert!(
        least.len() > 100 && (most as usize) < programs / 4,
        "{most} of {programs}, {}",
        least.len()
    );
    // The test would see it if parts were not what they are.
    let faulty = Formulas::<CLOSED> {
        is_faulty: true,
        ..Formulas::default()
    };
    assert!(missed(&faulty.open(), &inputs, &least).0 > 10);
}

const PHRASE: &str = "cat(cat(upper(a1), ', my dear '), left(b1, 17))";

#[test]
fn constants_are_leaves() {
    let inputs = inputs(&[["ada", "abcdefghijklmnopqrstuvw"], ["bob", "xyzxyzxyzxyzxyzxyzxyz"]]);
    let plain = Formulas::<OPEN>::default();
    let target = outputs(&plain.open(), &inputs, PHRASE);
    let targets = [Target::with_inputs(&inputs, &target)];
    let with = Formulas::<OPEN> {
        constants: &["', my dear '", "17", "17", "' '"],
        ..plain
    };
    for (method, budget) in [("enumerate", 20_000), ("anneal", 60_000)] {
        let outcome = &run(&with.open(), &targets, method, budget)[0];
        assert!(outcome.solved, "{method}: {outcome:?}");
        assert!(!run(&plain.open(), &targets, method, budget)[0].solved, "{method}");
    }
    // Of those that are not suggested, numbers are tried only where none is suggested.
    let texts_only = Formulas::<OPEN> {
        constants: &["', my dear '"],
        ..plain
    };
    let target = outputs(&plain.open(), &inputs, "left(b1, 12)");
    let targets = [Target::with_inputs(&inputs, &target)];
    let solved = |formulas: Formulas<OPEN>| run(&formulas.open(), &targets, "enumerate", 3_000)[0].solved;
    assert!(solved(plain) && solved(texts_only));
    assert!(!solved(with));
}

#[test]
fn threads_decide_nothing() {
    let domain = Formulas::<OPEN> {
        constants: &["','", "3"],
        ..Formulas::default()
    }
    .open();
    let inputs = rows();
    let targets = ["cat(a1, cat(b1, left(a1, 2)))", "'not suggested'"].map(|text| outputs(&domain, &inputs, text));
    let targets = targets.each_ref().map(|target| Target::with_inputs(&inputs, target));
    let essence = |threads: usize, budget: u32| -> Vec<String> {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        let outcomes = pool.install(|| run(&domain, &targets, "enumerate", budget));
        let of = |o: &Outcome| format!("{} {} {:?} {:?}", o.spent, o.expansions, o.best, o.front);
        outcomes.iter().map(of).collect()
    };
    for budget in [1, 77, 30_001] {
        let one = essence(1, budget);
        assert_eq!(one, essence(2, budget));
        assert_eq!(one, essence(5, budget));
        assert!(one[1].starts_with(&format!("{budget} {budget} ")), "{}", one[1]);
    }
}

#[test]
fn all_methods_without_a_network_run() {
    let domain = Formulas::<CLOSED>::default().open();
    let inputs = rows();
    let target = outputs(&domain, &inputs, "cat(b1, upper(a1))");
    for method in ["anneal", "enumerate", "random"] {
        let outcome = &run(&domain, &[Target::with_inputs(&inputs, &target)], method, 20_000)[0];
        assert!(outcome.solved, "{method}: {outcome:?}");
        assert_eq!(outcome.best.difference, 0.0);
    }
    // A target that is a failure on all rows: the distance of a program that fails is no scale.
    let failure = outputs(&domain, &inputs, "find(cat(a1, b1), '')");
    let outcome = &run(&domain, &[Target::with_inputs(&inputs, &failure)], "anneal", 5_000)[0];
    assert!(outcome.solved);
}

#[test]
fn programs_with_inputs_are_refined() {
    let domain = Formulas::<CLOSED>::default().open();
    let inputs = rows();
    let target = outputs(&domain, &inputs, "upper(a1)");
    let bound = tdf_domain::bind(&domain, &inputs).unwrap();
    let parse = |text: &str| domain.language().parse(domain.start(), text).unwrap();
    let long = parse("if(2 > len(''), cat(upper(a1), ''), b1)");
    let refined = refine(&bound, bound.criterion("").unwrap(), &target, &long, 1_000).unwrap();
    assert_eq!(domain.language().print(refined.program.nodes()), "upper (a1)");
    assert!(refined.solved);
    // Programs that are bound to no inputs have no such outputs.
    assert_eq!(
        refine(&domain, domain.criterion("").unwrap(), &target, &long, 1_000),
        None
    );
}

#[test]
fn inputs_must_fit() {
    let domain = Formulas::<CLOSED>::default().open();
    let message = |domain: &Arc<dyn DynDomain>, target: Target<'_>| {
        let options = SearchOptions::new("random", 10);
        match search(domain, &[target], Networks::default(), &options, &mut |_| true) {
            Err(SearchError::Options(message)) => message,
            other => panic!("{other:?}"),
        }
    };
    let (good, other) = (rows(), Inputs::new(vec![vec!["a".into()]]));
    let target = outputs(&domain, &good, "a1");
    let none = Target::seen(&target);
    assert_eq!(
        message(&domain, none),
        "target 0 has no inputs, programs of formula take inputs"
    );
    let one = Target::with_inputs(&other, &target);
    assert_eq!(
        message(&domain, one),
        "target 0 has unfit inputs: 1 inputs in a row, programs take 2"
    );
    let short = Target::with_inputs(&good, &target[1..]);
    assert_eq!(
        message(&domain, short),
        "target 0 has 107 bytes, outputs of formula have 108"
    );
    let image = vec![0; crate::rainbow().observation_spec().bytes()];
    let of_images = Target::with_inputs(&good, &image);
    let wanted = "target 0 has unfit inputs: programs of rainbow take no inputs";
    assert_eq!(message(&crate::rainbow(), of_images), wanted);
}

/// Each task is asked about with its own inputs, however many rows it has.
#[test]
fn policies_see_the_inputs() {
    struct Watches(UniformPolicy, Vec<usize>);

    impl Policy for Watches {
        fn propose(
            &mut self,
            queries: &[Query<'_>],
            samples: usize,
            temperature: f64,
            rngs: &mut [Rng],
        ) -> Result<Vec<Vec<Proposal>>, PolicyError> {
            for query in queries {
                let rows = query.inputs.rows().len();
                assert_eq!((query.target.len(), query.observation.len()), (rows * 36, rows * 36));
                self.1.push(rows);
            }
            self.0.propose(queries, samples, temperature, rngs)
        }
    }

    let domain = Formulas::<CLOSED>::default().open();
    let all = [rows(), inputs(&[["q", "r"]])];
    let outputs = all
        .each_ref()
        .map(|inputs| outputs(&domain, inputs, "cat(cat(b1, a1), b1)"));
    let targets = [0, 1].map(|task| Target::with_inputs(&all[task], &outputs[task]));
    let mut policy = Watches(UniformPolicy::for_domain(&*domain, NoiseOptions::default()), Vec::new());
    let options = SearchOptions::new("rollout", 50);
    search(&domain, &targets, Networks::policy(&mut policy), &options, &mut |_| {
        true
    })
    .unwrap();
    assert!(policy.1.contains(&3) && policy.1.contains(&1));
}
