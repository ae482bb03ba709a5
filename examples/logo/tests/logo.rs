//! The conformance suite, and drawings against another turtle.

use std::str::SplitWhitespace;

use tdf_domain::{Domain as _, PixelTolerance};
use tdf_logo::{
    Logo,
    ast::{Action, Distance, Drawing},
};
use tdf_testkit::Fixture;

tdf_testkit::conformance!(Logo);

const SIDE: usize = 64;

fn draw(text: &str) -> Vec<u8> {
    let program: Drawing = text.parse().unwrap();
    let mut image = vec![0; SIDE * SIDE];
    Logo.render(&program, &mut image).unwrap();
    image
}

#[test]
fn a_square_is_a_ring_two_pixels_wide() {
    let image = draw("repeat 4 [ forward 20 right 90 ]");
    // From the middle up and to the right: the lines lie on the borders 12 and 32 of rows, 32 and 52 of columns.
    let on_ring = |at: usize, low: usize| at == low - 1 || at == low || at == low + 19 || at == low + 20;
    for row in 0..SIDE {
        for column in 0..SIDE {
            let inside = (11..=32).contains(&row) && (31..=52).contains(&column);
            // The ends of the pen are round: the middle of the pixel is 0.71 away from that of the corner.
            let corner = [11, 32].contains(&row) && [31, 52].contains(&column);
            let expected = match inside && (on_ring(row, 12) || on_ring(column, 32)) {
                true if corner => 53,
                true => 0,
                false => 255,
            };
            assert_eq!(image[row * SIDE + column], expected, "row {row}, column {column}");
        }
    }
}

/// Another turtle: reads the text word by word, and turns by multiplying with unit complex numbers.
struct Other {
    at: (f64, f64),
    ahead: (f64, f64),
    actions: u32,
    lines: Vec<[(f64, f64); 2]>,
}

impl Other {
    fn run(&mut self, mut words: SplitWhitespace<'_>) {
        while let Some(word) = words.next().filter(|word| *word != "]") {
            let number: u32 = words.next().unwrap().parse().unwrap();
            let ((x, y), (dx, dy)) = (self.at, self.ahead);
            if !["left", "right"].contains(&word) {
                self.actions += 1;
            }
            if self.actions > 2000 {
                return;
            }
            match word {
                "forward" | "jump" => {
                    self.at = (x + f64::from(number) * dx, y + f64::from(number) * dy);
                    if word == "forward" {
                        self.lines.push([(x, y), self.at]);
                    }
                }
                "right" | "left" => {
                    let (sin, cos) = f64::from(number).to_radians().sin_cos();
                    let sin = if word == "right" { sin } else { -sin };
                    self.ahead = (dx * cos - dy * sin, dx * sin + dy * cos);
                }
                "repeat" => {
                    assert_eq!(words.next(), Some("["));
                    (0..number).for_each(|_| self.run(words.clone()));
                    let mut open = 1;
                    while open > 0 {
                        open += match words.next().unwrap() {
                            "[" => 1,
                            "]" => -1,
                            _ => 0,
                        };
                    }
                }
                other => panic!("{other}"),
            }
        }
    }
}

/// The lines that a program renders to, each from where to where.
fn lines(text: &str) -> Vec<[(f64, f64); 2]> {
    let text = text.replace('[', " [ ").replace(']', " ] ");
    let mut other = Other {
        at: (32.0, 32.0),
        ahead: (0.0, -1.0),
        actions: 0,
        lines: Vec::new(),
    };
    other.run(text.split_whitespace());
    other.lines
}

#[test]
fn pixels_are_as_dark_as_lines_are_near() {
    let fixture = Fixture::<Logo>::new();
    for program in (1..=6).flat_map(|size| fixture.programs_of_size(size, 30)) {
        let text = fixture.language().print(program.nodes());
        let lines = lines(&text);
        for (at, &pixel) in fixture.render(&program).iter().enumerate() {
            let (x, y) = ((at % SIDE) as f64 + 0.5, (at / SIDE) as f64 + 0.5);
            let away = lines.iter().map(|&[(x0, y0), (x1, y1)]| {
                let (dx, dy) = (x1 - x0, y1 - y0);
                let along = ((x - x0) * dx + (y - y0) * dy) / (dx * dx + dy * dy);
                let along = along.clamp(0.0, 1.0);
                (x - x0 - along * dx).hypot(y - y0 - along * dy)
            });
            let expected = 255.0 * (away.fold(f64::INFINITY, f64::min) - 0.5).clamp(0.0, 1.0);
            assert!(
                (f64::from(pixel) - expected).abs() < 1.0,
                "{text}: {pixel} instead of {expected} at {x}, {y} {}",
                fixture.again()
            );
        }
    }
}

#[test]
fn what_counts_is_the_ink() {
    let solved = |a: &str, b: &str| Logo.solved("same-lines", &draw(a), &draw(b));
    let square = "repeat 4 [ forward 10 right 90 ]";
    for same in [
        "right 90 repeat 4 [ forward 10 left 90 ]",
        "repeat 12 [ forward 10 right 90 ]",
        "repeat 3 [ forward 10 right 90 ] forward 10",
    ] {
        assert!(solved(same, square), "{same}");
    }
    let open = "repeat 3 [ forward 10 right 90 ]";
    assert!(!solved(open, square) && !solved(square, open));
    assert!(
        PixelTolerance::pixels_match(&draw(open), &draw(square), 1),
        "a side is under 1 % of the pixels"
    );
    assert!(solved("jump 4", "jump 24"));
}

#[test]
fn loops_in_loops_come_to_an_end() {
    let nested = |count: usize| format!("{}jump 4 right 36{}", "repeat 12 [".repeat(count), "]".repeat(count));
    let drawn = |count| draw(&format!("{} forward 10", nested(count))).contains(&0);
    assert!(
        drawn(3) && !drawn(4),
        "12 + 144 + 1728 actions and some, and 12 times as many"
    );
    tdf_testkit::deep(&Fixture::<Logo>::new(), nested);
}

#[test]
fn numbers_are_newtypes() {
    let forward = Action::Forward(Distance(24));
    let Action::Forward(distance) = &forward else {
        unreachable!()
    };
    let pixels: u8 = distance.0;
    assert_eq!(pixels, 24);
}
