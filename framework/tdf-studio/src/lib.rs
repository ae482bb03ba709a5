//! `tdf studio`: a page on the user's own machine on which one draws a target and watches a search find a program.
//!
//! A [`Subject`] is what the page can search on: a domain, its configuration, and networks if a run was trained. [`serve`] answers on
//! the loopback interface alone, and only requests that know its token. The page is files inside the binary; it needs no other server.
//!
//! Searches share the machine by turns: one at a time, each for a slice of time (`turns.rs`). So fifty of them end one by one, and
//! none waits for another to end. The page's side of it is `page/`; the routes are in `routes.rs`.

#![forbid(unsafe_code)]
#![warn(missing_docs)]

mod access;
mod assets;
mod completion;
mod error;
mod history;
mod image;
mod language;
mod proposals;
mod rendered;
mod routes;
mod runs;
mod searches;
mod server;
mod subject;
mod surprise;
mod target;
mod turns;
mod work;

pub use server::{Studio, StudioError, serve};
pub use subject::{MakeNetworks, OwnedNetworks, Subject};
