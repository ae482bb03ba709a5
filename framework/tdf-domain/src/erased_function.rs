//! The erased form of a [`FunctionDomain`].

use std::sync::Arc;

use tdf_tree::{Language, Node, Size, Tree, rng_stream};

use crate::erased::Parts;
use crate::{
    Criterion, DomainError, DynDomain, EXACT, FunctionDomain, InputError, Inputs, Measure, ObservationSpec, Options,
    Program, RenderError, Signature, Value, ValueSpec,
};

/// A domain of functions, bound to inputs. It is bound to none at first.
struct ErasedFunction<D> {
    shared: Arc<Shared<D>>,
    inputs: Inputs,
    spec: ValueSpec,
}

struct Shared<D> {
    domain: D,
    options: Options,
    language: Arc<Language>,
    size: Size,
    criteria: Vec<&'static str>,
    signature: Signature,
}

/// As [`erase`](crate::erase()), for a domain whose programs take inputs.
///
/// # Errors
/// Those of [`erase`](crate::erase()).
pub fn erase_function<D: FunctionDomain>(domain: D) -> Result<Arc<dyn DynDomain>, DomainError> {
    erase_function_with(domain, Options::defaults(D::OPTIONS))
}

/// [`erase_function`] with values for the options of `domain`.
///
/// # Errors
/// Those of [`erase`](crate::erase()).
pub fn erase_function_with<D: FunctionDomain>(domain: D, options: Options) -> Result<Arc<dyn DynDomain>, DomainError> {
    erase_in_scope(domain, options, D::SCOPE)
}

/// [`erase_function_with`] without names in scope: trees are those of the grammar as it is written.
///
/// # Errors
/// Those of [`erase`](crate::erase()).
#[doc(hidden)]
pub fn erase_function_unscoped<D: FunctionDomain>(
    domain: D,
    options: Options,
) -> Result<Arc<dyn DynDomain>, DomainError> {
    erase_in_scope(domain, options, "")
}

fn erase_in_scope<D: FunctionDomain>(
    mut domain: D,
    options: Options,
    scope: &str,
) -> Result<Arc<dyn DynDomain>, DomainError> {
    domain.configure(&options);
    let Parts { language, size } = Parts::read::<D::Program>(D::NAME, scope, |grammar| domain.size(grammar))?;
    let signature = domain.signature();
    let shared = Shared {
        options,
        language,
        size,
        criteria: crate::with_exact(D::CRITERIA),
        signature,
        domain,
    };
    let spec = ValueSpec {
        rows: 0,
        max_bytes: signature.max_output,
    };
    Ok(Arc::new(ErasedFunction {
        shared: Arc::new(shared),
        inputs: Inputs::none(),
        spec,
    }))
}

impl<D: FunctionDomain> ErasedFunction<D> {
    fn program(&self, nodes: &[Node]) -> Result<D::Program, RenderError> {
        let language = &self.shared.language;
        crate::check_depth(language.grammar(), nodes)?;
        Ok(D::Program::from_nodes(&language.to_written(nodes)))
    }
}

impl<D: FunctionDomain> DynDomain for ErasedFunction<D> {
    fn name(&self) -> &str {
        D::NAME
    }

    fn options(&self) -> &Options {
        &self.shared.options
    }

    fn language(&self) -> &Arc<Language> {
        &self.shared.language
    }

    fn size(&self) -> &Size {
        &self.shared.size
    }

    fn observation_spec(&self) -> ObservationSpec {
        ObservationSpec::Values(self.spec)
    }

    fn signature(&self) -> Option<Signature> {
        Some(self.shared.signature)
    }

    fn inputs(&self) -> &Inputs {
        &self.inputs
    }

    fn inputs_of_seed(&self, seed: u64) -> Inputs {
        Inputs::new(self.shared.domain.sample_inputs(&mut rng_stream(seed, 0)))
    }

    fn bind(&self, inputs: &Inputs) -> Result<Option<Arc<dyn DynDomain>>, InputError> {
        self.shared.signature.check(inputs)?;
        Ok(Some(Arc::new(Self {
            shared: Arc::clone(&self.shared),
            inputs: inputs.clone(),
            spec: ValueSpec {
                rows: inputs.rows().len() as u32,
                ..self.spec
            },
        })))
    }

    fn render(&self, nodes: &[Node], observation: &mut [u8]) -> Result<(), RenderError> {
        let program = self.program(nodes)?;
        let mut slots = observation.chunks_exact_mut(self.spec.slot());
        let mut write = |output: Option<Value>| {
            if let Some(slot) = slots.next() {
                self.spec.write(output.as_ref(), slot);
            }
        };
        self.shared.domain.run_rows(&program, self.inputs.rows(), &mut write);
        // A domain that gives too few outputs fails on the others.
        slots.for_each(|slot| self.spec.write(None, slot));
        Ok(())
    }

    fn criteria(&self) -> &[&str] {
        &self.shared.criteria
    }

    fn solved(&self, criterion: Criterion, observation: &[u8], target: &[u8]) -> bool {
        if observation == target {
            return true;
        }
        match D::CRITERIA.get(criterion.index()) {
            None | Some(&EXACT) => false,
            Some(name) => {
                let [outputs, target] = [observation, target].map(|bytes| self.spec.decode(bytes));
                self.shared.domain.solved(name, &outputs, &target)
            }
        }
    }

    fn measure(&self, criterion: Criterion, observation: &[u8], target: &[u8]) -> Option<Measure> {
        if !matches!(D::CRITERIA.get(criterion.index()), None | Some(&EXACT)) {
            return None;
        }
        Some(Measure::examples_met(self.spec, observation, target))
    }

    fn distance(&self, observation: &[u8], target: &[u8]) -> f64 {
        self.shared.domain.distance(self.spec, observation, target)
    }

    fn is_uninformative(&self, observation: &[u8]) -> bool {
        let outputs = self.spec.decode(observation);
        self.shared.domain.is_uninformative(self.inputs.rows(), &outputs)
    }

    fn constants(&self, target: &[u8]) -> Vec<Tree> {
        let outputs = self.spec.decode(target);
        let texts = self.shared.domain.constants(self.inputs.rows(), &outputs);
        let language = &self.shared.language;
        let trees = texts.iter().filter_map(|text| language.parse(self.start(), text).ok());
        trees.collect()
    }

    fn refines(&self) -> bool {
        D::REFINES
    }

    fn refined(&self, nodes: &[Node], target: &[u8]) -> (Option<Tree>, u32) {
        let Ok(program) = self.program(nodes) else {
            return (None, 0);
        };
        let outputs = self.spec.decode(target);
        let refinement = self.shared.domain.refined(&program, self.inputs.rows(), &outputs);
        let language = &self.shared.language;
        let tree = refinement
            .program
            .and_then(|text: String| language.parse(self.start(), &text).ok());
        (tree, refinement.runs)
    }

    fn canonical(&self, nodes: &[Node]) -> Option<Vec<Node>> {
        let program = self.program(nodes).ok()?;
        let canonical = self.shared.domain.canonical(&program)?;
        let tree = self.shared.language.from_written(self.start(), canonical).ok()?;
        Some(tree.nodes().to_vec())
    }

    fn svg(&self, _: &[Node]) -> Option<String> {
        None
    }

    fn shown(&self, nodes: &[Node]) -> Option<String> {
        self.shared.domain.shown(&self.program(nodes).ok()?)
    }
}
