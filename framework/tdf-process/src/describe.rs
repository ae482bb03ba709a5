//! What a process says of its domain.

use std::path::PathBuf;
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use tdf_domain::{
    Allowed, Canvas, DynDomain, Grammar, Language, ObservationSpec, OptionError, OptionSpec, Options, Provenance,
    Signature, Size, ValueKind,
};
use tdf_grammar::Label;

use crate::child::{CallError, Child, Command};
use crate::domain::{Parts, Served};
use crate::frame::{Frame, Function, PROTOCOL};
use crate::pool::Pool;

/// A process that is no domain, or none that can be used.
#[derive(Clone, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ProcessError {
    /// It does not do what the protocol says, in words that follow the name of its command.
    #[error("{0}")]
    Process(String),
    /// An option that the domain does not have, or a value that it does not take.
    #[error("{0}")]
    Option(#[from] OptionError),
    /// A size function that does not fit the grammar.
    #[error("size: {0}")]
    Size(String),
}

impl From<CallError> for ProcessError {
    fn from(error: CallError) -> Self {
        Self::Process(error.to_string())
    }
}

/// What a process is told: the names of the numbers in the nodes of a program.
#[derive(Serialize)]
struct Names<'g> {
    protocol: u32,
    productions: Vec<Production<'g>>,
    tokens: Vec<&'g str>,
}

#[derive(Serialize)]
struct Production<'g> {
    label: &'g str,
    rule: &'g str,
    /// The names of the children, null for one without a name.
    fields: Vec<Option<&'g str>>,
}

impl<'g> Names<'g> {
    fn of(grammar: &'g Grammar) -> Self {
        let production = |production: &tdf_grammar::Production| {
            let rule = &*grammar.nonterminals[production.nonterminal.index()].name;
            let alternative = &grammar.alternatives[production.alternative.index()];
            let fields = alternative.fields.iter().map(|field| field.name.as_deref());
            Production {
                label: match &alternative.label {
                    Label::Variant(label) => label,
                    _ => rule,
                },
                rule,
                // The children of a leaf are characters.
                fields: fields.filter(|_| !production.leaf).collect(),
            }
        };
        Self {
            protocol: PROTOCOL,
            productions: grammar.productions.iter().map(production).collect(),
            tokens: grammar.tokens.iter().map(|token| &*token.text).collect(),
        }
    }
}

/// What a process says of its domain before it is opened.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Description {
    protocol: u32,
    name: String,
    #[serde(default)]
    functions: Vec<String>,
    #[serde(default)]
    criteria: Vec<String>,
    #[serde(default)]
    palette: Vec<[u8; 3]>,
    #[serde(default)]
    size: Option<String>,
    #[serde(default)]
    options: Vec<OptionDescription>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct OptionDescription {
    name: String,
    default: String,
    #[serde(default)]
    about: String,
    #[serde(default)]
    words: Vec<String>,
    #[serde(default)]
    least: u32,
    #[serde(default)]
    greatest: u32,
}

/// What a process says of observations when it is opened.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "snake_case")]
enum Observations {
    Canvas {
        width: u32,
        height: u32,
        channels: u32,
        background: u32,
    },
    Signature {
        arguments: (usize, usize),
        argument_kinds: Vec<String>,
        output_kinds: Vec<String>,
        max_output: u32,
    },
}

/// A domain of a process that runs, to be opened.
#[derive(Clone)]
pub struct ProcessDomain {
    /// Name on the command line.
    pub name: &'static str,
    /// Its options.
    pub options: &'static [OptionSpec],
    command: Command,
    most: usize,
    functions: Vec<Function>,
    criteria: &'static [&'static str],
    palette: &'static [[u8; 3]],
    size: Option<String>,
    language: Arc<Language>,
    describe: Frame,
}

impl std::fmt::Debug for ProcessDomain {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("ProcessDomain").field(&self.name).finish()
    }
}

/// Starts a command and asks which domain it is, for programs of `language`. At most `most` processes run at once.
///
/// # Errors
/// A command that does not start, or does not do what the protocol says.
pub fn launch(command: Command, most: usize, language: Arc<Language>) -> Result<ProcessDomain, ProcessError> {
    let names = Names::of(language.written());
    let describe = Frame::new(Function::Describe as u8).bytes(&serde_json::to_vec(&names).unwrap_or_default());
    let mut child = Child::start(&command)?;
    let description: Description = parsed("describe", &child.call(describe.clone())?)?;
    let fault = |what: String| ProcessError::Process(format!("describes no domain: {what}"));
    if description.protocol != PROTOCOL {
        return Err(fault(format!(
            "it speaks version {} of the protocol, this tdf version {PROTOCOL}",
            description.protocol
        )));
    }
    for name in std::iter::once(&description.name).chain(description.options.iter().map(|option| &option.name)) {
        check_name(name).map_err(fault)?;
    }
    let mut functions = Vec::new();
    for name in &description.functions {
        let known = Function::ALL.into_iter().find(|function| function.name() == name);
        functions.push(known.ok_or_else(|| fault(format!("there is no function {name:?}")))?);
    }
    let options: Vec<OptionSpec> = description.options.into_iter().map(option).collect();
    let options: &'static [OptionSpec] = options.leak();
    let defaults = options.iter().map(|option| (option.name, option.default));
    Options::new(options, defaults)
        .map_err(|error| fault(format!("the default of an option is not allowed: {error}")))?;
    let mut criteria: Vec<&'static str> = Vec::new();
    for name in description.criteria {
        if name.is_empty() || criteria.contains(&&*name) {
            return Err(fault(
                "its criteria have a name that is empty, or the same name twice".to_owned(),
            ));
        }
        criteria.push(name.leak());
    }
    if criteria.is_empty() && functions.contains(&Function::Solved) {
        criteria.push("solved");
    }
    Ok(ProcessDomain {
        name: description.name.leak(),
        options,
        command,
        most,
        functions,
        criteria: criteria.leak(),
        palette: description.palette.leak(),
        size: description.size,
        language,
        describe,
    })
}

impl ProcessDomain {
    /// The language of its programs.
    pub fn language(&self) -> &Arc<Language> {
        &self.language
    }

    /// The file that the command runs: its first word behind the program that is a file, else the program.
    pub fn script(&self) -> PathBuf {
        let words = &self.command.words;
        let paths = words.iter().skip(1).map(|word| self.command.folder.join(word));
        let script = paths.into_iter().find(|path| path.is_file());
        script.unwrap_or_else(|| words.first().map(PathBuf::from).unwrap_or_default())
    }

    /// Opens the domain with names and values of options. `language` is that of [`ProcessDomain::language`], perhaps with other names in
    /// scope; `size` replaces the size function of the process.
    ///
    /// # Errors
    /// Options that it does not have, a process that does not open it, impossible observations, a size function that does not fit.
    pub fn open(
        &self,
        options: &[(&str, &str)],
        language: Arc<Language>,
        size: Option<&str>,
        provenance: Provenance,
    ) -> Result<Arc<dyn DynDomain>, ProcessError> {
        let options = Options::new(self.options, options.iter().copied())?;
        let values: serde_json::Map<String, serde_json::Value> = options
            .iter()
            .map(|(name, value)| (name.to_owned(), value.into()))
            .collect();
        let open = Frame::new(Function::Open as u8).bytes(&serde_json::to_vec(&values).unwrap_or_default());
        let mut child = Child::start(&self.command)?;
        child.call(self.describe.clone())?;
        let observations: Observations = parsed("open", &child.call(open.clone())?)?;
        let fault = |what: String| ProcessError::Process(format!("does not open: {what}"));
        let (observation, signature) = observations.checked().map_err(fault)?;
        let required = match signature {
            Some(_) => &[Function::Render, Function::SampleInputs][..],
            None => &[Function::Render],
        };
        if let Some(missing) = required.iter().find(|function| !self.functions.contains(function)) {
            return Err(fault(format!("it has no function {}", missing.name())));
        }
        let size = match size.or(self.size.as_deref()) {
            Some(text) => Size::parse(language.written(), text),
            None => Ok(Size::nodes(language.written())),
        };
        let size = size.map_err(|error| ProcessError::Size(error.message))?;
        let criteria = match (self.criteria.is_empty(), signature) {
            (false, _) | (_, Some(_)) => self.criteria,
            (true, None) => tdf_domain::PIXEL_CRITERIA,
        };
        let pool = Pool::new(
            self.command.clone(),
            self.most,
            vec![self.describe.clone(), open],
            child,
        );
        Ok(Arc::new(Served::of(Parts {
            pool,
            name: self.name,
            provenance,
            size: language.size_of_written(&size),
            language,
            observation,
            signature,
            options,
            palette: self.palette,
            own_criteria: criteria.len(),
            criteria: tdf_domain::with_exact(criteria).leak(),
            functions: self.functions.clone(),
            faults: Default::default(),
        })))
    }
}

impl Observations {
    /// The form of observations, and what programs take and give where they take inputs.
    fn checked(self) -> Result<(ObservationSpec, Option<Signature>), String> {
        match self {
            Self::Canvas {
                width,
                height,
                channels,
                background,
            } => {
                let canvas = Canvas::described(width, height, channels, background)?;
                Ok((ObservationSpec::Image(canvas), None))
            }
            Self::Signature {
                arguments,
                argument_kinds,
                output_kinds,
                max_output,
            } => {
                let argument_kinds = kinds("arguments", &argument_kinds)?;
                let output_kinds = kinds("outputs", &output_kinds)?;
                let signature = Signature::described(arguments, argument_kinds, output_kinds, max_output)?;
                Ok((ObservationSpec::unbound_outputs(signature), Some(signature)))
            }
        }
    }
}

fn kinds(what: &str, names: &[String]) -> Result<Vec<ValueKind>, String> {
    let known = || ValueKind::ALL.map(|kind| kind.name()).join(", ");
    let mut kinds = Vec::new();
    for name in names {
        let kind = ValueKind::ALL.into_iter().find(|kind| kind.name() == name);
        let kind = kind.ok_or_else(|| format!("the kind {name:?} of its {what} is none of {}", known()))?;
        if !kinds.contains(&kind) {
            kinds.push(kind);
        }
    }
    match kinds.is_empty() {
        true => Err(format!("its {what} have no kinds; there are {}", known())),
        false => Ok(kinds),
    }
}

fn option(option: OptionDescription) -> OptionSpec {
    let words: Vec<&'static str> = option.words.into_iter().map(|word| &*word.leak()).collect();
    OptionSpec {
        name: option.name.leak(),
        default: option.default.leak(),
        about: option.about.leak(),
        allowed: match words.is_empty() {
            true => Allowed::Whole {
                least: option.least,
                greatest: option.greatest,
            },
            false => Allowed::OneOf(words.leak()),
        },
    }
}

fn check_name(name: &str) -> Result<(), String> {
    let allowed = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-' || c == '_';
    if !name.is_empty() && name.chars().all(allowed) {
        return Ok(());
    }
    Err(format!("{name:?} is no name: use lower-case letters, digits, - and _"))
}

fn parsed<'a, T: Deserialize<'a>>(function: &str, payload: &'a [u8]) -> Result<T, ProcessError> {
    serde_json::from_slice(payload).map_err(|error| {
        let beginning = String::from_utf8_lossy(&payload[..payload.len().min(200)]);
        ProcessError::Process(format!("answered `{function}` with {beginning}: {error}"))
    })
}
