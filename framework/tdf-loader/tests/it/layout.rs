//! `tdf_plugin.h` says the same as `tdf_domain::abi`.

use std::fmt::Write as _;
use std::mem::{offset_of, size_of};

use tdf_domain::abi::{
    API, COMPARISONS, Canvas, Domain, FAULT, Inputs, Measure, NO_IMAGE, Names, OptionTable, PartialPrograms, Plugin,
    RowSink, Signature, Sink, Value,
};
use tdf_domain::{Comparison, Node, ValueKind};

use crate::common;

/// A line of C that compiles only if `condition` holds.
fn assertion(text: &mut String, condition: &str) {
    let line = text.lines().count();
    writeln!(text, "typedef char line_{line}[({condition}) ? 1 : -1];").unwrap();
}

/// The size of what `field` picks of a `T`.
fn field_size<T, F>(_field: fn(&T) -> &F) -> usize {
    size_of::<F>()
}

/// Compares the size of a struct, the places of its fields and their sizes.
macro_rules! compare {
    ($text:ident: $type:ident as $c:literal { $($field:ident $($name:literal)?,)* }) => {
        // A field that is missing here does not compile.
        let _ = |$type { $($field: _),* }: $type| ();
        assertion(&mut $text, &format!("sizeof({}) == {}", $c, size_of::<$type>()));
        $(
            let name = [$($name,)? stringify!($field)][0];
            assertion(&mut $text, &format!("offsetof({}, {name}) == {}", $c, offset_of!($type, $field)));
            let size = field_size(|value: &$type| &value.$field);
            assertion(&mut $text, &format!("sizeof((({} *)0)->{name}) == {size}", $c));
        )*
    };
}

#[test]
fn header_and_tables_agree() {
    let mut text = "#include \"tdf_plugin.h\"\n".to_owned();
    compare!(text: Node as "tdf_node" { production, token, len, });
    compare!(text: Sink as "tdf_sink" { to, write, });
    compare!(text: Names as "tdf_names" { productions, rules, production_count, tokens, token_count, });
    compare!(text: Canvas as "tdf_canvas" { width, height, channels, background, });
    compare!(text: OptionTable as "tdf_option" {
        name, default "default_value", about, words, word_count, least, greatest,
    });
    compare!(text: Domain as "tdf_domain" {
        context, name, grammar_name, grammar, features, feature_count, fingerprint, options, option_count, palette,
        palette_count, criteria, criterion_count, size, scope, open, close, canvas, weights, render, render_samples, observe_target, observe_current, solved, measure, distance, is_uninformative, svg, canonical,
        partial_programs, signature, bind, sample_inputs, constants, refined, shown,
    });
    compare!(text: Value as "tdf_value" { kind, length, data, });
    compare!(text: Inputs as "tdf_inputs" { values, rows, arguments, });
    compare!(text: RowSink as "tdf_row_sink" { to, row, });
    compare!(text: Signature as "tdf_signature" {
        least_arguments, greatest_arguments, argument_kinds, output_kinds, usual_output, max_output,
    });
    compare!(text: PartialPrograms as "tdf_partial_programs" { alternative, partial, piece, size, });
    compare!(text: Measure as "tdf_measure" { value, threshold, comparison, });
    compare!(text: Plugin as "tdf_table" { api, build, domains, domain_count, });
    let number = |comparison| COMPARISONS.iter().position(|known| *known == comparison).unwrap() as i64;
    for (name, value) in [
        ("TDF_API", i64::from(API)),
        ("TDF_NO_IMAGE", NO_IMAGE),
        ("TDF_FAULT", FAULT),
        ("TDF_NONE", Node::NO_TOKEN.0.into()),
        ("TDF_AT_LEAST", number(Comparison::AtLeast)),
        ("TDF_MORE_THAN", number(Comparison::MoreThan)),
        ("TDF_AT_MOST", number(Comparison::AtMost)),
        ("TDF_LESS_THAN", number(Comparison::LessThan)),
        ("TDF_TEXT", ValueKind::Text as i64),
        ("TDF_INTEGER", ValueKind::Integer as i64),
        ("TDF_INTEGERS", ValueKind::Integers as i64),
        ("TDF_NUMBERS", ValueKind::Numbers as i64),
        ("TDF_BOOLEAN", ValueKind::Boolean as i64),
    ] {
        assertion(&mut text, &format!("{name} == {value}"));
    }
    let folder = tempfile::tempdir().unwrap();
    let source = folder.path().join("layout.c");
    std::fs::write(&source, text).unwrap();
    let source = source.to_str().unwrap();
    common::compile("CC", "cc", &["-std=c99", "-fsyntax-only", source]);
    common::compile("CXX", "c++", &["-std=c++11", "-fsyntax-only", "-x", "c++", source]);
}
