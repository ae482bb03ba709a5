//! The trainings of the helper binary, which the tests repeat in their own process.

use std::sync::Arc;

use tdf_config::{Config, Interval};
use tdf_domain::{Canvas, Domain, DynDomain, Grammar, Node, Program, RenderError, Size, SizeError};
use tdf_train::{Observer, Progress};

/// A program of Rainbow's grammar, as nodes in pre-order.
#[derive(Debug)]
pub struct Nodes(Vec<Node>);

impl Program for Nodes {
    const GRAMMAR_NAME: &'static str = "rainbow";
    const GRAMMAR: &'static str = include_str!("../../../../grammars/rainbow.lalrpop");

    fn from_nodes(nodes: &[Node]) -> Self {
        Self(nodes.to_vec())
    }
}

/// Rainbow's grammar, rendered as a stripe for each node. The helper is a binary, and binaries cannot use Rainbow itself, which
/// is a development dependency.
#[derive(Debug)]
pub struct Stripes;

impl Domain for Stripes {
    type Program = Nodes;

    const NAME: &'static str = "stripes";

    fn canvas(&self) -> Canvas {
        Canvas {
            width: 64,
            height: 64,
            channels: 3,
            background: 255,
        }
    }

    fn render(&self, Nodes(nodes): &Nodes, image: &mut [u8]) -> Result<(), RenderError> {
        let row = image.len() / 64;
        for (y, row) in image.chunks_mut(row).enumerate() {
            let production = nodes[y * nodes.len() / 64].production.0;
            for (channel, sample) in row.iter_mut().enumerate() {
                // A colour for each production: the digits of its number in base 3.
                let digit = production / 3u32.pow(channel as u32 % 3) % 3;
                *sample = 127 * digit as u8;
            }
        }
        Ok(())
    }

    fn size(&self, grammar: &Grammar) -> Result<Size, SizeError> {
        Size::primitives(grammar, &["Box", "Ball"])
    }
}

/// The domain of the helper.
pub fn stripes() -> Arc<dyn DynDomain> {
    tdf_domain::erase(Stripes).expect("the grammar is sound")
}

/// A network and a task that take milliseconds a step; counted in steps, so that every run of it is the same.
pub fn tiny() -> Config {
    let mut config = Config::preset("tiny").expect("tiny is a preset");
    config.train.steps = 40;
    config.train.batch = 4;
    config.train.threads = 1;
    config.train.log_every = 1;
    config.train.evaluate_every = Interval::Never;
    config.train.checkpoint_every = Interval::Never;
    config.program.size = "1..=2".parse().expect("a range");
    config.model.width = 16;
    config.model.layers = 1;
    config.model.heads = 2;
    config.model.channels = vec![4, 4, 8];
    config.evaluate.tasks = 0;
    config
}

/// Stops the training after a step.
pub struct StopAfter(pub u64);

impl Observer for StopAfter {
    fn progress(&mut self, progress: &Progress) -> bool {
        progress.step < self.0
    }
}

/// The tiny preset itself, in few steps.
pub fn preset() -> Config {
    let mut config = Config::preset("tiny").expect("tiny is a preset");
    config.train.minutes = 0.0;
    config.train.steps = 12;
    config.train.log_every = 5;
    config.train.evaluate_every = Interval::Never;
    config.train.checkpoint_every = Interval::Never;
    config.train.workers = 1;
    config.evaluate.tasks = 0;
    config
}

/// The configuration of a role of the helper binary.
pub fn config(role: &str) -> Config {
    let mut config = match role {
        "preset" | "first" => preset(),
        _ => tiny(),
    };
    config.train.threads = 1;
    match role {
        "stops" | "resumes" | "whole" => {
            config.train.log_every = 3;
            config.evaluate.tasks = 4;
            config.evaluate.budget = 5;
            config.train.evaluate_every = Interval::Steps(16);
        }
        "first" => config.train.steps = 1,
        "uneven" => {
            config.train.steps = 1;
            config.train.batch = 7;
        }
        "minutes" => {
            config.train.minutes = 0.02;
            config.train.checkpoint_every = Interval::Seconds(0.3);
        }
        "long" => {
            config.train.steps = 1_000_000;
            config.train.log_every = 100;
            config.train.checkpoint_every = Interval::Steps(20);
        }
        "explodes" => {
            // Decay turns each weight into a million times its opposite, until none is finite.
            (config.train.lr, config.train.weight_decay) = (1e3, 1e3);
            config.train.clip = 0.0;
            config.train.warmup = 0.0;
            config.train.steps = 1000;
        }
        "small" => config.train.batch = 1,
        "killed" => {
            config.train.steps = 1200;
            config.train.log_every = 7;
            config.train.checkpoint_every = Interval::Seconds(0.1);
        }
        _ => {}
    }
    config
}
