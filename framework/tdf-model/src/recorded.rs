//! The network against timm's encoder and torch.nn's transformer, on weights and inputs that both sides work out, see
//! `tests/recorded/record.py`.

use serde::Deserialize;
use tch::{Device, Kind, Tensor};
use tdf_data::EncodedExample;
use tdf_decode::{Decision, MaskId, VocabularyId};
use tdf_domain::{Canvas, Inputs};

use crate::batch::Batch;
use crate::dimensions::Dimensions;
use crate::forward::forward;
use crate::image_tokens::NF_RESNET_TOKENS as TOKENS;
use crate::layout::Layout;
use crate::nf_resnet::NfResnet;
use crate::observations::{ImageInput, planes};
use crate::rounding::{Rounding, greatest};
use crate::testing::number;
use crate::transfer::to_vec;
use crate::{Model, ModelConfig, ModelError};
use tdf_config::preset;

#[derive(Deserialize)]
struct Recorded {
    encoders: Vec<EncoderCase>,
    network: NetworkCase,
}

#[derive(Deserialize)]
struct EncoderCase {
    channels: Vec<i64>,
    width: i64,
    canvas: [u32; 3],
    examples: u32,
    parameters: i64,
    stages: Vec<Summary>,
    features: Vec<f32>,
    tokens: Vec<f32>,
    /// Norm and first numbers of each parameter's gradient of the mean square of the tokens.
    gradients: Option<Vec<Vec<f32>>>,
}

#[derive(Deserialize)]
struct Summary {
    shape: Vec<i64>,
    mean: f64,
    deviation: f64,
    values: Vec<f32>,
}

#[derive(Deserialize)]
struct NetworkCase {
    channels: Vec<i64>,
    width: i64,
    layers: i64,
    heads: i64,
    context: i64,
    canvas: [u32; 3],
    vocabulary: u32,
    outputs: u32,
    /// Lengths of programs, and numbers of decisions.
    programs: Vec<u32>,
    steps: Vec<u32>,
    positions: Vec<f32>,
    decisions: Vec<f32>,
    values: Vec<f32>,
}

fn recorded() -> Recorded {
    serde_json::from_str(include_str!("../tests/recorded/expected.json")).unwrap()
}

/// Number `i` of tensor `t`, in [-1, 1).
fn uniform(t: u32, i: u32) -> f64 {
    let mut x = i.wrapping_add(t.wrapping_mul(0x9E37_79B9));
    for (shift, factor) in [(16, 0x7FEB_352D), (15, 0x846C_A68B)] {
        x = (x ^ (x >> shift)).wrapping_mul(factor);
    }
    f64::from(x ^ (x >> 16)) / f64::from(1u32 << 31) - 1.0
}

fn below(bound: u32, t: u32, count: u32) -> Vec<u32> {
    (0..count)
        .map(|i| ((uniform(t, i) + 1.0) / 2.0 * f64::from(bound)) as u32)
        .collect()
}

fn parameter(number: u32, name: &str, shape: &[i64]) -> Vec<f32> {
    let (offset, factor) = match name.rsplit('.').next() {
        Some("gain") => (1.0, 0.2),
        Some("bias") => (0.0, 0.1),
        _ if name.ends_with("norm.weight") => (1.0, 0.2),
        _ => (0.0, (3.0 / shape[1..].iter().product::<i64>() as f64).sqrt()),
    };
    let count = shape.iter().product::<i64>() as u32;
    (0..count)
        .map(|i| (offset + factor * uniform(number, i)) as f32)
        .collect()
}

fn canvas([width, height, channels]: [u32; 3]) -> Canvas {
    Canvas {
        width,
        height,
        channels,
        background: 0,
    }
}

/// Current and target image of an example.
fn pair(canvas: Canvas, example: u32) -> [Vec<u8>; 2] {
    [0, 1].map(|image| {
        let t = 1000 + 2 * example + image;
        let samples = 0..canvas.bytes() as u32;
        samples.map(|i| ((uniform(t, i) + 1.0) * 128.0) as u8).collect()
    })
}

/// The first of our numbers against the recorded ones; the others come from another version, processor and order of sums.
#[track_caller]
fn close(what: &str, rounding: Rounding, ours: &Tensor, theirs: &[f32], magnitude: f64) {
    let ours = to_vec(&ours.flatten(0, -1)).unwrap();
    rounding.check_all(what, &ours[..theirs.len()], theirs, magnitude);
}

fn compare(case: &EncoderCase) {
    let canvas = canvas(case.canvas);
    let config = ModelConfig {
        channels: case.channels.clone(),
        width: case.width,
        ..preset("paper").unwrap()
    };
    let mut parameters: Vec<Tensor> = Vec::new();
    let mut layout = Vec::new();
    let network = NfResnet::build(&config, canvas, &mut |name, shape, _| {
        let values = parameter(parameters.len() as u32, &name, shape);
        let tensor = Tensor::from_slice(&values).view(shape).set_requires_grad(true);
        parameters.push(tensor.shallow_clone());
        layout.push((name, shape.to_vec(), 0));
        tensor
    });
    let count: usize = parameters.iter().map(Tensor::numel).sum();
    assert_eq!(count as i64, case.parameters);
    let rounding = Rounding::of_network(&layout);

    let pairs: Vec<_> = (0..case.examples).map(|e| pair(canvas, e)).collect();
    let planes = planes(
        canvas,
        ImageInput::Both,
        pairs.iter().map(|[a, b]| (&a[..], &b[..])),
        Device::Cpu,
    )
    .unwrap();
    let mut stages = case.stages.iter().enumerate();
    let _ = network.stages(&planes, |x| {
        let (i, theirs) = stages.next().unwrap();
        let ours = x.detach().contiguous().flatten(0, -1);
        let what = format!("stage {i}");
        assert_eq!(x.size(), theirs.shape, "{what}");
        let every = (ours.size()[0] / 32).max(1);
        let magnitude = number(&ours.abs().max());
        let sample = ours.slice(0, 0, None, every);
        close(
            &what,
            rounding,
            &sample.slice(0, 0, theirs.values.len() as i64, 1),
            &theirs.values,
            magnitude,
        );
        let ours = ours.to_kind(Kind::Double);
        let deviation = number(&ours.square().mean(Kind::Double).sqrt());
        let mean = number(&ours.mean(Kind::Double));
        rounding.check(&what, deviation, theirs.deviation, theirs.deviation);
        rounding.check(&what, mean, theirs.mean, theirs.deviation);
    });
    assert!(stages.next().is_none());
    let features = network.features(&planes);
    close("feature", rounding, &features, &case.features, greatest(&case.features));
    let tokens = network.tokens(&features);
    assert_eq!(tokens.size(), [i64::from(case.examples), TOKENS, case.width]);
    close("token", rounding, &tokens, &case.tokens, greatest(&case.tokens));

    let Some(gradients) = &case.gradients else { return };
    tokens.square().mean(Kind::Float).backward();
    assert_eq!(gradients.len(), parameters.len());
    let rounding = rounding.of_gradient(case.examples as usize * canvas.bytes() / 4);
    for (i, (parameter, theirs)) in parameters.iter().zip(gradients).enumerate() {
        let gradient = parameter.grad();
        let norm = theirs[0].into();
        close(
            &format!("norm of gradient {i}"),
            rounding,
            &gradient.norm(),
            &theirs[..1],
            norm,
        );
        close(&format!("gradient {i}"), rounding, &gradient, &theirs[1..], norm);
    }
}

#[test]
fn encoders_agree_with_timm() {
    let cases = recorded().encoders;
    let full = preset("paper").unwrap().channels;
    assert!(cases.iter().any(|case| case.channels == full));
    assert!(cases.iter().any(|case| case.gradients.is_some()));
    cases.iter().for_each(compare);
}

/// The parts of the paper in small, in one batch of programs of different lengths.
#[test]
fn a_network_agrees_with_torch() {
    let case = recorded().network;
    let config = ModelConfig {
        channels: case.channels,
        width: case.width,
        layers: case.layers,
        heads: case.heads,
        context: case.context,
        ..preset("paper").unwrap()
    };
    let canvas = canvas(case.canvas);
    let (vocabulary, outputs) = (i64::from(case.vocabulary), i64::from(case.outputs));
    let dimensions = Dimensions::new(&config, canvas, vocabulary, outputs, 1).unwrap();
    let all: Vec<VocabularyId> = (0..case.outputs).map(VocabularyId).collect();
    let recorded = |layout: &Layout| {
        let entries = layout.entries.iter().enumerate();
        let values = entries.flat_map(|(number, (name, shape, _))| parameter(number as u32, name, shape));
        Ok::<_, ModelError>(Tensor::from_slice(&values.collect::<Vec<f32>>()))
    };
    let model = Model::build(dimensions, std::iter::once(&all[..]), Device::Cpu, recorded).unwrap();

    let examples: Vec<EncodedExample> = (0..)
        .zip(case.programs.iter().zip(&case.steps))
        .map(|(example, (&length, &count))| {
            let [image, target] = pair(canvas, example);
            let step = |id| Decision {
                mask: MaskId(0),
                id: VocabularyId(id),
            };
            EncodedExample {
                inputs: Inputs::none(),
                image,
                target,
                ids: below(case.vocabulary, 2000 + example, length)
                    .into_iter()
                    .map(VocabularyId)
                    .collect(),
                sites: (0..length).collect(),
                position: length - 2,
                steps: below(case.outputs, 3000 + example, count)
                    .into_iter()
                    .map(step)
                    .collect(),
                alternatives: Vec::new(),
                distance: 1,
            }
        })
        .collect();
    let batch = Batch::new(model.dimensions(), &examples, Device::Cpu).unwrap();
    let masks = Tensor::zeros([1, outputs], (Kind::Float, Device::Cpu));
    let scores = tch::no_grad(|| forward(&model.network(), model.dimensions(), &batch, &masks));
    let rounding = Rounding::of_network(model.layout());
    let mut theirs = &case.positions[..];
    for (example, &length) in case.programs.iter().enumerate() {
        let (these, others) = theirs.split_at(length as usize);
        close(
            "position",
            rounding,
            &scores.positions.get(example as i64),
            these,
            greatest(these),
        );
        theirs = others;
    }
    assert!(theirs.is_empty());
    assert_eq!(scores.decisions.numel(), case.decisions.len());
    close(
        "decision",
        rounding,
        &scores.decisions,
        &case.decisions,
        greatest(&case.decisions),
    );
    close("value", rounding, &scores.values, &case.values, greatest(&case.values));
}
