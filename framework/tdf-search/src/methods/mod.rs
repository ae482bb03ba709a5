//! The search methods, a file each.

mod anneal;
mod beam;
mod enumerate;
mod hybrid;
mod random;
mod rollout;
mod sample;
