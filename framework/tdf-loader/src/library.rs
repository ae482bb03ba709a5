//! Shared libraries: what they offer, checked before anything of it is used.

use std::collections::BTreeSet;
use std::ffi::{CStr, c_char, c_void};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use libloading::Library;
use tdf_domain::abi::{self, API, BUILD, Names, SYMBOL};
use tdf_domain::{Allowed, Canvas, DynDomain, Language, OptionSpec, Options, Size};
use tdf_grammar::{Grammar, Label, Production, ReadOptions};

use crate::LoadError;
use crate::loaded::{Loaded, Text, Texts};

/// Seconds that a call into a plugin may take, unless its `.toml` says otherwise.
pub const CALL_LIMIT: u64 = 10;

/// Greatest width and height of a canvas in pixels.
const GREATEST_CANVAS: u32 = 4096;

/// A domain that a shared library offers.
#[derive(Clone, Debug)]
pub struct Offer {
    /// Name on the command line.
    pub name: &'static str,
    /// Its options.
    pub options: &'static [OptionSpec],
    /// The library.
    pub library: PathBuf,
    language: Arc<Language>,
    names: &'static Names,
    table: &'static abi::Domain,
}

// SAFETY: tables of a plugin stay as they are.
unsafe impl Send for Offer {}
// SAFETY: as above.
unsafe impl Sync for Offer {}

/// What a `.toml` changes about a domain, and where it was named.
#[derive(Clone, Debug)]
pub struct Opening {
    /// What the user named: shown as the origin.
    pub origin: PathBuf,
    /// Seconds that a call may take.
    pub limit: u64,
    /// The size function as [`Size::parse`] takes it, instead of the plugin's.
    pub size: Option<String>,
}

impl Opening {
    /// Of a library that the user named by itself.
    pub fn of(library: PathBuf) -> Self {
        Self {
            origin: library,
            limit: CALL_LIMIT,
            size: None,
        }
    }
}

/// Loads the shared library in the file `path`, which is never unloaded, and lists its domains.
///
/// # Errors
/// A file that is missing or no library, a library that is no plugin, or that was built for another interface or by
/// something else; domains that lack what is required; grammars with errors.
pub fn load_library(path: &Path) -> Result<Vec<Offer>, LoadError> {
    let table = entry(path)?;
    offers(path, table).map_err(|what| fault(path, &what))
}

fn offers(path: &Path, table: &'static abi::Plugin) -> Result<Vec<Offer>, String> {
    // SAFETY: `entry` has compared the interface, so that the table has this form.
    let domains = unsafe { slice("domains", table.domains, table.domain_count)? };
    let offers: Vec<Offer> = domains
        .iter()
        .map(|domain| offer(path, domain))
        .collect::<Result<_, _>>()?;
    if offers.is_empty() {
        return Err("a plugin without a domain (in Rust `declare_domain!` makes one)".to_owned());
    }
    let mut names = BTreeSet::new();
    match offers.iter().find(|offer| !names.insert(offer.name)) {
        Some(offer) => Err(format!("it has two domains called {}", offer.name)),
        None => Ok(offers),
    }
}

fn fault(path: &Path, what: &str) -> LoadError {
    LoadError::Plugin {
        path: path.to_owned(),
        message: what.to_owned(),
    }
}

/// The table of the library, once its first two fields are known to be ours.
fn entry(path: &Path) -> Result<&'static abi::Plugin, LoadError> {
    let file = |message: &str| LoadError::File {
        path: path.to_owned(),
        message: message.to_owned(),
    };
    if path.is_dir() {
        return Err(file("this is a directory; a plugin is a shared library"));
    }
    // A bare name would be looked for among the libraries of the system.
    let full = path.canonicalize().map_err(|error| match error.kind() {
        std::io::ErrorKind::NotFound => file("there is no such file"),
        _ => file(&format!("cannot be read: {error}")),
    })?;
    // SAFETY: what a library does when it is loaded is its author's, whom the user trusts by naming it.
    let library = unsafe { Library::new(full.as_os_str()) }.map_err(|error| {
        fault(
            path,
            &format!("no shared library that can be loaded: {}", cause(&error, &full)),
        )
    })?;
    // Tables, functions and the code behind them are used until the end.
    let library: &'static Library = Box::leak(Box::new(library));
    // SAFETY: a function of this name has this type, whatever the version.
    let entry = unsafe { library.get::<abi::Entry>(SYMBOL.to_bytes_with_nul()) }.map_err(|_| {
        let symbol = SYMBOL.to_string_lossy();
        fault(
            path,
            &format!(
                "a shared library, but no plugin of tdf: it exports no function `{symbol}` \
                 (in Rust `declare_domain!` makes it, in C it stands in tdf_plugin.h)"
            ),
        )
    })?;
    // SAFETY: as above.
    let table = unsafe { entry() };
    if table.is_null() {
        return Err(fault(path, "its `tdf_plugin` returned no table"));
    }
    // SAFETY: the first two fields are the same in every version.
    let (api, build) = unsafe { ((*table).api, (*table).build) };
    if api != API {
        let what = format!("it was built for version {api} of the plugin interface, this tdf has version {API}");
        return Err(fault(
            path,
            &format!("{what}: build it again with this version of the framework"),
        ));
    }
    // SAFETY: a text or null.
    let build = unsafe { text(build) }.map_err(|what| fault(path, &what))?;
    if let Some(build) = build.filter(|build| *build != BUILD) {
        let what = format!("it was built with `{build}`, this tdf with `{BUILD}`");
        return Err(fault(path, &format!("{what}: build it again with the same")));
    }
    // SAFETY: the interface is ours.
    Ok(unsafe { &*table })
}

/// What the system says, without the path that the message names already.
fn cause(error: &libloading::Error, path: &Path) -> String {
    let text = match std::error::Error::source(error) {
        Some(source) => source.to_string(),
        None => error.to_string(),
    };
    let path = format!("{}: ", path.display());
    text.replace(&path, "")
}

fn offer(path: &Path, table: &'static abi::Domain) -> Result<Offer, String> {
    // SAFETY: texts or null.
    let (name, grammar_name, source) = unsafe { (text(table.name)?, text(table.grammar_name)?, text(table.grammar)?) };
    let name = name.ok_or("a domain without a name")?;
    check_name(name, "a domain")?;
    let lacks = |what: &str| format!("the domain {name} has no {what}");
    let grammar_name = grammar_name.ok_or_else(|| lacks("grammar_name"))?;
    let source = source.ok_or_else(|| lacks("grammar"))?;
    let required = [
        ("open", table.open.is_some()),
        ("canvas", table.canvas.is_some()),
        (
            "render or render_samples",
            table.render.is_some() || table.render_samples.is_some(),
        ),
    ];
    if let Some((what, _)) = required.iter().find(|(_, there)| !there) {
        return Err(lacks(&format!("function `{what}`")));
    }
    // SAFETY: arrays of the stated lengths, and texts.
    let (features, fingerprint, options) = unsafe {
        let features = slice("features", table.features, table.feature_count)?
            .iter()
            .map(|f| text(*f));
        let options = slice("options", table.options, table.option_count)?
            .iter()
            .map(|o| option(o));
        (
            features.collect::<Result<Vec<_>, _>>()?,
            text(table.fingerprint)?,
            options.collect::<Result<Vec<_>, _>>()?,
        )
    };
    let options: &'static [OptionSpec] = options.leak();
    let defaults = options.iter().map(|option| (option.name, option.default));
    Options::new(options, defaults).map_err(|error| format!("the default of an option is not allowed: {error}"))?;
    let reading = ReadOptions::with_features(features.into_iter().flatten());
    let grammar = Grammar::read_with(&format!("{grammar_name}.lalrpop"), source, &reading)
        .map_err(|error| format!("the grammar of the domain {name} has errors\n{error}"))?;
    if let Some(fingerprint) = fingerprint.filter(|f| *f != grammar.fingerprint) {
        return Err(format!(
            "the grammar of the domain {name} has the fingerprint {fingerprint} in the plugin and {} in this tdf: build \
             the plugin again with this version of the framework",
            grammar.fingerprint
        ));
    }
    let names = names(&grammar);
    let language =
        Language::new(grammar).map_err(|error| format!("the grammar of the domain {name} has errors\n{error}"))?;
    Ok(Offer {
        name,
        options,
        library: path.to_owned(),
        language: Arc::new(language),
        names,
        table,
    })
}

fn check_name(name: &str, of: &str) -> Result<(), String> {
    let allowed = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-' || c == '_';
    if !name.is_empty() && name.chars().all(allowed) {
        return Ok(());
    }
    Err(format!(
        "{name:?} is no name of {of}: use lower-case letters, digits, - and _"
    ))
}

/// Names for plugins that know no ids.
fn names(grammar: &Grammar) -> &'static Names {
    fn rule<'g>(grammar: &'g Grammar, production: &Production) -> &'g str {
        &grammar.nonterminals[production.nonterminal.index()].name
    }
    fn label<'g>(grammar: &'g Grammar, production: &Production) -> &'g str {
        match &grammar.alternatives[production.alternative.index()].label {
            Label::Variant(label) => label,
            _ => rule(grammar, production),
        }
    }
    let productions = &grammar.productions;
    let labels = Texts::new(productions.iter().map(|production| label(grammar, production))).leak();
    let rules = Texts::new(productions.iter().map(|production| rule(grammar, production))).leak();
    let tokens = Texts::new(grammar.tokens.iter().map(|token| token.text.as_str())).leak();
    Box::leak(Box::new(Names {
        productions: labels.pointers(),
        rules: rules.pointers(),
        production_count: productions.len(),
        tokens: tokens.pointers(),
        token_count: grammar.tokens.len(),
    }))
}

/// # Safety
/// The texts of `table` are texts or null.
unsafe fn option(table: &abi::OptionTable) -> Result<OptionSpec, String> {
    // SAFETY: as the caller says.
    let (name, default, about, words) = unsafe {
        let words = slice("words", table.words, table.word_count)?
            .iter()
            .map(|word| text(*word));
        (
            text(table.name)?.ok_or("an option without a name")?,
            text(table.default)?,
            text(table.about)?,
            words.collect::<Result<Vec<_>, _>>()?,
        )
    };
    check_name(name, "an option")?;
    let default = default.ok_or_else(|| format!("the option {name} has no default"))?;
    let words: Vec<&'static str> = words.into_iter().flatten().collect();
    let allowed = if words.is_empty() {
        Allowed::Whole {
            least: table.least,
            greatest: table.greatest,
        }
    } else {
        Allowed::OneOf(words.leak())
    };
    Ok(OptionSpec {
        name,
        default,
        allowed,
        about: about.unwrap_or_default(),
    })
}

impl Offer {
    /// The language of its programs.
    pub fn language(&self) -> &Arc<Language> {
        &self.language
    }

    /// Opens the domain with names and values of options.
    ///
    /// # Errors
    /// Options that it does not have, a plugin that does not open it, an impossible canvas or size.
    pub fn open(&self, options: &[(&str, &str)], opening: &Opening) -> Result<Arc<dyn DynDomain>, LoadError> {
        let options = Options::new(self.options, options.iter().copied())?;
        let values = Texts::new(options.iter().map(|(_, value)| value));
        let mut message = Text::message();
        let not_open = |what: &str| {
            fault(
                &self.library,
                &format!("the domain {} does not open: {what}", self.name),
            )
        };
        let Some(open) = self.table.open else {
            return Err(not_open("it has no function `open`"));
        };
        // SAFETY: the table says that it takes these.
        let instance = unsafe { open(self.table.context, self.names, values.pointers(), &message.sink()) };
        if instance.is_null() {
            let why = message.finish();
            return Err(not_open(if why.is_empty() { "it does not say why" } else { &why }));
        }
        // SAFETY: an array of the stated length.
        let palette = unsafe { slice("palette", self.table.palette, self.table.palette_count) };
        // From here on it is closed whatever happens.
        let mut loaded = Loaded {
            table: self.table,
            instance,
            name: self.name,
            origin: opening.origin.clone(),
            language: self.language.clone(),
            size: Size::nodes(self.language.grammar()),
            canvas: Canvas {
                width: 1,
                height: 1,
                channels: 1,
                background: 0,
            },
            options,
            palette: &[],
            limit: opening.limit,
            faults: Mutex::default(),
        };
        loaded.palette = palette.map_err(|what| not_open(&what))?;
        loaded.canvas = self.canvas(instance).map_err(|what| not_open(&what))?;
        let size = self.size(instance, opening.size.as_deref());
        loaded.size = size.map_err(|error| not_open(&format!("size: {error}")))?;
        Ok(Arc::new(loaded))
    }

    fn canvas(&self, instance: *mut c_void) -> Result<Canvas, String> {
        let mut form = abi::Canvas::default();
        if let Some(canvas) = self.table.canvas {
            // SAFETY: the table says that it takes these.
            unsafe { canvas(instance, &raw mut form) };
        }
        let abi::Canvas {
            width,
            height,
            channels,
            background,
        } = form;
        let sides = 1..=GREATEST_CANVAS;
        let fits = sides.contains(&width) && sides.contains(&height) && [1, 3].contains(&channels);
        match u8::try_from(background) {
            Ok(background) if fits => Ok(Canvas {
                width,
                height,
                channels,
                background,
            }),
            _ => Err(format!(
                "its canvas has {width}x{height} pixels, {channels} channels and the background {background}; allowed are \
                 1 to {GREATEST_CANVAS} pixels a side, 1 or 3 channels and a background of 0 to 255"
            )),
        }
    }

    fn size(&self, instance: *mut c_void, text_given: Option<&str>) -> Result<Size, String> {
        let grammar = self.language.grammar();
        if let Some(given) = text_given {
            return Size::parse(grammar, given).map_err(|error| error.message);
        }
        let size = match self.table.weights {
            Some(weights) => {
                let mut list = vec![u32::MAX; grammar.productions.len()];
                // SAFETY: the table says that it takes these.
                unsafe { weights(instance, list.as_mut_ptr(), list.len()) };
                Size::from_weights(grammar, list)
            }
            // SAFETY: a text or null.
            None => match unsafe { text(self.table.size)? } {
                Some(given) => Size::parse(grammar, given),
                None => Ok(Size::nodes(grammar)),
            },
        };
        size.map_err(|error| error.message)
    }
}

/// # Safety
/// Null, or a text that stays.
unsafe fn text(text: *const c_char) -> Result<Option<&'static str>, String> {
    if text.is_null() {
        return Ok(None);
    }
    // SAFETY: as the caller says.
    let text = unsafe { CStr::from_ptr(text) };
    match text.to_str() {
        Ok(text) => Ok(Some(text)),
        Err(_) => Err(format!(
            "a text in its tables is not UTF-8: {:?}",
            text.to_string_lossy()
        )),
    }
}

/// # Safety
/// Null, or an array of this length that stays.
unsafe fn slice<T: 'static>(what: &str, start: *const T, length: usize) -> Result<&'static [T], String> {
    match length {
        0 => Ok(&[]),
        _ if start.is_null() => Err(format!("its tables say that there are {length} {what}, and name none")),
        // SAFETY: as the caller says.
        _ => Ok(unsafe { std::slice::from_raw_parts(start, length) }),
    }
}
