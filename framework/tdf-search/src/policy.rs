//! What search needs of a network.

use tdf_tree::{Edit, Rng, Tree};

/// A query of a policy: a program, its image and the target, as a network sees them.
#[derive(Clone, Copy, Debug)]
pub struct Query<'a> {
    /// The current program.
    pub program: &'a Tree,
    /// Its image, or its observation, if the domain has an observation model.
    pub observation: &'a [u8],
    /// The target, in the same form.
    pub target: &'a [u8],
}

/// An edit that a policy proposes.
#[derive(Clone, Debug, PartialEq)]
pub struct Proposal {
    /// The edit.
    pub edit: Edit,
    /// Log-probability of the edit's position.
    pub position_log_probability: f32,
    /// Log-probability of the whole edit.
    pub log_probability: f32,
}

/// A policy or value that failed, for instance for want of memory.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PolicyError(pub String);

impl std::fmt::Display for PolicyError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for PolicyError {}

/// The denoising policy q(z_{t-1} | z_t, x_t; x_0) of section 3.2.
pub trait Policy {
    /// `samples` edits for each query, sampled at `temperature`. Query `i` uses `rngs[i]` only.
    fn propose(
        &mut self,
        queries: &[Query<'_>],
        samples: usize,
        temperature: f64,
        rngs: &mut [Rng],
    ) -> Result<Vec<Vec<Proposal>>, PolicyError>;
}

/// The value network v(x_A, x_B) of section 3.3: the edit distance between the programs of two images.
pub trait Value {
    /// Predicted distances, one per (image, target).
    fn distances(&mut self, pairs: &[(&[u8], &[u8])]) -> Result<Vec<f32>, PolicyError>;
}

/// The uninformed policy: mutations of the noise process. The floor to compare with.
#[derive(Debug)]
pub struct UniformPolicy {
    mutator: tdf_tree::Mutator,
}

impl UniformPolicy {
    /// A policy that proposes what `mutator` proposes.
    pub fn new(mutator: tdf_tree::Mutator) -> Self {
        Self { mutator }
    }
}

impl Policy for UniformPolicy {
    fn propose(
        &mut self,
        queries: &[Query<'_>],
        samples: usize,
        _temperature: f64,
        rngs: &mut [Rng],
    ) -> Result<Vec<Vec<Proposal>>, PolicyError> {
        let propose = |(query, rng): (&Query<'_>, &mut Rng)| {
            (0..samples)
                .filter_map(|_| self.mutator.propose(query.program, rng))
                .map(|edit| Proposal {
                    edit,
                    position_log_probability: 0.0,
                    log_probability: 0.0,
                })
                .collect()
        };
        Ok(queries.iter().zip(rngs).map(propose).collect())
    }
}
