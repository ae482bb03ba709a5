//! The native half of the Python package `tdf`: `tdf._native`. Its interface is documented in `python/tdf/__init__.pyi`.

#![forbid(unsafe_code)]

mod arrays;
mod domain;
mod edits;
mod errors;
mod grammar;
mod mask_batch;
mod masks;
mod observation;
mod program;
mod show;
mod subject;
mod tables;
mod values;

use pyo3::prelude::*;

#[pymodule]
#[pyo3(name = "_native")]
fn native(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add("__version__", env!("CARGO_PKG_VERSION"))?;
    errors::register(module)?;
    module.add_class::<grammar::PyGrammar>()?;
    module.add_class::<grammar::PyLanguage>()?;
    module.add_class::<program::PyProgram>()?;
    module.add_class::<masks::PyMasks>()?;
    module.add_class::<masks::PyMaskState>()?;
    module.add_class::<mask_batch::PyMaskBatch>()?;
    module.add_class::<edits::PyEdit>()?;
    module.add_class::<edits::PyMutator>()?;
    module.add_class::<edits::PyEditPath>()?;
    module.add_class::<domain::PyDomain>()?;
    Ok(())
}
