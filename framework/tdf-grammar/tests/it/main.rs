//! Tests over the public API.

mod shipped;
