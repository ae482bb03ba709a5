//! A domain of a shared library, as the framework sees it.

use std::ffi::c_void;
use std::sync::{Arc, Mutex, PoisonError};

use tdf_domain::abi::{self, FAULT, Sink};
use tdf_domain::{
    Canvas, DynDomain, Faults, Goal, Growth, Language, Node, Options, Provenance, RenderError, Size, Tolerance,
    check_depth,
};

use crate::call::Call;
use crate::drawing::{Drawing, Repeats};
use crate::raw::Text;
use crate::{process, watch};

/// Greatest length of an SVG document, in bytes.
const LONGEST_DOCUMENT: usize = 1 << 28;

/// A domain that a plugin has opened.
pub(crate) struct Loaded {
    pub(crate) table: &'static abi::Domain,
    pub(crate) instance: *mut c_void,
    /// Whether nothing checks where its functions write: see [`Offer::is_unchecked`](crate::Offer).
    pub(crate) is_unchecked: bool,
    pub(crate) name: &'static str,
    pub(crate) provenance: Provenance,
    pub(crate) language: Arc<Language>,
    pub(crate) size: Size,
    pub(crate) canvas: Canvas,
    pub(crate) options: Options,
    pub(crate) palette: &'static [[u8; 3]],
    pub(crate) growth: Option<Growth>,
    /// Seconds that a call may take.
    pub(crate) limit: u64,
    pub(crate) faults: Mutex<Option<Faults>>,
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
        let so_far = faults.get_or_insert_with(|| Faults {
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

    fn faults(&self) -> Option<Faults> {
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

    fn growth(&self) -> Option<Growth> {
        self.growth
    }

    fn render(&self, nodes: &[Node], picture: &mut [u8]) -> Result<(), RenderError> {
        self.draw(Drawing::Picture, nodes, picture)
    }

    fn observes(&self) -> bool {
        self.table.observe.is_some()
    }

    fn observe(&self, nodes: &[Node], seed: u64, picture: &mut [u8]) -> Result<(), RenderError> {
        self.draw(Drawing::Observation(seed), nodes, picture)
    }

    fn view(&self, nodes: &[Node], seed: u64, picture: &mut [u8]) -> Result<(), RenderError> {
        self.draw(Drawing::View(seed), nodes, picture)
    }

    fn solved(&self, goal: Goal, picture: &[u8], target: &[u8]) -> bool {
        let Some(solved) = self.table.solved else {
            return match goal {
                Goal::Paper => Tolerance::paper(picture, target, self.canvas.channels as usize),
                Goal::Code => Tolerance::code(picture, target),
            };
        };
        // Plugins in other languages trust this.
        if [picture.len(), target.len()] != [self.canvas.bytes(); 2] {
            return false;
        }
        let goal = u32::from(goal == Goal::Code);
        let (picture, target, bytes) = (picture.as_ptr(), target.as_ptr(), picture.len());
        // SAFETY: the interface says that it takes these. `open` made the instance; both pictures have this many bytes and are
        // borrowed until it returns.
        self.verdict("solved", &[], |message| unsafe {
            solved(self.instance, goal, picture, target, bytes, message)
        })
    }

    fn near_empty(&self, picture: &[u8]) -> bool {
        let Some(near_empty) = self.table.near_empty else {
            return Tolerance::near_empty(picture, self.canvas.channels as usize);
        };
        if picture.len() != self.canvas.bytes() {
            return false;
        }
        // SAFETY: as in `solved`.
        self.verdict("near_empty", &[], |message| unsafe {
            near_empty(self.instance, picture.as_ptr(), picture.len(), message)
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
