//! Gloo and NCCL, by libtorch's C++ and NCCL's C.

mod ffi;
mod gloo;
mod nccl;

pub(crate) use gloo::Gloo;
pub(crate) use nccl::Nccl;
