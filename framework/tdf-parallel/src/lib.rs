//! The processes of a data-parallel training.
//!
//! ```no_run
//! use tch::{Device, Kind, Tensor};
//! use tdf_parallel::Communicator;
//!
//! // By the variables of torchrun: RANK, WORLD_SIZE, MASTER_ADDR, MASTER_PORT. A process that is alone has no group.
//! if let Some(group) = Communicator::from_environment()? {
//!     let gradient = Tensor::ones([1000], (Kind::Float, Device::Cpu));
//!     group.all_reduce_mean(&gradient)?;
//!     assert_eq!(gradient.min().double_value(&[]), 1.0);
//! }
//! # Ok::<(), tdf_parallel::CommunicatorError>(())
//! ```
//!
//! 1. [`ProcessRank::from_environment`] reads who this process is, by torchrun's variables; nothing is opened.
//! 2. [`Communicator::join`] meets the others (libtorch's `TCPStore` and `ProcessGroupGloo`); [`Communicator::use_device`] makes ready for
//!    tensors on a GPU (NCCL).
//! 3. [`Communicator::all_reduce_sum`], [`Communicator::all_reduce_mean`], [`Communicator::broadcast`], [`Communicator::broadcast_bytes`] and
//!    [`Communicator::barrier`] are collectives: all processes call the same ones in the same order.
//!
//! A collective fails on every process that takes part within the time limit when one of them ends, or within seconds if its
//! machine closes the connection. After a failure the group is of no more use.
//!
//! Without the feature `parallel` there is no group of several processes, and [`Communicator::join`] says so.

#![warn(missing_docs)]

#[cfg(not(feature = "parallel"))]
mod absent;
#[cfg(feature = "parallel")]
mod c10d;
mod communicator;
mod error;
mod process_rank;

pub use communicator::Communicator;
pub use error::CommunicatorError;
pub use process_rank::{ProcessRank, ProcessRankError};

/// Whether this is built with the feature `parallel`.
pub const AVAILABLE: bool = cfg!(feature = "parallel");
