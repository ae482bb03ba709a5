//! Image files: which format they have, how large they may be, and their pixels.
//!
//! The content says what a file is, not its name. Sizes are looked at before pixels are, and by one limit for all formats.

use rgb::Rgb;
use zune_jpeg::JpegDecoder;
use zune_jpeg::zune_core::bytestream::ZCursor;
use zune_jpeg::zune_core::colorspace::ColorSpace;
use zune_jpeg::zune_core::options::DecoderOptions;

/// The most pixels of a file: 32 megapixels, 7 bytes each while a PNG file is decoded, 12 for a progressive JPEG file.
const MOST_PIXELS: u64 = 1 << 25;

/// The most pixels of a side.
const LONGEST_SIDE: u32 = 1 << 14;

/// Whether an image of this size may be decoded. Headers promise any size: it is asked before memory is taken.
fn check_size(width: u32, height: u32) -> Result<(), String> {
    if width.max(height) > LONGEST_SIDE || u64::from(width) * u64::from(height) > MOST_PIXELS {
        return Err(format!(
            "the image has {width}x{height} pixels; at most {MOST_PIXELS} can be read, {LONGEST_SIDE} a side: scale it down"
        ));
    }
    Ok(())
}

/// The formats that can be decoded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Format {
    Png,
    Jpeg,
}

impl Format {
    /// The format of a file that begins with `bytes`; [`Format::SEEN`] of them are enough.
    pub(crate) fn of(bytes: &[u8]) -> Option<Self> {
        match bytes {
            [0x89, b'P', b'N', b'G', b'\r', b'\n', 0x1a, b'\n', ..] => Some(Self::Png),
            [0xff, 0xd8, 0xff, ..] => Some(Self::Jpeg),
            _ => None,
        }
    }

    pub(crate) const SEEN: u64 = 8;
}

/// An image of opaque pixels, and what was done to it.
pub(crate) struct Decoded {
    pub(crate) width: u32,
    pub(crate) height: u32,
    pub(crate) pixels: Vec<Rgb<u8>>,
    pub(crate) changes: Vec<String>,
}

/// The pixels of a file: laid on grey of brightness `background` where they are transparent, and upright.
pub(crate) fn decode(background: u8, bytes: &[u8]) -> Result<Decoded, String> {
    let (decoded, exif) = match Format::of(bytes) {
        Some(Format::Png) => png(background, bytes)?,
        Some(Format::Jpeg) => jpeg(bytes)?,
        None => return Err(format!("{}; PNG and JPEG files can be read", foreign(bytes))),
    };
    Ok(match exif.as_deref().map_or(1, orientation) {
        1 => decoded,
        orientation => upright(decoded, orientation),
    })
}

/// What a file of no format that can be decoded is.
fn foreign(bytes: &[u8]) -> String {
    match infer::get(bytes) {
        _ if bytes.is_empty() => "an empty file".to_owned(),
        Some(found) => format!("a file of the type {}", found.mime_type()),
        None => "no image file".to_owned(),
    }
}

type Exif = Option<Vec<u8>>;

fn png(background: u8, bytes: &[u8]) -> Result<(Decoded, Exif), String> {
    let mut decoder = png::Decoder::new(std::io::Cursor::new(bytes));
    // What is not the image is of no use here, and what it expands to is anybody's guess.
    decoder.set_ignore_text_chunk(true);
    decoder.set_ignore_iccp_chunk(true);
    decoder.set_transformations(png::Transformations::normalize_to_color8() | png::Transformations::ALPHA);
    let unreadable = |e| format!("not a readable PNG file: {e}");
    // The first chunk says the size; what the decoder reads before the pixels has limits of its own, which name no size.
    let header = decoder.read_header_info().map_err(unreadable)?;
    let (width, height) = (header.width, header.height);
    check_size(width, height)?;
    let mut reader = decoder.read_info().map_err(unreadable)?;
    let mut data = vec![0; reader.output_buffer_size().ok_or("the image is too large")?];
    let frame = reader
        .next_frame(&mut data)
        .map_err(|e| format!("the PNG file is damaged: {e}"))?;
    data.truncate(frame.buffer_size());
    let mut transparent = false;
    let mut lay = |sample: u8, alpha: u8| {
        transparent |= alpha != u8::MAX;
        let (over, under) = (u32::from(sample) * u32::from(alpha), u32::from(background));
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
        changes.push(format!("laid on a background of {background} where it is transparent"));
    }
    if pixels.len() as u64 != u64::from(width) * u64::from(height) {
        return Err("the PNG file is cut short".to_owned());
    }
    let exif = reader.info().exif_metadata.as_ref().map(|exif| exif.to_vec());
    let decoded = Decoded {
        width,
        height,
        pixels,
        changes,
    };
    Ok((decoded, exif))
}

fn jpeg(bytes: &[u8]) -> Result<(Decoded, Exif), String> {
    // Lenient decoders show grey where a file is damaged.
    let options = DecoderOptions::default()
        .set_strict_mode(true)
        .set_max_width(usize::from(u16::MAX))
        .set_max_height(usize::from(u16::MAX))
        .jpeg_set_out_colorspace(ColorSpace::RGB);
    let damaged = |e| format!("the JPEG file is damaged: {e}");
    let mut decoder = JpegDecoder::new_with_options(ZCursor::new(bytes), options);
    decoder.decode_headers().map_err(damaged)?;
    let info = decoder.info().ok_or("the JPEG file is damaged: it has no header")?;
    let (width, height) = (u32::from(info.width), u32::from(info.height));
    check_size(width, height)?;
    let data = decoder.decode().map_err(damaged)?;
    let (pixels, _) = data.as_chunks::<3>();
    if !is_whole_jpeg(bytes) || pixels.len() as u64 != u64::from(width) * u64::from(height) {
        return Err("the JPEG file is cut short".to_owned());
    }
    let decoded = Decoded {
        width,
        height,
        pixels: pixels.iter().map(|&pixel| pixel.into()).collect(),
        changes: Vec::new(),
    };
    Ok((decoded, decoder.exif().cloned()))
}

/// Whether a JPEG file goes on to its end marker: decoders make up the last blocks of one that was cut there.
fn is_whole_jpeg(bytes: &[u8]) -> bool {
    const END: u8 = 0xd9;
    const SCAN: u8 = 0xda;
    // Behind the start marker.
    let mut at = 2;
    loop {
        // A marker is 0xff, perhaps repeated, and a byte. Within the data of a scan, 0xff is followed by 0 or a restart.
        let Some(begin) = bytes
            .get(at..)
            .and_then(|rest| rest.iter().position(|&byte| byte == 0xff))
        else {
            return false;
        };
        at += begin + 1;
        match bytes.get(at) {
            None => return false,
            Some(&END) => return true,
            Some(0 | 0x01 | 0xd0..=0xd8) => at += 1,
            Some(0xff) => (),
            Some(&marker) => {
                let Some(&[high, low]) = bytes.get(at + 1..).and_then(|rest| rest.first_chunk()) else {
                    return false;
                };
                // A length counts itself. The data of a scan follow its header, and are walked through for the next marker.
                let length = usize::from(u16::from_be_bytes([high, low]));
                at += 1 + length;
                if marker == SCAN && bytes.len() < at {
                    return false;
                }
            }
        }
    }
}

/// The orientation that Exif data tell, from 1 (upright) to 8; upright if they tell none.
fn orientation(exif: &[u8]) -> u32 {
    let read = exif::Reader::new().read_raw(exif.to_vec()).ok();
    let field = |data: exif::Exif| {
        data.get_field(exif::Tag::Orientation, exif::In::PRIMARY)?
            .value
            .get_uint(0)
    };
    read.and_then(field)
        .filter(|value| (1..=8).contains(value))
        .unwrap_or(1)
}

/// The image as it is to be seen: cameras write the pixels in the order of their sensor and say how that was held.
fn upright(decoded: Decoded, orientation: u32) -> Decoded {
    let Decoded {
        width,
        height,
        pixels,
        mut changes,
    } = decoded;
    let (w, h) = (width as usize, height as usize);
    let lies = orientation >= 5;
    let (width, height) = if lies { (height, width) } else { (width, height) };
    // Where the pixel that is seen at (x, y) stands in the file.
    let source = |x: usize, y: usize| match orientation {
        2 => (w - 1 - x, y),
        3 => (w - 1 - x, h - 1 - y),
        4 => (x, h - 1 - y),
        5 => (y, x),
        6 => (y, h - 1 - x),
        7 => (w - 1 - y, h - 1 - x),
        8 => (w - 1 - y, x),
        _ => (x, y),
    };
    let places = (0..height as usize).flat_map(|y| (0..width as usize).map(move |x| (x, y)));
    let pixels = places
        .map(|(x, y)| {
            let (x, y) = source(x, y);
            pixels[y * w + x]
        })
        .collect();
    changes.push(format!("turned upright (Exif orientation {orientation})"));
    Decoded {
        width,
        height,
        pixels,
        changes,
    }
}

#[cfg(test)]
mod tests {
    use jpeg_encoder::{ColorType, Encoder};
    use tdf_domain::Canvas;

    use super::*;
    use crate::png_bytes;

    const CANVAS: Canvas = Canvas {
        width: 3,
        height: 2,
        channels: 3,
        background: 255,
    };

    fn image() -> Vec<u8> {
        (0..CANVAS.bytes() as u8).collect()
    }

    fn error(bytes: &[u8]) -> String {
        decode(255, bytes).err().expect("an error")
    }

    /// Exif data with this orientation and nothing else.
    fn exif(orientation: u8) -> Vec<u8> {
        [
            &b"MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0"[..],
            &[orientation, 0, 0, 0, 0, 0, 0],
        ]
        .concat()
    }

    /// A JPEG file of `side` by `side` pixels, the left half black and the right one white.
    fn jpeg_file(side: u16, color: ColorType, is_progressive: bool, orientation: Option<u8>) -> Vec<u8> {
        let mut bytes = Vec::new();
        let mut encoder = Encoder::new(&mut bytes, 90);
        encoder.set_progressive(is_progressive);
        if let Some(orientation) = orientation {
            encoder.add_exif_metadata(&exif(orientation)).unwrap();
        }
        let samples = match color {
            ColorType::Luma => 1,
            ColorType::Rgb => 3,
            _ => panic!("grey or coloured"),
        };
        let line: Vec<u8> = (0..side)
            .flat_map(|x| std::iter::repeat_n(if x < side / 2 { 0 } else { 255 }, samples))
            .collect();
        encoder
            .encode(&line.repeat(usize::from(side)), side, side, color)
            .unwrap();
        bytes
    }

    /// Whether the corners at the top left, top right and bottom left are bright.
    fn bright_corners(decoded: &Decoded) -> [bool; 3] {
        let (w, h) = (decoded.width as usize, decoded.height as usize);
        [0, w - 1, w * (h - 1)].map(|at| decoded.pixels[at].g > 200)
    }

    #[test]
    fn transparent_pixels_show_the_background() {
        let mut bytes = Vec::new();
        let mut encoder = png::Encoder::new(&mut bytes, 3, 2);
        encoder.set_color(png::ColorType::GrayscaleAlpha);
        let samples = [0, 0, 0, 255, 0, 51, 0, 0, 0, 0, 0, 0];
        encoder.write_header().unwrap().write_image_data(&samples).unwrap();
        let found = decode(255, &bytes).unwrap();
        assert_eq!(
            found.pixels.iter().map(|pixel| pixel.r).collect::<Vec<_>>(),
            [255, 0, 204, 255, 255, 255]
        );
        assert_eq!(found.changes, ["laid on a background of 255 where it is transparent"]);
    }

    /// The header of a PNG file alone, of grey pixels.
    fn header(width: u32, height: u32) -> Vec<u8> {
        let mut bytes = Vec::new();
        let mut encoder = png::Encoder::new(&mut bytes, width, height);
        encoder.set_color(png::ColorType::Grayscale);
        drop(encoder.write_header().unwrap());
        // An empty chunk of image data, and its checksum: then the header is known to be at its end.
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
            let error = decode(255, &header(width, height)).err().unwrap();
            assert_eq!(
                error,
                format!(
                    "the image has {width}x{height} pixels; at most 33554432 can be read, 16384 a side: scale it down"
                )
            );
        }
        // Within the limits the header is believed; what is missing are pixels.
        let error = decode(255, &header(16, 16)).err().unwrap();
        assert!(error.starts_with("the PNG file is damaged"), "{error}");
    }

    #[test]
    fn every_cut_of_a_file_is_an_error() {
        let bytes = png_bytes(CANVAS, &image()).unwrap();
        // The last chunk (IEND, 12 bytes) holds no image data.
        for end in 0..bytes.len() - 12 {
            assert!(decode(255, &bytes[..end]).is_err(), "{end} of {} bytes", bytes.len());
        }
    }

    #[test]
    fn jpeg_files_are_read() {
        for color in [ColorType::Luma, ColorType::Rgb] {
            for is_progressive in [false, true] {
                let found = decode(255, &jpeg_file(17, color, is_progressive, None)).unwrap();
                assert_eq!((found.width, found.height), (17, 17));
                assert_eq!(bright_corners(&found), [false, true, false]);
                assert!(found.changes.is_empty(), "{:?}", found.changes);
            }
        }
    }

    #[test]
    fn every_cut_of_a_jpeg_file_is_an_error() {
        for is_progressive in [false, true] {
            let bytes = jpeg_file(17, ColorType::Rgb, is_progressive, Some(1));
            for end in 0..bytes.len() {
                assert!(decode(255, &bytes[..end]).is_err(), "{end} of {} bytes", bytes.len());
            }
            // Telephones put films and thumbnails behind the end.
            assert!(decode(255, &[&bytes[..], b"\xff\xda behind"].concat()).is_ok());
        }
    }

    #[test]
    fn the_size_of_a_jpeg_file_is_looked_at_first() {
        let mut bytes = jpeg_file(16, ColorType::Rgb, false, None);
        let frame = bytes.windows(2).position(|pair| pair == [0xff, 0xc0]).unwrap();
        bytes[frame + 5..frame + 9].copy_from_slice(&[0xff, 0xff, 0x40, 0x00]);
        assert!(
            error(&bytes).contains("16384x65535 pixels; at most 33554432 can be read"),
            "{}",
            error(&bytes)
        );
    }

    #[test]
    fn images_are_turned_upright() {
        let seen: Vec<[bool; 3]> = (1..=8)
            .map(|orientation| {
                let found = decode(255, &jpeg_file(16, ColorType::Luma, false, Some(orientation))).unwrap();
                let said = format!("turned upright (Exif orientation {orientation})");
                assert_eq!(found.changes, if orientation == 1 { vec![] } else { vec![said] });
                bright_corners(&found)
            })
            .collect();
        let (right, left, below, above) = (
            [false, true, false],
            [true, false, true],
            [false, false, true],
            [true, true, false],
        );
        assert_eq!(seen, [right, left, left, right, below, below, above, above]);
        // What is no orientation turns nothing.
        for orientation in [0, 9] {
            let found = decode(255, &jpeg_file(16, ColorType::Luma, false, Some(orientation))).unwrap();
            assert!(found.changes.is_empty(), "{:?}", found.changes);
        }
    }

    #[test]
    fn files_are_told_by_what_is_in_them() {
        for (bytes, said) in [
            (&b"GIF89a\x01\0\x01\0"[..], "a file of the type image/gif"),
            (b"RIFF\x24\0\0\0WEBPVP8 ", "a file of the type image/webp"),
            (b"BM\x46\0\0\0\0\0\0\0", "a file of the type image/bmp"),
            (b"II*\0\x08\0\0\0\0\0\0\0", "a file of the type image/tiff"),
            (b"%PDF-1.7", "a file of the type application/pdf"),
            (b"", "an empty file"),
            (b"some words", "no image file"),
        ] {
            assert_eq!(error(bytes), format!("{said}; PNG and JPEG files can be read"));
        }
    }
}
