//! The search methods, a file each.

mod anneal;
mod beam;
mod random;
mod rollout;
mod sample;
