//! Proposals and values.

use tch::Device;
use tdf_config::ModelConfig;
use tdf_data::EncodedExample;
use tdf_decode::TokenSequence;
use tdf_domain::{Inputs, ObservationPair};
use tdf_model::{CheckpointInfo, Model, NeuralPolicy, count_flops};
use tdf_search::{Policy as _, Proposal, Query, Value as _};

use crate::rounding::{Rounding, greatest};
use crate::setting::{
    SMALL, config, info, model, model_of, narrow, policy, programs, queries, rainbow, rngs, rounding,
    same_log_probability, same_proposals, tokenizer,
};

/// What a query shows.
fn pair<'a>(query: &Query<'a>) -> ObservationPair<'a> {
    ObservationPair {
        inputs: query.inputs,
        current: query.observation,
        target: query.target,
    }
}

#[test]
fn every_proposal_is_a_program_within_the_budget() {
    let domain = rainbow();
    let programs = programs(&domain, 1..=8, 40);
    for temperature in [0.0, 0.7, 1.0, 10.0] {
        let proposals = policy(1)
            .propose(&queries(&programs), 5, temperature, &mut rngs(40))
            .unwrap();
        assert_eq!(proposals.len(), 40);
        for ((program, _), proposals) in programs.iter().zip(&proposals) {
            assert_eq!(proposals.len(), 5);
            for Proposal {
                edit,
                position_log_probability,
                log_probability,
            } in proposals
            {
                assert!(domain.size().of(&edit.replacement) <= SMALL);
                assert!(log_probability <= position_log_probability && *position_log_probability <= 0.0);
                let mut edited = program.clone();
                edit.apply(&mut edited);
                let text = domain.language().print(edited.nodes());
                assert_eq!(
                    domain.language().parse(domain.start(), &text).as_ref(),
                    Ok(&edited),
                    "{text}"
                );
            }
        }
    }
}

/// The loss of an example is what the policy says of it: cached decoding against one pass over everything.
#[test]
fn probabilities_are_those_of_training() {
    probabilities_of(&config());
    probabilities_of(&narrow());
}

fn probabilities_of(config: &ModelConfig) {
    let domain = rainbow();
    let tokenizer = tokenizer(&domain);
    let model = model_of(config, &domain, 2);
    let programs = programs(&domain, 2..=8, 12);
    let queries = queries(&programs);
    let mut policy = NeuralPolicy::new(model.shallow_clone(), domain.clone(), tokenizer.clone(), SMALL);
    let proposals = policy.propose(&queries, 4, 1.0, &mut rngs(12)).unwrap();
    let (rounding, mut steps_seen) = (rounding(&model), 0);
    for (query, proposals) in queries.iter().zip(proposals) {
        let mut sequence = TokenSequence::default();
        tokenizer.sequence(domain.start(), query.program, &mut sequence);
        for Proposal {
            edit,
            position_log_probability,
            log_probability,
        } in proposals
        {
            let &(position, site) = sequence.sites.iter().find(|(_, site)| site.node == edit.node).unwrap();
            let mut steps = Vec::new();
            tokenizer.decisions(site.nonterminal, &edit.replacement, SMALL, &mut steps);
            let decisions = steps.len() as f64;
            steps_seen += steps.len();
            let example = EncodedExample {
                inputs: Inputs::none(),
                image: query.observation.to_vec(),
                target: query.target.to_vec(),
                ids: sequence.ids.clone(),
                sites: sequence.sites.iter().map(|&(position, _)| position).collect(),
                position,
                steps,
                alternatives: Vec::new(),
                distance: 1,
            };
            let parts = model.loss(&[example]).unwrap().parts;
            let of_position = -parts.double_value(&[0]);
            let whole = of_position - parts.double_value(&[1]) * decisions;
            same_log_probability(rounding, of_position as f32, position_log_probability);
            same_log_probability(rounding, whole as f32, log_probability);
        }
    }
    assert!(steps_seen > 50);
}

/// A query's proposals depend on its own generator only: not on its neighbours, their number or their order.
#[test]
fn the_batch_does_not_matter() {
    let domain = rainbow();
    let programs = programs(&domain, 1..=8, 300);
    let queries = queries(&programs);
    let rounding = rounding(&model(&domain, 3));
    let mut policy = policy(3);
    let together = policy.propose(&queries, 3, 1.0, &mut rngs(300)).unwrap();
    let divided = policy
        .with_threads(3)
        .propose(&queries, 3, 1.0, &mut rngs(300))
        .unwrap();
    same_proposals(rounding, &divided, &together);
    let mut policy = self::policy(3);
    let some = || (0..300).step_by(37);
    let alone = some().flat_map(|i| {
        let alone = policy.propose(&queries[i..=i], 3, 1.0, &mut rngs(300)[i..=i]);
        alone.unwrap()
    });
    let alone: Vec<_> = alone.collect();
    let together: Vec<_> = some().map(|i| together[i].clone()).collect();
    same_proposals(rounding, &alone, &together);
}

/// As a GPU does it, with the masks' table and without a score on the host, and as a CPU does it.
#[test]
fn it_does_not_matter_where_choices_are_made() {
    let domain = rainbow();
    let programs = programs(&domain, 1..=8, 100);
    let queries = queries(&programs);
    for parts in [config(), narrow()] {
        for temperature in [0.0, 0.7, 10.0] {
            let model = model_of(&parts, &domain, 3);
            let policy = || NeuralPolicy::new(model.shallow_clone(), domain.clone(), tokenizer(&domain), SMALL);
            let propose = |mut policy: NeuralPolicy| policy.propose(&queries, 3, temperature, &mut rngs(100)).unwrap();
            let (host, device) = (propose(policy()), propose(policy().choosing_on_device()));
            assert_eq!(device.len(), 100);
            same_proposals(rounding(&model), &host, &device);
        }
    }
}

#[test]
fn the_greedy_edit_is_the_likeliest_of_its_position() {
    let domain = rainbow();
    let programs = programs(&domain, 2..=4, 6);
    let queries = queries(&programs);
    let mut policy = policy(4);
    let rounding = rounding(&model(&domain, 4));
    let greedy = policy.propose(&queries, 2, 0.0, &mut rngs(6)).unwrap();
    let random = policy.propose(&queries, 60, 1.0, &mut rngs(6)).unwrap();
    // Rows of one batch take different kernels.
    let of = |sample: usize| greedy.iter().map(|two| vec![two[sample].clone()]).collect::<Vec<_>>();
    same_proposals(rounding, &of(0), &of(1));
    for (greedy, random) in greedy.iter().zip(&random) {
        let greedy = f64::from(greedy[0].position_log_probability);
        let all = random.iter().map(|p| f64::from(p.position_log_probability));
        let most = all.fold(f64::MIN, f64::max);
        assert!(greedy >= most - rounding.bound(most.abs().max(1.0)), "{greedy} {most}");
    }
}

#[test]
fn programs_that_are_too_long_get_no_proposals() {
    let domain = rainbow();
    // A program of n primitives has 4 n - 2 tokens that carry a decision.
    let mut programs = programs(&domain, 20..=20, 1);
    programs.extend(crate::setting::programs(&domain, 2..=2, 1));
    let mut sequence = TokenSequence::default();
    tokenizer(&domain).sequence(domain.start(), &programs[0].0, &mut sequence);
    assert!(sequence.ids.len() > config().context as usize);
    let proposals = policy(5).propose(&queries(&programs), 2, 1.0, &mut rngs(2)).unwrap();
    assert_eq!([proposals[0].len(), proposals[1].len()], [0, 2]);
    assert_eq!(
        policy(5).propose(&[], 2, 1.0, &mut []).unwrap(),
        Vec::<Vec<Proposal>>::new()
    );
    assert_eq!(
        policy(5).propose(&queries(&programs), 0, 1.0, &mut rngs(2)).unwrap(),
        vec![Vec::new(); 2]
    );
}

/// Programs with little room behind them, in a context that they share with their edits.
#[test]
fn edits_that_would_be_too_long_are_given_up() {
    let domain = rainbow();
    let programs = programs(&domain, 2..=8, 60);
    let context = ModelConfig {
        context: 16,
        ..narrow()
    };
    let propose = |config: &ModelConfig| {
        let model = model_of(config, &domain, 3);
        let mut policy = NeuralPolicy::new(model, domain.clone(), tokenizer(&domain), SMALL);
        policy.propose(&queries(&programs), 4, 1.0, &mut rngs(60)).unwrap()
    };
    let counts: Vec<usize> = propose(&context).iter().map(Vec::len).collect();
    assert!(counts.contains(&0) && counts.contains(&4), "{counts:?}");
    assert!(counts.iter().any(|&count| (1..4).contains(&count)), "{counts:?}");
    assert!(propose(&narrow()).iter().all(|proposals| proposals.len() == 4));
}

/// What the value network was asked about, and what the policy was asked before, passes the image encoder once.
#[test]
fn images_are_encoded_once() {
    let domain = rainbow();
    let programs = programs(&domain, 2..=4, 40);
    let queries = queries(&programs);
    let pairs: Vec<ObservationPair<'_>> = queries.iter().map(pair).collect();
    let ask = |policy: &mut NeuralPolicy| count_flops(|| policy.propose(&queries, 2, 1.0, &mut rngs(40)).unwrap());
    let (fresh, whole) = ask(&mut policy(8));
    let mut policy = policy(8);
    let mut value = policy.value();
    let (distances, encoding) = count_flops(|| value.distances(&pairs).unwrap());
    let (again, head) = count_flops(|| value.distances(&pairs).unwrap());
    let rounding = rounding(&model(&domain, 8));
    same_values(rounding, &distances, &again);
    assert!(head.operations < 0.5 * encoding.operations);
    let (known, rest) = ask(&mut policy);
    let encoder = encoding.operations - head.operations;
    assert!((whole.operations - rest.operations - encoder).abs() < 0.01 * encoder);
    same_proposals(rounding, &known, &fresh);
    policy.forget();
    assert_eq!(ask(&mut policy).1, whole);
}

/// Fails unless predicted distances are the same but for rounding.
#[track_caller]
fn same_values(rounding: Rounding, a: &[f32], b: &[f32]) {
    rounding.check_all("distance", a, b, greatest(a).max(1.0));
}

#[test]
fn values() {
    let domain = rainbow();
    let programs = programs(&domain, 2..=4, 300);
    let policy = policy(6);
    let mut value = policy.value();
    let pairs: Vec<ObservationPair<'_>> = queries(&programs).iter().map(pair).collect();
    let distances = value.distances(&pairs).unwrap();
    assert_eq!(distances.len(), 300);
    let alone = value.distances(&pairs[299..]).unwrap();
    same_values(rounding(&model(&domain, 6)), &distances[299..], &alone);
    assert_eq!(value.distances(&[]).unwrap(), Vec::<f32>::new());
    let short = ObservationPair {
        current: &[0; 5],
        ..pairs[0]
    };
    let error = value.distances(&[short]).unwrap_err();
    assert_eq!(error.0, "an image of 5 bytes, not 12288 (64x64x3)");
}

/// The ablation "no current image": neither proposals nor values depend on the image of the program at hand, and this is
/// so in a checkpoint that was read again.
#[test]
fn a_network_that_is_not_shown_the_current_image_does_not_depend_on_it() {
    let domain = rainbow();
    let programs = programs(&domain, 2..=4, 20);
    let blank = domain.observation_spec().blank();
    let folder = tempfile::tempdir().unwrap();
    for parts in [config(), narrow()] {
        for current_image in [false, true] {
            let config = ModelConfig {
                current_image,
                ..parts.clone()
            };
            let file = folder.path().join("model.safetensors");
            let said = CheckpointInfo {
                model: config.clone(),
                ..info(&domain)
            };
            model_of(&config, &domain, 4).save(&file, &said).unwrap();
            let read = Model::load(&file, &tokenizer(&domain), domain.observation_spec(), Device::Cpu);
            let mut policy = NeuralPolicy::new(read.unwrap().0, domain.clone(), tokenizer(&domain), SMALL);
            let rounding = rounding(&model_of(&config, &domain, 4));
            let of = |policy: &mut NeuralPolicy, queries: &[Query<'_>]| {
                let pairs: Vec<ObservationPair<'_>> = queries.iter().map(pair).collect();
                let values = policy.value().distances(&pairs).unwrap();
                (policy.propose(queries, 2, 1.0, &mut rngs(20)).unwrap(), values)
            };
            let shown = queries(&programs);
            let no_image = shown.iter().map(|query| Query {
                observation: &blank,
                ..*query
            });
            let no_target = shown.iter().map(|query| Query {
                target: &blank,
                ..*query
            });
            let as_shown = of(&mut policy, &shown);
            let no_image = of(&mut policy, &no_image.collect::<Vec<_>>());
            let no_target = of(&mut policy, &no_target.collect::<Vec<_>>());
            let log_probabilities = |(proposals, _): &(Vec<Vec<Proposal>>, Vec<f32>)| {
                let all = proposals.iter().flatten().map(|p| p.log_probability);
                all.collect::<Vec<_>>()
            };
            // That neither proposals nor values are the same.
            let differ = |other: &(Vec<Vec<Proposal>>, Vec<f32>)| {
                let alike = |a: &[f32], b: &[f32]| rounding.allows_all(a, b, greatest(a).max(1.0));
                !alike(&log_probabilities(&as_shown), &log_probabilities(other)) && !alike(&as_shown.1, &other.1)
            };
            assert_eq!(differ(&no_image), current_image);
            if !current_image {
                same_proposals(rounding, &as_shown.0, &no_image.0);
                same_values(rounding, &as_shown.1, &no_image.1);
            }
            assert!(differ(&no_target));
        }
    }
}
