//! libtorch: which one runs, and whether it can use a GPU.
//!
//! The binary links the CPU part only. The CUDA part is opened when it is there, before the first call into libtorch,
//! which asks once and remembers what it finds.

use anyhow::bail;
use tch::{Device, Kind, Tensor};

use crate::device::DeviceChoice;

/// What is known of CUDA.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Cuda {
    /// So many devices can be used.
    Usable(i64),
    /// The reason why none can.
    Unusable(String),
}

/// Threads of a search that share a GPU: one prepares and draws while the device works for another.
pub const BEFORE_A_GPU: usize = 4;

/// The version that this binary was built for.
pub const LIBTORCH_VERSION: &str = "2.11.0";

const CUDA_LIBRARY: &str = "libtorch_cuda.so";

#[cfg(unix)]
fn open_cuda_library() -> Result<(), String> {
    use libloading::os::unix::{Library, RTLD_GLOBAL, RTLD_NOW};
    use std::error::Error as _;
    // SAFETY: opening a library runs its initialisers. Those of libtorch's CUDA part register kernels with the libtorch that is
    // loaded, and this runs before the first call into it.
    match unsafe { Library::open(Some(CUDA_LIBRARY), RTLD_NOW | RTLD_GLOBAL) } {
        Ok(library) => {
            // Kernels stay registered as long as the process lives.
            std::mem::forget(library);
            Ok(())
        }
        // What the loader says stands in the source of the error.
        Err(e) => Err(e.source().map_or_else(|| e.to_string(), ToString::to_string)),
    }
}

#[cfg(not(unix))]
fn open_cuda_library() -> Result<(), String> {
    Err("opening it is supported on Linux only".to_owned())
}

/// Opens the CUDA part and asks for devices.
pub fn cuda() -> Cuda {
    if let Err(reason) = open_cuda_library() {
        return Cuda::Unusable(format!(
            "the CUDA part of libtorch ({CUDA_LIBRARY}) cannot be opened: {reason}; LD_LIBRARY_PATH may name the folder `torch/lib` \
             of a PyTorch {LIBTORCH_VERSION} with CUDA"
        ));
    }
    match tch::Cuda::device_count() {
        0 => Cuda::Unusable("libtorch has its CUDA part, but finds no device: is the driver installed?".to_owned()),
        n => match computes(Device::Cuda(0)) {
            Ok(()) => Cuda::Usable(n),
            Err(reason) => Cuda::Unusable(format!("the device does not compute: {reason}")),
        },
    }
}

/// Tries a product on `device`: a GPU may be too old for this libtorch, in use by another process, or out of order.
fn computes(device: Device) -> Result<(), String> {
    let try_it = || -> Result<f64, tch::TchError> {
        let ones = Tensor::f_ones([8, 8], (Kind::Float, device))?;
        ones.f_matmul(&ones)?.f_sum(Kind::Float)?.f_double_value(&[])
    };
    match try_it() {
        Ok(512.0) => Ok(()),
        Ok(other) => Err(format!("8 times 64 is {other} on it")),
        Err(e) => {
            let text = e.to_string();
            let line = text.lines().find(|line| !line.trim().is_empty()).unwrap_or_default();
            let old = if text.contains("no kernel image") {
                "; this libtorch has no code for a GPU of its age"
            } else {
                ""
            };
            Err(format!("{}{old}", line.trim()))
        }
    }
}

/// The device to run on.
pub fn device(choice: DeviceChoice) -> anyhow::Result<Device> {
    if choice == DeviceChoice::Cpu {
        return Ok(Device::Cpu);
    }
    match (choice, cuda()) {
        (_, Cuda::Usable(_)) => Ok(Device::Cuda(0)),
        (DeviceChoice::Cuda, Cuda::Unusable(reason)) => bail!("--device cuda: {reason}"),
        (_, Cuda::Unusable(_)) => Ok(Device::Cpu),
    }
}

/// The file that libtorch was loaded from, if the system tells.
pub fn library_path() -> Option<String> {
    let maps = std::fs::read_to_string("/proc/self/maps").ok()?;
    let line = maps.lines().find(|l| l.contains("libtorch_cpu.so"))?;
    line.find('/').map(|at| line[at..].to_owned())
}
