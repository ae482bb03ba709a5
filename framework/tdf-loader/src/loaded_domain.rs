//! What the framework asks of a domain of a shared library.

use std::ffi::c_void;
use std::sync::{Arc, PoisonError};

use tdf_domain::abi::{self, COMPARISONS};
use tdf_domain::{
    Criterion, DynDomain, InputError, Inputs, Language, Measure, Node, ObservationSpec, Options, PartialPrograms,
    PluginFaults, Provenance, RenderError, Signature, Size, Tree, check_depth,
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
        self.observation
    }

    fn signature(&self) -> Option<Signature> {
        self.signature
    }

    fn inputs(&self) -> &Inputs {
        match &self.bound {
            Some(bound) => bound.inputs.inputs(),
            None => const { &Inputs::none() },
        }
    }

    fn inputs_of_seed(&self, seed: u64) -> Inputs {
        self.sampled_inputs(seed)
    }

    fn bind(&self, inputs: &Inputs) -> Result<Option<Arc<dyn DynDomain>>, InputError> {
        self.bound_to(inputs)
    }

    fn constants(&self, target: &[u8]) -> Vec<Tree> {
        self.suggested_constants(target)
    }

    fn refines(&self) -> bool {
        self.table.refined.is_some()
    }

    fn refined(&self, nodes: &[Node], target: &[u8]) -> (Option<Tree>, u32) {
        self.fitted(nodes, target)
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
        let Some(solved) = self.table.solved.filter(|_| self.is_runnable()) else {
            let name = self.criteria.get(criterion.index()).copied().unwrap_or_default();
            return self.observation.default_solved(name, image, target);
        };
        // Plugins in other languages trust this.
        if [image.len(), target.len()] != [self.observation.bytes(); 2] {
            return false;
        }
        let criterion = criterion.index() as u32;
        let (image, target, bytes) = (image.as_ptr(), target.as_ptr(), image.len());
        // SAFETY: the interface says that it takes these. `open` made the instance; both images have this many bytes and are
        // borrowed until it returns.
        self.verdict("solved", &[], |message| unsafe {
            solved(self.instance(), criterion, image, target, bytes, message)
        })
    }

    fn measure(&self, criterion: Criterion, image: &[u8], target: &[u8]) -> Option<Measure> {
        if criterion.index() >= self.own_criteria {
            return Some(self.observation.exact_measure(image, target));
        }
        let Some(measure) = self.table.measure.filter(|_| self.is_runnable()) else {
            if self.table.solved.is_some() {
                return None;
            }
            let name = self.criteria.get(criterion.index())?;
            return self.observation.default_measure(name, image, target);
        };
        if [image.len(), target.len()] != [self.observation.bytes(); 2] {
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
                    self.instance(),
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
        let Some(distance) = self.table.distance.filter(|_| self.is_runnable()) else {
            return self.observation.default_distance(image, target);
        };
        if [image.len(), target.len()] != [self.observation.bytes(); 2] {
            return f64::MAX;
        }
        let (image, target, bytes) = (image.as_ptr(), target.as_ptr(), image.len());
        // SAFETY: as in `solved`.
        self.number("distance", |message| unsafe {
            distance(self.instance(), image, target, bytes, message)
        })
        .unwrap_or(f64::MAX)
    }

    fn is_uninformative(&self, image: &[u8]) -> bool {
        let Some(is_uninformative) = self.table.is_uninformative.filter(|_| self.is_runnable()) else {
            return self.observation.default_is_uninformative(self.inputs(), image);
        };
        if image.len() != self.observation.bytes() {
            return false;
        }
        // SAFETY: as in `solved`.
        self.verdict("is_uninformative", &[], |message| unsafe {
            is_uninformative(self.instance(), image.as_ptr(), image.len(), message)
        })
    }

    fn canonical(&self, nodes: &[Node]) -> Option<Vec<Node>> {
        let text = self.written_about("canonical", self.table.canonical?, nodes)?;
        match self.language.parse(self.start(), &text) {
            Ok(program) => Some(program.nodes().to_vec()),
            Err(error) => {
                self.fault(nodes, &format!("wrote a canonical form that is no program: {error}"));
                None
            }
        }
    }

    fn svg(&self, nodes: &[Node]) -> Option<String> {
        self.written_about("svg", self.table.svg?, nodes)
    }

    fn shown(&self, nodes: &[Node]) -> Option<String> {
        self.written_about("shown", self.table.shown?, nodes)
    }
}

/// A function of the table that writes a text about a program.
type WriteText = unsafe extern "C" fn(*mut c_void, *const Node, usize, *const abi::Sink, *const abi::Sink) -> i64;

impl Loaded {
    /// The text that the function called `function` writes about a program, if it writes one.
    fn written_about(&self, function: &'static str, write: WriteText, nodes: &[Node]) -> Option<String> {
        check_depth(self.language.grammar(), nodes).ok()?;
        let program = self.language.to_written(nodes);
        let mut text = Text::new(LONGEST_DOCUMENT);
        let written = self.verdict(function, nodes, |message| {
            // SAFETY: the interface says that it takes these. `open` or `bind` made the instance; the nodes are borrowed until it
            // returns, and so is the text, which nobody else uses.
            unsafe { write(self.instance(), program.as_ptr(), program.len(), &text.sink(), message) }
        });
        written.then(|| text.finish())
    }
}
