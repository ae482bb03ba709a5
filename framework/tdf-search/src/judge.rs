//! Renders programs and compares them with a target.

use std::sync::Arc;
use std::time::Instant;

use tdf_domain::{Criterion, DynDomain, ObservationSpec};
use tdf_tree::Tree;

use crate::Target;

/// Renders and tests programs for one target. It counts nothing: a method that judges on several threads reports to
/// [`SearchTask::absorb`](crate::SearchTask::absorb) what it spent and found.
#[derive(Clone, Copy, Debug)]
pub struct Judge<'a> {
    pub(crate) domain: &'a Arc<dyn DynDomain>,
    pub(crate) target: Target<'a>,
    pub(crate) criterion: Criterion,
    pub(crate) time: Option<TimeLimit>,
}

/// The time that a task has.
#[derive(Clone, Copy, Debug)]
pub(crate) struct TimeLimit {
    pub(crate) start: Instant,
    pub(crate) seconds: f64,
}

impl TimeLimit {
    /// The part of it that is over; more than 1 after the end.
    pub(crate) fn share(self) -> f64 {
        self.start.elapsed().as_secs_f64() / self.seconds
    }
}

/// Memory for images, used again from program to program.
#[derive(Clone, Debug, Default)]
pub struct Images {
    /// The observation of the program judged last, as the policy sees it. [`ObservationSpec::bytes`] long.
    pub seen: Vec<u8>,
    /// A second image, if the domain has an observation model.
    pub(crate) other: Vec<u8>,
}

/// What rendering and testing a program has shown.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Judgement {
    /// Distance of what the search sees from the target, the domain's own ([`DynDomain::distance`]). `None` if the program cannot
    /// be rendered.
    pub difference: Option<f64>,
    /// The distance that ranks it among all programs of the task: that of the images, if the image of the target is known.
    pub shown: f64,
    /// Whether it solves the task.
    pub solved: bool,
}

impl Judgement {
    /// That of a program that cannot be rendered. It ranks behind those that can: by the greatest distance of pixels or of outputs.
    pub fn nothing(spec: ObservationSpec) -> Self {
        let shown = match spec {
            ObservationSpec::Image(_) => f64::from(u8::MAX),
            // No text is further from another than the longer of them has bytes, and a failure is 1 further than that.
            ObservationSpec::Values(values) => f64::from(values.max_bytes) + 2.0,
        };
        Self {
            difference: None,
            shown,
            solved: false,
        }
    }
}

/// Seed of all observations of programs: a program has the same observation whenever it is rendered.
const SEED: u64 = 0;

impl<'a> Judge<'a> {
    /// The domain of the target.
    pub fn domain(&self) -> &'a Arc<dyn DynDomain> {
        self.domain
    }

    /// The target.
    pub fn target(&self) -> Target<'a> {
        self.target
    }

    /// Whether the time of the search is over.
    pub fn is_late(&self) -> bool {
        self.time.is_some_and(|time| time.share() >= 1.0)
    }

    /// Renders and tests `program`.
    pub fn judge(&self, program: &Tree, images: &mut Images) -> Judgement {
        let difference = self.render(program, images);
        let plain = difference.and_then(|difference| self.compare(program, images, difference));
        Judgement {
            difference,
            // Images decide which program is nearest, if the image of the target is known. The search itself uses observations.
            shown: plain
                .map(|(_, plain)| plain)
                .or(difference)
                .unwrap_or_else(|| Judgement::nothing(self.domain.observation_spec()).shown),
            solved: plain.is_some_and(|(solved, _)| solved),
        }
    }

    /// As [`Judge::judge`], but for programs whose observation `is_known`, which are not compared with the target: `None`. Where the
    /// domain has an observation model, nothing is known of a program by what the policy sees of it.
    pub(crate) fn judge_unless(
        &self,
        program: &Tree,
        images: &mut Images,
        is_known: impl FnOnce(&[u8]) -> bool,
    ) -> Option<Judgement> {
        if self.domain.has_observation_model() {
            let judgement = self.judge(program, images);
            is_known(&images.seen);
            return Some(judgement);
        }
        let target = self.target.observation;
        images.seen.resize(target.len(), 0);
        if self.domain.render(program.nodes(), &mut images.seen).is_err() {
            return Some(Judgement::nothing(self.domain.observation_spec()));
        }
        if is_known(&images.seen) {
            return None;
        }
        let difference = self.domain.distance(&images.seen, target);
        let is_solution = |plain| self.domain.solved(self.criterion, &images.seen, plain);
        Some(Judgement {
            difference: Some(difference),
            shown: difference,
            solved: self.target.image.is_some_and(is_solution),
        })
    }

    /// The distance of an observation that shows nothing from the target: of an empty image, or of failures on all rows. It is no
    /// less than a difference of one sample, or of 1 in one row, so never 0.
    pub fn ink(&self) -> f64 {
        ink(&**self.domain, self.target.observation)
    }

    /// Renders `program` as the policy sees it. Returns the distance from the target (between observations, if the domain has an
    /// observation model). `None` if it cannot be rendered.
    pub(crate) fn render(&self, program: &Tree, images: &mut Images) -> Option<f64> {
        let target = self.target.observation;
        images.seen.resize(target.len(), 0);
        if !self.domain.has_observation_model() {
            self.domain.render(program.nodes(), &mut images.seen).ok()?;
            return Some(self.domain.distance(&images.seen, target));
        }
        images.other.resize(target.len(), 0);
        self.domain
            .observe_current(program.nodes(), SEED, &mut images.seen)
            .ok()?;
        self.domain
            .observe_target(program.nodes(), SEED, &mut images.other)
            .ok()?;
        Some(self.domain.distance(&images.other, target))
    }

    /// Whether `program`, which was rendered last, solves the task, and the distance of its image from the target's. `None` if
    /// the image of the target is not known.
    fn compare(&self, program: &Tree, images: &mut Images, difference: f64) -> Option<(bool, f64)> {
        let plain = self.target.image?;
        if !self.domain.has_observation_model() {
            let solved = self.domain.solved(self.criterion, &images.seen, plain);
            return Some((solved, difference));
        }
        images.other.resize(plain.len(), 0);
        self.domain.render(program.nodes(), &mut images.other).ok()?;
        let solved = self.domain.solved(self.criterion, &images.other, plain);
        Some((solved, self.domain.distance(&images.other, plain)))
    }
}

/// See [`Judge::ink`].
pub(crate) fn ink(domain: &dyn DynDomain, target: &[u8]) -> f64 {
    let spec = domain.observation_spec();
    let blank = spec.blank();
    let least = match spec {
        ObservationSpec::Image(_) => f64::from(u8::MAX) / blank.len().max(1) as f64,
        ObservationSpec::Values(values) => 1.0 / f64::from(values.rows.max(1)),
    };
    domain.distance(&blank, target).max(least)
}
