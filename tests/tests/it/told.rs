//! What the conformance suite says of domains that break their promises.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicU8, Ordering};

use tdf_domain::{
    Canvas, Comparison, Domain, Grammar, Measure, Node, PIXEL_CRITERIA, PixelTolerance, RenderError, Size, SizeError,
    distance,
};
use tdf_testkit::{Fixture, canonical, criteria, distances, mutations, mutations_by, observations, rendering, svg};
use tdf_tests::mutual::Tree;
use tdf_tests::noise;

/// What a domain does wrong.
trait Fault: Default + Send + Sync + 'static {
    const WIDTH: u32 = 3;
    const COUNTED: &'static [&'static str] = &[];
    const OBSERVED: bool = false;
    const CRITERIA: &'static [&'static str] = PIXEL_CRITERIA;

    fn render(&self, program: &Tree, image: &mut [u8]) -> Result<(), RenderError> {
        noise(&program.to_string(), image);
        Ok(())
    }

    fn observe(&self, program: &Tree, _seed: u64, image: &mut [u8]) -> Result<(), RenderError> {
        self.render(program, image)
    }

    fn solved(&self, criterion: &str, image: &[u8], target: &[u8]) -> bool {
        PixelTolerance::solved(criterion, image, target, 3)
    }

    fn measure(&self, criterion: &str, image: &[u8], target: &[u8]) -> Option<Measure> {
        Measure::of_pixels(criterion, image, target, 3)
    }

    fn distance(&self, image: &[u8], target: &[u8]) -> f64 {
        distance::pixels(image, target)
    }

    fn is_uninformative(&self, image: &[u8]) -> bool {
        PixelTolerance::is_uninformative(image, 3)
    }

    fn canonical(&self, _program: &Tree) -> Option<Tree> {
        None
    }

    fn svg(&self, _program: &Tree) -> Option<String> {
        None
    }
}

#[derive(Default)]
struct With<F>(F);

impl<F: Fault> Domain for With<F> {
    type Program = Tree;
    const NAME: &'static str = "faulty";
    const OBSERVATION_MODEL: bool = F::OBSERVED;
    const CRITERIA: &'static [&'static str] = F::CRITERIA;

    fn canvas(&self) -> Canvas {
        Canvas {
            width: F::WIDTH,
            height: 2,
            channels: 3,
            background: 7,
        }
    }

    fn render(&self, program: &Tree, image: &mut [u8]) -> Result<(), RenderError> {
        self.0.render(program, image)
    }

    fn observe_target(&self, program: &Tree, seed: u64, image: &mut [u8]) -> Result<(), RenderError> {
        self.0.observe(program, seed, image)
    }

    fn size(&self, grammar: &Grammar) -> Result<Size, SizeError> {
        match F::COUNTED {
            [] => Ok(Size::nodes(grammar)),
            names => Size::primitives(grammar, names),
        }
    }

    fn solved(&self, criterion: &str, image: &[u8], target: &[u8]) -> bool {
        self.0.solved(criterion, image, target)
    }

    fn measure(&self, criterion: &str, image: &[u8], target: &[u8]) -> Option<Measure> {
        self.0.measure(criterion, image, target)
    }

    fn distance(&self, image: &[u8], target: &[u8]) -> f64 {
        self.0.distance(image, target)
    }

    fn is_uninformative(&self, image: &[u8]) -> bool {
        self.0.is_uninformative(image)
    }

    fn canonical(&self, program: &Tree) -> Option<Vec<Node>> {
        self.0.canonical(program).map(|program| program.to_nodes())
    }

    fn svg(&self, program: &Tree) -> Option<String> {
        self.0.svg(program)
    }
}

/// The check fails with a message that begins like this.
fn fails<F: Fault>(check: fn(&Fixture<With<F>>), expected: &str) {
    let fixture = Fixture::<With<F>>::if_it_opens().expect("it opens");
    let panic = catch_unwind(AssertUnwindSafe(|| check(&fixture))).expect_err("the check passes");
    let said = panic.downcast_ref::<String>().expect("a message");
    assert!(said.starts_with(expected), "{said}");
    assert!(said.ends_with(&fixture.again()), "{said}");
}

fn does_not_open<F: Fault>(expected: &str) {
    let said = Fixture::<With<F>>::open(&[]).err().expect("it opens");
    assert!(
        said.starts_with(&format!("the domain faulty does not open: {expected}")),
        "{said}"
    );
    // The other checks are left out: one test fails, not thirteen with one text.
    assert!(Fixture::<With<F>>::if_it_opens().is_none());
}

#[derive(Default)]
struct Right;
impl Fault for Right {}

#[test]
fn a_domain_that_is_right() {
    let fixture = Fixture::<With<Right>>::new();
    for check in [rendering, observations, criteria, distances, canonical, svg, mutations] {
        check(&fixture);
    }
}

#[derive(Default)]
struct Misnamed;
impl Fault for Misnamed {
    const COUNTED: &'static [&'static str] = &["Nothing"];
}

#[derive(Default)]
struct Wide;
impl Fault for Wide {
    const WIDTH: u32 = 5000;
}

#[test]
fn domains_that_do_not_open() {
    does_not_open::<Misnamed>("the grammar has no alternative or rule `Nothing`");
    does_not_open::<Wide>(
        "its canvas has 5000x2 pixels, 3 channels and the background 7; allowed are 1 to 4096 pixels a side, 1 or 3 channels and a background of 0 to 255",
    );
}

#[derive(Default)]
struct Changing(AtomicU8);
impl Fault for Changing {
    fn render(&self, _program: &Tree, image: &mut [u8]) -> Result<(), RenderError> {
        image.fill(0);
        image[10] = self.0.fetch_add(1, Ordering::Relaxed) % 2;
        Ok(())
    }
}

#[derive(Default)]
struct Sparing;
impl Fault for Sparing {
    fn render(&self, _program: &Tree, image: &mut [u8]) -> Result<(), RenderError> {
        image[1..].fill(0);
        Ok(())
    }
}

#[derive(Default)]
struct Blank;
impl Fault for Blank {
    fn render(&self, _program: &Tree, _image: &mut [u8]) -> Result<(), RenderError> {
        Err(RenderError("there is nothing to be seen".to_owned()))
    }
}

#[test]
fn renderers_that_are_wrong() {
    const TURN: &str = "byte 10 (row 1, column 0, channel 1) is 0 in one and 1 in the other; the program: ";
    const FIRST: &str = "byte 0 (row 0, column 0, channel 0) is 0 in one and 255 in the other; the program: ";
    let twice = "renders one program twice";
    fails::<Changing>(rendering, &format!("`render` {twice}, and the images differ: {TURN}"));
    fails::<Changing>(
        observations,
        &format!("`observe_target` {twice} with one seed, and the images differ: {TURN}"),
    );
    let spares = "leaves bytes as they were: it has to write all of them";
    fails::<Sparing>(rendering, &format!("`render` {spares}: {FIRST}"));
    fails::<Sparing>(observations, &format!("`observe_target` {spares}: {FIRST}"));
}

#[derive(Default)]
struct Still;
impl Fault for Still {
    fn render(&self, _program: &Tree, image: &mut [u8]) -> Result<(), RenderError> {
        image.fill(9);
        Ok(())
    }
}

#[derive(Default)]
struct Unseen;
impl Fault for Unseen {
    const OBSERVED: bool = true;

    fn observe(&self, _program: &Tree, _seed: u64, _image: &mut [u8]) -> Result<(), RenderError> {
        Err(RenderError("it is too dark".to_owned()))
    }
}

#[derive(Default)]
struct Steady;
impl Fault for Steady {
    const OBSERVED: bool = true;
}

#[test]
fn renderers_that_show_nothing() {
    fails::<Blank>(
        rendering,
        "`render` gives no image of any of 200 random programs, for example because: there is nothing to be seen; the program: ",
    );
    fails::<Still>(
        rendering,
        "`render` gives the same image of all 200 random programs that it renders: it has to depend on the program; two of them: \
         leaf and ",
    );
    fails::<Unseen>(
        observations,
        "`observe_target` gives no image of any of 200 random programs, for example because: it is too dark; the program: leaf ",
    );
    fails::<Steady>(
        observations,
        "OBSERVATION_MODEL is true, and no seed changes what `observe_target` and `observe_current` draw of 200 programs ",
    );
    // One check says what is wrong, the others do not repeat it.
    criteria(&Fixture::<With<Blank>>::new());
    criteria(&Fixture::<With<Still>>::new());
    observations(&Fixture::<With<Blank>>::new());
}

#[derive(Default)]
struct Content;
impl Fault for Content {
    fn solved(&self, _criterion: &str, _image: &[u8], _target: &[u8]) -> bool {
        true
    }
}

/// One of its criteria is right.
#[derive(Default)]
struct HalfContent;
impl Fault for HalfContent {
    const CRITERIA: &'static [&'static str] = &["same", "any"];

    fn solved(&self, criterion: &str, image: &[u8], target: &[u8]) -> bool {
        criterion == "any" || image == target
    }
}

#[derive(Default)]
struct Bored;
impl Fault for Bored {
    fn is_uninformative(&self, _image: &[u8]) -> bool {
        true
    }
}

#[test]
fn verdicts_that_are_always_true() {
    const PAIRS: &str =
        "`solved` is true of every pair of different images of random programs: it has to be false of some; ";
    fails::<Content>(criteria, &format!("under pixels-0.99, {PAIRS}"));
    fails::<HalfContent>(criteria, &format!("under any, {PAIRS}"));
    fails::<Bored>(
        criteria,
        "`is_uninformative` is true of every image of a random program: it has to be false of some, or no program is a target; ",
    );
}

/// A measure with a threshold that `solved` does not have.
#[derive(Default)]
struct Lenient;
impl Fault for Lenient {
    fn measure(&self, criterion: &str, image: &[u8], target: &[u8]) -> Option<Measure> {
        let measure = Measure::of_pixels(criterion, image, target, 3)?;
        let threshold = if measure.comparison == Comparison::AtLeast {
            0.8
        } else {
            measure.threshold
        };
        Some(Measure { threshold, ..measure })
    }
}

#[test]
fn measures_that_are_not_those_of_the_criterion() {
    fails::<Lenient>(
        criteria,
        "`measure` and `solved` disagree under pixels-0.99: share of equal pixels 0.833 (at least 0.8 is required), and `solved` is \
         false; the target is the image of ",
    );
}

/// An image is not where it is itself.
#[derive(Default)]
struct Restless;
impl Fault for Restless {
    fn distance(&self, image: &[u8], target: &[u8]) -> f64 {
        1.0 + distance::pixels(image, target)
    }
}

#[derive(Default)]
struct Undefined;
impl Fault for Undefined {
    fn distance(&self, image: &[u8], target: &[u8]) -> f64 {
        if image == target { 0.0 } else { f64::NAN }
    }
}

#[derive(Default)]
struct Negative;
impl Fault for Negative {
    fn distance(&self, image: &[u8], target: &[u8]) -> f64 {
        f64::from(image[0]) - f64::from(target[0])
    }
}

/// Its distances depend on the calls before.
#[derive(Default)]
struct Growing(AtomicU8);
impl Fault for Growing {
    fn distance(&self, image: &[u8], target: &[u8]) -> f64 {
        let calls = self.0.fetch_add(1, Ordering::Relaxed);
        distance::pixels(image, target) * (1.0 + f64::from(calls))
    }
}

/// A line of one pixel, which moves with the seed.
#[derive(Default)]
struct Thin;
impl Fault for Thin {
    const OBSERVED: bool = true;

    fn observe(&self, _program: &Tree, seed: u64, image: &mut [u8]) -> Result<(), RenderError> {
        image.fill(7);
        image[3 * (seed % 6) as usize] = 255;
        Ok(())
    }
}

/// The same with a distance for lines.
#[derive(Default)]
struct ThinByLines;
impl Fault for ThinByLines {
    const OBSERVED: bool = true;

    fn observe(&self, program: &Tree, seed: u64, image: &mut [u8]) -> Result<(), RenderError> {
        Thin.observe(program, seed, image)
    }

    fn distance(&self, image: &[u8], target: &[u8]) -> f64 {
        // Between two pixels there are at most 3, and a blank image is further away.
        let at = |image: &[u8]| image.iter().position(|&sample| sample == 255).map(|at| at as f64 / 3.0);
        match (at(image), at(target)) {
            (Some(a), Some(b)) => (a - b).abs(),
            (a, b) => 9.0 * f64::from(u8::from(a != b)),
        }
    }
}

#[test]
fn distances_that_mislead() {
    fails::<Restless>(
        distances,
        "`distance` from an image to itself is 1, not 0: the image of leaf ",
    );
    fails::<Undefined>(
        distances,
        "`distance` is NaN: it has to be finite and not negative; an image of ",
    );
    fails::<Negative>(distances, "`distance` is -");
    fails::<Growing>(distances, "`distance` is ");
    fails::<Thin>(
        distances,
        "`distance` ranks a blank canvas before another observation of the same program for 100 of 100 programs, so searches \
         prefer blank images; for lines there is `tdf_domain::distance::lines`; two observations and a blank one have distances \
         27.556 and 13.778 for leaf ",
    );
    distances(&Fixture::<With<ThinByLines>>::new());
}

/// There is no form of the first program, and a wrong one of all others.
#[derive(Default)]
struct Late;
impl Fault for Late {
    fn canonical(&self, program: &Tree) -> Option<Tree> {
        (*program != Tree::Leaf).then_some(Tree::Leaf)
    }

    fn svg(&self, program: &Tree) -> Option<String> {
        let document = r#"<svg xmlns="http://www.w3.org/2000/svg" width="4" height="2"/>"#;
        (*program != Tree::Leaf).then(|| document.to_owned())
    }
}

/// There are right forms of some programs.
#[derive(Default)]
struct Partly;
impl Fault for Partly {
    fn canonical(&self, program: &Tree) -> Option<Tree> {
        (*program != Tree::Leaf).then(|| program.clone())
    }

    fn svg(&self, program: &Tree) -> Option<String> {
        let document = r#"<svg xmlns="http://www.w3.org/2000/svg" width="3" height="2"/>"#;
        (*program != Tree::Leaf).then(|| document.to_owned())
    }
}

#[test]
fn forms_that_only_some_programs_have() {
    // The first random program has none.
    let fixture = Fixture::<With<Late>>::new();
    let first = &fixture.programs(fixture.erased.start(), 1)[0];
    assert_eq!(fixture.language().print(first.nodes()), "leaf");
    fails::<Late>(
        canonical,
        "`canonical` gives a program that renders to something else: ",
    );
    fails::<Late>(
        svg,
        "`svg` writes a width that is 4, and the canvas has 3; the program: ",
    );
    canonical(&Fixture::<With<Partly>>::new());
    svg(&Fixture::<With<Partly>>::new());
}

#[test]
fn mutations_that_change_nothing() {
    fails::<Right>(
        |fixture| mutations_by(fixture, |_, _| false),
        "none of 50 mutations changes a program, and the language has others: leaf could become ",
    );
    fails::<Right>(
        |fixture| mutations_by(fixture, |_, _| true),
        "what a mutation says of itself is wrong: leaf became leaf ",
    );
}
