//! Ways between the rules of a class: which alternatives `=> <>` stand around a value on its way from one to another.

use std::collections::VecDeque;

use tdf_grammar::{NonterminalId, ProductionId};

use super::{ClassId, Model, alternatives_of, transparent_child};

/// A step from a rule to another of its class: the production of an alternative `=> <>`, and the rule within it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Hop {
    pub production: ProductionId,
    pub to: NonterminalId,
}

/// The steps that shortest ways out of a rule begin with.
#[derive(Debug)]
pub struct Hops {
    pub from: NonterminalId,
    /// The step to all rules that no other one is listed for. Some of them may not be reached at all.
    pub usual: Hop,
    /// Other steps, each with the rules that it leads to.
    pub others: Vec<(Hop, Vec<NonterminalId>)>,
}

impl Model<'_> {
    /// The steps out of each rule of `class` that has one.
    ///
    /// The levels of a grammar of operators have one step each, whatever the value. To list the whole way for each level and
    /// each operator would take the third power of their number.
    pub fn hops(&self, class: ClassId) -> Vec<Hops> {
        let members = &self.classes[class].members;
        let mut first: Vec<Option<Hop>> = vec![None; self.grammar.nonterminals.len()];
        members
            .iter()
            .filter_map(|&from| self.hops_from(from, members, &mut first))
            .collect()
    }

    /// `first` has no steps, and none are left in it.
    fn hops_from(&self, from: NonterminalId, members: &[NonterminalId], first: &mut [Option<Hop>]) -> Option<Hops> {
        let steps = self.steps(from);
        let usual = *steps.first()?;
        if steps.iter().all(|step| step.to == usual.to) {
            let others = Vec::new();
            return Some(Hops { from, usual, others });
        }
        // Of the shortest ways the one that begins with the earliest alternative: it is met first.
        let mut met = Vec::new();
        let mut queue = VecDeque::new();
        for step in steps {
            if step.to != from && first[step.to.index()].is_none() {
                first[step.to.index()] = Some(step);
                met.push(step.to);
                queue.push_back(step.to);
            }
        }
        while let Some(at) = queue.pop_front() {
            for step in self.steps(at) {
                if step.to != from && first[step.to.index()].is_none() {
                    first[step.to.index()] = first[at.index()];
                    met.push(step.to);
                    queue.push_back(step.to);
                }
            }
        }
        // No value is a rule's own unless an alternative of it makes a node.
        let owns = |n: &&NonterminalId| self.has_nodes(**n);
        let mut ways: Vec<(Hop, NonterminalId)> = members
            .iter()
            .filter(owns)
            .filter_map(|n| Some((first[n.index()]?, *n)))
            .collect();
        for n in met {
            first[n.index()] = None;
        }
        ways.sort_unstable();
        let mut others: Vec<(Hop, Vec<NonterminalId>)> = ways
            .chunk_by(|a, b| a.0 == b.0)
            .map(|group| (group[0].0, group.iter().map(|(_, n)| *n).collect()))
            .collect();
        let most = (0..others.len()).max_by_key(|i| (others[*i].1.len(), std::cmp::Reverse(*i)))?;
        let (usual, _) = others.remove(most);
        Some(Hops { from, usual, others })
    }

    /// The alternatives `=> <>` of a rule.
    fn steps(&self, from: NonterminalId) -> Vec<Hop> {
        let alternatives = alternatives_of(self.grammar, from).into_iter();
        alternatives
            .filter_map(|id| {
                let to = transparent_child(self.grammar, &self.grammar.alternatives[id.index()])?;
                let production = self.production(id);
                Some(Hop { production, to })
            })
            .collect()
    }

    fn has_nodes(&self, rule: NonterminalId) -> bool {
        let mut alternatives = alternatives_of(self.grammar, rule).into_iter();
        alternatives.any(|id| transparent_child(self.grammar, &self.grammar.alternatives[id.index()]).is_none())
    }
}

#[cfg(test)]
mod tests {

    use super::*;

    /// The names of the rules on the way from one rule to another, as generated code goes it.
    fn way(model: &Model<'_>, from: &str, to: &str) -> Option<String> {
        let rule = |name| model.grammar.nonterminal(name).unwrap();
        let (mut at, to) = (rule(from), rule(to));
        let class = model.class_of[at.index()].unwrap();
        let hops = model.hops(class);
        let mut names = vec![from];
        while at != to {
            let hops = hops.iter().find(|hops| hops.from == at)?;
            let other = hops.others.iter().find(|(_, owners)| owners.contains(&to));
            at = other.map_or(hops.usual, |(hop, _)| *hop).to;
            names.push(&model.grammar.nonterminals[at.index()].name);
            if names.len() > model.classes[class].members.len() {
                return None;
            }
        }
        Some(names.join(" "))
    }

    #[test]
    fn ways_are_shortest() {
        let source = r#"grammar;
            pub S = { A => <>, B => <>, "s" "1" => S1 };
            A = { "a" <C> => <>, "a" "1" => A1 };
            B = { "b" <D> => <>, "b" "1" => B1 };
            C = { "c" <E> => <>, "c" "1" => C1 };
            D = { "d" <F> => <>, "d" "1" => D1 };
            E = { "e" <F> => <>, "e" "1" => E1 };
            F = { "f" <S> => <>, "f" "1" => F1 };
            pub T = { "t" <S> => <>, "t" "1" => T1 };
        "#;
        let grammar = tdf_reader::read_grammar("ways.lalrpop", source).unwrap();
        let model = Model::new("ways.lalrpop", &grammar).unwrap();
        assert_eq!(model.classes.len(), 1);
        let way = |from, to| way(&model, from, to);
        assert_eq!(way("S", "S").unwrap(), "S");
        assert_eq!(way("S", "E").unwrap(), "S A C E");
        // By way of A it is longer.
        assert_eq!(way("S", "F").unwrap(), "S B D F");
        assert_eq!(way("D", "B").unwrap(), "D F S B");
        assert_eq!(way("T", "C").unwrap(), "T S A C");
        // The cycle of the others has no way to it.
        assert_eq!(way("S", "T"), None);
    }
}
