//! The conformance suite that every domain runs in one line, and golden images.
//!
//! ```
//! use tdf_rainbow::Rainbow;
//! use tdf_testkit::Fixture;
//!
//! let fixture = Fixture::<Rainbow>::new();
//! tdf_testkit::parse_print(&fixture);
//! tdf_testkit::rendering(&fixture);
//! assert_eq!(fixture.programs_of_size(3, 5).len(), 5);
//! ```
//!
//! In `tests/it/main.rs` of a plugin:
//!
//! ```text
//! use tdf_rainbow::Rainbow;
//!
//! tdf_testkit::conformance!(Rainbow);
//! tdf_testkit::golden!(Rainbow, "tests/golden");
//! ```
//!
//! Beyond that it has [`svg_images`], [`steady`], [`deep()`](crate::deep()) and, for `benches/`, [`bench!`].
//!
//! Random programs come from a fixed seed; `TDF_SEED` sets another one, and every failure names it.

#![warn(missing_docs)]

mod coarse;
mod deep;
mod distances;
mod fixture;
mod function;
mod golden;
mod images;
mod language;
mod memory;
mod rendering;
mod search;
mod speed;
mod told;

pub use coarse::coarse;
pub use criterion::Criterion;
pub use deep::deep;
pub use distances::distances;
pub use fixture::Fixture;
pub use function::{Function, other_programs, outputs_compare, running, sampled_inputs};
pub use golden::{Compare, Golden, golden, golden_by};
pub use images::{canonical, criteria, observations, rendering, svg};
pub use language::{lalrpop_agrees, parse_print, sizes, typed_trees};
pub use memory::{Counting, steady};
pub use rendering::svg_images;
pub use search::{edit_paths, masks, mutations, mutations_by};
pub use speed::bench;

/// Tests that a [`Domain`](tdf_domain::Domain) keeps its promises: one test function for each, in a module
/// `conformance`. The type implements [`Default`]. If the domain does not open, the test `opens` says why and the others check
/// nothing.
#[macro_export]
macro_rules! conformance {
    ($domain:ty) => {
        mod conformance {
            #[allow(unused_imports)]
            use super::*;

            #[test]
            fn opens() {
                let _ = $crate::Fixture::<$domain>::new();
            }

            $crate::conformance!(@tests $domain: parse_print, typed_trees, lalrpop_agrees, sizes, rendering, observations, criteria, distances, coarse, svg, canonical,
                edit_paths, mutations, masks);
        }
    };
    (@tests $domain:ty: $($check:ident),*) => {
        $(
            #[test]
            fn $check() {
                if let Some(fixture) = $crate::Fixture::<$domain>::if_it_opens() {
                    $crate::$check(&fixture);
                }
            }
        )*
    };
}

/// [`conformance!`] for a [`FunctionDomain`](tdf_domain::FunctionDomain), whose programs take inputs.
#[macro_export]
macro_rules! function_conformance {
    ($domain:ty) => {
        mod conformance {
            #[allow(unused_imports)]
            use super::*;

            #[test]
            fn opens() {
                let _ = $crate::Fixture::<$crate::Function<$domain>>::new();
            }

            $crate::conformance!(@tests $crate::Function<$domain>: parse_print, typed_trees, lalrpop_agrees, sizes, edit_paths, mutations,
                masks, sampled_inputs, running, outputs_compare, other_programs);
        }
    };
}

/// Compares the images of the programs in a folder (`programs.txt`, line n is `n.png` from `00.png`, relative to the
/// package) with the domain's: see [`golden()`](crate::golden()). Options of the domain may follow:
/// `golden!(TinySvg, "tests/golden", [("canvas", "224")])`.
#[macro_export]
macro_rules! golden {
    ($domain:ty, $folder:literal) => {
        $crate::golden!($domain, $folder, []);
    };
    ($domain:ty, $folder:literal, $options:expr) => {
        #[test]
        fn golden_images() {
            $crate::golden(
                &$crate::Fixture::<$domain>::with(&$options),
                &$crate::Golden {
                    folder: concat!(env!("CARGO_MANIFEST_DIR"), "/", $folder).into(),
                    scratch: env!("CARGO_TARGET_TMPDIR").into(),
                },
            );
        }
    };
}
