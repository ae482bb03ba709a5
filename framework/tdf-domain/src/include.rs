//! The way of generated code into a plugin.

/// Includes what `tdf-build` generated for a grammar: the types of its syntax tree and what converts them. The argument
/// is the stem of the grammar file. Wants a module of its own, next to nothing else:
///
/// ```text
/// pub mod ast {
///     tdf_domain::include_grammar!("rainbow");
/// }
/// ```
#[macro_export]
macro_rules! include_grammar {
    ($name:literal) => {
        include!(concat!(env!("OUT_DIR"), "/", $name, ".rs"));
    };
}
