//! A domain whose programs run in other processes.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use tdf_domain::{
    Criterion, DynDomain, InputError, Inputs, Language, Measure, Node, ObservationSpec, Options, PluginFaults,
    Provenance, RenderError, Signature, Size, Tree, ValueSpec, check_depth, slots_fault,
};

use crate::child::CallError;
use crate::frame::{Frame, Function, Payload};
use crate::pool::{Pool, frame};

/// What the domains of all inputs have in common.
pub(crate) struct Parts {
    pub pool: Arc<Pool>,
    pub name: &'static str,
    pub provenance: Provenance,
    pub language: Arc<Language>,
    pub size: Size,
    /// Without inputs.
    pub observation: ObservationSpec,
    pub signature: Option<Signature>,
    pub options: Options,
    pub palette: &'static [[u8; 3]],
    /// The criteria, with that of the framework.
    pub criteria: &'static [&'static str],
    /// How many of them are the domain's: the first ones.
    pub own_criteria: usize,
    /// The functions that the process has.
    pub functions: Vec<Function>,
    pub faults: Mutex<Option<PluginFaults>>,
}

pub(crate) struct Served {
    parts: Arc<Parts>,
    observation: ObservationSpec,
    bound: Option<Bound>,
}

struct Bound {
    /// Processes are told the inputs when they are called for another number than before.
    number: u64,
    inputs: Inputs,
    frame: Frame,
}

impl Served {
    /// Bound to no inputs.
    pub fn of(parts: Parts) -> Self {
        Self {
            observation: parts.observation,
            parts: Arc::new(parts),
            bound: None,
        }
    }

    /// A call of a function that the process has, about the program `nodes`, which may be none. A failure is noted.
    fn call(&self, function: Function, nodes: &[Node], frame: Frame) -> Result<Vec<u8>, RenderError> {
        let pool = &self.parts.pool;
        let answer = match &self.bound {
            Some(bound) => pool.call_bound(bound.number, &bound.frame, frame),
            None => pool.call(frame),
        };
        answer.map_err(|error| match error {
            CallError::NoImage(why) if why.is_empty() => {
                RenderError("the plugin says that it means no image".to_owned())
            }
            CallError::NoImage(why) => RenderError(why),
            error => self.note(nodes, &format!("the plugin, in `{}`, {error}", function.name())),
        })
    }

    /// The answer of an optional function, if the process has it and does not fail.
    fn optional(&self, function: Function, nodes: &[Node], frame: Frame) -> Option<Vec<u8>> {
        self.has(function)
            .then(|| self.call(function, nodes, frame).ok())
            .flatten()
    }

    fn has(&self, function: Function) -> bool {
        // Without inputs there are no observations to look at.
        self.parts.functions.contains(&function) && (self.bound.is_some() || self.parts.signature.is_none())
    }

    /// Notes an answer that may not be, and puts it into words.
    fn fault(&self, nodes: &[Node], what: &str) -> RenderError {
        self.note(nodes, &format!("the plugin {what}"))
    }

    fn note(&self, nodes: &[Node], what: &str) -> RenderError {
        let program = match nodes.is_empty() {
            true => String::new(),
            false => format!("; the program: {}", self.parts.language.print(nodes)),
        };
        let message = format!("{what}{program}");
        let mut faults = self.parts.faults.lock().unwrap_or_else(PoisonError::into_inner);
        let so_far = faults.get_or_insert_with(|| PluginFaults {
            count: 0,
            first: message.clone(),
        });
        so_far.count += 1;
        RenderError(message)
    }

    /// The program as the process takes it, behind the code of a function.
    fn about(&self, function: Function, nodes: &[Node]) -> Option<Frame> {
        check_depth(self.parts.language.grammar(), nodes).ok()?;
        Some(frame(function).program(&self.parts.language.to_written(nodes)))
    }

    /// A yes or a no.
    fn verdict(&self, function: Function, frame: Frame) -> Option<bool> {
        let answer = self.optional(function, &[], frame)?;
        match answer[..] {
            [byte @ (0 | 1)] => Some(byte == 1),
            _ => {
                self.fault(
                    &[],
                    &format!("answered `{}` with what is neither 1 nor 0", function.name()),
                );
                Some(false)
            }
        }
    }

    /// A text about a program, if there is one.
    fn text(&self, function: Function, nodes: &[Node]) -> Option<String> {
        let answer = self.optional(function, nodes, self.about(function, nodes)?)?;
        match String::from_utf8(answer) {
            Ok(text) => (!text.is_empty()).then_some(text),
            Err(_) => {
                self.fault(nodes, &format!("answered `{}` with what is no text", function.name()));
                None
            }
        }
    }
}

impl DynDomain for Served {
    fn name(&self) -> &str {
        self.parts.name
    }

    fn provenance(&self) -> Option<&Provenance> {
        Some(&self.parts.provenance)
    }

    fn faults(&self) -> Option<PluginFaults> {
        self.parts.faults.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn options(&self) -> &Options {
        &self.parts.options
    }

    fn language(&self) -> &Arc<Language> {
        &self.parts.language
    }

    fn size(&self) -> &Size {
        &self.parts.size
    }

    fn observation_spec(&self) -> ObservationSpec {
        self.observation
    }

    fn signature(&self) -> Option<Signature> {
        self.parts.signature
    }

    fn inputs(&self) -> &Inputs {
        match &self.bound {
            Some(bound) => &bound.inputs,
            None => const { &Inputs::none() },
        }
    }

    fn inputs_of_seed(&self, seed: u64) -> Inputs {
        let Some(signature) = self.parts.signature else {
            return Inputs::none();
        };
        let function = Function::SampleInputs;
        let asked = frame(function).bytes(&seed.to_le_bytes());
        let Ok(answer) = self.call(function, &[], asked) else {
            return Inputs::none();
        };
        let rows = Payload(&answer).rows().ok_or("what are no rows of values".to_owned());
        let checked = rows.and_then(|rows| {
            let inputs = Inputs::new(rows);
            match signature.check(&inputs) {
                Ok(()) => Ok(inputs),
                Err(error) => Err(format!("inputs that its own programs do not take: {error}")),
            }
        });
        checked.unwrap_or_else(|what| {
            self.fault(&[], &format!("answered `sample_inputs` with {what}"));
            Inputs::none()
        })
    }

    fn bind(&self, inputs: &Inputs) -> Result<Option<Arc<dyn DynDomain>>, InputError> {
        /// Inputs so far, of all domains.
        static NUMBER: AtomicU64 = AtomicU64::new(1);

        let Some(signature) = self.parts.signature else {
            return match inputs.is_empty() {
                true => Ok(None),
                false => Err(InputError(format!("programs of {} take no inputs", self.parts.name))),
            };
        };
        signature.check(inputs)?;
        Ok(Some(Arc::new(Self {
            parts: Arc::clone(&self.parts),
            observation: ObservationSpec::Values(ValueSpec {
                rows: inputs.rows().len() as u32,
                max_bytes: signature.max_output,
            }),
            bound: Some(Bound {
                number: NUMBER.fetch_add(1, Ordering::Relaxed),
                inputs: inputs.clone(),
                frame: frame(Function::Bind).rows(inputs.rows()),
            }),
        })))
    }

    fn palette(&self) -> &[[u8; 3]] {
        self.parts.palette
    }

    fn render(&self, nodes: &[Node], image: &mut [u8]) -> Result<(), RenderError> {
        check_depth(self.parts.language.grammar(), nodes)?;
        if self.parts.signature.is_some() && self.bound.is_none() {
            return Ok(());
        }
        let program = self.parts.language.to_written(nodes);
        let answer = self.call(Function::Render, nodes, frame(Function::Render).program(&program))?;
        if answer.len() != image.len() {
            let (found, wanted) = (answer.len(), image.len());
            return Err(self.fault(nodes, &format!("gave an observation of {found} bytes, not {wanted}")));
        }
        if let (Some(signature), ObservationSpec::Values(spec)) = (self.parts.signature, self.observation)
            && let Some(what) = slots_fault(spec, signature.output_kinds, &answer)
        {
            return Err(self.fault(nodes, &what));
        }
        image.copy_from_slice(&answer);
        Ok(())
    }

    fn criteria(&self) -> &[&str] {
        self.parts.criteria
    }

    fn solved(&self, criterion: Criterion, image: &[u8], target: &[u8]) -> bool {
        if image == target && self.parts.signature.is_some() {
            return true;
        }
        let index = criterion.index();
        if index >= self.parts.own_criteria {
            return image == target;
        }
        let asked = frame(Function::Solved)
            .number(index as u32)
            .counted(image)
            .counted(target);
        if let Some(verdict) = self.verdict(Function::Solved, asked) {
            return verdict;
        }
        self.observation
            .default_solved(self.parts.criteria[index], image, target)
    }

    fn measure(&self, criterion: Criterion, image: &[u8], target: &[u8]) -> Option<Measure> {
        let is_own = criterion.index() < self.parts.own_criteria;
        if is_own && self.parts.functions.contains(&Function::Solved) {
            return None;
        }
        match is_own {
            true => self
                .observation
                .default_measure(self.parts.criteria[criterion.index()], image, target),
            false => Some(self.observation.exact_measure(image, target)),
        }
    }

    fn distance(&self, image: &[u8], target: &[u8]) -> f64 {
        if !self.has(Function::Distance) {
            return self.observation.default_distance(image, target);
        }
        let asked = frame(Function::Distance).counted(image).counted(target);
        let Some(answer) = self.optional(Function::Distance, &[], asked) else {
            return f64::MAX;
        };
        let distance = answer[..].try_into().map_or(f64::NAN, f64::from_le_bytes);
        match distance.is_finite() && distance >= 0.0 {
            true => distance,
            false => {
                self.fault(
                    &[],
                    &format!("gave the distance {distance}, which has to be finite and not negative"),
                );
                f64::MAX
            }
        }
    }

    fn is_uninformative(&self, image: &[u8]) -> bool {
        let asked = frame(Function::IsUninformative).counted(image);
        let verdict = self.verdict(Function::IsUninformative, asked);
        verdict.unwrap_or_else(|| self.observation.default_is_uninformative(self.inputs(), image))
    }

    fn constants(&self, target: &[u8]) -> Vec<Tree> {
        let asked = frame(Function::Constants).counted(target);
        let answer = self.optional(Function::Constants, &[], asked).unwrap_or_default();
        let texts = String::from_utf8_lossy(&answer);
        let parsed = texts
            .split_terminator('\0')
            .filter_map(|text| self.parts.language.parse(self.start(), text).ok());
        parsed.collect()
    }

    fn canonical(&self, nodes: &[Node]) -> Option<Vec<Node>> {
        let text = self.text(Function::Canonical, nodes)?;
        match self.parts.language.parse(self.start(), &text) {
            Ok(program) => Some(program.nodes().to_vec()),
            Err(error) => {
                self.fault(nodes, &format!("wrote a canonical form that is no program: {error}"));
                None
            }
        }
    }

    fn svg(&self, nodes: &[Node]) -> Option<String> {
        self.text(Function::Svg, nodes)
    }

    fn shown(&self, nodes: &[Node]) -> Option<String> {
        self.text(Function::Shown, nodes)
    }
}
