//! Rainbow, a small network, and programs to ask it about.

use std::sync::Arc;

use tch::Device;
use tdf_config::{Attention, ImageEncoder, ModelConfig, NumberEmbedding, Position};
use tdf_data::Objective;
use tdf_decode::{Masks, ProgramTokenizer};
use tdf_domain::DynDomain;
use tdf_model::{CheckpointInfo, Model, NeuralPolicy};
use tdf_rainbow as _;
use tdf_search::{Proposal, Query};
use tdf_tree::{Rng, Sampler, Tree, Weighting, rng_stream};

use crate::rounding::Rounding;

pub const SMALL: u32 = 2;

pub fn rainbow() -> Arc<dyn DynDomain> {
    tdf_domain::builtin("rainbow").unwrap().open().unwrap()
}

pub fn tokenizer(domain: &Arc<dyn DynDomain>) -> ProgramTokenizer {
    let masks = Arc::new(Masks::new(domain.language(), domain.size()).unwrap());
    ProgramTokenizer::new(Arc::clone(domain.language()), domain.size().clone(), masks)
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
        number_embedding: NumberEmbedding::Independent,
        global_tokens: 0,
        spatial_tokens: true,
        current_image: true,
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
    Model::new(config, &tokenizer(domain), domain.observation_spec(), Device::Cpu, seed).unwrap()
}

pub fn info(domain: &Arc<dyn DynDomain>) -> CheckpointInfo {
    let grammar = domain.language().grammar();
    CheckpointInfo {
        domain: domain.name().into(),
        grammar: grammar.fingerprint.clone(),
        grammar_name: grammar.name.clone(),
        observation: domain.observation_spec(),
        max_edit_size: SMALL,
        objective: Objective::Diffusion,
        model: config(),
        step: 12,
        examples: 384,
    }
}

pub fn rngs(count: usize) -> Vec<Rng> {
    (0..count as u64).map(|i| rng_stream(5, i)).collect()
}

/// Each program is to draw what the next one draws.
pub fn queries(programs: &[(Tree, Vec<u8>)]) -> Vec<Query<'_>> {
    let targets = programs.iter().cycle().skip(1);
    let pairs = programs.iter().zip(targets);
    pairs
        .map(|((program, image), (_, target))| Query {
            inputs: const { &tdf_domain::Inputs::none() },
            program,
            observation: image,
            target,
        })
        .collect()
}

pub fn policy(seed: u64) -> NeuralPolicy {
    let domain = rainbow();
    NeuralPolicy::new(model(&domain, seed), domain.clone(), tokenizer(&domain), SMALL)
}

/// How far log-probabilities and values of these networks may be apart.
pub fn rounding(model: &Model) -> Rounding {
    Rounding::of_network(model.layout())
}

/// Fails if log-probabilities differ by more than rounding explains. Those of several decisions are sums of them.
#[track_caller]
pub fn same_log_probability(rounding: Rounding, a: f32, b: f32) {
    let (a, b) = (f64::from(a), f64::from(b));
    rounding.check("log-probability", a, b, a.abs().max(1.0));
}

/// Fails unless the same questions, with the same random numbers, have the same answers, but for as few as rounding explains.
///
/// A choice falls otherwise only if its random number lies within the rounding of a boundary between two candidates or, without
/// chance, if the two likeliest tie within it. [`Rounding::bound`] of a probability is some 1e-5 here and questions have some
/// tens of choices: at most one question in a thousand is expected to differ. One in a hundred may. A fault in which numbers
/// and images belong to which question changes most of them.
#[track_caller]
pub fn same_answers<T>(a: &[Vec<T>], b: &[Vec<T>], mut same: impl FnMut(&T, &T) -> bool) {
    assert_eq!(a.len(), b.len());
    let mut differs = |(a, b): &(&Vec<T>, &Vec<T>)| a.len() != b.len() || !a.iter().zip(*b).all(|(a, b)| same(a, b));
    let differing = a.iter().zip(b).filter(|pair| differs(pair)).count();
    assert!(
        differing <= a.len().div_ceil(100),
        "{differing} of {} questions have other answers",
        a.len()
    );
}

/// Fails unless proposals are the same but for rounding.
#[track_caller]
pub fn same_proposals(rounding: Rounding, a: &[Vec<Proposal>], b: &[Vec<Proposal>]) {
    same_answers(a, b, |a, b| {
        let same = a.edit == b.edit;
        if same {
            same_log_probability(rounding, a.position_log_probability, b.position_log_probability);
            same_log_probability(rounding, a.log_probability, b.log_probability);
        }
        same
    });
}

/// Random programs and their images.
pub fn programs(
    domain: &Arc<dyn DynDomain>,
    sizes: std::ops::RangeInclusive<u32>,
    count: usize,
) -> Vec<(Tree, Vec<u8>)> {
    let grammar = domain.language().grammar();
    let sampler = Sampler::new(grammar, domain.size(), *sizes.end(), Weighting::Rules);
    let sizes = sampler.feasible(domain.start(), sizes).unwrap();
    let mut rng = rng_stream(7, 0);
    (0..count)
        .map(|_| {
            let tree = sampler.sample(domain.start(), &sizes, &mut rng);
            let mut image = domain.observation_spec().blank();
            domain.render(tree.nodes(), &mut image).unwrap();
            (tree, image)
        })
        .collect()
}
