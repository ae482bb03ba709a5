//! What only programs with inputs have: sampled inputs, domains that are bound to inputs, constants, fitted programs.

use std::ffi::c_void;
use std::sync::Arc;

use tdf_domain::abi::{self, FAULT, RowSink};
use tdf_domain::abi_values::{RawRows, row};
use tdf_domain::{
    DynDomain, InputError, Inputs, Node, ObservationSpec, Signature, Tree, Value, ValueSpec, check_depth,
};

use crate::loaded::{Bound, Loaded};
use crate::raw::Text;
use crate::watch;

/// Greatest length of all constants that a target suggests, in bytes.
const LONGEST_CONSTANTS: usize = 1 << 20;

/// Greatest length of a fitted program, in bytes.
const LONGEST_PROGRAM: usize = 1 << 20;

/// Rows that a plugin samples, and what is wrong with the first bad one.
struct Rows(Result<Vec<Vec<Value>>, String>);

/// # Safety
/// `to` is a [`Rows`] that nobody else uses; the values are what [`row`] says.
unsafe extern "C" fn append(to: *mut c_void, values: *const abi::Value, count: usize) {
    // SAFETY: `sampled_inputs` made it, and the plugin hands it back during the same call, in which nobody else uses the rows.
    let rows = unsafe { &mut *to.cast::<Rows>() };
    let Ok(so_far) = &mut rows.0 else { return };
    if so_far.len() == Signature::MAX_ROWS {
        rows.0 = Err(format!("gave more than {} rows of inputs", Signature::MAX_ROWS));
        return;
    }
    // SAFETY: the plugin says that these are values.
    match unsafe { row(values, count) } {
        Ok(values) => so_far.push(values),
        Err(what) => rows.0 = Err(format!("gave inputs that are none: {what}")),
    }
}

impl Loaded {
    /// See [`DynDomain::inputs_of_seed`]. None if the plugin failed, which is noted.
    pub(crate) fn sampled_inputs(&self, seed: u64) -> Inputs {
        let (Some(sample), Some(signature)) = (self.table.sample_inputs, self.signature) else {
            return Inputs::none();
        };
        let mut rows = Rows(Ok(Vec::new()));
        let mut message = Text::message();
        let sink = RowSink {
            to: std::ptr::from_mut(&mut rows).cast(),
            row: append,
        };
        let result = watch::during(&self.call("sample_inputs", &[]), || {
            // SAFETY: the interface says that it takes these. `open` made the instance; the rows and the message are borrowed until
            // it returns, and nobody else uses them.
            unsafe { sample(self.opened.instance, seed, &raw const sink, &message.sink()) }
        });
        let sampled = match result {
            0 => rows.0,
            FAULT => Err(format!("failed in `sample_inputs`: {}", message.finish())),
            other => Err(format!(
                "answered {other} in `sample_inputs`, where only 0 means anything"
            )),
        };
        let checked = sampled.and_then(|rows| {
            let inputs = Inputs::new(rows);
            match signature.check(&inputs) {
                Ok(()) => Ok(inputs),
                Err(error) => Err(format!("gave inputs that its own programs do not take: {error}")),
            }
        });
        checked.unwrap_or_else(|what| {
            self.fault(&[], &what);
            Inputs::none()
        })
    }

    /// See [`DynDomain::bind`].
    pub(crate) fn bound_to(&self, inputs: &Inputs) -> Result<Option<Arc<dyn DynDomain>>, InputError> {
        let (Some(bind), Some(signature)) = (self.table.bind, self.signature) else {
            return match inputs.is_empty() {
                true => Ok(None),
                false => Err(InputError(format!("programs of {} take no inputs", self.name))),
            };
        };
        signature.check(inputs)?;
        let inputs = RawRows::new(inputs);
        let mut message = Text::message();
        let instance = watch::during(&self.call("bind", &[]), || {
            // SAFETY: the interface says that it takes these. `open` made the instance, which is closed after the one that is made
            // here. The inputs stay as long as that one.
            unsafe { bind(self.opened.instance, inputs.table(), &message.sink()) }
        });
        if instance.is_null() {
            let why = message.finish();
            let why = if why.is_empty() { "it does not say why" } else { &why };
            return Err(InputError(self.fault(&[], &format!("does not take inputs: {why}")).0));
        }
        let observation = ObservationSpec::Values(ValueSpec {
            rows: inputs.inputs().rows().len() as u32,
            max_bytes: signature.max_output,
        });
        Ok(Some(Arc::new(Self {
            opened: Arc::clone(&self.opened),
            bound: Some(Bound { instance, inputs }),
            observation,
            repeats: self.repeats.of_the_same(),
        })))
    }

    /// See [`DynDomain::constants`]. Texts that are no programs are left out, as they are in Rust.
    pub(crate) fn suggested_constants(&self, target: &[u8]) -> Vec<Tree> {
        let Some(constants) = self.table.constants else {
            return Vec::new();
        };
        if !self.is_runnable() || target.len() != self.observation.bytes() {
            return Vec::new();
        }
        let mut texts = Text::new(LONGEST_CONSTANTS);
        let failed = self.verdict("constants", &[], |message| {
            // SAFETY: the interface says that it takes these. `open` or `bind` made the instance; the target and both texts are
            // borrowed until it returns.
            unsafe { constants(self.instance(), target.as_ptr(), target.len(), &texts.sink(), message) }
        });
        if failed {
            self.fault(&[], "answered 1 in `constants`, where only 0 means anything");
        }
        let texts = texts.finish();
        // Behind the last zero byte is nothing, or a text that was cut.
        let (whole, _) = texts.rsplit_once('\0').unwrap_or_default();
        let parsed = whole
            .split('\0')
            .filter_map(|text| self.language.parse(self.start(), text).ok());
        parsed.collect()
    }

    /// See [`DynDomain::refined`].
    pub(crate) fn fitted(&self, nodes: &[Node], target: &[u8]) -> (Option<Tree>, u32) {
        let Some(refined) = self.table.refined else {
            return (None, 0);
        };
        if !self.is_runnable()
            || target.len() != self.observation.bytes()
            || check_depth(self.language.grammar(), nodes).is_err()
        {
            return (None, 0);
        }
        let program = self.language.to_written(nodes);
        let (mut text, mut runs) = (Text::new(LONGEST_PROGRAM), 0);
        let written = self.verdict("refined", nodes, |message| {
            // SAFETY: as in `suggested_constants`. The nodes and the number of runs are borrowed until it returns, too.
            unsafe {
                refined(
                    self.instance(),
                    program.as_ptr(),
                    program.len(),
                    target.as_ptr(),
                    target.len(),
                    &text.sink(),
                    &raw mut runs,
                    message,
                )
            }
        });
        if !written {
            return (None, runs);
        }
        match self.language.parse(self.start(), &text.finish()) {
            Ok(program) => (Some(program), runs),
            Err(error) => {
                self.fault(nodes, &format!("wrote a fitted program that is none: {error}"));
                (None, runs)
            }
        }
    }
}
