//! SVG documents drawn by an independent renderer.

use resvg::{tiny_skia, usvg};
use tdf_domain::Domain;
use tdf_tree::Tree;

use crate::Fixture;
use crate::golden::compare;

/// What resvg draws of the SVG documents of `programs` is what the domain draws: at least 99 % of the pixels are equal
/// within 2 of 255.
///
/// # Panics
/// If an image differs, with a list of all that do; if a document is missing, no SVG, partly transparent, or of another
/// size.
pub fn svg_images<D: Domain + Default>(fixture: &Fixture<D>, programs: &[Tree]) {
    let canvas = fixture.typed.canvas();
    let mut failures = Vec::new();
    for program in programs {
        let text = fixture.language().print(program.nodes());
        let document = fixture.erased.svg(program.nodes());
        let document = document.unwrap_or_else(|| panic!("no SVG document of {text}"));
        let drawn = rasterise(&document, canvas.channels).unwrap_or_else(|error| panic!("{error}: {text}\n{document}"));
        if let Err(reason) = compare(canvas.channels, &drawn, &fixture.render(program)) {
            failures.push(format!("{reason}: {text}"));
        }
    }
    assert!(failures.is_empty(), "{}\n{}", failures.join("\n"), fixture.again());
}

/// The image of a document in the form of a domain's: rows from the top, `channels` samples in a pixel.
fn rasterise(document: &str, channels: u32) -> Result<Vec<u8>, String> {
    let tree = usvg::Tree::from_str(document, &usvg::Options::default()).map_err(|e| e.to_string())?;
    let size = tree.size().to_int_size();
    let mut pixmap = tiny_skia::Pixmap::new(size.width(), size.height()).ok_or("an empty document")?;
    resvg::render(&tree, tiny_skia::Transform::identity(), &mut pixmap.as_mut());
    let (pixels, _) = pixmap.data().as_chunks::<4>();
    if pixels.iter().any(|p| p[3] != 255) {
        return Err("the image is partly transparent".to_owned());
    }
    if channels == 1 {
        if pixels.iter().any(|p| p[0] != p[1] || p[1] != p[2]) {
            return Err("the image is not grey".to_owned());
        }
        return Ok(pixels.iter().map(|p| p[0]).collect());
    }
    Ok(pixels.iter().flat_map(|p| [p[0], p[1], p[2]]).collect())
}
