//! Values of programs that take inputs, as Python's own: texts, whole numbers, lists, Booleans.

use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::types::{PyBool, PyFloat, PyInt, PyString};
use tdf::{Inputs, Signature, Value, ValueKind};

/// A value of Python's, as an input of programs of this signature or as their output.
pub(crate) fn value(kinds: &[ValueKind], object: &Bound<'_, PyAny>) -> PyResult<Value> {
    // In Python a Boolean is a whole number, too.
    if object.is_instance_of::<PyBool>() {
        return Ok(Value::Boolean(object.extract()?));
    }
    if object.is_instance_of::<PyString>() {
        return Ok(Value::Text(object.extract()?));
    }
    if object.is_instance_of::<PyInt>() {
        return Ok(Value::Integer(object.extract()?));
    }
    if object.is_instance_of::<PyFloat>() {
        return Err(PyTypeError::new_err(format!(
            "{object} is a number with a point: programs take such numbers in lists"
        )));
    }
    let real = kinds.contains(&ValueKind::Numbers) && !kinds.contains(&ValueKind::Integers);
    if !real && let Ok(numbers) = object.extract::<Vec<i64>>() {
        return Ok(Value::Integers(numbers));
    }
    let numbers = object.extract::<Vec<f64>>().map(Value::Numbers);
    numbers.map_err(|_| {
        let name = object
            .get_type()
            .name()
            .map_or_else(|_| "?".to_owned(), |name| name.to_string());
        PyTypeError::new_err(format!(
            "a text, a whole number, a Boolean or a list of numbers is wanted, not {name}"
        ))
    })
}

/// Rows of inputs.
pub(crate) fn inputs(signature: &Signature, rows: &Bound<'_, PyAny>) -> PyResult<Inputs> {
    let mut all = Vec::new();
    for row in rows.try_iter()? {
        let values = row?.try_iter()?.map(|object| value(signature.argument_kinds, &object?));
        all.push(values.collect::<PyResult<Vec<_>>>()?);
    }
    Ok(Inputs::new(all))
}

/// A value as Python's own.
pub(crate) fn object(py: Python<'_>, value: &Value) -> PyResult<Py<PyAny>> {
    Ok(match value {
        Value::Text(text) => text.into_pyobject(py)?.into_any().unbind(),
        Value::Integer(number) => number.into_pyobject(py)?.into_any().unbind(),
        Value::Integers(numbers) => numbers.into_pyobject(py)?.into_any().unbind(),
        Value::Numbers(numbers) => numbers.into_pyobject(py)?.into_any().unbind(),
        Value::Boolean(value) => value.into_pyobject(py)?.to_owned().into_any().unbind(),
    })
}

/// Rows as lists of Python's values.
pub(crate) fn rows(py: Python<'_>, inputs: &Inputs) -> PyResult<Vec<Vec<Py<PyAny>>>> {
    let row = |row: &Vec<Value>| row.iter().map(|value| object(py, value)).collect();
    inputs.rows().iter().map(row).collect()
}

/// Outputs, `None` where the program failed.
pub(crate) fn outputs(py: Python<'_>, outputs: &[Option<Value>]) -> PyResult<Vec<Option<Py<PyAny>>>> {
    let output = |output: &Option<Value>| output.as_ref().map(|value| object(py, value)).transpose();
    outputs.iter().map(output).collect()
}
