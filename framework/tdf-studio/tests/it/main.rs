//! The server from outside, over its port.

mod access;
mod answers;
mod http;
mod many;
