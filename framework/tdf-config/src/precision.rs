//! The number format of a network.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

// Parameters, their gradients and averages are fp32 either way, as are sums within norms, the residual stream, probabilities
// and losses.
/// Number format of matrix products and convolutions; parameters are fp32 either way.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Precision {
    /// bf16 on a GPU, fp32 on a processor.
    #[default]
    Auto,
    /// fp32.
    Fp32,
    /// bf16.
    Bf16,
}

impl Precision {
    /// The format on a GPU or on a processor, never [`Precision::Auto`].
    #[must_use]
    pub fn resolve(self, on_gpu: bool) -> Self {
        match self {
            Self::Auto if on_gpu => Self::Bf16,
            Self::Auto => Self::Fp32,
            resolved => resolved,
        }
    }
}
