//! The search methods, a file each.

mod anneal;
mod beam;
mod enumerate;
mod random;
mod rollout;
mod sample;
