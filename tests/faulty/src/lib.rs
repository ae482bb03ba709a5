//! A domain whose programs fail in all the ways a renderer in Rust can.

#![forbid(unsafe_code)]

use std::panic::{catch_unwind, panic_any, resume_unwind};

use tdf_domain::{Allowed, Canvas, Domain, Grammar, OptionSpec, Options, RenderError, Size, SizeError, declare_domain};

use ast::Deed;

/// The syntax tree, generated from `faulty.lalrpop`.
pub mod ast {
    tdf_domain::include_grammar!("faulty");
}

/// The domain.
#[derive(Debug, Default)]
pub struct Faulty {
    canvas_fails: bool,
    size_fails: bool,
}

const FAILS: OptionSpec = OptionSpec {
    name: "fails",
    default: "programs",
    allowed: Allowed::OneOf(&["programs", "options", "canvas", "size"]),
    about: "what fails",
};

impl Domain for Faulty {
    type Program = Deed;

    const NAME: &'static str = "faulty";

    const OPTIONS: &'static [OptionSpec] = &[FAILS];

    fn configure(&mut self, options: &Options) {
        let fails = options.get(FAILS.name);
        assert!(fails != "options", "cannot be configured");
        self.canvas_fails = fails == "canvas";
        self.size_fails = fails == "size";
    }

    fn canvas(&self) -> Canvas {
        assert!(!self.canvas_fails, "no canvas");
        Canvas {
            width: 8,
            height: 8,
            channels: 1,
            background: 0,
        }
    }

    /// The shades that are drawn, again and again, the last one first.
    fn render(&self, program: &Deed, image: &mut [u8]) -> Result<(), RenderError> {
        image.fill(0);
        let mut shades = Vec::new();
        collect(program, &mut shades)?;
        for (pixel, shade) in image.iter_mut().zip(shades.iter().rev().cycle()) {
            *pixel = shade * 25;
        }
        Ok(())
    }

    fn size(&self, grammar: &Grammar) -> Result<Size, SizeError> {
        match self.size_fails {
            true => Size::primitives(grammar, &["Drawing"]),
            false => Ok(Size::nodes(grammar)),
        }
    }

    fn solved(&self, _criterion: &str, image: &[u8], target: &[u8]) -> bool {
        assert!(image[0] != 225, "a nine is never solved");
        image == target
    }

    fn svg(&self, program: &Deed) -> Option<String> {
        match program {
            Deed::Draw(shade) => Some(format!("<svg shade=\"{}\"/>", shade.0)),
            Deed::NoImage => None,
            _ => panic!("no lines to draw"),
        }
    }
}

fn collect(deed: &Deed, shades: &mut Vec<u8>) -> Result<(), RenderError> {
    match deed {
        Deed::Draw(shade) => shades.push(shade.0),
        Deed::Panic => panic!("there are {} shades", shades.len()),
        Deed::Throw => panic_any(shades.len()),
        Deed::Thread => {
            let thread = std::thread::spawn(|| resume_unwind(Box::new("a thread gave up")));
            let Err(payload) = thread.join();
            resume_unwind(payload);
        }
        Deed::Index => {
            let last = shades[shades.len()];
            shades.push(last);
        }
        Deed::NoImage => return Err(RenderError("nothing to draw".to_owned())),
        Deed::Caught => {
            let caught = catch_unwind(|| panic!("nobody is to hear of this"));
            shades.push(u8::from(caught.is_err()));
        }
        Deed::Both { first, second } => {
            collect(first, shades)?;
            collect(second, shades)?;
        }
    }
    Ok(())
}

declare_domain!(Faulty);
