//! Examples for networks that write.

use std::sync::Arc;

use tdf_csg2d as _;
use tdf_data::{Example, ExampleOptions, ExampleStream, Objective};
use tdf_domain::DynDomain;

use crate::toy::{Fault, toy};
use crate::{encoder, options, rainbow};

fn csg2d() -> Arc<dyn DynDomain> {
    tdf_domain::builtin("csg2d")
        .expect("built in")
        .open()
        .expect("a sound domain")
}

fn stream(domain: &Arc<dyn DynDomain>, objective: Objective, options: ExampleOptions, seed: u64) -> ExampleStream {
    let writing = objective.generation(&**domain, *options.sizes.end()).unwrap();
    ExampleStream::with_generation(Arc::clone(domain), options, writing, seed).unwrap()
}

/// Replays the decisions of an encoded example: each is allowed by its mask, and together they spell what is written.
fn check_decisions(domain: &Arc<dyn DynDomain>, example: &Example) {
    let encoder = encoder(domain);
    let encoded = encoder.encode(example);
    let tokenizer = encoder.tokenizer();
    let masks = tokenizer.masks();
    assert_eq!(encoded.ids, [tokenizer.vocabulary().anchor()]);
    assert_eq!((&encoded.sites[..], encoded.position), (&[0][..], 0));
    let mut steps = encoded.steps.iter();
    for (hole, part) in &example.generated {
        let mut state = masks
            .start(hole.nonterminal, hole.budget)
            .expect("a budget for the least program");
        let mut tokens = Vec::new();
        while let Some(mask) = masks.skip_forced(&mut state, &mut tokens) {
            let step = steps.next().expect("a decision");
            assert_eq!(step.mask, mask);
            assert!(masks.allows(mask, step.id));
            tokens.extend(masks.vocabulary().token(step.id));
            masks.advance(&mut state, step.id).unwrap();
        }
        assert_eq!(tokenizer.parse(hole.nonterminal, &tokens).as_ref(), Some(part));
    }
    assert!(steps.next().is_none());
}

#[test]
fn an_autoregressive_example_is_the_whole_target_beside_a_blank_image() {
    for domain in [rainbow(), csg2d()] {
        let stream = stream(&domain, Objective::Autoregressive, options(), 1);
        let (mut example, mut image) = (Example::default(), vec![0; domain.observation_spec().bytes()]);
        for index in 0..200 {
            stream.example(index, &mut example).unwrap();
            assert!(
                example
                    .image
                    .iter()
                    .all(|&sample| sample == domain.canvas().unwrap().background)
            );
            domain.render(example.target.nodes(), &mut image).unwrap();
            assert_eq!(image, example.target_image);
            let [(hole, written)] = &example.generated[..] else {
                panic!("one part")
            };
            assert_eq!((hole.nonterminal, hole.budget), (domain.start(), 8));
            assert_eq!(*written, example.target);
            assert!((2..=8).contains(&domain.size().of(written.nodes())));
            assert_eq!((example.edit.as_ref(), example.distance), (None, 1));
            check_decisions(&domain, &example);
        }
    }
}

#[test]
fn a_repl_example_is_the_next_shape_beside_the_image_so_far() {
    let domain = csg2d();
    let plan = Objective::Repl.plan(&*domain, 8).unwrap().expect("a plan");
    let stream = stream(&domain, Objective::Repl, options(), 1);
    let (mut example, mut image) = (Example::default(), vec![0; domain.observation_spec().bytes()]);
    let (mut begins, mut ends) = (0, 0);
    for index in 0..400 {
        stream.example(index, &mut example).unwrap();
        assert!(!domain.is_uninformative(&example.target_image));
        domain.render(example.target.nodes(), &mut image).unwrap();
        assert_eq!(image, example.target_image, "the target is what its pieces make");
        let begun = !example.current.nodes().is_empty();
        if begun {
            domain.render(example.current.nodes(), &mut image).unwrap();
        } else {
            image.fill(domain.canvas().unwrap().background);
        }
        assert_eq!(image, example.image);
        let parts: Vec<_> = example.generated.iter().map(|(_, part)| part.clone()).collect();
        let grown = plan.join(begun.then_some(&example.current), &parts);
        let pieces = plan.split(&example.target);
        let done = domain.size().of(grown.nodes()) as usize;
        assert_eq!(plan.build(&pieces[..done]), Some(grown.clone()));
        assert_eq!(example.distance as usize, pieces.len() - done + 1);
        assert_eq!(grown == example.target, example.distance == 1);
        check_decisions(&domain, &example);
        begins += usize::from(!begun);
        ends += usize::from(example.distance == 1);
    }
    assert!(begins > 40 && ends > 40, "{begins} {ends}");
}

/// Half of the examples of a joint stream are of writing, and both kinds are what the streams of each alone have.
#[test]
fn a_joint_stream_edits_and_writes() {
    let domain = rainbow();
    let stream = stream(&domain, Objective::Joint, options(), 1);
    let (mut example, mut image) = (Example::default(), vec![0; domain.observation_spec().bytes()]);
    let mut written = 0;
    for index in 0..400 {
        stream.example(index, &mut example).unwrap();
        domain.render(example.target.nodes(), &mut image).unwrap();
        assert_eq!(image, example.target_image);
        if example.generated.is_empty() {
            assert!(example.edit.is_some() && example.distance > 0);
            domain.render(example.current.nodes(), &mut image).unwrap();
            assert_eq!(image, example.image);
            assert!(encoder(&domain).encode(&example).ids.len() > 1);
            continue;
        }
        assert_eq!((&example.edit, example.distance), (&None, 0));
        assert!(
            example
                .image
                .iter()
                .all(|&sample| sample == domain.canvas().unwrap().background)
        );
        assert_eq!(example.generated[0].1, example.target);
        check_decisions(&domain, &example);
        written += 1;
    }
    // Half of 400, within four deviations.
    assert!((160..=240).contains(&written), "{written}");
}

#[test]
fn examples_of_writing_depend_on_seed_and_number_alone() {
    for (domain, objective) in [
        (rainbow(), Objective::Autoregressive),
        (csg2d(), Objective::Repl),
        (rainbow(), Objective::Joint),
    ] {
        let streams = [1, 1, 2].map(|seed| stream(&domain, objective, options(), seed));
        let example = |stream: &ExampleStream, index| {
            let mut example = Example::default();
            stream.example(index, &mut example).unwrap();
            example
        };
        let mut reused = Example::default();
        let mut differ = 0;
        for index in 0..20 {
            streams[1].example(19 - index, &mut reused).unwrap();
            assert_eq!(example(&streams[0], 19 - index), reused);
            differ += usize::from(example(&streams[2], 19 - index) != reused);
        }
        assert!(differ > 15);
    }
}

/// Targets stay what their pieces make when they are simplified.
#[test]
fn simplified_targets_can_be_written() {
    let simplify = ExampleOptions {
        simplify_targets: true,
        ..options()
    };
    for (domain, objective) in [(csg2d(), Objective::Autoregressive), (csg2d(), Objective::Repl)] {
        let stream = stream(&domain, objective, simplify.clone(), 1);
        let plan = objective.plan(&*domain, 8).unwrap().expect("a plan");
        let (mut example, mut image) = (Example::default(), vec![0; domain.observation_spec().bytes()]);
        for index in 0..100 {
            stream.example(index, &mut example).unwrap();
            domain.render(example.target.nodes(), &mut image).unwrap();
            assert_eq!(image, example.target_image);
            assert_eq!(plan.build(&plan.split(&example.target)).as_ref(), Some(&example.target));
            check_decisions(&domain, &example);
        }
    }
}

#[test]
fn a_domain_that_does_not_grow_says_so() {
    for domain in [rainbow(), toy(Fault::None)] {
        let error = Objective::Repl.plan(&*domain, 8).unwrap_err().0;
        assert!(error.starts_with(domain.name()), "{error}");
        assert!(error.contains("does not say how a partial program grows"), "{error}");
        assert_eq!(Objective::Diffusion.plan(&*domain, 8), Ok(None));
    }
}
