//! Images of programs.

use tdf_domain::{Criterion, Domain, Program, RenderError};
use tdf_tree::Tree;

use crate::Fixture;
use crate::told::{Drawn, difference, while_drawing};

const PROGRAMS: usize = 200;

/// Drawing the same program twice gives the same bytes, writes every byte, and does not depend on the route. Some programs
/// draw something.
pub fn rendering<D: Domain + Default>(fixture: &Fixture<D>) {
    let canvas = fixture.erased.canvas();
    let (mut images, mut reason) = (0, String::new());
    for tree in fixture.programs(fixture.erased.start(), PROGRAMS) {
        let typed = D::Program::from_nodes(tree.nodes());
        let by_type = |fill| {
            let _told = while_drawing(fixture, &tree);
            let mut image = vec![fill; canvas.bytes()];
            fixture.typed.render(&typed, &mut image).map(|()| image)
        };
        let first = by_type(0x00);
        let same = |second: &Drawn, what: &str| same(fixture, &tree, &first, second, what);
        same(
            &by_type(0x00),
            "`render` draws the same program twice, and the images differ",
        );
        same(
            &by_type(0xFF),
            "`render` leaves bytes as they were: it has to write all of them",
        );
        same(&image(fixture, &tree, 0x55), "the erased domain draws something else");
        match first {
            Ok(_) => images += 1,
            Err(error) => reason = error.0,
        }
    }
    assert!(
        images > 0,
        "`render` draws none of {PROGRAMS} random programs, for example because: {reason} {}",
        fixture.again()
    );
}

/// Fails with `what` if two drawings of a program differ.
fn same<D: Domain + Default>(fixture: &Fixture<D>, tree: &Tree, first: &Drawn, second: &Drawn, what: &str) {
    if let Some(difference) = difference(fixture.erased.canvas(), first, second) {
        let text = fixture.language().print(tree.nodes());
        panic!("{what}: {difference}; the program: {text} {}", fixture.again());
    }
}

/// Observing and viewing a program twice with a seed gives the same bytes and writes every byte. Without an observation
/// model both are the image; with one the seed matters.
pub fn observations<D: Domain + Default>(fixture: &Fixture<D>) {
    let domain = &fixture.erased;
    let shown = |tree: &Tree, seed, fill, observe: bool| {
        let _told = while_drawing(fixture, tree);
        let mut image = vec![fill; domain.canvas().bytes()];
        let drawn = if observe {
            domain.observe_target(tree.nodes(), seed, &mut image)
        } else {
            domain.observe_current(tree.nodes(), seed, &mut image)
        };
        drawn.map(|()| image)
    };
    let mut seeds_matter = false;
    for tree in fixture.programs(domain.start(), PROGRAMS) {
        for (observe, name) in [(true, "observe"), (false, "view")] {
            let first = shown(&tree, 1, 0x00, observe);
            let same = |second: &Drawn, what: &str| same(fixture, &tree, &first, second, &format!("`{name}` {what}"));
            same(
                &shown(&tree, 1, 0x00, observe),
                "draws the same program twice with one seed, and the images differ",
            );
            same(
                &shown(&tree, 1, 0xFF, observe),
                "leaves bytes as they were: it has to write all of them",
            );
            if domain.has_observation_model() {
                seeds_matter |= first != shown(&tree, 2, 0x00, observe);
            } else {
                same(
                    &image(fixture, &tree, 0),
                    "is not `render`, and OBSERVATION_MODEL is false",
                );
            }
        }
    }
    assert!(
        seeds_matter == domain.has_observation_model(),
        "OBSERVATION_MODEL is true, and no seed changes what `observe` and `view` draw of {PROGRAMS} programs {}",
        fixture.again()
    );
}

/// An image solves itself, under every criterion, and an empty image is nearly empty.
pub fn criteria<D: Domain + Default>(fixture: &Fixture<D>) {
    let canvas = fixture.erased.canvas();
    assert!(
        fixture
            .erased
            .is_uninformative(&vec![canvas.background; canvas.bytes()]),
        "`is_uninformative` says of an image that is nothing but background ({}) that it shows something",
        canvas.background
    );
    for tree in fixture.programs(fixture.erased.start(), PROGRAMS) {
        let Ok(image) = image(fixture, &tree, 0) else {
            continue;
        };
        for (index, name) in D::CRITERIA.iter().enumerate() {
            assert!(
                fixture.erased.solved(Criterion::new(index), &image, &image),
                "`solved` says that an image is not what it shows itself, under {name}: {} {}",
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
        let told = while_drawing(fixture, &tree);
        let Some(nodes) = domain.canonical(tree.nodes()) else {
            return;
        };
        drop(told);
        let written = fixture.language().print(&nodes);
        let read = fixture.language().parse(domain.start(), &written);
        assert!(
            read.is_ok(),
            "`canonical` gives no program: {text} became {written} {again}"
        );
        let canonical = Tree::from_nodes(nodes);
        if let Some(difference) = difference(
            domain.canvas(),
            &image(fixture, &tree, 0),
            &image(fixture, &canonical, 0),
        ) {
            panic!(
                "`canonical` gives a program that draws something else: {text} became {written}; {difference} {again}"
            );
        }
        let [size, before] = [&canonical, &tree].map(|tree| fixture.size().of(tree.nodes()));
        assert!(
            size <= before,
            "`canonical` gives a program of size {size} for one of size {before}: {text} became {written} {again}"
        );
        let twice = domain.canonical(canonical.nodes());
        assert!(
            twice.as_deref() == Some(canonical.nodes()),
            "`canonical` gives a program with another canonical form: {text} became {written}, which becomes {} {again}",
            twice.map_or("none".to_owned(), |nodes| fixture.language().print(&nodes))
        );
    }
}

/// If the domain writes SVG: documents are well-formed and have the size of the canvas.
pub fn svg<D: Domain + Default>(fixture: &Fixture<D>) {
    let canvas = fixture.erased.canvas();
    for tree in fixture.programs(fixture.erased.start(), PROGRAMS) {
        let told = while_drawing(fixture, &tree);
        let Some(text) = fixture.erased.svg(tree.nodes()) else {
            return;
        };
        drop(told);
        let fail = |what: String| -> ! {
            let program = fixture.language().print(tree.nodes());
            panic!("`svg` {what}; the program: {program} {}\n{text}", fixture.again())
        };
        let document = match roxmltree::Document::parse(&text) {
            Ok(document) => document,
            Err(error) => fail(format!("writes what is not XML: {error}")),
        };
        let root = document.root_element();
        if root.tag_name().name() != "svg" || root.tag_name().namespace() != Some("http://www.w3.org/2000/svg") {
            fail("writes a document that is not `<svg xmlns=\"http://www.w3.org/2000/svg\" ...>`".to_owned());
        }
        for (name, expected) in [("width", canvas.width), ("height", canvas.height)] {
            let found = root.attribute(name);
            if found != Some(expected.to_string().as_str()) {
                let found = found.unwrap_or("missing");
                fail(format!(
                    "writes a {name} that is {found}, and the canvas has {expected}"
                ));
            }
        }
    }
}

/// What the erased domain draws into an image full of `fill`.
pub(crate) fn image<D: Domain + Default>(fixture: &Fixture<D>, tree: &Tree, fill: u8) -> Result<Vec<u8>, RenderError> {
    let _told = while_drawing(fixture, tree);
    let mut image = vec![fill; fixture.erased.canvas().bytes()];
    fixture.erased.render(tree.nodes(), &mut image).map(|()| image)
}
