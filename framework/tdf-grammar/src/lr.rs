//! LR(1) tables, with a start state for every nonterminal.

use std::collections::BTreeSet;
use std::ops::Range;

use crate::automaton::{Automaton, Other};
use crate::inline::{LrProduction, inlinable, inline};
use crate::tables::{Action, Actions, Rows};
use crate::{
    Diagnostic, Grammar, GrammarError, LrProductionId, MAX_STATES, NonterminalId, NonterminalKind, StateId,
    TokenClassId, conflict,
};

/// Productions of a grammar for which is tried whether `#[inline]` helps, and rules that are tried.
const MAX_TRIED_PRODUCTIONS: usize = 2_000;
const MAX_TRIED_RULES: usize = 8;

/// Advice to inline rules of `undecided`, if that solves all conflicts of `grammar`.
fn inline_help(grammar: &Grammar, undecided: &BTreeSet<NonterminalId>) -> Option<String> {
    if grammar.productions.len() > MAX_TRIED_PRODUCTIONS || grammar.source != grammar.lalrpop {
        return None;
    }
    let words: BTreeSet<&str> = grammar
        .source
        .split(|c: char| !c.is_alphanumeric() && c != '_')
        .collect();
    // Levels of precedence and instances of macros have no rule of their own in the file.
    let is_written = |n: &&NonterminalId| {
        let n = &grammar.nonterminals[n.index()];
        n.kind == NonterminalKind::Rule && !n.public && !n.inline && words.contains(n.name.as_str())
    };
    let rules: Vec<NonterminalId> = undecided
        .iter()
        .filter(is_written)
        .copied()
        .take(MAX_TRIED_RULES)
        .collect();
    let solves = |rules: &[NonterminalId]| {
        let mut grammar = grammar.clone();
        rules.iter().for_each(|n| grammar.nonterminals[n.index()].inline = true);
        let all_inlined = inlinable(&grammar);
        rules.iter().all(|n| all_inlined.contains(n)) && Lr::build(&grammar, &mut BTreeSet::new(), true).is_ok()
    };
    let single = rules
        .iter()
        .find(|n| solves(std::slice::from_ref(n)))
        .map(std::slice::from_ref);
    let found = single.or_else(|| (rules.len() > 1 && solves(&rules)).then_some(&rules[..]))?;
    let names: Vec<String> = found
        .iter()
        .map(|n| format!("`{}`", grammar.nonterminals[n.index()].name))
        .collect();
    Some(format!(
        "write `#[inline]` before {}: with it the grammar has no conflict",
        names.join(" and before ")
    ))
}

/// After this many rounds everything that may be inlined is.
const MAX_ROUNDS: usize = 4;

/// The LR(1) automaton of a grammar. It has productions of its own: where the grammar's would conflict, nonterminals
/// are inlined into their users, as LALRPOP does (see [`LrProduction`]).
#[derive(Clone, Debug)]
pub struct Lr {
    productions: Vec<LrProduction>,
    /// Productions of each nonterminal.
    of: Vec<Range<u32>>,
    inlined: Vec<bool>,
    /// Number of token classes; also the column of the end of input.
    end: u32,
    actions: Actions,
    gotos: Rows<StateId>,
}

impl Lr {
    /// LR(1) tables of `grammar`: those of Pager's minimal automaton. A program that is not of the language is refused
    /// before the first token that cannot be there is taken, though some reductions may have been done by then.
    ///
    /// # Errors
    /// The grammar's conflicts, each with an example; or that the automaton grows beyond
    /// [`MAX_STATES`](crate::MAX_STATES) states.
    ///
    /// # Examples
    ///
    /// ```
    /// use tdf_grammar::Lr;
    ///
    /// // `1 + 2 + 3` has two derivations.
    /// let source = r#"grammar; pub Sum = { <l:Sum> "+" <r:Sum> => Add { <> }, r"[0-9]" => Number(<>) };"#;
    /// let error = Lr::new(&tdf_reader::read_grammar("sum.lalrpop", source)?).unwrap_err();
    /// assert!(error.to_string().contains("sum.lalrpop"));
    /// # Ok::<(), tdf_grammar::GrammarError>(())
    /// ```
    pub fn new(grammar: &Grammar) -> Result<Self, GrammarError> {
        let mut undecided = BTreeSet::new();
        Self::build(grammar, &mut undecided, false).map_err(|mut error| {
            let is_ambiguous = error.diagnostics.iter().any(|d| d.message.starts_with("ambiguous"));
            if !is_ambiguous && let Some(help) = inline_help(grammar, &undecided) {
                error.diagnostics.iter_mut().for_each(|d| d.help = Some(help.clone()));
            }
            error
        })
    }

    /// As [`Lr::new`]. The nonterminals whose ends come too early to be decided on go to `undecided`. `briefly` tells only
    /// whether there are conflicts, and not which.
    fn build(grammar: &Grammar, undecided: &mut BTreeSet<NonterminalId>, briefly: bool) -> Result<Self, GrammarError> {
        let inlinable = inlinable(grammar);
        let mut may = vec![false; grammar.nonterminals.len()];
        for n in &inlinable {
            may[n.index()] = true;
        }
        let mut inlined = vec![false; grammar.nonterminals.len()];
        for round in 1.. {
            let order: Vec<NonterminalId> = inlinable.iter().copied().filter(|n| inlined[n.index()]).collect();
            let automaton = Automaton::new(grammar, inline(grammar, &order)?);
            let of = |p: u32| automaton.productions[p as usize].nonterminal;
            let (mut lasting, mut passing, mut more) = (Vec::new(), Vec::new(), Vec::new());
            for places in automaton.conflicts() {
                let reduced = [Some(places[0].reduce), places[0].other.reduced()];
                let reduced = reduced.into_iter().flatten().map(of);
                // With one of the reductions inlined away there is nothing left to decide between.
                let reduced: Vec<NonterminalId> = reduced.collect();
                let is_helpful = |n: &&NonterminalId| may[n.index()] && !inlined[n.index()];
                let helpful: Vec<NonterminalId> = reduced.iter().filter(is_helpful).copied().collect();
                match helpful.is_empty() {
                    true => {
                        undecided.extend(reduced);
                        lasting.push(places);
                    }
                    false => passing.push(places),
                }
                more.extend(helpful);
            }
            // Nor does inlining help where a text has two readings.
            let findings = match briefly && !lasting.is_empty() {
                true => vec![Diagnostic::new(0..0, "conflicts")],
                false => conflict::report(grammar, &automaton, &lasting, &passing),
            };
            if !findings.is_empty() {
                return Err(GrammarError::new(&grammar.file, &grammar.source, findings));
            }
            if more.is_empty() {
                return match automaton.cut {
                    true => Err(too_large(grammar)),
                    false => Ok(Self::from_automaton(grammar, &automaton, inlined)),
                };
            }
            if round == MAX_ROUNDS {
                more.clone_from(&inlinable);
            }
            more.iter().for_each(|n| inlined[n.index()] = true);
        }
        unreachable!("a round inlines more than the one before, or is the last")
    }

    fn from_automaton(grammar: &Grammar, automaton: &Automaton, inlined: Vec<bool>) -> Self {
        let end = grammar.token_classes.len() as u32;
        let mut of = vec![0..0; grammar.nonterminals.len()];
        for (p, number) in automaton.productions.iter().zip(0..) {
            let range: &mut Range<u32> = &mut of[p.nonterminal.index()];
            if range.end == 0 {
                range.start = number;
            }
            range.end = number + 1;
        }
        let tokens = |next: &[(u32, u32)]| next.partition_point(|(symbol, _)| *symbol < end);
        let actions = Actions::new(automaton.states.iter().zip(0..).map(|(state, number)| {
            let shifts = state.next[..tokens(&state.next)].iter();
            let mut row: Vec<(u32, Action)> = shifts.map(|&(k, s)| (k, Action::Shift(StateId(s)))).collect();
            if state.accept {
                row.push((end, Action::Accept));
            }
            (row, automaton.reductions(number))
        }));
        let mut gotos = Rows::new();
        for state in &automaton.states {
            let behind = state.next[tokens(&state.next)..].iter();
            gotos.push(behind.map(|&(n, s)| (n - end, StateId(s))));
        }
        Self {
            productions: automaton.productions.clone(),
            of,
            inlined,
            end,
            actions,
            gotos,
        }
    }

    /// Number of states.
    pub fn states(&self) -> usize {
        self.actions.states()
    }

    /// The state in which a program of `nonterminal` begins.
    pub fn start(&self, nonterminal: NonterminalId) -> StateId {
        StateId(nonterminal.0)
    }

    /// What to do in `state` before a token of kind `token_class`; `None` is the end of input.
    pub fn action(&self, state: StateId, token_class: Option<TokenClassId>) -> Action {
        let column = token_class.map_or(self.end, |k| k.0);
        self.actions.get(state, column)
    }

    /// Where `state` goes after `nonterminal` has been read.
    pub fn goto(&self, state: StateId, nonterminal: NonterminalId) -> Option<StateId> {
        self.gotos.get(state, nonterminal.0)
    }

    /// All productions, those of a nonterminal next to each other.
    pub fn productions(&self) -> &[LrProduction] {
        &self.productions
    }

    /// The production `id`.
    pub fn production(&self, id: LrProductionId) -> &LrProduction {
        &self.productions[id.index()]
    }

    /// The ids of the productions of `nonterminal`.
    pub fn productions_of(&self, nonterminal: NonterminalId) -> impl ExactSizeIterator<Item = LrProductionId> + use<> {
        self.of[nonterminal.index()].clone().map(LrProductionId)
    }

    /// Whether `nonterminal` is inlined into its users, so that no other production has it on its right-hand side.
    pub fn is_inlined(&self, nonterminal: NonterminalId) -> bool {
        self.inlined[nonterminal.index()]
    }
}

impl Other {
    fn reduced(self) -> Option<u32> {
        match self {
            Self::Reduce(p) => Some(p),
            Self::Shift | Self::Accept => None,
        }
    }
}

fn too_large(grammar: &Grammar) -> GrammarError {
    let message = format!(
        "the parser of this grammar is too large: it needs more than {MAX_STATES} states, or it would take too long to \
                           find them"
    );
    let finding = Diagnostic::new(0..0, message)
        .help("rules that repeat one pattern with small changes multiply the states: share what they have in common");
    GrammarError::new(&grammar.file, &grammar.source, vec![finding])
}
