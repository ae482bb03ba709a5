//! The configuration of a run: every number that training, search and evaluation depend on. No libtorch.
//!
//! [`Config::preset`] gives a configuration, and [`Config::layer`] changes keys from a file and from single settings. Every key
//! has bounds ([`key_bounds`]) and a reference ([`Config::reference`]).
//!
//! ```
//! use tdf_config::Config;
//!
//! let tiny = Config::preset("tiny").unwrap();
//! let config = tiny.layer(None, &["search.beam=16".to_owned()])?;
//! assert_eq!((tiny.search.beam, config.search.beam), (4, 16));
//!
//! let error = tiny.layer(None, &["search.bean=16".to_owned()]).unwrap_err();
//! assert!(error.to_string().contains("search.beam"));
//! # Ok::<(), tdf_config::ConfigError>(())
//! ```

#![forbid(unsafe_code)]
#![warn(missing_docs)]

mod bounds;
mod config;
mod error;
mod interval;
mod key_bounds;
mod model;
mod options;
mod precision;
mod presets;
mod reference;
mod settings;

pub use bounds::key_bounds;
pub use config::{Config, EvaluateConfig, NoiseConfig, ProgramConfig, Schedule, SearchConfig, TrainConfig};
pub use error::ConfigError;
pub use interval::Interval;
pub use key_bounds::{Ends, KeyBounds, Number, Range};
pub use model::{Attention, ImageEncoder, ModelConfig, NumberEmbedding, Position, preset};
pub use precision::Precision;
pub use reference::{Key, KeyGroup, reference_page};
