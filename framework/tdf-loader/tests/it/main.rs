//! The public interface: what users name, what plugins offer, and what becomes of those that do not do what they should.

mod blocks;
mod common;
mod deeds;
mod find;
mod layout;
mod limit;
mod manifest;
mod tables;
