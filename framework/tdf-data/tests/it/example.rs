//! What every example promises.

use std::sync::Arc;

use expect_test::{Expect, expect};
use tdf_data::{Example, ExampleOptions, ExampleStream, Labels};
use tdf_domain::DynDomain;
use tdf_tree::{EditSites, NodeChoice};

use crate::toy::{Fault, shades, toy};
use crate::{encoder, options, rainbow};

fn check_examples(domain: &Arc<dyn DynDomain>, options: &ExampleOptions) {
    let stream = ExampleStream::new(Arc::clone(domain), options.clone(), 1).unwrap();
    let sites = EditSites::new(domain.language().grammar());
    let mut example = Example::default();
    let mut image = vec![0; domain.observation_spec().bytes()];
    let mut named = Vec::new();
    for index in 0..800 {
        stream.example(index, &mut example).unwrap();
        let edit = example.edit.as_ref().expect("a label");
        assert!(!domain.is_uninformative(&example.target_image), "example {index}");
        assert!(
            options.sizes.contains(&domain.size().of(example.target.nodes())),
            "example {index}"
        );
        assert!(
            domain.size().of(&edit.replacement) <= options.max_edit_size,
            "example {index}"
        );
        sites.collect(&example.current, domain.size(), &mut named);
        assert!(named.iter().any(|site| site.node == edit.node), "example {index}");
        for (program, shown) in [
            (&example.target, &example.target_image),
            (&example.current, &example.image),
        ] {
            domain.render(program.nodes(), &mut image).unwrap();
            assert_eq!(&image, shown, "example {index}");
        }
        let mut next = example.current.clone();
        edit.apply(&mut next);
        assert_ne!(next, example.current, "example {index}");
        assert_eq!(next == example.target, example.distance == 1, "example {index}");
    }
    assert_eq!(stream.render_failures(), 0);
}

/// Algorithm 1 may begin with any of the edits: each of them is a site's, no two overlap, and all of them together leave less
/// to do than one.
#[test]
fn first_edits_are_all_right() {
    let first = ExampleOptions {
        labels: Labels::AllFirstEdits,
        ..options()
    };
    let domain = rainbow();
    let stream = ExampleStream::new(Arc::clone(&domain), first, 1).unwrap();
    let next = ExampleStream::new(Arc::clone(&domain), options(), 1).unwrap();
    let (mut example, mut single) = (Example::default(), Example::default());
    let mut several = 0;
    for index in 0..800 {
        stream.example(index, &mut example).unwrap();
        next.example(index, &mut single).unwrap();
        assert_eq!((&example.current, &example.target), (&single.current, &single.target));
        assert_eq!(example.edit, single.edit);
        assert!(single.alternatives.is_empty());
        several += u32::from(!example.alternatives.is_empty());
        let mut edits = example.alternatives.clone();
        edits.extend(example.edit.clone());
        edits.sort_by_key(|edit| edit.node.0);
        let ends = |node: u32| node + example.current.nodes()[node as usize].len;
        assert!(
            edits.windows(2).all(|pair| ends(pair[0].node.0) <= pair[1].node.0),
            "example {index}"
        );
        let mut program = example.current.clone();
        for edit in edits.iter().rev() {
            edit.apply(&mut program);
        }
        let reached = program == example.target;
        assert_eq!(reached, example.distance as usize == edits.len(), "example {index}");
        let encoded = encoder(&domain).encode(&example);
        assert_eq!(encoded.edits().count(), edits.len());
        assert!(encoded.edits().all(|(position, _)| encoded.sites.contains(&position)));
    }
    assert!(several > 200, "{several}");
}

#[test]
fn examples_keep_their_promises() {
    for domain in [rainbow(), toy(Fault::None)] {
        check_examples(&domain, &options());
        check_examples(
            &domain,
            &ExampleOptions {
                along_path: false,
                rho: 0.0,
                ..options()
            },
        );
        check_examples(
            &domain,
            &ExampleOptions {
                rho: 1.0,
                sizes: 3..=3,
                ..options()
            },
        );
    }
}

#[test]
fn an_example_depends_on_seed_and_number_alone() {
    let stream = |seed| ExampleStream::new(rainbow(), options(), seed).unwrap();
    let (a, b, other) = (stream(7), stream(7), stream(8));
    let (mut used, mut equal) = (Example::default(), 0);
    for index in [5, 0, 5, 1 << 40, 3] {
        let (mut fresh, mut different) = (Example::default(), Example::default());
        a.example(index, &mut used).unwrap();
        b.example(index, &mut fresh).unwrap();
        other.example(index, &mut different).unwrap();
        assert_eq!(used, fresh);
        equal += usize::from(used == different);
    }
    assert_eq!(equal, 0);
}

/// One mutation of a row of eight cells keeps six of them or more at the ends; a fresh row hardly ever does.
#[test]
fn rho_is_the_share_of_fresh_programs() {
    let domain = toy(Fault::None);
    for rho in [0.0, 0.2, 0.7, 1.0] {
        let options = ExampleOptions {
            rho,
            sizes: 8..=8,
            steps: 1,
            along_path: false,
            ..options()
        };
        let stream = ExampleStream::new(Arc::clone(&domain), options, 3).unwrap();
        let mut example = Example::default();
        let mut fresh = 0;
        for index in 0..4000 {
            stream.example(index, &mut example).unwrap();
            let language = domain.language();
            let [from, to] = [&example.current, &example.target].map(|t| shades(language, t.nodes()));
            let prefix = from.iter().zip(&to).take_while(|(a, b)| a == b).count();
            let suffix = from
                .iter()
                .rev()
                .zip(to.iter().rev())
                .take_while(|(a, b)| a == b)
                .count();
            fresh += usize::from(prefix + suffix < 6);
        }
        let share = f64::from(fresh as u32) / 4000.0;
        assert!((share - rho).abs() < 0.03, "rho {rho}, share {share}");
    }
}

/// The two ends of rho: at 0 everything comes of mutations, at 1 nothing does.
#[test]
fn at_the_ends_of_rho_only_one_source_is_left() {
    for domain in [rainbow(), toy(Fault::None)] {
        for (rho, depends) in [(0.0, true), (1.0, false)] {
            let other = |steps, choice| ExampleOptions {
                rho,
                steps,
                choice,
                along_path: false,
                ..options()
            };
            let stream = |options| ExampleStream::new(Arc::clone(&domain), options, 6).unwrap();
            let usual = stream(other(5, NodeChoice::Size));
            for different in [
                stream(other(1, NodeChoice::Size)),
                stream(other(5, NodeChoice::Uniform)),
            ] {
                let (mut a, mut b) = (Example::default(), Example::default());
                let differs = (0..200).any(|index| {
                    usual.example(index, &mut a).unwrap();
                    different.example(index, &mut b).unwrap();
                    a != b
                });
                assert_eq!(differs, depends, "rho {rho}");
            }
        }
        // One mutation of a program that is not fresh is taken back by one edit, if the label is that of undoing it.
        let stream = ExampleStream::new(
            Arc::clone(&domain),
            ExampleOptions {
                rho: 0.0,
                steps: 1,
                labels: Labels::UndoMutation,
                ..options()
            },
            6,
        );
        let mut example = Example::default();
        for index in 0..200 {
            stream.as_ref().unwrap().example(index, &mut example).unwrap();
            example.edit.as_ref().unwrap().apply(&mut example.current);
            assert_eq!((&example.current, example.distance), (&example.target, 1));
        }
    }
}

/// The ablation "no reverse path": the same noised programs, other labels, all of them small edits of sites that can be
/// encoded. Their distance is the number of mutations, which a path is mostly shorter than.
#[test]
fn labels_that_take_mutations_back_are_not_those_of_paths() {
    for domain in [rainbow(), toy(Fault::None)] {
        let stream = |labels| {
            let options = ExampleOptions {
                rho: 0.0,
                along_path: false,
                labels,
                ..options()
            };
            ExampleStream::new(Arc::clone(&domain), options, 9).unwrap()
        };
        let (path, undo) = (stream(Labels::NextEdit), stream(Labels::UndoMutation));
        let sites = EditSites::new(domain.language().grammar());
        let encoder = encoder(&domain);
        let (mut by_path, mut by_undo, mut named) = (Example::default(), Example::default(), Vec::new());
        let (mut differing, mut distances) = (0, [0; 6]);
        for index in 0..1000 {
            path.example(index, &mut by_path).unwrap();
            undo.example(index, &mut by_undo).unwrap();
            assert_eq!((&by_path.current, &by_path.target), (&by_undo.current, &by_undo.target));
            let edit = by_undo.edit.as_ref().unwrap();
            assert!(domain.size().of(&edit.replacement) <= options().max_edit_size);
            sites.collect(&by_undo.current, domain.size(), &mut named);
            assert!(named.iter().any(|site| site.node == edit.node), "example {index}");
            assert_eq!(encoder.encode(&by_undo).distance, by_undo.distance);
            differing += u32::from(by_path.edit != by_undo.edit);
            distances[by_undo.distance as usize] += 1;
        }
        assert!(differing > 300, "{differing} of 1000 labels differ");
        // Uniform over 1..=5.
        assert_eq!(distances[0], 0);
        assert!(distances[1..].iter().all(|n| (140..=260).contains(n)), "{distances:?}");
    }
}

/// The first label of a longer path must not be taken more often than the last.
#[test]
fn points_along_the_path_are_uniform() {
    let options = ExampleOptions {
        steps: 1,
        rho: 1.0,
        sizes: 8..=8,
        ..options()
    };
    let along = ExampleStream::new(toy(Fault::None), options.clone(), 4).unwrap();
    let whole = ExampleStream::new(
        toy(Fault::None),
        ExampleOptions {
            along_path: false,
            ..options
        },
        4,
    )
    .unwrap();
    let mut example = Example::default();
    let mut mean = |stream: &ExampleStream| {
        let total = (0..4000).map(|i| {
            stream.example(i, &mut example).unwrap();
            f64::from(example.distance)
        });
        total.sum::<f64>() / 4000.0
    };
    // Uniform over len, len - 1, .., 1 has the mean (len + 1) / 2.
    let (whole, along) = (mean(&whole), mean(&along));
    assert!(
        (along - (whole + 1.0) / 2.0).abs() < 0.15,
        "whole paths {whole}, points on them {along}"
    );
}

#[test]
fn programs_that_cannot_be_drawn_are_replaced_and_counted() {
    let domain = toy(Fault::FailsOnDark);
    let stream = ExampleStream::new(Arc::clone(&domain), options(), 0).unwrap();
    let mut example = Example::default();
    for index in 0..500 {
        stream.example(index, &mut example).unwrap();
        for program in [&example.current, &example.target] {
            assert!(
                !shades(domain.language(), program.nodes())
                    .iter()
                    .take(8)
                    .any(|&s| s == 7)
            );
        }
    }
    assert!(stream.render_failures() > 100);
}

#[test]
fn a_label_is_encoded_so_that_the_masks_lead_back_to_it() {
    for domain in [rainbow(), toy(Fault::None)] {
        let stream = ExampleStream::new(Arc::clone(&domain), options(), 5).unwrap();
        let encoder = encoder(&domain);
        let (language, masks) = (domain.language(), encoder.tokenizer().masks());
        let sites = EditSites::new(language.grammar());
        let (mut example, mut named, mut wanted) = (Example::default(), Vec::new(), Vec::new());
        for index in 0..1000 {
            stream.example(index, &mut example).unwrap();
            let encoded = encoder.encode(&example);
            assert_eq!(
                (&encoded.image, &encoded.target),
                (&example.image, &example.target_image)
            );
            assert_eq!(encoded.distance, example.distance);
            let edit = example.edit.as_ref().unwrap();
            sites.collect(&example.current, domain.size(), &mut named);
            let nth = named.iter().position(|site| site.node == edit.node).unwrap();
            assert_eq!(encoded.sites.len(), named.len());
            assert_eq!(encoded.sites[nth], encoded.position);

            let mut state = masks.start(named[nth].nonterminal, options().max_edit_size).unwrap();
            let mut steps = encoded.steps.iter();
            let mut tokens = Vec::new();
            while !state.is_done() {
                let id = masks.forced(&state).unwrap_or_else(|| {
                    let step = steps.next().expect("a step for every choice");
                    assert_eq!(step.mask, masks.mask_id(&state));
                    step.id
                });
                tokens.extend(masks.vocabulary().token(id));
                masks.advance(&mut state, id).unwrap();
            }
            assert!(steps.next().is_none());
            wanted.clear();
            language.tokens(&edit.replacement, &mut wanted);
            assert_eq!(tokens, wanted, "example {index}");
        }
    }
}

#[test]
fn options_that_cannot_be_met_are_refused() {
    let message = |options| {
        ExampleStream::new(toy(Fault::None), options, 0)
            .unwrap_err()
            .to_string()
    };
    #[expect(clippy::reversed_empty_ranges, reason = "an empty range is the mistake under test")]
    let empty = ExampleOptions {
        sizes: 5..=4,
        ..options()
    };
    assert!(message(empty).contains("5..=4"));
    assert!(
        message(ExampleOptions {
            sizes: 0..=0,
            ..options()
        })
        .contains('0')
    );
    assert!(message(ExampleOptions { steps: 0, ..options() }).contains("steps"));
    for rho in [-0.1, 1.1, f64::NAN] {
        assert!(message(ExampleOptions { rho, ..options() }).contains("rho"));
    }
    let labels = Labels::UndoMutation;
    assert_eq!(
        message(ExampleOptions { labels, ..options() }),
        "labels that take the last mutation back need rho = 0, not 0.2: a fresh program has no last mutation"
    );
}

fn check_stream(domain: &Arc<dyn DynDomain>, expect: &Expect) {
    let stream = ExampleStream::new(Arc::clone(domain), options(), 0).unwrap();
    let mut text = String::new();
    let mut example = Example::default();
    for index in 0..5 {
        stream.example(index, &mut example).unwrap();
        let print = |nodes| domain.language().print(nodes);
        let edit = example.edit.as_ref().unwrap();
        text += &format!(
            "{} <- {}\n",
            print(example.target.nodes()),
            print(example.current.nodes())
        );
        text += &format!(
            "    {} at {}, {} to go\n",
            print(&edit.replacement),
            edit.node.0,
            example.distance
        );
    }
    expect.assert_eq(&text);
}

/// A change here changes what every seed means: old runs cannot be continued or compared.
#[test]
fn the_stream_of_seed_0_stays_what_it_is() {
    check_stream(
        &rainbow(),
        &expect![[r#"
        (Arrange v (Arrange v (Box purple) (Arrange h (Box orange) (Ball yellow))) (Arrange v (Ball yellow) (Ball yellow))) <- (Arrange v (Arrange v (Box purple) (Arrange h (Box orange) (Ball yellow))) (Arrange v (Ball yellow) (Ball purple)))
            yellow at 17, 1 to go
        (Arrange v (Arrange h (Ball red) (Arrange v (Ball purple) (Arrange h (Arrange v (Ball green) (Ball blue)) (Ball purple)))) (Box black)) <- (Arrange v (Arrange h (Ball red) (Arrange v (Ball purple) (Arrange h (Arrange h (Ball black) (Ball blue)) (Ball purple)))) (Box black))
            v at 13, 2 to go
        (Arrange h (Box purple) (Arrange v (Arrange v (Box white) (Ball blue)) (Arrange h (Ball green) (Ball white)))) <- (Arrange h (Box black) (Arrange v (Arrange v (Box white) (Ball blue)) (Box purple)))
            (Arrange h (Ball green) (Ball white)) at 12, 2 to go
        (Arrange v (Ball red) (Box black)) <- (Arrange h (Ball red) (Box black))
            v at 1, 1 to go
        (Arrange h (Arrange v (Arrange v (Box blue) (Box black)) (Box red)) (Arrange h (Arrange v (Arrange h (Ball red) (Box yellow)) (Box white)) (Ball purple))) <- (Arrange h (Arrange v (Arrange v (Box blue) (Box black)) (Box red)) (Arrange h (Arrange v (Arrange v (Ball red) (Box black)) (Box red)) (Ball white)))
            h at 17, 4 to go
    "#]],
    );
    check_stream(
        &toy(Fault::None),
        &expect![[r#"
        (Join (Join (Join [1] [5]) [3]) (Join [4] [0])) <- (Join (Join (Join [1] [4]) [3]) (Join [3] [0]))
            5 at 6, 2 to go
        (Join (Join (Join [3] (Join [4] [0])) (Join [0] [5])) [7]) <- (Join (Join (Join [3] (Join [4] [7])) (Join [0] [5])) [7])
            0 at 9, 1 to go
        (Join [0] (Join [4] (Join (Join [4] [7]) [2]))) <- (Join [2] (Join [4] (Join (Join [4] [7]) [2])))
            0 at 2, 1 to go
        (Join [7] [6]) <- (Join [7] [0])
            6 at 4, 1 to go
        (Join (Join [4] (Join [6] [7])) (Join [2] (Join [6] (Join [0] [0])))) <- (Join (Join [4] (Join [6] [3])) (Join [2] (Join [6] (Join [0] [0]))))
            7 at 8, 1 to go
    "#]],
    );
}
