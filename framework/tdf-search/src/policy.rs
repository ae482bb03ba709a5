//! What search needs of a network.

use std::sync::Arc;

use tdf_domain::{DynDomain, Inputs, ObservationPair};
use tdf_tree::{Edit, Mutator, NoiseOptions, Rng, Tree};

/// A query of a policy: a program, its observation and the target, as a network sees them.
#[derive(Clone, Copy, Debug)]
pub struct Query<'a> {
    /// The current program.
    pub program: &'a Tree,
    /// Its image or its outputs; its observation, if the domain has an observation model.
    pub observation: &'a [u8],
    /// The target, in the same form.
    pub target: &'a [u8],
    /// The inputs that programs run on; none if programs take none.
    pub inputs: &'a Inputs,
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

impl Proposal {
    /// An edit of a policy that knows no probabilities: both logarithms are 0.
    pub fn unweighted(edit: Edit) -> Self {
        Self {
            edit,
            position_log_probability: 0.0,
            log_probability: 0.0,
        }
    }
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
///
/// # Examples
///
/// ```
/// use tdf_search::{Networks, Policy, PolicyError, Proposal, Query, SearchOptions, Target, search};
/// use tdf_tree::Rng;
///
/// /// Proposes nothing: every rollout ends at its initial program.
/// struct Idle;
///
/// impl Policy for Idle {
///     fn propose(
///         &mut self,
///         queries: &[Query<'_>],
///         _samples: usize,
///         _temperature: f64,
///         _rngs: &mut [Rng],
///     ) -> Result<Vec<Vec<Proposal>>, PolicyError> {
///         Ok(vec![Vec::new(); queries.len()])
///     }
/// }
///
/// let domain = tdf_domain::erase(tdf_rainbow::Rainbow::default())?;
/// let white = vec![255; domain.observation_spec().bytes()];
/// let options = SearchOptions { budget: 5, ..SearchOptions::default() };
/// let mut policy = Idle;
/// let networks = Networks::policy(&mut policy);
/// let outcomes = search(&domain, &[Target::seen(&white)], networks, &options, &mut |_| true)?;
/// assert!(outcomes[0].best.trace.edits.is_empty());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
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
    /// Predicted distances, one per pair.
    fn distances(&mut self, pairs: &[ObservationPair<'_>]) -> Result<Vec<f32>, PolicyError>;
}

/// The uninformed policy: mutations of the noise process. The floor to compare with.
///
/// # Examples
///
/// ```
/// use tdf_domain::Inputs;
/// use tdf_search::{Policy as _, Query, UniformPolicy};
/// use tdf_tree::{NoiseOptions, rng_stream};
///
/// let domain = tdf_domain::erase(tdf_rainbow::Rainbow::default())?;
/// let program = domain.language().parse(domain.start(), "(Box red)")?;
/// let image = vec![255; domain.observation_spec().bytes()];
/// let inputs = Inputs::none();
/// let query = Query { program: &program, observation: &image, target: &image, inputs: &inputs };
/// let mut policy = UniformPolicy::for_domain(&*domain, NoiseOptions::default());
/// let proposals = policy.propose(&[query], 3, 1.0, &mut [rng_stream(0, 0)])?;
/// assert_eq!(proposals[0].len(), 3);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct UniformPolicy {
    mutator: Mutator,
}

impl UniformPolicy {
    /// A policy that proposes what `mutator` proposes.
    pub fn new(mutator: Mutator) -> Self {
        Self { mutator }
    }

    /// The policy of the noise process of `domain`.
    pub fn for_domain(domain: &dyn DynDomain, noise: NoiseOptions) -> Self {
        let grammar = Arc::clone(domain.language().grammar());
        Self::new(Mutator::new(grammar, domain.size().clone(), noise))
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
                .map(Proposal::unweighted)
                .collect()
        };
        Ok(queries.iter().zip(rngs).map(propose).collect())
    }
}
