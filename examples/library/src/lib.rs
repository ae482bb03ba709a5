//! Programs that use the library [`tdf`]. Each is one file in `examples/`:
//!
//! | Program | Shows |
//! |---|---|
//! | `masks` | token masks for any model |
//! | `examples` | a stream of training examples |
//! | `policy` | a search with a policy of your own |
//! | `method` | a search method that registers itself |
//! | `domain` | a domain in one file |
//!
//! Run one with `cargo run --package tdf-library-examples --example masks`. `docs/library.md` explains them.

#![forbid(unsafe_code)]

/// The guide of the library: its code blocks are tests of this crate.
#[cfg(doctest)]
#[doc = include_str!("../../../docs/library.md")]
struct Guide;
