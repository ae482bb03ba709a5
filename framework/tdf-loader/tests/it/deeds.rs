//! Renderers that do what they should and that do not: `tests/c/deeds.c`, whose programs say what is to be done.

use std::path::{Path, PathBuf};

use expect_test::{Expect, expect};
use tdf_domain::{Criterion, DynDomain, PixelTolerance};
use tdf_loader::DomainOverrides;

use crate::common::{self, open, render};

/// Compiles the plugin in `folder`.
pub fn library(folder: &Path) -> PathBuf {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/c/deeds.c");
    let library = folder.join("libdeeds.so");
    common::library(&source, &library, &[]);
    library
}

fn with(name: &str, test: impl FnOnce(&dyn DynDomain)) {
    let folder = tempfile::tempdir().unwrap();
    let library = library(folder.path());
    test(&*open(&library, name, &DomainOverrides::of(library.clone())));
}

fn fails(domain: &dyn DynDomain, program: &str, expected: Expect) {
    expected.assert_eq(&render(domain, program).unwrap_err());
}

#[test]
fn header_compiles_as_cpp() {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/c/deeds.c");
    let arguments = ["-std=c++11", "-fsyntax-only", "-x", "c++", source.to_str().unwrap()];
    common::compile("CXX", "c++", &arguments);
}

#[test]
fn bytes() {
    with("bytes", |domain| {
        // A node for the deed, and one a character of the number.
        assert_eq!(render(domain, "draw 7").unwrap()[0], 70);
        assert_eq!(render(domain, "draw 1.25").unwrap()[0], 12);
        assert_eq!(render(domain, "slow").unwrap(), [0, 1, 1, 1, 1, 1, 1, 1]);
        assert_eq!(domain.faults(), None);
        fails(domain, "none", expect!["there is nothing to be seen"]);
        fails(domain, "mute", expect!["the plugin says that it means no image"]);
        assert_eq!(domain.faults(), None);
        fails(
            domain,
            "fault",
            expect!["the plugin failed: out of paint; the program: fault"],
        );
        fails(
            domain,
            "quiet",
            expect!["the plugin failed: no reason given; the program: quiet"],
        );
        fails(
            domain,
            "short",
            expect!["the plugin drew 7 samples, and its canvas has 8; the program: short"],
        );
        fails(
            domain,
            "odd",
            expect!["the plugin drew -77 samples, and its canvas has 8; the program: odd"],
        );
        fails(
            domain,
            "nothing",
            expect!["the plugin failed: no such deed; the program: nothing"],
        );
        let faults = domain.faults().unwrap();
        assert_eq!(faults.count, 5);
        expect!["5 calls of the plugin failed, the first: the plugin failed: out of paint; the program: fault"]
            .assert_eq(&faults.to_string());
        assert_eq!(render(domain, "draw 7").unwrap()[0], 70);
    });
}

#[test]
fn samples() {
    with("samples", |domain| {
        assert_eq!(render(domain, "draw 0").unwrap(), [0, 0, 0, 0, 0, 0, 0, 255]);
        assert_eq!(
            render(domain, "draw 0.5").unwrap(),
            [128, 128, 128, 128, 128, 128, 128, 255]
        );
        assert_eq!(render(domain, "draw -2").unwrap(), [0, 0, 0, 0, 0, 0, 0, 255]);
        fails(domain, "none", expect!["there is nothing to be seen"]);
        assert_eq!(domain.faults(), None);
        fails(
            domain,
            "nan",
            expect!["the plugin drew what is no image: sample 0 is not a number (NaN); the program: nan"],
        );
        fails(
            domain,
            "untouched",
            expect!["the plugin drew what is no image: sample 7 is not a number (NaN); the program: untouched"],
        );
        fails(
            domain,
            "short",
            expect!["the plugin drew 7 samples, and its canvas has 8; the program: short"],
        );
        fails(
            domain,
            "fault",
            expect!["the plugin failed: out of paint; the program: fault"],
        );
        assert_eq!(domain.faults().unwrap().count, 4);
    });
}

#[test]
fn what_is_left_out_has_defaults() {
    with("bytes", |domain| {
        let (a, b) = (render(domain, "draw 1").unwrap(), render(domain, "draw 9").unwrap());
        assert!(!domain.has_observation_model());
        let program = domain.language().parse(domain.start(), "draw 1").unwrap();
        let mut image = vec![0; 8];
        domain.observe_target(program.nodes(), 3, &mut image).unwrap();
        assert_eq!(image, a);
        domain.observe_current(program.nodes(), 3, &mut image).unwrap();
        assert_eq!(image, a);
        assert_eq!(domain.criteria(), ["pixels-0.99", "public-code", "exact"]);
        for criterion in (0..3).map(Criterion::new) {
            assert!(domain.solved(criterion, &a, &a));
            assert!(!domain.solved(criterion, &a, &b));
            let met = |target: &[u8]| domain.measure(criterion, &a, target).map(|measure| measure.is_met());
            assert_eq!((met(&a), met(&b)), (Some(true), Some(false)));
        }
        assert_eq!(domain.distance(&a, &b), 10.0);
        assert_eq!(domain.distance(&a, &a), 0.0);
        assert_eq!(
            domain.is_uninformative(&[3; 8]),
            PixelTolerance::is_uninformative(&[3; 8], 1)
        );
        assert_eq!(domain.svg(program.nodes()), None);
        assert!(domain.palette().is_empty() && domain.options().is_empty());
    });
}

#[test]
fn every_function() {
    with("whole", |domain| {
        let language = domain.language();
        let program = |text: &str| language.parse(domain.start(), text).unwrap();
        let size = |text: &str| domain.size().of(program(text).nodes());
        assert!(domain.has_observation_model());
        let mut image = vec![0; 8];
        domain
            .observe_target(program("draw 1").nodes(), 0x0102, &mut image)
            .unwrap();
        assert_eq!(image, [2, 1, 0, 0, 0, 0, 0, 0]);
        domain
            .observe_current(program("draw 1").nodes(), 0x0102, &mut image)
            .unwrap();
        assert_eq!(image, [253, 254, 255, 255, 255, 255, 255, 255]);
        assert!(domain.observe_target(program("none").nodes(), 1, &mut image).is_err());

        // A list of three has three links and three elements, below the node of `Other*`.
        assert_eq!((size("mute"), size("many"), size("many draw a b")), (3, 4, 16));
        assert_eq!(render(domain, "many draw a b").unwrap()[0], 70);

        let mut verdict = |criterion, first, second| {
            (image[0], image[1]) = (first, second);
            domain.solved(criterion, &image, &image)
        };
        assert!(verdict(Criterion::new(0), 1, 0) && !verdict(Criterion::new(1), 1, 0));
        assert!(verdict(Criterion::new(1), 0, 1) && !verdict(Criterion::new(0), 0, 1));
        assert_eq!(domain.faults(), None);
        assert!(
            !verdict(Criterion::new(0), 254, 0)
                && !verdict(Criterion::new(0), 255, 0)
                && !verdict(Criterion::new(0), 2, 0)
        );
        assert_eq!(domain.faults().unwrap().count, 3);
        expect!["the plugin failed: no answer"].assert_eq(&domain.faults().unwrap().first);
        assert!(
            domain.is_uninformative(&[0, 0, 0, 0, 0, 0, 0, 1]) && !domain.is_uninformative(&[1, 1, 1, 1, 1, 1, 1, 0])
        );
        assert!(!domain.is_uninformative(&[0, 0, 0, 0, 0, 0, 0, 254]));
        assert_eq!(domain.faults().unwrap().count, 4);

        let svg = |text: &str| domain.svg(program(text).nodes());
        expect![[r#"Deed::Draw 7|r"-?[0-9](\.[0-9]+)?"::Lexeme 6|suffix of r"-?[0-9](\.[0-9]+)?" (1, 15 left)::More 5|suffix of r"-?[0-9](\.[0-9]+)?" (2, 14 left)::More 4|suffix of r"-?[0-9](\.[0-9]+)?" (3, 13 left)::More 3|suffix of r"-?[0-9](\.[0-9]+)?" (4, 12 left)::More 2|suffix of r"-?[0-9](\.[0-9]+)?" (4, 11 left)::End 1|5=-3.25"#]].assert_eq(&svg("draw -3.25").unwrap());
        assert!(svg("draw -3.2512345").unwrap().ends_with("|10=-3.2512"));
        expect!["Deed::Many 8|Other*::Some 7|Other+::Next 6|Other+::Next 4|Other+::First 2|Other::Draw 1|Other::Letter 1|Other::Letter 1|2=bc"].assert_eq(&svg("many draw b c").unwrap());
        assert_eq!((svg("none"), domain.faults().unwrap().count), (None, 4));
        assert_eq!((svg("fault"), domain.faults().unwrap().count), (None, 5));
        assert_eq!((svg("odd"), domain.faults().unwrap().count), (None, 6));

        let language = domain.language();
        let canonical = |text: &str| {
            domain
                .canonical(program(text).nodes())
                .map(|nodes| language.print(&nodes))
        };
        assert_eq!(canonical("draw -3.25").as_deref(), Some("draw 5"));
        assert_eq!((canonical("none"), domain.faults().unwrap().count), (None, 6));
        assert_eq!((canonical("odd"), domain.faults().unwrap().count), (None, 7));
        assert_eq!((canonical("fault"), domain.faults().unwrap().count), (None, 8));
    });
}

#[test]
fn distances_that_are_none_are_the_greatest() {
    with("whole", |domain| {
        let distance = |second| domain.distance(&[9, second, 0, 0, 0, 0, 0, 0], &[4, 0, 0, 0, 0, 0, 0, 0]);
        assert_eq!(distance(0), 2.5);
        assert_eq!(domain.faults(), None);
        for (count, second) in [(1, 253), (2, 252), (3, 251), (4, 254)] {
            assert_eq!(distance(second), f64::MAX);
            assert_eq!(domain.faults().unwrap().count, count);
        }
        expect!["the plugin gave the distance -1, which has to be finite and not negative"]
            .assert_eq(&domain.faults().unwrap().first);
        // The plugin does not see images of another length.
        assert_eq!(domain.distance(&[9; 7], &[4; 8]), f64::MAX);
        assert_eq!(domain.faults().unwrap().count, 4);
    });
    with("whole", |domain| {
        domain.distance(&[9, 254, 0, 0, 0, 0, 0, 0], &[0; 8]);
        expect!["the plugin failed: no ruler"].assert_eq(&domain.faults().unwrap().first);
    });
}

#[test]
fn measures() {
    with("whole", |domain| {
        assert_eq!(domain.criteria(), ["first-byte", "second-byte", "exact"]);
        let image = |first, second| [first, second, 0, 0, 0, 0, 0, 0];
        let measure = |criterion, first, second| {
            let image = image(first, second);
            domain.measure(Criterion::new(criterion), &image, &image)
        };
        let shown = measure(1, 0, 7).unwrap();
        assert_eq!(shown.to_string(), "byte 1 7 (at least 1 is required)");
        assert!(shown.is_met() && !measure(0, 0, 7).unwrap().is_met());
        assert_eq!(measure(0, 255, 0), None);
        // That of the framework is none of the plugin's.
        assert!(measure(2, 254, 254).unwrap().is_met());
        assert!(domain.solved(Criterion::new(2), &image(0, 0), &image(0, 0)));
        assert!(!domain.solved(Criterion::new(2), &image(0, 0), &image(0, 1)));
        assert_eq!(domain.faults(), None);
        for (count, first) in [(1, 252), (2, 253), (3, 254)] {
            assert_eq!(measure(0, first, 0), None);
            assert_eq!(domain.faults().unwrap().count, count);
        }
        let first = domain.faults().unwrap().first;
        assert!(first.starts_with("the plugin gave a measure that is none: "), "{first}");
        assert_eq!(domain.measure(Criterion::new(0), &[1; 7], &[1; 8]), None);
    });
}

#[test]
fn images_of_another_length_are_not_passed_on() {
    with("whole", |domain| {
        let program = domain.language().parse(domain.start(), "draw 1").unwrap();
        expect!["not a whole program, or not a canvas of 7 bytes"]
            .assert_eq(&domain.render(program.nodes(), &mut [0; 7]).unwrap_err().0);
        expect!["the plugin failed: no such deed; the program: 1"]
            .assert_eq(&domain.render(&program.nodes()[1..], &mut [0; 8]).unwrap_err().0);
        expect!["not a whole program, or not a canvas of 8 bytes"]
            .assert_eq(&domain.render(&[], &mut [0; 8]).unwrap_err().0);
        assert!(!domain.solved(Criterion::new(0), &[1; 7], &[1; 7]));
        assert!(!domain.is_uninformative(&[1; 9]));
    });
}
