//! For the tests: one process of a group. The argument is its role; the variables are those of torchrun.

#![forbid(unsafe_code)]
#![expect(clippy::print_stdout, reason = "the test reads the lines")]

use std::time::Duration;

use tch::{Kind, Tensor};
use tdf_parallel::{Communicator, ProcessRank};

fn main() {
    let role = std::env::args().nth(1).unwrap_or_default();
    if role == "hosts" {
        return host();
    }
    let group = match Communicator::from_environment() {
        Ok(group) => group.expect("the variables name a group"),
        Err(error) => return println!("{error}"),
    };
    match role.as_str() {
        "sums" => sums(&group),
        "dies" if group.rank() == 1 => std::process::exit(0),
        "sleeps" if group.rank() == 1 => {
            std::thread::sleep(Duration::from_secs(6));
        }
        "dies" | "sleeps" => {
            let error = (0..1000).find_map(|_| group.barrier().err());
            println!("{}", error.expect("nobody answers"));
        }
        _ => panic!("usage: tdf-parallel-process sums|dies|sleeps|hosts"),
    }
}

/// Listens as torchrun does, until the test says that it has ended. A group of one process that shares no key with the others.
fn host() {
    let place = ProcessRank::from_environment().unwrap().unwrap();
    let place = ProcessRank {
        rank: 0,
        size: 1,
        attempt: 1000,
        ..place
    };
    let _group = Communicator::join(place).unwrap();
    println!("listening");
    std::io::stdin().read_line(&mut String::new()).unwrap();
}

fn sums(group: &Communicator) {
    let rank = group.rank() as f64;
    let tensor = Tensor::from_slice(&[rank as f32 + 1.0, 10.0]);
    group.all_reduce_sum(&tensor).unwrap();
    println!("{:?}", Vec::<f32>::try_from(&tensor).unwrap());
    group.all_reduce_mean(&tensor).unwrap();
    println!("{:?}", Vec::<f32>::try_from(&tensor).unwrap());
    let tensor = Tensor::from_slice(&[rank, 2.0 * rank + 5.0]);
    group.broadcast(&tensor).unwrap();
    println!("{:?}", Vec::<f64>::try_from(&tensor).unwrap());
    let own = format!("from {}", group.rank());
    let heard = group.broadcast_bytes(Some(own.as_bytes())).unwrap();
    println!("{:?}", heard.map(String::from_utf8));
    println!("{:?}", group.broadcast_bytes(Some(b"")).unwrap());
    println!("{:?}", group.broadcast_bytes(None).unwrap());
    // As long as the parameters of a network, which go in pieces.
    let tensor = Tensor::full([3_000_001], 0.5 + rank, (Kind::Float, tch::Device::Cpu));
    group.all_reduce_sum(&tensor).unwrap();
    println!("{}", tensor.min().double_value(&[]) == tensor.max().double_value(&[]));
    let transposed = Tensor::zeros([2, 3], (Kind::Float, tch::Device::Cpu)).transpose(0, 1);
    println!("{}", group.all_reduce_sum(&transposed).is_err());
    group.barrier().unwrap();
}
