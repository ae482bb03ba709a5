//! The one-step solve rate of a run: of programs one mutation away from their targets, the share that one edit sampled
//! from the network solves; and the same of a network with fresh random weights.
//!
//! `cargo run --release -p tdf-train --example one_step -- RUN [examples]`

#![expect(clippy::print_stdout, reason = "it talks to the terminal")]

use std::error::Error;
use std::path::PathBuf;

use tch::Device;
use tdf_csg2d as _;
use tdf_data::{Example, ExampleOptions, ExampleStream};
use tdf_model::{Model, NeuralPolicy};
use tdf_rainbow as _;
use tdf_search::{Policy, Query};
use tdf_tinysvg as _;
use tdf_train::{open_run, tokenizer};
use tdf_tree::{Rng, rng_stream};

/// Apart from the seeds that trainings have by default.
const SEED: u64 = 1 << 40;

fn main() -> Result<(), Box<dyn Error>> {
    tch::set_num_threads(1);
    let mut arguments = std::env::args().skip(1);
    let folder = PathBuf::from(arguments.next().ok_or("which run?")?);
    let count: u64 = arguments.next().map_or(Ok(512), |text| text.parse())?;
    let run = open_run(&folder)?;
    let options = run.config.domain_options();
    let registration = tdf_domain::builtin(&run.header.domain).ok_or("its domain is not built in")?;
    let domain = registration.open_with(options.iter().map(|(name, value)| (&**name, &**value)))?;
    let tokenizer = tokenizer(&*domain)?;
    let (trained, info) = Model::load(&run.model, &tokenizer, domain.observation_spec(), Device::Cpu)?;
    let seed = run.config.train.seed;
    let fresh = Model::new(
        &run.config.model,
        &tokenizer,
        domain.observation_spec(),
        Device::Cpu,
        seed,
    )?;

    let one_step = ExampleOptions {
        steps: 1,
        rho: 0.0,
        along_path: false,
        ..run.config.example_options()
    };
    let examples = ExampleStream::new(domain.clone(), one_step, SEED)?;
    let search = run.config.search_options(0);
    let criterion = domain.criterion(&search.criterion)?;
    for (name, model) in [("untrained", fresh), ("trained", trained)] {
        let mut policy = NeuralPolicy::new(model, domain.clone(), tokenizer.clone(), info.max_edit_size);
        let (mut example, mut image, mut plain) = (Example::default(), Vec::new(), Vec::new());
        let (mut solved, mut open) = (0, 0);
        for index in 0..count {
            examples.example(index, &mut example)?;
            for (program, image) in [(&example.current, &mut image), (&example.target, &mut plain)] {
                image.resize(domain.observation_spec().bytes(), 0);
                domain.render(program.nodes(), image)?;
            }
            // Some mutations change nothing that is seen.
            if domain.solved(criterion, &image, &plain) {
                continue;
            }
            open += 1;
            let query = Query {
                inputs: domain.inputs(),
                program: &example.current,
                observation: &example.image,
                target: &example.target_image,
            };
            let mut rngs: [Rng; 1] = [rng_stream(SEED, index)];
            let proposals = policy.propose(&[query], 1, search.temperature, &mut rngs)?;
            if let Some(proposal) = proposals.into_iter().flatten().next() {
                let mut program = example.current.clone();
                proposal.edit.apply(&mut program);
                domain.render(program.nodes(), &mut image)?;
                solved += u32::from(domain.solved(criterion, &image, &plain));
            }
        }
        let rate = 100.0 * f64::from(solved) / f64::from(open.max(1));
        println!("{name}: {solved} of {open} solved by one edit ({rate:.1} %)");
    }
    Ok(())
}
