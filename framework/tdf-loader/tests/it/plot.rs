//! A domain loaded from a shared library does what it does when it is linked: `examples/plot`.

use tdf_domain::{Goal, builtin};
use tdf_loader::{Opening, build_plugin, load_library};
use tdf_plot as _;

use crate::common;

#[test]
fn loaded_and_linked_agree() {
    let library = build_plugin(&common::root().join("examples/plot"), &mut |line| println!("{line}")).unwrap();
    let loaded = common::open(&library, "plot", &Opening::of(library.clone()));
    assert_eq!(load_library(&library).unwrap().len(), 1);
    let linked = builtin("plot").unwrap().open().unwrap();

    assert_eq!(loaded.name(), linked.name());
    assert_eq!(loaded.canvas(), linked.canvas());
    assert_eq!(loaded.options(), linked.options());
    assert_eq!(loaded.palette(), linked.palette());
    assert_eq!(loaded.size(), linked.size());
    assert_eq!(loaded.observes(), linked.observes());
    assert_eq!(loaded.start(), linked.start());
    let fingerprint = |domain: &dyn tdf_domain::DynDomain| domain.language().grammar().fingerprint.clone();
    assert_eq!(fingerprint(&*loaded), fingerprint(&*linked));
    assert_eq!((loaded.origin(), linked.origin()), (Some(&*library), None));

    let bytes = linked.canvas().bytes();
    let mut before = vec![0; bytes];
    let mut solved = 0;
    for program in common::programs(&*linked, 6, 500) {
        let nodes = program.nodes();
        let mut pictures = [vec![1; bytes], vec![2; bytes], vec![3; bytes], vec![4; bytes]];
        linked.render(nodes, &mut pictures[0]).unwrap();
        loaded.render(nodes, &mut pictures[1]).unwrap();
        loaded.observe(nodes, 7, &mut pictures[2]).unwrap();
        loaded.view(nodes, 7, &mut pictures[3]).unwrap();
        let text = linked.language().print(nodes);
        assert!(pictures.iter().all(|picture| *picture == pictures[0]), "{text}");
        assert_eq!(loaded.language().print(nodes), text);
        assert_eq!(
            loaded.near_empty(&pictures[0]),
            linked.near_empty(&pictures[0]),
            "{text}"
        );
        for goal in [Goal::Paper, Goal::Code] {
            let verdict = linked.solved(goal, &pictures[0], &before);
            assert_eq!(loaded.solved(goal, &pictures[0], &before), verdict, "{text}");
            assert!(loaded.solved(goal, &pictures[0], &pictures[0]));
            solved += u32::from(verdict);
        }
        assert_eq!(loaded.svg(nodes), linked.svg(nodes));
        before = pictures[0].clone();
    }
    assert!((1..900).contains(&solved), "both verdicts are met: {solved}");
    assert_eq!(loaded.faults(), None);
}
