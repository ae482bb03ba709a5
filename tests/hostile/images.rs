//! Damaged, huge and foreign images.

use jpeg_encoder::{ColorType, Encoder};

use crate::attack::{Limits, attack, attack_within, tiny_run};
use crate::tool::{TestDir, repository};

/// A search of the shipped Rainbow network for `targets`.
fn search(targets: &str) -> String {
    let run = repository("examples/checkpoints/rainbow-tiny");
    format!("search --run {} --budget 1 --target {targets}", run.display())
}

/// A JPEG file, white with a red square in the middle.
fn jpeg(side: u16) -> Vec<u8> {
    let mut bytes = Vec::new();
    let is_inside = |at: u16| (side / 4..3 * side / 4).contains(&at);
    let pixels = (0..side).flat_map(|y| (0..side).map(move |x| (x, y)));
    let pixels: Vec<u8> = pixels
        .flat_map(|(x, y)| match is_inside(x) && is_inside(y) {
            true => [255, 0, 0],
            false => [255, 255, 255],
        })
        .collect();
    let encoder = Encoder::new(&mut bytes, 90);
    encoder
        .encode(&pixels, side, side, ColorType::Rgb)
        .expect("a JPEG file");
    bytes
}

#[test]
fn the_content_says_what_an_image_is() {
    let place = TestDir::new();
    place.write("photo.png", jpeg(100));
    let ended = attack(&place, &search("photo.png"));
    assert!(ended.err.contains("photo.png: scaled from 100x100"), "{}", ended.err);
    assert!(ended.ok().starts_with("photo.png: "));
    for (name, bytes, said) in [
        (
            "a.png",
            &b"GIF89a\x01\0\x01\0\0\0\0;"[..],
            "a file of the type image/gif",
        ),
        ("b.jpg", b"RIFF\x24\0\0\0WEBPVP8 ", "a file of the type image/webp"),
        ("c.bmp", b"BM\x46\0\0\0\0\0\0\0", "a file of the type image/bmp"),
        ("d.png", b"", "an empty file"),
        ("e.png", b"<html>", "a file of the type text/html"),
        ("f.png", b"words", "no image file"),
    ] {
        place.write(name, bytes);
        let error = attack(&place, &search(name)).fails(1);
        assert_eq!(
            error,
            format!("error: {name}: {said}; PNG and JPEG files can be read\n")
        );
    }
}

#[test]
fn damaged_jpeg_files_are_refused() {
    let place = TestDir::new();
    let whole = jpeg(64);
    for end in [3, 20, whole.len() / 2, whole.len() - 2, whole.len() - 1] {
        place.write("cut.jpg", &whole[..end]);
        let error = attack(&place, &search("cut.jpg")).fails(1);
        assert!(error.starts_with("error: cut.jpg: the JPEG file is "), "{end}: {error}");
    }
    // Sizes that no file fills.
    let frame = whole.windows(2).position(|pair| pair == [0xff, 0xc0]).expect("a frame");
    let mut huge = whole.clone();
    huge[frame + 5..frame + 9].fill(0xff);
    place.write("huge.jpg", huge);
    let limits = Limits {
        seconds: 30,
        memory_mib: Some(4096),
    };
    let error = attack_within(&place, &search("huge.jpg"), limits).fails(1);
    assert!(
        error.contains("huge.jpg: the image has 65535x65535 pixels; at most "),
        "{error}"
    );
    // One wrong byte is a result or an error; the decoder makes up its mind within the limits.
    for at in (0..whole.len()).step_by(97) {
        let mut bytes = whole.clone();
        bytes[at] ^= 0x5a;
        place.write("wrong.jpg", bytes);
        let ended = attack_within(&place, &search("wrong.jpg"), limits);
        if ended.code != Some(0) {
            let error = ended.fails(1);
            assert!(error.contains("wrong.jpg: "), "byte {at}: {error}");
        }
    }
}

#[test]
fn folders_of_images_are_targets() {
    let place = TestDir::new();
    std::fs::create_dir_all(place.path("photos/more")).expect("a folder");
    place.write("photos/b.jpg", jpeg(64));
    place.write("photos/a", jpeg(64));
    place.write("photos/more/c.jpg", jpeg(64));
    place.write("photos/notes.txt", "words");
    // Whoever waits at a pipe waits for ever.
    let made = std::process::Command::new("mkfifo")
        .arg(place.path("photos/pipe.png"))
        .status();
    assert!(made.expect("mkfifo").success());
    let out = attack(&place, &search("photos")).ok();
    let names: Vec<&str> = out.lines().filter_map(|line| line.split(": ").next()).collect();
    assert_eq!(names, ["photos/a", "photos/b.jpg"]);
    std::fs::create_dir(place.path("empty")).expect("a folder");
    let error = attack(&place, &search("empty")).fails(1);
    assert_eq!(error, "error: empty: holds no PNG or JPEG file\n");
}

/// A hundred kilobytes that would be sixty million pixels: its size is read before its pixels are.
#[test]
fn an_image_of_many_pixels() {
    let place = TestDir::new();
    tiny_run(&place);
    let (width, height) = (6_000, 10_000);
    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(&mut bytes, width, height);
    encoder.set_color(png::ColorType::Grayscale);
    encoder.set_filter(png::Filter::NoFilter);
    let mut writer = encoder.write_header().expect("a header");
    writer
        .write_image_data(&vec![0; (width * height) as usize])
        .expect("pixels that can be written");
    drop(writer);
    assert!(bytes.len() < 1 << 20, "{} bytes", bytes.len());
    place.write("long.png", bytes);
    let limits = Limits {
        seconds: 60,
        memory_mib: Some(1024),
    };
    let error = attack_within(&place, "search --run run --budget 1 --target long.png", limits).fails(1);
    assert!(
        error.contains("long.png: the image has 6000x10000 pixels; at most 33554432 can be read"),
        "{error}"
    );
}
