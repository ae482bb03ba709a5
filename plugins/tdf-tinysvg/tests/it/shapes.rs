//! What shapes mean, by their definitions.

use tdf_testkit::Fixture;
use tdf_tinysvg::TinySvg;

fn draw(canvas: &str, text: &str) -> Vec<u8> {
    let fixture = Fixture::<TinySvg>::with(&[("canvas", canvas)]);
    fixture.render(&fixture.read(text)[0])
}

const WHITE: [u8; 3] = [255; 3];
const RED: [u8; 3] = [255, 0, 0];
const BLUE: [u8; 3] = [0, 0, 255];

/// An image of points given in units.
fn points(side: usize, color: impl Fn(f64, f64) -> [u8; 3]) -> Vec<u8> {
    let unit = |pixel: usize| (pixel as f64 + 0.5) * 224.0 / side as f64 - 112.0;
    (0..side * side)
        .flat_map(|at| color(unit(at % side), unit(at / side)))
        .collect()
}

#[test]
fn rectangles_are_exact() {
    for (canvas, side) in [("128", 128), ("224", 224), ("57", 57)] {
        for (w, h, border) in [(9, 4, 9), (1, 8, 4), (3, 3, 7), (5, 1, 1)] {
            let image = draw(canvas, &format!("(Rectangle {w} {h} blue red {border})"));
            let (w, h, border) = (f64::from(3 * w), f64::from(3 * h), f64::from(border) / 4.0);
            let expected = points(side, |x, y| {
                // A middle on an edge is within the right and the lower one.
                let within = |a: f64, b: f64| -a < x && x <= a && -b < y && y <= b;
                match (within(w + border, h + border), within(w - border, h - border)) {
                    (_, true) => BLUE,
                    (true, false) => RED,
                    (false, false) => WHITE,
                }
            });
            assert_eq!(image, expected, "{canvas} {w} {h} {border}");
        }
    }
}

#[test]
fn ellipses_are_where_they_should_be() {
    for (canvas, side) in [("128", 128), ("224", 224), ("57", 57)] {
        for (w, h) in [(9, 4), (2, 8), (6, 6), (1, 1)] {
            let image = draw(canvas, &format!("(Move (Ellipse {w} {h} blue none 3) + 2 - 1)"));
            let (a, b) = (f64::from(3 * w), f64::from(3 * h));
            let expected = points(side, |x, y| {
                let inside = ((x - 12.0) / a).powi(2) + ((y + 6.0) / b).powi(2) < 1.0;
                if inside { BLUE } else { WHITE }
            });
            let different = image
                .iter()
                .zip(&expected)
                .filter(|(a, b)| a.abs_diff(**b) > 150)
                .count();
            assert_eq!(different, 0, "{canvas} {w} {h}");
        }
    }
}

#[test]
fn later_shapes_lie_in_front_and_none_is_nothing() {
    let middle = |text: &str| {
        let image = draw("128", text);
        let at = 3 * (64 * 128 + 64);
        [image[at], image[at + 1], image[at + 2]]
    };
    let covered = |first: &str, second: &str| {
        // Four steps from the middles to the middle: (6 * 8 + 0) / 2 = 24 units.
        middle(&format!("(Arrange h (Move {first} + 4 + 0) (Move {second} - 4 + 0) 0)"))
    };
    let [red, blue, none] = ["red", "blue", "none"].map(|color| format!("(Rectangle 8 8 {color} none 5)"));
    assert_eq!(covered(&red, &blue), BLUE);
    assert_eq!(covered(&blue, &red), RED);
    assert_eq!(covered(&blue, &none), BLUE);
    let blank = draw("128", "(Ellipse 8 8 none none 5)");
    assert!(blank.iter().all(|&v| v == 255));
}

#[test]
fn a_border_of_nothing_is_a_line_of_a_pixel() {
    for canvas in ["128", "224"] {
        for form in ["Rectangle", "Ellipse"] {
            let image = draw(canvas, &format!("({form} 8 8 none blue 0)"));
            let ink: f64 = image.chunks(3).map(|p| 1.0 - f64::from(p[0]) / 255.0).sum();
            let side: f64 = 48.0 * canvas.parse::<f64>().unwrap() / 224.0;
            // Thin lines of tiny-skia hold a pixel in each column or row, not along their length.
            let length = if form == "Ellipse" {
                8.0_f64.sqrt() * side
            } else {
                4.0 * side
            };
            assert!((ink / length - 1.0).abs() < 0.1, "{canvas} {form} {ink} {length}");
        }
    }
}
