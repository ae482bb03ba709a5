//! The network as a writer of programs.

use tdf_decode::Sequence;
use tdf_domain::Plan;
use tdf_search::{PolicyError, Request, Writer, Written};
use tdf_tree::{NodeId, Rng, EditSite};

use super::ask::Ask;
use super::draw::Drawer;
use super::rows::Drawn;
use super::{NeuralPolicy, Worker};

/// Writes programs with a model that learnt to, by the same decoding.
#[derive(Debug)]
pub struct NeuralGenerator {
    pub(super) policy: NeuralPolicy,
    pub(super) plan: Plan,
}

impl NeuralGenerator {
    /// See [`NeuralPolicy::forget`].
    pub fn forget(&mut self) {
        self.policy.forget();
    }
}

impl Writer for NeuralGenerator {
    fn plan(&self) -> &Plan {
        &self.plan
    }

    fn write(
        &mut self,
        requests: &[Request<'_>],
        samples: usize,
        temperature: f64,
        rngs: &mut [Rng],
    ) -> Result<Vec<Vec<Written>>, PolicyError> {
        let policy = &mut self.policy;
        let asks = |request| policy.drawer.asks_for_writing(&policy.workers[0], request);
        let asks = requests.iter().map(asks).collect();
        let answers = policy.draw(asks, samples, temperature, rngs)?;
        let written = |drawn: Drawn| Written {
            parts: drawn.parts,
            log_probability: drawn.log_probability,
        };
        let all = |drawn: Vec<Drawn>| drawn.into_iter().map(written).collect();
        Ok(answers.into_iter().map(all).collect())
    }
}

impl Drawer {
    /// What a request asks: the program at hand is a mark, as in training.
    fn asks_for_writing<'a>(&self, worker: &Worker, request: &Request<'a>) -> Option<Ask<'a>> {
        let (first, rest) = request.holes.split_first()?;
        let site = EditSite {
            node: NodeId::ROOT,
            nonterminal: first.nonterminal,
            size: 0,
        };
        Some(Ask {
            image: request.image,
            target: request.target,
            sequence: Sequence {
                ids: vec![self.tokenizer.vocabulary().mark()],
                sites: vec![(0, site)],
            },
            budget: first.budget,
            rest,
            left: worker.model.dimensions().most_decisions(1)?,
        })
    }
}
