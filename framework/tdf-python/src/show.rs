//! What notebooks show.

use tdf::{DynDomain, Tree};

/// The image of a program as a PNG file; `None` without images, and for programs that cannot be rendered.
pub(crate) fn png(domain: &dyn DynDomain, tree: &Tree) -> Option<Vec<u8>> {
    let canvas = domain.canvas()?;
    let mut image = domain.observation_spec().blank();
    domain.render(tree.nodes(), &mut image).ok()?;
    tdf::eval::png_bytes(canvas, &image).ok()
}
