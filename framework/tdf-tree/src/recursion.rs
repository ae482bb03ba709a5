//! Least sizes, and recursion that does not grow.

use tdf_grammar::{Grammar, Label, NonterminalId, NonterminalKind, ProductionId, Symbol};

/// The nonterminals on the right-hand side of `production`, in order.
pub(crate) fn children(grammar: &Grammar, production: ProductionId) -> impl Iterator<Item = NonterminalId> + '_ {
    grammar.production(production).symbols.iter().filter_map(|s| match s {
        Symbol::Nonterminal(n) => Some(*n),
        Symbol::TokenClass(_) => None,
    })
}

/// The least size of a program whose root is `production`, given the weights of productions and the least sizes of the nonterminals; saturates at `u32::MAX`.
pub(crate) fn least_of(grammar: &Grammar, weights: &[u32], least: &[u32], production: ProductionId) -> u32 {
    children(grammar, production).fold(weights[production.index()], |sum, n| {
        sum.saturating_add(least[n.index()])
    })
}

/// The least size of a program of each nonterminal that uses only `allowed` productions; `u32::MAX` where there is none.
pub(crate) fn least(grammar: &Grammar, weights: &[u32], allowed: impl Fn(ProductionId) -> bool) -> Vec<u32> {
    let mut least = vec![u32::MAX; grammar.nonterminals.len()];
    loop {
        let mut changed = false;
        for (index, production) in grammar.productions.iter().enumerate() {
            let id = ProductionId::new(index);
            if allowed(id) {
                let here = least_of(grammar, weights, &least, id);
                let known = &mut least[production.nonterminal.index()];
                changed |= here < *known;
                *known = here.min(*known);
            }
        }
        if !changed {
            return least;
        }
    }
}

/// A step of a recursion that adds nothing to the size: from the production's nonterminal to one of its children.
#[derive(Clone, Copy)]
struct Step {
    production: ProductionId,
    to: NonterminalId,
}

/// Finds the shortest cycle of productions that weigh nothing and whose other children can be of size zero.
///
/// Such a cycle can be repeated at will, so that infinitely many programs have one size.
fn cycle(grammar: &Grammar, weights: &[u32]) -> Option<Vec<Step>> {
    let least = least(grammar, weights, |_| true);
    let mut steps: Vec<Vec<Step>> = vec![Vec::new(); grammar.nonterminals.len()];
    for (index, production) in grammar.productions.iter().enumerate() {
        let id = ProductionId::new(index);
        let total = least_of(grammar, weights, &least, id);
        for to in children(grammar, id) {
            if weights[id.index()] == 0 && total == least[to.index()] && total != u32::MAX {
                steps[production.nonterminal.index()].push(Step { production: id, to });
            }
        }
    }
    (0..steps.len())
        .filter_map(|from| shortest_way_round(&steps, from))
        .min_by_key(Vec::len)
}

/// The shortest way from `from` back to itself.
fn shortest_way_round(steps: &[Vec<Step>], from: usize) -> Option<Vec<Step>> {
    let mut came: Vec<Option<(usize, Step)>> = vec![None; steps.len()];
    let mut queue = std::collections::VecDeque::from([from]);
    while let Some(at) = queue.pop_front() {
        for &step in &steps[at] {
            let to = step.to.index();
            if came[to].is_some() {
                continue;
            }
            came[to] = Some((at, step));
            if to == from {
                let mut way = Vec::new();
                let mut back = from;
                while let Some((before, step)) = came[back] {
                    way.push(step);
                    back = before;
                    if back == from {
                        break;
                    }
                }
                way.reverse();
                return Some(way);
            }
            queue.push_back(to);
        }
    }
    None
}

/// Refuses weights under which some programs can grow without end and keep their size.
pub(crate) fn check(grammar: &Grammar, weights: &[u32]) -> Result<(), String> {
    let Some(cycle) = cycle(grammar, weights) else {
        return Ok(());
    };
    let name = |n: NonterminalId| grammar.nonterminals[n.index()].name.as_str();
    let head = name(grammar.production(cycle[0].production).nonterminal);
    let mut way = format!("`{head}` leads");
    let mut counted: Vec<String> = Vec::new();
    for (index, step) in cycle.iter().enumerate() {
        let rule = grammar.production(step.production).nonterminal;
        let label = match &grammar.alternative_of(step.production).label {
            _ if grammar.nonterminals[rule.index()].kind != NonterminalKind::Rule => None,
            Label::Variant(label) => Some(label),
            Label::Unnamed => Some(&grammar.nonterminals[rule.index()].name),
            Label::Transparent => None,
        };
        if let Some(label) = label {
            way.push_str(&format!(" by `{label}`"));
            counted.push(format!("`{label}`"));
        }
        let back = if index + 1 == cycle.len() { " back" } else { "" };
        way.push_str(&format!("{back} to `{}`", name(step.to)));
    }
    if counted.is_empty() {
        // A repetition: what can be counted is what it repeats.
        let repeated = cycle.iter().flat_map(|step| children(grammar, step.production));
        let rules = repeated.filter(|n| grammar.nonterminals[n.index()].kind == NonterminalKind::Rule);
        counted = rules.map(|n| format!("`{}`", name(n))).collect();
    }
    counted.sort();
    counted.dedup();
    let count = if counted.is_empty() {
        String::new()
    } else {
        format!("count {} too, or ", counted.join(" or "))
    };
    Err(format!(
        "infinitely many programs have the same size: {way}, and nothing on the way is counted; {count}measure nodes \
         or tokens"
    ))
}
