//! What the conformance suite says of domains that break their promises.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicU8, Ordering};

use tdf_domain::{Canvas, Domain, Grammar, RenderError, Size, SizeError};
use tdf_testkit::{Fixture, observations, rendering};

/// What a domain does wrong.
trait Fault: Default + Send + Sync + 'static {
    const WIDTH: u32 = 3;
    const COUNTED: &'static [&'static str] = &[];

    fn render(&self, image: &mut [u8]) -> Result<(), RenderError> {
        image.fill(7);
        Ok(())
    }
}

#[derive(Default)]
struct With<F>(F);

impl<F: Fault> Domain for With<F> {
    type Program = tdf_tests::mutual::Tree;
    const NAME: &'static str = "faulty";

    fn canvas(&self) -> Canvas {
        Canvas {
            width: F::WIDTH,
            height: 2,
            channels: 3,
            background: 7,
        }
    }

    fn render(&self, _program: &Self::Program, image: &mut [u8]) -> Result<(), RenderError> {
        self.0.render(image)
    }

    fn size(&self, grammar: &Grammar) -> Result<Size, SizeError> {
        match F::COUNTED {
            [] => Ok(Size::nodes(grammar)),
            names => Size::primitives(grammar, names),
        }
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
    rendering(&fixture);
    observations(&fixture);
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
        "its canvas has 5000x2 pixels and 3 channels; allowed are 1 to 4096 pixels a side and 1 or 3 channels",
    );
}

#[derive(Default)]
struct Changing(AtomicU8);
impl Fault for Changing {
    fn render(&self, image: &mut [u8]) -> Result<(), RenderError> {
        image.fill(0);
        image[10] = self.0.fetch_add(1, Ordering::Relaxed) % 2;
        Ok(())
    }
}

#[derive(Default)]
struct Sparing;
impl Fault for Sparing {
    fn render(&self, image: &mut [u8]) -> Result<(), RenderError> {
        image[1..].fill(0);
        Ok(())
    }
}

#[derive(Default)]
struct Blank;
impl Fault for Blank {
    fn render(&self, _image: &mut [u8]) -> Result<(), RenderError> {
        Err(RenderError("there is nothing to be seen".to_owned()))
    }
}

#[test]
fn renderers_that_are_wrong() {
    const TURN: &str = "byte 10 (row 1, column 0, channel 1) is 0 in one and 1 in the other; the program: ";
    const FIRST: &str = "byte 0 (row 0, column 0, channel 0) is 0 in one and 255 in the other; the program: ";
    let twice = "draws the same program twice";
    fails::<Changing>(rendering, &format!("`render` {twice}, and the images differ: {TURN}"));
    fails::<Changing>(
        observations,
        &format!("`observe` {twice} with one seed, and the images differ: {TURN}"),
    );
    let spares = "leaves bytes as they were: it has to write all of them";
    fails::<Sparing>(rendering, &format!("`render` {spares}: {FIRST}"));
    fails::<Sparing>(observations, &format!("`observe` {spares}: {FIRST}"));
    fails::<Blank>(
        rendering,
        "`render` draws none of 200 random programs, for example because: there is nothing to be seen ",
    );
}
