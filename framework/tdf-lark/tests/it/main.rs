//! Conversions of whole grammars, and what is said of faulty ones.

mod conversions;
mod messages;
mod read;
