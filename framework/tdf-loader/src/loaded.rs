//! A domain of a shared library, as the framework sees it.

use std::ffi::c_void;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use tdf_domain::abi::{self, FAULT, NO_PICTURE, Sink};
use tdf_domain::{
    Canvas, DynDomain, Faults, Goal, Growth, Language, Node, Options, RenderError, Size, Tolerance, check_depth,
    from_samples,
};

use crate::raw::Text;
use crate::watch;

/// Greatest length of an SVG document, in bytes.
const LONGEST_DOCUMENT: usize = 1 << 28;

/// A domain that a plugin has opened.
pub(crate) struct Loaded {
    pub(crate) table: &'static abi::Domain,
    pub(crate) instance: *mut c_void,
    pub(crate) name: &'static str,
    pub(crate) origin: PathBuf,
    pub(crate) language: Arc<Language>,
    pub(crate) size: Size,
    pub(crate) canvas: Canvas,
    pub(crate) options: Options,
    pub(crate) palette: &'static [[u8; 3]],
    pub(crate) growth: Option<Growth>,
    /// Seconds that a call may take.
    pub(crate) limit: u64,
    pub(crate) faults: Mutex<Option<Faults>>,
}

// SAFETY: plugins promise that many threads may call the functions of a domain at once.
unsafe impl Send for Loaded {}
// SAFETY: as above.
unsafe impl Sync for Loaded {}

impl Drop for Loaded {
    fn drop(&mut self) {
        if let Some(close) = self.table.close {
            // SAFETY: `open` made the instance, and this was its last owner.
            unsafe { close(self.instance) };
        }
    }
}

impl Loaded {
    pub(crate) fn limit(&self) -> u64 {
        self.limit
    }

    /// What is said of a call that has not returned in time.
    pub(crate) fn overdue(&self, nodes: &[Node]) -> String {
        let (origin, seconds) = (self.origin.display(), self.limit);
        format!(
            "{origin}: the plugin has not come back after {seconds} s{}; if it only takes long, raise `limit` in the \
             table `domain` of the .toml beside the grammar",
            self.program(nodes)
        )
    }

    /// The end of a message about a call with the program `nodes`, which may be none.
    fn program(&self, nodes: &[Node]) -> String {
        if nodes.is_empty() {
            return String::new();
        }
        format!("; the program: {}", self.language.print(nodes))
    }

    /// Notes a call that failed where it may not, and puts it into words.
    #[cold]
    fn fault(&self, nodes: &[Node], what: &str) -> RenderError {
        let message = format!("the plugin {what}{}", self.program(nodes));
        let mut faults = self.faults.lock().unwrap_or_else(PoisonError::into_inner);
        let so_far = faults.get_or_insert_with(|| Faults {
            count: 0,
            first: message.clone(),
        });
        so_far.count += 1;
        RenderError(message)
    }

    /// Runs a drawing function that is to draw `length` samples.
    #[inline]
    fn draw(&self, nodes: &[Node], length: usize, call: impl FnOnce(*const Sink) -> i64) -> Result<(), RenderError> {
        check_depth(self.language.grammar(), nodes)?;
        // Plugins in other languages trust these.
        if length != self.canvas.bytes() || nodes.first().is_none_or(|root| root.len as usize != nodes.len()) {
            return Err(misused(length));
        }
        let mut message = Text::message();
        let drawn = watch::during(self, nodes, || call(&message.sink()));
        if drawn == length as i64 {
            return Ok(());
        }
        Err(self.undrawn(nodes, length, drawn, message.finish()))
    }

    #[cold]
    fn undrawn(&self, nodes: &[Node], length: usize, drawn: i64, message: String) -> RenderError {
        match drawn {
            NO_PICTURE if message.is_empty() => RenderError("the plugin says that it means no picture".to_owned()),
            NO_PICTURE => RenderError(message),
            FAULT => self.failed(nodes, &message),
            drawn => self.fault(nodes, &format!("drew {drawn} samples, and its canvas has {length}")),
        }
    }

    #[cold]
    fn failed(&self, nodes: &[Node], message: &str) -> RenderError {
        let message = if message.is_empty() { "no reason given" } else { message };
        self.fault(nodes, &format!("failed: {message}"))
    }

    /// A verdict that has no room for an error: a fault is a no. `nodes` may be none.
    fn verdict(&self, nodes: &[Node], call: impl FnOnce(*const Sink) -> i64) -> bool {
        let mut message = Text::message();
        match watch::during(self, nodes, || call(&message.sink())) {
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

#[cold]
fn misused(length: usize) -> RenderError {
    RenderError(format!("not a whole program, or not a canvas of {length} bytes"))
}

impl DynDomain for Loaded {
    fn name(&self) -> &str {
        self.name
    }

    fn origin(&self) -> Option<&Path> {
        Some(&self.origin)
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
        let (program, length) = ((nodes.as_ptr(), nodes.len()), picture.len());
        if let Some(render) = self.table.render {
            return self.draw(nodes, length, |message| {
                // SAFETY: the table says that it takes these.
                unsafe {
                    render(
                        self.instance,
                        program.0,
                        program.1,
                        picture.as_mut_ptr(),
                        length,
                        message,
                    )
                }
            });
        }
        let Some(render) = self.table.render_samples else {
            return Err(self.fault(nodes, "draws nothing"));
        };
        // What it leaves untouched is seen.
        let mut samples = vec![f32::NAN; length];
        self.draw(nodes, length, |message| {
            // SAFETY: the table says that it takes these.
            unsafe {
                render(
                    self.instance,
                    program.0,
                    program.1,
                    samples.as_mut_ptr(),
                    length,
                    message,
                )
            }
        })?;
        from_samples(&samples, picture).map_err(|error| self.fault(nodes, &format!("drew what is no picture: {error}")))
    }

    fn observes(&self) -> bool {
        self.table.observe.is_some()
    }

    fn observe(&self, nodes: &[Node], seed: u64, picture: &mut [u8]) -> Result<(), RenderError> {
        self.draw_seeded(self.table.observe, nodes, seed, picture)
    }

    fn view(&self, nodes: &[Node], seed: u64, picture: &mut [u8]) -> Result<(), RenderError> {
        self.draw_seeded(self.table.view, nodes, seed, picture)
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
        // SAFETY: the table says that it takes these.
        self.verdict(&[], |message| unsafe {
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
        // SAFETY: the table says that it takes these.
        self.verdict(&[], |message| unsafe {
            near_empty(self.instance, picture.as_ptr(), picture.len(), message)
        })
    }

    fn canonical(&self, nodes: &[Node]) -> Option<Vec<Node>> {
        let canonical = self.table.canonical?;
        check_depth(self.language.grammar(), nodes).ok()?;
        let mut text = Text::new(LONGEST_DOCUMENT);
        let written = self.verdict(nodes, |message| {
            // SAFETY: the table says that it takes these.
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
        let written = self.verdict(nodes, |message| {
            // SAFETY: the table says that it takes these.
            unsafe { svg(self.instance, nodes.as_ptr(), nodes.len(), &document.sink(), message) }
        });
        written.then(|| document.finish())
    }
}

impl Loaded {
    fn draw_seeded(
        &self,
        draw: Option<abi::DrawSeeded>,
        nodes: &[Node],
        seed: u64,
        picture: &mut [u8],
    ) -> Result<(), RenderError> {
        let Some(draw) = draw else {
            return self.render(nodes, picture);
        };
        let length = picture.len();
        self.draw(nodes, length, |message| {
            // SAFETY: the table says that it takes these.
            unsafe {
                draw(
                    self.instance,
                    nodes.as_ptr(),
                    nodes.len(),
                    seed,
                    picture.as_mut_ptr(),
                    length,
                    message,
                )
            }
        })
    }
}
