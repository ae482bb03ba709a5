//! TinySVG: rectangles and ellipses, filled and outlined, arranged and moved (arXiv 2405.20519, section 4.1 and
//! appendix B.2).
//!
//! An image has 128 x 128 pixels of three channels (option `canvas`: another size) and shows a white square of 224 units,
//! which the program's image is centred on by its bounds. `(Rectangle w h fill stroke border)` and `(Ellipse ...)` have
//! the sides 6 w and 6 h; their outline is centred on the edge, border / 2 wide (one pixel if border is 0) and does not
//! count among the bounds; `none` draws nothing. Rectangles are drawn without anti-aliasing, ellipses with.
//! `(Arrange h a b gap)` puts b to the right of a (v: below it), their middles aligned, `gap` units apart.
//! `(Move a + dx - dy)` shows a 6 units a step away from its bounds, which stay.

#![forbid(unsafe_code)]
#![warn(missing_docs)]

mod canonical;
mod color;
mod draw;
mod ellipse;
mod layout;
mod raster;
mod svg;

use tdf_domain::{
    Allowed, Canvas, Domain, Grammar, Node, OptionSpec, Options, RenderError, Size, SizeError, declare_domain,
};

use ast::Picture;
use ellipse::Ellipses;
use raster::Raster;

/// The syntax tree, generated from `grammars/tinysvg.lalrpop`.
pub mod ast {
    tdf_domain::include_grammar!("tinysvg");
}

/// Width and height of the canvas in pixels, unless set: the paper's. Its public code takes 224.
const SIDE: i64 = 128;

const CANVAS: OptionSpec = OptionSpec {
    name: "canvas",
    default: "128",
    allowed: Allowed::Whole {
        least: 16,
        greatest: 2048,
    },
    about: "width and height of images in pixels",
};

/// The domain.
#[derive(Debug)]
pub struct TinySvg {
    raster: Raster,
    ellipses: Ellipses,
}

impl TinySvg {
    fn new(side: i64) -> Self {
        let raster = Raster { side };
        Self {
            raster,
            ellipses: Ellipses::new(raster),
        }
    }
}

impl Default for TinySvg {
    fn default() -> Self {
        Self::new(SIDE)
    }
}

impl Domain for TinySvg {
    type Program = Picture;

    const NAME: &'static str = "tinysvg";

    const PALETTE: &'static [[u8; 3]] = color::PALETTE;

    const OPTIONS: &'static [OptionSpec] = &[CANVAS];

    fn configure(&mut self, options: &Options) {
        *self = Self::new(options.whole(CANVAS.name).into());
    }

    fn canvas(&self) -> Canvas {
        let side = self.raster.side as u32;
        Canvas {
            width: side,
            height: side,
            channels: 3,
            background: 255,
        }
    }

    fn render(&self, program: &Picture, image: &mut [u8]) -> Result<(), RenderError> {
        draw::draw(self.raster, &self.ellipses, program, image);
        Ok(())
    }

    /// Rectangles, ellipses and moves, as in the public code: without moves, which may be moved again, there would be
    /// programs of one size without end.
    fn size(&self, grammar: &Grammar) -> Result<Size, SizeError> {
        Size::primitives(grammar, &["Rectangle", "Ellipse", "Move"])
    }

    fn canonical(&self, program: &Picture) -> Option<Vec<Node>> {
        Some(canonical::canonical(program).to_nodes())
    }

    fn svg(&self, program: &Picture) -> Option<String> {
        Some(svg::document(self.raster, program))
    }
}

declare_domain!(TinySvg);
