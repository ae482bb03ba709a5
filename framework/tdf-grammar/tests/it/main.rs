//! Tests over the public API.

mod automaton;
mod lexing;
mod messages;
mod normal_form;
mod oracle;
mod robust;
mod shipped;
mod support;
mod textbook;
