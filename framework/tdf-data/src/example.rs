//! One training example from a seed and a number.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use rand::{Rng as _, RngExt as _};
use tdf_decode::{GenerationPlan, Hole};
use tdf_domain::{DynDomain, Inputs};
use tdf_tree::{Edit, EditPath, Mutator, NoiseOptions, PathOptions, Rng, Sampler, Tree, Weighting, rng_stream};

use crate::constants::Constants;
use crate::nearest::nearest;
use crate::{ExampleOptions, Generation, Labels};

/// A training example.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Example {
    /// The program to be found.
    pub target: Tree,
    /// The program at hand; empty if nothing is generated yet.
    pub current: Tree,
    /// The inputs that both programs run on; none in domains of images.
    pub inputs: Inputs,
    /// What is seen of `target`, in the form of [`DynDomain::observation_spec`].
    pub target_image: Vec<u8>,
    /// What is seen of `current`, in the same form.
    pub image: Vec<u8>,
    /// The next edit on the path from `current` to `target`; every example of a stream of edits has one.
    pub edit: Option<Edit>,
    /// With [`Labels::AllFirstEdits`]: the other edits of `current` that a path to the target may begin with. No two of them overlap.
    pub alternatives: Vec<Edit>,
    /// The next piece of `target`: what fills the holes of a [`GenerationPlan`](tdf_decode::GenerationPlan). Empty in streams of edits.
    pub generated: Vec<(Hole, Tree)>,
    /// Edits or pieces left to the target, this one included; 0 where a network that edits learns to generate: what is not there
    /// yet is no number of edits away.
    pub distance: u32,
}

/// Options that cannot be met by the domain, or a domain that cannot draw its programs.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct StreamError(pub String);

/// An endless stream of examples. Clones share their tables and counters.
///
/// # Examples
///
/// ```
/// use tdf_data::{Example, ExampleOptions, ExampleStream};
///
/// let domain = tdf_domain::erase(tdf_rainbow::Rainbow::default())?;
/// let options = ExampleOptions { sizes: 2..=4, ..ExampleOptions::default() };
/// let stream = ExampleStream::new(domain, options, 7)?;
/// let (mut first, mut again) = (Example::default(), Example::default());
/// stream.example(3, &mut first)?;
/// stream.example(3, &mut again)?;
/// assert_eq!((first.target, first.edit), (again.target, again.edit));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct ExampleStream {
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    domain: Arc<dyn DynDomain>,
    options: ExampleOptions,
    seed: u64,
    sampler: Sampler,
    sizes: Vec<u32>,
    mutator: Mutator,
    path: EditPath,
    generation: Option<Generation>,
    render_failures: AtomicU64,
}

/// Attempts at one example before the domain is held to be unable to give any.
const ATTEMPTS: u32 = 1000;

impl ExampleStream {
    /// The stream of `seed`.
    ///
    /// # Errors
    /// Options that no example can meet: says which one and what is possible.
    pub fn new(domain: Arc<dyn DynDomain>, options: ExampleOptions, seed: u64) -> Result<Self, StreamError> {
        Self::with_generation(domain, options, None, seed)
    }

    /// The stream of `seed`, with examples of generation, which have no noise.
    ///
    /// # Errors
    /// As [`ExampleStream::new`].
    pub fn with_generation(
        domain: Arc<dyn DynDomain>,
        options: ExampleOptions,
        generation: Option<Generation>,
        seed: u64,
    ) -> Result<Self, StreamError> {
        let fail = |message: String| Err(StreamError(message));
        if options.sizes.is_empty() {
            return fail(format!("program sizes {:?} are an empty range", options.sizes));
        }
        if options.steps == 0 {
            return fail("noise steps must be 1 or more".to_owned());
        }
        if !(0.0..=1.0).contains(&options.rho) {
            return fail(format!("rho is a probability, {} is not between 0 and 1", options.rho));
        }
        if options.labels == Labels::UndoMutation && options.rho > 0.0 {
            return fail(format!(
                "labels that take the last mutation back need rho = 0, not {}: a fresh program has no last mutation",
                options.rho
            ));
        }
        let grammar = domain.language().grammar();
        let sampler = Sampler::new(grammar, domain.size(), *options.sizes.end(), Weighting::Rules);
        let sizes = sampler
            .feasible(domain.start(), options.sizes.clone())
            .map_err(|e| StreamError(e.message))?;
        let noise = NoiseOptions {
            max_edit_size: options.max_edit_size,
            choice: options.choice,
        };
        let mutator = Mutator::new(Arc::clone(grammar), domain.size().clone(), noise);
        let path = EditPath::new(
            Arc::clone(grammar),
            domain.size().clone(),
            PathOptions {
                max_edit_size: options.max_edit_size,
            },
        )
        .map_err(|e| StreamError(e.message))?;
        let render_failures = AtomicU64::new(0);
        let shared = Shared {
            domain,
            options,
            seed,
            sampler,
            sizes,
            mutator,
            path,
            generation,
            render_failures,
        };
        Ok(Self {
            shared: Arc::new(shared),
        })
    }

    /// What the examples are made of.
    pub fn options(&self) -> &ExampleOptions {
        &self.shared.options
    }

    /// Programs so far that the domain could not draw; others were drawn in their place.
    pub fn render_failures(&self) -> u64 {
        self.shared.render_failures.load(Ordering::Relaxed)
    }

    /// Example number `index` (below 2^63), into `out`, whose memory is used again.
    ///
    /// # Errors
    /// If the domain draws none of many random programs, or has no two programs to lead from and to. `out` is then in no
    /// particular state.
    pub fn example(&self, index: u64, out: &mut Example) -> Result<(), StreamError> {
        debug_assert!(index < crate::streams::TASK_STREAMS);
        let mut rng = rng_stream(self.shared.seed, index);
        let mut last = String::new();
        for _ in 0..ATTEMPTS {
            match self.shared.attempt(&mut rng, out) {
                Ok(_) => return Ok(()),
                Err(Failure::Render(error)) => {
                    self.shared.render_failures.fetch_add(1, Ordering::Relaxed);
                    last = error;
                }
                Err(Failure::Alone) => {
                    return Err(StreamError(format!(
                        "noise leads from a program of {} back to itself in {ATTEMPTS} attempts: \
                         allow more sizes than {:?} or a larger replacement than {}",
                        self.shared.domain.name(),
                        self.shared.options.sizes,
                        self.shared.options.max_edit_size
                    )));
                }
            }
        }
        Err(StreamError(format!(
            "{} cannot draw its programs, {ATTEMPTS} in a row failed; the last: {last}",
            self.shared.domain.name()
        )))
    }
}

/// Why an attempt at an example came to nothing.
#[derive(Debug)]
enum Failure {
    /// The domain could not draw a program.
    Render(String),
    /// No other program than the target was found.
    Alone,
}

impl Shared {
    /// Draws an example. Returns the edits from `out.current` to `out.target`, the label first.
    fn attempt(&self, rng: &mut Rng, out: &mut Example) -> Result<Vec<Edit>, Failure> {
        out.inputs = self.domain.sample_inputs(rng);
        let bound = self.domain.bind(&out.inputs).map_err(|e| Failure::Render(e.0))?;
        let domain = bound.as_deref().unwrap_or(&*self.domain);
        let generates = |generation: &&Generation| !generation.half || rng.random_bool(0.5);
        let generation = self.generation.as_ref().filter(generates);
        self.draw_target(domain, rng, generation.map(|generation| &generation.plan), out)?;
        out.generated.clear();
        if let Some(generation) = generation {
            return self.write(domain, generation, rng, out).map(|()| Vec::new());
        }
        let undo = self.noise(rng, out)?;
        let is_path = self.options.labels != Labels::UndoMutation;
        let mut edits = match is_path {
            true => self.path.find(&out.current, &out.target, rng),
            false => undo,
        };
        let done = match is_path && self.options.along_path {
            true => rng.random_range(0..edits.len()),
            false => 0,
        };
        for edit in &edits[..done] {
            edit.apply(&mut out.current);
        }
        edits.drain(..done);
        show(domain, rng, out)?;
        out.distance = edits.len() as u32;
        out.edit = edits.first().cloned();
        out.alternatives.clear();
        if self.options.labels == Labels::AllFirstEdits {
            let next = edits[0].node;
            out.alternatives = self.path.first_edits(&out.current, &out.target, rng);
            out.alternatives.retain(|edit| edit.node != next);
        }
        Ok(edits)
    }

    /// The form of a simplified target that is nearer to `current` than it is.
    fn nearer(&self, current: &Tree, target: &Tree) -> Option<Tree> {
        let turns = self.options.simplify_targets && self.options.labels != Labels::UndoMutation;
        turns
            .then(|| nearest(&*self.domain, &self.path, current, target))
            .flatten()
    }

    fn draw_target(
        &self,
        domain: &dyn DynDomain,
        rng: &mut Rng,
        plan: Option<&GenerationPlan>,
        out: &mut Example,
    ) -> Result<(), Failure> {
        let mut redraws = self.options.redraws;
        let constants = Constants::of(domain);
        loop {
            out.target = self.random_program(rng);
            constants.suggest(&mut out.target, rng);
            if let Some(plan) = plan {
                // What the pieces of a program make is another one where it joins programs to both sides.
                let pieces = plan.split(&out.target);
                if !plan.fits(self.domain.size(), &pieces) {
                    return Err(Failure::Render("a piece of it is larger than pieces may be".to_owned()));
                }
                out.target = plan.build(&pieces).unwrap_or_default();
            }
            render(domain, &out.target, &mut out.target_image)?;
            if redraws == 0 || !domain.is_uninformative(&out.target_image) {
                if self.options.simplify_targets {
                    let whole = plan.map(|_| out.target.clone());
                    crate::simplify(domain, &mut out.target, &out.target_image);
                    // What is simplified must still be what its pieces make.
                    if let (Some(plan), Some(whole)) = (plan, whole)
                        && plan.build(&plan.split(&out.target)).as_ref() != Some(&out.target)
                    {
                        out.target = whole;
                    }
                }
                return Ok(());
            }
            redraws -= 1;
        }
    }

    /// Samples how much of the target is generated, uniformly over its pieces; the next piece is what is to be learnt.
    fn write(
        &self,
        domain: &dyn DynDomain,
        Generation { plan, half }: &Generation,
        rng: &mut Rng,
        out: &mut Example,
    ) -> Result<(), Failure> {
        let pieces = plan.split(&out.target);
        let done = rng.random_range(0..pieces.len());
        out.current = plan.build(&pieces[..done]).unwrap_or_default();
        let holes = plan.holes(done > 0).iter().copied();
        out.generated.extend(holes.zip(pieces[done].iter().cloned()));
        out.alternatives.clear();
        let left = if *half { 0 } else { pieces.len() - done };
        (out.edit, out.distance) = (None, left as u32);
        if done > 0 {
            return show(domain, rng, out);
        }
        out.image = domain.observation_spec().blank();
        if domain.has_observation_model() {
            let observed = domain.observe_target(out.target.nodes(), rng.next_u64(), &mut out.target_image);
            return observed.map_err(|e| Failure::Render(e.0));
        }
        Ok(())
    }

    /// Draws the program that noise makes of the target; it differs from it. Returns the edits that take the mutations
    /// back, the last one first, if labels are made of them.
    fn noise(&self, rng: &mut Rng, example: &mut Example) -> Result<Vec<Edit>, Failure> {
        let Example { target, current, .. } = example;
        let fresh = rng.random_bool(self.options.rho);
        let mut undo = Vec::new();
        for _ in 0..ATTEMPTS {
            if fresh {
                *current = self.random_program(rng);
            } else {
                undo.clear();
                current.clone_from_nodes(target.nodes());
                for _ in 0..rng.random_range(1..=self.options.steps) {
                    let Some(edit) = self.mutator.propose(current, rng) else {
                        continue;
                    };
                    if self.options.labels == Labels::UndoMutation {
                        undo.push(Edit {
                            node: edit.node,
                            replacement: current.subtree(edit.node).to_vec(),
                        });
                    }
                    edit.apply(current);
                }
            }
            let form = self.nearer(current, target);
            if current != form.as_ref().unwrap_or(target) {
                *target = form.unwrap_or_else(|| std::mem::take(target));
                undo.reverse();
                return Ok(undo);
            }
        }
        Err(Failure::Alone)
    }

    fn random_program(&self, rng: &mut Rng) -> Tree {
        self.sampler.sample(self.domain.start(), &self.sizes, rng)
    }
}

/// Draws the current program, and the observation of the target if the domain has such.
fn show(domain: &dyn DynDomain, rng: &mut Rng, out: &mut Example) -> Result<(), Failure> {
    if !domain.has_observation_model() {
        return render(domain, &out.current, &mut out.image);
    }
    out.image.resize(domain.observation_spec().bytes(), 0);
    let (target, current) = (rng.next_u64(), rng.next_u64());
    domain
        .observe_target(out.target.nodes(), target, &mut out.target_image)
        .and_then(|()| domain.observe_current(out.current.nodes(), current, &mut out.image))
        .map_err(|e| Failure::Render(e.0))
}

fn render(domain: &dyn DynDomain, program: &Tree, image: &mut Vec<u8>) -> Result<(), Failure> {
    image.resize(domain.observation_spec().bytes(), 0);
    domain.render(program.nodes(), image).map_err(|e| Failure::Render(e.0))
}

#[cfg(test)]
mod tests {
    use tdf_rainbow as _;

    use tdf_tree::NodeChoice;

    use super::*;

    fn edits_lead_to_the_target(labels: Labels, rho: f64) {
        let domain = tdf_domain::builtin("rainbow")
            .expect("built in")
            .open()
            .expect("a sound domain");
        let options = ExampleOptions {
            sizes: 2..=8,
            steps: 5,
            rho,
            max_edit_size: 2,
            choice: NodeChoice::default(),
            redraws: 100,
            along_path: true,
            labels,
            simplify_targets: false,
        };
        let stream = ExampleStream::new(domain, options, 2).unwrap();
        let (mut out, mut rng) = (Example::default(), tdf_tree::rng_stream(2, 0));
        for _ in 0..1000 {
            let edits = stream.shared.attempt(&mut rng, &mut out).unwrap();
            assert_eq!(edits.first(), out.edit.as_ref());
            assert_eq!(edits.len(), out.distance as usize);
            let mut program = out.current.clone();
            for edit in &edits {
                // Mutations may lead through the target, a path ends there.
                assert!(labels == Labels::UndoMutation || program != out.target);
                assert!(stream.shared.domain.size().of(&edit.replacement) <= 2);
                edit.apply(&mut program);
            }
            assert_eq!(program, out.target);
        }
    }

    #[test]
    fn the_edits_left_lead_to_the_target() {
        edits_lead_to_the_target(Labels::AllFirstEdits, 0.2);
        edits_lead_to_the_target(Labels::UndoMutation, 0.0);
    }
}
