//! Logo: a program moves a turtle, its image is what the turtle's pen leaves. Loops may be nested and count their rounds;
//! procedures have a parameter. Which names are in scope says the `.toml`.

#![forbid(unsafe_code)]

use tdf_domain::{
    Canvas, Comparison, Domain, Grammar, Measure, RenderError, Size, SizeError, declare_domain, distance,
};

use ast::{Action, Angle, Argument, Drawing, Length, Name, Procedure, Step, Turn};

/// The syntax tree, generated from `logo.lalrpop`.
pub mod ast {
    tdf_domain::include_grammar!("logo");
}

/// Width and height of the canvas in pixels, and its middle.
const CANVAS: usize = 64;
const MIDDLE: f64 = CANVAS as f64 / 2.0;

/// The pen is two pixels wide; further from the middle of a line than this, in pixels, there is no ink.
const REACH: f64 = 1.5;

/// After so many actions the turtle stops: loops in loops multiply, and a short text could ask for any amount of work. It
/// is enough for three loops of 12 inside each other.
const ACTIONS: u32 = 2_000;

/// The domain.
#[derive(Debug, Default)]
pub struct Logo;

impl Domain for Logo {
    type Program = Drawing;

    const NAME: &'static str = "logo";
    const SCOPE: &'static str = include_str!("../logo.toml");
    const CRITERIA: &'static [&'static str] = &["same-lines"];

    fn canvas(&self) -> Canvas {
        Canvas {
            width: CANVAS as u32,
            height: CANVAS as u32,
            channels: 1,
            background: 255,
        }
    }

    fn render(&self, program: &Drawing, image: &mut [u8]) -> Result<(), RenderError> {
        image.fill(255);
        let mut turtle = Turtle {
            procedures: &program.procedures,
            ..Turtle::default()
        };
        turtle.turn(&program.turn, None);
        turtle.run(&program.steps, None, program.procedures.len(), image);
        Ok(())
    }

    /// What the turtle does; turns come with it.
    fn size(&self, grammar: &Grammar) -> Result<Size, SizeError> {
        Size::primitives(grammar, &["Action"])
    }

    /// At most 1 % of the ink differs. Lines cover so little that a stroke more or less hardly counts among all pixels.
    fn solved(&self, _criterion: &str, image: &[u8], target: &[u8]) -> bool {
        let (differs, ink) = compare(image, target);
        differs * 100 <= ink
    }

    fn measure(&self, _criterion: &str, image: &[u8], target: &[u8]) -> Option<Measure> {
        let (differs, ink) = compare(image, target);
        Some(Measure {
            name: "share of the ink that differs".into(),
            value: f64::from(differs) / f64::from(ink.max(1)),
            threshold: 0.01,
            comparison: Comparison::AtMost,
        })
    }

    /// How far the lines are from each other: lines side by side share no pixel.
    fn distance(&self, image: &[u8], target: &[u8]) -> f64 {
        distance::lines(image, target, self.canvas())
    }
}

/// Ink of only one of two images, and of both together.
fn compare(image: &[u8], target: &[u8]) -> (u32, u32) {
    let pairs = || image.iter().zip(target);
    let ink = pairs().map(|(a, b)| u32::from(255 - a.min(b))).sum();
    let differs = pairs().map(|(a, b)| u32::from(a.abs_diff(*b))).sum();
    (differs, ink)
}

/// The numbers in scope, the innermost first.
#[derive(Clone, Copy)]
struct Numbers<'a> {
    name: &'a Name,
    value: u32,
    outer: Option<&'a Numbers<'a>>,
}

#[derive(Default)]
struct Turtle<'p> {
    procedures: &'p [Procedure],
    /// In pixels to the right of the middle and below it.
    x: f64,
    y: f64,
    /// In degrees, clockwise from up; whole, so that a full turn leads back exactly.
    heading: u32,
    actions: u32,
}

impl Turtle<'_> {
    /// Takes `steps`, in which the first `known` procedures are in scope.
    fn run(&mut self, steps: &[Step], numbers: Option<&Numbers<'_>>, known: usize, image: &mut [u8]) {
        for step in steps {
            if self.actions == ACTIONS {
                return;
            }
            self.actions += 1;
            match &step.action {
                Action::Forward(length) => self.go(pixels(length, numbers), Some(image)),
                Action::Jump(length) => self.go(pixels(length, numbers), None),
                Action::Repeat { times, body } => {
                    (0..times.0).for_each(|_| self.run(body, numbers, known, image));
                }
                Action::Loop { times, round, body } => {
                    for number in 1..=times.0.into() {
                        let inner = Numbers {
                            name: round,
                            value: number,
                            outer: numbers,
                        };
                        self.run(body, Some(&inner), known, image);
                    }
                }
                Action::Do { label, argument } => {
                    let value = match argument {
                        Argument::Fixed(count) => count.0.into(),
                        Argument::Named(name) => number(name, numbers),
                    };
                    // A procedure sees those before it, so that no call leads back to itself.
                    let procedures = self.procedures;
                    if let Some(of) = procedures[..known].iter().rposition(|p| p.label == *label) {
                        let parameter = Numbers {
                            name: &procedures[of].parameter,
                            value,
                            outer: None,
                        };
                        self.run(&procedures[of].body, Some(&parameter), of, image);
                    }
                }
            }
            self.turn(&step.turn, numbers);
        }
    }

    fn turn(&mut self, turn: &Option<Turn>, numbers: Option<&Numbers<'_>>) {
        let degrees = |angle: &Angle| match angle {
            Angle::Fixed(degrees) => u32::from(degrees.0),
            Angle::Times { factor, unit } => number(factor, numbers) * u32::from(unit.0),
        };
        let turned = match turn {
            Some(Turn::Left(angle)) => 360 - degrees(angle) % 360,
            Some(Turn::Right(angle)) => degrees(angle),
            None => 0,
        };
        self.heading = (self.heading + turned) % 360;
    }

    /// Moves on, with the pen on `image`. A pixel is as dark as its middle is near to a line: crossings get no darker.
    fn go(&mut self, length: f64, image: Option<&mut [u8]>) {
        let (dx, dy) = f64::from(self.heading).to_radians().sin_cos();
        let (x0, y0) = (self.x, self.y);
        (self.x, self.y) = (x0 + dx * length, y0 - dy * length);
        let Some(image) = image else { return };
        let near = |from: f64, to: f64| {
            let pixel = |at: f64| (at + MIDDLE).clamp(0.0, 2.0 * MIDDLE) as usize;
            pixel(from.min(to) - REACH)..pixel(from.max(to) + REACH + 1.0)
        };
        for row in near(y0, self.y) {
            for column in near(x0, self.x) {
                let (x, y) = (column as f64 + 0.5 - MIDDLE - x0, row as f64 + 0.5 - MIDDLE - y0);
                let along = (x * dx - y * dy).clamp(0.0, length);
                let away = ((x - dx * along).powi(2) + (y + dy * along).powi(2)).sqrt();
                let pixel = &mut image[row * CANVAS + column];
                *pixel = (*pixel).min(((away - REACH + 1.0).clamp(0.0, 1.0) * 255.0).round() as u8);
            }
        }
    }
}

/// The number that a name stands for.
fn number(name: &Name, numbers: Option<&Numbers<'_>>) -> u32 {
    let named = std::iter::successors(numbers, |numbers| numbers.outer).find(|numbers| numbers.name == name);
    named.map_or(0, |numbers| numbers.value)
}

fn pixels(length: &Length, numbers: Option<&Numbers<'_>>) -> f64 {
    match length {
        Length::Fixed(distance) => distance.0.into(),
        Length::Times { factor, unit } => f64::from(number(factor, numbers) * u32::from(unit.0)),
    }
}

declare_domain!(Logo);
