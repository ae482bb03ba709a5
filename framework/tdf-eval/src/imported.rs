//! Images from outside, fitted to a domain's canvas.

use std::io::Read as _;
use std::path::{Path, PathBuf};

use resize::Pixel::RGB8;
use rgb::Rgb;
use tdf_domain::Canvas;

use crate::ImageError;
use crate::decode::{Decoded, Format, decode};

/// An image from a file in the form of a domain's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ImportedImage {
    /// The image.
    pub image: Vec<u8>,
    /// What was done to it, in words; nothing if the file had that form.
    pub changes: Vec<String>,
}

/// Reads a PNG or JPEG file; the content says which it is. An image of the form of `canvas` (its size; grey or coloured as
/// it is; opaque) is taken as it is. Others are turned upright as their Exif data say, laid on the canvas's background, made
/// grey if the canvas is, scaled to fit and centred, and then every pixel is taken to the nearest colour of `palette`, unless
/// there is none.
///
/// # Errors
/// A file that is missing, of another format, damaged, cut short, or too large.
///
/// # Examples
///
/// ```
/// use tdf_domain::Canvas;
/// use tdf_eval::{png_bytes, read_image};
///
/// let canvas = Canvas { width: 2, height: 2, channels: 1, background: 255 };
/// let folder = tempfile::tempdir()?;
/// let file = folder.path().join("target.png");
/// std::fs::write(&file, png_bytes(canvas, &[0, 255, 255, 0])?)?;
/// assert_eq!(read_image(canvas, &[], &file)?.image, [0, 255, 255, 0]);
/// assert!(read_image(canvas, &[], "missing.png".as_ref()).is_err());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn read_image(canvas: Canvas, palette: &[[u8; 3]], path: &Path) -> Result<ImportedImage, ImageError> {
    let fail = |reason: String| ImageError(format!("{}: {reason}", path.display()));
    if path.is_dir() {
        return Err(fail("is a directory, an image file is wanted".to_owned()));
    }
    let bytes = tdf_files::read(path, tdf_files::IMAGE).map_err(|e| fail(e.to_string()))?;
    import_image(canvas, palette, &bytes).map_err(|error| fail(error.0))
}

/// [`read_image`] of the contents of a file.
///
/// # Errors
/// Bytes of another format, damaged, cut short, or too large an image.
pub fn import_image(canvas: Canvas, palette: &[[u8; 3]], bytes: &[u8]) -> Result<ImportedImage, ImageError> {
    let decoded = decode(canvas.background, bytes).map_err(ImageError)?;
    Ok(fit(canvas, palette, decoded))
}

/// `paths` with the PNG and JPEG files of a folder, sorted by name, in the place of every folder. What else a folder holds is
/// passed over, and so are its folders.
///
/// # Errors
/// A folder that cannot be read, or without any such file.
pub fn image_files(paths: &[PathBuf]) -> Result<Vec<PathBuf>, ImageError> {
    let mut files = Vec::new();
    for path in paths {
        if !path.is_dir() {
            files.push(path.clone());
            continue;
        }
        let fail = |e: std::io::Error| ImageError(format!("{}: {e}", path.display()));
        let entries = std::fs::read_dir(path).map_err(fail)?;
        let mut entries: Vec<PathBuf> = entries
            .map(|entry| Ok(entry?.path()))
            .collect::<std::io::Result<_>>()
            .map_err(fail)?;
        entries.sort();
        let first = files.len();
        for entry in entries {
            if is_image(&entry)? {
                files.push(entry);
            }
        }
        if files.len() == first {
            return Err(ImageError(format!("{}: holds no PNG or JPEG file", path.display())));
        }
    }
    Ok(files)
}

/// Whether there is a file of a format that can be decoded. Nothing but regular files is opened.
fn is_image(path: &Path) -> Result<bool, ImageError> {
    if !path.is_file() {
        return Ok(false);
    }
    let mut begin = Vec::new();
    tdf_files::open(path)
        .and_then(|file| file.take(Format::SEEN).read_to_end(&mut begin))
        .map_err(|e| ImageError(format!("{}: {e}", path.display())))?;
    Ok(Format::of(&begin).is_some())
}

fn fit(canvas: Canvas, palette: &[[u8; 3]], mut decoded: Decoded) -> ImportedImage {
    if canvas.channels == 1 && decoded.pixels.iter().any(|p| p.r != p.g || p.g != p.b) {
        for pixel in &mut decoded.pixels {
            *pixel = Rgb::from([luma(*pixel); 3]);
        }
        decoded.changes.push("made grey".to_owned());
    }
    if (decoded.width, decoded.height) != (canvas.width, canvas.height) {
        scale(canvas, &mut decoded);
    }
    let Decoded {
        mut pixels,
        mut changes,
        ..
    } = decoded;
    if !changes.is_empty() && !palette.is_empty() {
        let mut changed = false;
        for pixel in &mut pixels {
            let near = nearest(palette, *pixel);
            changed |= *pixel != near;
            *pixel = near;
        }
        if changed {
            changes.push(match palette.len() {
                2 if canvas.channels == 1 => "every pixel made black or white, whichever is nearer".to_owned(),
                count => format!("every pixel taken to the nearest of {count} colours"),
            });
        }
    }
    let image = match canvas.channels {
        1 => pixels.iter().map(|pixel| pixel.r).collect(),
        _ => pixels.iter().flat_map(|pixel| [pixel.r, pixel.g, pixel.b]).collect(),
    };
    ImportedImage { image, changes }
}

/// Scales an image to fit, its sides in proportion, and centres it.
fn scale(canvas: Canvas, decoded: &mut Decoded) {
    let (width, height) = (decoded.width, decoded.height);
    let factor = |side: u32, length: u32| f64::from(side) / f64::from(length);
    let factor = factor(canvas.width, width).min(factor(canvas.height, height));
    let side = |length: u32, most: u32| ((f64::from(length) * factor).round() as u32).clamp(1, most);
    let (w, h) = (side(width, canvas.width), side(height, canvas.height));
    let background = Rgb::from([canvas.background; 3]);
    let mut scaled = vec![background; w as usize * h as usize];
    let sides = [width, height, w, h].map(|side| side as usize);
    // It fails for images without pixels only.
    if let Ok(mut resizer) = resize::new(sides[0], sides[1], sides[2], sides[3], RGB8, resize::Type::Triangle) {
        let _ = resizer.resize(&decoded.pixels, &mut scaled);
    }
    let mut pixels = vec![background; canvas.width as usize * canvas.height as usize];
    let (left, top) = (((canvas.width - w) / 2) as usize, ((canvas.height - h) / 2) as usize);
    let lines = pixels.chunks_mut(canvas.width as usize).skip(top);
    for (line, row) in lines.zip(scaled.chunks(w as usize)) {
        line[left..left + row.len()].copy_from_slice(row);
    }
    let centred = if (w, h) == (canvas.width, canvas.height) {
        String::new()
    } else {
        format!(" and centred on {}x{}", canvas.width, canvas.height)
    };
    decoded.pixels = pixels;
    decoded
        .changes
        .push(format!("scaled from {width}x{height} to {w}x{h}{centred}"));
}

/// Brightness (ITU-R BT.601).
fn luma(Rgb { r, g, b }: Rgb<u8>) -> u8 {
    ((299 * u32::from(r) + 587 * u32::from(g) + 114 * u32::from(b) + 500) / 1000) as u8
}

fn nearest(palette: &[[u8; 3]], pixel: Rgb<u8>) -> Rgb<u8> {
    let distance = |color: &&[u8; 3]| -> u32 {
        let parts = [(color[0], pixel.r), (color[1], pixel.g), (color[2], pixel.b)];
        parts.iter().map(|(a, b)| u32::from(a.abs_diff(*b)).pow(2)).sum()
    };
    palette
        .iter()
        .min_by_key(distance)
        .map_or(pixel, |color| Rgb::from(*color))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::png_bytes;

    const CANVAS: Canvas = Canvas {
        width: 3,
        height: 2,
        channels: 3,
        background: 255,
    };
    const GREY: Canvas = Canvas { channels: 1, ..CANVAS };
    const BLACK_AND_WHITE: &[[u8; 3]] = &[[0; 3], [255; 3]];

    fn image() -> Vec<u8> {
        (0..CANVAS.bytes() as u8).collect()
    }

    fn read(canvas: Canvas, palette: &[[u8; 3]], bytes: &[u8]) -> ImportedImage {
        fit(canvas, palette, decode(canvas.background, bytes).unwrap())
    }

    #[test]
    fn an_image_of_the_form_stays_as_it_is() {
        for canvas in [CANVAS, GREY] {
            let image = image()[..canvas.bytes()].to_vec();
            let bytes = png_bytes(canvas, &image).unwrap();
            let found = read(canvas, BLACK_AND_WHITE, &bytes);
            assert_eq!((found.image, found.changes), (image, Vec::new()));
        }
    }

    #[test]
    fn other_images_are_fitted_and_it_is_said() {
        let wide = Canvas {
            width: 12,
            height: 4,
            ..CANVAS
        };
        let bytes = png_bytes(wide, &[200; 144]).unwrap();
        let found = read(GREY, BLACK_AND_WHITE, &bytes);
        assert_eq!(
            found.changes,
            [
                "scaled from 12x4 to 3x1 and centred on 3x2",
                "every pixel made black or white, whichever is nearer"
            ]
        );
        assert_eq!(found.image, [255; 6]);
        let found = read(CANVAS, &[], &bytes);
        assert_eq!(found.changes, ["scaled from 12x4 to 3x1 and centred on 3x2"]);
        assert_eq!(found.image, [[200; 9], [255; 9]].concat());
        // Red is dark, yellow is bright.
        let colours: Vec<u8> = [[255, 0, 0], [255, 255, 0]].concat().repeat(3);
        let found = read(GREY, BLACK_AND_WHITE, &png_bytes(CANVAS, &colours).unwrap());
        assert_eq!(
            found.changes,
            ["made grey", "every pixel made black or white, whichever is nearer"]
        );
        assert_eq!(found.image, [0, 255, 0, 255, 0, 255]);
    }

    #[test]
    fn folders_stand_for_the_images_in_them() {
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name);
        let png = png_bytes(CANVAS, &image()).unwrap();
        for (name, bytes) in [
            ("b.png", &png[..]),
            ("a without an end", &png),
            ("c.jpg", b"\xff\xd8\xff\xe0"),
            ("d.png", b"no image"),
            ("e", b""),
        ] {
            std::fs::write(path(name), bytes).unwrap();
        }
        std::fs::create_dir(path("folder")).unwrap();
        let found = image_files(&[path("e"), folder.path().to_owned()]).unwrap();
        assert_eq!(
            found,
            [path("e"), path("a without an end"), path("b.png"), path("c.jpg")]
        );
        let error = image_files(&[path("folder")]).unwrap_err().to_string();
        assert!(error.ends_with("folder: holds no PNG or JPEG file"), "{error}");
    }
}
