//! The optimiser against libtorch's own.

use rand::RngExt;
use tch::nn::{self, OptimizerConfig};
use tch::{Device, Kind, Tensor, no_grad};
use tdf_config::{Config, TrainConfig};
use tdf_train::{AdamW, WeightEma};

use crate::rounding::{Rounding, greatest};

fn random(n: usize, rng: &mut tdf_tree::Rng) -> Tensor {
    let values: Vec<f32> = (0..n).map(|_| rng.random_range(-1.0..1.0)).collect();
    Tensor::from_slice(&values)
}

fn config() -> TrainConfig {
    Config::preset("tiny").unwrap().train
}

/// Compares 50 updates by the same gradients, of sizes that change.
fn compare(config: &TrainConfig) {
    const N: usize = 1000;
    let mut rng = tdf_tree::rng_stream(1, 0);
    let first = random(N, &mut rng);
    let mine = first.copy().set_requires_grad(true);
    let mut optimizer = AdamW::new(&mine, &first.ones_like(), config);

    let vs = nn::VarStore::new(Device::Cpu);
    let theirs = vs.root().var_copy("parameters", &first);
    let adam = nn::AdamW::default()
        .beta1(config.beta1)
        .beta2(config.beta2)
        .wd(config.weight_decay)
        .eps(1e-8);
    let mut reference = adam.build(&vs, config.lr).unwrap();

    for step in 0..UPDATES {
        let rate = config.lr * (1.0 - f64::from(step) / 100.0);
        let gradient = random(N, &mut rng) * f64::from(step % 7) * 0.1;
        optimizer.step(&mine, gradient.copy(), rate);
        reference.set_lr(rate);
        let loss = (&theirs * &gradient).sum(Kind::Float);
        if config.clip > 0.0 {
            reference.backward_step_clip_norm(&loss, config.clip);
        } else {
            reference.backward_step(&loss);
        }
    }
    assert!(
        (&mine - &first).abs().max().double_value(&[]) > 1e-3,
        "nothing was learnt"
    );
    // A parameter is rounded when it decays and when it is changed; the change itself is a hundredth of it.
    let values = |tensor: Tensor| Vec::<f32>::try_from(tensor.detach()).unwrap();
    let (mine, theirs) = (values(mine), values(theirs));
    Rounding::of(3 * UPDATES as usize).check_all(&format!("{config:?}"), &mine, &theirs, greatest(&mine));
}

const UPDATES: u32 = 50;

#[test]
fn is_adamw() {
    let plain = TrainConfig {
        clip: 0.0,
        lr: 1e-2,
        weight_decay: 0.1,
        ..config()
    };
    for config in [
        plain.clone(),
        TrainConfig {
            weight_decay: 0.0,
            ..plain.clone()
        },
        TrainConfig {
            clip: 1.0,
            ..plain.clone()
        },
        TrainConfig {
            clip: 1e3,
            beta1: 0.5,
            beta2: 0.999,
            ..plain
        },
    ] {
        compare(&config);
    }
}

#[test]
fn decays_what_the_mask_names() {
    let config = TrainConfig {
        weight_decay: 0.5,
        ..config()
    };
    let parameters = Tensor::from_slice(&[2.0f32, 2.0]).set_requires_grad(true);
    let mut optimizer = AdamW::new(&parameters, &Tensor::from_slice(&[1.0f32, 0.0]), &config);
    optimizer.step(&parameters, Tensor::from_slice(&[0.0f32, 0.0]), 0.1);
    let values = Vec::<f32>::try_from(parameters.detach()).unwrap();
    Rounding::of(3).check_all("parameter", &values, &[1.9, 2.0], 2.0);
}

#[test]
fn averages_without_lingering_at_the_start() {
    let mut parameters = Tensor::from_slice(&[100.0f32]);
    let mut average = WeightEma::new(&parameters, 0.9);
    let mut raw = WeightEma::new(&parameters, 0.0);
    no_grad(|| drop(parameters.fill_(1.0)));
    let mut expected = 100.0;
    for update in 1..=200 {
        average.update(&parameters, update);
        raw.update(&parameters, update);
        let decay = (update as f64 / (update as f64 + 10.0)).min(0.9);
        expected = decay * expected + (1.0 - decay);
        let value = average.flat().double_value(&[0]);
        // Two products and a sum, all of the same sign: their errors add up, relative to them.
        Rounding::of(3 * update as usize).check("average", value, expected, expected);
        assert_eq!(raw.flat().double_value(&[0]), 1.0);
    }
    assert!(expected < 1.01);
}
