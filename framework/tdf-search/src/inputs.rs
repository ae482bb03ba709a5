//! What a search is given: images, and whom it may ask.

use crate::{Generator, Policy, Value};
#[cfg(doc)]
use crate::{Init, Ranking};

/// An image to be explained; on the domain's canvas.
///
/// # Examples
///
/// ```
/// use tdf_search::Target;
///
/// let image = vec![255; 64 * 64 * 3];
/// // A task: a solution renders this image.
/// assert!(Target::seen(&image).image.is_some());
/// // A photograph of something: no image is known that a solution renders.
/// assert!(Target { observation: &image, image: None }.image.is_none());
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Target<'a> {
    /// What is seen.
    pub observation: &'a [u8],
    /// What a solution draws. `None` if that is not known: no program solves such a target.
    pub image: Option<&'a [u8]>,
}

impl<'a> Target<'a> {
    /// A target that is seen as it is drawn.
    pub fn seen(image: &'a [u8]) -> Self {
        Self {
            observation: image,
            image: Some(image),
        }
    }
}

/// What a search asks. A method that needs one that is not there is refused; what a method does not need is not asked.
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
