//! Formulas.
/// ast
pub mod ast { tdf_domain::include_grammar!("formulas"); }
