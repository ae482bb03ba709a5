//! Converts grammars in the syntax of [Lark](https://github.com/lark-parser/lark) to LALRPOP's.
//!
//! ```
//! let lark = r#"
//! start: sum
//! ?sum: NUMBER | sum "+" NUMBER -> add
//! %import common.INT -> NUMBER
//! %ignore " "
//! "#;
//! let converted = tdf_lark::convert("sum.lark", lark, &tdf_lark::Options::default())?;
//! assert!(converted.text.contains(r#"<Sum> "+" <NUMBER> => Add(<>),"#));
//! # Ok::<(), tdf_diagnostic::GrammarError>(())
//! ```
//!
//! | Lark | LALRPOP |
//! |---|---|
//! | `start`, else the first rule | the `pub` rule |
//! | `sum_of`, `sum_of{x, y}` | `SumOf`, the macro `SumOf<X, Y>` |
//! | `?sum: product` | `<Product> => <>` |
//! | `-> add` | `=> Add(<>)` |
//! | `(a \| b)` in an alternative | a rule of its own, with `#[inline]` |
//! | `[x]`, `x ~ 2..3` | `x?`, `x x x?` |
//! | `NAME.2: /re/`, `%ignore X` | a branch of `match`, `X => { }` in it |
//! | `"select"i` | `r"(?i:select)"` |
//! | `.*?` before a text | an expression of everything up to the first such text |
//! | a blank as a token, such as `" "` | nothing: blanks part tokens in any case |
//!
//! Priorities of rules are left out, and so is what an expression says about the text around it (`(?!x)`). Warnings say so.

#![forbid(unsafe_code)]
#![warn(missing_docs)]

mod common;
mod convert;
mod imports;
mod lazy;
mod limits;
mod names;
mod output;
mod parse;
mod python;
mod regex;
mod rules;
mod simplify;
mod syntax;
mod terminal;
mod token;
mod used;

pub use convert::{Converted, Options, convert};
