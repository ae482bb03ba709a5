//! Functions over lists of whole numbers: the language of DeepCoder (Balog et al., ICLR 2017).
//!
//! A program takes one to three arguments, each a list or a whole number, and gives a list or a number. Lines name values, and the result
//! stands behind them. The functions mean what they mean in the benchmark of ExeDec (Shi et al., ICLR 2024). The module `evaluate` says
//! what that is.
//!
//! ```
//! use tdf_domain::{Inputs, Value, bind, erase_function};
//! use tdf_lists::Lists;
//!
//! let inputs = Inputs::new(vec![vec![Value::Integers(vec![3, 7, 1, 4])]]);
//! let domain = bind(&erase_function(Lists::default())?, &inputs)?;
//! let text = "y0 = Scanl1 (-) x0; Filter (>0) Map (*(-1)) y0";
//! let program = domain.language().parse(domain.start(), text)?;
//! let mut observation = domain.observation_spec().blank();
//! domain.render(program.nodes(), &mut observation)?;
//! let outputs = domain.observation_spec().values().map(|spec| spec.decode(&observation));
//! assert_eq!(outputs, Some(vec![Some(Value::Integers(vec![4, 5, 9]))]));
//! let shown = "x0 = INPUT | x1 = Scanl1 (-) x0 | x2 = Map (*(-1)) x1 | x3 = Filter (>0) x2";
//! assert_eq!(domain.shown(program.nodes()).as_deref(), Some(shown));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

#![forbid(unsafe_code)]
#![warn(missing_docs)]

mod evaluate;
mod inputs;
mod items;
mod lines;

use tdf_domain::{
    Allowed, FunctionDomain, Grammar, OptionSpec, Options, Rng, Signature, Size, SizeError, Value, ValueKind,
    declare_function_domain, shows_nothing,
};

use ast::Program;
use evaluate::Evaluator;
use items::MAX_ITEMS;

/// The syntax tree, generated from `grammars/lists.lalrpop`.
pub mod ast {
    tdf_domain::include_grammar!("lists");
}

/// Bytes of the longest output.
const MAX_OUTPUT: u32 = 8 * MAX_ITEMS as u32;

/// The greatest number, unless set: that of ExeDec's data.
const GREATEST: i32 = 50;

const LIMIT: OptionSpec = OptionSpec {
    name: "greatest",
    default: "50",
    allowed: Allowed::Whole {
        least: 1,
        greatest: 10_000,
    },
    about: "the greatest number; beyond it, or below its negative, functions fail",
};

/// The size of a line. Enumeration merges expressions by their values, but not what stands behind a line. So an expression that
/// repeats a short part comes before a line that names the part.
const LINE: u32 = 3;

/// The domain.
#[derive(Clone, Copy, Debug)]
pub struct Lists {
    greatest: i32,
}

impl Default for Lists {
    fn default() -> Self {
        Self { greatest: GREATEST }
    }
}

impl FunctionDomain for Lists {
    type Program = Program;

    const NAME: &'static str = "lists";

    const OPTIONS: &'static [OptionSpec] = &[LIMIT];

    const SCOPE: &'static str = include_str!("../scope.toml");

    fn configure(&mut self, options: &Options) {
        self.greatest = i32::try_from(options.whole(LIMIT.name)).unwrap_or(GREATEST);
    }

    fn signature(&self) -> Signature {
        Signature {
            arguments: (1, 3),
            argument_kinds: &[ValueKind::Integer, ValueKind::Integers],
            output_kinds: &[ValueKind::Integers, ValueKind::Integer],
            max_output: MAX_OUTPUT,
        }
    }

    fn run(&self, program: &Program, arguments: &[Value]) -> Option<Value> {
        Evaluator::new(self.greatest, arguments).program(program)
    }

    fn sample_inputs(&self, rng: &mut Rng) -> Vec<Vec<Value>> {
        inputs::rows(self.greatest, rng)
    }

    /// As the default; and one output is that of more than half of the rows, such as an empty list.
    fn is_uninformative(&self, inputs: &[Vec<Value>], outputs: &[Option<Value>]) -> bool {
        let rows_differ = inputs.iter().any(|row| Some(row) != inputs.first());
        let is_common = |output: &Option<Value>| {
            let equal = outputs.iter().filter(|other| *other == output).count();
            2 * equal > outputs.len()
        };
        shows_nothing(inputs, outputs) || (rows_differ && outputs.iter().any(is_common))
    }

    /// Calls of functions, and 3 for each line. Arguments and names count nothing.
    fn size(&self, grammar: &Grammar) -> Result<Size, SizeError> {
        Size::weighted(
            grammar,
            &[
                ("List", 1),
                ("Number", 1),
                ("List::First", 0),
                ("List::Argument", 0),
                ("List::Name", 0),
                ("Number::Argument", 0),
                ("Number::Name", 0),
                ("Program::List", 0),
                ("Program::Number", 0),
                ("Program::NameList", LINE),
                ("Program::NameNumber", LINE),
            ],
        )
    }

    /// The lines of DeepCoder, such as `x0 = INPUT | x1 = Sort x0 | x2 = Head x1`. Each line calls one function, and equal lines are
    /// shared. Arguments behind the last one that the program refers to are absent.
    fn shown(&self, program: &Program) -> Option<String> {
        lines::lines(program)
    }
}

declare_function_domain!(Lists);
