//! Tests over the public interface.

mod compare;
mod distance;
mod forms;
mod judge;
mod record;
mod sign_flip;
