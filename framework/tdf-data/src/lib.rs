//! Training examples and tasks as seeded streams; no tensors.
//!
//! ```
//! use tdf_data::{Example, ExampleOptions, ExampleStream};
//!
//! let domain = tdf_domain::erase(tdf_rainbow::Rainbow::default())?;
//! let stream = ExampleStream::new(domain, ExampleOptions::default(), 0)?;
//! let mut example = Example::default();
//! stream.example(42, &mut example)?;
//! let edit = example.edit.expect("the edit to learn");
//! assert!(example.distance >= 1);
//! assert!(edit.node.index() < example.current.nodes().len());
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! An [`ExampleStream`] makes example number `i` of a seed from nothing but the seed and `i`: a target, a noised
//! program, and the edit that the network is to learn (sections 3.2 and appendix G); or, for networks that generate, a partial
//! program and its next piece (see [`Objective`]). An [`ExampleEncoder`] turns examples into
//! numbers. A [`BatchLoader`] makes them on worker threads and hands them out in order, so that the stream does not depend on
//! the number of threads. [`make_tasks`] draws images for evaluation that no example is made of.

#![forbid(unsafe_code)]
#![warn(missing_docs)]

mod arithmetic;
mod batch_loader;
mod benchmarks;
mod constants;
mod encode;
mod example;
mod examples_file;
mod fastsrb;
mod hard;
mod nearest;
mod objective;
mod options;
mod simplify;
mod streams;
mod target_statistics;
mod task;
mod task_error;
mod task_values;
mod value_json;

pub use batch_loader::{BatchLoader, BatchLoaderError, Collate};
pub use benchmarks::read_benchmark;
pub use encode::{EncodedEdit, EncodedExample, ExampleEncoder};
pub use example::{Example, ExampleStream, StreamError};
pub use examples_file::{ExampleRow, ExampleTable, bind_examples, read_examples};
pub use fastsrb::{FastSrbOptions, FastSrbTask, read_fastsrb};
pub use hard::Hardness;
pub use objective::{Generation, Objective, piecewise_plan};
pub use options::{ExampleOptions, Labels};
pub use simplify::simplify;
pub use target_statistics::{TargetStatistics, target_statistics};
pub use task::{Observed, Task, TaskOptions, make_tasks, read_tasks, write_tasks};
pub use task_error::TaskError;
pub use value_json::{value_from_json, value_to_json};
