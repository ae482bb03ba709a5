//! Pictures from outside, fitted to a domain's canvas.

use std::path::Path;

use resize::Pixel::RGB8;
use rgb::Rgb;
use tdf_domain::Canvas;

use crate::PictureError;

/// A picture from a file in the form of a domain's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outside {
    /// The picture.
    pub picture: Vec<u8>,
    /// What was done to it, in words; nothing if the file had that form.
    pub changes: Vec<String>,
}

/// The most pixels of a file: 32 megapixels, 7 bytes each while the file is decoded.
const MOST_PIXELS: u64 = 1 << 25;

/// The most pixels of a side.
const LONGEST_SIDE: u32 = 1 << 14;

/// Whether a picture of this size may be decoded. Headers promise any size: it is asked before memory is taken.
fn check_size(width: u32, height: u32) -> Result<(), String> {
    if width.max(height) > LONGEST_SIDE || u64::from(width) * u64::from(height) > MOST_PIXELS {
        return Err(format!(
            "the picture has {width}x{height} pixels; at most {MOST_PIXELS} can be read, {LONGEST_SIDE} a side: scale it down"
        ));
    }
    Ok(())
}

/// Reads a PNG file. A picture of the form of `canvas` (its size; grey or coloured as it is; opaque) is taken as it is.
/// Others are laid on the canvas's background, made grey if the canvas is, scaled to fit and centred, and then every pixel
/// is taken to the nearest colour of `palette`, unless there is none.
///
/// # Errors
/// A file that is missing, no PNG, cut short, or too large.
pub fn read_png(canvas: Canvas, palette: &[[u8; 3]], path: &Path) -> Result<Outside, PictureError> {
    let name = path.display();
    let bytes = tdf_files::read(path, tdf_files::IMAGE)
        .map_err(|e| PictureError(format!("{name}: {}", io_reason(path, &e))))?;
    let decoded = decode(canvas, &bytes).map_err(|e| PictureError(format!("{name}: {e}")))?;
    Ok(fit(canvas, palette, decoded))
}

fn io_reason(path: &Path, error: &std::io::Error) -> String {
    if path.is_dir() {
        "is a directory, a PNG file is wanted".to_owned()
    } else {
        error.to_string()
    }
}

/// A picture of opaque pixels, and what was done to it.
struct Decoded {
    width: u32,
    height: u32,
    pixels: Vec<Rgb<u8>>,
    changes: Vec<String>,
}

fn decode(canvas: Canvas, bytes: &[u8]) -> Result<Decoded, String> {
    let mut decoder = png::Decoder::new(std::io::Cursor::new(bytes));
    // What is not the picture is of no use here, and what it expands to is anybody's guess.
    decoder.set_ignore_text_chunk(true);
    decoder.set_ignore_iccp_chunk(true);
    decoder.set_transformations(png::Transformations::normalize_to_color8() | png::Transformations::ALPHA);
    let mut reader = decoder
        .read_info()
        .map_err(|e| format!("not a readable PNG file: {e}"))?;
    let (width, height) = (reader.info().width, reader.info().height);
    check_size(width, height)?;
    let mut data = vec![0; reader.output_buffer_size().ok_or("the picture is too large")?];
    let frame = reader
        .next_frame(&mut data)
        .map_err(|e| format!("the PNG file is damaged: {e}"))?;
    data.truncate(frame.buffer_size());
    let mut transparent = false;
    let mut lay = |sample: u8, alpha: u8| {
        transparent |= alpha != u8::MAX;
        let (over, under) = (u32::from(sample) * u32::from(alpha), u32::from(canvas.background));
        ((over + under * u32::from(u8::MAX - alpha) + 127) / 255) as u8
    };
    let pixels: Vec<Rgb<u8>> = if frame.color_type == png::ColorType::GrayscaleAlpha {
        let (pixels, _) = data.as_chunks::<2>();
        pixels
            .iter()
            .map(|&[grey, alpha]| [lay(grey, alpha); 3].into())
            .collect()
    } else {
        let (pixels, _) = data.as_chunks::<4>();
        pixels
            .iter()
            .map(|&[r, g, b, alpha]| Rgb::new(lay(r, alpha), lay(g, alpha), lay(b, alpha)))
            .collect()
    };
    let mut changes = Vec::new();
    if transparent {
        let background = canvas.background;
        changes.push(format!("laid on a background of {background} where it is transparent"));
    }
    if pixels.len() as u64 != u64::from(width) * u64::from(height) {
        return Err("the PNG file is cut short".to_owned());
    }
    Ok(Decoded {
        width,
        height,
        pixels,
        changes,
    })
}

fn fit(canvas: Canvas, palette: &[[u8; 3]], mut decoded: Decoded) -> Outside {
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
    let picture = match canvas.channels {
        1 => pixels.iter().map(|pixel| pixel.r).collect(),
        _ => pixels.iter().flat_map(|pixel| [pixel.r, pixel.g, pixel.b]).collect(),
    };
    Outside { picture, changes }
}

/// Scales a picture to fit, its sides in proportion, and centres it.
fn scale(canvas: Canvas, decoded: &mut Decoded) {
    let (width, height) = (decoded.width, decoded.height);
    let factor = |side: u32, length: u32| f64::from(side) / f64::from(length);
    let factor = factor(canvas.width, width).min(factor(canvas.height, height));
    let side = |length: u32, most: u32| ((f64::from(length) * factor).round() as u32).clamp(1, most);
    let (w, h) = (side(width, canvas.width), side(height, canvas.height));
    let background = Rgb::from([canvas.background; 3]);
    let mut scaled = vec![background; w as usize * h as usize];
    let sides = [width, height, w, h].map(|side| side as usize);
    // It fails for pictures without pixels only.
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

    fn picture() -> Vec<u8> {
        (0..CANVAS.bytes() as u8).collect()
    }

    fn read(canvas: Canvas, palette: &[[u8; 3]], bytes: &[u8]) -> Outside {
        fit(canvas, palette, decode(canvas, bytes).unwrap())
    }

    #[test]
    fn a_picture_of_the_form_stays_as_it_is() {
        for canvas in [CANVAS, GREY] {
            let picture = picture()[..canvas.bytes()].to_vec();
            let bytes = png_bytes(canvas, &picture).unwrap();
            let found = read(canvas, BLACK_AND_WHITE, &bytes);
            assert_eq!((found.picture, found.changes), (picture, Vec::new()));
        }
    }

    #[test]
    fn other_pictures_are_fitted_and_it_is_said() {
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
        assert_eq!(found.picture, [255; 6]);
        let found = read(CANVAS, &[], &bytes);
        assert_eq!(found.changes, ["scaled from 12x4 to 3x1 and centred on 3x2"]);
        assert_eq!(found.picture, [[200; 9], [255; 9]].concat());
        // Red is dark, yellow is bright.
        let colours: Vec<u8> = [[255, 0, 0], [255, 255, 0]].concat().repeat(3);
        let found = read(GREY, BLACK_AND_WHITE, &png_bytes(CANVAS, &colours).unwrap());
        assert_eq!(
            found.changes,
            ["made grey", "every pixel made black or white, whichever is nearer"]
        );
        assert_eq!(found.picture, [0, 255, 0, 255, 0, 255]);
    }

    #[test]
    fn transparent_pixels_show_the_background() {
        let mut bytes = Vec::new();
        let mut encoder = png::Encoder::new(&mut bytes, 3, 2);
        encoder.set_color(png::ColorType::GrayscaleAlpha);
        let samples = [0, 0, 0, 255, 0, 51, 0, 0, 0, 0, 0, 0];
        encoder.write_header().unwrap().write_image_data(&samples).unwrap();
        let found = read(GREY, &[], &bytes);
        assert_eq!(found.picture, [255, 0, 204, 255, 255, 255]);
        assert_eq!(found.changes, ["laid on a background of 255 where it is transparent"]);
    }

    /// The header of a PNG file alone, of grey pixels.
    fn header(width: u32, height: u32) -> Vec<u8> {
        let mut bytes = Vec::new();
        let mut encoder = png::Encoder::new(&mut bytes, width, height);
        encoder.set_color(png::ColorType::Grayscale);
        drop(encoder.write_header().unwrap());
        // An empty chunk of picture data, and its checksum: then the header is known to be at its end.
        bytes.truncate(8 + 25);
        bytes.extend([0, 0, 0, 0, b'I', b'D', b'A', b'T', 0x35, 0xaf, 0x06, 0x1e]);
        bytes
    }

    #[test]
    fn sizes_are_looked_at_before_pixels_are() {
        for (width, height) in [
            (1, 67_000_000),
            (16_385, 1),
            (8_192, 8_192),
            (2_147_483_647, 2_147_483_647),
        ] {
            let error = decode(CANVAS, &header(width, height)).err().unwrap();
            assert_eq!(
                error,
                format!(
                    "the picture has {width}x{height} pixels; at most 33554432 can be read, 16384 a side: scale it down"
                )
            );
        }
        // Within the limits the header is believed; what is missing are pixels.
        let error = decode(CANVAS, &header(16, 16)).err().unwrap();
        assert!(error.starts_with("the PNG file is damaged"), "{error}");
    }

    #[test]
    fn every_cut_of_a_file_is_an_error() {
        let bytes = png_bytes(CANVAS, &picture()).unwrap();
        // The last chunk (IEND, 12 bytes) holds no picture data.
        for end in 0..bytes.len() - 12 {
            assert!(decode(CANVAS, &bytes[..end]).is_err(), "{end} of {} bytes", bytes.len());
        }
    }
}
