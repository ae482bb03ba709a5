//! How partial programs grow.

/// How a partial program grows by a piece, for methods that place one shape after the other (Ellis et al. 2019).
///
/// An alternative of the start symbol, such as `"(" <op:Operator> <left:Shape> <right:Shape> ")"`, has the partial program
/// as one child and the piece as another. All its other children are generated with the piece. Every partial program is a
/// program, so that it can be rendered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PartialPrograms {
    /// The label of the alternative: `"Combine"`.
    pub alternative: &'static str,
    /// Which of its nonterminals is the program so far; the first is 0.
    pub partial: usize,
    /// Which of its nonterminals is the piece.
    pub piece: usize,
    /// The greatest size of a piece, which the alternative itself must exceed.
    pub size: u32,
}
