//! Fits find the constants that outputs were made with.

use rand::RngExt as _;
use tdf_domain::{FunctionDomain, Value, rng_stream};
use tdf_regress::Regress;
use tdf_regress::ast::Formula;

use crate::{bound, columns, domain, observation, programs, run};

/// Formulas with places for constants.
const PLANTED: [&str; 9] = [
    "(x1 * A)",
    "((x1 * A) + B)",
    "exp((x1 * A))",
    "(A / (x1 + B))",
    "sqrt((square(x1) + (A * x2)))",
    "((x1 * x2) / (x2 + (A * x1)))",
    "(pow(x1, A) * x2)",
    "(x2 * tanh((A * x1)))",
    "((x1 - A) * (x2 + B))",
];

fn fitted(program: &str, table: &[Vec<f64>], output: &[f64]) -> Option<String> {
    let formula: Formula = program.parse().unwrap_or_else(|error| panic!("{program}: {error}"));
    let row: Vec<Value> = table.iter().map(|column| Value::Numbers(column.clone())).collect();
    let refinement = Regress.refined(&formula, &[row], &[Some(Value::Numbers(output.to_vec()))]);
    assert!(refinement.runs < 1000, "{}", refinement.runs);
    refinement.program
}

#[test]
fn planted_constants_are_found() {
    let mut rng = rng_stream(5, 0);
    let (mut found, mut all) = (0, 0);
    for structure in PLANTED {
        // An exponent of 1 leaves before the fit.
        let first = if structure.starts_with("(pow") { 1.3 } else { 1.0 };
        for _ in 0..40 {
            let table = columns(2, 50, &mut rng);
            let domain = bound(&table);
            let (a, b): (f64, f64) = (rng.random_range(0.4..2.5), rng.random_range(0.4..2.5));
            // The outputs are in other units.
            let unit = rng.random_range(-30..=30);
            let with = |a: f64, b: f64| {
                structure
                    .replace('A', &format!("{a:.4}"))
                    .replace('B', &format!("{b:.4}"))
            };
            let planted = format!("({} * 1e{unit})", with(a, b));
            let output = run(&planted, &table).unwrap();
            let Some(program) = fitted(&with(first, 1.0), &table, &output) else {
                continue;
            };
            let outputs = run(&program, &table);
            let [seen, target] = [outputs, Some(output)].map(|x| observation(&*domain, x));
            all += 1;
            let is_found = domain.solved(domain.criterion("").unwrap(), &seen, &target);
            found += usize::from(is_found);
            // Rounding keeps few digits where few are needed.
            assert!(!is_found || program.len() < 100, "{program}");
        }
    }
    assert!(all > 350 && found * 100 > all * 95, "{found} of {all}");
}

#[test]
fn scales_and_offsets_are_written_around() {
    let table = [
        (1..40).map(f64::from).collect::<Vec<_>>(),
        (1..40).map(|i| f64::from(i * i % 7)).collect(),
    ];
    let of = |wanted: &str, from: &str| fitted(from, &table, &run(wanted, &table).unwrap());
    assert_eq!(of("((x1 * 3) + 2.5)", "x1").as_deref(), Some("((x1 * 3) + 2.5)"));
    assert_eq!(
        of("((x1 * 3) - 2.5)", "((x1 * 2) + 9)").as_deref(),
        Some("((x1 * 3) - 2.5)")
    );
    assert_eq!(of("(x1 * x2)", "((7 * x1) * (x2 / 3))").as_deref(), Some("(x1 * x2)"));
    assert_eq!(of("(5e-20 / x1)", "inv(x1)").as_deref(), Some("(5e-20 / x1)"));
    assert_eq!(of("neg(x1)", "x1").as_deref(), Some("neg(x1)"));
    // What is right stays.
    assert_eq!(of("(x1 * x2)", "(x1 * x2)"), None);
    // Nothing can be made of a constant, of failures, or of several rows.
    assert_eq!(of("x1", "3"), None);
    assert_eq!(of("x1", "log((x2 - 9))"), None);
    let row = vec![Value::Numbers(vec![1.0, 2.0])];
    let outputs = vec![Some(row[0].clone()); 2];
    let formula: Formula = "(x1 * 2)".parse().unwrap();
    assert_eq!(
        Regress.refined(&formula, &[row.clone(), row.clone()], &outputs).program,
        None
    );
    assert_eq!(Regress.refined(&formula, &[row], &[None]).program, None);
}

#[test]
fn a_fit_is_a_program_and_no_worse() {
    let mut rng = rng_stream(6, 0);
    let language = domain();
    let (mut fits, mut better) = (0, 0);
    for program in programs(&*language, 600) {
        let table = columns(3, 40, &mut rng);
        let domain = bound(&table);
        let mut seen = domain.observation_spec().blank();
        let mut target = seen.clone();
        // The target is near the program, and no program is equal to it.
        let text = format!("(({} * 2.5) + square(x1))", domain.language().print(program.nodes()));
        let wanted = domain.language().parse(domain.start(), &text).unwrap();
        domain.render(wanted.nodes(), &mut target).unwrap();
        if domain.is_uninformative(&target) {
            continue;
        }
        domain.render(program.nodes(), &mut seen).unwrap();
        let before = numbers(&*domain, &seen).map(|found| (found, numbers(&*domain, &target).unwrap()));
        let (Some(refined), runs) = domain.refined(program.nodes(), &target) else {
            continue;
        };
        assert!(runs > 0);
        domain.render(refined.nodes(), &mut seen).unwrap();
        let text = domain.language().print(refined.nodes());
        assert_eq!(domain.language().parse(domain.start(), &text).as_ref(), Ok(&refined));
        fits += 1;
        let (found, wanted) = before.unwrap();
        let after = numbers(&*domain, &seen).unwrap();
        // Rounding may cost a little, twice.
        let is_no_worse = unexplained(&after, &wanted) <= 1.2 * scaled(&found, &wanted) + 1e-9;
        better += usize::from(is_no_worse);
    }
    assert!(fits > 50 && better == fits, "{better} of {fits}");
}

/// The output in an observation.
fn numbers(domain: &dyn tdf_domain::DynDomain, observation: &[u8]) -> Option<Vec<f64>> {
    match domain.observation_spec().values()?.decode(observation).pop()? {
        Some(Value::Numbers(output)) => Some(output),
        _ => None,
    }
}

fn mean(numbers: &[f64]) -> f64 {
    numbers.iter().sum::<f64>() / numbers.len() as f64
}

/// `1 - R2` of `found` as it stands.
fn unexplained(found: &[f64], wanted: &[f64]) -> f64 {
    let mean = mean(wanted);
    let rest: f64 = found.iter().zip(wanted).map(|(x, y)| (x - y).powi(2)).sum();
    rest / wanted.iter().map(|y| (y - mean).powi(2)).sum::<f64>()
}

/// `1 - R2` of `found` after the best scale and offset: 1 - the squared correlation.
fn scaled(found: &[f64], wanted: &[f64]) -> f64 {
    let (x_mean, y_mean) = (mean(found), mean(wanted));
    let slope: f64 = found
        .iter()
        .zip(wanted)
        .map(|(x, y)| (x - x_mean) * (y - y_mean))
        .sum::<f64>()
        / found.iter().map(|x| (x - x_mean).powi(2)).sum::<f64>();
    let fitted: Vec<f64> = found.iter().map(|x| y_mean + slope * (x - x_mean)).collect();
    unexplained(&fitted, wanted)
}
