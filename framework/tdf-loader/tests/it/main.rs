//! The public interface: what users name, what plugins offer, and what becomes of those that do not do what they should.

mod blocks;
mod cc;
mod find;
mod layout;
