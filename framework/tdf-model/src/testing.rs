//! Hand-made models and examples for the unit tests.

use rand::RngExt as _;
use tch::{Device, Tensor};
use tdf_data::EncodedExample;
use tdf_decode::{Decision, MaskId, VocabularyId};
use tdf_domain::{Canvas, Inputs, ObservationSpec};
use tdf_tree::{Rng, rng_stream};

use crate::batch::Batch;
use crate::dimensions::Dimensions;
use crate::forward::{Scores, forward};
use crate::layout::Layout;
use crate::rounding::{Rounding, greatest};
use crate::transfer::to_vec;
use crate::{Attention, ImageEncoder, Model, ModelConfig, ModelError, NumberEmbedding, Position};
use tdf_config::preset;

pub(crate) const CANVAS: Canvas = Canvas {
    width: 64,
    height: 64,
    channels: 3,
    background: 255,
};
/// Tokens 0..9, the end 9, the anchor token 10.
pub(crate) const MASKS: [&[VocabularyId]; 3] = [&ids([0, 1, 2]), &ids([3, 4, 5, 6]), &ids([2, 8, 9])];

const fn ids<const N: usize>(numbers: [u32; N]) -> [VocabularyId; N] {
    let mut ids = [VocabularyId(0); N];
    let mut at = 0;
    while at < N {
        ids[at] = VocabularyId(numbers[at]);
        at += 1;
    }
    ids
}

pub(crate) fn small() -> ModelConfig {
    ModelConfig {
        encoder: ImageEncoder::Grid,
        attention: Attention::Prefix,
        position: Position::Pointer,
        width: 16,
        layers: 2,
        heads: 2,
        channels: vec![8, 8, 8],
        context: 16,
        number_embedding: NumberEmbedding::Independent,
        global_tokens: 0,
        spatial_tokens: true,
        value_weight: 0.1,
        value_apart: false,
        current_image: true,
    }
}

/// The parts of the paper's network, in small.
pub(crate) fn narrow() -> ModelConfig {
    ModelConfig {
        encoder: ImageEncoder::NfResnet26,
        attention: Attention::Causal,
        position: Position::Token,
        channels: vec![16, 16, 32, 32],
        context: 24,
        value_apart: true,
        ..small()
    }
}

/// Tokens of the whole image alone, and numbers in order: `ids` 3 to 6 are numbers.
pub(crate) fn whole() -> ModelConfig {
    ModelConfig {
        global_tokens: 3,
        spatial_tokens: false,
        number_embedding: NumberEmbedding::Fourier,
        ..small()
    }
}

pub(crate) fn tiny() -> ModelConfig {
    preset("tiny").unwrap()
}

pub(crate) fn model(config: &ModelConfig, canvas: Canvas, seed: u64) -> Model {
    model_of(config, canvas.into(), seed)
}

/// A model for observations of any form.
pub(crate) fn model_of(config: &ModelConfig, spec: ObservationSpec, seed: u64) -> Model {
    // Threads of libtorch wait for each other where tests run side by side.
    tch::set_num_threads(1);
    let texts = ["a", "b", "c", "1", "2", "4", "8.5", "x", "(", ")"].into_iter();
    let dimensions = Dimensions::new(config, spec, 11, 10, MASKS.len() as i64)
        .unwrap()
        .with_tokens(texts);
    let fresh = |layout: &Layout| Ok::<_, ModelError>(Tensor::from_slice(&layout.initial(seed)));
    Model::build(dimensions, MASKS.into_iter(), Device::Cpu, fresh).unwrap()
}

pub(crate) fn image(canvas: Canvas, rng: &mut Rng) -> Vec<u8> {
    // Blocks of 8 pixels: an image that the encoder can tell from others.
    let blocks: Vec<u8> = (0..64 * canvas.channels)
        .map(|_| if rng.random_bool(0.5) { 255 } else { rng.random() })
        .collect();
    let (w, h, c) = (canvas.width, canvas.height, canvas.channels);
    (0..w * h * c)
        .map(|i| {
            let (x, y) = (i / c % w, i / c / w);
            blocks[((y * 8 / h * 8 + x * 8 / w) * c + i % c) as usize]
        })
        .collect()
}

pub(crate) fn example(canvas: Canvas, longest: u32, rng: &mut Rng) -> EncodedExample {
    let length = rng.random_range(2..=longest);
    let sites: Vec<u32> = (0..length).filter(|_| rng.random_bool(0.7)).collect();
    let sites = if sites.is_empty() { vec![0] } else { sites };
    let steps = (0..rng.random_range(0..=6))
        .map(|_| {
            let mask = rng.random_range(0..MASKS.len());
            Decision {
                mask: MaskId(mask as u32),
                id: MASKS[mask][rng.random_range(0..MASKS[mask].len())],
            }
        })
        .collect();
    EncodedExample {
        inputs: Inputs::none(),
        image: image(canvas, rng),
        target: image(canvas, rng),
        ids: (0..length).map(|_| VocabularyId(rng.random_range(0..11))).collect(),
        position: sites[rng.random_range(0..sites.len())],
        sites,
        steps,
        alternatives: Vec::new(),
        distance: rng.random_range(1..6),
    }
}

pub(crate) fn examples(canvas: Canvas, longest: u32, count: usize, seed: u64) -> Vec<EncodedExample> {
    let mut rng = rng_stream(seed, 0);
    (0..count).map(|_| example(canvas, longest, &mut rng)).collect()
}

/// What `model` says of `examples`, without a graph.
pub(crate) fn scores(model: &Model, examples: &[EncodedExample]) -> Scores {
    let batch = Batch::new(model.dimensions(), examples, Device::Cpu).unwrap();
    tch::no_grad(|| forward(&model.network(), model.dimensions(), &batch, model.masks()))
}

/// The number of a tensor of one.
pub(crate) fn number(tensor: &Tensor) -> f64 {
    tensor.double_value(&[])
}

/// How far scores and losses of `model` may be apart.
pub(crate) fn rounding(model: &Model) -> Rounding {
    Rounding::of_network(model.layout())
}

/// Fails unless scores, values or losses are the same but for rounding. The magnitude of what is summed in the layers is one:
/// norms see to that.
#[track_caller]
pub(crate) fn same(what: &str, rounding: Rounding, a: &Tensor, b: &Tensor) {
    let (a, b) = (to_vec(a).unwrap(), to_vec(b).unwrap());
    rounding.check_all(what, &a, &b, greatest(&a).max(1.0));
}

/// Fails if they are the same.
#[track_caller]
pub(crate) fn differ(what: &str, rounding: Rounding, a: &Tensor, b: &Tensor) {
    let (a, b) = (to_vec(a).unwrap(), to_vec(b).unwrap());
    assert!(!rounding.allows_all(&a, &b, greatest(&a).max(1.0)), "{what}: {a:?}");
}

/// Fails unless two gradients of the mean loss of `batch` are the same but for rounding.
#[track_caller]
pub(crate) fn same_gradients(model: &Model, batch: &[EncodedExample], a: &Tensor, b: &Tensor) {
    // What is summed are the gradients of the examples, which may cancel each other.
    let single = batch.iter().map(|example| {
        let (gradient, _) = model.gradient(std::slice::from_ref(example), 1).unwrap();
        gradient.abs()
    });
    let magnitude = number(&(single.reduce(|a, b| a + b).unwrap() / batch.len() as f64).max());
    // A kernel's gradient is a sum over all pixels of the first convolution, whose stride is 2 or more.
    let canvas = model.dimensions().spec.canvas().expect("an image");
    let pixels = (canvas.width * canvas.height / 4) as usize;
    let rounding = rounding(model).of_gradient(pixels * batch.len());
    rounding.check_all("gradient", &to_vec(a).unwrap(), &to_vec(b).unwrap(), magnitude);
}
