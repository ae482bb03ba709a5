//! Tests over the public interface.

mod compare;
mod distance;
mod forms;
mod record;
mod scorer;
mod sign_flip;
