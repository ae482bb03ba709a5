//! Inputs of a search: targets and networks.

use tdf_domain::Inputs;

use crate::{Generator, Policy, Value};
#[cfg(doc)]
use crate::{Init, Ranking};

/// A target of a search: an observation in the form of the domain ([`ObservationSpec`](tdf_domain::ObservationSpec)), and the
/// inputs that programs run on.
///
/// # Examples
///
/// ```
/// use tdf_domain::{Inputs, Value, ValueSpec};
/// use tdf_search::Target;
///
/// let image = vec![255; 64 * 64 * 3];
/// // A task: a solution renders this image.
/// assert!(Target::seen(&image).image.is_some());
/// // A photograph of something: no image is known that a solution renders.
/// assert!(Target { image: None, ..Target::seen(&image) }.image.is_none());
/// // A task of programs that take inputs: a solution gives these outputs.
/// let inputs = Inputs::new(vec![vec![Value::from("Ada")], vec![Value::from("Alan")]]);
/// let spec = ValueSpec { rows: 2, max_bytes: 16 };
/// let outputs = spec.encode(&[Some(Value::from("ADA")), Some(Value::from("ALAN"))]);
/// assert_eq!(Target::with_inputs(&inputs, &outputs).inputs.rows().len(), 2);
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Target<'a> {
    /// The inputs that programs run on; none if programs take none.
    pub inputs: &'a Inputs,
    /// The observation of the target: its image or its outputs, if the domain has no observation model.
    pub observation: &'a [u8],
    /// The image or the outputs of the target, which a solution renders to by the success criterion. `None` if it is not known: no
    /// program solves such a target.
    pub image: Option<&'a [u8]>,
}

impl<'a> Target<'a> {
    /// A target without inputs, whose observation is its image.
    pub fn seen(image: &'a [u8]) -> Self {
        Self::with_inputs(const { &Inputs::none() }, image)
    }

    /// A target whose observation is the outputs on `inputs`.
    pub fn with_inputs(inputs: &'a Inputs, image: &'a [u8]) -> Self {
        Self {
            inputs,
            observation: image,
            image: Some(image),
        }
    }
}

/// The networks of a search. [`search`](crate::search()) refuses a method whose network is missing. It does not call a
/// network that the method does not need.
#[derive(Default)]
pub struct Networks<'a> {
    /// Proposes edits, for rollouts and beams.
    pub policy: Option<&'a mut dyn Policy>,
    /// Ranks programs: for beams by [`Ranking::Value`].
    pub value: Option<&'a mut dyn Value>,
    /// Generates programs: for the method `sample` and for [`Init::Generated`].
    pub generator: Option<&'a mut dyn Generator>,
}

impl std::fmt::Debug for Networks<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Networks")
            .field("policy", &self.policy.is_some())
            .field("value", &self.value.is_some())
            .field("generator", &self.generator.is_some())
            .finish()
    }
}

impl<'a> Networks<'a> {
    /// A policy alone.
    pub fn policy(policy: &'a mut dyn Policy) -> Self {
        Self {
            policy: Some(policy),
            ..Self::default()
        }
    }

    /// A generator alone.
    pub fn generator(generator: &'a mut dyn Generator) -> Self {
        Self {
            generator: Some(generator),
            ..Self::default()
        }
    }
}
