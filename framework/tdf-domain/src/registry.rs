//! Domains that are linked into the program.

use std::sync::Arc;

use crate::{DomainError, DynDomain, OptionSpec, Options};

/// A registered domain. Made by [`declare_domain!`](crate::declare_domain).
#[derive(Clone, Copy, Debug)]
pub struct Registration {
    /// Name on the command line.
    pub name: &'static str,
    /// The options that it offers.
    pub options: &'static [OptionSpec],
    /// Makes the domain.
    pub make: fn(Options) -> Result<Arc<dyn DynDomain>, DomainError>,
}

impl Registration {
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
#[macro_export]
macro_rules! declare_domain {
    ($type:ty) => {
        $crate::inventory::submit! {
            $crate::Registration {
                name: <$type as $crate::Domain>::NAME,
                options: <$type as $crate::Domain>::OPTIONS,
                make: |options| $crate::erase_with(<$type>::default(), options),
            }
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
        inventory::submit!(Registration {
            name: "second",
            options: &[],
            make
        });
        inventory::submit!(Registration {
            name: "first",
            options: &[],
            make
        });
        assert_eq!(
            builtins().iter().map(|r| r.name).collect::<Vec<_>>(),
            ["first", "second"]
        );
        assert_eq!(builtin("second").map(|r| r.name), Some("second"));
        assert!(builtin("third").is_none());
    }
}
