//! The encoding of TensorBoard's event files.
//!
//! A file is a sequence of records: length (8 bytes, little endian), its checksum, the message, its checksum (TFRecord).
//! The messages are protocol buffers: `Event` of TensorFlow's `event.proto`, with `Summary` of `summary.proto`. Only the
//! fields that are needed are here.

use std::time::Duration;

/// A message of an event file.
pub(crate) struct Event {
    pub wall_time: Duration,
    pub step: u64,
    pub content: Content,
}

/// The content of a message.
pub(crate) enum Content {
    FileVersion,
    SessionStart,
    /// Tags and values.
    Summary(Vec<(String, Value)>),
}

/// A value that TensorBoard shows.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Value {
    Scalar(f32),
    /// Text in Markdown.
    Text(String),
    /// An RGB image as a PNG file.
    Image {
        width: u32,
        height: u32,
        png: Vec<u8>,
    },
}

// The wire types of protocol buffers.
const VARINT: u64 = 0;
const EIGHT_BYTES: u64 = 1;
const BYTES: u64 = 2;
const FOUR_BYTES: u64 = 5;

/// `DT_STRING` of `types.proto`.
const STRING: u64 = 7;
/// The colour space of `Summary.Image`.
const RGB: u64 = 3;

impl Event {
    /// The message as a record of an event file.
    pub(crate) fn record(&self) -> Vec<u8> {
        record(&self.encode())
    }

    fn encode(&self) -> Vec<u8> {
        let mut out = Vec::new();
        varint(&mut out, 1 << 3 | EIGHT_BYTES);
        out.extend(self.wall_time.as_secs_f64().to_le_bytes());
        number(&mut out, 2, self.step);
        match &self.content {
            Content::FileVersion => bytes(&mut out, 3, b"brain.Event:2"),
            Content::SessionStart => bytes(&mut out, 7, &[1 << 3, 1]),
            Content::Summary(values) => {
                let mut summary = Vec::new();
                for (tag, value) in values {
                    bytes(&mut summary, 1, &value.encode(tag));
                }
                bytes(&mut out, 5, &summary);
            }
        }
        out
    }
}

impl Value {
    /// `Summary.Value`.
    fn encode(&self, tag: &str) -> Vec<u8> {
        let mut out = Vec::new();
        bytes(&mut out, 1, tag.as_bytes());
        match self {
            Self::Scalar(value) => {
                varint(&mut out, 2 << 3 | FOUR_BYTES);
                out.extend(value.to_le_bytes());
            }
            Self::Image { width, height, png } => {
                let mut image = Vec::new();
                number(&mut image, 1, u64::from(*height));
                number(&mut image, 2, u64::from(*width));
                number(&mut image, 3, RGB);
                bytes(&mut image, 4, png);
                bytes(&mut out, 4, &image);
            }
            Self::Text(text) => {
                // A tensor of one text, and the name of the plugin that shows it.
                let mut tensor = Vec::new();
                number(&mut tensor, 1, STRING);
                bytes(&mut tensor, 2, &[2 << 3 | BYTES as u8, 2, 1 << 3, 1]);
                bytes(&mut tensor, 8, text.as_bytes());
                bytes(&mut out, 8, &tensor);
                let (mut plugin, mut metadata) = (Vec::new(), Vec::new());
                bytes(&mut plugin, 1, b"text");
                bytes(&mut metadata, 1, &plugin);
                bytes(&mut out, 9, &metadata);
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

fn number(out: &mut Vec<u8>, field: u64, value: u64) {
    varint(out, field << 3 | VARINT);
    varint(out, value);
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
        let scalars = Content::Summary(vec![("train/loss".into(), Value::Scalar(0.5))]);
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
