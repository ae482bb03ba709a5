//! Programs that a network writes.

use tdf_data::EncodedExample;
use tdf_decode::{GenerationPlan, Hole};
use tdf_model::NeuralPolicy;
use tdf_search::{Generated, GenerationRequest, Generator as _};

use crate::rounding::Rounding;
use crate::setting::{
    SMALL, model, policy, programs, rainbow, rngs, rounding, same_answers, same_log_probability, tokenizer,
};

/// Fails unless what is written is the same but for rounding.
#[track_caller]
fn same_programs(rounding: Rounding, a: &[Vec<Generated>], b: &[Vec<Generated>]) {
    same_answers(a, b, |a, b| {
        let same = a.parts == b.parts;
        if same {
            same_log_probability(rounding, a.log_probability, b.log_probability);
        }
        same
    });
}

/// Programs written at once, and in two holes: of the language, within their budgets, the same whatever else is asked and on
/// however many threads.
#[test]
fn what_is_written_fits_its_holes() {
    let domain = rainbow();
    let start = domain.start();
    let programs = programs(&domain, 1..=8, 12);
    let blank = domain.observation_spec().blank();
    let rounding = rounding(&model(&domain, 1));
    for holes in [&[6][..], &[1, 3]] {
        let holes: Vec<Hole> = holes
            .iter()
            .map(|&budget| Hole {
                nonterminal: start,
                budget,
            })
            .collect();
        let requests: Vec<GenerationRequest<'_>> = programs
            .iter()
            .map(|(_, target)| GenerationRequest {
                inputs: domain.inputs(),
                observation: &blank,
                target,
                holes: &holes,
            })
            .collect();
        for temperature in [0.0, 1.0, 10.0] {
            let write = |threads, count| {
                let plan = GenerationPlan::whole(domain.start(), 6);
                let mut writer = policy(1).with_threads(threads).into_generator(plan);
                writer
                    .generate(&requests[..count], 5, temperature, &mut rngs(count))
                    .unwrap()
            };
            let written = write(1, 12);
            assert_eq!(written.len(), 12);
            for Generated { parts, log_probability } in written.iter().flatten() {
                assert_eq!(parts.len(), holes.len());
                assert!(*log_probability <= 0.0);
                for (part, hole) in parts.iter().zip(&holes) {
                    assert!(domain.size().of(part.nodes()) <= hole.budget);
                    let text = domain.language().print(part.nodes());
                    assert_eq!(domain.language().parse(start, &text).as_ref(), Ok(part), "{text}");
                }
            }
            assert!(
                written.iter().map(Vec::len).sum::<usize>() > 50,
                "most are short enough"
            );
            same_programs(rounding, &write(3, 12), &written);
            same_programs(rounding, &write(1, 4), &written[..4]);
        }
    }
}

/// A network that learnt some programs by heart, as a writer learns, writes them.
#[test]
fn a_writer_writes_what_it_learnt() {
    let domain = rainbow();
    let plan = GenerationPlan::whole(domain.start(), 4);
    let tokenizer = tokenizer(&domain);
    let encoder = tdf_data::ExampleEncoder::new(domain.clone(), tokenizer.clone(), SMALL);
    let model = model(&domain, 3);
    let blank = domain.observation_spec().blank();
    let known = programs(&domain, 3..=4, 4);
    let examples: Vec<EncodedExample> = known
        .iter()
        .map(|(program, image)| {
            encoder.encode(&tdf_data::Example {
                target: program.clone(),
                target_image: image.clone(),
                image: blank.clone(),
                generated: vec![(plan.holes(false)[0], program.clone())],
                distance: 1,
                ..tdf_data::Example::default()
            })
        })
        .collect();
    assert!(examples.iter().all(|e| e.sites.len() == 1 && e.steps.len() > 3));
    let flat = model.flat().shallow_clone();
    let (mut mean, mut square) = (flat.detach().zeros_like(), flat.detach().zeros_like());
    for step in 1..=400 {
        let (gradient, loss) = model.gradient(&examples, 1).unwrap();
        if loss.total.double_value(&[]) < 0.05 {
            break;
        }
        tch::no_grad(|| {
            mean = &mean * 0.9 + &gradient * 0.1;
            square = &square * 0.98 + &gradient * &gradient * 0.02;
            let rate = 3e-3 * (1.0 - 0.98_f64.powi(step)).sqrt() / (1.0 - 0.9_f64.powi(step));
            let _ = flat.shallow_clone().subtract_(&(&mean / (square.sqrt() + 1e-8) * rate));
        });
    }
    let mut writer = NeuralPolicy::new(model, domain.clone(), tokenizer, SMALL).into_generator(plan.clone());
    let requests: Vec<GenerationRequest<'_>> = known
        .iter()
        .map(|(_, target)| GenerationRequest {
            inputs: domain.inputs(),
            observation: &blank,
            target,
            holes: plan.holes(false),
        })
        .collect();
    let written = writer.generate(&requests, 1, 0.0, &mut rngs(4)).unwrap();
    for (written, (program, _)) in written.iter().zip(&known) {
        assert_eq!(written[0].parts, std::slice::from_ref(program));
    }
}
