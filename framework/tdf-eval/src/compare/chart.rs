//! Curves as images.

use std::sync::LazyLock;

use plotters::backend::{BitMapBackend, SVGBackend};
use plotters::chart::{ChartBuilder, ChartContext};
use plotters::coord::Shift;
use plotters::coord::ranged1d::{Ranged, ValueFormatter};
use plotters::coord::types::RangedCoordf64;
use plotters::element::{PathElement, Polygon, Rectangle, Text};
use plotters::prelude::{Cartesian2d, DrawingArea, DrawingBackend, IntoDrawingArea, IntoLogRange};
use plotters::series::{DashedLineSeries, LineSeries};
use plotters::style::{Color as _, FontStyle, IntoFont as _, RGBColor, ShapeStyle, TextStyle, WHITE, register_font};
use tdf_domain::Canvas;

use crate::CompareError;
use crate::compare::curve::{Axis, Curve, Step};
use crate::png_bytes;
use crate::text::visible_line;

/// Colours that people of every colour vision tell apart (Okabe and Ito 2008); after them, they come again dashed.
const COLOURS: [RGBColor; 7] = [
    RGBColor(0, 114, 178),
    RGBColor(213, 94, 0),
    RGBColor(0, 158, 115),
    RGBColor(204, 121, 167),
    RGBColor(86, 180, 233),
    RGBColor(230, 159, 0),
    RGBColor(60, 60, 60),
];

const WIDTH: u32 = 640;
const HEIGHT: u32 = 380;
const LEGEND_ROW: u32 = 20;
/// Pixels of a bitmap for one of a drawing.
const DENSITY: u32 = 2;

const FONT: &str = "sans-serif";

/// The measures of letters come from here; machines without fonts render to the same image.
static IS_FONT_THERE: LazyLock<bool> =
    LazyLock::new(|| register_font(FONT, FontStyle::Normal, epaint_default_fonts::UBUNTU_LIGHT).is_ok());

/// An image of curves.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Chart<'a> {
    pub(crate) title: &'a str,
    pub(crate) axis: Axis,
    pub(crate) curves: &'a [Curve],
}

impl Chart<'_> {
    fn size(&self) -> (u32, u32) {
        (WIDTH, HEIGHT + LEGEND_ROW * self.curves.len() as u32 + 8)
    }

    /// What it shows, for those who do not see it: the ends of the curves.
    pub(crate) fn in_words(&self) -> String {
        let end = |curve: &Curve| curve.steps.last().map_or(0.0, |step| 100.0 * step.mean);
        let ends: Vec<String> = (self.curves.iter())
            .map(|curve| format!("{} {:.1} %", shortened(&curve.name), end(curve)))
            .collect();
        format!(
            "Share of tasks solved over {}, {}; at the end: {}",
            self.axis.name(),
            shortened(self.title),
            ends.join(", ")
        )
    }

    /// As an SVG document.
    pub(crate) fn svg(&self) -> Result<String, CompareError> {
        let mut text = String::new();
        self.draw(&SVGBackend::with_string(&mut text, self.size()).into_drawing_area(), 1)?;
        Ok(text)
    }

    /// As a PNG file.
    pub(crate) fn png(&self) -> Result<Vec<u8>, CompareError> {
        let (width, height) = self.size();
        let (width, height) = (width * DENSITY, height * DENSITY);
        let mut pixels = vec![255; (width * height * 3) as usize];
        self.draw(
            &BitMapBackend::with_buffer(&mut pixels, (width, height)).into_drawing_area(),
            DENSITY,
        )?;
        let canvas = Canvas {
            width,
            height,
            channels: 3,
            background: 255,
        };
        png_bytes(canvas, &pixels).map_err(|e| CompareError(e.0))
    }

    fn draw<B: DrawingBackend>(&self, area: &DrawingArea<B, Shift>, density: u32) -> Result<(), CompareError> {
        if !*IS_FONT_THERE {
            return Err(failed("its font cannot be read"));
        }
        area.fill(&WHITE).map_err(failed)?;
        let (above, below) = area.split_vertically(HEIGHT * density);
        let (begin, end) = self.range();
        let mut chart = ChartBuilder::on(&above)
            .caption(shortened(self.title), (FONT, 18 * density))
            .margin(10 * density)
            .x_label_area_size(40 * density)
            .y_label_area_size(52 * density)
            .build_cartesian_2d((begin..end).log_scale(), 0.0..1.0)
            .map_err(failed)?;
        self.mesh(&mut chart, density)?;
        self.lines(&mut chart, begin, end, density)?;
        self.legend(&below, density)?;
        area.present().map_err(failed)
    }

    /// The ends of the horizontal axis. Most is solved early: seconds begin at the power of ten before the first solution.
    fn range(&self) -> (f64, f64) {
        let searched = || self.curves.iter().filter(|curve| !curve.is_level);
        let end = searched()
            .flat_map(|curve| curve.steps.last())
            .map(|step| step.x)
            .fold(0.0, f64::max);
        match self.axis {
            Axis::Expansions => (1.0, end.max(10.0)),
            Axis::Seconds => {
                let rising = searched().flat_map(|curve| curve.steps.iter().find(|step| step.mean > 0.0));
                let first = rising.map(|step| step.x).fold(end, f64::min).max(1e-6);
                let begin = 10f64.powf(first.log10().floor());
                (begin, end.max(10.0 * begin))
            }
        }
    }

    fn mesh<B: DrawingBackend, X: Ranged<ValueType = f64> + ValueFormatter<f64>>(
        &self,
        chart: &mut ChartContext<'_, B, Cartesian2d<X, RangedCoordf64>>,
        density: u32,
    ) -> Result<(), CompareError> {
        chart
            .configure_mesh()
            .y_max_light_lines(1)
            .x_desc(self.axis.name())
            .y_desc("solved")
            .x_label_formatter(&|&x| label(x))
            .y_label_formatter(&|y| format!("{:.0} %", 100.0 * y))
            .label_style((FONT, 13 * density))
            .axis_desc_style((FONT, 14 * density))
            .axis_style(ShapeStyle::from(RGBColor(90, 90, 90)).stroke_width(density))
            .bold_line_style(RGBColor(222, 222, 222))
            .light_line_style(RGBColor(242, 242, 242))
            .draw()
            .map_err(failed)
    }

    fn lines<B: DrawingBackend, X: Ranged<ValueType = f64>>(
        &self,
        chart: &mut ChartContext<'_, B, Cartesian2d<X, RangedCoordf64>>,
        begin: f64,
        end: f64,
        density: u32,
    ) -> Result<(), CompareError> {
        for (number, curve) in self.curves.iter().enumerate() {
            let steps = stretched(curve, begin, end);
            let (colour, is_dashed) = look(number, curve);
            let band = |sign: f64| corners(&steps, |s| (s.mean + sign * s.deviation).clamp(0.0, 1.0));
            if steps.iter().any(|step| step.deviation > 0.0) {
                let (mut outline, lower) = (band(1.0), band(-1.0));
                outline.extend(lower.into_iter().rev());
                chart
                    .draw_series(std::iter::once(Polygon::new(outline, colour.mix(0.18))))
                    .map_err(failed)?;
            }
            let (line, style) = (corners(&steps, |s| s.mean), colour.stroke_width(2 * density));
            if is_dashed {
                let series = DashedLineSeries::new(line, 7 * density, 5 * density, style);
                chart.draw_series(series).map_err(failed)?;
            } else {
                chart.draw_series(LineSeries::new(line, style)).map_err(failed)?;
            }
        }
        Ok(())
    }

    fn legend<B: DrawingBackend>(&self, area: &DrawingArea<B, Shift>, density: u32) -> Result<(), CompareError> {
        let unit = density as i32;
        for (number, curve) in self.curves.iter().enumerate() {
            let (colour, is_dashed) = look(number, curve);
            let y = unit * (LEGEND_ROW as i32 * number as i32 + LEGEND_ROW as i32 / 2);
            let (left, width) = (62 * unit, 30 * unit);
            let band = Rectangle::new(
                [(left, y - 5 * unit), (left + width, y + 5 * unit)],
                colour.mix(0.18).filled(),
            );
            area.draw(&band).map_err(failed)?;
            let dashes: &[(i32, i32)] = if is_dashed {
                &[(0, 8), (11, 19), (22, 30)]
            } else {
                &[(0, 30)]
            };
            for &(from, to) in dashes {
                let dash = vec![(left + from * unit, y), (left + to * unit, y)];
                area.draw(&PathElement::new(dash, colour.stroke_width(2 * density)))
                    .map_err(failed)?;
            }
            let style = TextStyle::from((FONT, 14 * density).into_font());
            let at = (left + width + 10 * unit, y - 6 * unit);
            area.draw(&Text::new(shortened(&curve.name), at, style))
                .map_err(failed)?;
        }
        Ok(())
    }
}

fn look(number: usize, curve: &Curve) -> (RGBColor, bool) {
    let is_dashed = curve.is_level || (number / COLOURS.len()) % 2 == 1;
    (COLOURS[number % COLOURS.len()], is_dashed)
}

/// What fits into a legend, on one line.
fn shortened(name: &str) -> String {
    const MOST: usize = 70;
    let name = visible_line(name);
    match name.char_indices().nth(MOST) {
        Some((cut, _)) => format!("{}...", &name[..cut]),
        None => name.into_owned(),
    }
}

/// A power of ten without the dust of floating point: 0.01, 1000, 10k, 1M.
fn label(x: f64) -> String {
    for (unit, name) in [(1e9, "G"), (1e6, "M"), (1e3, "k")] {
        // 1000 is as short as 1k.
        if x.round() >= f64::max(unit, 1e4) {
            return format!("{:.0}{name}", x / unit);
        }
    }
    let decimals = (-x.log10().floor()).clamp(0.0, 6.0) as usize;
    format!("{x:.decimals$}")
}

/// Steps within the image; what is level goes all the way.
fn stretched(curve: &Curve, begin: f64, end: f64) -> Vec<Step> {
    let mut steps = curve.steps.clone();
    if curve.is_level {
        steps.extend(curve.steps.first().map(|&step| Step { x: end, ..step }));
    }
    for step in &mut steps {
        step.x = step.x.clamp(begin, end);
    }
    steps
}

/// The corners of a staircase.
fn corners(steps: &[Step], height: impl Fn(&Step) -> f64) -> Vec<(f64, f64)> {
    let mut corners = Vec::with_capacity(2 * steps.len());
    for (i, step) in steps.iter().enumerate() {
        if i > 0 {
            corners.push((step.x, height(&steps[i - 1])));
        }
        corners.push((step.x, height(step)));
    }
    corners
}

fn failed(error: impl std::fmt::Display) -> CompareError {
    CompareError(format!("curves cannot be rendered: {error}"))
}
