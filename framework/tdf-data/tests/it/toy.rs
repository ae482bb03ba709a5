//! A domain small enough to think through: a row of eight cells in eight shades of grey.

use std::sync::Arc;

use tdf_domain::{Canvas, Criterion, DynDomain, ObservationSpec, RenderError};
use tdf_tree::{Language, Node, Size};

const GRAMMAR: &str = r#"
grammar;

pub Row: Row = {
    "[" <shade:Shade> "]" => Row::Cell { <> },
    "(" "Join" <first:Row> <second:Row> ")" => Row::Join { <> },
};

Shade: Shade = r"[0-7]" => Shade(<>.parse().unwrap());
"#;

/// What goes wrong when the domain draws.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    None,
    /// Cells of the darkest shade, 7, cannot be rendered.
    FailsOnDark,
    PanicsOnDark,
    Always,
}

struct Toy {
    language: Arc<Language>,
    size: Size,
    fault: Fault,
}

/// The domain; sizes count cells.
pub fn toy(fault: Fault) -> Arc<dyn DynDomain> {
    let grammar = tdf_reader::read_grammar("toy.lalrpop", GRAMMAR).unwrap();
    let size = Size::primitives(&grammar, &["Cell"]).unwrap();
    Arc::new(Toy {
        language: Arc::new(Language::new(grammar).unwrap()),
        size,
        fault,
    })
}

/// The shades of `nodes`, left to right.
pub fn shades(language: &Language, nodes: &[Node]) -> Vec<u8> {
    let leaves = nodes.iter().filter(|n| n.token != Node::NO_TOKEN);
    leaves
        .map(|n| language.grammar().text(n.token).parse().unwrap())
        .collect()
}

impl DynDomain for Toy {
    fn name(&self) -> &str {
        "toy"
    }

    fn language(&self) -> &Arc<Language> {
        &self.language
    }

    fn size(&self) -> &Size {
        &self.size
    }

    fn observation_spec(&self) -> ObservationSpec {
        ObservationSpec::Image(Canvas {
            width: 8,
            height: 1,
            channels: 1,
            background: 0,
        })
    }

    fn render(&self, nodes: &[Node], image: &mut [u8]) -> Result<(), RenderError> {
        image.fill(0);
        for (shade, pixel) in shades(&self.language, nodes).into_iter().zip(image) {
            match self.fault {
                Fault::Always => return Err(RenderError("no light".to_owned())),
                Fault::FailsOnDark if shade == 7 => return Err(RenderError("too dark".to_owned())),
                Fault::PanicsOnDark if shade == 7 => panic!("too dark to go on"),
                _ => *pixel = shade * 32,
            }
        }
        Ok(())
    }

    fn solved(&self, _criterion: Criterion, image: &[u8], target: &[u8]) -> bool {
        image == target
    }

    fn is_uninformative(&self, image: &[u8]) -> bool {
        image.iter().all(|&p| p == image[0])
    }

    fn svg(&self, _nodes: &[Node]) -> Option<String> {
        None
    }
}
