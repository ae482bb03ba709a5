//! Rainbow, a small network, and programs to ask it about.

use std::sync::Arc;

use tch::Device;
use tdf_data::Objective;
use tdf_decode::{Masks, Sequencer};
use tdf_domain::DynDomain;
use tdf_model::{Attention, CheckpointInfo, ImageEncoder, Model, ModelConfig, Numbers, Position};
use tdf_rainbow as _;
use tdf_tree::{Sampler, Tree, Weighting, stream};

pub const SMALL: u32 = 2;

pub fn rainbow() -> Arc<dyn DynDomain> {
    tdf_domain::builtin("rainbow").unwrap().open().unwrap()
}

pub fn sequencer(domain: &Arc<dyn DynDomain>) -> Sequencer {
    let masks = Arc::new(Masks::new(domain.language(), domain.size()).unwrap());
    Sequencer::new(Arc::clone(domain.language()), domain.size().clone(), masks)
}

pub fn config() -> ModelConfig {
    ModelConfig {
        encoder: ImageEncoder::Grid,
        attention: Attention::Prefix,
        position: Position::Pointer,
        width: 16,
        layers: 2,
        heads: 2,
        channels: vec![8, 8, 8],
        context: 32,
        value_weight: 0.1,
        value_apart: false,
        numbers: Numbers::Apart,
        summary: 0,
        places: true,
        current_picture: true,
    }
}

/// The parts of the paper's network, in small.
pub fn narrow() -> ModelConfig {
    ModelConfig {
        encoder: ImageEncoder::NfResnet26,
        attention: Attention::Causal,
        position: Position::Token,
        channels: vec![16, 16, 32, 32],
        context: 40,
        value_apart: true,
        ..config()
    }
}

/// A network whose choices are far from uniform.
pub fn model(domain: &Arc<dyn DynDomain>, seed: u64) -> Model {
    model_of(&config(), domain, seed)
}

pub fn model_of(config: &ModelConfig, domain: &Arc<dyn DynDomain>, seed: u64) -> Model {
    Model::new(config, &sequencer(domain), domain.canvas(), Device::Cpu, seed).unwrap()
}

pub fn info(domain: &Arc<dyn DynDomain>) -> CheckpointInfo {
    let grammar = domain.language().grammar();
    CheckpointInfo {
        domain: domain.name().into(),
        grammar: grammar.fingerprint.clone(),
        grammar_name: grammar.name.clone(),
        canvas: domain.canvas(),
        small: SMALL,
        objective: Objective::Diffusion,
        model: config(),
        step: 12,
        examples: 384,
    }
}

/// Random programs and their pictures.
pub fn programs(
    domain: &Arc<dyn DynDomain>,
    sizes: std::ops::RangeInclusive<u32>,
    count: usize,
) -> Vec<(Tree, Vec<u8>)> {
    let grammar = domain.language().grammar();
    let sampler = Sampler::new(grammar, domain.size(), *sizes.end(), Weighting::Rules);
    let sizes = sampler.feasible(domain.start(), sizes).unwrap();
    let mut rng = stream(7, 0);
    (0..count)
        .map(|_| {
            let tree = sampler.sample(domain.start(), &sizes, &mut rng);
            let mut picture = vec![0; domain.canvas().bytes()];
            domain.render(tree.nodes(), &mut picture).unwrap();
            (tree, picture)
        })
        .collect()
}
