//! Construction of the LR(1) automaton.

use rustc_hash::FxHashMap;

use crate::columns::{Columns, First};
use crate::{Action, Diagnostic, Grammar, GrammarError, Item, Lr, NonterminalId, ProductionId, StateId, Symbol};

/// States that an automaton may have: the languages that tdf is made for have hundreds.
pub const MAX_STATES: usize = 20_000;

/// Entries that the action table may have.
const MAX_ENTRIES: usize = 50_000_000;

/// A state before its actions are known.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Core {
    /// The nonterminal that this is the start state of.
    start: Option<NonterminalId>,
    /// Whether the start nonterminal has been read, so that the end of input may follow.
    accept: bool,
    /// Ascending by production and dot.
    kernel: Vec<(ProductionId, u32, Columns)>,
}

pub(crate) fn build(grammar: &Grammar) -> Result<Lr, GrammarError> {
    let first = First::new(grammar);
    let end = grammar.kinds.len();
    let width = end + 1;
    let mut states: Vec<Core> = Vec::new();
    let mut numbers: FxHashMap<Core, u32> = FxHashMap::default();
    let mut lr = Lr {
        end: end as u32,
        start: Vec::new(),
        actions: Vec::new(),
        gotos: Vec::new(),
        kernels: Vec::new(),
    };
    for n in 0..grammar.nonterminals.len() {
        let start = NonterminalId::new(n);
        let core = Core {
            start: Some(start),
            accept: false,
            kernel: Vec::new(),
        };
        lr.start.push(StateId::new(states.len()));
        numbers.insert(core.clone(), states.len() as u32);
        states.push(core);
    }
    let mut findings = Vec::new();
    let mut at = 0;
    while at < states.len() {
        if states.len() > MAX_STATES || states.len() * width > MAX_ENTRIES {
            let message = format!("the parser for this grammar has more than {at} states");
            let help =
                "rules that repeat one pattern with small changes multiply the states: share what they have in common";
            let whole = Diagnostic::error(0..0, message).help(help);
            return Err(GrammarError::new(&grammar.file, &grammar.source, vec![whole]));
        }
        let core = states[at].clone();
        let closure = first.closure(grammar, core.start, &core.kernel);
        let mut row = vec![Action::Error; width];
        let mut gotos = vec![u32::MAX; grammar.nonterminals.len()];
        let mut successors: Vec<(Symbol, Core)> = Vec::new();
        let mut slots: FxHashMap<Symbol, usize> = FxHashMap::default();
        if core.accept {
            row[end] = Action::Accept;
        }
        let mut slot = |successors: &mut Vec<(Symbol, Core)>, symbol: Symbol| {
            *slots.entry(symbol).or_insert_with(|| {
                successors.push((
                    symbol,
                    Core {
                        start: None,
                        accept: false,
                        kernel: Vec::new(),
                    },
                ));
                successors.len() - 1
            })
        };
        let mut reductions: Vec<(ProductionId, &Columns)> = Vec::new();
        let kernel = core.kernel.iter().map(|(p, dot, l)| (*p, *dot, l));
        let items: Vec<(ProductionId, u32, &Columns)> = kernel
            .chain(
                closure
                    .iter()
                    .flat_map(|(n, l)| grammar.productions_of(*n).map(move |p| (p, 0, l))),
            )
            .collect();
        for &(p, dot, lookahead) in &items {
            match grammar.production(p).symbols.get(dot as usize) {
                Some(&symbol) => {
                    let i = slot(&mut successors, symbol);
                    successors[i].1.kernel.push((p, dot + 1, lookahead.clone()));
                }
                None => reductions.push((p, lookahead)),
            }
        }
        if let Some(n) = core.start {
            let i = slot(&mut successors, Symbol::Nonterminal(n));
            successors[i].1.accept = true;
        }
        successors.sort_by_key(|(symbol, _)| *symbol);
        for (symbol, mut next) in successors {
            next.kernel.sort_by_key(|(p, dot, _)| (*p, *dot));
            let number = *numbers.entry(next).or_insert_with_key(|next| {
                states.push(next.clone());
                (states.len() - 1) as u32
            });
            match symbol {
                Symbol::Kind(k) => row[k.index()] = Action::Shift(StateId(number)),
                Symbol::Nonterminal(n) => gotos[n.index()] = number,
            }
        }
        for (p, lookahead) in reductions {
            for column in lookahead.iter() {
                match &mut row[column as usize] {
                    Action::Reduce(other) if *other == p => {}
                    free @ Action::Error => *free = Action::Reduce(p),
                    taken => {
                        let taken = *taken;
                        conflict(grammar, p, taken, column, &mut findings);
                    }
                }
            }
        }
        lr.actions.extend(row);
        lr.gotos.extend(gotos);
        at += 1;
    }
    if !findings.is_empty() {
        return Err(GrammarError::new(&grammar.file, &grammar.source, findings));
    }
    lr.kernels = states
        .into_iter()
        .map(|core| {
            let item = |(production, dot, l): (ProductionId, u32, Columns)| Item {
                production,
                dot,
                lookahead: l.iter().collect(),
            };
            core.kernel.into_iter().map(item).collect()
        })
        .collect();
    Ok(lr)
}

fn conflict(grammar: &Grammar, production: ProductionId, other: Action, column: u32, findings: &mut Vec<Diagnostic>) {
    let name = |p: ProductionId| {
        grammar.nonterminals[grammar.production(p).nonterminal.index()]
            .name
            .clone()
    };
    let next = grammar
        .kinds
        .get(column as usize)
        .map_or("the end".to_owned(), |k| format!("`{}`", grammar.text(k.tokens[0])));
    let what = match other {
        Action::Reduce(q) => format!("or of `{}`", name(q)),
        Action::Accept => "or the end of the program".to_owned(),
        _ => "or go on".to_owned(),
    };
    let offset = grammar.alternative_of(production).offset;
    let message = format!(
        "ambiguous: before {next} this may be the end of `{}`, {what}",
        name(production)
    );
    findings.push(Diagnostic::error(offset..offset, message));
}
