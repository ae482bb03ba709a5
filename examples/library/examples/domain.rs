//! A domain in one file: bar charts. The grammar is `bars.lalrpop`; `build.rs` turns it into the types of [`ast`].

#![allow(clippy::print_stdout, reason = "this program prints programs")]

use std::error::Error;

use tdf::search::{Networks, SearchOptions, Target, search};
use tdf::{Canvas, Domain, Grammar, RenderError, Size, SizeError, erase};

/// The syntax tree, generated from `bars.lalrpop`.
pub mod ast {
    tdf::include_grammar!("bars");
}

/// Width and height of the canvas in pixels.
const SIDE: usize = 8;

/// Bar charts.
#[derive(Debug, Default)]
pub struct Bars;

impl Domain for Bars {
    type Program = ast::Chart;

    const NAME: &'static str = "bars";
    /// The success criteria, the default first.
    const CRITERIA: &'static [&'static str] = &["same-bars"];

    fn canvas(&self) -> Canvas {
        Canvas {
            width: SIDE as u32,
            height: SIDE as u32,
            channels: 1,
            background: 255,
        }
    }

    fn render(&self, program: &ast::Chart, image: &mut [u8]) -> Result<(), RenderError> {
        if program.bars.len() > SIDE {
            return Err(RenderError(format!(
                "a chart has at most {SIDE} bars, not {}",
                program.bars.len()
            )));
        }
        image.fill(255);
        for (column, bar) in program.bars.iter().enumerate() {
            for row in SIDE - usize::from(bar.height.0)..SIDE {
                image[row * SIDE + column] = 0;
            }
        }
        Ok(())
    }

    /// The number of bars.
    fn size(&self, grammar: &Grammar) -> Result<Size, SizeError> {
        Size::primitives(grammar, &["Bar"])
    }

    fn solved(&self, _criterion: &str, image: &[u8], target: &[u8]) -> bool {
        image == target
    }

    /// The smallest charts are mostly background, and all the same worth solving.
    fn is_uninformative(&self, _image: &[u8]) -> bool {
        false
    }
}

/// The end of a search.
#[derive(Debug)]
pub struct Found {
    /// Whether the program solves the task.
    pub solved: bool,
    /// The program.
    pub program: String,
    /// Programs rendered and tested.
    pub expansions: u32,
}

fn main() -> Result<(), Box<dyn Error>> {
    let target = "bar 3 bar 5";
    let found = run(target)?;
    println!(
        "target  {target}\nfound   {} ({} expansions)",
        found.program, found.expansions
    );
    Ok(())
}

/// Searches for a program that renders the image of `text`.
///
/// # Errors
/// A text that is no program, a program that cannot be rendered, options that the search refuses.
pub fn run(text: &str) -> Result<Found, Box<dyn Error>> {
    // The framework works with the erased form, which takes syntax trees without types.
    let domain = erase(Bars)?;
    let program = domain.language().parse(domain.start(), text)?;
    let mut target = vec![0; domain.observation_spec().bytes()];
    domain.render(program.nodes(), &mut target)?;

    let options = SearchOptions {
        init_sizes: 1..=4,
        ..SearchOptions::new("random", 5_000)
    };
    let outcomes = search(
        &domain,
        &[Target::seen(&target)],
        Networks::default(),
        &options,
        &mut |_| true,
    )?;
    Ok(Found {
        solved: outcomes[0].solved,
        program: domain.language().print(outcomes[0].best.program.nodes()),
        expansions: outcomes[0].expansions,
    })
}
