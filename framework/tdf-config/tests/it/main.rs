//! Tests over the public interface.

mod config;
mod reference;
