//! The network as a policy, a value and a generator for search.

mod choose;
mod decode_request;
mod edit_sampler;
mod generator;
mod neural_policy;
mod rows;
mod value;
mod worker;

pub use self::generator::NeuralGenerator;
pub use self::neural_policy::NeuralPolicy;
pub use self::value::NeuralValue;
