//! The side of a Rust plugin: the registered domains of a shared library behind the tables of [`crate::abi`].

mod calls;
mod functions;
mod panics;
mod sink;

use std::ffi::{CString, c_char};
use std::sync::OnceLock;

use tdf_reader::ReadOptions;

use crate::abi::{self, OptionTable, Plugin, RenderSeeded};
use crate::{Allowed, Registration, builtins};

/// The tables, which are made once and stay.
struct Tables(Plugin);

// SAFETY: what the tables point to is never written again, and never freed.
unsafe impl Send for Tables {}
// SAFETY: after `OnceLock` has made them the tables are only read, by any number of threads.
unsafe impl Sync for Tables {}

/// What a shared library with registered domains exports.
// SAFETY: nothing else in a library has this name, which is that of the interface, and the type is the interface's.
#[unsafe(no_mangle)]
extern "C" fn tdf_plugin() -> *const Plugin {
    exported()
}

/// The domains that are linked into this program or library, as the table that a library exports.
#[doc(hidden)]
pub fn exported() -> &'static Plugin {
    static TABLES: OnceLock<Tables> = OnceLock::new();
    let tables = TABLES.get_or_init(|| {
        panics::keep_quiet();
        let domains: Vec<abi::Domain> = builtins().into_iter().map(table).collect();
        let (domains, domain_count) = leak(domains);
        Tables(Plugin {
            api: abi::API,
            build: text(abi::BUILD),
            domains,
            domain_count,
        })
    });
    &tables.0
}

fn table(registration: &'static Registration) -> abi::Domain {
    let features = registration.grammar_features;
    let takes_inputs = registration.takes_inputs;
    let reading = ReadOptions::with_features(features.iter().copied());
    let file = format!("{}.lalrpop", registration.grammar_name);
    // A grammar with errors is told by the program, which reads it as well.
    let fingerprint = match tdf_reader::read_grammar_with(&file, registration.grammar, &reading) {
        Ok(grammar) => text(&grammar.fingerprint),
        Err(_) => std::ptr::null(),
    };
    let (features, feature_count) = leak(features.iter().map(|feature| text(feature)).collect());
    let (criteria, criterion_count) = leak(registration.criteria.iter().map(|name| text(name)).collect());
    let (options, option_count) = leak(registration.options.iter().map(option).collect());
    abi::Domain {
        context: std::ptr::from_ref(registration).cast(),
        name: text(registration.name),
        grammar_name: text(registration.grammar_name),
        grammar: text(registration.grammar),
        features,
        feature_count,
        fingerprint,
        options,
        option_count,
        palette: registration.palette.as_ptr(),
        palette_count: registration.palette.len(),
        criteria,
        criterion_count,
        size: std::ptr::null(),
        scope: match registration.scope {
            "" => std::ptr::null(),
            scope => text(scope),
        },
        open: Some(calls::open),
        close: Some(calls::close),
        canvas: (!takes_inputs).then_some(calls::canvas),
        weights: Some(calls::weights),
        render: Some(calls::render),
        render_samples: None,
        observe_target: registration
            .has_observation_model
            .then_some(calls::observe_target as RenderSeeded),
        observe_current: registration
            .has_observation_model
            .then_some(calls::observe_current as RenderSeeded),
        solved: Some(calls::solved),
        measure: Some(calls::measure),
        distance: Some(calls::distance),
        is_uninformative: Some(calls::is_uninformative),
        svg: (!takes_inputs).then_some(calls::svg),
        canonical: Some(calls::canonical),
        partial_programs: registration.partial_programs.map_or(std::ptr::null(), partial_programs),
        signature: takes_inputs.then_some(functions::signature),
        bind: takes_inputs.then_some(functions::bind),
        sample_inputs: takes_inputs.then_some(functions::sample_inputs),
        constants: takes_inputs.then_some(functions::constants),
        refined: registration.refines.then_some(functions::refined),
        shown: takes_inputs.then_some(functions::shown),
    }
}

fn option(spec: &crate::OptionSpec) -> OptionTable {
    let (words, least, greatest): (&[&str], u32, u32) = match spec.allowed {
        Allowed::OneOf(words) => (words, 0, 0),
        Allowed::Whole { least, greatest } => (&[], least, greatest),
    };
    let (words, word_count) = leak(words.iter().map(|word| text(word)).collect());
    OptionTable {
        name: text(spec.name),
        default: text(spec.default),
        about: text(spec.about),
        words,
        word_count,
        least,
        greatest,
    }
}

fn partial_programs(partial: crate::PartialPrograms) -> *const abi::PartialPrograms {
    // A child whose number has no room is one that the alternative does not have either.
    let child = |index: usize| u32::try_from(index).unwrap_or(u32::MAX);
    let (table, _) = leak(vec![abi::PartialPrograms {
        alternative: text(partial.alternative),
        partial: child(partial.partial),
        piece: child(partial.piece),
        size: partial.size,
    }]);
    table
}

fn leak<T: 'static>(items: Vec<T>) -> (*const T, usize) {
    let items: &'static [T] = items.leak();
    (items.as_ptr(), items.len())
}

/// A copy that ends with a zero byte. What follows a zero byte inside is lost: no text of a grammar has one.
fn text(text: &str) -> *const c_char {
    let bytes: Vec<u8> = text.bytes().take_while(|&b| b != 0).collect();
    CString::new(bytes).unwrap_or_default().into_raw()
}
