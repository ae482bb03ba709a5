//! Arrays that callers give.

use numpy::{
    AllowTypeChange, PyArray1, PyArrayDescrMethods as _, PyArrayLike1, PyUntypedArray, PyUntypedArrayMethods as _,
};
use numpy::{PyArrayMethods as _, PyReadonlyArray1};
use pyo3::exceptions::{PyTypeError, PyValueError};
use pyo3::prelude::*;

/// Whole numbers of a caller: of its own array if that has `int64`, else of a copy.
pub(crate) enum WholeNumbers<'py> {
    Own(PyReadonlyArray1<'py, i64>),
    Copied(Vec<i64>),
}

impl WholeNumbers<'_> {
    pub fn as_slice(&self) -> &[i64] {
        match self {
            // `whole_numbers` copies what is not contiguous.
            Self::Own(array) => array.as_slice().unwrap_or_default(),
            Self::Copied(numbers) => numbers,
        }
    }
}

/// The whole numbers of a list, a NumPy array or a tensor with one dimension.
pub(crate) fn whole_numbers<'py>(what: &str, numbers: &Bound<'py, PyAny>) -> PyResult<WholeNumbers<'py>> {
    if let Ok(array) = numbers.cast::<PyArray1<i64>>() {
        let array = array
            .try_readonly()
            .map_err(|error| PyValueError::new_err(format!("{what}: {error}")))?;
        return Ok(match array.as_slice() {
            Ok(_) => WholeNumbers::Own(array),
            Err(_) => WholeNumbers::Copied(array.as_array().to_vec()),
        });
    }
    let wrong = || {
        PyTypeError::new_err(format!(
            "{what}: an array of whole numbers with one dimension is wanted"
        ))
    };
    let array = numbers
        .py()
        .import("numpy")?
        .call_method1("asarray", (numbers,))
        .map_err(|_| wrong())?;
    let untyped = array.cast::<PyUntypedArray>().map_err(|_| wrong())?;
    // NumPy would cut off the digits behind the point. An empty list has no kind of its own.
    if !matches!(untyped.dtype().kind(), b'i' | b'u') && untyped.len() > 0 {
        return Err(wrong());
    }
    let array: PyArrayLike1<'_, i64, AllowTypeChange> = array.extract().map_err(|_| wrong())?;
    Ok(WholeNumbers::Copied(array.as_array().to_vec()))
}
