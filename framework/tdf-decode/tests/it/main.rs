//! Tests over the public interface.

mod acceptance;
mod common;
mod random_grammars;
mod sequences;
mod walks;
