//! Observations as arrays.

use numpy::{IntoPyArray as _, PyArrayDyn, PyArrayMethods as _, PyUntypedArrayMethods as _};
use pyo3::exceptions::{PyTypeError, PyValueError};
use pyo3::prelude::*;
use tdf::ObservationSpec;

/// The shape of an observation: `[height, width, channels]` of an image, `[rows, bytes]` of outputs.
pub(crate) fn shape(spec: ObservationSpec) -> Vec<usize> {
    match spec {
        ObservationSpec::Image(canvas) => [canvas.height, canvas.width, canvas.channels]
            .map(|n| n as usize)
            .to_vec(),
        ObservationSpec::Values(values) => vec![values.rows as usize, values.slot()],
    }
}

/// Observations as an array, with a first dimension if `count` says how many they are. The bytes are not copied.
pub(crate) fn observation_array(
    py: Python<'_>,
    spec: ObservationSpec,
    bytes: Vec<u8>,
    count: Option<usize>,
) -> PyResult<Bound<'_, PyArrayDyn<u8>>> {
    let shape: Vec<usize> = count.into_iter().chain(shape(spec)).collect();
    bytes.into_pyarray(py).reshape(shape)
}

/// The bytes of one observation that a caller gives.
pub(crate) fn observation_bytes(spec: ObservationSpec, what: &str, array: &Bound<'_, PyAny>) -> PyResult<Vec<u8>> {
    let wanted = shape(spec);
    let Ok(array) = array.cast::<PyArrayDyn<u8>>() else {
        return Err(PyTypeError::new_err(format!(
            "{what}: a NumPy array of the type uint8 is wanted, of shape {wanted:?}"
        )));
    };
    if array.shape() != wanted {
        let found = array.shape();
        return Err(PyValueError::new_err(format!(
            "{what}: the shape is {found:?}, not {wanted:?}"
        )));
    }
    let array = array
        .try_readonly()
        .map_err(|error| PyValueError::new_err(format!("{what}: {error}")))?;
    Ok(array.as_array().iter().copied().collect())
}

/// The form of observations on so many rows of inputs.
pub(crate) fn with_rows(spec: ObservationSpec, rows: usize) -> ObservationSpec {
    match spec {
        ObservationSpec::Image(_) => spec,
        ObservationSpec::Values(values) => ObservationSpec::Values(tdf::ValueSpec {
            rows: rows as u32,
            ..values
        }),
    }
}
