//! CSG2D-Sketch: CSG2D seen as a hand-drawn sketch (arXiv 2405.20519, section 4.1 and appendix C).
//!
//! A sketch shows the outline of a program's shape, black on white, drawn anew for each seed: primitives are not quite
//! where and what they should be before they are combined, and the pen does not quite follow the outline of the whole.
//! What is to be found is a program whose image (of CSG2D) is that of the sketched program. The option `current` says
//! what a network sees of the program at hand: its image, or a sketch.

mod boundary;
mod geometry;
mod ink;
mod noise;
mod outline;
mod pen;

use std::cell::RefCell;

use rand::RngExt as _;
use tdf_domain::{
    Allowed, Canvas, Domain, Grammar, Measure, OptionSpec, Options, PartialPrograms, RenderError, Size, SizeError,
    declare_domain, distance, rng_stream,
};

use crate::ast::Shape;
use crate::{CANVAS, COMPOSITION, Csg2d, PARTIAL_PROGRAMS};
use boundary::{Boundary, Expression};
use geometry::Point;
use ink::Ink;
use outline::Outline;
use pen::Pen;

const CURRENT: OptionSpec = OptionSpec {
    name: "current",
    default: "plain",
    allowed: Allowed::OneOf(&["plain", "sketch"]),
    about: "what a network sees of the program at hand",
};

/// Primitives in a program, at most: every outline is compared with every other.
const MOST: usize = 1000;

/// The domain.
#[derive(Debug, Default)]
pub struct Csg2dSketch {
    plain: Csg2d,
    sketched: bool,
}

impl Domain for Csg2dSketch {
    type Program = Shape;

    const NAME: &'static str = "csg2d-sketch";

    const CRITERIA: &'static [&'static str] = Csg2d::CRITERIA;

    const OPTIONS: &'static [OptionSpec] = &[COMPOSITION, CANVAS, CURRENT];

    const OBSERVATION_MODEL: bool = true;

    const PARTIAL_PROGRAMS: Option<PartialPrograms> = Some(PARTIAL_PROGRAMS);

    fn configure(&mut self, options: &Options) {
        self.plain.configure(options);
        self.sketched = options.get(CURRENT.name) == "sketch";
    }

    fn canvas(&self) -> Canvas {
        Canvas {
            background: 255,
            ..self.plain.canvas()
        }
    }

    fn render(&self, program: &Shape, image: &mut [u8]) -> Result<(), RenderError> {
        self.plain.render(program, image)
    }

    fn observe_target(&self, program: &Shape, seed: u64, image: &mut [u8]) -> Result<(), RenderError> {
        let side = self.plain.coverage.side();
        SCRATCH.with_borrow_mut(|scratch| scratch.sketch(program, self.plain.flat, seed, image, side))
    }

    fn observe_current(&self, program: &Shape, seed: u64, image: &mut [u8]) -> Result<(), RenderError> {
        if self.sketched {
            self.observe_target(program, seed, image)
        } else {
            self.render(program, image)
        }
    }

    fn size(&self, grammar: &Grammar) -> Result<Size, SizeError> {
        self.plain.size(grammar)
    }

    /// Both are images, not sketches.
    fn solved(&self, criterion: &str, image: &[u8], target: &[u8]) -> bool {
        self.plain.solved(criterion, image, target)
    }

    fn measure(&self, criterion: &str, image: &[u8], target: &[u8]) -> Option<Measure> {
        self.plain.measure(criterion, image, target)
    }

    /// That of lines, for sketches: two sketches of one program share hardly a pixel. Of two images it compares what is outside of
    /// the shapes, since the background is white.
    fn distance(&self, image: &[u8], target: &[u8]) -> f64 {
        distance::lines(image, target, self.canvas())
    }

    fn canonical(&self, program: &Shape) -> Option<Vec<tdf_domain::Node>> {
        self.plain.canonical(program)
    }

    fn svg(&self, program: &Shape) -> Option<String> {
        self.plain.svg(program)
    }
}

declare_domain!(Csg2dSketch);

thread_local! {
    static SCRATCH: RefCell<Scratch> = RefCell::default();
}

/// Memory that is used again for the next sketch of a thread.
#[derive(Debug, Default)]
struct Scratch {
    expression: Expression,
    /// Of the primitives of the program at hand, and perhaps more.
    outlines: Vec<Outline>,
    points: Vec<Point>,
    boundary: Boundary,
    pen: Pen,
}

impl Scratch {
    fn sketch(
        &mut self,
        program: &Shape,
        flat: bool,
        seed: u64,
        image: &mut [u8],
        side: usize,
    ) -> Result<(), RenderError> {
        let Self {
            expression,
            outlines,
            points,
            boundary,
            pen,
        } = self;
        let mut rng = rng_stream(seed, 0);
        let mut count = 0;
        expression.read(program, flat, &mut |primitive| {
            if count < MOST {
                if outlines.len() == count {
                    outlines.push(Outline::default());
                }
                outlines[count].draw(primitive, points, &mut rng);
            }
            count += 1;
        });
        if count > MOST {
            return Err(RenderError(format!(
                "the program has {count} circles and quads; programs of at most {MOST} can be sketched"
            )));
        }
        let outlines = &outlines[..count];
        let mut ink = Ink::new(image, side, rng.random_range(noise::WIDTH));
        pen.begin();
        boundary.trace(expression, outlines, &mut |part| {
            pen.follow(part, outlines, &mut ink, &mut rng);
        });
        pen.end(&mut ink, &mut rng);
        Ok(())
    }
}
