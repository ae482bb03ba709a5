//! Tests over the public interface. All train tiny networks on Rainbow, on the CPU.

mod best;
mod domain;
mod events;
mod kill;
mod optimizer;
#[cfg(feature = "parallel")]
mod parallel;
#[path = "../../../tdf-model/tests/it/rounding.rs"]
mod rounding;
mod run;
#[path = "../bin/training.rs"]
mod training;
