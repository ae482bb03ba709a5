//! A domain does the same behind the boundary as without it.

use std::sync::Arc;

use tdf_data::piecewise_plan;
use tdf_domain::{Allowed, Criterion, DynDomain, OptionSpec, builtin};
use tdf_loader::{DomainOverrides, build_plugin, load_library, load_this_program};

use tdf_csg2d as _;
use tdf_logo as _;
use tdf_plot as _;
use tdf_rainbow as _;
use tdf_tinysvg as _;
use tdf_words as _;

use crate::common;

/// Compares a domain that is linked into this program with the same behind the boundary, on random programs.
fn agree(linked: &dyn DynDomain, loaded: &dyn DynDomain, programs: u64) {
    assert_eq!(loaded.name(), linked.name());
    assert_eq!(loaded.canvas(), linked.canvas());
    assert_eq!(loaded.options(), linked.options());
    assert_eq!(loaded.palette(), linked.palette());
    assert_eq!(loaded.size(), linked.size());
    assert_eq!(loaded.has_observation_model(), linked.has_observation_model());
    assert_eq!(loaded.partial_programs(), linked.partial_programs());
    assert_eq!(loaded.start(), linked.start());
    let fingerprint = |domain: &dyn DynDomain| domain.language().grammar().fingerprint.clone();
    assert_eq!(fingerprint(loaded), fingerprint(linked));

    let bytes = linked.observation_spec().bytes();
    let [mut ours, mut theirs, mut before] = [vec![1; bytes], vec![2; bytes], vec![3; bytes]];
    let mut solved = [0; 2];
    for (seed, program) in (0..).zip(common::programs(linked, 6, programs)) {
        let nodes = program.nodes();
        let text = linked.language().print(nodes);
        assert_eq!(loaded.language().print(nodes), text);
        assert_eq!(
            loaded.observe_target(nodes, seed, &mut theirs),
            linked.observe_target(nodes, seed, &mut ours)
        );
        assert!(ours == theirs, "observation of {text}");
        assert_eq!(
            loaded.observe_current(nodes, seed, &mut theirs),
            linked.observe_current(nodes, seed, &mut ours)
        );
        assert!(ours == theirs, "view of {text}");
        assert_eq!(loaded.render(nodes, &mut theirs), linked.render(nodes, &mut ours));
        assert!(ours == theirs, "image of {text}");
        assert_eq!(loaded.is_uninformative(&ours), linked.is_uninformative(&ours), "{text}");
        assert_eq!(loaded.criteria(), linked.criteria());
        for criterion in (0..linked.criteria().len()).map(Criterion::new) {
            for target in [&before, &ours] {
                let verdict = linked.solved(criterion, &ours, target);
                assert_eq!(loaded.solved(criterion, &ours, target), verdict, "{text}");
                solved[usize::from(verdict)] += 1;
            }
        }
        assert_eq!(loaded.svg(nodes), linked.svg(nodes));
        assert_eq!(loaded.canonical(nodes), linked.canonical(nodes));
        before.clone_from(&ours);
    }
    assert!(solved.iter().all(|&times| times > programs / 2), "{solved:?}");
    assert_eq!(loaded.faults(), None);
}

fn linked(name: &str, options: &[(&str, &str)]) -> Arc<dyn DynDomain> {
    builtin(name).unwrap().open_with(options.iter().copied()).unwrap()
}

#[test]
fn the_domains_of_this_program() {
    let overrides = DomainOverrides::of("this program".into());
    let mut growing = Vec::new();
    for exported in load_this_program().unwrap() {
        let registration = builtin(exported.name).unwrap();
        assert_eq!(exported.options, registration.options);
        agree(
            &*linked(exported.name, &[]),
            &*exported.open(&[], &overrides).unwrap(),
            60,
        );
        // And once more with the last word or the least number of every option.
        let other: Vec<(&str, String)> = exported
            .options
            .iter()
            .map(|option| (option.name, last(option)))
            .collect();
        let other: Vec<(&str, &str)> = other.iter().map(|(name, value)| (*name, value.as_str())).collect();
        if !other.is_empty() {
            agree(
                &*linked(exported.name, &other),
                &*exported.open(&other, &overrides).unwrap(),
                30,
            );
        }
        let opened = exported.open(&[], &overrides).unwrap();
        if opened.partial_programs().is_some() {
            assert_eq!(
                piecewise_plan(&*opened, 5),
                piecewise_plan(&*linked(exported.name, &[]), 5)
            );
            growing.push(exported.name);
        }
    }
    assert_eq!(growing, ["csg2d", "csg2d-sketch"]);
}

fn last(option: &OptionSpec) -> String {
    match option.allowed {
        Allowed::OneOf(words) => (*words.last().unwrap()).to_owned(),
        Allowed::Whole { least, .. } => least.to_string(),
    }
}

#[test]
fn a_shared_library() {
    let library = build_plugin(&common::root().join("examples/plot"), &mut |_| ()).unwrap();
    assert_eq!(load_library(&library).unwrap().len(), 1);
    let loaded = common::open(&library, "plot", &DomainOverrides::of(library.clone()));
    assert_eq!(loaded.provenance().map(|from| &*from.origin), Some(&*library));
    agree(&*linked("plot", &[]), &*loaded, 500);
}
