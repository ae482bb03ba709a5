//! The search methods, a file each.

mod beam;
mod random;
mod rollout;
mod sample;
