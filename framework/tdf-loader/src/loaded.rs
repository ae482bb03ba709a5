//! A domain of a shared library, as the framework sees it.

use std::ffi::c_void;
use std::sync::{Arc, Mutex, PoisonError};

use tdf_domain::abi::{self, FAULT, Sink};
use tdf_domain::{
    Canvas, Criterion, DynDomain, Language, Node, Options, PartialPrograms, PixelTolerance, PluginFaults, Provenance,
    RenderError, Size, check_depth,
};

use crate::call::Call;
use crate::raw::Text;
use crate::rendering::{Rendering, Repeats};
use crate::{process, watch};

/// Greatest length of an SVG document, in bytes.
const LONGEST_DOCUMENT: usize = 1 << 28;

/// A domain that a plugin has opened.
pub(crate) struct Loaded {
    pub(crate) table: &'static abi::Domain,
    pub(crate) instance: *mut c_void,
    /// Whether nothing checks where its functions write: see [`ExportedDomain::is_unchecked`](crate::ExportedDomain).
    pub(crate) is_unchecked: bool,
    pub(crate) name: &'static str,
    pub(crate) provenance: Provenance,
    pub(crate) language: Arc<Language>,
    pub(crate) size: Size,
    pub(crate) canvas: Canvas,
    pub(crate) options: Options,
    pub(crate) palette: &'static [[u8; 3]],
    pub(crate) criteria: &'static [&'static str],
    pub(crate) partial_programs: Option<PartialPrograms>,
    /// Seconds that a call may take.
    pub(crate) limit: u64,
    pub(crate) faults: Mutex<Option<PluginFaults>>,
    pub(crate) repeats: Repeats,
}

// SAFETY: the interface lets any thread call the functions of a domain, `close` included. Nothing else needs a thread of its own: the
// table stays as it is.
unsafe impl Send for Loaded {}
// SAFETY: the interface lets many threads call the functions of a domain at once.
unsafe impl Sync for Loaded {}

impl Drop for Loaded {
    fn drop(&mut self) {
        let Some(close) = self.table.close else { return };
        let close = || {
            // SAFETY: `open` made the instance, and this was its last owner.
            unsafe { close(self.instance) }
        };
        // The folder is put back. There is nobody to tell.
        let _ = process::in_place(|| watch::during(&self.call("close", &[]), close));
    }
}

impl Loaded {
    /// A call of the function called `function` with the program `nodes`, which may be none.
    #[inline]
    pub(crate) fn call<'a>(&'a self, function: &'static str, nodes: &'a [Node]) -> Call<'a> {
        Call {
            origin: &self.provenance.origin,
            function,
            limit: self.limit,
            program: (!nodes.is_empty()).then_some((&*self.language, nodes)),
        }
    }

    /// Notes a call that failed where it may not, and puts it into words.
    #[cold]
    pub(crate) fn fault(&self, nodes: &[Node], what: &str) -> RenderError {
        let message = format!("the plugin {what}{}", self.call("", nodes).program());
        let mut faults = self.faults.lock().unwrap_or_else(PoisonError::into_inner);
        let so_far = faults.get_or_insert_with(|| PluginFaults {
            count: 0,
            first: message.clone(),
        });
        so_far.count += 1;
        RenderError(message)
    }

    #[cold]
    pub(crate) fn failed(&self, nodes: &[Node], message: &str) -> RenderError {
        let message = if message.is_empty() { "no reason given" } else { message };
        self.fault(nodes, &format!("failed: {message}"))
    }

    /// A verdict of the function called `function`, which has no room for an error: a fault is a no. `nodes` may be none.
    fn verdict(&self, function: &'static str, nodes: &[Node], work: impl FnOnce(*const Sink) -> i64) -> bool {
        let mut message = Text::message();
        match watch::during(&self.call(function, nodes), || work(&message.sink())) {
            0 => false,
            1 => true,
            FAULT => {
                self.failed(nodes, &message.finish());
                false
            }
            other => {
                self.fault(nodes, &format!("answered {other} where only 1 and 0 mean anything"));
                false
            }
        }
    }
}

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

    fn canvas(&self) -> Canvas {
        self.canvas
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
        let mut text = Text::new(LONGEST_DOCUMENT);
        let written = self.verdict("canonical", nodes, |message| {
            // SAFETY: the interface says that it takes these. `open` made the instance; the nodes are borrowed until it
            // returns, and so is the text, which nobody else uses.
            unsafe { canonical(self.instance, nodes.as_ptr(), nodes.len(), &text.sink(), message) }
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
        let mut document = Text::new(LONGEST_DOCUMENT);
        let written = self.verdict("svg", nodes, |message| {
            // SAFETY: as in `canonical`.
            unsafe { svg(self.instance, nodes.as_ptr(), nodes.len(), &document.sink(), message) }
        });
        written.then(|| document.finish())
    }
}
