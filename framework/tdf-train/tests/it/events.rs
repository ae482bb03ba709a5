//! The event file, read by a reader that shares nothing with the writer.

use std::collections::BTreeMap;
use std::path::Path;

use tch::Device;
use tdf_config::Interval;
use tdf_train::train;

use crate::domain::{rainbow, tiny};

/// A field of a protocol buffer.
#[derive(Debug)]
enum Field<'a> {
    Number(u64),
    Bytes(&'a [u8]),
}

fn varint(bytes: &mut &[u8]) -> u64 {
    let mut value = 0;
    for shift in (0..).step_by(7) {
        let (byte, rest) = bytes.split_first().expect("a number ends");
        *bytes = rest;
        value |= u64::from(byte & 0x7f) << shift;
        if byte & 0x80 == 0 {
            break;
        }
    }
    value
}

fn fields(mut bytes: &[u8]) -> Vec<(u64, Field<'_>)> {
    let mut fields = Vec::new();
    while !bytes.is_empty() {
        let tag = varint(&mut bytes);
        let mut take = |length: usize| {
            let (taken, rest) = bytes.split_at(length);
            bytes = rest;
            taken
        };
        let field = match tag & 7 {
            1 => Field::Number(u64::from_le_bytes(take(8).try_into().unwrap())),
            5 => Field::Number(u64::from(u32::from_le_bytes(take(4).try_into().unwrap()))),
            0 => Field::Number(varint(&mut bytes)),
            2 => {
                let length = varint(&mut bytes) as usize;
                let (taken, rest) = bytes.split_at(length);
                bytes = rest;
                Field::Bytes(taken)
            }
            wire => panic!("wire type {wire}"),
        };
        fields.push((tag >> 3, field));
    }
    fields
}

fn bytes<'a>(fields: &[(u64, Field<'a>)], number: u64) -> Option<&'a [u8]> {
    fields.iter().find_map(|(n, field)| match field {
        Field::Bytes(bytes) if *n == number => Some(*bytes),
        _ => None,
    })
}

fn number(fields: &[(u64, Field<'_>)], wanted: u64) -> Option<u64> {
    fields.iter().find_map(|(n, field)| match field {
        Field::Number(x) if *n == wanted => Some(*x),
        _ => None,
    })
}

/// An image of an event file: step, width, height, PNG file.
type Image = (u64, u64, u64, Vec<u8>);

/// What a run's event file holds.
#[derive(Default)]
struct Read {
    /// Steps and values by tag.
    scalars: BTreeMap<String, Vec<(u64, f32)>>,
    texts: BTreeMap<String, String>,
    images: BTreeMap<String, Vec<Image>>,
}

fn read(run: &Path) -> Read {
    let entries = std::fs::read_dir(run).unwrap().map(|entry| entry.unwrap().path());
    let file = entries
        .filter(|path| path.to_string_lossy().contains("tfevents"))
        .max()
        .unwrap();
    let whole = std::fs::read(file).unwrap();
    let mut rest = &whole[..];
    let mut read = Read::default();
    while !rest.is_empty() {
        let length = u64::from_le_bytes(rest[..8].try_into().unwrap()) as usize;
        let message = &rest[12..12 + length];
        let checksum = u32::from_le_bytes(rest[12 + length..16 + length].try_into().unwrap());
        let expected = crc32c::crc32c(message).rotate_right(15).wrapping_add(0xa282_ead8);
        assert_eq!(checksum, expected);
        rest = &rest[16 + length..];
        let event = fields(message);
        let step = number(&event, 2).unwrap_or_default();
        let summary = fields(bytes(&event, 5).unwrap_or_default());
        for (_, value) in summary {
            let Field::Bytes(value) = value else { panic!("a value") };
            let value = fields(value);
            let tag = String::from_utf8(bytes(&value, 1).unwrap().to_vec()).unwrap();
            if let Some(bits) = number(&value, 2) {
                let scalar = f32::from_bits(bits as u32);
                read.scalars.entry(tag).or_default().push((step, scalar));
            } else if let Some(image) = bytes(&value, 4) {
                let image = fields(image);
                let size = |field| number(&image, field).unwrap();
                assert_eq!(size(3), 3, "RGB");
                let png = bytes(&image, 4).unwrap().to_vec();
                read.images.entry(tag).or_default().push((step, size(2), size(1), png));
            } else {
                let metadata = fields(bytes(&value, 9).expect("metadata"));
                let plugin = fields(bytes(&metadata, 1).expect("a plugin"));
                assert_eq!(bytes(&plugin, 1), Some(&b"text"[..]));
                let tensor = fields(bytes(&value, 8).expect("a tensor"));
                assert_eq!(number(&tensor, 1), Some(7), "DT_STRING");
                let text = String::from_utf8(bytes(&tensor, 8).unwrap().to_vec()).unwrap();
                read.texts.insert(tag, text);
            }
        }
    }
    read
}

#[test]
fn tensorboard_gets_configuration_curves_and_images() {
    let folder = tempfile::tempdir().unwrap();
    let mut config = tiny();
    config.train.steps = 8;
    config.train.evaluate_every = Interval::Steps(4);
    config.evaluate.tasks = 6;
    config.evaluate.budget = 20;
    train(rainbow(), &config, folder.path(), false, Device::Cpu, &mut ()).unwrap();
    let read = read(folder.path());

    let text = &read.texts["config"];
    let toml: String = text
        .lines()
        .map(|line| line.strip_prefix("    ").unwrap().to_owned() + "\n")
        .collect();
    assert_eq!(tdf_config::Config::from_toml(&toml), Ok(config));

    let rates: Vec<&str> = read
        .scalars
        .keys()
        .map(String::as_str)
        .filter(|tag| tag.starts_with("solve_rate/"))
        .collect();
    assert_eq!(
        rates,
        ["solve_rate/within_1", "solve_rate/within_10", "solve_rate/within_20"]
    );
    let steps = |values: &[(u64, f32)]| values.iter().map(|(step, _)| *step).collect::<Vec<_>>();
    for tag in &rates {
        assert_eq!(steps(&read.scalars[*tag]), [0, 4, 8], "{tag}");
    }
    assert_eq!(read.scalars["train/solve_rate"], read.scalars["solve_rate/within_20"]);
    for ((_, few), (_, many)) in read.scalars["solve_rate/within_1"]
        .iter()
        .zip(&read.scalars["solve_rate/within_10"])
    {
        assert!(few <= many);
    }

    let tags: Vec<&str> = read.images.keys().map(String::as_str).collect();
    assert_eq!(tags, ["tasks/0", "tasks/1", "tasks/2", "tasks/3"]);
    for (tag, images) in &read.images {
        let first = &images[0];
        assert_eq!(
            images.iter().map(|image| image.0).collect::<Vec<_>>(),
            [0, 4, 8],
            "{tag}"
        );
        for (_, width, height, file) in images {
            let mut reader = png::Decoder::new(std::io::Cursor::new(file)).read_info().unwrap();
            let mut pixels = vec![0; reader.output_buffer_size().unwrap()];
            let frame = reader.next_frame(&mut pixels).unwrap();
            assert_eq!((u64::from(frame.width), u64::from(frame.height)), (*width, *height));
            // Rainbow's images are 64 pixels wide: both twice as large, with a gap.
            assert_eq!((*width, *height), (2 * 128 + 4, 128), "{tag}");
            // The target on the left stays.
            let left = |pixels: &[u8]| {
                pixels
                    .chunks(3 * *width as usize)
                    .flat_map(|row| row[..3 * 128].to_vec())
                    .collect::<Vec<u8>>()
            };
            let mut before = png::Decoder::new(std::io::Cursor::new(&first.3)).read_info().unwrap();
            let mut earlier = vec![0; before.output_buffer_size().unwrap()];
            before.next_frame(&mut earlier).unwrap();
            assert!(left(&pixels) == left(&earlier), "{tag}");
        }
    }
}
