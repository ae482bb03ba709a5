//! The typed interface of plugin authors.

use tdf_grammar::Grammar;
use tdf_tree::{Node, Size, SizeError};

use crate::{Canvas, Goal, Tolerance};

/// A typed syntax tree that `tdf-build` generated.
pub trait Program: Sized {
    /// Name of the grammar (the file's stem).
    const GRAMMAR_NAME: &'static str;
    /// Text of the grammar file.
    const GRAMMAR: &'static str;

    /// Builds the typed tree from nodes in pre-order, which must be a program of this type's nonterminal.
    fn from_nodes(nodes: &[Node]) -> Self;
}

/// A program that cannot be drawn.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct RenderError(pub String);

/// A domain: a language whose programs draw pictures. Required are the tree type, a name, a canvas and `render`.
pub trait Domain: Send + Sync + 'static {
    /// The syntax tree of a whole program.
    type Program: Program;

    /// Name on the command line, lower case.
    const NAME: &'static str;

    /// The form of the pictures.
    fn canvas(&self) -> Canvas;

    /// Draws `program` into `picture` ([`Canvas::bytes`] long, contents undefined before).
    fn render(&self, program: &Self::Program, picture: &mut [u8]) -> Result<(), RenderError>;

    /// The paper's sigma. Default: the number of nodes.
    fn size(&self, grammar: &Grammar) -> Result<Size, SizeError> {
        Ok(Size::nodes(grammar))
    }

    /// Whether `picture` shows what `target` shows.
    fn solved(&self, goal: Goal, picture: &[u8], target: &[u8]) -> bool {
        match goal {
            Goal::Paper => Tolerance::paper(picture, target, self.canvas().channels as usize),
            Goal::Code => Tolerance::code(picture, target),
        }
    }

    /// Whether a target shows too little to be worth solving. Default: over 99 % of the pixels are the same.
    fn near_empty(&self, picture: &[u8]) -> bool {
        let _ = picture;
        unimplemented!()
    }

    /// The program as an SVG document that draws the same picture, if the domain has such a form.
    fn svg(&self, program: &Self::Program) -> Option<String> {
        let _ = program;
        None
    }
}
