//! Conflicts of the LR(1) automaton, told by an example.

use crate::automaton::Automaton;
use crate::{Action, Diagnostic, Grammar, NonterminalSort, ProductionId, Symbol};

/// Two actions for one state and look-ahead.
#[derive(Clone, Debug)]
pub(crate) struct Conflict {
    pub state: usize,
    pub column: u32,
    /// One is the reduction of this production.
    pub reduce: ProductionId,
    /// The other.
    pub other: Action,
}

impl Conflict {
    /// Whether both have one cause: start states repeat each conflict.
    pub fn is_like(&self, other: &Self) -> bool {
        let kind = |a: Action| match a {
            Action::Reduce(p) => Some(p),
            _ => None,
        };
        self.reduce == other.reduce && kind(self.other) == kind(other.other)
    }
}

/// Tokens of an example that are shown.
const MAX_EXAMPLE: usize = 30;

pub(crate) fn report(automaton: &Automaton<'_>, conflicts: &[Conflict]) -> Vec<Diagnostic> {
    let shortest = shortest_strings(automaton.grammar);
    conflicts.iter().map(|c| explain(automaton, c, &shortest)).collect()
}

fn explain(automaton: &Automaton<'_>, conflict: &Conflict, shortest: &[Vec<u32>]) -> Diagnostic {
    let grammar = automaton.grammar;
    let mut path = Vec::new();
    let mut at = conflict.state;
    while let Some((parent, symbol)) = automaton.parents[at] {
        path.push(symbol);
        at = parent;
    }
    let begin = automaton.states[at]
        .start
        .map_or("", |n| &grammar.nonterminals[n.index()].name);
    let mut tokens: Vec<u32> = Vec::new();
    for symbol in path.iter().rev() {
        match symbol {
            Symbol::Kind(k) => tokens.push(k.0),
            Symbol::Nonterminal(n) => tokens.extend(&shortest[n.index()]),
        }
    }
    let text = |kind: u32| grammar.text(grammar.kinds[kind as usize].tokens[0]);
    let skipped = tokens.len().saturating_sub(MAX_EXAMPLE);
    let mut words: Vec<&str> = tokens[skipped..].iter().map(|k| text(*k)).collect();
    if skipped > 0 {
        words.insert(0, "...");
    }
    let next = match grammar.kinds.get(conflict.column as usize) {
        Some(_) => format!("`{}`", text(conflict.column)),
        None => "the end".to_owned(),
    };
    let place = match words[..] {
        [] => format!("at the start of `{begin}`, before {next}"),
        _ => format!("in `{begin}`, after `{}` and before {next}", words.join(" ")),
    };
    let alternative = grammar.alternative_of(conflict.reduce);
    let span = alternative.offset..alternative.offset + alternative.length;
    let mut finding = Diagnostic::new(span, format!("not LR(1): {place}, two readings are possible")).note(format!(
        "either this is complete:    {}",
        shown(grammar, conflict.reduce, None)
    ));
    match conflict.other {
        Action::Reduce(p) => finding = finding.note(format!("or this is complete:        {}", shown(grammar, p, None))),
        Action::Accept => finding = finding.note(format!("or the whole `{begin}` is complete")),
        _ => {
            for (p, dot, _) in automaton.items(conflict.state) {
                let next = grammar.production(p).symbols.get(dot as usize);
                if matches!(next, Some(Symbol::Kind(k)) if k.0 == conflict.column) {
                    finding = finding.note(format!("or this goes on at the dot: {}", shown(grammar, p, Some(dot))));
                }
            }
        }
    }
    let reduced = &grammar.nonterminals[grammar.production(conflict.reduce).nonterminal.index()];
    let empty = grammar.production(conflict.reduce).symbols.is_empty();
    finding.help(match conflict.other {
        _ if matches!(reduced.sort, NonterminalSort::Star | NonterminalSort::Plus) => {
            "whether a list goes on is decided before its next element is read: write the list as a rule that leads to \
             itself, such as `List = { <X> => Last(<>), <X> <List> => More(<>) }`"
        }
        _ if empty && reduced.sort == NonterminalSort::Optional => {
            "write two alternatives, one with the optional part and one without: then nothing is decided too early"
        }
        Action::Reduce(_) => "say the common part in one rule only, or let a keyword tell the two apart",
        Action::Accept => "remove the alternative that leads back to itself",
        _ => "put brackets or a keyword around one of the two, or use #[precedence] and #[assoc]",
    })
}

/// `Expr = Expr "+" . Expr`
fn shown(grammar: &Grammar, production: ProductionId, dot: Option<u32>) -> String {
    let p = grammar.production(production);
    let mut words = vec![grammar.nonterminals[p.nonterminal.index()].name.clone(), "=".to_owned()];
    for i in 0..=p.symbols.len() {
        if dot == Some(i as u32) {
            words.push(".".to_owned());
        }
        match p.symbols.get(i) {
            Some(Symbol::Nonterminal(n)) => words.push(grammar.nonterminals[n.index()].name.clone()),
            Some(Symbol::Kind(k)) => {
                let tokens = &grammar.kinds[k.index()].tokens;
                let more = if tokens.len() > 1 { "..." } else { "" };
                words.push(format!("{:?}{more}", grammar.text(tokens[0])));
            }
            None if p.symbols.is_empty() => words.push("(nothing)".to_owned()),
            None => {}
        }
    }
    words.join(" ")
}

/// For every nonterminal a shortest string of kinds that it derives.
fn shortest_strings(grammar: &Grammar) -> Vec<Vec<u32>> {
    let count = grammar.nonterminals.len();
    let mut length: Vec<Option<usize>> = vec![None; count];
    let mut best: Vec<ProductionId> = vec![ProductionId::default(); count];
    loop {
        let mut grown = false;
        for (p, id) in grammar.productions.iter().zip(0..) {
            let total = p.symbols.iter().try_fold(0usize, |sum, s| match s {
                Symbol::Kind(_) => Some(sum + 1),
                Symbol::Nonterminal(n) => length[n.index()].map(|l| sum.saturating_add(l)),
            });
            let n = p.nonterminal.index();
            if let Some(total) = total
                && length[n].is_none_or(|l| total < l)
            {
                length[n] = Some(total);
                best[n] = ProductionId(id);
                grown = true;
            }
        }
        if !grown {
            break;
        }
    }
    // A shortest string may still be exponentially long: what is not shown is not written out.
    let write = |n: usize| {
        let mut open = vec![Symbol::Nonterminal(crate::NonterminalId::new(n))];
        let mut kinds = Vec::new();
        while let Some(symbol) = open.pop() {
            match symbol {
                Symbol::Kind(k) => kinds.push(k.0),
                Symbol::Nonterminal(n) => open.extend(grammar.production(best[n.index()]).symbols.iter().rev()),
            }
            if kinds.len() > MAX_EXAMPLE {
                break;
            }
        }
        kinds
    };
    (0..count).map(write).collect()
}
