//! The server from outside, over its port.

mod access;
mod answers;
mod http;
mod many;
#[path = "../served/mod.rs"]
mod served;
