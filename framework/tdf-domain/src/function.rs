//! The typed interface of domains whose programs take inputs.

use tdf_grammar::Grammar;
use tdf_tree::{Node, Rng, Size, SizeError};

#[cfg(doc)]
use crate::{Domain, Measure};
use crate::{EXACT, OptionSpec, Options, Program, Signature, Value, ValueSpec, value_distance};

/// A program that was fitted to examples: see [`FunctionDomain::refined`].
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Refinement {
    /// The text of the fitted program; `None` if there is nothing to fit, or if no better program was found.
    pub program: Option<String>,
    /// How many times a program was run on all rows for it. A search counts each as a render.
    pub runs: u32,
}

/// A domain whose programs are functions: they take inputs and give a value. Required are the tree type, a name, a signature, `run`
/// and `sample_inputs`. What a function has in common with [`Domain`] is described there.
///
/// A task is one or several rows of inputs with their outputs. All outputs together are the observation.
pub trait FunctionDomain: Send + Sync + 'static {
    /// The syntax tree of a whole program.
    type Program: Program;

    /// See [`Domain::NAME`].
    const NAME: &'static str;

    /// See [`Domain::OPTIONS`].
    const OPTIONS: &'static [OptionSpec] = &[];

    /// Names of the success criteria, the default first. Default: [`EXACT`] alone, all outputs are those of the target.
    const CRITERIA: &'static [&'static str] = &[EXACT];

    /// See [`Domain::SCOPE`].
    const SCOPE: &'static str = "";

    /// Whether [`FunctionDomain::refined`] is worth calling. Default: no.
    const REFINES: bool = false;

    /// See [`Domain::configure`].
    fn configure(&mut self, options: &Options) {
        let _ = options;
    }

    /// What programs take and give.
    fn signature(&self) -> Signature;

    /// The output of `program` for the arguments of a row. `None` if the program fails on them, such as an index beyond the end.
    /// The same program gives the same output. An output longer than [`Signature::max_output`] counts as a failure.
    fn run(&self, program: &Self::Program, arguments: &[Value]) -> Option<Value>;

    /// Hands the output of `program` for each of `rows` to `output`, in order. For domains that share work between rows. Default:
    /// [`FunctionDomain::run`] for each row.
    fn run_rows(&self, program: &Self::Program, rows: &[Vec<Value>], output: &mut dyn FnMut(Option<Value>)) {
        for arguments in rows {
            output(self.run(program, arguments));
        }
    }

    /// Random inputs to learn from: one row for each run, all with the same number of arguments.
    fn sample_inputs(&self, rng: &mut Rng) -> Vec<Vec<Value>>;

    /// Constants that the examples suggest, as programs: a search tries them before others. Default: none.
    fn constants(&self, inputs: &[Vec<Value>], outputs: &[Option<Value>]) -> Vec<String> {
        let _ = (inputs, outputs);
        Vec::new()
    }

    /// The distance of the outputs in `observation` from those in `target`, both in the form `spec`. It is finite, and 0 only for equal
    /// outputs. A search calls it for each program that it renders. Default:
    /// [`value_distance`].
    fn distance(&self, spec: ValueSpec, observation: &[u8], target: &[u8]) -> f64 {
        value_distance(spec, observation, target)
    }

    /// `program` with its constants fitted to the examples. A search calls it for programs that seem near, and renders what it
    /// returns. It is called only where [`FunctionDomain::REFINES`] says so. Default: nothing.
    fn refined(&self, program: &Self::Program, inputs: &[Vec<Value>], outputs: &[Option<Value>]) -> Refinement {
        let _ = (program, inputs, outputs);
        Refinement::default()
    }

    /// See [`Domain::size`].
    ///
    /// # Errors
    /// Those of [`Size`]: names that the grammar does not have.
    fn size(&self, grammar: &Grammar) -> Result<Size, SizeError> {
        Ok(Size::nodes(grammar))
    }

    /// Whether `outputs` equal those of the target by `criterion`, one of [`FunctionDomain::CRITERIA`] other than [`EXACT`], which the
    /// framework decides. Default: they are equal.
    fn solved(&self, criterion: &str, outputs: &[Option<Value>], target: &[Option<Value>]) -> bool {
        let _ = criterion;
        outputs == target
    }

    /// Whether a target shows too little to be worth solving. Default: it fails on a row, all outputs are equal where the rows
    /// differ, or every output is one of the arguments, always the same one.
    fn is_uninformative(&self, inputs: &[Vec<Value>], outputs: &[Option<Value>]) -> bool {
        shows_nothing(inputs, outputs)
    }

    /// See [`Domain::canonical`].
    fn canonical(&self, program: &Self::Program) -> Option<Vec<Node>> {
        let _ = program;
        None
    }

    /// The program in the form that other software takes, such as a formula for a spreadsheet. Default: the text of the program.
    fn shown(&self, program: &Self::Program) -> Option<String> {
        let _ = program;
        None
    }
}

/// Whether a target shows too little to be worth solving: see [`FunctionDomain::is_uninformative`].
pub fn shows_nothing(inputs: &[Vec<Value>], outputs: &[Option<Value>]) -> bool {
    let Some(first) = outputs.first() else { return true };
    if outputs.iter().any(Option::is_none) {
        return true;
    }
    let rows_differ = inputs.iter().any(|row| Some(row) != inputs.first());
    if rows_differ && outputs.iter().all(|output| output == first) {
        return true;
    }
    let arguments = inputs.first().map_or(0, Vec::len);
    let is_output = |(row, output): (&Vec<Value>, &Option<Value>), at: usize| row.get(at) == output.as_ref();
    (0..arguments).any(|at| inputs.iter().zip(outputs).all(|pair| is_output(pair, at)))
}
