//! Construction of the LR(1) automaton.

use rustc_hash::FxHashMap;

use crate::columns::{Columns, First};
use crate::conflict::{Conflict, report};
use crate::{Action, Diagnostic, Grammar, GrammarError, Item, Lr, NonterminalId, ProductionId, StateId, Symbol};

/// States that an automaton may have: the languages that tdf is made for have hundreds.
pub const MAX_STATES: usize = 20_000;

/// Entries that each table may have: states times kinds, states times nonterminals.
const MAX_ENTRIES: usize = 20_000_000;

/// With this many conflicts the rest adds nothing.
const MAX_CONFLICTS: usize = 20;

/// A state before its actions are known.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Core {
    /// The nonterminal that this is the start state of.
    pub start: Option<NonterminalId>,
    /// Whether the start nonterminal has been read, so that the end of input may follow.
    pub accept: bool,
    /// Ascending by production and dot.
    pub kernel: Vec<(ProductionId, u32, Columns)>,
}

/// The automaton while it grows.
pub(crate) struct Automaton<'g> {
    pub grammar: &'g Grammar,
    pub first: First,
    pub states: Vec<Core>,
    /// From where, and over which symbol, each state was first met; `None` for start states.
    pub parents: Vec<Option<(usize, Symbol)>>,
    numbers: FxHashMap<Core, u32>,
    conflicts: Vec<Conflict>,
}

pub(crate) fn build(grammar: &Grammar) -> Result<Lr, GrammarError> {
    check_limits(grammar, grammar.nonterminals.len())?;
    let mut automaton = Automaton {
        grammar,
        first: First::new(grammar),
        states: Vec::new(),
        parents: Vec::new(),
        numbers: FxHashMap::default(),
        conflicts: Vec::new(),
    };
    let end = grammar.kinds.len() as u32;
    let mut lr = Lr {
        end,
        start: Vec::new(),
        actions: Vec::new(),
        gotos: Vec::new(),
        kernels: Vec::new(),
    };
    for n in 0..grammar.nonterminals.len() {
        let core = Core {
            start: Some(NonterminalId::new(n)),
            accept: false,
            kernel: Vec::new(),
        };
        lr.start.push(StateId(automaton.number(core, None)));
    }
    let mut at = 0;
    while at < automaton.states.len() && automaton.conflicts.len() < MAX_CONFLICTS {
        check_limits(grammar, automaton.states.len())?;
        automaton.expand(at, &mut lr);
        at += 1;
    }
    if !automaton.conflicts.is_empty() {
        return Err(GrammarError::new(
            &grammar.file,
            &grammar.source,
            report(&automaton, &automaton.conflicts),
        ));
    }
    lr.kernels = automaton
        .states
        .into_iter()
        .map(|core| core.kernel.into_iter().map(item).collect())
        .collect();
    Ok(lr)
}

fn item((production, dot, lookahead): (ProductionId, u32, Columns)) -> Item {
    Item {
        production,
        dot,
        lookahead: lookahead.iter().collect(),
    }
}

fn check_limits(grammar: &Grammar, states: usize) -> Result<(), GrammarError> {
    let columns = (grammar.kinds.len() + 1).max(grammar.nonterminals.len());
    if states <= MAX_STATES && states * columns <= MAX_ENTRIES {
        return Ok(());
    }
    let message = format!(
        "the parser of this grammar is too large: it needs more than {} states",
        states - 1
    );
    let finding = Diagnostic::new(0..0, message)
        .help("rules that repeat one pattern with small changes multiply the states: share what they have in common");
    Err(GrammarError::new(&grammar.file, &grammar.source, vec![finding]))
}

impl Automaton<'_> {
    fn number(&mut self, core: Core, parent: Option<(usize, Symbol)>) -> u32 {
        let (states, parents) = (&mut self.states, &mut self.parents);
        *self.numbers.entry(core).or_insert_with_key(|core| {
            states.push(core.clone());
            parents.push(parent);
            (states.len() - 1) as u32
        })
    }

    /// All items of a state: its kernel and closure.
    pub fn items(&self, state: usize) -> Vec<(ProductionId, u32, Columns)> {
        let core = &self.states[state];
        let mut items = core.kernel.clone();
        for (n, lookahead) in self.first.closure(self.grammar, core.start, &core.kernel) {
            items.extend(self.grammar.productions_of(n).map(|p| (p, 0, lookahead.clone())));
        }
        items
    }

    /// Fills in the table rows of a state, and adds the states that follow it.
    fn expand(&mut self, state: usize, lr: &mut Lr) {
        let grammar = self.grammar;
        let end = grammar.kinds.len();
        let mut row = vec![Action::Error; end + 1];
        let mut gotos = vec![u32::MAX; grammar.nonterminals.len()];
        let mut successors = Successors::default();
        let mut reductions: Vec<(ProductionId, Columns)> = Vec::new();
        if self.states[state].accept {
            row[end] = Action::Accept;
        }
        for (p, dot, lookahead) in self.items(state) {
            match grammar.production(p).symbols.get(dot as usize) {
                Some(&symbol) => successors.core(symbol).kernel.push((p, dot + 1, lookahead)),
                None => reductions.push((p, lookahead)),
            }
        }
        if let Some(n) = self.states[state].start {
            successors.core(Symbol::Nonterminal(n)).accept = true;
        }
        successors.list.sort_by_key(|(symbol, _)| *symbol);
        for (symbol, mut next) in successors.list {
            next.kernel.sort_by_key(|(p, dot, _)| (*p, *dot));
            let number = self.number(next, Some((state, symbol)));
            match symbol {
                Symbol::Kind(k) => row[k.index()] = Action::Shift(StateId(number)),
                Symbol::Nonterminal(n) => gotos[n.index()] = number,
            }
        }
        for (p, lookahead) in reductions {
            for column in lookahead.iter() {
                match &mut row[column as usize] {
                    free @ Action::Error => *free = Action::Reduce(p),
                    taken => {
                        let conflict = Conflict {
                            state,
                            column,
                            reduce: p,
                            other: *taken,
                        };
                        if !self.conflicts.iter().any(|c| c.is_like(&conflict)) {
                            self.conflicts.push(conflict);
                        }
                    }
                }
            }
        }
        lr.actions.extend(row);
        lr.gotos.extend(gotos);
    }
}

/// The states after a state, in the order in which its items name them.
#[derive(Default)]
struct Successors {
    list: Vec<(Symbol, Core)>,
    slots: FxHashMap<Symbol, usize>,
}

impl Successors {
    fn core(&mut self, symbol: Symbol) -> &mut Core {
        let slot = *self.slots.entry(symbol).or_insert_with(|| {
            self.list.push((
                symbol,
                Core {
                    start: None,
                    accept: false,
                    kernel: Vec::new(),
                },
            ));
            self.list.len() - 1
        });
        &mut self.list[slot].1
    }
}
