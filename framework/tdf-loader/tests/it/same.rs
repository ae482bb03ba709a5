//! A domain does the same behind the boundary as without it.

use std::sync::Arc;

use tdf_data::piecewise_plan;
use tdf_domain::{Allowed, Criterion, DynDomain, Inputs, OptionSpec, bind, builtin};
use tdf_loader::{DomainOverrides, build_plugin, load_library, load_this_program};

use tdf_csg2d as _;
use tdf_formulas as _;
use tdf_lists as _;
use tdf_logo as _;
use tdf_plot as _;
use tdf_rainbow as _;
use tdf_regress as _;
use tdf_tinysvg as _;
use tdf_words as _;

use crate::common;

/// Compares a domain that is linked into this program with the same behind the boundary, on random programs.
fn agree(linked: &Arc<dyn DynDomain>, loaded: &Arc<dyn DynDomain>, programs: u64) {
    assert_eq!(loaded.signature(), linked.signature());
    if linked.signature().is_none() {
        let solved = agree_on_programs(&**linked, &**loaded, programs);
        assert!(solved.iter().all(|&times| times > programs / 2), "{solved:?}");
        return;
    }
    let mut solved = [0; 2];
    for seed in 0..4 {
        let inputs = linked.inputs_of_seed(seed);
        assert!(!inputs.is_empty());
        assert_eq!(loaded.inputs_of_seed(seed), inputs);
        let [linked, loaded] = [linked, loaded].map(|domain| bind(domain, &inputs).unwrap());
        let here = agree_on_programs(&*linked, &*loaded, programs / 3);
        solved = [solved[0] + here[0], solved[1] + here[1]];
    }
    // Different programs often have the same outputs.
    assert!(solved.iter().all(|&times| times > 0), "{solved:?}");
    let none = Inputs::new(vec![Vec::new()]);
    assert_eq!(loaded.bind(&none).err(), linked.bind(&none).err());
}

/// Returns how often the target was not met and was met.
fn agree_on_programs(linked: &dyn DynDomain, loaded: &dyn DynDomain, programs: u64) -> [u64; 2] {
    assert_eq!(loaded.inputs(), linked.inputs());
    assert_eq!(loaded.refines(), linked.refines());
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
    let [mut ours, mut theirs, mut before] = [vec![1; bytes], vec![2; bytes], linked.observation_spec().blank()];
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
        assert_eq!(
            loaded.distance(&ours, &before),
            linked.distance(&ours, &before),
            "{text}"
        );
        for criterion in (0..linked.criteria().len()).map(Criterion::new) {
            let measures = [loaded, linked].map(|domain| domain.measure(criterion, &ours, &before));
            assert_eq!(measures[0], measures[1], "{text}");
        }
        assert_eq!(loaded.constants(&ours), linked.constants(&ours), "{text}");
        assert_eq!(loaded.refined(nodes, &before), linked.refined(nodes, &before), "{text}");
        assert_eq!(loaded.shown(nodes), linked.shown(nodes), "{text}");
        assert_eq!(loaded.svg(nodes), linked.svg(nodes));
        assert_eq!(loaded.canonical(nodes), linked.canonical(nodes));
        before.clone_from(&ours);
    }
    assert_eq!(loaded.faults(), None);
    solved
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
            &linked(exported.name, &[]),
            &exported.open(&[], &overrides).unwrap(),
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
                &linked(exported.name, &other),
                &exported.open(&other, &overrides).unwrap(),
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
    agree(&linked("plot", &[]), &loaded, 500);
}
