//! A domain that a library offers, and how it is opened.

use std::path::PathBuf;
use std::sync::{Arc, Mutex};

use tdf_domain::abi::{self, Names};
use tdf_domain::abi_values::kinds_of;
use tdf_domain::{
    Canvas, DynDomain, Grammar, Language, ObservationSpec, OptionSpec, Options, PartialPrograms, Provenance, Signature,
    Size,
};

use crate::call::Call;
use crate::canary::Guarded;
use crate::loaded::{Loaded, Opened};
use crate::raw::{Text, Texts, element, most, slice, text};
use crate::{LoadError, process, watch};

/// Seconds that a call into a plugin may take, unless its `.toml` says otherwise.
pub const CALL_LIMIT: u64 = 10;

/// A domain that a shared library offers.
#[derive(Clone, Debug)]
pub struct ExportedDomain {
    /// Name on the command line.
    pub name: &'static str,
    /// Its options.
    pub options: &'static [OptionSpec],
    /// The library.
    pub library: PathBuf,
    /// SHA-256 of its bytes, in lower-case hexadecimal digits.
    pub digest: String,
    pub(crate) language: Arc<Language>,
    pub(crate) names: &'static Names,
    pub(crate) table: &'static abi::Domain,
    /// Whether nothing checks where its functions write. Safe Rust does: behind the tables that `declare_domain!` makes, a
    /// image is a slice with a length.
    pub(crate) is_unchecked: bool,
}

// SAFETY: the names and the table stay as they are as long as the process lives, and any thread may read them.
unsafe impl Send for ExportedDomain {}
// SAFETY: names and table are never written while the process lives, so that any number of threads may read them at once.
unsafe impl Sync for ExportedDomain {}

/// What a `.toml` changes about a domain, and where it was named.
#[derive(Clone, Debug)]
pub struct DomainOverrides {
    /// What the user named: shown as the origin. The `.toml` that `size` is of stands beside it.
    pub origin: PathBuf,
    /// Seconds that a call may take.
    pub limit: u64,
    /// The size function as [`Size::parse`] takes it, instead of the plugin's.
    pub size: Option<String>,
    /// The table `scope` as a TOML document, instead of the plugin's.
    pub scope: Option<String>,
}

impl DomainOverrides {
    /// Of a library that the user named by itself.
    pub fn of(library: PathBuf) -> Self {
        Self {
            origin: library,
            limit: CALL_LIMIT,
            size: None,
            scope: None,
        }
    }
}

impl ExportedDomain {
    /// The language of its programs.
    pub fn language(&self) -> &Arc<Language> {
        &self.language
    }

    /// Opens the domain with names and values of options.
    ///
    /// # Errors
    /// Options that it does not have, a plugin that does not open it, an impossible canvas or size.
    pub fn open(&self, options: &[(&str, &str)], overrides: &DomainOverrides) -> Result<Arc<dyn DynDomain>, LoadError> {
        let options = Options::new(self.options, options.iter().copied())?;
        let language = self.language_in(overrides)?;
        let values = Texts::new(options.iter().map(|(_, value)| value));
        let mut message = Text::message();
        let not_open = |what: &str| LoadError::Plugin {
            path: self.library.clone(),
            message: format!("the domain {} does not open: {what}", self.name),
        };
        let Some(open) = self.table.open else {
            return Err(not_open("it has no function `open`"));
        };
        let call = Call {
            origin: &overrides.origin,
            function: "open",
            limit: overrides.limit,
            program: None,
        };
        let open = || {
            // SAFETY: the interface says that it takes these: the context of its table, names that stay, a text for each
            // option, and a sink into `message`, all borrowed until it returns.
            unsafe { open(self.table.context, self.names, values.pointers(), &message.sink()) }
        };
        let (instance, kept) = process::in_place(|| watch::during(&call, open));
        if instance.is_null() {
            let why = message.finish();
            return Err(not_open(if why.is_empty() { "it does not say why" } else { &why }));
        }
        // SAFETY: an array with its count, by the interface.
        let palette = unsafe { slice("palette", self.table.palette, self.table.palette_count, most::COLORS) };
        // From here on it is closed whatever happens.
        let mut loaded = Opened {
            table: self.table,
            instance,
            is_unchecked: self.is_unchecked,
            name: self.name,
            provenance: Provenance {
                origin: overrides.origin.clone(),
                library: self.library.clone(),
                digest: self.digest.clone(),
                size: overrides.size.clone(),
                scope: overrides.scope.as_ref().and(language.scope_text()).map(str::to_owned),
            },
            size: Size::nodes(language.grammar()),
            language,
            observation: ObservationSpec::Image(Canvas {
                width: 1,
                height: 1,
                channels: 1,
                background: 0,
            }),
            signature: None,
            options,
            palette: &[],
            criteria: &[],
            own_criteria: 0,
            partial_programs: None,
            limit: overrides.limit,
            faults: Mutex::default(),
        };
        kept.map_err(|what| not_open(&what))?;
        loaded.palette = palette.map_err(|what| not_open(&what))?;
        let criteria = self.criteria().map_err(|what| not_open(&what))?;
        loaded.own_criteria = criteria.len();
        loaded.criteria = tdf_domain::with_exact(criteria).leak();
        loaded.partial_programs = self.partial_programs().map_err(|what| not_open(&what))?;
        loaded.signature = signature_of(&loaded).map_err(|what| not_open(&what))?;
        loaded.observation = match loaded.signature {
            Some(signature) => ObservationSpec::unbound_outputs(signature),
            None => ObservationSpec::Image(canvas_of(&loaded).map_err(|what| not_open(&what))?),
        };
        loaded.size = match &overrides.size {
            Some(given) => {
                let size = Size::parse(loaded.language.written(), given).map_err(|error| LoadError::File {
                    path: overrides.origin.with_extension("toml"),
                    message: format!("size: {error}"),
                })?;
                loaded.language.size_of_written(&size)
            }
            None => size_of_programs(&loaded).map_err(|what| not_open(&format!("size: {what}")))?,
        };
        Ok(Arc::new(Loaded::of(loaded)))
    }

    /// The language with the names in scope that hold.
    fn language_in(&self, overrides: &DomainOverrides) -> Result<Arc<Language>, LoadError> {
        let Some(scope) = &overrides.scope else {
            return Ok(self.language.clone());
        };
        let file = overrides.origin.with_extension("toml");
        let grammar = Grammar::clone(self.language.written());
        Ok(Arc::new(Language::with_scopes(
            grammar,
            &file.to_string_lossy(),
            scope,
        )?))
    }

    fn criteria(&self) -> Result<&'static [&'static str], String> {
        // SAFETY: an array with its count, by the interface.
        let names = unsafe {
            slice(
                "criteria",
                self.table.criteria,
                self.table.criterion_count,
                most::CRITERIA,
            )?
        };
        let mut criteria = Vec::with_capacity(names.len());
        for &name in names {
            // SAFETY: a text, by the interface.
            let name = unsafe { text("criteria", name)? };
            let name = name.filter(|name| !name.is_empty() && !criteria.contains(name));
            criteria.push(name.ok_or("its `criteria` have a name that is empty, or the same name twice")?);
        }
        Ok(match (criteria.is_empty(), self.table.solved) {
            (false, _) => criteria.leak(),
            (true, None) if self.table.signature.is_some() => &[],
            (true, None) => tdf_domain::PIXEL_CRITERIA,
            (true, Some(_)) => &["solved"],
        })
    }

    fn partial_programs(&self) -> Result<Option<PartialPrograms>, String> {
        // SAFETY: null or a table that stays, by the interface.
        let Some(growth) = (unsafe { element("partial_programs", self.table.partial_programs)? }) else {
            return Ok(None);
        };
        // SAFETY: null or a text, by the interface.
        let alternative = unsafe { text("partial_programs.alternative", growth.alternative)? };
        Ok(Some(PartialPrograms {
            alternative: alternative.ok_or("its `partial_programs` names no alternative")?,
            partial: growth.partial as usize,
            piece: growth.piece as usize,
            size: growth.size,
        }))
    }
}

/// Lets the function called `function` write into a guarded buffer that holds `value`. Returns what it holds then.
fn written<T: Pod>(
    loaded: &Opened,
    function: &'static str,
    value: &[T],
    work: impl FnOnce(*mut T),
) -> Result<Vec<T>, String> {
    let mut buffer = Guarded::take(size_of_val(value));
    let start = buffer.start().cast::<T>();
    // SAFETY: the buffer has room for the values and is aligned to 64 bytes, more than whole numbers need.
    unsafe { start.copy_from_nonoverlapping(value.as_ptr(), value.len()) };
    let call = loaded.call(function, &[]);
    let ((), kept) = process::in_place(|| watch::during(&call, || work(start)));
    let checked = call.check(&mut buffer);
    // SAFETY: the start and the room are those of the copy above, which wrote every value; whatever bytes the plugin left there
    // are whole numbers.
    let written = unsafe { std::slice::from_raw_parts(start, value.len()) }.to_vec();
    buffer.put_back();
    checked.map_err(|what| format!("the plugin {what}"))?;
    kept.map(|()| written)
}

/// Types without padding for which any bytes are a value.
///
/// # Safety
/// They are, and need no alignment over 64 bytes.
unsafe trait Pod: Copy {}
// SAFETY: a whole number.
unsafe impl Pod for u32 {}
// SAFETY: four whole numbers of the same size.
unsafe impl Pod for abi::Canvas {}
// SAFETY: six whole numbers of the same size.
unsafe impl Pod for abi::Signature {}

fn canvas_of(loaded: &Opened) -> Result<Canvas, String> {
    let mut form = abi::Canvas::default();
    if let Some(canvas) = loaded.table.canvas {
        let written = written(loaded, "canvas", &[form], |form| {
            // SAFETY: the interface says that it takes these: `open` made the instance, and the form can be written.
            unsafe { canvas(loaded.instance, form) }
        })?;
        form = written[0];
    }
    let abi::Canvas {
        width,
        height,
        channels,
        background,
    } = form;
    Canvas::described(width, height, channels, background)
}

fn signature_of(loaded: &Opened) -> Result<Option<Signature>, String> {
    let Some(signature) = loaded.table.signature else {
        return Ok(None);
    };
    let written = written(loaded, "signature", &[abi::Signature::default()], |form| {
        // SAFETY: the interface says that it takes these: `open` made the instance, and the form can be written.
        unsafe { signature(loaded.instance, form) }
    })?;
    let form = written[0];
    let kinds = |what: &str, bits: u32| match kinds_of(bits).filter(|kinds| !kinds.is_empty()) {
        Some(kinds) => Ok(kinds),
        None => Err(format!(
            "the kinds of its {what} are the bits {bits:#x}, which name no kinds of values"
        )),
    };
    let argument_kinds = kinds("arguments", form.argument_kinds)?;
    let mut output_kinds = kinds("outputs", form.output_kinds)?;
    let Some(usual) = output_kinds.iter().position(|kind| *kind as u32 == form.usual_output) else {
        return Err(format!(
            "the usual kind of its outputs is {}, which is not among their kinds",
            form.usual_output
        ));
    };
    output_kinds[..=usual].rotate_right(1);
    let arguments = (form.least_arguments as usize, form.greatest_arguments as usize);
    Signature::described(arguments, argument_kinds, output_kinds, form.max_output).map(Some)
}

fn size_of_programs(loaded: &Opened) -> Result<Size, String> {
    let grammar = loaded.language.written();
    let size = match loaded.table.weights {
        Some(weights) => {
            // What it leaves untouched is no weight.
            let list = vec![u32::MAX; grammar.productions.len()];
            let list = written(loaded, "weights", &list, |start| {
                // SAFETY: the interface says that it takes these: `open` made the instance, and there is room for a weight
                // of each production.
                unsafe { weights(loaded.instance, start, list.len()) }
            })?;
            Size::from_weights(grammar, list)
        }
        // SAFETY: null or a text, by the interface.
        None => match unsafe { text("size", loaded.table.size)? } {
            Some(given) => Size::parse(grammar, given),
            None => Ok(Size::nodes(grammar)),
        },
    };
    size.map(|size| loaded.language.size_of_written(&size))
        .map_err(|error| error.message)
}
