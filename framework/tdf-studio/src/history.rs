//! How a search came to its answer: by edits, or from one improvement to the next.

use std::sync::Arc;

use serde_json::{Value as Json, json};
use tdf_domain::{Criterion, DynDomain, Tree};
use tdf_search::{Solution, Trace};
use tdf_tree::NodeId;

use crate::target::OwnedTarget;
use crate::{image, language, rendered};

/// Programs of a history at most: the first ones and the last.
const MOST: usize = 200;

/// The nearest programs of a search, one after the other.
#[derive(Debug, Default)]
pub(crate) struct Improvements(Vec<Tree>);

/// Programs one after the other, each with the node that changed.
#[derive(Debug)]
pub(crate) struct Path {
    kind: &'static str,
    pub steps: Vec<(Tree, Option<NodeId>)>,
}

impl Improvements {
    /// Adds the nearest program so far.
    pub fn add(&mut self, program: &Tree) {
        if self.0.len() >= MOST {
            self.0.pop();
        }
        if self.0.last() != Some(program) {
            self.0.push(program.clone());
        }
    }

    /// The way to `best`: the edits that led to it, if a policy made some, else the improvements.
    pub fn path(mut self, best: &Solution) -> Path {
        // Refining is the last edit of a trace, whatever found the program.
        if best.trace.edits.len() > 1 {
            return Path {
                kind: "edits",
                steps: steps_of(&best.trace),
            };
        }
        self.add(&best.program);
        let mut steps = Vec::with_capacity(self.0.len());
        let mut before: Option<Tree> = None;
        for program in self.0 {
            let changed = before.as_ref().map(|before| changed(before, &program));
            steps.push((program.clone(), changed));
            before = Some(program);
        }
        Path {
            kind: "improvements",
            steps,
        }
    }
}

fn steps_of(trace: &Trace) -> Vec<(Tree, Option<NodeId>)> {
    let programs = tdf_eval::programs(trace);
    let nodes = std::iter::once(None).chain(trace.edits.iter().map(|edit| Some(edit.node)));
    let mut steps: Vec<_> = programs.into_iter().zip(nodes).collect();
    // What refining replaces is the whole program: what it changes is less.
    if let [.., (before, _), (last, node)] = &mut steps[..] {
        *node = Some(changed(before, last));
    }
    steps
}

/// The smallest subtree of `after` outside which it is as `before`.
fn changed(before: &Tree, after: &Tree) -> NodeId {
    let (mut one, mut other) = (NodeId::ROOT, NodeId::ROOT);
    loop {
        if before.node(one).production != after.node(other).production {
            return other;
        }
        let children: Vec<_> = before.children(one).zip(after.children(other)).collect();
        let mut differ = children.iter().filter(|(a, b)| before.subtree(*a) != after.subtree(*b));
        match (differ.next(), differ.next()) {
            (Some(&(a, b)), None) => (one, other) = (a, b),
            _ => return other,
        }
    }
}

impl Path {
    /// As the page takes it.
    pub fn json(&self, target: &OwnedTarget, criterion: Criterion) -> Json {
        let domain = &target.domain;
        let steps: Vec<Json> = self
            .steps
            .iter()
            .map(|(program, node)| step(domain, target, criterion, program, *node))
            .collect();
        json!({ "kind": self.kind, "steps": steps })
    }
}

fn step(
    domain: &Arc<dyn DynDomain>,
    target: &OwnedTarget,
    criterion: Criterion,
    program: &Tree,
    node: Option<NodeId>,
) -> Json {
    let place = node.and_then(|node| language::span(&**domain, program, node));
    let (seen, mut all) = rendered::nearness(target, program, criterion).unwrap_or_default();
    all.insert("program".into(), domain.language().print(program.nodes()).into());
    all.insert("image".into(), image::shown(&**domain, &seen).into());
    all.insert("start".into(), place.map(|[start, _]| start).into());
    all.insert("end".into(), place.map(|[_, end]| end).into());
    all.insert("tree".into(), language::tree(&**domain, program));
    Json::Object(all)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_changed_is_the_smallest_part() {
        let domain = tdf_domain::erase(tdf_rainbow::Rainbow::default()).unwrap();
        let parse = |text: &str| domain.language().parse(domain.start(), text).unwrap();
        let text = |before: &str, after: &str| {
            let (before, after) = (parse(before), parse(after));
            let node = changed(&before, &after);
            domain.language().print(after.subtree(node))
        };
        let before = "(Arrange h (Box red) (Ball blue))";
        assert_eq!(text(before, "(Arrange h (Box red) (Ball green))"), "green");
        assert_eq!(text(before, "(Arrange h (Ball red) (Ball blue))"), "(Ball red)");
        assert_eq!(
            text(before, "(Arrange v (Box red) (Ball green))"),
            "(Arrange v (Box red) (Ball green))"
        );
        assert_eq!(text(before, "(Box red)"), "(Box red)");
    }
}
