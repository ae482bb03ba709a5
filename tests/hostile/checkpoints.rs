//! Damaged and forged checkpoints, and numbers that promise more than the bytes hold.
