//! Policies and values to test with.

use std::collections::BTreeMap;
use std::sync::Arc;

use tdf_data::Task;
use tdf_domain::{DynDomain, ObservationPair};
use tdf_search::{Policy, PolicyError, Proposal, Query, UniformPolicy, Value};
use tdf_tree::{Edit, EditPath, Mutator, NodeChoice, NodeId, NoiseOptions, PathOptions, Rng, Tree};

pub fn uniform(domain: &Arc<dyn DynDomain>) -> UniformPolicy {
    let noise = NoiseOptions {
        max_edit_size: 2,
        choice: NodeChoice::default(),
    };
    UniformPolicy::new(Mutator::new(
        Arc::clone(domain.language().grammar()),
        domain.size().clone(),
        noise,
    ))
}

pub fn certain(edit: Edit) -> Proposal {
    Proposal {
        edit,
        position_log_probability: 0.0,
        log_probability: 0.0,
    }
}

/// Knows the programs behind the targets, and follows one path to each from any program that it is first asked about.
pub struct Oracle {
    path: EditPath,
    programs: BTreeMap<Vec<u8>, Tree>,
    plans: BTreeMap<(Vec<u8>, Tree), Edit>,
    /// Length of the plan for each target.
    pub lengths: BTreeMap<Vec<u8>, usize>,
}

impl Oracle {
    pub fn new(domain: &Arc<dyn DynDomain>, tasks: &[Task]) -> Self {
        let grammar = Arc::clone(domain.language().grammar());
        let path = EditPath::new(grammar, domain.size().clone(), PathOptions { max_edit_size: 2 }).unwrap();
        let programs = tasks
            .iter()
            .map(|task| (task.image.clone(), task.program.clone().unwrap()))
            .collect();
        Self {
            path,
            programs,
            plans: BTreeMap::new(),
            lengths: BTreeMap::new(),
        }
    }
}

impl Policy for Oracle {
    fn propose(
        &mut self,
        queries: &[Query<'_>],
        samples: usize,
        _temperature: f64,
        rngs: &mut [Rng],
    ) -> Result<Vec<Vec<Proposal>>, PolicyError> {
        let mut answers = Vec::new();
        for (query, rng) in queries.iter().zip(rngs) {
            let key = (query.target.to_vec(), query.program.clone());
            if !self.plans.contains_key(&key) {
                let edits = self.path.find(query.program, &self.programs[query.target], rng);
                self.lengths.insert(query.target.to_vec(), edits.len());
                let mut program = query.program.clone();
                for edit in edits {
                    self.plans
                        .insert((query.target.to_vec(), program.clone()), edit.clone());
                    edit.apply(&mut program);
                }
            }
            answers.push(vec![certain(self.plans[&key].clone()); samples]);
        }
        Ok(answers)
    }
}

/// Proposes to leave everything as it is.
pub struct Idle;

impl Policy for Idle {
    fn propose(
        &mut self,
        queries: &[Query<'_>],
        samples: usize,
        _temperature: f64,
        _rngs: &mut [Rng],
    ) -> Result<Vec<Vec<Proposal>>, PolicyError> {
        let same = |q: &Query<'_>| Edit {
            node: NodeId::ROOT,
            replacement: q.program.nodes().to_vec(),
        };
        Ok(queries.iter().map(|q| vec![certain(same(q)); samples]).collect())
    }
}

/// Proposes nothing.
pub struct Mute;

impl Policy for Mute {
    fn propose(
        &mut self,
        queries: &[Query<'_>],
        _samples: usize,
        _temperature: f64,
        _rngs: &mut [Rng],
    ) -> Result<Vec<Vec<Proposal>>, PolicyError> {
        Ok(vec![Vec::new(); queries.len()])
    }
}

/// Fails, or answers too little.
pub struct Broken {
    pub fails: bool,
}

impl Policy for Broken {
    fn propose(
        &mut self,
        _queries: &[Query<'_>],
        _samples: usize,
        _temperature: f64,
        _rngs: &mut [Rng],
    ) -> Result<Vec<Vec<Proposal>>, PolicyError> {
        if self.fails {
            Err(PolicyError("out of memory".to_owned()))
        } else {
            Ok(Vec::new())
        }
    }
}

/// The mean squared difference of images in place of a network.
pub struct PixelValue;

impl Value for PixelValue {
    fn distances(&mut self, pairs: &[ObservationPair<'_>]) -> Result<Vec<f32>, PolicyError> {
        let square = |(&a, &b): (&u8, &u8)| (f32::from(a) - f32::from(b)).powi(2);
        Ok(pairs
            .iter()
            .map(|pair| {
                let squares = pair.current.iter().zip(pair.target).map(square);
                squares.sum::<f32>() / pair.current.len() as f32
            })
            .collect())
    }
}
