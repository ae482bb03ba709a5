//! A group of processes and its collectives.

use tch::{Device, Kind, Tensor, no_grad};

#[cfg(not(feature = "parallel"))]
use crate::absent::{Gloo, Nccl};
#[cfg(feature = "parallel")]
use crate::c10d::{Gloo, Nccl};
use crate::{CommunicatorError, ProcessRank};

/// The processes that train together, seen from one of them.
#[derive(Debug)]
pub struct Communicator {
    process: ProcessRank,
    // NCCL says goodbye first: it may still need the others.
    nccl: Option<Nccl>,
    gloo: Gloo,
}

impl Communicator {
    /// The group that the environment describes, see [`ProcessRank::from_environment`]; `None` for a process that is alone. Waits
    /// for the others.
    ///
    /// # Errors
    /// Variables that make no sense; others that do not come in time; the feature `parallel` is left out.
    pub fn from_environment() -> Result<Option<Self>, CommunicatorError> {
        ProcessRank::from_environment()?.map(Self::join).transpose()
    }

    /// Meets the other processes of the group.
    ///
    /// # Errors
    /// Some of them do not come in time; the feature `parallel` is left out.
    pub fn join(process: ProcessRank) -> Result<Self, CommunicatorError> {
        Ok(Self {
            gloo: Gloo::join(&process)?,
            nccl: None,
            process,
        })
    }

    /// Where this process stands.
    pub fn process_rank(&self) -> &ProcessRank {
        &self.process
    }

    /// The number of this process, from 0.
    pub fn rank(&self) -> usize {
        self.process.rank
    }

    /// The number of processes.
    pub fn size(&self) -> usize {
        self.process.size
    }

    /// Makes ready for tensors on `device`; a collective, and all processes have to name the same kind of device. A GPU
    /// becomes the current one of the calling thread.
    ///
    /// # Errors
    /// NCCL cannot be opened, or finds no way between the GPUs.
    pub fn use_device(&mut self, device: Device) -> Result<(), CommunicatorError> {
        if let Device::Cuda(index) = device {
            self.nccl = Some(Nccl::join(&self.process, &self.gloo, index)?);
        }
        Ok(())
    }

    /// Replaces `tensor` (contiguous, numbers of fp32 or fp64) by the sum of those of all processes: the same bits on all
    /// of them. On a GPU it is enqueued on the current stream, and waits until the last but one before it has ended.
    ///
    /// # Errors
    /// Another process has ended, or does not take part in time.
    pub fn all_reduce_sum(&self, tensor: &Tensor) -> Result<(), CommunicatorError> {
        self.fits(tensor)?;
        match &self.nccl {
            Some(nccl) if tensor.device().is_cuda() => nccl.all_reduce_sum(tensor),
            _ => self.gloo.all_reduce_sum(tensor),
        }
    }

    /// As [`Communicator::all_reduce_sum`], divided by the number of processes.
    ///
    /// # Errors
    /// As [`Communicator::all_reduce_sum`].
    pub fn all_reduce_mean(&self, tensor: &Tensor) -> Result<(), CommunicatorError> {
        self.all_reduce_sum(tensor)?;
        no_grad(|| drop(tensor.detach().g_div_scalar_(self.size() as f64)));
        Ok(())
    }

    /// Replaces `tensor` (as in [`Communicator::all_reduce_sum`], or bytes) by that of process 0.
    ///
    /// # Errors
    /// As [`Communicator::all_reduce_sum`].
    pub fn broadcast(&self, tensor: &Tensor) -> Result<(), CommunicatorError> {
        self.fits(tensor)?;
        match &self.nccl {
            Some(nccl) if tensor.device().is_cuda() => nccl.broadcast(tensor),
            _ => self.gloo.broadcast(tensor),
        }
    }

    /// What process 0 says; the others' `bytes` do not count. `None` says that it has failed.
    ///
    /// # Errors
    /// As [`Communicator::all_reduce_sum`].
    pub fn broadcast_bytes(&self, bytes: Option<&[u8]>) -> Result<Option<Vec<u8>>, CommunicatorError> {
        let said = bytes.filter(|_| self.rank() == 0);
        let length = Tensor::from(said.map_or(-1, |bytes| bytes.len() as i64));
        self.gloo.broadcast(&length)?;
        let Ok(length) = usize::try_from(length.int64_value(&[])) else {
            return Ok(None);
        };
        if length == 0 {
            return Ok(Some(Vec::new()));
        }
        let tensor = match said {
            Some(bytes) => Tensor::from_slice(bytes),
            None => Tensor::zeros([length as i64], (Kind::Uint8, Device::Cpu)),
        };
        self.gloo.broadcast(&tensor)?;
        let mut heard = vec![0; length];
        tensor.copy_data(&mut heard, length);
        Ok(Some(heard))
    }

    /// Waits until all processes are here.
    ///
    /// # Errors
    /// As [`Communicator::all_reduce_sum`].
    pub fn barrier(&self) -> Result<(), CommunicatorError> {
        self.gloo.all_reduce_sum(&Tensor::from(0.0_f64))
    }

    /// Waits until the collectives of the GPU have ended: before results of it are read, which would wait for ever for a
    /// process that has died.
    ///
    /// # Errors
    /// As [`Communicator::all_reduce_sum`].
    pub fn settle(&self) -> Result<(), CommunicatorError> {
        self.nccl.as_ref().map_or(Ok(()), Nccl::settle)
    }

    /// Gloo and NCCL take what lies at a tensor's address, in order, for its numbers.
    fn fits(&self, tensor: &Tensor) -> Result<(), CommunicatorError> {
        let kind = tensor.kind();
        if !matches!(kind, Kind::Float | Kind::Double | Kind::Uint8) || !tensor.is_contiguous() {
            return Err(CommunicatorError::new(format!(
                "process {}: a tensor of {kind:?}, or one that is not contiguous, does not go through a collective",
                self.rank()
            )));
        }
        Ok(())
    }
}
