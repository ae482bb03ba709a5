//! The form of observations: images, or the outputs of a program.

use crate::{Canvas, Inputs, Value};

/// The form of the observations of a domain (the paper's x). An observation is a slice of bytes in this form.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ObservationSpec {
    /// An image.
    Image(Canvas),
    /// The outputs of a program on its inputs.
    Values(ValueSpec),
}

impl ObservationSpec {
    /// The same form, of no particular inputs: what all tasks of a domain have in common.
    pub fn unbound(self) -> Self {
        match self {
            Self::Image(_) => self,
            Self::Values(values) => Self::Values(ValueSpec { rows: 0, ..values }),
        }
    }

    /// Bytes of an observation.
    pub fn bytes(self) -> usize {
        match self {
            Self::Image(canvas) => canvas.bytes(),
            Self::Values(values) => values.bytes(),
        }
    }

    /// The observation of a program that shows nothing: an empty image, or one that fails on all inputs.
    pub fn blank(self) -> Vec<u8> {
        let value = match self {
            Self::Image(canvas) => canvas.background,
            Self::Values(_) => 0,
        };
        vec![value; self.bytes()]
    }

    /// The form of the image, if it is one.
    pub fn canvas(self) -> Option<Canvas> {
        match self {
            Self::Image(canvas) => Some(canvas),
            Self::Values(_) => None,
        }
    }

    /// The form of the outputs, if they are no image.
    pub fn values(self) -> Option<ValueSpec> {
        match self {
            Self::Image(_) => None,
            Self::Values(values) => Some(values),
        }
    }
}

impl From<Canvas> for ObservationSpec {
    fn from(canvas: Canvas) -> Self {
        Self::Image(canvas)
    }
}

/// What a network is shown: the observations of the current program and of the target, both on the same inputs.
#[derive(Clone, Copy, Debug)]
pub struct ObservationPair<'a> {
    /// The inputs; none in domains of images.
    pub inputs: &'a Inputs,
    /// The observation of the current program.
    pub current: &'a [u8],
    /// The observation of the target.
    pub target: &'a [u8],
}

/// The form of outputs: a slot of fixed length for each row of inputs.
///
/// A slot is a header of [`ValueSpec::HEADER`] bytes and the room for the value. The header has the kind of the value (the number
/// of its [`ValueKind`](crate::ValueKind); 0 if the program failed on this row), an unused byte, and the number of bytes of the value
/// (little-endian). Texts are in UTF-8, whole numbers are `i64`, real numbers `f64`, both little-endian, a Boolean is a byte. Bytes
/// behind the value are 0, so equal outputs are equal bytes.
///
/// # Examples
///
/// ```
/// use tdf_domain::{Value, ValueSpec};
///
/// let spec = ValueSpec { rows: 2, max_bytes: 8 };
/// let outputs = [Some(Value::from("abc")), None];
/// let bytes = spec.encode(&outputs);
/// assert_eq!(bytes.len(), spec.bytes());
/// assert_eq!(spec.decode(&bytes), outputs);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ValueSpec {
    /// Number of rows of inputs.
    pub rows: u32,
    /// Bytes of the longest output.
    pub max_bytes: u32,
}

impl ValueSpec {
    /// Bytes of the header of a slot.
    pub const HEADER: usize = 4;

    /// Bytes of all slots.
    pub fn bytes(self) -> usize {
        self.rows as usize * self.slot()
    }

    /// Bytes of a slot.
    pub fn slot(self) -> usize {
        Self::HEADER + self.max_bytes as usize
    }

    /// Writes the output of a row into its slot. A value that is too long, or has a number that is not finite, is a failure.
    pub fn write(self, value: Option<&Value>, slot: &mut [u8]) {
        slot.fill(0);
        let Some(value) = value else { return };
        let room = &mut slot[Self::HEADER..];
        let length = match value {
            Value::Text(text) => put(room, text.as_bytes()),
            Value::Integer(number) => put(room, &number.to_le_bytes()),
            Value::Integers(items) => put_all(room, items.iter().map(|item| item.to_le_bytes())),
            Value::Numbers(items) if !items.iter().all(|item| item.is_finite()) => None,
            Value::Numbers(items) => put_all(room, items.iter().map(|item| item.to_le_bytes())),
            Value::Boolean(value) => put(room, &[u8::from(*value)]),
        };
        match length.and_then(|length| u16::try_from(length).ok()) {
            Some(length) => {
                slot[0] = value.kind() as u8;
                slot[2..4].copy_from_slice(&length.to_le_bytes());
            }
            None => slot.fill(0),
        }
    }

    /// The bytes of the value in each slot; `None` for rows on which the program failed.
    pub fn slots(self, observation: &[u8]) -> impl Iterator<Item = Option<&[u8]>> {
        observation.chunks_exact(self.slot()).map(|slot| {
            let (kind, bytes) = slot_value(slot);
            (kind != 0).then_some(bytes)
        })
    }

    /// The slots of `outputs`, one after the other.
    pub fn encode(self, outputs: &[Option<Value>]) -> Vec<u8> {
        let mut bytes = vec![0; self.bytes()];
        for (output, slot) in outputs.iter().zip(bytes.chunks_exact_mut(self.slot())) {
            self.write(output.as_ref(), slot);
        }
        bytes
    }

    /// The outputs in an observation; `None` for rows on which the program failed.
    pub fn decode(self, observation: &[u8]) -> Vec<Option<Value>> {
        observation.chunks_exact(self.slot()).map(decode_slot).collect()
    }
}

/// The kind and the bytes of the value in a slot.
pub(crate) fn slot_value(slot: &[u8]) -> (u8, &[u8]) {
    let length = usize::from(u16::from_le_bytes([slot[2], slot[3]]));
    let room = &slot[ValueSpec::HEADER..];
    (slot[0], &room[..length.min(room.len())])
}

fn decode_slot(slot: &[u8]) -> Option<Value> {
    let (kind, bytes) = slot_value(slot);
    match kind {
        1 => Some(Value::Text(String::from_utf8_lossy(bytes).into_owned())),
        2 => bytes
            .first_chunk()
            .map(|bytes| Value::Integer(i64::from_le_bytes(*bytes))),
        3 => Some(Value::Integers(words(bytes).map(i64::from_le_bytes).collect())),
        4 => Some(Value::Numbers(words(bytes).map(f64::from_le_bytes).collect())),
        5 => bytes.first().map(|&byte| Value::Boolean(byte != 0)),
        _ => None,
    }
}

pub(crate) fn words(bytes: &[u8]) -> impl Iterator<Item = [u8; 8]> {
    bytes.as_chunks().0.iter().copied()
}

/// Copies `bytes` to the front of `room`; their number, if there is room.
fn put(room: &mut [u8], bytes: &[u8]) -> Option<usize> {
    room.get_mut(..bytes.len())?.copy_from_slice(bytes);
    Some(bytes.len())
}

fn put_all(room: &mut [u8], words: impl ExactSizeIterator<Item = [u8; 8]>) -> Option<usize> {
    let length = 8 * words.len();
    let room = room.get_mut(..length)?;
    for (room, word) in room.as_chunks_mut().0.iter_mut().zip(words) {
        *room = word;
    }
    Some(length)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{ValueKind, rng_stream};
    use rand::RngExt as _;

    /// A random value of any kind, often one that is too long for 40 bytes.
    fn random_value(rng: &mut crate::Rng) -> Value {
        let length = rng.random_range(0..8);
        match ValueKind::ALL[rng.random_range(0..ValueKind::ALL.len())] {
            ValueKind::Text => Value::Text((0..6 * length).map(|_| rng.random_range('a'..'\u{e9}')).collect()),
            ValueKind::Integer => Value::Integer(rng.random()),
            ValueKind::Integers => Value::Integers((0..length).map(|_| rng.random_range(-3..3)).collect()),
            ValueKind::Numbers => Value::Numbers((0..length).map(|_| rng.random_range(-1.0..1.0)).collect()),
            ValueKind::Boolean => Value::Boolean(rng.random()),
        }
    }

    #[test]
    fn slots_hold_what_was_written() {
        let mut rng = rng_stream(5, 0);
        let spec = ValueSpec { rows: 3, max_bytes: 40 };
        let (mut fits, mut fails) = (0, 0);
        for _ in 0..3000 {
            let outputs: Vec<Option<Value>> = (0..3)
                .map(|_| rng.random_bool(0.9).then(|| random_value(&mut rng)))
                .collect();
            let length = |value: &Value| match value {
                Value::Text(text) => text.len(),
                Value::Integer(_) => 8,
                Value::Integers(items) => 8 * items.len(),
                Value::Numbers(items) => 8 * items.len(),
                Value::Boolean(_) => 1,
            };
            // What is too long is a failure.
            let expected: Vec<Option<Value>> = outputs
                .iter()
                .map(|output| output.clone().filter(|value| length(value) <= 40))
                .collect();
            let bytes = spec.encode(&outputs);
            assert_eq!(spec.decode(&bytes), expected);
            // Equal outputs are equal bytes, whatever was there before.
            let mut again = vec![7; spec.bytes()];
            for (output, slot) in expected.iter().zip(again.chunks_mut(spec.slot())) {
                spec.write(output.as_ref(), slot);
            }
            assert_eq!(again, bytes);
            let failed = expected.iter().filter(|output| output.is_none()).count();
            (fits, fails) = (fits + 3 - failed, fails + failed);
        }
        assert!(fits > 2000 && fails > 1000, "{fits} {fails}");
        let numbers = spec.encode(&[Some(Value::Numbers(vec![f64::NAN])), None, None]);
        assert_eq!(numbers, vec![0; spec.bytes()]);
    }
}
