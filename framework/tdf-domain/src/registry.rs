//! Domains that are linked into the program.

use std::sync::Arc;

use crate::{DomainError, DynDomain};

/// A registered domain. Made by [`declare_domain!`](crate::declare_domain).
#[derive(Clone, Copy, Debug)]
pub struct Registration {
    /// Name on the command line.
    pub name: &'static str,
    /// Makes the domain.
    pub open: fn() -> Result<Arc<dyn DynDomain>, DomainError>,
}

inventory::collect!(Registration);

/// Registers a [`Domain`](crate::Domain): `declare_domain!(Rainbow)`. The type implements [`Default`], which makes it.
#[macro_export]
macro_rules! declare_domain {
    ($type:ty) => {
        $crate::inventory::submit! {
            $crate::Registration {
                name: <$type as $crate::Domain>::NAME,
                open: || $crate::erase(<$type>::default()),
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
        fn open() -> Result<Arc<dyn DynDomain>, DomainError> {
            unreachable!("this test opens nothing")
        }
        inventory::submit!(Registration { name: "second", open });
        inventory::submit!(Registration { name: "first", open });
        assert_eq!(
            builtins().iter().map(|r| r.name).collect::<Vec<_>>(),
            ["first", "second"]
        );
        assert_eq!(builtin("second").map(|r| r.name), Some("second"));
        assert!(builtin("third").is_none());
    }
}
