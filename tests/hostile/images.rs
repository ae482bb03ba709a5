//! Damaged, huge and foreign images.

use crate::attack::{Limits, attack_within, tiny_run};
use crate::tool::Place;

/// A hundred kilobytes that would be sixty million pixels: its size is read before its pixels are.
#[test]
fn a_picture_of_many_pixels() {
    let place = Place::new();
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
        error.contains("long.png: the picture has 6000x10000 pixels; at most 33554432 can be read"),
        "{error}"
    );
}
