//! How long sums over processes take: `RANK=0 WORLD_SIZE=2 cargo run --release -p tdf-parallel --features parallel --example
//! all_reduce -- [numbers]`, and the same with `RANK=1` beside it, or by torchrun. On GPUs, where libtorch is one for CUDA and
//! `LD_PRELOAD=libtorch_cuda.so` brings its part in, with `cuda` as a second word.

#![expect(clippy::print_stdout, reason = "it talks to the terminal")]

use std::error::Error;
use std::time::Instant;

use tch::{Device, Kind, Tensor};
use tdf_parallel::Communicator;

const ROUNDS: usize = 20;

fn main() -> Result<(), Box<dyn Error>> {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let numbers: i64 = words.first().map_or(Ok(23_000_000), |word| word.parse())?;
    let mut group = Communicator::from_environment()?.ok_or("RANK and WORLD_SIZE are not set")?;
    let device = match words.get(1).map(String::as_str) {
        Some("cuda") => Device::Cuda(group.process_rank().local_rank),
        _ => Device::Cpu,
    };
    group.use_device(device)?;
    for numbers in [1, numbers / 23, numbers] {
        let tensor = Tensor::ones([numbers], (Kind::Float, device));
        let mut seconds = Vec::new();
        for round in 0..ROUNDS + 2 {
            group.barrier()?;
            let clock = Instant::now();
            group.all_reduce_mean(&tensor)?;
            group.settle()?;
            // The first rounds open connections.
            if round >= 2 {
                seconds.push(clock.elapsed().as_secs_f64());
            }
        }
        if tensor.min().double_value(&[]) != 1.0 {
            return Err("the mean of ones is not one".into());
        }
        seconds.sort_by(f64::total_cmp);
        if group.rank() == 0 {
            println!(
                "{numbers} numbers on {device:?}: {:.3} ms, the median of {ROUNDS}",
                1e3 * seconds[ROUNDS / 2]
            );
        }
    }
    Ok(())
}
