//! Distances between images, for [`Domain::distance`](crate::Domain::distance).
//!
//! | Function | Unit | For |
//! |---|---|---|
//! | [`pixels`] | mean absolute difference of samples, 0 to 255 | images with areas of colour; the default |
//! | [`one_minus_iou`] | share of the two shapes' union, 0 to 1 | filled shapes on a background |
//! | [`lines`] | pixels, 0 to [`lines_reach`] plus 1 | thin lines on a background |
//!
//! Under [`pixels`] a blank image is nearer to thin lines than the same lines one pixel further on: both lines are wrong then,
//! and of the blank image only one. [`lines`] measures how far away the lines are.

use std::cell::RefCell;

use crate::Canvas;

/// A sample shows no line for [`lines`] if it differs from the background by less, of 255.
const FAINTEST: u8 = 8;

/// A sample of [`one_minus_iou`] that differs from the background by so much, of 255, is in the shape.
const INSIDE: u8 = 128;

/// The mean absolute difference of samples, 0 to 255. Images of different lengths have the greatest distance.
///
/// # Examples
///
/// ```
/// use tdf_domain::distance::pixels;
///
/// assert_eq!(pixels(&[0, 255], &[0, 250]), 2.5);
/// assert_eq!(pixels(&[0, 255], &[0]), 255.0);
/// ```
pub fn pixels(image: &[u8], target: &[u8]) -> f64 {
    if image.len() != target.len() {
        return u8::MAX.into();
    }
    if image.is_empty() {
        return 0.0;
    }
    sum(image, target, u8::abs_diff) as f64 / image.len() as f64
}

/// One minus the intersection over union of two shapes, 0 to 1. A pixel is in the shape if one of its samples differs from the
/// background by at least 128. Two empty shapes are equal. Images that are not [`Canvas::bytes`] long have the greatest distance.
///
/// Two shapes that do not touch have distance 1, however far apart they are.
///
/// # Examples
///
/// ```
/// use tdf_domain::{Canvas, distance::one_minus_iou};
///
/// let canvas = Canvas { width: 4, height: 1, channels: 1, background: 0 };
/// assert_eq!(one_minus_iou(&[255, 255, 0, 0], &[0, 255, 0, 0], canvas), 0.5);
/// assert_eq!(one_minus_iou(&[255, 0, 0, 0], &[0, 0, 0, 255], canvas), 1.0);
/// assert_eq!(one_minus_iou(&[0; 4], &[0; 4], canvas), 0.0);
/// ```
pub fn one_minus_iou(image: &[u8], target: &[u8], canvas: Canvas) -> f64 {
    if [image.len(), target.len()] != [canvas.bytes(); 2] {
        return 1.0;
    }
    let channels = canvas.channels.max(1) as usize;
    let inside = |pixel: &[u8]| pixel.iter().any(|p| p.abs_diff(canvas.background) >= INSIDE);
    let (mut both, mut either) = (0u32, 0u32);
    for (a, b) in image.chunks_exact(channels).zip(target.chunks_exact(channels)) {
        let (a, b) = (inside(a), inside(b));
        both += u32::from(a && b);
        either += u32::from(a || b);
    }
    if either == 0 {
        return 0.0;
    }
    1.0 - f64::from(both) / f64::from(either)
}

/// The greatest distance in pixels that [`lines`] tells apart from greater ones: an eighth of width plus height, at least 1 and
/// at most 254. It is 32 pixels for images of 128x128 pixels.
pub fn lines_reach(canvas: Canvas) -> u8 {
    ((canvas.width.saturating_add(canvas.height)) / 8).clamp(1, 254) as u8
}

/// How far the lines of two images are from each other (a symmetric chamfer distance; Barrow and others, 1977), in pixels.
///
/// A pixel shows a line if one of its samples differs from the background by at least 8, and by at least a quarter of the
/// greatest difference in its image. So lines that are thinner than a pixel count, and so do those of a pale pencil. The distance
/// of such a pixel is its city-block distance to the nearest pixel that shows a line in the other image, at most [`lines_reach`].
/// The result is the mean over these pixels of both images. The share of [`pixels`] in 255 is added. It is at most 1, and ranks
/// images whose lines cover the same pixels.
///
/// So a blank image is as far as can be from every image with a line: [`lines_reach`], and the share. Images that are not
/// [`Canvas::bytes`] long have the greatest distance, [`lines_reach`] plus 1.
///
/// A thread keeps the distances to the last target: a search that compares many images with one target pays for it once.
///
/// # Examples
///
/// ```
/// use tdf_domain::Canvas;
/// use tdf_domain::distance::{lines, lines_reach, pixels};
///
/// // Black columns on white.
/// let canvas = Canvas { width: 32, height: 32, channels: 1, background: 255 };
/// let column = |at| -> Vec<u8> { (0..1024).map(|i| if i % 32 == at { 0 } else { 255 }).collect() };
/// let (blank, target) = (vec![255; 1024], column(10));
///
/// assert_eq!(lines(&target, &target, canvas), 0.0);
/// assert!(lines(&column(11), &target, canvas) < lines(&column(12), &target, canvas));
/// assert!(lines(&column(12), &target, canvas) < lines(&blank, &target, canvas));
/// assert!(lines(&blank, &target, canvas) > f64::from(lines_reach(canvas)));
/// // By pixels the blank image wins.
/// assert!(pixels(&blank, &target) < pixels(&column(11), &target));
/// ```
pub fn lines(image: &[u8], target: &[u8], canvas: Canvas) -> f64 {
    if [image.len(), target.len()] != [canvas.bytes(); 2] {
        return f64::from(lines_reach(canvas)) + 1.0;
    }
    if image == target {
        return 0.0;
    }
    let mean = SCRATCH.with_borrow_mut(|scratch| {
        let Scratch {
            target: known,
            image: at_hand,
            rows,
        } = scratch;
        if !known.is_of(target, canvas) {
            known.trace(target, canvas, rows);
        }
        at_hand.trace(image, canvas, rows);
        let (there, back) = (at_hand.sum_to(known), known.sum_to(at_hand));
        let count = at_hand.count + known.count;
        if count == 0 {
            return 0.0;
        }
        (there + back) as f64 / count as f64
    });
    mean + pixels(image, target) / 255.0
}

/// Pixels beside a row, as far away as can be: the longest jump of [`across`].
const PAD: usize = 128;

thread_local! {
    static SCRATCH: RefCell<Scratch> = RefCell::default();
}

/// Memory of a thread.
#[derive(Debug, Default)]
struct Scratch {
    /// The last target.
    target: Lines,
    image: Lines,
    /// Two rows.
    rows: [Vec<u8>; 2],
}

/// The lines of an image, and how far away they are.
#[derive(Debug, Default)]
struct Lines {
    /// Samples of the image, and its form.
    samples: Vec<u8>,
    canvas: Option<Canvas>,
    /// By pixel: 255 if it shows a line, else 0.
    ink: Vec<u8>,
    /// Number of pixels that show a line.
    count: u64,
    /// By pixel: the city-block distance to the nearest line in pixels, cut at `lines_reach`.
    away: Vec<u8>,
}

impl Lines {
    fn is_of(&self, image: &[u8], canvas: Canvas) -> bool {
        self.canvas == Some(canvas) && self.samples == image
    }

    /// Sums over the pixels that show a line here, of the distances to the lines of `other`.
    fn sum_to(&self, other: &Self) -> u64 {
        sum(&self.ink, &other.away, |ink, away| ink & away)
    }

    fn trace(&mut self, image: &[u8], canvas: Canvas, rows: &mut [Vec<u8>; 2]) {
        let (width, channels, background) = (canvas.width as usize, canvas.channels as usize, canvas.background);
        // If this is interrupted, what is here is of no image.
        self.canvas = None;
        self.samples.clear();
        self.samples.extend_from_slice(image);
        let greatest = image
            .iter()
            .fold(0, |so_far: u8, sample| so_far.max(sample.abs_diff(background)));
        let ink = FAINTEST.max(greatest / 4);
        let shows = |sample: u8| if sample.abs_diff(background) >= ink { u8::MAX } else { 0 };
        self.ink.clear();
        if channels == 1 {
            self.ink.extend(image.iter().map(|&sample| shows(sample)));
        } else {
            let pixel = |pixel: &[u8]| pixel.iter().fold(0, |so_far, &sample| so_far | shows(sample));
            self.ink.extend(image.chunks_exact(channels).map(pixel));
        }
        self.count = sum(&self.ink, &self.ink, |ink, _| ink & 1);
        let reach = lines_reach(canvas);
        self.away.clear();
        self.away.extend(self.ink.iter().map(|ink| !ink & reach));
        // Nothing is changed if there are no lines: everything is as far away as can be.
        if self.count > 0 && width > 0 {
            down(&mut self.away, width);
            up(&mut self.away, width);
            for row in rows.iter_mut() {
                row.clear();
                row.resize(width + 2 * PAD, u8::MAX);
            }
            for row in self.away.chunks_exact_mut(width) {
                across(row, rows, reach);
            }
        }
        self.canvas = Some(canvas);
    }
}

/// A row is at most one further away than the row above.
fn down(away: &mut [u8], width: usize) {
    for start in (width..away.len()).step_by(width) {
        let (above, below) = away.split_at_mut(start);
        step(&mut below[..width], &above[start - width..]);
    }
}

/// A row is at most one further away than the row below.
fn up(away: &mut [u8], width: usize) {
    for start in (width..away.len()).step_by(width).rev() {
        let (above, below) = away.split_at_mut(start);
        step(&mut above[start - width..], &below[..width]);
    }
}

fn step(row: &mut [u8], neighbour: &[u8]) {
    for (pixel, next) in row.iter_mut().zip(neighbour) {
        // Distances are cut at 254.
        *pixel = (*pixel).min(next.wrapping_add(1));
    }
}

/// A pixel is at most `n` further away than the pixel `n` to the left or right. Jumps of 1, 2, 4 ... in one direction add up to all
/// `n` below the reach, so that each is a loop without an order, which the compiler turns into wide instructions.
fn across(row: &mut [u8], rows: &mut [Vec<u8>; 2], reach: u8) {
    let width = row.len();
    let [from, to] = rows;
    from[PAD..PAD + width].copy_from_slice(row);
    let mut jump = 1;
    while jump < width && jump < reach.into() {
        let further = jump as u8;
        let left = &from[PAD - jump..][..width];
        let right = &from[PAD + jump..][..width];
        let here = &from[PAD..][..width];
        for ((pixel, here), (left, right)) in to[PAD..][..width].iter_mut().zip(here).zip(left.iter().zip(right)) {
            *pixel = (*here).min((*left).min(*right).saturating_add(further));
        }
        std::mem::swap(from, to);
        jump *= 2;
    }
    row.copy_from_slice(&from[PAD..PAD + width]);
}

/// Bytes that are added up side by side, each lane for itself: wide instructions of a processor.
const LANES: usize = 32;

/// The sum of bytes that `of` makes of two runs of equal length.
fn sum(a: &[u8], b: &[u8], of: impl Fn(u8, u8) -> u8) -> u64 {
    // The sum of 256 bytes fits 16 bits: twice as many are added at once as with 32.
    let run = |(a, b): (&[u8], &[u8])| {
        let ((blocks_a, rest_a), (blocks_b, rest_b)) = (a.as_chunks::<LANES>(), b.as_chunks::<LANES>());
        let mut lanes = [0u16; LANES];
        for (a, b) in blocks_a.iter().zip(blocks_b) {
            for (lane, (&a, &b)) in lanes.iter_mut().zip(a.iter().zip(b)) {
                *lane += u16::from(of(a, b));
            }
        }
        let rest = rest_a.iter().zip(rest_b).map(|(&a, &b)| u64::from(of(a, b)));
        lanes.into_iter().map(u64::from).sum::<u64>() + rest.sum::<u64>()
    };
    a.chunks(256 * LANES).zip(b.chunks(256 * LANES)).map(run).sum()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rng_stream;
    use rand::RngExt as _;

    fn canvas(width: u32, height: u32, channels: u32) -> Canvas {
        Canvas {
            width,
            height,
            channels,
            background: 255,
        }
    }

    #[test]
    fn pixels_count_every_sample_once() {
        let a: Vec<u8> = (0..10_001u32).map(|i| (i * 7 % 256) as u8).collect();
        let b: Vec<u8> = (0..10_001u32).map(|i| (i * 13 % 256) as u8).collect();
        let slow: f64 = a
            .iter()
            .zip(&b)
            .map(|(&a, &b)| (f64::from(a) - f64::from(b)).abs())
            .sum();
        assert_eq!(pixels(&a, &b), slow / 10_001.0);
        assert_eq!(pixels(&[255; 9000], &[0; 9000]), 255.0);
        assert_eq!(pixels(&[], &[]), 0.0);
    }

    /// [`lines`] by its definition.
    fn slow(a: &[u8], b: &[u8], canvas: Canvas) -> f64 {
        let (width, channels) = (canvas.width as usize, canvas.channels as usize);
        let ink = |image: &[u8]| -> Vec<(i64, i64)> {
            let least = image
                .iter()
                .map(|s| s.abs_diff(canvas.background) / 4)
                .max()
                .unwrap_or(0)
                .max(8);
            let pixels = image.chunks_exact(channels).enumerate();
            let shown = pixels.filter(|(_, p)| p.iter().any(|s| s.abs_diff(canvas.background) >= least));
            shown.map(|(i, _)| ((i % width) as i64, (i / width) as i64)).collect()
        };
        let reach = i64::from(lines_reach(canvas));
        let (a_ink, b_ink) = (ink(a), ink(b));
        let away = |&(x, y): &(i64, i64), to: &[(i64, i64)]| {
            let distances = to.iter().map(|(u, v)| (x - u).abs() + (y - v).abs());
            distances.min().unwrap_or(reach).min(reach)
        };
        let sum: i64 =
            a_ink.iter().map(|p| away(p, &b_ink)).sum::<i64>() + b_ink.iter().map(|p| away(p, &a_ink)).sum::<i64>();
        let count = a_ink.len() + b_ink.len();
        let mean = if count == 0 { 0.0 } else { sum as f64 / count as f64 };
        mean + pixels(a, b) / 255.0
    }

    #[test]
    fn lines_are_their_definition() {
        let mut rng = rng_stream(7, 0);
        for (width, height, channels) in [
            (1, 1, 1),
            (1, 40, 1),
            (40, 1, 3),
            (17, 33, 1),
            (64, 64, 1),
            (48, 24, 3),
            (130, 2, 1),
        ] {
            let canvas = canvas(width, height, channels);
            for density in [0.0, 0.002, 0.02, 0.5] {
                let mut image = || -> Vec<u8> {
                    let sample = |_| if rng.random_bool(density) { rng.random() } else { 255 };
                    (0..canvas.bytes()).map(sample).collect()
                };
                let (a, b, c) = (image(), image(), image());
                for (a, b) in [(&a, &b), (&b, &a), (&c, &a), (&a, &a)] {
                    let expected = slow(a, b, canvas);
                    assert_eq!(lines(a, b, canvas), expected, "{canvas:?}, {density}");
                }
            }
        }
    }

    #[test]
    fn a_target_is_known_by_its_form_as_well() {
        // The same bytes as a row and as a column.
        let (a, b) = (
            [0, 255, 255, 255, 255, 255, 255, 255],
            [255, 255, 0, 255, 255, 255, 255, 255],
        );
        for canvas in [canvas(8, 1, 1), canvas(2, 4, 1), canvas(4, 2, 1), canvas(8, 1, 1)] {
            assert_eq!(lines(&b, &a, canvas), slow(&b, &a, canvas), "{canvas:?}");
        }
    }

    #[test]
    fn blank_images_are_as_far_as_can_be() {
        let canvas = canvas(128, 128, 1);
        let (blank, mut dot) = (vec![255; canvas.bytes()], vec![255; canvas.bytes()]);
        dot[5000] = 0;
        assert_eq!(lines_reach(canvas), 32);
        assert!(lines(&blank, &dot, canvas) >= 32.0 && lines(&dot, &blank, canvas) >= 32.0);
        assert_eq!(lines(&blank, &blank, canvas), 0.0);
        // Too faint for a line, and yet not the same.
        let faint = vec![250; canvas.bytes()];
        assert!((0.0..1.0).contains(&lines(&faint, &blank, canvas)) && lines(&faint, &blank, canvas) > 0.0);
        assert_eq!(lines(&blank[1..], &blank, canvas), 33.0);
        // A pale line is a line.
        dot[5000] = 240;
        assert!(lines(&blank, &dot, canvas) >= 32.0);
    }

    #[test]
    fn shapes_are_compared_by_their_pixels() {
        let canvas = canvas(3, 1, 3);
        let (red, white) = ([255, 0, 0], [255; 3]);
        let image = |pixels: [[u8; 3]; 3]| pixels.concat();
        let one = image([red, white, white]);
        let two = image([red, red, white]);
        assert_eq!(one_minus_iou(&one, &two, canvas), 0.5);
        assert_eq!(one_minus_iou(&two, &image([white; 3]), canvas), 1.0);
        assert_eq!(one_minus_iou(&one, &one[1..], canvas), 1.0);
    }
}
