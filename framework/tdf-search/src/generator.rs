//! The interface of networks that generate programs.

use tdf_decode::{GenerationPlan, Hole};
use tdf_domain::Inputs;
use tdf_tree::{Rng, Tree};

use crate::PolicyError;

/// A program to be generated or continued.
#[derive(Clone, Copy, Debug)]
pub struct GenerationRequest<'a> {
    /// Observation of the partial program; one that shows nothing ([`ObservationSpec::blank`](tdf_domain::ObservationSpec::blank))
    /// if there is none.
    pub observation: &'a [u8],
    /// The target.
    pub target: &'a [u8],
    /// The inputs that programs run on; none if programs take none.
    pub inputs: &'a Inputs,
    /// The holes to be filled.
    pub holes: &'a [Hole],
}

/// A generated piece: a program for each hole.
#[derive(Clone, Debug, PartialEq)]
pub struct Generated {
    /// In the order of the holes.
    pub parts: Vec<Tree>,
    /// Log-probability of all of them.
    pub log_probability: f32,
}

/// A network that generates programs, at once or piece by piece: the baselines of section 4.2 of the paper.
pub trait Generator {
    /// How it generates.
    fn plan(&self) -> &GenerationPlan;

    /// `samples` fillings for each request, sampled at `temperature`; fewer, if some become too long. Request `i` uses
    /// `rngs[i]` only.
    fn generate(
        &mut self,
        requests: &[GenerationRequest<'_>],
        samples: usize,
        temperature: f64,
        rngs: &mut [Rng],
    ) -> Result<Vec<Vec<Generated>>, PolicyError>;
}

/// Asks `generator`; it must answer every request.
pub(crate) fn generate(
    generator: &mut dyn Generator,
    requests: &[GenerationRequest<'_>],
    samples: usize,
    temperature: f64,
    rngs: &mut [Rng],
) -> Result<Vec<Vec<Generated>>, PolicyError> {
    let answers = generator.generate(requests, samples, temperature, rngs)?;
    if answers.len() != requests.len() {
        let (found, wanted) = (answers.len(), requests.len());
        return Err(PolicyError(format!(
            "the network answered {found} of {wanted} requests"
        )));
    }
    Ok(answers)
}
