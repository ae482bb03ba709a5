//! Examples as numbers, ready to be copied into tensors.

use std::sync::Arc;

use tdf_decode::{Decision, MaskError, ProgramTokenizer, TokenSequence, VocabularyId};
use tdf_domain::{DynDomain, Inputs, ObservationPair};
use tdf_tree::Edit;

use crate::Example;

/// An example as the network takes it.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct EncodedExample {
    /// The inputs that the programs run on; none in domains of images.
    pub inputs: Inputs,
    /// The observation of the current program.
    pub image: Vec<u8>,
    /// The observation of the target.
    pub target: Vec<u8>,
    /// The current program, see [`TokenSequence::ids`].
    pub ids: Vec<VocabularyId>,
    /// Positions in `ids` that stand for sites, in pre-order of the sites.
    pub sites: Vec<u32>,
    /// Position in `ids` of the site to edit.
    pub position: u32,
    /// The decisions of the replacement.
    pub steps: Vec<Decision>,
    /// Other edits that are as right; see [`Example::alternatives`].
    pub alternatives: Vec<EncodedEdit>,
    /// Edits left to the target.
    pub distance: u32,
}

/// An edit as the network takes it.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct EncodedEdit {
    /// Position in [`EncodedExample::ids`] of the site to edit.
    pub position: u32,
    /// The decisions of the replacement.
    pub steps: Vec<Decision>,
}

impl EncodedExample {
    /// What a network is shown of it.
    pub fn pair(&self) -> ObservationPair<'_> {
        ObservationPair {
            inputs: &self.inputs,
            current: &self.image,
            target: &self.target,
        }
    }

    /// Positions and decisions of all right edits.
    pub fn edits(&self) -> impl Iterator<Item = (u32, &[Decision])> + Clone {
        let others = self.alternatives.iter().map(|other| (other.position, &other.steps[..]));
        std::iter::once((self.position, &self.steps[..])).chain(others)
    }

    /// Ids that a network reads of it: the program, one that asks for a position, and one for each decision.
    pub fn length(&self) -> usize {
        self.ids.len() + 1 + self.edits().map(|(_, steps)| steps.len()).sum::<usize>()
    }
}

/// Encodes examples.
///
/// # Examples
///
/// ```
/// use std::sync::Arc;
///
/// use tdf_data::{Example, ExampleEncoder, ExampleOptions, ExampleStream};
///
/// let domain = tdf_domain::erase(tdf_rainbow::Rainbow::default())?;
/// let stream = ExampleStream::new(Arc::clone(&domain), ExampleOptions::default(), 0)?;
/// let encoder = ExampleEncoder::for_domain(domain, stream.options().max_edit_size)?;
/// let mut example = Example::default();
/// stream.example(0, &mut example)?;
/// let encoded = encoder.encode(&example);
/// assert!(encoded.sites.contains(&encoded.position));
/// assert_eq!(encoded.distance, example.distance);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct ExampleEncoder {
    domain: Arc<dyn DynDomain>,
    tokenizer: ProgramTokenizer,
    max_edit_size: u32,
}

impl ExampleEncoder {
    /// An encoder; `max_edit_size` is sigma_small, the budget of replacements.
    pub fn new(domain: Arc<dyn DynDomain>, tokenizer: ProgramTokenizer, max_edit_size: u32) -> Self {
        Self {
            domain,
            tokenizer,
            max_edit_size,
        }
    }

    /// An encoder with the masks and the tokenizer of `domain`.
    ///
    /// # Errors
    /// A language without masks, see [`Masks::new`](tdf_decode::Masks::new).
    pub fn for_domain(domain: Arc<dyn DynDomain>, max_edit_size: u32) -> Result<Self, MaskError> {
        let (language, size) = (Arc::clone(domain.language()), domain.size().clone());
        let tokenizer = ProgramTokenizer::with_masks(language, size)?;
        Ok(Self::new(domain, tokenizer, max_edit_size))
    }

    /// The tokenizer.
    pub fn tokenizer(&self) -> &ProgramTokenizer {
        &self.tokenizer
    }

    /// Encodes `example`, which has an edit that names a site of its current program, or something generated.
    ///
    /// A network that generates sees no text: the current program is one anchor token, which is its only site. It sees the partial program
    /// in the image.
    ///
    /// # Panics
    /// If it has neither, or the edit names another node.
    pub fn encode(&self, example: &Example) -> EncodedExample {
        EncodedExample {
            inputs: example.inputs.clone(),
            // The example keeps its own buffers: a copy costs less than fresh zeroed ones for the next example.
            image: example.image.clone(),
            target: example.target_image.clone(),
            ..self.encode_program(example)
        }
    }

    /// As [`ExampleEncoder::encode`], without inputs and observations: for callers that copy these to a place of their own.
    ///
    /// # Panics
    /// As [`ExampleEncoder::encode`].
    pub fn encode_program(&self, example: &Example) -> EncodedExample {
        if !example.generated.is_empty() {
            return self.encode_written(example);
        }
        let mut sequence = TokenSequence::default();
        self.tokenizer
            .sequence(self.domain.start(), &example.current, &mut sequence);
        let encoded = |edit: &Edit| {
            let named = sequence.sites.iter().find(|(_, site)| site.node == edit.node);
            let &(position, site) = named.expect("an edit names a site of its program");
            let mut steps = Vec::new();
            self.tokenizer
                .decisions(site.nonterminal, &edit.replacement, self.max_edit_size, &mut steps);
            EncodedEdit { position, steps }
        };
        let edit = example.edit.as_ref().expect("an example to encode has an edit");
        let EncodedEdit { position, steps } = encoded(edit);
        let others = example.alternatives.iter().map(encoded).collect();
        EncodedExample {
            ids: sequence.ids,
            sites: sequence.sites.iter().map(|&(position, _)| position).collect(),
            position,
            steps,
            alternatives: others,
            distance: example.distance,
            ..EncodedExample::default()
        }
    }

    fn encode_written(&self, example: &Example) -> EncodedExample {
        let (mut steps, mut of_part) = (Vec::new(), Vec::new());
        for (hole, part) in &example.generated {
            self.tokenizer
                .decisions(hole.nonterminal, part.nodes(), hole.budget, &mut of_part);
            steps.append(&mut of_part);
        }
        EncodedExample {
            ids: vec![self.tokenizer.vocabulary().anchor()],
            sites: vec![0],
            position: 0,
            steps,
            distance: example.distance,
            ..EncodedExample::default()
        }
    }
}
