//! Tests over the public interface.

mod compare;
mod distance;
mod judge;
mod record;
mod sign_flip;
