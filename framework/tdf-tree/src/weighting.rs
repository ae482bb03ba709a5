//! How the sampler chooses among programs of one size, and what it cannot do.

use tdf_grammar::Grammar;

use crate::names;

/// There is no program of such a size.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SampleError {
    /// What was asked for and what exists.
    pub message: String,
}

impl std::fmt::Display for SampleError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for SampleError {}

/// How to choose among the programs of one size.
#[derive(Clone, Debug, PartialEq)]
pub enum Weighting {
    /// The paper's: at every node an alternative uniformly among those that can have the size, then a split of the rest
    /// uniformly among those possible, then tokens uniformly.
    Rules,
    /// Uniform over skeletons: programs that differ only in tokens of leaves count as one.
    Skeletons,
    /// As `Rules`, but alternatives in proportion to these weights (one per alternative of the grammar). An alternative
    /// that weighs nothing is never used.
    Weights(Vec<f64>),
}

impl Weighting {
    /// The weighting that `text` describes: `rules`, `skeletons`, or weights of alternatives, such as `Quad=3,Circle=0.5`;
    /// those that are not named weigh 1.
    ///
    /// # Errors
    /// Names that the grammar does not have, weights that are no numbers or below zero.
    ///
    /// # Examples
    ///
    /// ```
    /// use tdf_tree::Weighting;
    ///
    /// let grammar = tdf_reader::read_grammar_file("../../grammars/rainbow.lalrpop")?;
    /// assert_eq!(Weighting::parse(&grammar, "skeletons")?, Weighting::Skeletons);
    /// let Weighting::Weights(weights) = Weighting::parse(&grammar, "Box=3,Ball=0.5")? else { panic!() };
    /// assert_eq!(weights[..3], [3.0, 0.5, 1.0]);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn parse(grammar: &Grammar, text: &str) -> Result<Self, SampleError> {
        match text {
            "rules" => return Ok(Self::Rules),
            "skeletons" => return Ok(Self::Skeletons),
            _ => {}
        }
        let read = |text: &str| text.parse::<f64>().ok().filter(|w| (0.0..=1e6).contains(w));
        let given = names::weights(text, 1.0, read).and_then(|weights| names::resolve(grammar, &weights));
        let of_productions = given.map_err(|message| SampleError { message })?;
        let first = |a: &tdf_grammar::Alternative| of_productions[a.productions.start as usize].unwrap_or(1.0);
        Ok(Self::Weights(grammar.alternatives.iter().map(first).collect()))
    }
}
