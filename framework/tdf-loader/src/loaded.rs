//! A domain of a shared library, as the framework sees it.

use std::ffi::c_void;
use std::ops::Deref;
use std::sync::{Arc, Mutex, PoisonError};

use tdf_domain::abi::{self, FAULT, Sink};
use tdf_domain::abi_values::RawRows;
use tdf_domain::{
    Language, Node, ObservationSpec, Options, PartialPrograms, PluginFaults, Provenance, RenderError, Signature, Size,
};

use crate::call::Call;
use crate::raw::Text;
use crate::repeats::Repeats;
use crate::{process, watch};

/// A domain that a plugin has opened: what it has in common with the domains that are bound to inputs.
pub(crate) struct Opened {
    pub(crate) table: &'static abi::Domain,
    /// What `open` made.
    pub(crate) instance: *mut c_void,
    /// Whether nothing checks where its functions write: see [`ExportedDomain::is_unchecked`](crate::ExportedDomain).
    pub(crate) is_unchecked: bool,
    pub(crate) name: &'static str,
    pub(crate) provenance: Provenance,
    pub(crate) language: Arc<Language>,
    pub(crate) size: Size,
    /// The form of its observations; of no inputs if programs take them.
    pub(crate) observation: ObservationSpec,
    /// What programs take and give, if they take inputs.
    pub(crate) signature: Option<Signature>,
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
}

// SAFETY: the interface lets any thread call the functions of a domain, `close` included. Nothing else needs a thread of its own: the
// table stays as it is.
unsafe impl Send for Opened {}
// SAFETY: the interface lets many threads call the functions of a domain at once.
unsafe impl Sync for Opened {}

impl Drop for Opened {
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

/// A domain of a plugin, whose programs may be bound to inputs.
pub(crate) struct Loaded {
    pub(crate) opened: Arc<Opened>,
    pub(crate) bound: Option<Bound>,
    /// The form of its observations.
    pub(crate) observation: ObservationSpec,
    pub(crate) repeats: Repeats,
}

/// What `bind` made.
pub(crate) struct Bound {
    pub(crate) instance: *mut c_void,
    /// The inputs, which the plugin may read until it closes the instance.
    pub(crate) inputs: RawRows,
}

// SAFETY: as for `Opened`. The inputs are only read.
unsafe impl Send for Loaded {}
// SAFETY: as for `Opened`. The inputs are only read.
unsafe impl Sync for Loaded {}

impl Drop for Loaded {
    fn drop(&mut self) {
        let (Some(bound), Some(close)) = (&self.bound, self.opened.table.close) else {
            return;
        };
        watch::during(&self.call("close", &[]), || {
            // SAFETY: `bind` made the instance, and this was its only owner.
            unsafe { close(bound.instance) }
        });
    }
}

impl Loaded {
    pub(crate) fn of(opened: Opened) -> Self {
        Self {
            observation: opened.observation,
            opened: Arc::new(opened),
            bound: None,
            repeats: Repeats::default(),
        }
    }

    /// Whether programs can run: they take no inputs, or are bound to some. Plugins trust this.
    #[inline]
    pub(crate) fn is_runnable(&self) -> bool {
        self.bound.is_some() || self.opened.signature.is_none()
    }

    /// What `open` or `bind` made.
    #[inline]
    pub(crate) fn instance(&self) -> *mut c_void {
        match &self.bound {
            Some(bound) => bound.instance,
            None => self.opened.instance,
        }
    }
}

impl Deref for Loaded {
    type Target = Opened;

    fn deref(&self) -> &Opened {
        &self.opened
    }
}

impl Opened {
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
