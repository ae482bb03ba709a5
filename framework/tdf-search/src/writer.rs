//! What search needs of a network that writes programs.

use tdf_domain::{GenerationPlan, Hole};
use tdf_tree::{Rng, Tree};

use crate::PolicyError;

/// A program to be written, or gone on with.
#[derive(Clone, Copy, Debug)]
pub struct GenerationRequest<'a> {
    /// What is written so far, as it draws; the background if nothing is.
    pub observation: &'a [u8],
    /// What is wanted.
    pub target: &'a [u8],
    /// What is to be filled.
    pub holes: &'a [Hole],
}

/// What was written: a program for each hole.
#[derive(Clone, Debug, PartialEq)]
pub struct Generated {
    /// In the order of the holes.
    pub parts: Vec<Tree>,
    /// Log-probability of all of them.
    pub log_probability: f32,
}

/// A network that writes programs, at once or piece by piece: the baselines of section 4.2.
pub trait Generator {
    /// How it writes.
    fn plan(&self) -> &GenerationPlan;

    /// `samples` fillings for each request, drawn at `temperature`; fewer, if some become too long. Request `i` draws from
    /// `rngs[i]` only.
    fn generate(
        &mut self,
        requests: &[GenerationRequest<'_>],
        samples: usize,
        temperature: f64,
        rngs: &mut [Rng],
    ) -> Result<Vec<Vec<Generated>>, PolicyError>;
}

/// Asks `writer`; it must answer every request.
pub(crate) fn generate(
    writer: &mut dyn Generator,
    requests: &[GenerationRequest<'_>],
    samples: usize,
    temperature: f64,
    rngs: &mut [Rng],
) -> Result<Vec<Vec<Generated>>, PolicyError> {
    let answers = writer.generate(requests, samples, temperature, rngs)?;
    if answers.len() != requests.len() {
        let (found, wanted) = (answers.len(), requests.len());
        return Err(PolicyError(format!(
            "the network answered {found} of {wanted} requests"
        )));
    }
    Ok(answers)
}
