//! Event files of TensorBoard.
//!
//! A file is a sequence of records: length (8 bytes, little endian), its checksum, the message, its checksum (TFRecord).
//! The messages are protocol buffers, `Event` of TensorFlow's `event.proto`; only four of its fields are needed.

use std::fs::File;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use crate::error::Naming;
use crate::{Row, RunError};

/// An open event file.
#[derive(Debug)]
pub(crate) struct Events {
    path: PathBuf,
    file: File,
}

impl Events {
    /// Begins a new event file in `folder` for what comes after `step`. TensorBoard then forgets later steps of older files.
    pub(crate) fn begin(folder: &Path, step: u64) -> Result<Self, RunError> {
        let now = now();
        // TensorBoard reads the files of a folder in the order of their names.
        let (seconds, nanos) = (now.as_secs(), now.subsec_nanos());
        let path = folder.join(format!("events.out.tfevents.{seconds:010}.{nanos:09}.tdf"));
        let file = File::options()
            .append(true)
            .create(true)
            .open(&path)
            .naming("open", &path)?;
        let mut events = Self { path, file };
        events.write(&Event {
            wall_time: now,
            step: 0,
            content: Content::FileVersion,
        })?;
        // Purged are the steps from that of the event on.
        events.write(&Event {
            wall_time: now,
            step: step + 1,
            content: Content::SessionStart,
        })?;
        Ok(events)
    }

    /// Appends the scalars of a row.
    pub(crate) fn row(&mut self, row: &Row) -> Result<(), RunError> {
        let scalars = row
            .scalars()
            .map(|(name, value)| (format!("train/{name}"), value as f32))
            .collect();
        self.write(&Event {
            wall_time: now(),
            step: row.step,
            content: Content::Scalars(scalars),
        })
    }

    fn write(&mut self, event: &Event) -> Result<(), RunError> {
        self.file
            .write_all(&record(&event.encode()))
            .naming("write", &self.path)
    }
}

fn now() -> Duration {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default()
}

struct Event {
    wall_time: Duration,
    step: u64,
    content: Content,
}

enum Content {
    FileVersion,
    SessionStart,
    Scalars(Vec<(String, f32)>),
}

// The wire types of protocol buffers.
const VARINT: u64 = 0;
const EIGHT_BYTES: u64 = 1;
const BYTES: u64 = 2;
const FOUR_BYTES: u64 = 5;

impl Event {
    fn encode(&self) -> Vec<u8> {
        let mut out = Vec::new();
        varint(&mut out, 1 << 3 | EIGHT_BYTES);
        out.extend(self.wall_time.as_secs_f64().to_le_bytes());
        varint(&mut out, 2 << 3 | VARINT);
        varint(&mut out, self.step);
        match &self.content {
            Content::FileVersion => bytes(&mut out, 3, b"brain.Event:2"),
            Content::SessionStart => bytes(&mut out, 7, &[1 << 3, 1]),
            Content::Scalars(scalars) => {
                let mut summary = Vec::new();
                for (tag, value) in scalars {
                    let mut scalar = Vec::new();
                    bytes(&mut scalar, 1, tag.as_bytes());
                    varint(&mut scalar, 2 << 3 | FOUR_BYTES);
                    scalar.extend(value.to_le_bytes());
                    bytes(&mut summary, 1, &scalar);
                }
                bytes(&mut out, 5, &summary);
            }
        }
        out
    }
}

fn varint(out: &mut Vec<u8>, mut value: u64) {
    while value >= 0x80 {
        out.push(value as u8 | 0x80);
        value >>= 7;
    }
    out.push(value as u8);
}

fn bytes(out: &mut Vec<u8>, field: u64, content: &[u8]) {
    varint(out, field << 3 | BYTES);
    varint(out, content.len() as u64);
    out.extend_from_slice(content);
}

fn record(message: &[u8]) -> Vec<u8> {
    let length = (message.len() as u64).to_le_bytes();
    let mut out = Vec::with_capacity(message.len() + 16);
    out.extend(length);
    out.extend(checksum(&length).to_le_bytes());
    out.extend(message);
    out.extend(checksum(message).to_le_bytes());
    out
}

/// TFRecord's masked CRC32C: a checksum of data that holds checksums should not be weak.
fn checksum(data: &[u8]) -> u32 {
    crc32c::crc32c(data).rotate_right(15).wrapping_add(0xa282_ead8)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn encodes_as_tensorflow_does() {
        let wall_time = Duration::from_secs(1);
        let scalars = Content::Scalars(vec![("train/loss".into(), 0.5)]);
        let event = Event {
            wall_time,
            step: 300,
            content: scalars,
        };
        let hex: String = event.encode().iter().map(|b| format!("{b:02x}")).collect();
        // From tensorboard's own event_pb2: Event(wall_time=1, step=300, summary=Summary(value=[Value(...)])).
        expect_test::expect!["09000000000000f03f10ac022a130a110a0a747261696e2f6c6f7373150000003f"].assert_eq(&hex);
    }

    #[test]
    fn frames_records() {
        // The first record of any event file: its length is 0x18, and TensorFlow writes these checksums for it.
        let framed = record(&[0; 24]);
        assert_eq!(framed.len(), 40);
        assert_eq!(&framed[..8], [24, 0, 0, 0, 0, 0, 0, 0]);
        assert_eq!(framed[8..12], 0x224b_7fa3_u32.to_le_bytes());
    }
}
