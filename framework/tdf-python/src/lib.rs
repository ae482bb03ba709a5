//! The native half of the Python package `tdf`: `tdf._native`. Its interface is documented in `python/tdf/_native/`.

#![deny(unsafe_code)]

mod arrays;
mod collate;
mod config;
mod domain;
mod edits;
mod errors;
mod example_batch;
mod grammar;
mod mask_batch;
mod masks;
mod notebook;
mod observation;
mod policy;
mod pool;
mod program;
mod result;
mod run_files;
mod search;
mod show;
mod stream;
mod subject;
mod tables;
mod targets;
mod tasks;
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
    module.add_class::<config::PyConfig>()?;
    module.add_class::<stream::PyExampleStream>()?;
    module.add_class::<stream::PyExample>()?;
    module.add_class::<stream::PyExampleBatches>()?;
    module.add_class::<example_batch::PyExampleBatch>()?;
    module.add_class::<example_batch::PyInputs>()?;
    module.add_class::<tasks::PyTask>()?;
    module.add_class::<tasks::PyTaskSet>()?;
    module.add_class::<policy::PyQuery>()?;
    module.add_class::<result::PySearchResult>()?;
    module.add_function(wrap_pyfunction!(tasks::tasks, module)?)?;
    module.add_function(wrap_pyfunction!(search::search, module)?)?;
    module.add_function(wrap_pyfunction!(search::methods, module)?)?;
    module.add_function(wrap_pyfunction!(run_files::read_toml, module)?)?;
    module.add_function(wrap_pyfunction!(run_files::run_config, module)?)?;
    module.add_function(wrap_pyfunction!(run_files::run_files, module)?)?;
    Ok(())
}
