//! Signals while a command works.
