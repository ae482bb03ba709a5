//! The plugin in plain C with inputs, `examples/series-c`.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use tdf_domain::{DynDomain, Inputs, Value, bind};
use tdf_loader::DomainSource;

use crate::common;

fn example() -> PathBuf {
    common::root().join("examples/series-c")
}

/// A copy of the example in `folder`, built without make.
fn open(folder: &Path) -> Arc<dyn DynDomain> {
    for file in ["series.lalrpop", "series.c", "series.toml"] {
        std::fs::copy(example().join(file), folder.join(file)).unwrap();
    }
    let grammar = std::fs::read_to_string(folder.join("series.lalrpop")).unwrap();
    let lines = grammar.lines().map(|line| format!("{:?}\n", format!("{line}\n")));
    std::fs::write(folder.join("series.inc"), lines.collect::<String>()).unwrap();
    common::library(&folder.join("series.c"), &folder.join("libseries.so"), &[]);
    let source = DomainSource {
        grammar: Some(folder.join("series.lalrpop")),
        ..DomainSource::default()
    };
    let found = tdf_loader::find(&source, &mut |line| panic!("nothing is to be built: {line}")).unwrap();
    found.open(&[]).unwrap()
}

/// What a formula means, in Rust: terms beyond a thousand million are failures.
fn term(tree: &str, n: i64) -> Option<i64> {
    fn formula(tokens: &mut std::str::Chars<'_>, n: i64) -> Option<i64> {
        let result = match tokens.next()? {
            'n' => Some(n),
            '(' => {
                let left = formula(tokens, n);
                let operator = tokens.next()?;
                let right = formula(tokens, n);
                assert_eq!(tokens.next(), Some(')'));
                let (left, right) = (left?, right?);
                match operator {
                    '+' => Some(left + right),
                    '-' => Some(left - right),
                    '*' => Some(left * right),
                    '/' => (right != 0).then(|| (left as f64 / right as f64).floor() as i64),
                    _ => left.checked_rem_euclid(right),
                }
            }
            digit => Some(i64::from(digit.to_digit(10)?)),
        };
        result.filter(|term| term.abs() <= 1_000_000_000)
    }
    let text = tree.replace(' ', "");
    formula(&mut text.chars(), n)
}

#[test]
fn formulas_mean_what_they_say() {
    let folder = tempfile::tempdir().unwrap();
    let domain = open(folder.path());
    let rows: Vec<i64> = (-3..=40).collect();
    let inputs = Inputs::new(rows.iter().map(|n| vec![Value::Integer(*n)]).collect());
    let bound = bind(&domain, &inputs).unwrap();
    let spec = bound.observation_spec().values().unwrap();
    let (mut failures, mut outputs) = (0, vec![0; spec.bytes()]);
    for program in common::programs(&*domain, 25, 500) {
        bound.render(program.nodes(), &mut outputs).unwrap();
        let text = domain.language().print(program.nodes());
        for (n, output) in rows.iter().zip(spec.decode(&outputs)) {
            assert_eq!(output, term(&text, *n).map(Value::Integer), "{text} for {n}");
            failures += usize::from(output.is_none());
        }
    }
    assert!(failures > 500, "{failures}");
    assert_eq!(domain.faults(), None);
    let program = domain.language().parse(domain.start(), "((n * n) + 1)").unwrap();
    assert_eq!(domain.shown(program.nodes()).as_deref(), Some("a(n) = (n * n) + 1"));
    let sampled = domain.inputs_of_seed(3);
    assert_eq!(sampled.rows().len(), 8);
    assert_eq!(sampled.rows()[7], [Value::Integer(8)]);
}
