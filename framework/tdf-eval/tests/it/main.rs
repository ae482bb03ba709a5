//! Tests over the public interface.

mod compare;
mod sign_flip;
