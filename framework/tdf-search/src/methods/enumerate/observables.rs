//! The nonterminals whose programs can be run by themselves.

use tdf_grammar::{Grammar, NonterminalId, ProductionId, Symbol};
use tdf_tree::Node;

/// A nonterminal that the start is, or that it derives by productions of one nonterminal and no tokens. A program of it becomes a
/// whole program by these productions around it, so that it has an observation.
#[derive(Clone, Debug)]
pub(super) struct Observable {
    pub nonterminal: NonterminalId,
    /// The productions from the start to it, the start first. The lengths are numbers of children.
    pub chain: Vec<Node>,
    /// Whether its programs are kept, one for each observation, as parts of others. Programs of a start that only chooses among
    /// others are parts of nothing.
    pub is_part: bool,
    /// The productions at the root of its programs. Those that lead to another observable are left out where the same whole
    /// programs are made there.
    pub productions: Vec<ProductionId>,
}

/// The observables of a grammar, the start first. Where none is a part of others, the start is kept all the same.
pub(super) fn observables(grammar: &Grammar, start: NonterminalId) -> Vec<Observable> {
    let way = ways(grammar, start);
    let is_part = |n: NonterminalId| {
        let of = |(index, production): (usize, &tdf_grammar::Production)| {
            way[n.index()] != Some(ProductionId::new(index)) && production.symbols.contains(&Symbol::Nonterminal(n))
        };
        grammar.productions.iter().enumerate().any(of)
    };
    let mut all: Vec<Observable> = Vec::new();
    // Each is reached by the first way that is found: the first in the order of the grammar.
    let mut open = vec![(start, Vec::new())];
    while !open.is_empty() {
        let mut next = Vec::new();
        for (n, chain) in open {
            let is_part = is_part(n);
            let mut productions = Vec::new();
            for id in grammar.productions_of(n) {
                let child = match grammar.production(id).symbols[..] {
                    [Symbol::Nonterminal(child)] if way[child.index()] == Some(id) => child,
                    _ => {
                        productions.push(id);
                        continue;
                    }
                };
                if is_part {
                    productions.push(id);
                }
                let mut chain: Vec<Node> = chain.clone();
                chain.push(Node {
                    production: id,
                    token: Node::NO_TOKEN,
                    len: 1,
                });
                next.push((child, chain));
            }
            all.push(Observable {
                nonterminal: n,
                chain,
                is_part,
                productions,
            });
        }
        open = next;
    }
    if all.iter().all(|observable| !observable.is_part) {
        return vec![start_alone(grammar, start, true)];
    }
    // What is below a kept one and is no part itself is made there, as the child of a production.
    let mut made_above = vec![false; grammar.nonterminals.len()];
    for index in 0..all.len() {
        let above = all[index]
            .chain
            .last()
            .map(|node| grammar.production(node.production).nonterminal);
        let is_above = |n: NonterminalId| {
            let kept = all
                .iter()
                .any(|observable| observable.nonterminal == n && observable.is_part);
            kept || made_above[n.index()]
        };
        made_above[all[index].nonterminal.index()] = !all[index].is_part && above.is_some_and(is_above);
    }
    all.retain(|observable| !made_above[observable.nonterminal.index()]);
    all
}

/// The start as the only observable.
pub(super) fn start_alone(grammar: &Grammar, start: NonterminalId, is_part: bool) -> Observable {
    Observable {
        nonterminal: start,
        chain: Vec::new(),
        is_part,
        productions: grammar.productions_of(start).collect(),
    }
}

/// The production by which each nonterminal is reached from the start by unit productions, breadth first.
fn ways(grammar: &Grammar, start: NonterminalId) -> Vec<Option<ProductionId>> {
    let mut way = vec![None; grammar.nonterminals.len()];
    let mut open = std::collections::VecDeque::from([start]);
    while let Some(n) = open.pop_front() {
        for id in grammar.productions_of(n) {
            if let [Symbol::Nonterminal(child)] = grammar.production(id).symbols[..]
                && child != start
                && way[child.index()].is_none()
            {
                way[child.index()] = Some(id);
                open.push_back(child);
            }
        }
    }
    way
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Names of the observables, how far each is from the start, whether it is a part, and its productions.
    fn of(text: &str) -> Vec<(String, usize, bool, usize)> {
        let grammar = tdf_reader::read_grammar("t.lalrpop", text).unwrap();
        let all = observables(&grammar, grammar.start);
        let name = |n: NonterminalId| grammar.nonterminals[n.index()].name.clone();
        all.iter()
            .map(|o| (name(o.nonterminal), o.chain.len(), o.is_part, o.productions.len()))
            .collect()
    }

    #[test]
    fn drawings_have_one() {
        let rainbow = of(include_str!("../../../../../grammars/rainbow.lalrpop"));
        assert_eq!(rainbow, [("Scene".to_owned(), 0, true, 3)]);
        let list = of(
            r#"grammar; pub List: List = { "[" <of:Item*> "]" => List { <> } }; Item: Item = { "0" => Item::Zero, "1" => Item::One };"#,
        );
        assert_eq!(list, [("List".to_owned(), 0, true, 1)]);
    }

    #[test]
    fn a_start_that_chooses_is_no_part() {
        // `Word` is made where it stands, as a child of `Text`, and `Answer` is a part of nothing.
        let text = r#"grammar;
            pub Start: Start = { <text:Text> => Start::Text(<>), <number:Number> => Start::Number(<>),
                <answer:Answer> => Start::Answer(<>), "both" <text:Text> <number:Number> => Start::Both { <> } };
            Text: Text = { <word:Word> => Text::Word(<>), "upper" <text:Text> => Text::Upper(<>) };
            Number: Number = { "1" => Number::One, "len" <text:Text> => Number::Length(<>) };
            Answer: Answer = { "yes" => Answer::Yes, "is" <text:Text> => Answer::Is(<>) };
            Word: Word = { "a" => Word::A, "b" => Word::B };"#;
        let wanted = [
            ("Start", 0, false, 1),
            ("Text", 1, true, 2),
            ("Number", 1, true, 2),
            ("Answer", 1, false, 2),
        ];
        assert_eq!(
            of(text),
            wanted.map(|(name, far, part, count)| (name.to_owned(), far, part, count))
        );
    }

    #[test]
    fn a_start_that_recurs_is_one_of_several() {
        let text = r#"grammar;
            pub Start: Start = { <number:Number> => Start::Number(<>), "not" <of:Start> => Start::Not(<>) };
            Number: Number = { "1" => Number::One, "add" <left:Number> <right:Number> => Number::Add { <> } };"#;
        let wanted = [("Start", 0, true, 2), ("Number", 1, true, 2)];
        assert_eq!(
            of(text),
            wanted.map(|(name, far, part, count)| (name.to_owned(), far, part, count))
        );
    }
}
