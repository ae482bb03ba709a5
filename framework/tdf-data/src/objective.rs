//! What a network learns.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use tdf_decode::{GenerationPlan, PlanError};
use tdf_domain::DynDomain;

/// What a network learns. The network is the same in all cases, and so is what its decisions are masked by; the examples
/// differ.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Objective {
    /// To undo small mutations of programs (section 3 of the paper).
    #[default]
    Diffusion,
    /// To generate a whole program from its image: the paper's VLM, in the role of CSGNet (section 4.2).
    Autoregressive,
    /// To generate a program piece by piece, each from the image of the partial program and the target: the paper's REPL VLM,
    /// after Ellis et al. 2019 (section 4.2, appendix G).
    Repl,
    /// To edit and to generate: half of the examples are those of diffusion, half are autoregressive. A search begins at programs
    /// that the network generates, and edits them.
    Joint,
}

/// Examples of generation in a stream.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Generation {
    /// How programs are generated.
    pub plan: GenerationPlan,
    /// Whether the other half of the examples are edits.
    pub half: bool,
}

impl Objective {
    /// Whether the network learns to edit.
    pub fn edits(self) -> bool {
        matches!(self, Self::Diffusion | Self::Joint)
    }

    /// The examples of generation in a stream.
    ///
    /// # Errors
    /// As [`Objective::plan`].
    pub fn generation(self, domain: &dyn DynDomain, greatest: u32) -> Result<Option<Generation>, PlanError> {
        let half = self.edits();
        Ok(self.plan(domain, greatest)?.map(|plan| Generation { plan, half }))
    }

    /// How programs of sizes up to `greatest` are generated; `None` for a network that only edits.
    ///
    /// # Errors
    /// A domain whose programs cannot be generated like that.
    pub fn plan(self, domain: &dyn DynDomain, greatest: u32) -> Result<Option<GenerationPlan>, PlanError> {
        match self {
            Self::Diffusion => Ok(None),
            Self::Autoregressive | Self::Joint => Ok(Some(GenerationPlan::whole(domain.start(), greatest))),
            Self::Repl => piecewise_plan(domain, greatest).map(Some),
        }
    }
}

/// How programs of `domain` of at most `max_pieces` pieces are generated piece by piece.
///
/// # Errors
/// A domain that does not say how partial programs grow, or whose partial programs do not fit its grammar.
pub fn piecewise_plan(domain: &dyn DynDomain, max_pieces: u32) -> Result<GenerationPlan, PlanError> {
    let name = domain.name();
    let Some(partial) = domain.partial_programs() else {
        return Err(PlanError(format!(
            "{name} does not say how a partial program grows, so its programs cannot be generated piece by piece; built-in \
             domains that do are csg2d and csg2d-sketch"
        )));
    };
    let (grammar, start, size) = (domain.language().grammar(), domain.start(), domain.size());
    GenerationPlan::piecewise(grammar, start, size, &partial, max_pieces)
        .map_err(|error| PlanError(format!("{name}: {error}")))
}

impl std::fmt::Display for Objective {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Diffusion => "diffusion",
            Self::Autoregressive => "autoregressive",
            Self::Repl => "repl",
            Self::Joint => "joint",
        })
    }
}
