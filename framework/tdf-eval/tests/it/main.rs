//! Tests over the public interface.

mod compare;
mod distance;
mod forms;
mod scorer;
mod record;
mod sign_flip;
