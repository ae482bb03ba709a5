//! Tables for notebooks.

use pyo3::prelude::*;
use pyo3::types::PyBytes;

/// Rows that a table shows; the rest is counted.
const SHOWN: usize = 24;

/// A cell of a table.
pub(crate) enum Cell {
    Text(String),
    Image(Vec<u8>),
}

impl Cell {
    /// A PNG file, if there is one.
    pub fn image(png: Option<Vec<u8>>) -> Self {
        png.map_or(Self::Text(String::new()), Self::Image)
    }
}

/// An HTML table; `tdf._notebook` writes it.
pub(crate) fn table(
    py: Python<'_>,
    head: &[&str],
    rows: impl Iterator<Item = Vec<Cell>>,
    count: usize,
) -> PyResult<String> {
    let cell = |cell: Cell| match cell {
        Cell::Text(text) => Ok(text.into_pyobject(py)?.into_any()),
        Cell::Image(png) => Ok::<_, PyErr>(PyBytes::new(py, &png).into_any()),
    };
    let rows = rows
        .take(SHOWN)
        .map(|row| row.into_iter().map(cell).collect::<PyResult<Vec<_>>>());
    let rows = rows.collect::<PyResult<Vec<_>>>()?;
    let module = py.import("tdf._notebook")?;
    module.call_method1("table", (head.to_vec(), rows, count))?.extract()
}
