//! How much random targets of a domain are worth: whether its criterion tells them apart, and how many show next to nothing.

use std::fmt::Write as _;
use std::ops::RangeInclusive;

use serde::Serialize;
use tdf_domain::{Criterion, DynDomain};
use tdf_tree::{Sampler, Weighting, rng_stream};

use crate::TaskError;
use crate::streams::STATISTICS_STREAMS;

/// Random programs, at most.
const PROGRAMS: u64 = 100;

/// Each image is compared with so many others.
const NEIGHBOURS: usize = 10;

/// Equal pairs over this share are worth a warning: a search then solves tasks by chance, or by nearly blank images.
const MANY_EQUAL: f64 = 0.1;

/// Targets over this share that are nearly empty, or that a blank image solves, are worth a warning.
const MANY_EMPTY: f64 = 0.5;
const MANY_BLANK: f64 = 0.05;

/// Counts over random programs of a domain. See [`target_statistics`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct TargetStatistics {
    /// Name of the success criterion.
    pub criterion: String,
    /// Random programs that have an image.
    pub programs: usize,
    /// How many of them are nearly empty ([`DynDomain::is_uninformative`]). They never become targets.
    pub uninformative: usize,
    /// How many of the others a blank image solves, by the criterion.
    pub solved_by_blank: usize,
    /// Pairs of these programs, of those with different programs.
    pub pairs: usize,
    /// How many of these pairs count as equal by the criterion.
    pub equal_pairs: usize,
}

/// Samples up to 100 random programs with `sizes` and compares up to 1,000 pairs of their images by `criterion`. The result
/// depends on the arguments alone.
///
/// # Errors
/// If the sizes have no programs.
///
/// # Examples
///
/// ```
/// use tdf_data::target_statistics;
///
/// let domain = tdf_domain::erase(tdf_rainbow::Rainbow::default())?;
/// let statistics = target_statistics(&*domain, domain.criterion("")?, 2..=8, 0)?;
/// assert_eq!((statistics.programs, statistics.pairs), (100, 1000));
/// assert!(statistics.equal_share() < 0.05);
/// assert!(statistics.warnings().is_empty());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn target_statistics(
    domain: &dyn DynDomain,
    criterion: Criterion,
    sizes: RangeInclusive<u32>,
    seed: u64,
) -> Result<TargetStatistics, TaskError> {
    let grammar = domain.language().grammar();
    let sampler = Sampler::new(grammar, domain.size(), *sizes.end(), Weighting::Rules);
    let sizes = sampler
        .feasible(domain.start(), sizes)
        .map_err(|error| TaskError(error.message))?;
    // The programs of all targets run on the same inputs, so that their outputs can be compared.
    let inputs = domain.sample_inputs(&mut rng_stream(seed, STATISTICS_STREAMS | PROGRAMS));
    let bound = domain.bind(&inputs).map_err(|error| TaskError(error.0))?;
    let domain = bound.as_deref().unwrap_or(domain);
    let blank = domain.observation_spec().blank();
    let mut shown = Vec::new();
    for index in 0..PROGRAMS {
        let program = sampler.sample(
            domain.start(),
            &sizes,
            &mut rng_stream(seed, STATISTICS_STREAMS | index),
        );
        let mut image = blank.clone();
        if domain.render(program.nodes(), &mut image).is_ok() {
            shown.push((program, image));
        }
    }
    let (mut uninformative, mut solved_by_blank) = (0, 0);
    for (_, image) in &shown {
        if domain.is_uninformative(image) {
            uninformative += 1;
        } else {
            solved_by_blank += usize::from(domain.solved(criterion, &blank, image));
        }
    }
    let (mut pairs, mut equal_pairs) = (0, 0);
    for (i, (program, image)) in shown.iter().enumerate() {
        for step in 1..=NEIGHBOURS.min(shown.len().saturating_sub(1)) {
            let (other, target) = &shown[(i + step) % shown.len()];
            if program != other {
                pairs += 1;
                equal_pairs += usize::from(domain.solved(criterion, image, target));
            }
        }
    }
    Ok(TargetStatistics {
        criterion: domain
            .criteria()
            .get(criterion.index())
            .copied()
            .unwrap_or_default()
            .to_owned(),
        programs: shown.len(),
        uninformative,
        solved_by_blank,
        pairs,
        equal_pairs,
    })
}

fn share(part: usize, whole: usize) -> f64 {
    part as f64 / whole.max(1) as f64
}

impl TargetStatistics {
    /// Share of the pairs that count as equal, 0 to 1.
    pub fn equal_share(&self) -> f64 {
        share(self.equal_pairs, self.pairs)
    }

    /// What is worth a warning, each with advice. Empty if nothing is.
    pub fn warnings(&self) -> Vec<String> {
        let mut warnings = Vec::new();
        let criterion = &self.criterion;
        if self.equal_share() > MANY_EQUAL {
            let mut warning = String::new();
            let _ = write!(
                warning,
                "{:.0} % of random pairs of programs count as equal by {criterion}, so searches solve tasks by chance: ",
                100.0 * self.equal_share()
            );
            warning.push_str(
                "define a criterion that looks at what is drawn (for example the share of the ink), and choose its threshold so that \
                 few random pairs are equal; or choose another criterion with search.criterion",
            );
            warnings.push(warning);
        }
        if share(self.uninformative, self.programs) > MANY_EMPTY {
            warnings.push(format!(
                "{} of {} random programs are nearly empty and never become targets: sample larger programs, or define \
                 `is_uninformative` for images that are sparse by nature",
                self.uninformative, self.programs
            ));
        }
        let targets = self.programs - self.uninformative;
        if share(self.solved_by_blank, targets) > MANY_BLANK {
            warnings.push(format!(
                "a blank image solves {} of {targets} random targets by {criterion}: define a criterion that does not count the \
                 background, or let `is_uninformative` leave these targets out",
                self.solved_by_blank
            ));
        }
        warnings
    }
}

impl std::fmt::Display for TargetStatistics {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            f,
            "{} of {} random pairs of programs ({:.1} %) count as equal by {}; of {} random programs {} are nearly empty, a blank image \
             solves {} of the others",
            self.equal_pairs,
            self.pairs,
            100.0 * self.equal_share(),
            self.criterion,
            self.programs,
            self.uninformative,
            self.solved_by_blank
        )
    }
}
