//! What annealing compares: observations; images on a small canvas if the domain has one.

use std::sync::Arc;

use tdf_domain::DynDomain;
use tdf_tree::Tree;

use crate::Judge;
use crate::judge::{Images, Judgement, ink};

/// The target as annealing sees it.
#[derive(Debug)]
pub(super) struct View {
    coarse: Option<Coarse>,
    /// The distance of an empty image from the target.
    ink: f64,
}

/// The target on the coarse canvas.
#[derive(Debug)]
struct Coarse {
    domain: Arc<dyn DynDomain>,
    target: Vec<u8>,
    ink: f64,
}

/// How an image compares with the target.
#[derive(Clone, Copy, Debug)]
pub(super) enum Seen {
    /// It has no image.
    Nothing,
    /// On the coarse canvas: the distance as a part of that of an empty image.
    Coarsely(f64),
    /// On the canvas itself, the same distance, and what the judge says.
    Wholly(f64, Judgement),
}

impl View {
    pub(super) fn new(judge: &Judge<'_>) -> Self {
        Self {
            coarse: Coarse::new(judge),
            ink: judge.ink(),
        }
    }

    /// A distance as a part of that of an empty observation.
    pub(super) fn share(&self, difference: f64) -> f64 {
        difference / self.ink
    }

    /// Renders `program`.
    pub(super) fn look(&self, program: &Tree, judge: &Judge<'_>, images: &mut Images) -> Seen {
        let Some(coarse) = &self.coarse else {
            let judgement = judge.judge(program, images);
            return match judgement.difference {
                None => Seen::Nothing,
                Some(difference) => Seen::Wholly(difference / self.ink, judgement),
            };
        };
        images.seen.resize(coarse.target.len(), 0);
        match coarse.domain.render(program.nodes(), &mut images.seen) {
            Err(_) => Seen::Nothing,
            Ok(()) => Seen::Coarsely(coarse.domain.distance(&images.seen, &coarse.target) / coarse.ink),
        }
    }
}

impl Coarse {
    /// `None` if the domain has no coarse canvas, or if what is compared is no image.
    fn new(judge: &Judge<'_>) -> Option<Self> {
        if judge.domain().has_observation_model() {
            return None;
        }
        let domain = judge.domain().coarse()?;
        let (fine, canvas) = judge.domain().canvas().zip(domain.canvas())?;
        let target = tdf_domain::scaled_down(judge.target().image?, fine, canvas)?;
        let ink = ink(&*domain, &target);
        Some(Self { domain, target, ink })
    }
}
