//! Shared libraries: what they exported, checked before anything of it is used.

use std::collections::BTreeSet;
use std::ffi::c_char;
use std::path::Path;
use std::sync::Arc;

use libloading::Library;
use tdf_domain::abi::{self, API, BUILD, Names, SYMBOL};
use tdf_domain::{Allowed, Language, OptionSpec, Options};
use tdf_grammar::{Grammar, Label, Production};
use tdf_reader::ReadOptions;

use crate::call::{Call, LOADING};
use crate::digest::digest;
use crate::raw::{self, Texts, element, most, slice, text, text_within};
use crate::{CALL_LIMIT, ExportedDomain, LoadError, process, watch};

/// Loads the shared library in the file `path`, which is never unloaded, and lists its domains. Its code that runs on
/// loading, and its `tdf_plugin`, may take [`CALL_LIMIT`] seconds each.
///
/// # Errors
/// A file that is missing or no library, a library that is no plugin, or that was built for another interface or by
/// something else; domains that lack what is required; counts and pointers that cannot be right; grammars with errors; code
/// that changes the working folder.
///
/// # Examples
///
/// ```
/// use tdf_loader::{LoadError, load_library};
///
/// assert!(load_library("missing.so".as_ref()).is_err());
/// ```
pub fn load_library(path: &Path) -> Result<Vec<ExportedDomain>, LoadError> {
    load_library_within(path, CALL_LIMIT)
}

/// [`load_library`] with another limit, in seconds.
///
/// # Errors
/// As [`load_library`].
pub fn load_library_within(path: &Path, limit: u64) -> Result<Vec<ExportedDomain>, LoadError> {
    let before = digest(path)?;
    let table = entry(path, limit)?;
    // What was opened is what was hashed, unless somebody replaced the file between the two.
    if digest(path)? != before {
        return Err(fault(
            path,
            "the file changed while it was opened: wait until it is whole, then try again",
        ));
    }
    offers(path, &before, table).map_err(|what| fault(path, &what))
}

/// The domains that are linked into this program, seen through the boundary: for tests and measurements of it.
#[doc(hidden)]
pub fn load_this_program() -> Result<Vec<ExportedDomain>, LoadError> {
    let path = Path::new("this program");
    offers(path, "", tdf_domain::exported()).map_err(|what| fault(path, &what))
}

fn offers(path: &Path, digest: &str, table: &'static abi::Plugin) -> Result<Vec<ExportedDomain>, String> {
    // SAFETY: `entry` has compared the interface, so that the table has this form, and the array its count.
    let domains = unsafe { slice("domains", table.domains, table.domain_count, most::DOMAINS)? };
    let mut offers: Vec<ExportedDomain> = domains
        .iter()
        .map(|domain| exported(path, domain, table.build.is_null()))
        .collect::<Result<_, _>>()?;
    for exported in &mut offers {
        exported.digest = digest.to_owned();
    }
    if offers.is_empty() {
        return Err("a plugin without a domain (in Rust `declare_domain!` makes one)".to_owned());
    }
    let mut names = BTreeSet::new();
    match offers.iter().find(|exported| !names.insert(exported.name)) {
        Some(exported) => Err(format!("it has two domains called {}", exported.name)),
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
fn entry(path: &Path, limit: u64) -> Result<&'static abi::Plugin, LoadError> {
    let file = |message: &str| LoadError::File {
        path: path.to_owned(),
        message: message.to_owned(),
    };
    if path.is_dir() {
        return Err(file("this is a directory; a plugin is a shared library"));
    }
    let unreadable = |error: std::io::Error| match error.kind() {
        std::io::ErrorKind::NotFound => file("there is no such file"),
        _ => file(&format!("cannot be read: {error}")),
    };
    // The loader of the system would wait for somebody to write to a pipe.
    tdf_files::open(path).map_err(unreadable)?;
    // A bare name would be looked for among the libraries of the system.
    let full = path.canonicalize().map_err(unreadable)?;
    process::loaded(path);
    // Loading runs code of the library: its constructors.
    let library = called(path, LOADING, limit, || {
        // SAFETY: what a library does when it is loaded is its author's, whom the user trusts by naming it.
        unsafe { Library::new(full.as_os_str()) }
    })?;
    let library = library.map_err(|error| {
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
    let table = called(path, "tdf_plugin", limit, || {
        // SAFETY: it takes nothing and returns a pointer, whatever the version.
        unsafe { entry() }
    })?;
    ours(table).map_err(|what| fault(path, &what))
}

/// Runs `work`, which calls the function `function` of the library.
fn called<T>(path: &Path, function: &'static str, limit: u64, work: impl FnOnce() -> T) -> Result<T, LoadError> {
    let call = Call {
        origin: path,
        function,
        limit,
        program: None,
    };
    let (result, kept) = process::in_place(|| watch::during(&call, work));
    match kept {
        Ok(()) => Ok(result),
        Err(what) => Err(fault(path, &what)),
    }
}

/// Compares the first two fields of a table.
fn ours(table: *const abi::Plugin) -> Result<&'static abi::Plugin, String> {
    let again = "build it again with this version of the framework";
    // SAFETY: `tdf_plugin` returned null or a table, of some version, that stays. All versions begin with these fields.
    let head = unsafe { element("table", table.cast::<Head>())? }.ok_or("its `tdf_plugin` returned no table")?;
    if head.api != API {
        let api = head.api;
        return Err(format!(
            "it was built for version {api} of the plugin interface, this tdf has version {API}: {again}"
        ));
    }
    // SAFETY: a text or null, in this version.
    if let Some(build) = unsafe { text("build", head.build)? }.filter(|build| *build != BUILD) {
        return Err(format!(
            "it was built with `{build}`, this tdf with `{BUILD}`: build it again with the same"
        ));
    }
    // SAFETY: the interface is ours, so that the table has this form. It was found to be aligned and not null.
    Ok(unsafe { &*table })
}

/// The first two fields of [`abi::Plugin`], which are the same in every version.
#[repr(C)]
struct Head {
    api: u32,
    build: *const c_char,
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

fn exported(path: &Path, table: &'static abi::Domain, is_unchecked: bool) -> Result<ExportedDomain, String> {
    // SAFETY: null or a text, by the interface.
    let name = unsafe { text("name", table.name)? }.ok_or("a domain without a name")?;
    check_name(name, "a domain")?;
    named(path, name, table, is_unchecked).map_err(|what| format!("the domain {name}: {what}"))
}

fn named(
    path: &Path,
    name: &'static str,
    table: &'static abi::Domain,
    is_unchecked: bool,
) -> Result<ExportedDomain, String> {
    // SAFETY: null or texts, by the interface.
    let (grammar_name, source) = unsafe {
        (
            text("grammar_name", table.grammar_name)?,
            text_within("grammar", table.grammar, raw::LONGEST_GRAMMAR)?,
        )
    };
    let lacks = |what: &str| format!("it has no {what}");
    let grammar_name = grammar_name.ok_or_else(|| lacks("`grammar_name`"))?;
    let source = source.ok_or_else(|| lacks("`grammar`"))?;
    let takes_inputs = table.signature.is_some();
    let required = [
        ("`open`", table.open.is_some()),
        ("`canvas`", table.canvas.is_some() || takes_inputs),
        (
            "`render` or `render_samples`",
            table.render.is_some() || (table.render_samples.is_some() && !takes_inputs),
        ),
        ("`bind`, and has `signature`", table.bind.is_some() || !takes_inputs),
        (
            "`sample_inputs`, and has `signature`",
            table.sample_inputs.is_some() || !takes_inputs,
        ),
    ];
    if let Some((what, _)) = required.iter().find(|(_, there)| !there) {
        return Err(lacks(&format!("function {what}")));
    }
    // SAFETY: arrays with their counts, and texts, by the interface.
    let (features, fingerprint, scope, options) = unsafe {
        let features = slice("features", table.features, table.feature_count, most::FEATURES)?
            .iter()
            .map(|f| text("features", *f));
        let options = slice("options", table.options, table.option_count, most::OPTIONS)?
            .iter()
            .map(|o| option(o));
        (
            features.collect::<Result<Vec<_>, _>>()?,
            text("fingerprint", table.fingerprint)?,
            text_within("scope", table.scope, raw::LONGEST_GRAMMAR)?,
            options.collect::<Result<Vec<_>, _>>()?,
        )
    };
    let options: &'static [OptionSpec] = options.leak();
    let defaults = options.iter().map(|option| (option.name, option.default));
    Options::new(options, defaults).map_err(|error| format!("the default of an option is not allowed: {error}"))?;
    let reading = ReadOptions::with_features(features.into_iter().flatten());
    let grammar = tdf_reader::read_grammar_with(&format!("{grammar_name}.lalrpop"), source, &reading)
        .map_err(|error| format!("its grammar has errors\n{error}"))?;
    if let Some(fingerprint) = fingerprint.filter(|f| *f != grammar.fingerprint) {
        return Err(format!(
            "its grammar has the fingerprint {fingerprint} in the plugin and {} in this tdf: build the plugin again with this \
             version of the framework",
            grammar.fingerprint
        ));
    }
    let names = names(&grammar);
    let language = Language::with_scopes(grammar, &format!("SCOPE of {name}"), scope.unwrap_or_default())
        .map_err(|error| format!("its grammar has errors\n{error}"))?;
    Ok(ExportedDomain {
        name,
        options,
        library: path.to_owned(),
        digest: String::new(),
        language: Arc::new(language),
        names,
        table,
        is_unchecked,
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
/// The texts and the array of `table` are what the interface says, or null.
unsafe fn option(table: &abi::OptionTable) -> Result<OptionSpec, String> {
    // SAFETY: the caller promises that the name is null or a text that stays.
    let name = unsafe { text("name of an option", table.name)? }.ok_or("an option has no name")?;
    check_name(name, "an option")?;
    let field = |field: &str| format!("{field} of the option {name}");
    // SAFETY: the caller promises that texts and words are null or stay; `slice` checks the number of words first.
    let (default, about, words) = unsafe {
        let words = slice(&field("words"), table.words, table.word_count, most::WORDS)?;
        let words = words.iter().map(|word| text(&field("words"), *word));
        (
            text(&field("default_value"), table.default)?,
            text(&field("about"), table.about)?,
            words.collect::<Result<Vec<_>, _>>()?,
        )
    };
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
