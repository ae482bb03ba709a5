//! Values at the C boundary: what [`abi::Value`] points to, in both directions.

use std::ffi::c_void;

use crate::{Inputs, Value, ValueKind, abi};

/// Greatest length of a text in bytes, and greatest number of items of a list, that are read.
const LONGEST: usize = 1 << 20;

/// Greatest number of values in a row that are read.
const MOST_ARGUMENTS: usize = 1024;

impl ValueKind {
    /// The kind with this number at the boundary.
    pub(crate) fn numbered(number: u32) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| *kind as u32 == number)
    }
}

/// The kinds as a set of bits.
pub fn bits_of(kinds: &[ValueKind]) -> u32 {
    kinds.iter().fold(0, |bits, kind| bits | 1 << *kind as u32)
}

/// The kinds in a set of bits, in the order of [`ValueKind::ALL`]; `None` if a bit means no kind.
pub fn kinds_of(bits: u32) -> Option<Vec<ValueKind>> {
    let kinds: Vec<ValueKind> = ValueKind::ALL
        .into_iter()
        .filter(|kind| bits & 1 << *kind as u32 != 0)
        .collect();
    (bits_of(&kinds) == bits).then_some(kinds)
}

/// Inputs as they cross the boundary.
#[derive(Debug)]
pub struct RawRows {
    /// What the values point into.
    inputs: Inputs,
    /// What the table points to.
    values: Vec<abi::Value>,
    table: Box<abi::Inputs>,
}

impl RawRows {
    /// Of `inputs`, whose rows have the same number of values.
    pub fn new(inputs: &Inputs) -> Self {
        let values: Vec<abi::Value> = inputs.rows().iter().flatten().map(raw).collect();
        let table = Box::new(abi::Inputs {
            values: values.as_ptr(),
            rows: inputs.rows().len(),
            arguments: inputs.rows().first().map_or(0, Vec::len),
        });
        Self {
            inputs: inputs.clone(),
            values,
            table,
        }
    }

    /// The inputs.
    pub fn inputs(&self) -> &Inputs {
        &self.inputs
    }

    /// The table. It may be read as long as `self` lives, also if that is moved.
    pub fn table(&self) -> *const abi::Inputs {
        &raw const *self.table
    }

    /// The values of each row.
    pub(crate) fn rows(&self) -> impl Iterator<Item = &[abi::Value]> {
        let arguments = self.table.arguments;
        (0..self.table.rows).map(move |row| &self.values[row * arguments..][..arguments])
    }
}

fn raw(value: &Value) -> abi::Value {
    let (length, data): (usize, *const c_void) = match value {
        Value::Text(text) => (text.len(), text.as_ptr().cast()),
        Value::Integer(number) => (1, std::ptr::from_ref(number).cast()),
        Value::Integers(items) => (items.len(), items.as_ptr().cast()),
        Value::Numbers(items) => (items.len(), items.as_ptr().cast()),
        Value::Boolean(value) => (1, std::ptr::from_ref(value).cast()),
    };
    abi::Value {
        kind: value.kind() as u32,
        length: u32::try_from(length).unwrap_or(u32::MAX),
        data,
    }
}

/// The values of a row from the other side.
///
/// # Safety
/// `values` is null or has `count` values, if these are not over 1024, and each points to what its kind and length
/// say, if the length is not over 1048576.
///
/// # Errors
/// What is wrong with the row, in words.
pub unsafe fn row(values: *const abi::Value, count: usize) -> Result<Vec<Value>, String> {
    if count > MOST_ARGUMENTS {
        return Err(format!(
            "a row has {count} inputs; at most {MOST_ARGUMENTS} are allowed"
        ));
    }
    if values.is_null() || !values.is_aligned() {
        return match count {
            0 => Ok(Vec::new()),
            _ => Err(format!(
                "the values of a row are at {values:p}, and their number is {count}"
            )),
        };
    }
    // SAFETY: not null, aligned, and as many as the caller says.
    let values = unsafe { std::slice::from_raw_parts(values, count) };
    // SAFETY: the caller says that each value is one.
    values.iter().map(|value| unsafe { read(value) }).collect()
}

/// # Safety
/// As [`row`] says of a value.
unsafe fn read(value: &abi::Value) -> Result<Value, String> {
    let kind = ValueKind::numbered(value.kind).ok_or_else(|| format!("a value has the kind {}", value.kind))?;
    let length = value.length as usize;
    if length > LONGEST {
        return Err(format!(
            "a value of the kind {kind} has the length {length}; at most {LONGEST} are allowed"
        ));
    }
    if !matches!(kind, ValueKind::Text | ValueKind::Integers | ValueKind::Numbers) && length != 1 {
        return Err(format!(
            "a value of the kind {kind} has the length {length}, which has to be 1"
        ));
    }
    Ok(match kind {
        ValueKind::Text => {
            // SAFETY: this many bytes, says the caller.
            let bytes = unsafe { items::<u8>(value.data, length)? };
            let text = std::str::from_utf8(bytes).map_err(|_| "a text is not UTF-8".to_owned())?;
            Value::Text(text.to_owned())
        }
        // SAFETY: a number, says the caller; the length is 1.
        ValueKind::Integer => Value::Integer(unsafe { items::<i64>(value.data, 1)? }[0]),
        // SAFETY: this many numbers, says the caller.
        ValueKind::Integers => Value::Integers(unsafe { items::<i64>(value.data, length)? }.to_vec()),
        // SAFETY: this many numbers, says the caller.
        ValueKind::Numbers => Value::Numbers(unsafe { items::<f64>(value.data, length)? }.to_vec()),
        // SAFETY: a byte, says the caller; the length is 1. It is read as a number, so that it may be any.
        ValueKind::Boolean => Value::Boolean(unsafe { items::<u8>(value.data, 1)? }[0] != 0),
    })
}

/// # Safety
/// `data` is null, misaligned, or leads to `length` values of `T` that live as long as the result. Any bytes are such values.
unsafe fn items<'a, T>(data: *const c_void, length: usize) -> Result<&'a [T], String> {
    let data = data.cast::<T>();
    if length == 0 {
        return Ok(&[]);
    }
    if data.is_null() || !data.is_aligned() {
        return Err(format!("the data of a value are at {data:p}"));
    }
    // SAFETY: not null, aligned, and as many as the caller says.
    Ok(unsafe { std::slice::from_raw_parts(data, length) })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all() -> Vec<Vec<Value>> {
        vec![
            vec![
                Value::from("Ad\u{e4}"),
                Value::Integer(-3),
                Value::Integers(vec![1, i64::MIN]),
                Value::Numbers(vec![0.5, -0.0]),
                Value::Boolean(true),
            ],
            vec![
                Value::from(""),
                Value::Integer(i64::MAX),
                Value::Integers(Vec::new()),
                Value::Numbers(Vec::new()),
                Value::Boolean(false),
            ],
        ]
    }

    #[test]
    fn values_cross_and_come_back() {
        let rows = all();
        let raw = RawRows::new(&Inputs::new(rows.clone()));
        assert_eq!((raw.table.rows, raw.table.arguments), (2, 5));
        // SAFETY: made of values that live.
        let read: Vec<_> = raw
            .rows()
            .map(|values| unsafe { row(values.as_ptr(), values.len()) })
            .collect();
        assert_eq!(read, rows.iter().cloned().map(Ok).collect::<Vec<_>>());
    }

    #[test]
    fn sets_of_kinds_are_bits() {
        for bits in 0..64 {
            match kinds_of(bits) {
                Some(kinds) => assert_eq!(bits_of(&kinds), bits),
                None => assert_eq!(bits & 1, 1, "no kind has the number 0"),
            }
        }
        assert_eq!(
            kinds_of(1 << 2 | 1 << 4),
            Some(vec![ValueKind::Integer, ValueKind::Numbers])
        );
        assert_eq!(kinds_of(1 << 6), None);
    }

    #[test]
    fn what_is_no_value_is_refused() {
        let number = 7i64;
        let data = std::ptr::from_ref(&number).cast::<c_void>();
        let value = |kind, length, data| abi::Value { kind, length, data };
        let fault = |value: abi::Value| {
            // SAFETY: the data is a number of eight bytes, and more is not read of it, or refused.
            unsafe { row(&value, 1) }.unwrap_err()
        };
        assert_eq!(fault(value(0, 1, data)), "a value has the kind 0");
        assert_eq!(fault(value(9, 1, data)), "a value has the kind 9");
        assert_eq!(
            fault(value(2, 2, data)),
            "a value of the kind integer has the length 2, which has to be 1"
        );
        assert!(fault(value(1, u32::MAX, data)).contains("at most 1048576"));
        assert!(fault(value(2, 1, std::ptr::null())).contains("the data of a value are at 0x0"));
        assert!(fault(value(4, 1, data.wrapping_byte_add(1))).contains("the data of a value are at"));
        let invalid = [0xffu8; 2];
        assert_eq!(fault(value(1, 2, invalid.as_ptr().cast())), "a text is not UTF-8");
        // SAFETY: null is refused.
        let null = unsafe { row(std::ptr::null(), 2) };
        assert!(null.unwrap_err().contains("their number is 2"));
        // SAFETY: too many are refused unread.
        let many = unsafe { row(&value(2, 1, data), 5000) };
        assert!(many.unwrap_err().contains("at most 1024"));
    }
}
