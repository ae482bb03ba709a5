//! The erased interface that the framework works with.

use std::path::PathBuf;
use std::sync::Arc;

use tdf_grammar::{GrammarError, NonterminalId};
use tdf_reader::ReadOptions;
use tdf_tree::rand::Rng as _;
use tdf_tree::{Language, Node, Rng, Size, SizeError, Tree};

#[cfg(doc)]
use crate::FunctionDomain;
use crate::{
    Canvas, Criterion, CriterionError, Domain, InputError, Inputs, Measure, ObservationSpec, OptionError, Options,
    PIXEL_CRITERIA, PartialPrograms, Program, RenderError, Signature,
};

/// A domain that cannot be used.
#[derive(Clone, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum DomainError {
    /// Its grammar has errors.
    #[error("{0}")]
    Grammar(#[from] GrammarError),
    /// Its size function does not fit its grammar.
    #[error("{0}")]
    Size(#[from] SizeError),
    /// An option that it does not have, or a value that it does not take.
    #[error("{0}")]
    Option(#[from] OptionError),
}

/// Where a domain that is not built in comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Provenance {
    /// The file that the user named: a grammar file or a shared library.
    pub origin: PathBuf,
    /// The shared library.
    pub library: PathBuf,
    /// SHA-256 of the library's bytes, in lower-case hexadecimal digits.
    pub digest: String,
    /// The size function that replaces the plugin's, as [`Size::parse`] takes it; `None` for the plugin's own.
    pub size: Option<String>,
    /// The table `scope` that replaces the plugin's, as a TOML document; `None` for the plugin's own.
    pub scope: Option<String>,
}

/// Calls into a plugin that failed where they may not: panics, an image of another size, samples that are not numbers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PluginFaults {
    /// Number of such calls.
    pub count: u64,
    /// What the first one said, and about which program.
    pub first: String,
}

impl std::fmt::Display for PluginFaults {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let calls = if self.count == 1 { "call" } else { "calls" };
        write!(
            f,
            "{} {calls} of the plugin failed, the first: {}",
            self.count, self.first
        )
    }
}

/// A domain without its tree type.
pub trait DynDomain: Send + Sync {
    /// Name on the command line.
    fn name(&self) -> &str;
    /// Where it comes from; `None` if it is built in.
    fn provenance(&self) -> Option<&Provenance> {
        None
    }
    /// What went wrong inside a plugin so far.
    fn faults(&self) -> Option<PluginFaults> {
        None
    }
    /// The values of its options.
    fn options(&self) -> &Options {
        Options::NONE
    }
    /// Grammar, lexer and tables.
    fn language(&self) -> &Arc<Language>;
    /// The nonterminal of whole programs.
    fn start(&self) -> NonterminalId {
        self.language().grammar().start
    }
    /// The paper's sigma.
    fn size(&self) -> &Size;
    /// The form of its observations: images, or the outputs of programs on [`DynDomain::inputs`].
    fn observation_spec(&self) -> ObservationSpec;
    /// The form of the images, if observations are images.
    fn canvas(&self) -> Option<Canvas> {
        self.observation_spec().canvas()
    }
    /// What programs take and give; `None` if they take no inputs.
    fn signature(&self) -> Option<Signature> {
        None
    }
    /// The inputs that programs run on: see [`bind`].
    fn inputs(&self) -> &Inputs {
        const { &Inputs::none() }
    }
    /// Random inputs for a task; none if programs take none.
    fn sample_inputs(&self, rng: &mut Rng) -> Inputs {
        match self.signature() {
            Some(_) => self.inputs_of_seed(rng.next_u64()),
            None => Inputs::none(),
        }
    }
    /// The random inputs of this seed. A seed crosses the boundary to a shared library, a generator does not. So a domain that is
    /// linked samples what it samples when it is loaded.
    fn inputs_of_seed(&self, seed: u64) -> Inputs {
        let _ = seed;
        Inputs::none()
    }
    /// The domain whose programs run on `inputs`; `None` if programs take none. Use [`bind`].
    ///
    /// # Errors
    /// Inputs that programs do not take.
    fn bind(&self, inputs: &Inputs) -> Result<Option<Arc<dyn DynDomain>>, InputError> {
        match inputs.is_empty() {
            true => Ok(None),
            false => Err(InputError(format!("programs of {} take no inputs", self.name()))),
        }
    }
    /// See [`Domain::coarse`]. Its language is that of this domain. Domains of shared libraries have none.
    fn coarse(&self) -> Option<Arc<dyn DynDomain>> {
        None
    }
    /// See [`Domain::PALETTE`].
    fn palette(&self) -> &[[u8; 3]] {
        &[]
    }
    /// See [`Domain::PARTIAL_PROGRAMS`].
    fn partial_programs(&self) -> Option<PartialPrograms> {
        None
    }
    /// Renders the program `nodes` (in pre-order) into `image`, which is [`ObservationSpec::bytes`] long. A program that takes inputs
    /// is run on each row of [`DynDomain::inputs`].
    ///
    /// # Errors
    /// Those of [`Domain::render`], and programs deeper than [`MAX_DEPTH`](crate::MAX_DEPTH).
    fn render(&self, nodes: &[Node], image: &mut [u8]) -> Result<(), RenderError>;
    /// See [`Domain::OBSERVATION_MODEL`].
    fn has_observation_model(&self) -> bool {
        false
    }
    /// See [`Domain::observe_target`].
    ///
    /// # Errors
    /// Those of [`DynDomain::render`].
    fn observe_target(&self, nodes: &[Node], seed: u64, image: &mut [u8]) -> Result<(), RenderError> {
        let _ = seed;
        self.render(nodes, image)
    }
    /// See [`Domain::observe_current`].
    ///
    /// # Errors
    /// Those of [`DynDomain::render`].
    fn observe_current(&self, nodes: &[Node], seed: u64, image: &mut [u8]) -> Result<(), RenderError> {
        let _ = seed;
        self.render(nodes, image)
    }
    /// Names of the success criteria, the default first; see [`Domain::CRITERIA`]. Domains that implement [`Domain`], and those of
    /// plugins, also have [`EXACT`](crate::EXACT).
    fn criteria(&self) -> &[&str] {
        PIXEL_CRITERIA
    }
    /// The criterion called `name`; the default if `name` is empty.
    ///
    /// # Errors
    /// A name that the domain does not have.
    fn criterion(&self, name: &str) -> Result<Criterion, CriterionError> {
        Criterion::find(self.name(), self.criteria(), name)
    }
    /// See [`Domain::solved`].
    fn solved(&self, criterion: Criterion, image: &[u8], target: &[u8]) -> bool;
    /// See [`Domain::measure`]. `None` if the criterion has no measure.
    fn measure(&self, criterion: Criterion, image: &[u8], target: &[u8]) -> Option<Measure> {
        let _ = (criterion, image, target);
        None
    }
    /// See [`Domain::distance`].
    fn distance(&self, image: &[u8], target: &[u8]) -> f64 {
        crate::distance::pixels(image, target)
    }
    /// See [`Domain::is_uninformative`].
    fn is_uninformative(&self, image: &[u8]) -> bool;
    /// Constants that a target suggests, as programs. A search tries them before others. See [`FunctionDomain::constants`].
    fn constants(&self, target: &[u8]) -> Vec<Tree> {
        let _ = target;
        Vec::new()
    }
    /// Whether [`DynDomain::refined`] is worth calling.
    fn refines(&self) -> bool {
        false
    }
    /// The program `nodes` with its constants fitted to `target`, if there is one, and the number of renders that this took. See
    /// [`FunctionDomain::refined`].
    fn refined(&self, nodes: &[Node], target: &[u8]) -> (Option<Tree>, u32) {
        let _ = (nodes, target);
        (None, 0)
    }
    /// See [`Domain::canonical`]. `None` also for programs deeper than [`MAX_DEPTH`](crate::MAX_DEPTH).
    fn canonical(&self, nodes: &[Node]) -> Option<Vec<Node>> {
        let _ = nodes;
        None
    }
    /// See [`Domain::svg`]. `None` also for programs deeper than [`MAX_DEPTH`](crate::MAX_DEPTH).
    fn svg(&self, nodes: &[Node]) -> Option<String>;
    /// The program in the form that other software takes, if it is not the text of the program: see [`FunctionDomain::shown`].
    fn shown(&self, nodes: &[Node]) -> Option<String> {
        let _ = nodes;
        None
    }
}

/// `domain` with its programs bound to `inputs`: its observations are then the outputs on these. A domain of images is returned as
/// it is.
///
/// # Errors
/// Inputs that programs do not take.
pub fn bind(domain: &Arc<dyn DynDomain>, inputs: &Inputs) -> Result<Arc<dyn DynDomain>, InputError> {
    Ok(domain.bind(inputs)?.unwrap_or_else(|| Arc::clone(domain)))
}

impl std::fmt::Debug for dyn DynDomain {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Domain").field(&self.name()).finish()
    }
}

struct Erased<D> {
    domain: D,
    options: Options,
    language: Arc<Language>,
    size: Size,
    criteria: Vec<&'static str>,
}

/// Reads the grammar of `domain` and hides its tree type. Its options have their defaults.
///
/// # Errors
/// Errors of the grammar, conflicts of its LR tables included, and of the size function.
///
/// # Examples
///
/// ```
/// use tdf_domain::erase;
/// use tdf_rainbow::Rainbow;
///
/// let domain = erase(Rainbow::default())?;
/// assert_eq!(domain.name(), "rainbow");
/// assert_eq!(domain.canvas().unwrap().channels, 3);
/// assert!(domain.language().parse(domain.start(), "(Ball green)").is_ok());
/// # Ok::<(), tdf_domain::DomainError>(())
/// ```
pub fn erase<D: Domain>(domain: D) -> Result<Arc<dyn DynDomain>, DomainError> {
    erase_with(domain, Options::defaults(D::OPTIONS))
}

/// [`erase`] with values for the options of `domain`.
///
/// # Errors
/// Those of [`erase`].
pub fn erase_with<D: Domain>(domain: D, options: Options) -> Result<Arc<dyn DynDomain>, DomainError> {
    erase_in_scope(domain, options, D::SCOPE)
}

/// [`erase_with`] without names in scope: trees are those of the grammar as it is written. A plugin gets such trees.
///
/// # Errors
/// Those of [`erase`].
#[doc(hidden)]
pub fn erase_unscoped<D: Domain>(domain: D, options: Options) -> Result<Arc<dyn DynDomain>, DomainError> {
    erase_in_scope(domain, options, "")
}

fn erase_in_scope<D: Domain>(mut domain: D, options: Options, scope: &str) -> Result<Arc<dyn DynDomain>, DomainError> {
    domain.configure(&options);
    let Parts { language, size } = Parts::read::<D::Program>(D::NAME, scope, |grammar| domain.size(grammar))?;
    Ok(Arc::new(Erased {
        domain,
        options,
        language,
        size,
        criteria: crate::with_exact(D::CRITERIA),
    }))
}

/// The language of a domain, and the size of its programs.
pub(crate) struct Parts {
    pub(crate) language: Arc<Language>,
    pub(crate) size: Size,
}

impl Parts {
    /// Reads the grammar of `P` with the names in `scope`.
    pub(crate) fn read<P: Program>(
        name: &str,
        scope: &str,
        size: impl FnOnce(&tdf_grammar::Grammar) -> Result<Size, SizeError>,
    ) -> Result<Self, DomainError> {
        let file = format!("{}.lalrpop", P::GRAMMAR_NAME);
        let features = ReadOptions::with_features(P::GRAMMAR_FEATURES.iter().copied());
        let grammar = tdf_reader::read_grammar_with(&file, P::GRAMMAR, &features)?;
        let size = size(&grammar)?;
        let language = Arc::new(Language::with_scopes(grammar, &format!("SCOPE of {name}"), scope)?);
        let size = language.size_of_written(&size);
        Ok(Self { language, size })
    }
}

impl<D: Domain> DynDomain for Erased<D> {
    fn name(&self) -> &str {
        D::NAME
    }

    fn options(&self) -> &Options {
        &self.options
    }

    fn language(&self) -> &Arc<Language> {
        &self.language
    }

    fn size(&self) -> &Size {
        &self.size
    }

    fn observation_spec(&self) -> ObservationSpec {
        ObservationSpec::Image(self.domain.canvas())
    }

    fn coarse(&self) -> Option<Arc<dyn DynDomain>> {
        let domain = self.domain.coarse()?;
        Some(Arc::new(Self {
            domain,
            options: self.options.clone(),
            language: Arc::clone(&self.language),
            size: self.size.clone(),
            criteria: self.criteria.clone(),
        }))
    }

    fn palette(&self) -> &[[u8; 3]] {
        D::PALETTE
    }

    fn partial_programs(&self) -> Option<PartialPrograms> {
        D::PARTIAL_PROGRAMS
    }

    fn render(&self, nodes: &[Node], image: &mut [u8]) -> Result<(), RenderError> {
        crate::check_depth(self.language.grammar(), nodes)?;
        self.domain
            .render(&D::Program::from_nodes(&self.language.to_written(nodes)), image)
    }

    fn has_observation_model(&self) -> bool {
        D::OBSERVATION_MODEL
    }

    fn observe_target(&self, nodes: &[Node], seed: u64, image: &mut [u8]) -> Result<(), RenderError> {
        crate::check_depth(self.language.grammar(), nodes)?;
        let program = D::Program::from_nodes(&self.language.to_written(nodes));
        self.domain.observe_target(&program, seed, image)
    }

    fn observe_current(&self, nodes: &[Node], seed: u64, image: &mut [u8]) -> Result<(), RenderError> {
        crate::check_depth(self.language.grammar(), nodes)?;
        let program = D::Program::from_nodes(&self.language.to_written(nodes));
        self.domain.observe_current(&program, seed, image)
    }

    fn criteria(&self) -> &[&str] {
        &self.criteria
    }

    fn solved(&self, criterion: Criterion, image: &[u8], target: &[u8]) -> bool {
        match D::CRITERIA.get(criterion.index()) {
            Some(name) => self.domain.solved(name, image, target),
            None => image == target,
        }
    }

    fn measure(&self, criterion: Criterion, image: &[u8], target: &[u8]) -> Option<Measure> {
        match D::CRITERIA.get(criterion.index()) {
            Some(name) => self.domain.measure(name, image, target),
            None => Some(Measure::exact(image, target)),
        }
    }

    fn distance(&self, image: &[u8], target: &[u8]) -> f64 {
        self.domain.distance(image, target)
    }

    fn is_uninformative(&self, image: &[u8]) -> bool {
        self.domain.is_uninformative(image)
    }

    fn canonical(&self, nodes: &[Node]) -> Option<Vec<Node>> {
        crate::check_depth(self.language.grammar(), nodes).ok()?;
        let program = D::Program::from_nodes(&self.language.to_written(nodes));
        let canonical = self.domain.canonical(&program)?;
        let tree = self.language.from_written(self.start(), canonical).ok()?;
        Some(tree.nodes().to_vec())
    }

    fn svg(&self, nodes: &[Node]) -> Option<String> {
        crate::check_depth(self.language.grammar(), nodes).ok()?;
        self.domain
            .svg(&D::Program::from_nodes(&self.language.to_written(nodes)))
    }
}
