//! Images of programs.

use rand::RngExt as _;
use tdf_domain::{Criterion, Domain, Program, RenderError};
use tdf_tree::Tree;

use crate::Fixture;
use crate::told::{Drawn, difference, while_drawing};

const PROGRAMS: usize = 200;

/// Drawing the same program twice gives the same bytes, writes every byte, and does not depend on the route. Some programs
/// draw something, and not all render to the same image.
pub fn rendering<D: Domain + Default>(fixture: &Fixture<D>) {
    let canvas = fixture.typed.canvas();
    let (mut drawn, mut reason) = (Vec::new(), String::new());
    for tree in fixture.programs(fixture.erased.start(), PROGRAMS) {
        let typed = D::Program::from_nodes(&fixture.language().to_written(tree.nodes()));
        let by_type = |fill| {
            let _told = while_drawing(fixture, &tree);
            let mut image = vec![fill; canvas.bytes()];
            fixture.typed.render(&typed, &mut image).map(|()| image)
        };
        let first = by_type(0x00);
        let same = |second: &Drawn, what: &str| same(fixture, &tree, &first, second, what);
        same(
            &by_type(0x00),
            "`render` renders one program twice, and the images differ",
        );
        same(
            &by_type(0xFF),
            "`render` leaves bytes as they were: it has to write all of them",
        );
        same(&image(fixture, &tree, 0x55), "the erased domain draws something else");
        match first {
            Ok(image) => drawn.push((tree, image)),
            Err(error) => reason = format!("{}; the program: {}", error.0, fixture.language().print(tree.nodes())),
        }
    }
    let again = fixture.again();
    let Some((first, image)) = drawn.first() else {
        panic!("`render` gives no image of any of {PROGRAMS} random programs, for example because: {reason} {again}");
    };
    // A language of one program has one image.
    if let Some((other, _)) = drawn.iter().find(|(tree, _)| tree != first) {
        let [first, other] = [first, other].map(|tree| fixture.language().print(tree.nodes()));
        assert!(
            drawn.iter().any(|(_, other)| other != image),
            "`render` gives the same image of all {} random programs that it renders: it has to depend on the program; two of them: \
             {first} and {other} {again}",
            drawn.len()
        );
    }
}

/// Fails with `what` if two drawings of a program differ.
fn same<D: Domain + Default>(fixture: &Fixture<D>, tree: &Tree, first: &Drawn, second: &Drawn, what: &str) {
    if let Some(difference) = difference(fixture.typed.canvas(), first, second) {
        let text = fixture.language().print(tree.nodes());
        panic!("{what}: {difference}; the program: {text} {}", fixture.again());
    }
}

/// What shows a target and what shows the program at hand.
const ROUTES: [(bool, &str); 2] = [(true, "observe_target"), (false, "observe_current")];

/// Observing and viewing a program twice with a seed gives the same bytes and writes every byte. Without an observation
/// model both are the image; with one the seed matters.
pub fn observations<D: Domain + Default>(fixture: &Fixture<D>) {
    let domain = &fixture.erased;
    let shown = |tree: &Tree, seed, fill, observe: bool| {
        let _told = while_drawing(fixture, tree);
        let mut image = vec![fill; domain.observation_spec().bytes()];
        let drawn = if observe {
            domain.observe_target(tree.nodes(), seed, &mut image)
        } else {
            domain.observe_current(tree.nodes(), seed, &mut image)
        };
        drawn.map(|()| image)
    };
    let mut seeds_matter = false;
    let mut failures = [const { Vec::new() }; 2];
    for tree in fixture.programs(domain.start(), PROGRAMS) {
        for (observe, name) in ROUTES {
            let first = shown(&tree, 1, 0x00, observe);
            if let Err(error) = &first {
                let text = fixture.language().print(tree.nodes());
                failures[usize::from(observe)].push(format!("{}; the program: {text}", error.0));
            }
            let same = |second: &Drawn, what: &str| same(fixture, &tree, &first, second, &format!("`{name}` {what}"));
            same(
                &shown(&tree, 1, 0x00, observe),
                "renders one program twice with one seed, and the images differ",
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
    if !domain.has_observation_model() {
        // What fails then is `render`, and another check says so.
        return;
    }
    for (observe, name) in ROUTES {
        let failures = &failures[usize::from(observe)];
        assert!(
            failures.len() < PROGRAMS,
            "`{name}` gives no image of any of {PROGRAMS} random programs, for example because: {} {}",
            failures[0],
            fixture.again()
        );
    }
    assert!(
        seeds_matter,
        "OBSERVATION_MODEL is true, and no seed changes what `observe_target` and `observe_current` draw of {PROGRAMS} programs {}",
        fixture.again()
    );
}

/// An image solves itself, under every criterion, and not every other image. A measure agrees with its criterion. An empty image is nearly empty, and not every
/// image is.
pub fn criteria<D: Domain + Default>(fixture: &Fixture<D>) {
    let (canvas, again) = (fixture.typed.canvas(), fixture.again());
    assert!(
        fixture
            .erased
            .is_uninformative(&vec![canvas.background; canvas.bytes()]),
        "`is_uninformative` says of an image that is nothing but background ({}) that it shows something",
        canvas.background
    );
    // One program of each image.
    let mut shown: Vec<(String, Vec<u8>)> = Vec::new();
    for tree in fixture.programs(fixture.erased.start(), PROGRAMS) {
        let Ok(image) = image(fixture, &tree, 0) else {
            continue;
        };
        let text = fixture.language().print(tree.nodes());
        for (index, name) in D::CRITERIA.iter().enumerate() {
            assert!(
                fixture.erased.solved(Criterion::new(index), &image, &image),
                "`solved` says that an image is not what it shows itself, under {name}: {text} {again}"
            );
        }
        if shown.iter().all(|(_, other)| *other != image) {
            shown.push((text, image));
        }
    }
    // Without two images there is nothing to tell apart, and `rendering` says so.
    if shown.len() > 1 {
        uninformative_images(fixture, &shown);
        solved_pairs(fixture, &shown);
    }
    measures(fixture, &shown);
}

/// Images that each image is compared with.
const NEIGHBOURS: usize = 12;

/// [`Domain::measure`] says what `solved` says: of images, and of images that differ a little.
fn measures<D: Domain + Default>(fixture: &Fixture<D>, shown: &[(String, Vec<u8>)]) {
    let mut rng = fixture.rng(3_000);
    for (i, (text, target)) in shown.iter().enumerate() {
        for step in 0..NEIGHBOURS {
            let mut image = shown[(i + step) % shown.len()].1.clone();
            if step < NEIGHBOURS / 2 {
                // From a sample up to about a tenth: criteria have their thresholds there.
                image.clone_from(target);
                for _ in 0..(image.len() >> (3 + 2 * step)).max(1) {
                    let at = rng.random_range(0..image.len());
                    image[at] = rng.random();
                }
            }
            for (index, name) in fixture.erased.criteria().iter().enumerate() {
                let criterion = Criterion::new(index);
                let Some(measure) = fixture.erased.measure(criterion, &image, target) else {
                    continue;
                };
                let solved = fixture.erased.solved(criterion, &image, target);
                assert!(
                    measure.is_met() == solved && !measure.value.is_nan() && measure.threshold.is_finite(),
                    "`measure` and `solved` disagree under {name}: {measure}, and `solved` is {solved}; the target is the image of {text} \
                     {}",
                    fixture.again()
                );
            }
        }
    }
}

/// Bytes in which two images differ.
fn bytes_that_differ(first: &[u8], second: &[u8]) -> usize {
    first.iter().zip(second).filter(|(a, b)| a != b).count()
}

/// Some of the images, with their programs, show enough.
fn uninformative_images<D: Domain + Default>(fixture: &Fixture<D>, shown: &[(String, Vec<u8>)]) {
    if shown.iter().any(|(_, image)| !fixture.erased.is_uninformative(image)) {
        return;
    }
    let canvas = fixture.typed.canvas();
    let empty = vec![canvas.background; canvas.bytes()];
    let drawn = |image: &[u8]| bytes_that_differ(image, &empty);
    if let Some((text, image)) = shown.iter().max_by_key(|(_, image)| drawn(image)) {
        panic!(
            "`is_uninformative` is true of every image of a random program: it has to be false of some, or no program is a target; {} of {} \
             bytes are not background ({}) in the image of {text} {}",
            drawn(image),
            canvas.bytes(),
            canvas.background,
            fixture.again()
        );
    }
}

/// Every criterion tells some two of the images apart, which all differ.
fn solved_pairs<D: Domain + Default>(fixture: &Fixture<D>, shown: &[(String, Vec<u8>)]) {
    for (index, name) in D::CRITERIA.iter().enumerate() {
        let solved = |image: &[u8], target: &[u8]| fixture.erased.solved(Criterion::new(index), image, target);
        let mut pairs = (1..shown.len()).flat_map(|j| (0..j).map(move |i| (i, j)));
        if pairs.any(|(i, j)| !solved(&shown[i].1, &shown[j].1)) {
            continue;
        }
        // The neighbours that differ most are clear enough as an example.
        let differ = |pair: &&[(String, Vec<u8>)]| bytes_that_differ(&pair[0].1, &pair[1].1);
        if let Some(pair) = shown.windows(2).max_by_key(differ) {
            panic!(
                "under {name}, `solved` is true of every pair of different images of random programs: it has to be false of some; {} of {} \
                 bytes differ between the images of {} and {} {}",
                differ(&pair),
                pair[0].1.len(),
                pair[0].0,
                pair[1].0,
                fixture.again()
            );
        }
    }
}

/// Canonical programs, where the domain has them: they are programs of the language, render to the same image, are no larger, and are their own
/// canonical form.
pub fn canonical<D: Domain + Default>(fixture: &Fixture<D>) {
    let (domain, again) = (&fixture.erased, fixture.again());
    for tree in fixture.programs(domain.start(), PROGRAMS) {
        let text = fixture.language().print(tree.nodes());
        let told = while_drawing(fixture, &tree);
        let Some(nodes) = domain.canonical(tree.nodes()) else {
            continue;
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
            fixture.typed.canvas(),
            &image(fixture, &tree, 0),
            &image(fixture, &canonical, 0),
        ) {
            panic!(
                "`canonical` gives a program that renders to something else: {text} became {written}; {difference} {again}"
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

/// SVG documents, where the domain writes them: they are well-formed and have the size of the canvas.
pub fn svg<D: Domain + Default>(fixture: &Fixture<D>) {
    let canvas = fixture.typed.canvas();
    for tree in fixture.programs(fixture.erased.start(), PROGRAMS) {
        let told = while_drawing(fixture, &tree);
        let Some(text) = fixture.erased.svg(tree.nodes()) else {
            continue;
        };
        drop(told);
        let fail = |what: String| -> ! {
            let program = fixture.language().print(tree.nodes());
            panic!("`svg` {what}; the program: {program}\n{text}\n{}", fixture.again())
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

impl<D: Domain + Default> Fixture<D> {
    /// What the erased domain draws.
    ///
    /// # Panics
    /// If it cannot draw the program.
    pub fn render(&self, program: &Tree) -> Vec<u8> {
        image(self, program, 0)
            .unwrap_or_else(|error| panic!("{}: {error} {}", self.language().print(program.nodes()), self.again()))
    }
}

/// What the erased domain draws into an image full of `fill`.
pub(crate) fn image<D: Domain + Default>(fixture: &Fixture<D>, tree: &Tree, fill: u8) -> Result<Vec<u8>, RenderError> {
    let _told = while_drawing(fixture, tree);
    let mut image = vec![fill; fixture.erased.observation_spec().bytes()];
    fixture.erased.render(tree.nodes(), &mut image).map(|()| image)
}
