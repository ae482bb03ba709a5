//! A store over TCP where the processes find each other, and Gloo's collectives between them.

use std::ffi::CString;
use std::ptr;

use tch::Tensor;

use super::ffi::{self, RawGroup, outcome, raw};
use crate::{CommunicatorError, ProcessRank};

#[derive(Debug)]
pub(crate) struct Gloo {
    raw: *mut RawGroup,
    rank: usize,
    size: usize,
    seconds: u64,
}

impl Gloo {
    /// Meets the others at the address of the process.
    pub(crate) fn join(process: &ProcessRank) -> Result<Self, CommunicatorError> {
        let (rank, size, seconds) = (process.rank, process.size, process.timeout.as_secs());
        let text = |text: &str| {
            CString::new(text)
                .map_err(|_| CommunicatorError::new(format!("process {rank}: {text:?} holds a byte that is zero")))
        };
        let address = text(&process.address)?;
        // What torch.distributed calls it: a restarted group must not see what the one before has said.
        let prefix = text(&format!("/worker/attempt_{}/tdf", process.attempt))?;
        let interface = text(process.interface.as_deref().unwrap_or_default())?;
        let serves = rank == 0 && !process.agent;
        let mut joined = ptr::null_mut();
        // SAFETY: the three strings are `CString`s of this function, which outlive the call; the shim copies what it keeps. It writes
        // `joined`, a place on this stack, only if it returns no message, which `outcome` takes once.
        let result = unsafe {
            outcome(ffi::tdf_group_join(
                address.as_ptr(),
                process.port,
                serves,
                !process.agent,
                prefix.as_ptr(),
                rank as i32,
                size as i32,
                process.timeout.as_millis() as i64,
                interface.as_ptr(),
                &mut joined,
            ))
        };
        result.map_err(|message| {
            let (address, port) = (&process.address, process.port);
            CommunicatorError::new(format!(
                "process {rank} of {size}: the processes did not meet at {address}:{port} within {seconds} s (MASTER_ADDR, \
                 MASTER_PORT, TDF_PARALLEL_TIMEOUT): {message}"
            ))
        })?;
        Ok(Self {
            raw: joined,
            rank,
            size,
            seconds,
        })
    }

    pub(crate) fn all_reduce_sum(&self, tensor: &Tensor) -> Result<(), CommunicatorError> {
        // SAFETY: `join` made the group, which only `drop` frees. The tensor is borrowed for the whole call, which returns when
        // nothing works on it any more. `outcome` takes the message once.
        self.done(unsafe { outcome(ffi::tdf_all_reduce(self.raw, raw(tensor))) })
    }

    pub(crate) fn broadcast(&self, tensor: &Tensor) -> Result<(), CommunicatorError> {
        // SAFETY: group, tensor and message are used as in `all_reduce_sum`: alive for the whole call, and once.
        self.done(unsafe { outcome(ffi::tdf_broadcast(self.raw, raw(tensor))) })
    }

    fn done(&self, result: Result<(), String>) -> Result<(), CommunicatorError> {
        let Self {
            rank, size, seconds, ..
        } = self;
        result.map_err(|message| {
            CommunicatorError::new(format!(
                "process {rank} of {size}: another process has ended, or did not answer within {seconds} s \
                 (TDF_PARALLEL_TIMEOUT): {message}"
            ))
        })
    }
}

impl Drop for Gloo {
    fn drop(&mut self) {
        // SAFETY: `join` made the group for this value alone, and nothing can use it after its drop.
        unsafe { ffi::tdf_group_leave(self.raw) };
    }
}
