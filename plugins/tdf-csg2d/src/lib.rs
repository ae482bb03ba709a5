//! CSG2D: circles and turned quadrilaterals, added and subtracted (arXiv 2405.20519, section 4.1 and appendix B.1).
//!
//! An image has 128 x 128 pixels of one channel: shapes are white (255) on black (0), anti-aliased. A program's number
//! stands for 8 pixels. `(Circle r x y)` has its centre at (8 x, 8 y) and the radius 8 r; `(Quad x y w h theta)` has its
//! centre there and the sides 8 w and 8 h, turned clockwise. `+` is the union and `-` the difference of two shapes of any
//! depth.
//!
//! Options: `composition = "flat"` for the public code's meaning, in which the primitives are added and subtracted one
//! after the other, whatever the tree; `canvas` for images of another size.

#![forbid(unsafe_code)]
#![warn(missing_docs)]

mod canonical;
mod coverage;
mod criteria;
mod draw;
mod primitive;
mod sketch;
mod sprite;
mod svg;

use tdf_domain::{
    Allowed, Canvas, Domain, Grammar, Measure, Node, OptionSpec, Options, PartialPrograms, RenderError, Size,
    SizeError, declare_domain,
};

use ast::Shape;
use coverage::Coverage;

pub use sketch::Csg2dSketch;

/// The syntax tree, generated from `grammars/csg2d.lalrpop`.
pub mod ast {
    tdf_domain::include_grammar!("csg2d");
}

/// Width and height of the canvas in pixels, unless set.
const SIDE: usize = 128;

/// Width and height of the coarse canvas: two pixels for a number.
const COARSE: usize = 32;

const COMPOSITION: OptionSpec = OptionSpec {
    name: "composition",
    default: "tree",
    allowed: Allowed::OneOf(&["tree", "flat"]),
    about: "what operators combine: the shapes below them (tree), or one shape and each primitive in turn (flat)",
};

const CANVAS: OptionSpec = OptionSpec {
    name: "canvas",
    default: "128",
    allowed: Allowed::Whole {
        least: 16,
        greatest: 2048,
    },
    about: "width and height of images in pixels",
};

/// Shapes are added or subtracted one after the other.
const PARTIAL_PROGRAMS: PartialPrograms = PartialPrograms {
    alternative: "Combine",
    partial: 1,
    piece: 2,
    size: 1,
};

/// The domain.
#[derive(Debug)]
pub struct Csg2d {
    coverage: Coverage,
    flat: bool,
}

impl Default for Csg2d {
    fn default() -> Self {
        Self {
            coverage: Coverage::new(SIDE),
            flat: false,
        }
    }
}

impl Domain for Csg2d {
    type Program = Shape;

    const NAME: &'static str = "csg2d";

    const PALETTE: &'static [[u8; 3]] = &[[0; 3], [255; 3]];

    const CRITERIA: &'static [&'static str] = criteria::CRITERIA;

    const OPTIONS: &'static [OptionSpec] = &[COMPOSITION, CANVAS];

    const PARTIAL_PROGRAMS: Option<PartialPrograms> = Some(PARTIAL_PROGRAMS);

    fn configure(&mut self, options: &Options) {
        self.flat = options.get(COMPOSITION.name) == "flat";
        self.coverage = Coverage::new(options.whole(CANVAS.name) as usize);
    }

    fn canvas(&self) -> Canvas {
        let side = self.coverage.side() as u32;
        Canvas {
            width: side,
            height: side,
            channels: 1,
            background: 0,
        }
    }

    fn coarse(&self) -> Option<Self> {
        let fits = self.coverage.side() > COARSE && self.coverage.side().is_multiple_of(COARSE);
        fits.then(|| Self {
            coverage: Coverage::new(COARSE),
            flat: self.flat,
        })
    }

    fn render(&self, program: &Shape, image: &mut [u8]) -> Result<(), RenderError> {
        if self.flat {
            draw::draw_flat(&self.coverage, program, image);
        } else {
            draw::draw(&self.coverage, program, image);
        }
        Ok(())
    }

    /// Circles and quads, the paper's sigma_primitive.
    fn size(&self, grammar: &Grammar) -> Result<Size, SizeError> {
        Size::primitives(grammar, &["Circle", "Quad"])
    }

    fn solved(&self, criterion: &str, image: &[u8], target: &[u8]) -> bool {
        criteria::solved(criterion, image, target)
    }

    fn measure(&self, criterion: &str, image: &[u8], target: &[u8]) -> Option<Measure> {
        criteria::measure(criterion, image, target)
    }

    fn canonical(&self, program: &Shape) -> Option<Vec<Node>> {
        Some(canonical::canonical(program, self.flat).to_nodes())
    }

    fn svg(&self, program: &Shape) -> Option<String> {
        Some(if self.flat {
            svg::document_flat(&self.coverage, program)
        } else {
            svg::document(&self.coverage, program)
        })
    }
}

declare_domain!(Csg2d);
