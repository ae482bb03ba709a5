//! Memory of observations that is used again.
//!
//! A batch of images is tens of megabytes. Fresh memory of this size comes from the system page by page, and a page costs about as much as
//! to fill it. So an array gives its memory back when Python has no use for it any more.

// One call of NumPy's interface lends memory that Rust owns.
#![allow(unsafe_code)]

use std::sync::{Arc, Mutex, PoisonError};

use numpy::ndarray::{ArrayView, IxDyn};
use numpy::{PyArrayDyn, ToPyArray as _};
use pyo3::prelude::*;

/// Buffers that wait at most; more are freed.
const MOST: usize = 16;

/// Buffers that nobody uses.
#[derive(Debug, Default)]
pub(crate) struct Pool {
    free: Mutex<Vec<Vec<u8>>>,
}

impl Pool {
    /// An empty buffer with room for `bytes`.
    pub fn take(&self, bytes: usize) -> Vec<u8> {
        let mut free = self.free.lock().unwrap_or_else(PoisonError::into_inner);
        let fits = |buffer: &Vec<u8>| (bytes..=2 * bytes).contains(&buffer.capacity());
        match free.iter().position(fits) {
            Some(at) => free.swap_remove(at),
            None => Vec::with_capacity(bytes),
        }
    }

    fn give_back(&self, mut buffer: Vec<u8>) {
        let mut free = self.free.lock().unwrap_or_else(PoisonError::into_inner);
        if free.len() < MOST {
            buffer.clear();
            free.push(buffer);
        }
    }
}

/// The owner of an array's memory.
#[pyclass(frozen, name = "_Buffer", module = "tdf")]
#[derive(Debug)]
struct Buffer {
    bytes: Vec<u8>,
    pool: Arc<Pool>,
}

impl Drop for Buffer {
    fn drop(&mut self) {
        self.pool.give_back(std::mem::take(&mut self.bytes));
    }
}

/// An array of `shape` in the memory of `bytes`, which goes to `pool` when the array is gone.
pub(crate) fn pooled_array<'py>(
    py: Python<'py>,
    pool: &Arc<Pool>,
    bytes: Vec<u8>,
    shape: &[usize],
) -> PyResult<Bound<'py, PyArrayDyn<u8>>> {
    if bytes.is_empty() {
        return Ok(ArrayView::from_shape(IxDyn(shape), &bytes[..]).map_or_else(
            |_| numpy::PyArray::zeros(py, IxDyn(shape), false),
            |view| view.to_pyarray(py),
        ));
    }
    let owner = Bound::new(
        py,
        Buffer {
            bytes,
            pool: Arc::clone(pool),
        },
    )?;
    let view = ArrayView::from_shape(IxDyn(shape), &owner.get().bytes[..])
        .map_err(|error| pyo3::exceptions::PyValueError::new_err(error.to_string()))?;
    // SAFETY: the bytes are those of `owner`, which the array keeps alive. Nothing in Rust reads or writes them while it does: `Buffer`
    // has no method, and its bytes do not move.
    Ok(unsafe { PyArrayDyn::borrow_from_array(&view, owner.clone().into_any()) })
}
