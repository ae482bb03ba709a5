//! Tests over the public API.

mod any_case;
mod automaton;
mod corpus;
mod guide;
mod lexing;
mod messages;
mod normal_form;
mod oracle;
mod printable;
mod robust;
mod shipped;
mod stock_lexer;
mod support;
mod textbook;
