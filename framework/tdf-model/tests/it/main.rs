//! The model on Rainbow, as search, training and checkpoints use it.

mod checkpoint;
mod policy;
mod rounding;
mod setting;
mod writer;
