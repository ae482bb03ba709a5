//! Making formulas simple whose constants can be fitted.

use std::sync::LazyLock;

use tdf_domain::{FunctionDomain, Inputs, Program, Refinement, Signature, Value, ValueKind, erase_function};
use tdf_search::refine;
use tdf_tree::{Language, Node, Rng};

const GRAMMAR: &str = r#"
grammar;
match { r"[0-9]" => DIGIT } else { _ }
pub Sum: Sum = {
    "x" => Sum::X,
    DIGIT => Sum::Constant(<>),
    "(" <left:Sum> "+" <right:Sum> ")" => Sum::Add { <> },
};
"#;

static LANGUAGE: LazyLock<Language> =
    LazyLock::new(|| Language::new(tdf_reader::read_grammar("sum.lalrpop", GRAMMAR).unwrap()).unwrap());

#[derive(Debug)]
struct Sum(Vec<Node>);

impl Program for Sum {
    const GRAMMAR_NAME: &'static str = "sum";
    const GRAMMAR: &'static str = GRAMMAR;

    fn from_nodes(nodes: &[Node]) -> Self {
        Self(nodes.to_vec())
    }
}

/// Sums that solve a task when they are off by one at most. Only even constants are fitted.
struct Sums;

impl Sums {
    fn value(text: &str, x: i64) -> i64 {
        let digits = text.chars().filter_map(|letter| letter.to_digit(10));
        digits.map(i64::from).sum::<i64>() + x * text.matches('x').count() as i64
    }
}

impl FunctionDomain for Sums {
    type Program = Sum;

    const NAME: &'static str = "sums";
    const CRITERIA: &'static [&'static str] = &["within-one"];
    const REFINES: bool = true;

    fn signature(&self) -> Signature {
        Signature {
            arguments: (1, 1),
            argument_kinds: &[ValueKind::Integer],
            output_kinds: &[ValueKind::Integer],
            max_output: 8,
        }
    }

    fn run(&self, program: &Sum, arguments: &[Value]) -> Option<Value> {
        let Value::Integer(x) = arguments[0] else { return None };
        Some(Value::Integer(Self::value(&LANGUAGE.print(&program.0), x)))
    }

    fn sample_inputs(&self, _: &mut Rng) -> Vec<Vec<Value>> {
        vec![vec![Value::Integer(1)], vec![Value::Integer(7)]]
    }

    fn solved(&self, _: &str, outputs: &[Option<Value>], target: &[Option<Value>]) -> bool {
        let near = |pair| matches!(pair, (&Some(Value::Integer(a)), &Some(Value::Integer(b))) if (a - b).abs() <= 1);
        outputs.iter().zip(target).all(near)
    }

    fn refined(&self, program: &Sum, inputs: &[Vec<Value>], outputs: &[Option<Value>]) -> Refinement {
        let text = LANGUAGE.print(&program.0);
        let (Some(Value::Integer(wanted)), Value::Integer(x)) = (&outputs[0], &inputs[0][0]) else {
            return Refinement::default();
        };
        let Some(at) = text.find(|letter: char| letter.is_ascii_digit()) else {
            return Refinement::default();
        };
        let with = |digit: i64| format!("{}{digit}{}", &text[..at], &text[at + 1..]);
        let fitted = (0..5).map(|half| with(2 * half));
        Refinement {
            program: fitted.min_by_key(|text| (Self::value(text, *x) - wanted).abs()),
            runs: 5,
        }
    }
}

/// `(x + 3)` is no solution, and `(x + 4)` is one that is further than the program at hand. Still it is the shorter solution, and from it
/// single tokens lead to the best.
#[test]
fn a_part_goes_that_fitted_constants_do_without() {
    let domain = erase_function(Sums).unwrap();
    let inputs = Inputs::new(vec![vec![Value::Integer(1)], vec![Value::Integer(7)]]);
    let bound = tdf_domain::bind(&domain, &inputs).unwrap();
    let target = bound
        .observation_spec()
        .values()
        .unwrap()
        .encode(&[6, 12].map(|number| Some(Value::Integer(number))));
    let found = LANGUAGE.parse(bound.start(), "((x + 2) + 3)").unwrap();
    let refined = refine(&bound, bound.criterion("").unwrap(), &target, &found, 1_000).unwrap();
    assert_eq!(LANGUAGE.print(refined.program.nodes()), "(x + 5)");
    assert!(refined.solved && refined.difference == 0.0);
}
