//! A domain under test, and random programs of it.

use std::sync::Arc;

use tdf_domain::{Canvas, Domain, DynDomain, Options, erase_with};
use tdf_grammar::{Grammar, NonterminalId};
use tdf_tree::{Language, Rng, Sampler, Size, Tree, Weighting, rng_stream};

/// A domain in both forms.
///
/// # Examples
///
/// ```
/// use tdf_rainbow::Rainbow;
/// use tdf_testkit::Fixture;
///
/// let fixture = Fixture::<Rainbow>::new();
/// let programs = fixture.read("(Box red)\n(Ball blue)");
/// let images: Vec<Vec<u8>> = programs.iter().map(|program| fixture.render(program)).collect();
/// assert_ne!(images[0], images[1]);
/// ```
#[derive(Debug)]
pub struct Fixture<D> {
    /// As its author wrote it.
    pub typed: D,
    /// As the framework sees it.
    pub erased: Arc<dyn DynDomain>,
    /// Seed of all random programs.
    pub seed: u64,
    /// Least size of a program of each nonterminal.
    pub least: Vec<u32>,
    sampler: Sampler,
}

/// Sizes of sampled programs, beyond the least one of their nonterminal.
const RANGE: u32 = 12;

impl<D: Domain + Default> Fixture<D> {
    /// Opens the domain. `TDF_SEED` in the environment sets the seed.
    ///
    /// # Panics
    /// If the domain cannot be opened.
    #[allow(clippy::new_without_default, reason = "it reads the environment and panics")]
    pub fn new() -> Self {
        Self::with(&[])
    }

    /// Opens the domain with values for some of its options.
    ///
    /// # Panics
    /// If the domain cannot be opened.
    pub fn with(options: &[(&str, &str)]) -> Self {
        Self::open(options).unwrap_or_else(|error| panic!("{error}"))
    }

    /// The domain, for a check that needs one. `None` if it does not open: the test `opens` says so and why, and a dozen
    /// others need not repeat it.
    #[doc(hidden)]
    pub fn if_it_opens() -> Option<Self> {
        let fixture = Self::open(&[]);
        if fixture.is_err() {
            #[expect(clippy::print_stderr, reason = "a test says why it checks nothing")]
            {
                eprintln!("nothing is checked here: the domain does not open, see the test `opens`");
            }
        }
        fixture.ok()
    }

    /// Opens the domain with values for some of its options.
    ///
    /// # Errors
    /// A name, a grammar, a size function, a canvas or options that `tdf` would refuse: says why, and what to do.
    ///
    /// # Panics
    /// If `TDF_SEED` is no whole number.
    pub fn open(options: &[(&str, &str)]) -> Result<Self, String> {
        let seed = match std::env::var("TDF_SEED") {
            Ok(text) => text
                .parse()
                .unwrap_or_else(|_| panic!("TDF_SEED is a whole number, not {text:?}")),
            Err(_) => 20_519,
        };
        let fail = |error: &dyn std::fmt::Display| format!("the domain {} does not open: {error}", D::NAME);
        let options = Options::new(D::OPTIONS, options.iter().copied()).map_err(|error| fail(&error))?;
        let mut typed = D::default();
        typed.configure(&options);
        let erased = erase_with(D::default(), options).map_err(|error| fail(&error))?;
        check_form(D::NAME, typed.canvas()).map_err(|error| fail(&error))?;
        let grammar = erased.language().grammar();
        let least = erased.size().least(grammar);
        let greatest = least.iter().max().copied().unwrap_or_default() + RANGE;
        let sampler = Sampler::new(grammar, erased.size(), greatest, Weighting::Rules);
        Ok(Self {
            typed,
            erased,
            seed,
            least,
            sampler,
        })
    }

    /// The language.
    pub fn language(&self) -> &Language {
        self.erased.language()
    }

    /// The grammar.
    pub fn grammar(&self) -> &Grammar {
        self.erased.language().grammar()
    }

    /// The size function.
    pub fn size(&self) -> &Size {
        self.erased.size()
    }

    /// Ids of the nonterminals whose programs are texts: all but the rests of open terminals.
    pub fn nonterminals(&self) -> impl Iterator<Item = NonterminalId> + use<D> {
        let rest = |n: &tdf_grammar::Nonterminal| n.kind == tdf_grammar::NonterminalKind::Suffix;
        let texts: Vec<bool> = self.grammar().nonterminals.iter().map(|n| !rest(n)).collect();
        (0..texts.len()).filter(move |n| texts[*n]).map(NonterminalId::new)
    }

    /// The random stream number `index`.
    pub fn rng(&self, index: u64) -> Rng {
        rng_stream(self.seed, index)
    }

    /// `count` random programs of `start`, of various sizes, with the size that was asked for.
    pub fn sized_programs(&self, start: NonterminalId, count: usize) -> Vec<(u32, Tree)> {
        let least = self.least[start.index()];
        let sizes = match self.sampler.feasible(start, least..=least + RANGE) {
            Ok(sizes) => sizes,
            Err(error) => panic!("{} has a least program and none of its size: {error}", self.name(start)),
        };
        let mut rng = self.rng(1_000 + u64::from(start.0));
        (0..count)
            .map(|i| {
                let size = sizes[i % sizes.len()];
                let mut nodes = Vec::new();
                self.sampler.sample_into(start, size, &mut rng, &mut nodes);
                (size, Tree::from_nodes(nodes))
            })
            .collect()
    }

    /// `count` random programs of `start`, of various sizes.
    pub fn programs(&self, start: NonterminalId, count: usize) -> Vec<Tree> {
        self.sized_programs(start, count)
            .into_iter()
            .map(|(_, tree)| tree)
            .collect()
    }

    /// `count` random programs of one size.
    ///
    /// # Panics
    /// If there is none of this size.
    pub fn programs_of_size(&self, size: u32, count: usize) -> Vec<Tree> {
        let start = self.erased.start();
        if let Err(error) = self.sampler.feasible(start, size..=size) {
            panic!("{error}");
        }
        let mut rng = self.rng(2_000);
        (0..count)
            .map(|_| self.sampler.sample(start, &[size], &mut rng))
            .collect()
    }

    /// The programs in `text`, one a line.
    ///
    /// # Panics
    /// If a line is no program.
    pub fn read(&self, text: &str) -> Vec<Tree> {
        let parse = |line: &str| self.language().parse(self.erased.start(), line);
        text.lines()
            .map(|line| parse(line).unwrap_or_else(|error| panic!("{line}: {error}")))
            .collect()
    }

    /// Name of a nonterminal, for messages.
    pub fn name(&self, nonterminal: NonterminalId) -> &str {
        &self.grammar().nonterminals[nonterminal.index()].name
    }

    /// The end of every message: how to see the failure again.
    pub fn again(&self) -> String {
        format!("(TDF_SEED={})", self.seed)
    }
}

/// What `tdf` asks of a domain in a shared library before it uses it.
fn check_form(name: &str, canvas: Canvas) -> Result<(), String> {
    let allowed = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-' || c == '_';
    if name.is_empty() || !name.chars().all(allowed) {
        return Err("NAME may hold lower-case letters, digits, - and _ only".to_owned());
    }
    let Canvas {
        width,
        height,
        channels,
        background,
    } = canvas;
    Canvas::described(width, height, channels, background.into()).map(drop)
}
