//! Types that hold each other: what has to be boxed, and what can be copied.

use std::collections::BTreeSet;

use petgraph::algo::kosaraju_scc;
use petgraph::graph::DiGraph;
use tdf_grammar::AlternativeId;

use super::{ClassId, Model, Type};

impl Model<'_> {
    /// Whether a class within a class has to be boxed: where a cycle leads back to a class that comes earlier in the
    /// file, or to itself. So every cycle has a box, and ways forward have none.
    pub fn boxed(&self, inside: ClassId, part: ClassId) -> bool {
        part <= inside && self.cycles[inside] == self.cycles[part]
    }

    /// Finds what holds itself, and what can be copied: both in time that grows with the size of the grammar, however its
    /// rules hold each other.
    pub(super) fn find_cycles(&mut self) {
        let count = self.classes.len();
        let mut graph: DiGraph<(), ()> = DiGraph::with_capacity(count, count);
        let nodes: Vec<_> = (0..count).map(|_| graph.add_node(())).collect();
        for class in 0..count {
            for part in self.held_by(class) {
                graph.add_edge(nodes[class], nodes[part], ());
            }
        }
        self.cycles = vec![0; count];
        self.copied = vec![false; count];
        // Components come after those that they hold.
        for component in kosaraju_scc(&graph) {
            let least = component.iter().map(|node| node.index()).min().unwrap_or_default();
            for node in &component {
                self.cycles[node.index()] = least;
            }
            if let [only] = component[..] {
                let class = only.index();
                let of = |a: &AlternativeId| &self.parts[a.index()].fields;
                let mut fields = self.classes[class].alternatives.iter().flat_map(of);
                self.copied[class] = !graph.contains_edge(only, only) && fields.all(|f| self.is_copy(&f.ty));
            }
        }
    }

    /// Classes that a value of `class` holds without a `Vec` between.
    fn held_by(&self, class: ClassId) -> BTreeSet<ClassId> {
        let mut parts = BTreeSet::new();
        for &alternative in &self.classes[class].alternatives {
            for field in &self.parts[alternative.index()].fields {
                held(&field.ty, &mut parts);
            }
        }
        parts
    }

    /// Whether values of `ty` can be copied.
    pub fn is_copy(&self, ty: &Type) -> bool {
        match ty {
            Type::Unit | Type::Number(_) | Type::Text | Type::Flag | Type::Count => true,
            Type::Class(class) => self.class_is_copy(*class),
            Type::List(_) | Type::Open { .. } => false,
            Type::Option(inner) => self.is_copy(inner),
            Type::Tuple(parts) => parts.iter().all(|p| self.is_copy(p)),
        }
    }

    pub fn class_is_copy(&self, class: ClassId) -> bool {
        self.copied[class]
    }
}

/// Classes that a value of `ty` holds without a `Vec` between.
fn held(ty: &Type, out: &mut BTreeSet<ClassId>) {
    match ty {
        Type::Unit | Type::Number(_) | Type::Text | Type::Open { .. } => {}
        Type::Flag | Type::Count | Type::List(_) => {}
        Type::Class(class) => {
            out.insert(*class);
        }
        Type::Option(inner) => held(inner, out),
        Type::Tuple(parts) => parts.iter().for_each(|p| held(p, out)),
    }
}
