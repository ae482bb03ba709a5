//! Frames: how calls and answers are written as bytes. [docs/plugins.md](../../../docs/plugins.md) describes them for other languages.
//!
//! A frame is the number of the bytes that follow (four bytes, the lowest first), a code, and a payload. All numbers have their lowest
//! byte first.

use std::io::{Error, ErrorKind, Read, Result, Write};

use tdf_domain::{Node, Value, ValueKind};

/// Version of the protocol. It rises with every change of a frame.
pub const PROTOCOL: u32 = 1;

/// The longest frame in bytes, its code included.
pub const LONGEST: usize = 1 << 28;

/// The code of an answer that is what was asked for.
pub const ANSWER: u8 = 0;
/// The code of an answer that says why the process failed: a text, such as a traceback.
pub const FAILURE: u8 = 1;
/// The code of an answer that says why a program has no image: a text.
pub const NO_IMAGE: u8 = 2;

/// What a process is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Function {
    /// The names of the ids in programs as JSON; the answer describes the domain as JSON.
    Describe = 1,
    /// The values of all options as JSON; the answer says what observations are, as JSON.
    Open = 2,
    /// Inputs, on which all programs of later calls run. The answer is empty.
    Bind = 3,
    /// A program; the answer is its observation.
    Render = 4,
    /// A criterion, an observation and a target; the answer is a byte, 1 or 0.
    Solved = 5,
    /// An observation and a target; the answer is a real number.
    Distance = 6,
    /// An observation; the answer is a byte, 1 or 0.
    IsUninformative = 7,
    /// A program; the answer is the text of its canonical form, or empty.
    Canonical = 8,
    /// A program; the answer is a document, or empty.
    Svg = 9,
    /// A program; the answer is a text, or empty.
    Shown = 10,
    /// A seed; the answer is inputs.
    SampleInputs = 11,
    /// A target; the answer is texts of programs, with a zero byte behind each.
    Constants = 12,
}

impl Function {
    /// All of them, in the order of their codes.
    pub const ALL: [Self; 12] = [
        Self::Describe,
        Self::Open,
        Self::Bind,
        Self::Render,
        Self::Solved,
        Self::Distance,
        Self::IsUninformative,
        Self::Canonical,
        Self::Svg,
        Self::Shown,
        Self::SampleInputs,
        Self::Constants,
    ];

    /// Its name in the description of a domain and in messages.
    pub fn name(self) -> &'static str {
        match self {
            Self::Describe => "describe",
            Self::Open => "open",
            Self::Bind => "bind",
            Self::Render => "render",
            Self::Solved => "solved",
            Self::Distance => "distance",
            Self::IsUninformative => "is_uninformative",
            Self::Canonical => "canonical",
            Self::Svg => "svg",
            Self::Shown => "shown",
            Self::SampleInputs => "sample_inputs",
            Self::Constants => "constants",
        }
    }
}

/// A frame that is being written.
#[derive(Clone, Debug)]
pub struct Frame(Vec<u8>);

impl Frame {
    /// An empty one with this code.
    pub fn new(code: u8) -> Self {
        Self(vec![0, 0, 0, 0, code])
    }

    /// Appends bytes as they are.
    pub fn bytes(mut self, bytes: &[u8]) -> Self {
        self.0.extend_from_slice(bytes);
        self
    }

    /// Appends bytes behind their number.
    pub fn counted(self, bytes: &[u8]) -> Self {
        self.number(bytes.len() as u32).bytes(bytes)
    }

    /// Appends a number of four bytes.
    pub fn number(self, number: u32) -> Self {
        self.bytes(&number.to_le_bytes())
    }

    /// Appends the nodes of a program behind their number, three numbers each.
    pub fn program(mut self, nodes: &[Node]) -> Self {
        self = self.number(nodes.len() as u32);
        for node in nodes {
            for number in [node.production.0, node.token.0, node.len] {
                self.0.extend_from_slice(&number.to_le_bytes());
            }
        }
        self
    }

    /// Appends rows of values: their number, the number of values in a row, and each value.
    pub fn rows(mut self, rows: &[Vec<Value>]) -> Self {
        self = self
            .number(rows.len() as u32)
            .number(rows.first().map_or(0, Vec::len) as u32);
        for value in rows.iter().flatten() {
            self.0.push(value.kind() as u8);
            self = match value {
                Value::Text(text) => self.counted(text.as_bytes()),
                Value::Integer(number) => self.counted(&number.to_le_bytes()),
                Value::Integers(items) => self.counted(&words(items.iter().map(|item| item.to_le_bytes()))),
                Value::Numbers(items) => self.counted(&words(items.iter().map(|item| item.to_le_bytes()))),
                Value::Boolean(value) => self.counted(&[u8::from(*value)]),
            };
        }
        self
    }

    /// Writes the frame.
    ///
    /// # Errors
    /// Those of `to`, and a frame that is too long.
    pub fn send(mut self, to: &mut impl Write) -> Result<()> {
        let length = self.0.len() - 4;
        if length > LONGEST {
            return Err(Error::new(
                ErrorKind::InvalidInput,
                format!("a frame of {length} bytes is too long"),
            ));
        }
        self.0[..4].copy_from_slice(&(length as u32).to_le_bytes());
        to.write_all(&self.0)?;
        to.flush()
    }
}

fn words(words: impl Iterator<Item = [u8; 8]>) -> Vec<u8> {
    words.flatten().collect()
}

/// Reads a frame: its code and its payload.
///
/// # Errors
/// Those of `from`; the end of it inside a frame; a frame that is empty or too long ([`ErrorKind::InvalidData`]).
pub fn receive(from: &mut impl Read) -> Result<(u8, Vec<u8>)> {
    let mut length = [0; 4];
    from.read_exact(&mut length)?;
    let length = u32::from_le_bytes(length) as usize;
    if !(1..=LONGEST).contains(&length) {
        return Err(Error::new(
            ErrorKind::InvalidData,
            format!("a frame of {length} bytes; allowed are 1 to {LONGEST}"),
        ));
    }
    // What is read decides how much memory is taken, not what the frame says.
    let mut frame = Vec::new();
    from.take(length as u64).read_to_end(&mut frame)?;
    if frame.len() < length {
        return Err(ErrorKind::UnexpectedEof.into());
    }
    let code = frame.remove(0);
    Ok((code, frame))
}

/// A payload that is being read. Every method returns `None` at bytes that are not what it reads.
#[derive(Clone, Copy, Debug)]
pub struct Payload<'a>(pub &'a [u8]);

impl<'a> Payload<'a> {
    /// The next bytes.
    pub fn bytes(&mut self, count: usize) -> Option<&'a [u8]> {
        let (bytes, rest) = self.0.split_at_checked(count)?;
        self.0 = rest;
        Some(bytes)
    }

    /// A number of four bytes.
    pub fn number(&mut self) -> Option<u32> {
        Some(u32::from_le_bytes(*self.bytes(4)?.first_chunk()?))
    }

    /// Bytes behind their number.
    pub fn counted(&mut self) -> Option<&'a [u8]> {
        let count = self.number()?;
        self.bytes(count as usize)
    }

    /// Rows of values, and nothing behind them.
    pub fn rows(mut self) -> Option<Vec<Vec<Value>>> {
        let (rows, arguments) = (self.number()?, self.number()?);
        // A value takes five bytes or more.
        let most = self.0.len() / 5;
        if rows as usize * arguments as usize > most || (arguments == 0 && rows > 0) {
            return None;
        }
        let mut all = Vec::with_capacity(rows as usize);
        for _ in 0..rows {
            let row: Option<Vec<Value>> = (0..arguments).map(|_| self.value()).collect();
            all.push(row?);
        }
        self.0.is_empty().then_some(all)
    }

    fn value(&mut self) -> Option<Value> {
        let code = self.bytes(1)?[0];
        let kind = ValueKind::ALL.into_iter().find(|kind| *kind as u8 == code)?;
        let bytes = self.counted()?;
        let (words, rest) = bytes.as_chunks::<8>();
        let whole = rest.is_empty();
        match kind {
            ValueKind::Text => Some(Value::Text(std::str::from_utf8(bytes).ok()?.to_owned())),
            ValueKind::Integer => match words {
                [word] if whole => Some(Value::Integer(i64::from_le_bytes(*word))),
                _ => None,
            },
            ValueKind::Integers => {
                whole.then(|| Value::Integers(words.iter().map(|word| i64::from_le_bytes(*word)).collect()))
            }
            ValueKind::Numbers => {
                whole.then(|| Value::Numbers(words.iter().map(|word| f64::from_le_bytes(*word)).collect()))
            }
            ValueKind::Boolean => match bytes {
                [byte @ (0 | 1)] => Some(Value::Boolean(*byte == 1)),
                _ => None,
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sent(frame: Frame) -> Vec<u8> {
        let mut bytes = Vec::new();
        frame.send(&mut bytes).unwrap();
        bytes
    }

    #[test]
    fn frames_come_back() {
        let rows = vec![
            vec![Value::from("Ad\u{e4}"), Value::Integer(-3), Value::Boolean(true)],
            vec![Value::from(""), Value::Integer(i64::MAX), Value::Boolean(false)],
        ];
        let lists = vec![vec![Value::Integers(vec![1, -2]), Value::Numbers(vec![0.5])]];
        for rows in [rows, lists, Vec::new()] {
            let bytes = sent(Frame::new(7).rows(&rows));
            let (code, payload) = receive(&mut &*bytes).unwrap();
            assert_eq!((code, Payload(&payload).rows()), (7, Some(rows)));
            // Nothing shorter, and nothing longer, is rows.
            for length in 0..payload.len() {
                assert_eq!(Payload(&payload[..length]).rows(), None, "{length}");
            }
            assert_eq!(Payload(&[&payload[..], &[0]].concat()).rows(), None);
        }
    }

    #[test]
    fn frames_that_are_none() {
        let kind = |bytes: &[u8]| receive(&mut &*bytes).unwrap_err().kind();
        assert_eq!(kind(&[]), ErrorKind::UnexpectedEof);
        assert_eq!(kind(&[3, 0, 0, 0, 1]), ErrorKind::UnexpectedEof);
        assert_eq!(kind(&[0, 0, 0, 0]), ErrorKind::InvalidData);
        assert_eq!(kind(b"Traceback (most recent call last)"), ErrorKind::InvalidData);
        assert_eq!(receive(&mut &[1u8, 0, 0, 0, 9, 8][..]).unwrap(), (9, Vec::new()));
    }

    #[test]
    fn codes_are_numbers_from_1() {
        for (code, function) in (1..).zip(Function::ALL) {
            assert_eq!(function as u8, code);
        }
    }
}
