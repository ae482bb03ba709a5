//! Domains that are linked into the program.

use std::sync::Arc;

use crate::{Domain, DomainError, DynDomain, FunctionDomain, OptionSpec, Options, PartialPrograms, Program};

/// A registered domain. Made by [`declare_domain!`](crate::declare_domain).
#[derive(Clone, Copy, Debug)]
pub struct Registration {
    /// Name on the command line.
    pub name: &'static str,
    /// Name of its grammar: the stem of the file.
    pub grammar_name: &'static str,
    /// Text of the grammar file.
    pub grammar: &'static str,
    /// The features that it is read with.
    pub grammar_features: &'static [&'static str],
    /// The options that it offers.
    pub options: &'static [OptionSpec],
    /// See [`Domain::PALETTE`](crate::Domain::PALETTE).
    pub palette: &'static [[u8; 3]],
    /// See [`Domain::CRITERIA`](crate::Domain::CRITERIA).
    pub criteria: &'static [&'static str],
    /// See [`Domain::OBSERVATION_MODEL`](crate::Domain::OBSERVATION_MODEL).
    pub has_observation_model: bool,
    /// See [`Domain::PARTIAL_PROGRAMS`](crate::Domain::PARTIAL_PROGRAMS).
    pub partial_programs: Option<PartialPrograms>,
    /// See [`Domain::SCOPE`](crate::Domain::SCOPE).
    pub scope: &'static str,
    /// Whether programs take inputs: see [`FunctionDomain`].
    pub takes_inputs: bool,
    /// See [`FunctionDomain::REFINES`].
    pub refines: bool,
    /// Says which crate a library was built from: `tdf-plugin-crate:`, the folder of the crate, and `;`. Libraries of crates
    /// that share a target folder and have the same name are told apart by it.
    pub built_from: &'static str,
    /// Makes the domain.
    pub make: fn(Options) -> Result<Arc<dyn DynDomain>, DomainError>,
    /// Makes the domain without names in scope: its trees are those of the grammar as it is written.
    pub make_unscoped: fn(Options) -> Result<Arc<dyn DynDomain>, DomainError>,
}

impl Registration {
    /// What [`declare_domain!`](crate::declare_domain) registers for a domain that `make` makes.
    pub const fn of<D: Domain>(
        built_from: &'static str,
        make: fn(Options) -> Result<Arc<dyn DynDomain>, DomainError>,
        make_unscoped: fn(Options) -> Result<Arc<dyn DynDomain>, DomainError>,
    ) -> Self {
        Self {
            name: D::NAME,
            grammar_name: D::Program::GRAMMAR_NAME,
            grammar: D::Program::GRAMMAR,
            grammar_features: D::Program::GRAMMAR_FEATURES,
            options: D::OPTIONS,
            palette: D::PALETTE,
            criteria: D::CRITERIA,
            has_observation_model: D::OBSERVATION_MODEL,
            partial_programs: D::PARTIAL_PROGRAMS,
            scope: D::SCOPE,
            takes_inputs: false,
            refines: false,
            built_from,
            make,
            make_unscoped,
        }
    }

    /// What [`declare_function_domain!`](crate::declare_function_domain) registers for a domain that `make` makes.
    pub const fn of_function<D: FunctionDomain>(
        built_from: &'static str,
        make: fn(Options) -> Result<Arc<dyn DynDomain>, DomainError>,
        make_unscoped: fn(Options) -> Result<Arc<dyn DynDomain>, DomainError>,
    ) -> Self {
        Self {
            name: D::NAME,
            grammar_name: D::Program::GRAMMAR_NAME,
            grammar: D::Program::GRAMMAR,
            grammar_features: D::Program::GRAMMAR_FEATURES,
            options: D::OPTIONS,
            palette: &[],
            criteria: D::CRITERIA,
            has_observation_model: false,
            partial_programs: None,
            scope: D::SCOPE,
            takes_inputs: true,
            refines: D::REFINES,
            built_from,
            make,
            make_unscoped,
        }
    }

    /// The domain, its options at their defaults.
    ///
    /// # Errors
    /// See [`DomainError`].
    pub fn open(&self) -> Result<Arc<dyn DynDomain>, DomainError> {
        self.open_with([])
    }

    /// The domain with `given` names and values of options.
    ///
    /// # Errors
    /// See [`DomainError`].
    pub fn open_with<'a>(
        &self,
        given: impl IntoIterator<Item = (&'a str, &'a str)>,
    ) -> Result<Arc<dyn DynDomain>, DomainError> {
        (self.make)(Options::new(self.options, given)?)
    }
}

inventory::collect!(Registration);

/// Registers a [`Domain`](crate::Domain): `declare_domain!(Rainbow)`. The type implements [`Default`], which makes it.
///
/// A program that links the crate finds the domain among its [`builtins`](crate::builtins); a shared library of the crate
/// (`crate-type = ["cdylib", "rlib"]`) offers it to every `tdf`.
#[macro_export]
macro_rules! declare_domain {
    ($type:ty) => {
        $crate::inventory::submit! {
            $crate::Registration::of::<$type>(
                ::core::concat!("tdf-plugin-crate:", ::core::env!("CARGO_MANIFEST_DIR"), ";"),
                |options| $crate::erase_with(<$type>::default(), options),
                |options| $crate::erase_unscoped(<$type>::default(), options),
            )
        }
    };
}

/// Registers a [`FunctionDomain`](crate::FunctionDomain), as [`declare_domain!`] registers a [`Domain`](crate::Domain).
#[macro_export]
macro_rules! declare_function_domain {
    ($type:ty) => {
        $crate::inventory::submit! {
            $crate::Registration::of_function::<$type>(
                ::core::concat!("tdf-plugin-crate:", ::core::env!("CARGO_MANIFEST_DIR"), ";"),
                |options| $crate::erase_function_with(<$type>::default(), options),
                |options| $crate::erase_function_unscoped(<$type>::default(), options),
            )
        }
    };
}

/// All registered domains, by name.
pub fn builtins() -> Vec<&'static Registration> {
    let mut all: Vec<_> = inventory::iter::<Registration>.into_iter().collect();
    all.sort_by_key(|r| r.name);
    all
}

/// The registered domain called `name`.
///
/// # Examples
///
/// ```
/// // Linking the crate of a domain registers it.
/// use tdf_rainbow as _;
///
/// let rainbow = tdf_domain::builtin("rainbow").expect("it is linked in");
/// assert_eq!(rainbow.open()?.name(), "rainbow");
/// assert!(tdf_domain::builtin("monochrome").is_none());
/// # Ok::<(), tdf_domain::DomainError>(())
/// ```
pub fn builtin(name: &str) -> Option<&'static Registration> {
    builtins().into_iter().find(|r| r.name == name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn registered_domains_are_found_by_name_and_sorted() {
        fn make(_: Options) -> Result<Arc<dyn DynDomain>, DomainError> {
            unreachable!("this test opens nothing")
        }
        const NAMELESS: Registration = Registration {
            name: "",
            grammar_name: "",
            grammar: "",
            grammar_features: &[],
            options: &[],
            palette: &[],
            criteria: crate::PIXEL_CRITERIA,
            has_observation_model: false,
            partial_programs: None,
            scope: "",
            takes_inputs: false,
            refines: false,
            built_from: "",
            make,
            make_unscoped: make,
        };
        inventory::submit!(Registration {
            name: "second",
            ..NAMELESS
        });
        inventory::submit!(Registration {
            name: "first",
            ..NAMELESS
        });
        assert_eq!(
            builtins().iter().map(|r| r.name).collect::<Vec<_>>(),
            ["first", "second"]
        );
        assert_eq!(builtin("second").map(|r| r.name), Some("second"));
        assert!(builtin("third").is_none());
    }
}
