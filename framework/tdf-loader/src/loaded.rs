//! A domain of a shared library, as the framework sees it.

use std::ffi::c_void;
use std::sync::{Arc, Mutex, PoisonError};

use tdf_domain::abi::{self, FAULT, Sink};
use tdf_domain::{Canvas, Language, Node, Options, PartialPrograms, PluginFaults, Provenance, RenderError, Size};

use crate::call::Call;
use crate::raw::Text;
use crate::repeats::Repeats;
use crate::{process, watch};

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
    /// The criteria, with that of the framework.
    pub(crate) criteria: &'static [&'static str],
    /// How many of them are the plugin's: the first ones.
    pub(crate) own_criteria: usize,
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
    pub(crate) fn verdict(
        &self,
        function: &'static str,
        nodes: &[Node],
        work: impl FnOnce(*const Sink) -> i64,
    ) -> bool {
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

    /// The result of the function called `function`: a number that is finite and not negative. `None` for a fault.
    pub(crate) fn number(&self, function: &'static str, work: impl FnOnce(*const Sink) -> f64) -> Option<f64> {
        let mut message = Text::message();
        let number = watch::during(&self.call(function, &[]), || work(&message.sink()));
        if number.is_finite() && number >= 0.0 {
            return Some(number);
        }
        if number == FAULT as f64 {
            self.failed(&[], &message.finish());
        } else {
            self.fault(
                &[],
                &format!("gave the {function} {number}, which has to be finite and not negative"),
            );
        }
        None
    }
}
