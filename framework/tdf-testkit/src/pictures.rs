//! Pictures of programs.

use tdf_domain::{Domain, Goal, Program, RenderError};
use tdf_tree::Tree;

use crate::Fixture;

const PROGRAMS: usize = 200;

/// Drawing the same program twice gives the same bytes, writes every byte, and does not depend on the route.
pub fn rendering<D: Domain + Default>(fixture: &Fixture<D>) {
    for tree in fixture.programs(fixture.erased.start(), PROGRAMS) {
        let text = fixture.language().print(tree.nodes());
        let typed = D::Program::from_nodes(tree.nodes());
        let by_type = |fill| {
            let mut picture = vec![fill; fixture.typed.canvas().bytes()];
            fixture.typed.render(&typed, &mut picture).map(|()| picture)
        };
        let first = by_type(0x00);
        let again = fixture.again();
        assert_eq!(first, by_type(0x00), "drawn twice, two pictures: {text} {again}");
        assert_eq!(first, by_type(0xFF), "bytes are left as they were: {text} {again}");
        assert_eq!(
            first,
            picture(fixture, &tree, 0x55),
            "the erased domain draws something else: {text} {again}"
        );
    }
}

/// Observing and viewing a program twice with a seed gives the same bytes and writes every byte. Without an observation
/// model both are the picture; with one the seed matters.
pub fn observations<D: Domain + Default>(fixture: &Fixture<D>) {
    let (domain, again) = (&fixture.erased, fixture.again());
    let shown = |tree: &Tree, seed, fill, observe: bool| {
        let mut picture = vec![fill; domain.canvas().bytes()];
        let drawn = if observe {
            domain.observe(tree.nodes(), seed, &mut picture)
        } else {
            domain.view(tree.nodes(), seed, &mut picture)
        };
        drawn.map(|()| picture)
    };
    let mut seeds_matter = false;
    for tree in fixture.programs(domain.start(), PROGRAMS) {
        let text = fixture.language().print(tree.nodes());
        for observe in [true, false] {
            let first = shown(&tree, 1, 0x00, observe);
            assert_eq!(
                first,
                shown(&tree, 1, 0x00, observe),
                "shown twice, two pictures: {text} {again}"
            );
            assert_eq!(
                first,
                shown(&tree, 1, 0xFF, observe),
                "bytes are left as they were: {text} {again}"
            );
            if domain.observes() {
                seeds_matter |= first != shown(&tree, 2, 0x00, observe);
            } else {
                assert_eq!(first, picture(fixture, &tree, 0), "not the picture: {text} {again}");
            }
        }
    }
    assert_eq!(seeds_matter, domain.observes(), "seeds change observations {again}");
}

/// A picture solves itself, under both criteria, and an empty picture is nearly empty.
pub fn goals<D: Domain + Default>(fixture: &Fixture<D>) {
    let canvas = fixture.erased.canvas();
    assert!(
        fixture.erased.near_empty(&vec![canvas.background; canvas.bytes()]),
        "the empty picture counts as full"
    );
    for tree in fixture.programs(fixture.erased.start(), PROGRAMS) {
        let Ok(picture) = picture(fixture, &tree, 0) else {
            continue;
        };
        for goal in [Goal::Paper, Goal::Code] {
            assert!(
                fixture.erased.solved(goal, &picture, &picture),
                "a picture is not itself under {goal:?}: {} {}",
                fixture.language().print(tree.nodes()),
                fixture.again()
            );
        }
    }
}

/// If the domain has canonical programs: they are programs of the language, draw the same, are no larger, and are their own
/// canonical form.
pub fn canonical<D: Domain + Default>(fixture: &Fixture<D>) {
    let (domain, again) = (&fixture.erased, fixture.again());
    for tree in fixture.programs(domain.start(), PROGRAMS) {
        let text = fixture.language().print(tree.nodes());
        let Some(nodes) = domain.canonical(tree.nodes()) else {
            return;
        };
        let written = fixture.language().print(&nodes);
        let read = fixture.language().parse(domain.start(), &written);
        assert!(read.is_ok(), "no program: {text} became {written} {again}");
        let canonical = Tree::from_nodes(nodes);
        assert!(
            picture(fixture, &tree, 0) == picture(fixture, &canonical, 0),
            "another picture: {text} became {written} {again}"
        );
        assert!(
            fixture.size().of(canonical.nodes()) <= fixture.size().of(tree.nodes()),
            "larger: {text} became {written} {again}"
        );
        assert_eq!(
            domain.canonical(canonical.nodes()).as_deref(),
            Some(canonical.nodes()),
            "has another canonical form: {written} {again}"
        );
    }
}

/// If the domain writes SVG: documents are well-formed and have the size of the canvas.
pub fn svg<D: Domain + Default>(fixture: &Fixture<D>) {
    let canvas = fixture.erased.canvas();
    for tree in fixture.programs(fixture.erased.start(), PROGRAMS) {
        let Some(text) = fixture.erased.svg(tree.nodes()) else {
            return;
        };
        let document = match roxmltree::Document::parse(&text) {
            Ok(document) => document,
            Err(error) => panic!("not XML, {error}:\n{text}\n{}", fixture.again()),
        };
        let root = document.root_element();
        assert_eq!(root.tag_name().name(), "svg", "{text}");
        assert_eq!(
            root.tag_name().namespace(),
            Some("http://www.w3.org/2000/svg"),
            "{text}"
        );
        for (name, expected) in [("width", canvas.width), ("height", canvas.height)] {
            assert_eq!(
                root.attribute(name),
                Some(expected.to_string().as_str()),
                "{name} is not the canvas's:\n{text}"
            );
        }
    }
}

/// What the erased domain draws into a picture full of `fill`.
pub(crate) fn picture<D: Domain + Default>(
    fixture: &Fixture<D>,
    tree: &Tree,
    fill: u8,
) -> Result<Vec<u8>, RenderError> {
    let mut picture = vec![fill; fixture.erased.canvas().bytes()];
    fixture.erased.render(tree.nodes(), &mut picture).map(|()| picture)
}
