//! Writes the crate of a new language: `tdf new my-dsl`.
//!
//! ```
//! use tdf_new::{Framework, Template, create};
//!
//! let parent = tempfile::tempdir()?;
//! let created = create(&parent.path().join("my-dsl"), Template::Images, &Framework::own()?, &["rainbow"])?;
//! assert_eq!(created.name, "my-dsl");
//! assert!(created.files.contains(&"my-dsl.lalrpop".to_owned()));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! What is written is the crate in `template/`, or with [`Template::Function`] that of a language whose programs take inputs, under another name and with its dependencies on tdf pointing at a
//! [`Framework`]: a grammar, a renderer, a size function, a test and the files around them. It builds, passes its
//! conformance test and trains as it is.

#![forbid(unsafe_code)]
#![warn(missing_docs)]

mod create;
mod error;
mod framework;
mod name;
mod template;

pub use create::{Created, create};
pub use error::NewError;
pub use framework::Framework;
pub use name::NameFault;
pub use template::Template;
