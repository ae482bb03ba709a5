//! What the conformance suite says of domains that break their promises.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicU8, Ordering};

use expect_test::{Expect, expect};
use tdf_domain::{Canvas, Domain, Grammar, RenderError, Size, SizeError};
use tdf_testkit::{Fixture, observations, rendering};

/// What a domain does wrong.
trait Fault: Default + Send + Sync + 'static {
    const WIDTH: u32 = 3;
    const COUNTED: &'static [&'static str] = &[];

    fn render(&self, picture: &mut [u8]) -> Result<(), RenderError> {
        picture.fill(7);
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

    fn render(&self, _program: &Self::Program, picture: &mut [u8]) -> Result<(), RenderError> {
        self.0.render(picture)
    }

    fn size(&self, grammar: &Grammar) -> Result<Size, SizeError> {
        match F::COUNTED {
            [] => Ok(Size::nodes(grammar)),
            names => Size::primitives(grammar, names),
        }
    }
}

/// The check fails with this message.
fn fails<F: Fault>(check: fn(&Fixture<With<F>>), expected: Expect) {
    let fixture = Fixture::<With<F>>::if_it_opens().expect("it opens");
    let panic = catch_unwind(AssertUnwindSafe(|| check(&fixture))).expect_err("the check passes");
    expected.assert_eq(panic.downcast_ref::<String>().expect("a message"));
}

fn does_not_open<F: Fault>(expected: Expect) {
    expected.assert_eq(&Fixture::<With<F>>::open(&[]).err().expect("it opens"));
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
    does_not_open::<Misnamed>(expect![[""]]);
    does_not_open::<Wide>(expect![[""]]);
}

#[derive(Default)]
struct Changing(AtomicU8);
impl Fault for Changing {
    fn render(&self, picture: &mut [u8]) -> Result<(), RenderError> {
        picture.fill(0);
        picture[10] = self.0.fetch_add(1, Ordering::Relaxed) % 2;
        Ok(())
    }
}

#[derive(Default)]
struct Sparing;
impl Fault for Sparing {
    fn render(&self, picture: &mut [u8]) -> Result<(), RenderError> {
        picture[1..].fill(0);
        Ok(())
    }
}

#[derive(Default)]
struct Blank;
impl Fault for Blank {
    fn render(&self, _picture: &mut [u8]) -> Result<(), RenderError> {
        Err(RenderError("there is nothing to be seen".to_owned()))
    }
}

#[test]
fn renderers_that_are_wrong() {
    fails::<Changing>(rendering, expect![[""]]);
    fails::<Changing>(observations, expect![[""]]);
    fails::<Sparing>(rendering, expect![[""]]);
    fails::<Sparing>(observations, expect![[""]]);
    fails::<Blank>(rendering, expect![[""]]);
}
