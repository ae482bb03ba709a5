//! For the tests: one process of a training. The arguments are its role and the run folder; the variables are those of torchrun.

#![forbid(unsafe_code)]
#![expect(clippy::print_stdout, reason = "the test reads the line")]

mod training;

use std::path::Path;

use tch::Device;
use tdf_parallel::Communicator;
use tdf_train::{Observer, Progress, train_together};

use training::{StopAfter, config, stripes};

fn main() {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let [role, folder] = &words[..] else {
        panic!("usage: tdf-train-process ROLE FOLDER")
    };
    let folder = Path::new(folder);
    let group = Communicator::from_environment().unwrap_or_else(|error| panic!("{error}"));
    let rank = group.as_ref().map_or(0, Communicator::rank);
    let mut config = config(role);
    if role == "differs" && rank == 1 {
        config.train.lr *= 2.0;
    }
    if role == "evaluates" {
        config.evaluate.tasks = 64;
        config.evaluate.budget = 10_000;
    }
    let mut stop: Box<dyn Observer> = match role.as_str() {
        // The second process is asked to stop, the first is not.
        "stops" if rank == 1 => Box::new(StopAfter(20)),
        "evaluates" => Box::new(StopInEvaluation { rank, rounds: 0 }),
        _ => Box::new(()),
    };
    let resume = role == "resumes" || role == "killed" && folder.exists();
    let outcome = train_together(group, stripes(), &config, folder, resume, Device::Cpu, &mut *stop);
    match outcome {
        Ok(summary) => println!("step {} stopped {}", summary.step, summary.stopped),
        // A training that is killed again and again must end without an error.
        Err(error) if role == "killed" => panic!("{error}"),
        Err(error) => println!("{error}"),
    }
}

/// The second process stops while the first one evaluates.
struct StopInEvaluation {
    rank: usize,
    rounds: u32,
}

impl Observer for StopInEvaluation {
    fn progress(&mut self, _: &Progress) -> bool {
        self.rounds += 1;
        // The others hear of an evaluation once a second.
        self.rank == 0 || self.rounds < 2
    }
}
