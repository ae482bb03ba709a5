//! The conformance suite, and drawings against another turtle.

use tdf_domain::{Domain as _, PixelTolerance};
use tdf_logo::{
    Logo,
    ast::{Action, Distance, Drawing, Length},
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
struct Other<'t> {
    words: Vec<&'t str>,
    /// Label, parameter, and the first word of the body.
    procedures: Vec<(&'t str, &'t str, usize)>,
    at: (f64, f64),
    ahead: (f64, f64),
    actions: u32,
    lines: Vec<[(f64, f64); 2]>,
}

impl<'t> Other<'t> {
    /// Behind the bracket that closes the one before word `from`.
    fn behind(&self, from: usize) -> usize {
        let mut open = 1;
        let mut next = from;
        while open > 0 {
            open += i32::from(self.words[next] == "[") - i32::from(self.words[next] == "]");
            next += 1;
        }
        next
    }

    /// The number at word `from`, and the word behind it.
    fn number(&self, from: usize, names: &[(&str, u32)]) -> (u32, usize) {
        let word = self.words[from];
        let value = |word: &str| match word.parse() {
            Ok(number) => number,
            Err(_) => {
                names
                    .iter()
                    .rev()
                    .find(|(name, _)| *name == word)
                    .expect("a name in scope")
                    .1
            }
        };
        match self.words.get(from + 1) {
            Some(&"*") => (value(word) * value(self.words[from + 2]), from + 3),
            _ => (value(word), from + 1),
        }
    }

    /// Goes on from word `from`; the first `known` procedures are in scope.
    fn run(&mut self, from: usize, names: &[(&'t str, u32)], known: usize) {
        let mut next = from;
        while let Some(word) = self.words.get(next).copied().filter(|word| *word != "]") {
            if !["left", "right"].contains(&word) {
                self.actions += 1;
            }
            if self.actions > 2000 {
                return;
            }
            let ((x, y), (dx, dy)) = (self.at, self.ahead);
            match word {
                "forward" | "jump" => {
                    let (number, behind) = self.number(next + 1, names);
                    next = behind;
                    self.at = (x + f64::from(number) * dx, y + f64::from(number) * dy);
                    if word == "forward" {
                        self.lines.push([(x, y), self.at]);
                    }
                }
                "right" | "left" => {
                    let (number, behind) = self.number(next + 1, names);
                    next = behind;
                    let (sin, cos) = f64::from(number).to_radians().sin_cos();
                    let sin = if word == "right" { sin } else { -sin };
                    self.ahead = (dx * cos - dy * sin, dx * sin + dy * cos);
                }
                "repeat" => {
                    let times: u32 = self.words[next + 1].parse().unwrap();
                    let round = (self.words[next + 2] == "as").then(|| self.words[next + 3]);
                    let body = next + if round.is_some() { 5 } else { 3 };
                    for number in 1..=times {
                        let mut names = names.to_vec();
                        names.extend(round.map(|round| (round, number)));
                        self.run(body, &names, known);
                    }
                    next = self.behind(body);
                }
                "do" => {
                    let (number, behind) = self.number(next + 2, names);
                    let label = self.words[next + 1];
                    let of = (0..known).rev().find(|of| self.procedures[*of].0 == label);
                    let (_, parameter, body) = self.procedures[of.expect("a procedure in scope")];
                    self.run(body, &[(parameter, number)], of.unwrap_or_default());
                    next = behind;
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
        words: text.split_whitespace().collect(),
        procedures: Vec::new(),
        at: (32.0, 32.0),
        ahead: (0.0, -1.0),
        actions: 0,
        lines: Vec::new(),
    };
    let mut next = 0;
    while other.words[next] == "to" {
        other
            .procedures
            .push((other.words[next + 1], other.words[next + 2], next + 4));
        next = other.behind(next + 4);
    }
    other.run(next, &[], other.procedures.len());
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
fn names_stand_for_rounds_and_parameters() {
    let same = |a: &str, b: &str| assert_eq!(draw(a), draw(b), "{a}");
    same(
        "repeat 3 as i [ forward i * 4 right 90 ]",
        "forward 4 right 90 forward 8 right 90 forward 12",
    );
    same("to p i [ forward i * 4 ] do p 5", "forward 20");
    same(
        "to p i [ forward i * 4 ] repeat 2 as j [ do p j right 90 ]",
        "forward 4 right 90 forward 8",
    );
    // A procedure sees those before it, and an inner name hides an outer one.
    same(
        "to p i [ jump 4 ] to q j [ do p 2 forward j * 4 ] do q 3",
        "jump 4 forward 12",
    );
    same(
        "repeat 2 as i [ repeat 3 as i [ jump i * 4 ] ] forward 4",
        "repeat 2 [ jump 24 ] forward 4",
    );
}

#[test]
fn programs_refer_to_what_is_bound() {
    let fixture = Fixture::<Logo>::new();
    let parse = |text: &str| fixture.language().parse(fixture.erased.start(), text);
    let text = |text: &str| fixture.language().print(parse(text).unwrap().nodes());
    assert_eq!(
        text("to q k [ forward k * 4 ] repeat 3 as j [ do q j ]"),
        "to p i [forward i * 4] repeat 3 as i [do p i]"
    );
    let wrong = |text: &str| parse(text).unwrap_err().to_string();
    assert_eq!(
        wrong("forward i * 4"),
        "1:9: `i` is not bound here: no name of `Name` is in scope"
    );
    assert_eq!(
        wrong("to p i [ do p 2 ] do p 3"),
        "1:13: `p` is not bound here: no name of `Label` is in scope"
    );
    assert_eq!(
        wrong("repeat 2 as i [ jump 4 ] right i * 30 jump 4"),
        "1:32: `i` is not bound here: no name of `Name` is in scope"
    );
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
    let forward = Action::Forward(Length::Fixed(Distance(24)));
    let Action::Forward(Length::Fixed(distance)) = &forward else {
        unreachable!()
    };
    let pixels: u8 = distance.0;
    assert_eq!(pixels, 24);
}
