//! Rainbow: coloured boxes and balls, arranged in rows and columns (arXiv 2405.20519, section 4.1).
//!
//! An image has 64 x 64 pixels, three channels, a white background. Boxes and balls measure 10 x 10 pixels; a scene is
//! centred on the canvas by its bounds, and what does not fit is cut off.

#![forbid(unsafe_code)]
#![warn(missing_docs)]

mod canonical;
mod layout;
mod sprite;
mod svg;

use tdf_domain::{Canvas, Domain, Grammar, Node, RenderError, Size, SizeError, declare_domain};

use ast::Scene;
use sprite::Sprites;

/// The syntax tree, generated from `grammars/rainbow.lalrpop`.
pub mod ast {
    tdf_domain::include_grammar!("rainbow");
}

/// Width and height of the canvas in pixels.
const CANVAS: i64 = 64;

/// The domain.
#[derive(Debug)]
pub struct Rainbow {
    sprites: Sprites,
}

impl Default for Rainbow {
    fn default() -> Self {
        Self {
            sprites: Sprites::new(),
        }
    }
}

impl Domain for Rainbow {
    type Program = Scene;

    const NAME: &'static str = "rainbow";

    const PALETTE: &'static [[u8; 3]] = &sprite::PALETTE;

    fn canvas(&self) -> Canvas {
        Canvas {
            width: CANVAS as u32,
            height: CANVAS as u32,
            channels: 3,
            background: 255,
        }
    }

    fn render(&self, program: &Scene, image: &mut [u8]) -> Result<(), RenderError> {
        image.fill(255);
        layout::each(program, CANVAS, &mut |shape| self.sprites.draw(&shape, image));
        Ok(())
    }

    fn canonical(&self, program: &Scene) -> Option<Vec<Node>> {
        Some(canonical::canonical(program).to_nodes())
    }

    /// Boxes and balls, the paper's sigma_primitive.
    fn size(&self, grammar: &Grammar) -> Result<Size, SizeError> {
        Size::primitives(grammar, &["Box", "Ball"])
    }

    fn svg(&self, program: &Scene) -> Option<String> {
        Some(svg::document(program))
    }
}

declare_domain!(Rainbow);
