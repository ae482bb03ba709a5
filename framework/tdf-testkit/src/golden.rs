//! Golden images.

use std::fs;
use std::path::{Path, PathBuf};

use tdf_domain::{Canvas, Domain};

use crate::Fixture;
use crate::images::image;

/// Where golden images are, and where to put what differs.
#[derive(Clone, Debug)]
pub struct Golden {
    /// Folder with `programs.txt` and `00.png`, `01.png`, ... of its lines.
    pub folder: PathBuf,
    /// Folder for the actual image and the differences of each failure.
    pub scratch: PathBuf,
}

/// Says how two images differ by more than they may. Gets the number of the program, what the domain draws, and the
/// golden image.
pub type Compare<'a> = &'a dyn Fn(usize, &[u8], &[u8]) -> Result<(), String>;

/// Greatest difference of a sample of equal pixels.
const WITHIN: u8 = 2;
/// Pixels in a hundred that may differ.
const PERCENT: usize = 1;

/// How many of the pixels of two images differ, if more than 1 % differ by more than 2 of 255.
pub(crate) fn compare(channels: u32, actual: &[u8], expected: &[u8]) -> Result<(), String> {
    let channels = channels as usize;
    let differs = |(a, e): &(&[u8], &[u8])| a.iter().zip(*e).any(|(a, e)| a.abs_diff(*e) > WITHIN);
    let (total, different) = (
        actual.len() / channels,
        actual
            .chunks(channels)
            .zip(expected.chunks(channels))
            .filter(differs)
            .count(),
    );
    if actual.len() == expected.len() && different * 100 <= total * PERCENT {
        return Ok(());
    }
    Err(format!("{different} of {total} pixels differ"))
}

/// Draws the programs of a folder and compares: at least 99 % of the pixels have to be equal within 2 of 255. With
/// `UPDATE_GOLDEN=1` it writes the images instead. On a failure the actual image and the differences (white where
/// equal) lie in the scratch folder.
///
/// # Panics
/// If an image differs, with a list of all that do; if a file is missing or is no image of the domain.
pub fn golden<D: Domain + Default>(fixture: &Fixture<D>, golden: &Golden) {
    let channels = fixture.typed.canvas().channels;
    golden_by(fixture, golden, &|_, actual, expected| {
        compare(channels, actual, expected)
    });
}

/// [`golden()`] with a comparison of the domain's own.
///
/// # Panics
/// As [`golden()`].
pub fn golden_by<D: Domain + Default>(fixture: &Fixture<D>, golden: &Golden, compare: Compare<'_>) {
    let list = golden.folder.join("programs.txt");
    let programs = fs::read_to_string(&list).unwrap_or_else(|error| panic!("{}: {error}", list.display()));
    let update = std::env::var_os("UPDATE_GOLDEN").is_some_and(|v| v == "1");
    let canvas = fixture.typed.canvas();
    let mut failures = Vec::new();
    for (number, text) in programs.lines().enumerate() {
        let tree = match fixture.language().parse(fixture.erased.start(), text) {
            Ok(tree) => tree,
            Err(error) => panic!("{}:{}: {error}", list.display(), number + 1),
        };
        let actual = image(fixture, &tree, 0).unwrap_or_else(|error| panic!("{text}: {error}"));
        let file = golden.folder.join(format!("{number:02}.png"));
        if update {
            write_png(&file, canvas, &actual);
            continue;
        }
        let expected = read_png(&file, canvas);
        if let Err(reason) = compare(number, &actual, &expected) {
            let folder = golden.scratch.join("golden").join(D::NAME);
            fs::create_dir_all(&folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
            let difference: Vec<u8> = actual
                .iter()
                .zip(&expected)
                .map(|(a, e)| 255 - a.abs_diff(*e))
                .collect();
            write_png(&folder.join(format!("{number:02}.actual.png")), canvas, &actual);
            write_png(&folder.join(format!("{number:02}.difference.png")), canvas, &difference);
            failures.push(format!(
                "{}: {reason}; see {}/{number:02}.*.png: {text}",
                file.display(),
                folder.display()
            ));
        }
    }
    assert!(
        failures.is_empty(),
        "{}\nUPDATE_GOLDEN=1 renews the images",
        failures.join("\n")
    );
}

fn read_png(file: &Path, canvas: Canvas) -> Vec<u8> {
    let fail = |error: &dyn std::fmt::Display| -> ! { panic!("{}: {error}", file.display()) };
    let bytes = fs::read(file).unwrap_or_else(|error| fail(&error));
    let mut decoder = png::Decoder::new(std::io::Cursor::new(bytes));
    decoder.set_transformations(png::Transformations::normalize_to_color8());
    let mut reader = decoder.read_info().unwrap_or_else(|error| fail(&error));
    let mut image = vec![0; reader.output_buffer_size().unwrap_or_default()];
    let info = reader.next_frame(&mut image).unwrap_or_else(|error| fail(&error));
    let found = (info.width, info.height, info.color_type.samples() as u32);
    let wanted = (canvas.width, canvas.height, canvas.channels);
    if found != wanted {
        fail(&format!(
            "width, height and channels are {found:?}, the domain's are {wanted:?}"
        ));
    }
    image
}

fn write_png(file: &Path, canvas: Canvas, image: &[u8]) {
    let fail = |error: &dyn std::fmt::Display| -> ! { panic!("{}: {error}", file.display()) };
    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(&mut bytes, canvas.width, canvas.height);
    encoder.set_color(if canvas.channels == 1 {
        png::ColorType::Grayscale
    } else {
        png::ColorType::Rgb
    });
    encoder.set_depth(png::BitDepth::Eight);
    let written = encoder
        .write_header()
        .and_then(|mut writer| writer.write_image_data(image));
    written.unwrap_or_else(|error| fail(&error));
    fs::write(file, bytes).unwrap_or_else(|error| fail(&error));
}
