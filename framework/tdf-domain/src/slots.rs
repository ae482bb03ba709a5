//! Outputs that a plugin wrote, looked at before anything else reads them.

use crate::{ValueKind, ValueSpec};

/// What is wrong with the slots of `outputs`, if anything.
pub fn slots_fault(spec: ValueSpec, kinds: &[ValueKind], outputs: &[u8]) -> Option<String> {
    let mut slots = outputs.chunks_exact(spec.slot()).enumerate();
    slots.find_map(|(row, slot)| {
        let what = slot_fault(kinds, slot)?;
        Some(format!("wrote {what} as the output of row {}", row + 1))
    })
}

fn slot_fault(kinds: &[ValueKind], slot: &[u8]) -> Option<String> {
    let (header, room) = slot.split_at(ValueSpec::HEADER);
    let length = usize::from(u16::from_le_bytes([header[2], header[3]]));
    if header[1] != 0 {
        return Some(format!("{} into the unused byte of a header", header[1]));
    }
    let Some((value, rest)) = room.split_at_checked(length) else {
        return Some(format!(
            "a value of {length} bytes, where there is room for {},",
            room.len()
        ));
    };
    if rest.iter().any(|byte| *byte != 0) {
        return Some("bytes behind the value, which have to be 0,".to_owned());
    }
    if header[0] == 0 {
        return (length != 0).then(|| format!("a failure with {length} bytes"));
    }
    let Some(kind) = kinds.iter().find(|kind| **kind as u8 == header[0]) else {
        return Some(format!("the kind {}, which the signature does not name,", header[0]));
    };
    let words = value.as_chunks::<8>();
    let is_value = match kind {
        ValueKind::Text => std::str::from_utf8(value).is_ok(),
        ValueKind::Integer => length == 8,
        ValueKind::Integers => words.1.is_empty(),
        ValueKind::Numbers => words.1.is_empty() && words.0.iter().all(|word| f64::from_le_bytes(*word).is_finite()),
        ValueKind::Boolean => matches!(value, [0 | 1]),
    };
    (!is_value).then(|| format!("{length} bytes that are no value of the kind {kind}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Value;

    const SPEC: ValueSpec = ValueSpec { rows: 1, max_bytes: 24 };

    #[test]
    fn values_are_values() {
        let values = [
            Value::from("abc"),
            Value::Integer(-1),
            Value::Integers(vec![1, 2, 3]),
            Value::Numbers(vec![0.5]),
            Value::Boolean(true),
        ];
        for value in values {
            let bytes = SPEC.encode(&[Some(value.clone())]);
            assert_eq!(slots_fault(SPEC, &ValueKind::ALL, &bytes), None, "{value}");
            let others: Vec<ValueKind> = ValueKind::ALL
                .into_iter()
                .filter(|kind| *kind != value.kind())
                .collect();
            assert!(
                slots_fault(SPEC, &others, &bytes).unwrap().contains("does not name"),
                "{value}"
            );
        }
        assert_eq!(slots_fault(SPEC, &[], &SPEC.encode(&[None])), None);
    }

    #[test]
    fn everything_else_is_told() {
        let changed = |value: Value, at: usize, to: u8| {
            let mut bytes = SPEC.encode(&[Some(value)]);
            bytes[at] = to;
            slots_fault(SPEC, &ValueKind::ALL, &bytes).unwrap()
        };
        let text = || Value::from("abc");
        assert_eq!(
            changed(text(), 0, 9),
            "wrote the kind 9, which the signature does not name, as the output of row 1"
        );
        assert_eq!(
            changed(text(), 0, 0),
            "wrote a failure with 3 bytes as the output of row 1"
        );
        assert!(changed(text(), 1, 1).contains("unused byte"));
        assert_eq!(
            changed(text(), 2, 25),
            "wrote a value of 25 bytes, where there is room for 24, as the output of row 1"
        );
        assert!(changed(text(), 2, 2).contains("bytes behind the value"));
        assert!(changed(text(), 4, 0xff).contains("no value of the kind text"));
        assert!(changed(Value::Integer(-1), 2, 7).contains("bytes behind"));
        assert!(changed(Value::Integer(1), 2, 7).contains("7 bytes that are no value of the kind integer"));
        assert!(changed(Value::Integers(vec![1]), 2, 7).contains("integers"));
        assert!(
            changed(Value::Numbers(vec![1.0]), 11, 0x7f).contains("numbers"),
            "infinity"
        );
        assert!(changed(Value::Boolean(true), 4, 2).contains("boolean"));
    }
}
