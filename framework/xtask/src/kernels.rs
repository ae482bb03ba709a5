//! Which kernels libtorch takes, and how to have it take others.
//!
//! A processor with wider registers adds in another order, so that results differ in their last bits. Tests that pass on one
//! machine only because of its kernels are found where they are written, and not by whoever has another processor.

use std::env;
use std::process::Command;

/// The kernels that libtorch takes by itself: `ATEN_CPU_CAPABILITY` if it is set, else what the processor can do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Capability {
    /// What every processor can do.
    Default,
    /// AVX2, AVX-512 or what other kinds of processors have.
    Wide,
}

impl Capability {
    fn of(chosen: Option<&str>, is_wide: bool) -> Self {
        match chosen {
            Some("default") => Self::Default,
            Some(_) => Self::Wide,
            None if is_wide => Self::Wide,
            None => Self::Default,
        }
    }

    fn of_this_machine() -> Self {
        #[cfg(target_arch = "x86_64")]
        let is_wide = is_x86_feature_detected!("avx2") && is_x86_feature_detected!("fma");
        #[cfg(not(target_arch = "x86_64"))]
        let is_wide = true;
        Self::of(env::var("ATEN_CPU_CAPABILITY").ok().as_deref(), is_wide)
    }
}

/// Has libtorch take the kernels of a processor without wide registers, in its own code, in oneDNN and in MKL, and one
/// thread. Returns whether these are other kernels than this machine's.
pub fn narrow(command: &mut Command) -> bool {
    command.envs([
        ("ATEN_CPU_CAPABILITY", "default"),
        ("ONEDNN_MAX_CPU_ISA", "SSE41"),
        ("MKL_CBWR", "COMPATIBLE"),
        ("OMP_NUM_THREADS", "1"),
    ]);
    Capability::of_this_machine() == Capability::Wide
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_chosen_goes_before_what_the_processor_can_do() {
        for (chosen, is_wide, capability) in [
            (None, true, Capability::Wide),
            (None, false, Capability::Default),
            (Some("default"), true, Capability::Default),
            (Some("avx2"), true, Capability::Wide),
        ] {
            assert_eq!(Capability::of(chosen, is_wide), capability, "{chosen:?} {is_wide}");
        }
    }
}
