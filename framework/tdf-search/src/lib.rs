//! Rollouts and beam search over any policy and value; no tensors.
