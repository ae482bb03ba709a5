//! Functions between nodes and typed trees: `read_N` and `write_N` for nonterminal number N.

mod leaves;
mod parts;
mod read;
mod write;

use proc_macro2::TokenStream;

pub use self::leaves::leaf_value;
pub use self::parts::{children, construct, group, plus_parts, read_fn, value_type, write_fn};
use crate::model::Model;

/// All functions, and the tables of leaves.
pub fn functions(model: &Model<'_>) -> TokenStream {
    let mut out = leaves::tables(model);
    for nonterminal in model.nonterminals() {
        out.extend(read::reader(model, nonterminal));
        out.extend(write::writer(model, nonterminal));
    }
    for class in 0..model.classes.len() {
        out.extend(write::class_writer(model, class));
    }
    out
}
