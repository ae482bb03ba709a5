//! Exceptions, with the messages that the binary prints.

use std::fmt::Display;

use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::{PyTypeInfo, create_exception};
use tdf::ParseError as TreeParseError;

create_exception!(tdf, Error, PyValueError, "The base of all exceptions of this package.");
create_exception!(
    tdf,
    GrammarError,
    Error,
    "A grammar that cannot be read, or is not LR(1)."
);
create_exception!(
    tdf,
    ParseError,
    Error,
    "A text that is not a program of the language. `line` and `column` count from 1, `offset` counts bytes from 0."
);
create_exception!(
    tdf,
    SizeError,
    Error,
    "A size or a weighting that the language does not have."
);
create_exception!(
    tdf,
    MaskError,
    Error,
    "A language without masks, or a token that the mask does not allow."
);
create_exception!(
    tdf,
    DomainError,
    Error,
    "A domain that cannot be found, loaded or opened."
);
create_exception!(tdf, RenderError, Error, "A program that cannot be rendered or run.");
create_exception!(
    tdf,
    DataError,
    Error,
    "Tasks or training examples that cannot be made or read."
);
create_exception!(
    tdf,
    SearchError,
    Error,
    "A search whose options cannot be met, or whose policy failed."
);
create_exception!(tdf, ConfigError, Error, "A key of a configuration, or its value.");
create_exception!(
    tdf,
    FileError,
    Error,
    "A file that cannot be read or written, or has another content."
);

/// An exception of the type `E` with the message of `error`.
pub(crate) fn raise<E: PyTypeInfo>(error: impl Display) -> PyErr {
    PyErr::new::<E, _>(error.to_string())
}

/// The exception for a program text.
pub(crate) fn parse_error(py: Python<'_>, error: &TreeParseError) -> PyErr {
    let raised = raise::<ParseError>(error);
    let value = raised.value(py);
    let set = value
        .setattr("offset", error.offset)
        .and_then(|()| value.setattr("line", error.position.line))
        .and_then(|()| value.setattr("column", error.position.column));
    set.err().unwrap_or(raised)
}

pub(crate) fn register(module: &Bound<'_, PyModule>) -> PyResult<()> {
    let py = module.py();
    for (name, exception) in [
        ("Error", py.get_type::<Error>()),
        ("GrammarError", py.get_type::<GrammarError>()),
        ("ParseError", py.get_type::<ParseError>()),
        ("SizeError", py.get_type::<SizeError>()),
        ("MaskError", py.get_type::<MaskError>()),
        ("DomainError", py.get_type::<DomainError>()),
        ("RenderError", py.get_type::<RenderError>()),
        ("DataError", py.get_type::<DataError>()),
        ("SearchError", py.get_type::<SearchError>()),
        ("ConfigError", py.get_type::<ConfigError>()),
        ("FileError", py.get_type::<FileError>()),
    ] {
        module.add(name, exception)?;
    }
    Ok(())
}
