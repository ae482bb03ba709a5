//! Symbolic regression: formulas over columns of real numbers.
//!
//! A run takes a whole table: each argument is a column of numbers, the variables `x1` to `x8`, and the output is a column.
//!
//! ```
//! use tdf_domain::{Inputs, Value, bind, erase_function};
//! use tdf_regress::Regress;
//!
//! let inputs = Inputs::new(vec![vec![Value::Numbers(vec![1.0, 2.0, 4.0])]]);
//! let domain = bind(&erase_function(Regress)?, &inputs)?;
//! let program = domain.language().parse(domain.start(), "((x1 * 2.5e-1) + 1)")?;
//! let mut observation = domain.observation_spec().blank();
//! domain.render(program.nodes(), &mut observation)?;
//! let outputs = domain.observation_spec().values().map(|spec| spec.decode(&observation));
//! assert_eq!(outputs, Some(vec![Some(Value::Numbers(vec![1.25, 1.5, 2.0]))]));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

#![forbid(unsafe_code)]
#![warn(missing_docs)]

mod distance;
mod evaluate;
mod expression;
mod fit;
mod inputs;
mod leaves;

use tdf_domain::{
    FunctionDomain, Refinement, Rng, Signature, Value, ValueKind, ValueSpec, declare_function_domain, shows_nothing,
};

use ast::Formula;

/// The syntax tree, generated from `grammars/regress.lalrpop`.
pub mod ast {
    tdf_domain::include_grammar!("regress");
}

/// The most points of a table.
pub const MAX_POINTS: u32 = 1000;

/// The greatest number of variables.
pub const MAX_VARIABLES: usize = 8;

/// The criteria: `R2` of all rows is more than this. The first is that of most comparisons. The second is for data without noise: a
/// search that stops there has not stopped at an approximation.
const CRITERIA: [(&str, f64); 2] = [("r2-0.999999", 0.999_999), ("r2-0.999999999999", 0.999_999_999_999)];

/// The domain.
#[derive(Clone, Copy, Debug, Default)]
pub struct Regress;

impl FunctionDomain for Regress {
    type Program = Formula;

    const NAME: &'static str = "regress";

    const CRITERIA: &'static [&'static str] = &[CRITERIA[0].0, CRITERIA[1].0];

    const REFINES: bool = true;

    fn signature(&self) -> Signature {
        Signature {
            arguments: (1, MAX_VARIABLES),
            argument_kinds: &[ValueKind::Numbers],
            output_kinds: &[ValueKind::Numbers],
            max_output: 8 * MAX_POINTS,
        }
    }

    fn run(&self, program: &Formula, arguments: &[Value]) -> Option<Value> {
        evaluate::formula(program, arguments)
    }

    fn sample_inputs(&self, rng: &mut Rng) -> Vec<Vec<Value>> {
        inputs::table(rng)
    }

    /// Small whole numbers, the variables, and the variables that are far from 1 divided by a power of ten.
    fn constants(&self, inputs: &[Vec<Value>], _: &[Option<Value>]) -> Vec<String> {
        inputs::constants(inputs)
    }

    fn solved(&self, criterion: &str, outputs: &[Option<Value>], target: &[Option<Value>]) -> bool {
        let named = CRITERIA.iter().find(|(name, _)| *name == criterion);
        named.is_some_and(|(_, least)| distance::explains(*least, outputs, target))
    }

    /// As the default, and outputs that do not vary.
    fn is_uninformative(&self, inputs: &[Vec<Value>], outputs: &[Option<Value>]) -> bool {
        let is_constant = |output: &Option<Value>| match output {
            Some(Value::Numbers(column)) => column.iter().all(|number| Some(number) == column.first()),
            _ => true,
        };
        shows_nothing(inputs, outputs) || outputs.iter().any(is_constant)
    }

    fn distance(&self, spec: ValueSpec, observation: &[u8], target: &[u8]) -> f64 {
        distance::distance(spec, observation, target)
    }

    fn refined(&self, program: &Formula, inputs: &[Vec<Value>], outputs: &[Option<Value>]) -> Refinement {
        fit::refined(program, inputs, outputs)
    }

    /// The formula in Python, with NumPy as `np`.
    fn shown(&self, program: &Formula) -> Option<String> {
        expression::python(&program.into())
    }
}

declare_function_domain!(Regress);
