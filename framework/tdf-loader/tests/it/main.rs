//! The public interface: what users name, what plugins exported, and what becomes of those that do not do what they should.

mod blocks;
mod build;
mod common;
mod deeds;
mod faulty;
mod find;
mod functions;
mod harm;
mod layout;
mod limit;
mod manifest;
mod python;
mod same;
mod series;
mod tables;
