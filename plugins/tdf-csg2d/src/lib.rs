//! CSG2D: circles and turned quadrilaterals, added and subtracted (arXiv 2405.20519, section 4.1 and appendix B.1).
//!
//! A picture has 128 x 128 pixels of one channel: shapes are white (255) on black (0), anti-aliased. A program's number
//! stands for 8 pixels. `(Circle r x y)` has its centre at (8 x, 8 y) and the radius 8 r; `(Quad x y w h theta)` has its
//! centre there and the sides 8 w and 8 h, turned clockwise. `+` is the union and `-` the difference of two shapes of any
//! depth.

mod coverage;
mod draw;
mod goal;
mod primitive;
mod sprite;
mod svg;

use tdf_domain::{Canvas, Domain, Goal, Grammar, RenderError, Size, SizeError, declare_domain};

use ast::Shape;
use coverage::Coverage;

/// The syntax tree, generated from `grammars/csg2d.lalrpop`.
pub mod ast {
    tdf_domain::include_grammar!("csg2d");
}

/// Width and height of the canvas in pixels.
const SIDE: usize = 128;

/// Pixels that a program's number stands for: a square of 32 units shown four times as large, every number doubled.
const UNIT: usize = 8;

/// The domain.
#[derive(Debug, Default)]
pub struct Csg2d {
    coverage: Coverage,
}

impl Domain for Csg2d {
    type Program = Shape;

    const NAME: &'static str = "csg2d";

    fn canvas(&self) -> Canvas {
        Canvas {
            width: SIDE as u32,
            height: SIDE as u32,
            channels: 1,
            background: 0,
        }
    }

    fn render(&self, program: &Shape, picture: &mut [u8]) -> Result<(), RenderError> {
        draw::draw(&self.coverage, program, picture);
        Ok(())
    }

    /// Circles and quads, the paper's sigma_primitive.
    fn size(&self, grammar: &Grammar) -> Result<Size, SizeError> {
        Size::primitives(grammar, &["Circle", "Quad"])
    }

    fn solved(&self, goal: Goal, picture: &[u8], target: &[u8]) -> bool {
        goal::solved(goal, picture, target)
    }

    fn svg(&self, program: &Shape) -> Option<String> {
        Some(svg::document(program))
    }
}

declare_domain!(Csg2d);
