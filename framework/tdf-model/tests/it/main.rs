//! The model on Rainbow, as search, training and checkpoints use it.

mod checkpoint;
mod generator;
mod policy;
mod rounding;
mod setting;
