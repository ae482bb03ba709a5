//! Program synthesis over user-defined languages, as a library.
//!
//! A grammar in LALRPOP's notation is all that trees, random programs, mutations, edit paths and token masks need:
//!
//! ```
//! use tdf::{Language, Masks, Sampler, Size, Weighting, read_grammar, rng_stream};
//!
//! let grammar = read_grammar("sum.lalrpop", r#"
//!     grammar;
//!     pub Sum: Sum = { "(" "+" <left:Sum> <right:Sum> ")" => Sum::Add { <> }, r"[0-9]" => Sum::Number(<>) };
//! "#)?;
//! let language = Language::new(grammar)?;
//! let (grammar, size) = (language.grammar(), Size::nodes(language.grammar()));
//!
//! // A random program of exactly three nodes.
//! let sampler = Sampler::new(grammar, &size, 3, Weighting::Rules);
//! let program = sampler.sample(grammar.start, &[3], &mut rng_stream(0, 0));
//! assert!(language.print(program.nodes()).starts_with("(+ "));
//!
//! // The tokens that may begin a program.
//! let masks = Masks::new(&language, &size)?;
//! let state = masks.start(grammar.start, Masks::UNBOUNDED).expect("no budget is too small");
//! assert_eq!(masks.allowed(masks.mask_id(&state)).len(), 11);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! A [`Domain`] adds a renderer and a size function. Then there are tasks, training examples and [`search`] over any
//! [`Policy`](search::Policy):
//!
//! ```
//! use tdf::search::{Networks, SearchOptions, Target, search};
//! use tdf::tasks::{TaskOptions, make_tasks};
//!
//! # #[cfg(feature = "domains")] {
//! let domain = tdf::builtin("rainbow").expect("it is linked in").open()?;
//! let tasks = make_tasks(&domain, &TaskOptions::new(2, 1..=1, 0))?;
//! let targets: Vec<Target<'_>> = tasks.iter().map(|task| Target::seen(&task.image)).collect();
//!
//! // Random mutations need no network.
//! let options = SearchOptions { init_sizes: 1..=2, ..SearchOptions::new("random", 200) };
//! let outcomes = search(&domain, &targets, Networks::default(), &options, &mut |_| true)?;
//! assert!(outcomes.iter().all(|outcome| outcome.expansions <= 200));
//! # }
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! With the feature `torch` there are networks: `tdf::train::train` trains one, and `tdf::Run` searches with one:
//!
//! ```no_run
//! # #[cfg(feature = "torch")] {
//! # let target = vec![0u8; 128 * 128];
//! let mut run = tdf::Run::open("examples/checkpoints/csg2d-best")?;
//! let outcomes = run.search(&[tdf::search::Target::seen(&target)])?;
//! println!("{}", run.domain().language().print(outcomes[0].best.program.nodes()));
//! # }
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! | For | Begin with |
//! |---|---|
//! | grammars | [`read_grammar`], [`Language`], [`Size`] |
//! | trees | [`Tree`], [`Sampler`], [`Mutator`], [`EditPath`] |
//! | masks for any model | [`Masks`], [`ProgramTokenizer`] |
//! | a domain | [`Domain`], [`declare_domain!`](tdf_domain::declare_domain), [`plugin`] |
//! | data | [`tasks`], [`examples`] |
//! | search | [`mod@search`] |
//! | configurations | [`Config`] |
//! | solve rates, tables, pages | [`eval`] |
//! | networks (feature `torch`) | `train`, `model`, `Run` |

#![forbid(unsafe_code)]
#![warn(missing_docs)]

#[cfg(feature = "torch")]
mod run;

pub use tdf_config::{Config, ConfigError};
pub use tdf_decode::{
    Decision, DecoderState, GenerationPlan, Hole, MaskError, MaskId, Masks, NotAllowed, PlanError, ProgramTokenizer,
    TokenSequence, Vocabulary, VocabularyId,
};
pub use tdf_domain::{
    Allowed, Canvas, Comparison, Criterion, CriterionError, Domain, DomainError, DynDomain, EXACT, FunctionDomain,
    InputError, Inputs, Measure, Numeral, ObservationPair, ObservationSpec, OptionError, OptionSpec, Options,
    PIXEL_CRITERIA, PUBLIC_CODE, PartialPrograms, PixelTolerance, Program, Refinement, Registration, RenderError,
    Signature, Value, ValueKind, ValueSpec, bind, builtin, builtins, declare_domain, declare_function_domain, distance,
    erase, erase_function, erase_with, from_samples, include_grammar, scaled_down,
};
pub use tdf_grammar::{Grammar, GrammarError, NonterminalId, NonterminalKind, ProductionId, Symbol, TokenId};
pub use tdf_reader::{
    GrammarFileError, ReadOptions, read_grammar, read_grammar_file, read_grammar_file_with, read_grammar_with,
};
pub use tdf_tree::{
    Edit, EditPath, EditSite, EditSites, Language, Mutator, Node, NodeChoice, NodeId, NoiseOptions, ParseError,
    PathOptions, Rng, SampleError, Sampler, Size, SizeError, SizeRange, Tree, Weighting, by_depth, rand, rng_stream,
};
// `inventory::submit!` registers a search method.
pub use tdf_search::inventory;

#[cfg(feature = "torch")]
pub use run::{Run, RunOpenError, RunOptions};

// Linking a crate registers its domains.
#[cfg(feature = "domains")]
use {tdf_csg2d as _, tdf_formulas as _, tdf_lists as _, tdf_rainbow as _, tdf_regress as _, tdf_tinysvg as _};

/// Configurations: keys, bounds, presets.
pub mod config {
    pub use tdf_config::*;
}

/// Plugins: domains in shared libraries and in crates that are built on demand.
pub mod plugin {
    pub use tdf_loader::{
        DomainOverrides, DomainSource, ExportedDomain, LoadError, ResolvedDomain, find, grammar_file, load_library,
        scope_beside,
    };
}

/// Tasks: target images, each with a program that renders to it.
pub mod tasks {
    pub use tdf_data::{
        ExampleRow, ExampleTable, Observed, Task, TaskError, TaskOptions, bind_examples, make_tasks, read_benchmark,
        read_examples, read_tasks, write_tasks,
    };
}

/// Training examples: programs, mutated programs, and the edits that lead back.
pub mod examples {
    pub use tdf_data::{
        BatchLoader, BatchLoaderError, Collate, EncodedEdit, EncodedExample, Example, ExampleEncoder, ExampleOptions,
        ExampleStream, Generation, Labels, Objective, StreamError,
    };
}

/// Search over any policy: methods, networks, outcomes.
pub mod search {
    pub use tdf_search::*;
}

/// Evaluation: solve rates over task sets, comparisons, pages, images.
pub mod eval {
    pub use tdf_eval::*;
}

/// Training of networks.
#[cfg(feature = "torch")]
pub mod train {
    pub use tdf_train::*;
}

/// Networks: policies, values and generators that search asks.
#[cfg(feature = "torch")]
pub mod model {
    pub use tch::Device;
    pub use tdf_model::*;
}
