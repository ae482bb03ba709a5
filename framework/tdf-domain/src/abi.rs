//! The C boundary between the program and a shared library with domains: what `include/tdf_plugin.h` says, in Rust.
//!
//! A library exports one function, [`SYMBOL`], which returns a [`Plugin`]. The first two fields of it are compared with
//! [`API`] and [`BUILD`] before anything else is read or called. Texts are UTF-8 and end with a zero byte. Whatever a
//! table points to lives as long as the process: libraries are never unloaded. What a function gets may be used until it
//! returns, but for [`Names`], which stay, and [`Inputs`], which stay until the domain that is bound to them is closed.

use std::ffi::{CStr, c_char, c_void};

use tdf_tree::Node;

/// Version of this interface. It rises with every change of a table.
pub const API: u32 = 7;

/// Name of the exported function, an [`Entry`].
pub const SYMBOL: &CStr = c"tdf_plugin";

/// What built this crate. Plugins in Rust have to be built by the same: productions are numbered by the version of the
/// framework, and no other pair of compilers is ever tested.
pub const BUILD: &str = concat!(
    "tdf ",
    env!("CARGO_PKG_VERSION"),
    ", ",
    env!("TDF_RUSTC"),
    ", ",
    env!("TDF_TARGET")
);

/// The exported function.
pub type Entry = unsafe extern "C" fn() -> *const Plugin;

/// What a library offers.
#[derive(Clone, Copy, Debug)]
#[repr(C)]
pub struct Plugin {
    /// [`API`].
    pub api: u32,
    /// [`BUILD`]; null in plugins that are not written in Rust.
    pub build: *const c_char,
    /// The domains.
    pub domains: *const Domain,
    /// Their number.
    pub domain_count: usize,
}

/// Takes text: `write(to, bytes, length)`, any number of times.
#[derive(Clone, Copy, Debug)]
#[repr(C)]
pub struct Sink {
    /// The first argument of `write`.
    pub to: *mut c_void,
    /// Appends `length` bytes of UTF-8.
    pub write: unsafe extern "C" fn(to: *mut c_void, bytes: *const u8, length: usize),
}

/// Names of the ids in a [`Node`], for plugins without typed trees. They stay as long as the process.
#[derive(Clone, Copy, Debug)]
#[repr(C)]
pub struct Names {
    /// By production: the label of its alternative, else the name of its rule.
    pub productions: *const *const c_char,
    /// By production: the name of its rule.
    pub rules: *const *const c_char,
    /// Number of productions.
    pub production_count: usize,
    /// By token: its text.
    pub tokens: *const *const c_char,
    /// Number of tokens.
    pub token_count: usize,
}

/// See [`crate::Canvas`].
#[derive(Clone, Copy, Debug, Default)]
#[repr(C)]
pub struct Canvas {
    /// Pixels in a row.
    pub width: u32,
    /// Rows.
    pub height: u32,
    /// 1 or 3.
    pub channels: u32,
    /// Value of every sample of an empty image, at most 255.
    pub background: u32,
}

/// See [`crate::OptionSpec`].
#[derive(Clone, Copy, Debug)]
#[repr(C)]
pub struct OptionTable {
    /// Name, lower case.
    pub name: *const c_char,
    /// Value unless set.
    pub default: *const c_char,
    /// What it is, in one line.
    pub about: *const c_char,
    /// The words that may be set.
    pub words: *const *const c_char,
    /// Their number; 0 for an option of whole numbers.
    pub word_count: usize,
    /// The least number.
    pub least: u32,
    /// The greatest number.
    pub greatest: u32,
}

/// See [`crate::PartialPrograms`].
#[derive(Clone, Copy, Debug)]
#[repr(C)]
pub struct PartialPrograms {
    /// Label of the alternative.
    pub alternative: *const c_char,
    /// The child that is the program so far.
    pub partial: u32,
    /// The child that is the piece.
    pub piece: u32,
    /// The greatest size of a piece.
    pub size: u32,
}

/// See [`crate::Measure`].
#[derive(Clone, Copy, Debug, Default)]
#[repr(C)]
pub struct Measure {
    /// The value.
    pub value: f64,
    /// The value that decides.
    pub threshold: f64,
    /// How the value has to compare with it: an index into [`COMPARISONS`].
    pub comparison: u32,
}

/// The numbers of comparisons.
pub const COMPARISONS: [crate::Comparison; 4] = [
    crate::Comparison::AtLeast,
    crate::Comparison::MoreThan,
    crate::Comparison::AtMost,
    crate::Comparison::LessThan,
];

/// The value that a rendering function returns if the program has no image.
pub const NO_IMAGE: i64 = -1;

/// What functions return if the plugin failed: a panic.
pub const FAULT: i64 = -2;

/// Renders the program `nodes` (`count` of them, in pre-order) into `image`. Returns the number of bytes that it rendered,
/// which has to be `bytes`, or [`NO_IMAGE`] or [`FAULT`] with a message.
pub type Render = unsafe extern "C" fn(
    domain: *mut c_void,
    nodes: *const Node,
    count: usize,
    image: *mut u8,
    bytes: usize,
    message: *const Sink,
) -> i64;

/// [`Render`] into samples from 0 (black) to 1.
pub type RenderSamples = unsafe extern "C" fn(
    domain: *mut c_void,
    nodes: *const Node,
    count: usize,
    samples: *mut f32,
    length: usize,
    message: *const Sink,
) -> i64;

/// [`Render`] with a seed.
pub type RenderSeeded = unsafe extern "C" fn(
    domain: *mut c_void,
    nodes: *const Node,
    count: usize,
    seed: u64,
    image: *mut u8,
    bytes: usize,
    message: *const Sink,
) -> i64;

/// A value of a program: see [`crate::Value`].
#[derive(Clone, Copy, Debug)]
#[repr(C)]
pub struct Value {
    /// The number of its [`crate::ValueKind`].
    pub kind: u32,
    /// Bytes of a text, numbers in a list, else 1.
    pub length: u32,
    /// UTF-8 of a text, `i64` of whole numbers, `f64` of real numbers, a byte of a Boolean.
    pub data: *const c_void,
}

/// See [`crate::Inputs`].
#[derive(Clone, Copy, Debug)]
#[repr(C)]
pub struct Inputs {
    /// Row after row.
    pub values: *const Value,
    /// Number of rows.
    pub rows: usize,
    /// Values in a row.
    pub arguments: usize,
}

/// Takes rows of inputs: `row(to, values, count)`, once for each row.
#[derive(Clone, Copy, Debug)]
#[repr(C)]
pub struct RowSink {
    /// The first argument of `row`.
    pub to: *mut c_void,
    /// Appends a row of `count` values.
    pub row: unsafe extern "C" fn(to: *mut c_void, values: *const Value, count: usize),
}

/// See [`crate::Signature`].
#[derive(Clone, Copy, Debug, Default)]
#[repr(C)]
pub struct Signature {
    /// The least number of arguments.
    pub least_arguments: u32,
    /// The greatest number of arguments.
    pub greatest_arguments: u32,
    /// The kinds of arguments: the bit `1 << kind` for each.
    pub argument_kinds: u32,
    /// The kinds of outputs, in the same way.
    pub output_kinds: u32,
    /// The usual kind of an output.
    pub usual_output: u32,
    /// Bytes of the longest output.
    pub max_output: u32,
}

/// A domain. Functions that are null have the meaning of the defaults of [`crate::Domain`], or of [`crate::FunctionDomain`] if there
/// is a `signature`. Required are `name`, `grammar_name`, `grammar`, `open`, and `render` or `render_samples`; and `canvas` for
/// images; and `render`, `bind` and `sample_inputs` for programs with inputs. All are called by many threads at once; `close`
/// comes last.
#[derive(Clone, Copy, Debug)]
#[repr(C)]
pub struct Domain {
    /// Whatever the plugin likes: the first argument of `open`.
    pub context: *const c_void,
    /// Name on the command line, lower case.
    pub name: *const c_char,
    /// Name of the grammar: the stem of its file.
    pub grammar_name: *const c_char,
    /// Text of the grammar file.
    pub grammar: *const c_char,
    /// The features that it is read with.
    pub features: *const *const c_char,
    /// Their number.
    pub feature_count: usize,
    /// Fingerprint of the grammar as the plugin's own reader knows it; null if it has no reader.
    pub fingerprint: *const c_char,
    /// Options that a user may set.
    pub options: *const OptionTable,
    /// Their number.
    pub option_count: usize,
    /// See [`crate::Domain::PALETTE`].
    pub palette: *const [u8; 3],
    /// Number of colours.
    pub palette_count: usize,
    /// Names of the success criteria, the default first, see [`crate::Domain::CRITERIA`]. Null: those for colour images, or
    /// `solved` alone if there is a function `solved`.
    pub criteria: *const *const c_char,
    /// Their number.
    pub criterion_count: usize,
    /// What counts as small, as in `Circle,Quad=2`, `nodes` or `tokens`; null for nodes. Not read if there is `weights`.
    pub size: *const c_char,
    /// A TOML document with the table `scope`, see [`crate::Domain::SCOPE`]; null for none. Programs that the functions get are
    /// those of the grammar as it is written, with every name in scope.
    pub scope: *const c_char,
    /// Makes a domain for one value per option. Null, with a message, if it cannot.
    pub open: Option<
        unsafe extern "C" fn(
            context: *const c_void,
            names: *const Names,
            values: *const *const c_char,
            message: *const Sink,
        ) -> *mut c_void,
    >,
    /// Frees what `open` made.
    pub close: Option<unsafe extern "C" fn(domain: *mut c_void)>,
    /// The form of the images.
    pub canvas: Option<unsafe extern "C" fn(domain: *mut c_void, canvas: *mut Canvas)>,
    /// Writes the weight of every production, see [`crate::Size`].
    pub weights: Option<unsafe extern "C" fn(domain: *mut c_void, weights: *mut u32, count: usize)>,
    /// See [`crate::Domain::render`].
    pub render: Option<Render>,
    /// Called if `render` is null.
    pub render_samples: Option<RenderSamples>,
    /// See [`crate::Domain::observe_target`]; null if the observation of a target is its image.
    pub observe_target: Option<RenderSeeded>,
    /// See [`crate::Domain::observe_current`].
    pub observe_current: Option<RenderSeeded>,
    /// See [`crate::Domain::solved`]: 1 or 0; `criterion` is an index into `criteria`.
    pub solved: Option<
        unsafe extern "C" fn(
            domain: *mut c_void,
            criterion: u32,
            image: *const u8,
            target: *const u8,
            bytes: usize,
            message: *const Sink,
        ) -> i64,
    >,
    /// See [`crate::Domain::measure`]: 1 if it has written the measure, and its name into `name`; 0 if there is none. Null: that of
    /// the criteria for colour images if `solved` is null too, else none.
    pub measure: Option<
        unsafe extern "C" fn(
            domain: *mut c_void,
            criterion: u32,
            image: *const u8,
            target: *const u8,
            bytes: usize,
            measure: *mut Measure,
            name: *const Sink,
            message: *const Sink,
        ) -> i64,
    >,
    /// See [`crate::Domain::distance`]. [`FAULT`] if it failed; like all negative numbers, infinity and NaN it counts as the
    /// greatest distance.
    pub distance: Option<
        unsafe extern "C" fn(
            domain: *mut c_void,
            image: *const u8,
            target: *const u8,
            bytes: usize,
            message: *const Sink,
        ) -> f64,
    >,
    /// See [`crate::Domain::is_uninformative`]: 1 or 0.
    pub is_uninformative:
        Option<unsafe extern "C" fn(domain: *mut c_void, image: *const u8, bytes: usize, message: *const Sink) -> i64>,
    /// See [`crate::Domain::svg`]: 1 if it has written the document into `svg`, 0 if there is none.
    pub svg: Option<
        unsafe extern "C" fn(
            domain: *mut c_void,
            nodes: *const Node,
            count: usize,
            svg: *const Sink,
            message: *const Sink,
        ) -> i64,
    >,
    /// See [`crate::Domain::canonical`]: 1 if it has written the text of the canonical program into `text`, 0 if there is none.
    pub canonical: Option<
        unsafe extern "C" fn(
            domain: *mut c_void,
            nodes: *const Node,
            count: usize,
            text: *const Sink,
            message: *const Sink,
        ) -> i64,
    >,
    /// See [`crate::Domain::PARTIAL_PROGRAMS`]; null if programs do not grow.
    pub partial_programs: *const PartialPrograms,
    /// What programs take and give: see [`crate::FunctionDomain::signature`]. Null: programs take no inputs, and have images.
    pub signature: Option<unsafe extern "C" fn(domain: *mut c_void, signature: *mut Signature)>,
    /// Makes the domain whose programs run on `inputs`, which stay until it is closed. `domain`, which `open` made, is closed later.
    /// Null, with a message, if it cannot.
    pub bind:
        Option<unsafe extern "C" fn(domain: *mut c_void, inputs: *const Inputs, message: *const Sink) -> *mut c_void>,
    /// See [`crate::FunctionDomain::sample_inputs`]. Returns 0, or [`FAULT`] with a message.
    pub sample_inputs:
        Option<unsafe extern "C" fn(domain: *mut c_void, seed: u64, rows: *const RowSink, message: *const Sink) -> i64>,
    /// See [`crate::FunctionDomain::constants`]: writes the texts, each with a zero byte behind it. `domain` is bound. Returns 0, or
    /// [`FAULT`] with a message.
    pub constants: Option<
        unsafe extern "C" fn(
            domain: *mut c_void,
            target: *const u8,
            bytes: usize,
            texts: *const Sink,
            message: *const Sink,
        ) -> i64,
    >,
    /// See [`crate::FunctionDomain::refined`]: 1 if it has written the text of a program, 0 if there is no better one. It writes the
    /// number of runs. `domain` is bound. Null if there is nothing to fit.
    pub refined: Option<
        unsafe extern "C" fn(
            domain: *mut c_void,
            nodes: *const Node,
            count: usize,
            target: *const u8,
            bytes: usize,
            text: *const Sink,
            runs: *mut u32,
            message: *const Sink,
        ) -> i64,
    >,
    /// See [`crate::FunctionDomain::shown`]: 1 if it has written the form into `text`, 0 if there is none.
    pub shown: Option<
        unsafe extern "C" fn(
            domain: *mut c_void,
            nodes: *const Node,
            count: usize,
            text: *const Sink,
            message: *const Sink,
        ) -> i64,
    >,
}
