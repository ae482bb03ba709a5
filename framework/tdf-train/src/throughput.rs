//! What a training takes of its machine: tokens a second, memory, and the share of the device's arithmetic that it uses.

use tch::Device;
use tdf_config::Precision;
use tdf_model::FlopCount;

/// Counts over a stretch of training time.
#[derive(Clone, Debug)]
pub(crate) struct ThroughputMeter {
    device: Device,
    /// Floating-point operations a second that the device can do.
    peak: Option<f64>,
    tokens: u64,
    operations: f64,
    /// Seconds of training when the stretch began.
    since: f64,
}

/// What was measured over a stretch of training time.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Measured {
    /// Ids of programs and edits that the network read, a second; image tokens are not counted.
    pub tokens_per_second: Option<f64>,
    /// Bytes in use: of this process, or of the whole GPU if the network is there.
    pub memory: Option<u64>,
    /// Model FLOPs utilisation: floating-point operations of matrix products and convolutions, forth and back, as a share
    /// of what the device could have done in that time. Known for some GPUs, or if `train.peak_tflops` says it.
    pub mfu: Option<f64>,
}

/// Dense bf16 TFLOP/s of GPUs, by what their names contain; the first that fits counts. From the makers' data sheets.
const PEAKS: [(&str, f64); 11] = [
    ("B200", 2250.0),
    ("GH200", 989.0),
    ("H200", 989.0),
    ("H100 PCIe", 756.0),
    ("H100 NVL", 835.0),
    ("H100", 989.0),
    ("A100", 312.0),
    ("L40S", 362.0),
    ("L4", 121.0),
    ("RTX 4090", 165.0),
    ("A10", 125.0),
];

impl ThroughputMeter {
    /// A meter of a training on `device`. `peak` in TFLOP/s is what the configuration says, 0 if it
    /// says nothing.
    pub(crate) fn new(device: Device, precision: Precision, peak: f64) -> Self {
        Self {
            device,
            peak: peak_flops(device, precision, peak),
            tokens: 0,
            operations: 0.0,
            since: 0.0,
        }
    }

    /// Begins a stretch at `seconds`.
    pub(crate) fn begin(&mut self, seconds: f64) {
        (self.tokens, self.operations, self.since) = (0, 0.0, seconds);
    }

    /// Takes in a step: the ids it read, and what its forward pass did. The way back is twice that.
    pub(crate) fn add(&mut self, tokens: u64, forth: FlopCount) {
        self.tokens += tokens;
        self.operations += 3.0 * forth.operations;
    }

    /// What was measured until `seconds`.
    pub(crate) fn read(&self, seconds: f64) -> Measured {
        let passed = seconds - self.since;
        let rate = |count: f64| (passed > 0.0 && count > 0.0).then(|| count / passed);
        Measured {
            tokens_per_second: rate(self.tokens as f64),
            memory: device_memory(self.device),
            mfu: rate(self.operations).zip(self.peak).map(|(rate, peak)| rate / peak),
        }
    }

    /// The same; a new stretch begins.
    pub(crate) fn take(&mut self, seconds: f64) -> Measured {
        let measured = self.read(seconds);
        self.begin(seconds);
        measured
    }
}

/// Floating-point operations a second that `device` can do in `precision`: `tera` times 10^12, or if that is 0 what is known of
/// the GPU.
pub fn peak_flops(device: Device, precision: Precision, tera: f64) -> Option<f64> {
    let known = || match (device, precision) {
        (Device::Cuda(index), Precision::Bf16) => gpu_name(index).as_deref().and_then(peak_of),
        _ => None,
    };
    let tera = if tera > 0.0 { Some(tera) } else { known() };
    tera.map(|tera| tera * 1e12)
}

fn peak_of(name: &str) -> Option<f64> {
    PEAKS
        .iter()
        .find(|(part, _)| name.contains(part))
        .map(|&(_, peak)| peak)
}

/// The name that the driver has for the GPU that CUDA calls `index`: `CUDA_VISIBLE_DEVICES` chooses and orders GPUs.
fn gpu_name(index: usize) -> Option<String> {
    let visible = std::env::var("CUDA_VISIBLE_DEVICES").unwrap_or_default();
    let index = match visible
        .split(',')
        .nth(index)
        .map(|number| number.trim().parse::<usize>())
    {
        Some(Ok(number)) => number,
        _ => index,
    };
    let gpus = std::fs::read_dir("/proc/driver/nvidia/gpus").ok()?;
    let mut files: Vec<_> = gpus.flatten().map(|gpu| gpu.path().join("information")).collect();
    files.sort();
    let text = std::fs::read_to_string(files.get(index)?).ok()?;
    let line = text.lines().find_map(|line| line.strip_prefix("Model:"))?;
    Some(line.trim().to_owned())
}

/// Bytes in use: of this process, or of the whole GPU.
pub fn device_memory(device: Device) -> Option<u64> {
    match device {
        Device::Cuda(_) => cuda_memory().map(|(free, total)| total - free),
        _ => Some(1024 * kilobytes("/proc/self/status", "VmRSS:")?),
    }
}

/// Bytes that can still be had on `device`.
pub(crate) fn free_memory(device: Device) -> Option<u64> {
    match device {
        Device::Cuda(_) => cuda_memory().map(|(free, _)| free),
        _ => {
            let free = 1024 * kilobytes("/proc/meminfo", "MemAvailable:")?;
            let used = 1024 * kilobytes("/proc/self/status", "VmSize:")?;
            Some(address_space().map_or(free, |limit| free.min(limit.saturating_sub(used))))
        }
    }
}

fn kilobytes(file: &str, field: &str) -> Option<u64> {
    let text = std::fs::read_to_string(file).ok()?;
    let line = text.lines().find_map(|line| line.strip_prefix(field))?;
    line.split_whitespace().next()?.parse().ok()
}

/// The limit of this process's address space, if it has one (`ulimit -v`).
fn address_space() -> Option<u64> {
    let text = std::fs::read_to_string("/proc/self/limits").ok()?;
    let line = text.lines().find_map(|line| line.strip_prefix("Max address space"))?;
    line.split_whitespace().next()?.parse().ok()
}

/// Free and all bytes of the current GPU, from the CUDA runtime that libtorch brings along.
#[cfg(unix)]
fn cuda_memory() -> Option<(u64, u64)> {
    use libloading::os::unix::{Library, Symbol};
    type MemGetInfo = unsafe extern "C" fn(*mut usize, *mut usize) -> std::ffi::c_int;
    let process = Library::this();
    // SAFETY: `MemGetInfo` is the type that the CUDA runtime's header gives this name. The symbol borrows `process`.
    let ask: Symbol<MemGetInfo> = unsafe { process.get(b"cudaMemGetInfo\0") }.ok()?;
    let (mut free, mut total) = (0, 0);
    // SAFETY: the function writes two numbers of this type, to places on this stack, and keeps neither pointer.
    let failed = unsafe { ask(&raw mut free, &raw mut total) };
    (failed == 0).then_some((free as u64, total as u64))
}

#[cfg(not(unix))]
fn cuda_memory() -> Option<(u64, u64)> {
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rates_are_of_their_stretch() {
        let mut meter = ThroughputMeter::new(Device::Cpu, Precision::Fp32, 2.0);
        meter.begin(10.0);
        assert_eq!(meter.read(11.0).tokens_per_second, None);
        let work = FlopCount {
            operations: 1e12,
            bytes: 0.0,
        };
        meter.add(100, work);
        meter.add(200, work);
        let measured = meter.take(14.0);
        assert_eq!(measured.tokens_per_second, Some(75.0));
        assert_eq!(measured.mfu, Some(0.75));
        meter.add(10, work);
        assert_eq!(meter.read(15.0).tokens_per_second, Some(10.0));
        let unknown = ThroughputMeter::new(Device::Cpu, Precision::Bf16, 0.0);
        assert_eq!(unknown.read(1.0).mfu, None);
    }

    #[test]
    #[cfg(target_os = "linux")]
    fn memory_of_a_process() {
        let before = device_memory(Device::Cpu).unwrap();
        let block = std::hint::black_box(vec![1u8; 64 << 20]);
        let after = device_memory(Device::Cpu).unwrap();
        assert!(after >= before + (48 << 20), "{before} {after}");
        drop(std::hint::black_box(block));
        assert!(free_memory(Device::Cpu).unwrap() > 0);
    }

    #[test]
    fn peaks_by_name() {
        assert_eq!(peak_of("NVIDIA H200"), Some(989.0));
        assert_eq!(peak_of("NVIDIA H100 PCIe"), Some(756.0));
        assert_eq!(peak_of("NVIDIA H100 80GB HBM3"), Some(989.0));
        assert_eq!(peak_of("NVIDIA L40S"), Some(362.0));
        assert_eq!(peak_of("NVIDIA GeForce GTX 1080"), None);
    }
}
