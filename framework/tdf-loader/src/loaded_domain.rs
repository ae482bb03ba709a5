//! What the framework asks of a domain of a shared library.

use std::sync::{Arc, PoisonError};

use tdf_domain::abi::{self, COMPARISONS};
use tdf_domain::{
    Criterion, DynDomain, Language, Measure, Node, ObservationSpec, Options, PartialPrograms, PixelTolerance,
    PluginFaults, Provenance, RenderError, Size, check_depth,
};

use crate::loaded::Loaded;
use crate::raw::Text;
use crate::repeats::Rendering;

/// Greatest length of an SVG document, in bytes.
const LONGEST_DOCUMENT: usize = 1 << 28;

impl DynDomain for Loaded {
    fn name(&self) -> &str {
        self.name
    }

    fn provenance(&self) -> Option<&Provenance> {
        Some(&self.provenance)
    }

    fn faults(&self) -> Option<PluginFaults> {
        self.faults.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn options(&self) -> &Options {
        &self.options
    }

    fn language(&self) -> &Arc<Language> {
        &self.language
    }

    fn size(&self) -> &Size {
        &self.size
    }

    fn observation_spec(&self) -> ObservationSpec {
        ObservationSpec::Image(self.canvas)
    }

    fn palette(&self) -> &[[u8; 3]] {
        self.palette
    }

    fn partial_programs(&self) -> Option<PartialPrograms> {
        self.partial_programs
    }

    fn render(&self, nodes: &[Node], image: &mut [u8]) -> Result<(), RenderError> {
        self.render_as(Rendering::Image, nodes, image)
    }

    fn has_observation_model(&self) -> bool {
        self.table.observe_target.is_some()
    }

    fn observe_target(&self, nodes: &[Node], seed: u64, image: &mut [u8]) -> Result<(), RenderError> {
        self.render_as(Rendering::Observation(seed), nodes, image)
    }

    fn observe_current(&self, nodes: &[Node], seed: u64, image: &mut [u8]) -> Result<(), RenderError> {
        self.render_as(Rendering::View(seed), nodes, image)
    }

    fn criteria(&self) -> &[&str] {
        self.criteria
    }

    fn solved(&self, criterion: Criterion, image: &[u8], target: &[u8]) -> bool {
        if criterion.index() >= self.own_criteria {
            return image == target;
        }
        let Some(solved) = self.table.solved else {
            let name = self.criteria.get(criterion.index()).copied().unwrap_or_default();
            return PixelTolerance::solved(name, image, target, self.canvas.channels as usize);
        };
        // Plugins in other languages trust this.
        if [image.len(), target.len()] != [self.canvas.bytes(); 2] {
            return false;
        }
        let criterion = criterion.index() as u32;
        let (image, target, bytes) = (image.as_ptr(), target.as_ptr(), image.len());
        // SAFETY: the interface says that it takes these. `open` made the instance; both images have this many bytes and are
        // borrowed until it returns.
        self.verdict("solved", &[], |message| unsafe {
            solved(self.instance, criterion, image, target, bytes, message)
        })
    }

    fn measure(&self, criterion: Criterion, image: &[u8], target: &[u8]) -> Option<Measure> {
        if criterion.index() >= self.own_criteria {
            return Some(Measure::exact(image, target));
        }
        let Some(measure) = self.table.measure else {
            let name = self.criteria.get(criterion.index())?;
            let is_default = self.table.solved.is_none();
            let of_pixels = || Measure::of_pixels(name, image, target, self.canvas.channels as usize);
            return is_default.then(of_pixels).flatten();
        };
        if [image.len(), target.len()] != [self.canvas.bytes(); 2] {
            return None;
        }
        let criterion = criterion.index() as u32;
        let (image, target, bytes) = (image.as_ptr(), target.as_ptr(), image.len());
        let (mut measured, mut name) = (abi::Measure::default(), Text::message());
        let written = self.verdict("measure", &[], |message| {
            let sink = name.sink();
            // SAFETY: as in `solved`. The measure and the sink of the name are borrowed until it returns, and nobody else uses them.
            unsafe {
                measure(
                    self.instance,
                    criterion,
                    image,
                    target,
                    bytes,
                    &mut measured,
                    &sink,
                    message,
                )
            }
        });
        if !written {
            return None;
        }
        let comparison = COMPARISONS.get(measured.comparison as usize);
        let (Some(&comparison), true) = (comparison, measured.value.is_finite() && measured.threshold.is_finite())
        else {
            self.fault(&[], &format!("gave a measure that is none: {measured:?}"));
            return None;
        };
        Some(Measure {
            name: name.finish().into(),
            value: measured.value,
            threshold: measured.threshold,
            comparison,
        })
    }

    fn distance(&self, image: &[u8], target: &[u8]) -> f64 {
        let Some(distance) = self.table.distance else {
            return tdf_domain::distance::pixels(image, target);
        };
        if [image.len(), target.len()] != [self.canvas.bytes(); 2] {
            return f64::MAX;
        }
        let (image, target, bytes) = (image.as_ptr(), target.as_ptr(), image.len());
        // SAFETY: as in `solved`.
        self.number("distance", |message| unsafe {
            distance(self.instance, image, target, bytes, message)
        })
        .unwrap_or(f64::MAX)
    }

    fn is_uninformative(&self, image: &[u8]) -> bool {
        let Some(is_uninformative) = self.table.is_uninformative else {
            return PixelTolerance::is_uninformative(image, self.canvas.channels as usize);
        };
        if image.len() != self.canvas.bytes() {
            return false;
        }
        // SAFETY: as in `solved`.
        self.verdict("is_uninformative", &[], |message| unsafe {
            is_uninformative(self.instance, image.as_ptr(), image.len(), message)
        })
    }

    fn canonical(&self, nodes: &[Node]) -> Option<Vec<Node>> {
        let canonical = self.table.canonical?;
        check_depth(self.language.grammar(), nodes).ok()?;
        let program = self.language.to_written(nodes);
        let mut text = Text::new(LONGEST_DOCUMENT);
        let written = self.verdict("canonical", nodes, |message| {
            // SAFETY: the interface says that it takes these. `open` made the instance; the nodes are borrowed until it
            // returns, and so is the text, which nobody else uses.
            unsafe { canonical(self.instance, program.as_ptr(), program.len(), &text.sink(), message) }
        });
        if !written {
            return None;
        }
        match self.language.parse(self.start(), &text.finish()) {
            Ok(program) => Some(program.nodes().to_vec()),
            Err(error) => {
                self.fault(nodes, &format!("wrote a canonical form that is no program: {error}"));
                None
            }
        }
    }

    fn svg(&self, nodes: &[Node]) -> Option<String> {
        let svg = self.table.svg?;
        check_depth(self.language.grammar(), nodes).ok()?;
        let program = self.language.to_written(nodes);
        let mut document = Text::new(LONGEST_DOCUMENT);
        let written = self.verdict("svg", nodes, |message| {
            // SAFETY: as in `canonical`.
            unsafe {
                svg(
                    self.instance,
                    program.as_ptr(),
                    program.len(),
                    &document.sink(),
                    message,
                )
            }
        });
        written.then(|| document.finish())
    }
}
