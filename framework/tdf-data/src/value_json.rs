//! Values in JSON.

use serde_json::Value as Json;
use tdf_domain::{Value, ValueKind};

/// A value as it stands in a task file: a string, a number, an array of numbers, true or false.
pub fn value_to_json(value: &Value) -> Json {
    match value {
        Value::Text(text) => text.as_str().into(),
        Value::Integer(number) => (*number).into(),
        Value::Integers(items) => items.as_slice().into(),
        Value::Numbers(items) => items.as_slice().into(),
        Value::Boolean(value) => (*value).into(),
    }
}

/// What [`value_to_json`] wrote, as one of `kinds`: of an array they say whether its numbers are whole.
///
/// # Errors
/// What the value is, and what is wanted.
pub fn value_from_json(json: &Json, kinds: &[ValueKind]) -> Result<Value, String> {
    let wanted = |kind: ValueKind| kinds.contains(&kind);
    let list = |items: &[Json]| -> Option<Value> {
        if wanted(ValueKind::Integers) {
            return Some(Value::Integers(items.iter().map(Json::as_i64).collect::<Option<_>>()?));
        }
        let numbers = items.iter().map(Json::as_f64).collect::<Option<_>>()?;
        wanted(ValueKind::Numbers).then_some(Value::Numbers(numbers))
    };
    let value = match json {
        Json::String(text) if wanted(ValueKind::Text) => Some(Value::Text(text.clone())),
        Json::Bool(value) if wanted(ValueKind::Boolean) => Some(Value::Boolean(*value)),
        Json::Number(number) if wanted(ValueKind::Integer) => number.as_i64().map(Value::Integer),
        Json::Array(items) => list(items),
        _ => None,
    };
    value.ok_or_else(|| {
        let names: Vec<&str> = kinds.iter().map(|kind| kind.name()).collect();
        let mut shown = json.to_string();
        if shown.chars().count() > 40 {
            shown = shown.chars().take(40).chain("...".chars()).collect();
        }
        format!("{shown} is not a value of the kind {}", names.join(" or "))
    })
}
