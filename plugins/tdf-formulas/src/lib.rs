//! Formulas of a spreadsheet: Excel's functions over texts, as in works that use the strings of SyGuS (BUSTLE, CrossBeam).
//!
//! A program takes one to four texts, the cells `A1` to `D1`, and gives a text, a whole number or a truth value. The functions mean
//! what Excel's mean. The module `text` says where they differ.
//!
//! ```
//! use tdf_domain::{Inputs, Value, bind, erase_function};
//! use tdf_formulas::Formulas;
//!
//! let inputs = Inputs::new(vec![vec![Value::from("ada lovelace")]]);
//! let domain = bind(&erase_function(Formulas)?, &inputs)?;
//! let program = domain.language().parse(domain.start(), r#"PROPER(LEFT(A1, (FIND(" ", A1) - 1)))"#)?;
//! let mut observation = domain.observation_spec().blank();
//! domain.render(program.nodes(), &mut observation)?;
//! let outputs = domain.observation_spec().values().map(|spec| spec.decode(&observation));
//! assert_eq!(outputs, Some(vec![Some(Value::from("Ada"))]));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

#![forbid(unsafe_code)]
#![warn(missing_docs)]

mod constants;
mod evaluate;
mod inputs;
mod text;

use tdf_domain::{
    FunctionDomain, Grammar, Rng, Signature, Size, SizeError, Value, ValueKind, declare_function_domain, shows_nothing,
};

use ast::Formula;

/// The syntax tree, generated from `grammars/formulas.lalrpop`.
pub mod ast {
    tdf_domain::include_grammar!("formulas");
}

/// Bytes of the longest output.
const MAX_OUTPUT: u32 = 96;

/// The domain.
#[derive(Clone, Copy, Debug, Default)]
pub struct Formulas;

impl FunctionDomain for Formulas {
    type Program = Formula;

    const NAME: &'static str = "formulas";

    fn signature(&self) -> Signature {
        Signature {
            arguments: (1, 4),
            argument_kinds: &[ValueKind::Text],
            output_kinds: &[ValueKind::Text, ValueKind::Integer, ValueKind::Boolean],
            max_output: MAX_OUTPUT,
        }
    }

    fn run(&self, program: &Formula, arguments: &[Value]) -> Option<Value> {
        evaluate::formula(program, arguments)
    }

    fn sample_inputs(&self, rng: &mut Rng) -> Vec<Vec<Value>> {
        inputs::rows(rng)
    }

    /// As the default; and outputs that are no texts. People fill cells with texts, and numbers are parts of most formulas.
    fn is_uninformative(&self, inputs: &[Vec<Value>], outputs: &[Option<Value>]) -> bool {
        let is_text = |output: &Option<Value>| matches!(output, Some(Value::Text(_)));
        shows_nothing(inputs, outputs) || !outputs.iter().all(is_text)
    }

    fn constants(&self, inputs: &[Vec<Value>], outputs: &[Option<Value>]) -> Vec<String> {
        constants::suggested(inputs, outputs)
    }

    /// Functions, operators, cells and constants. That a text is a formula counts nothing.
    fn size(&self, grammar: &Grammar) -> Result<Size, SizeError> {
        let mut weights = Size::nodes(grammar).weights().to_vec();
        for production in grammar.productions_of(grammar.start) {
            weights[production.index()] = 0;
        }
        Size::from_weights(grammar, weights)
    }

    fn shown(&self, program: &Formula) -> Option<String> {
        Some(format!("={program}"))
    }
}

declare_function_domain!(Formulas);
