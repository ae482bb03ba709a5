//! Types that hold each other: what has to be boxed, and what can be copied.

use std::collections::BTreeSet;

use super::{ClassId, Model, Type};

impl Model<'_> {
    /// Whether a class within a class has to be boxed: where a cycle leads back to a class that comes earlier in the
    /// file, or to itself. So every cycle has a box, and ways forward have none.
    pub fn boxed(&self, inside: ClassId, part: ClassId) -> bool {
        part <= inside && self.cycles[inside] == self.cycles[part]
    }

    /// Classes that hold themselves get a number of their own group, others a number that no one shares.
    pub(super) fn find_cycles(&self) -> Vec<usize> {
        let count = self.classes.len();
        let mut reach = vec![BTreeSet::new(); count];
        for (class, reach) in reach.iter_mut().enumerate() {
            for &alternative in &self.classes[class].alternatives {
                for field in &self.parts[alternative.index()].fields {
                    held(&field.ty, reach);
                }
            }
        }
        // Grammars have tens of rules: closing the relation step by step is quick enough.
        loop {
            let before: usize = reach.iter().map(BTreeSet::len).sum();
            for class in 0..count {
                let further: Vec<ClassId> = reach[class].iter().flat_map(|&c| reach[c].iter().copied()).collect();
                reach[class].extend(further);
            }
            if before == reach.iter().map(BTreeSet::len).sum::<usize>() {
                break;
            }
        }
        (0..count)
            .map(|a| {
                (0..a)
                    .find(|&b| reach[a].contains(&b) && reach[b].contains(&a))
                    .unwrap_or(a)
            })
            .collect()
    }

    /// Whether values of `ty` can be copied.
    pub fn is_copy(&self, ty: &Type) -> bool {
        match ty {
            Type::Unit | Type::Number(_) | Type::Text | Type::Flag | Type::Count => true,
            Type::Class(class) => self.class_is_copy(*class),
            Type::List(_) | Type::Spelled { .. } => false,
            Type::Option(inner) => self.is_copy(inner),
            Type::Tuple(parts) => parts.iter().all(|p| self.is_copy(p)),
        }
    }

    pub fn class_is_copy(&self, class: ClassId) -> bool {
        let on_cycle = self.classes[class].alternatives.iter().any(|a| {
            let mut parts = BTreeSet::new();
            self.parts[a.index()]
                .fields
                .iter()
                .for_each(|f| held(&f.ty, &mut parts));
            parts.iter().any(|&p| self.boxed(class, p))
        });
        !on_cycle
            && self.classes[class]
                .alternatives
                .iter()
                .all(|a| self.parts[a.index()].fields.iter().all(|f| self.is_copy(&f.ty)))
    }
}

/// Classes that a value of `ty` holds without a `Vec` between.
fn held(ty: &Type, out: &mut BTreeSet<ClassId>) {
    match ty {
        Type::Unit | Type::Number(_) | Type::Text | Type::Spelled { .. } => {}
        Type::Flag | Type::Count | Type::List(_) => {}
        Type::Class(class) => {
            out.insert(*class);
        }
        Type::Option(inner) => held(inner, out),
        Type::Tuple(parts) => parts.iter().for_each(|p| held(p, out)),
    }
}
