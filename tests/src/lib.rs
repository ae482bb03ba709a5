//! Tests that cross crates: their grammars, domains that draw noise, random grammars, and an independent recogniser.

#![forbid(unsafe_code)]
#![allow(missing_docs)]

use std::fmt::Display;
use std::marker::PhantomData;

use tdf_domain::{Canvas, Domain, Program, RenderError};

pub mod agree;
pub mod brute;
pub mod chart;
pub mod earley;
pub mod random;
pub mod scopes;

pub mod commas {
    tdf_domain::include_grammar!("commas");
}
pub mod csg2d {
    tdf_domain::include_grammar!("csg2d");
}
pub mod ladder {
    tdf_domain::include_grammar!("ladder");
}
pub mod mutual {
    tdf_domain::include_grammar!("mutual");
}
pub mod notes {
    tdf_domain::include_grammar!("notes");
}
pub mod shapes {
    tdf_domain::include_grammar!("shapes");
}
pub mod tinysvg {
    tdf_domain::include_grammar!("tinysvg");
}

/// A grammar in Lark's syntax.
pub mod calculator {
    tdf_domain::include_grammar!("calculator");
}

/// Grammars that show one trait of the types each.
#[deny(warnings)]
pub mod types {
    pub mod clashes {
        tdf_domain::include_grammar!("clashes");
    }
    pub mod cycles {
        tdf_domain::include_grammar!("cycles");
    }
    pub mod docs {
        tdf_domain::include_grammar!("docs");
    }
    pub mod flags {
        tdf_domain::include_grammar!("flags");
    }
    pub mod groups {
        tdf_domain::include_grammar!("groups");
    }
    pub mod levels {
        tdf_domain::include_grammar!("levels");
    }
    pub mod lists {
        tdf_domain::include_grammar!("lists");
    }
    pub mod numbers {
        tdf_domain::include_grammar!("numbers");
    }
    pub mod open_names {
        tdf_domain::include_grammar!("open_names");
    }
    pub mod options {
        tdf_domain::include_grammar!("options");
    }
}

/// A domain over any grammar that knows nothing of it: the image of a program is noise that its text decides.
#[derive(Clone, Copy, Debug)]
pub struct Blind<P>(PhantomData<fn() -> P>);

impl<P> Default for Blind<P> {
    fn default() -> Self {
        Self(PhantomData)
    }
}

impl<P: Program + Display + 'static> Domain for Blind<P> {
    type Program = P;

    const NAME: &'static str = P::GRAMMAR_NAME;

    fn canvas(&self) -> Canvas {
        Canvas {
            width: 4,
            height: 4,
            channels: 1,
            background: 128,
        }
    }

    fn render(&self, program: &P, image: &mut [u8]) -> Result<(), RenderError> {
        noise(&program.to_string(), image);
        Ok(())
    }
}

/// Bytes that differ between texts: FNV-1a, of the text and of every byte that was written.
pub fn noise(text: &str, image: &mut [u8]) {
    let mix = |hash: u64, byte: u8| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01B3);
    let mut hash = text.bytes().fold(0xCBF2_9CE4_8422_2325, mix);
    for byte in image {
        *byte = (hash >> 32) as u8;
        hash = mix(hash, *byte);
    }
}
