//! Terminals whose members are infinitely many, or too many to list: open in characters.
//!
//! LALRPOP gives a text that several terminals match to the one that wins: an earlier branch of `match`, then a literal
//! over a regular expression. So does this: what another terminal wins is taken from the members of an open one.

use std::collections::BTreeSet;
use std::ops::Range;

use regex_automata::Anchored;
use regex_automata::dfa::{Automaton, dense};
use regex_automata::nfa::thompson;
use regex_automata::util::start;
use regex_syntax::hir::{ClassUnicode, ClassUnicodeRange};
use tdf_grammar::{Dfa, Diagnostic, OpenTerminal, TerminalText, TooLarge};

use crate::any_case::forms;
use crate::characters::{foreign, restrict};
use crate::draft::{Draft, DraftTerminal};
use crate::limits::{LONGEST_OPEN_MEMBER, MAX_DFA_STATES, MAX_OPEN_TABLE, MAX_SUFFIXES};
use crate::matching::{Form, Matching, Rank};
use crate::members::parse;

/// Gives the terminals that `lower` marked as open their members.
pub(crate) fn set_members(draft: &mut Draft, matching: &Matching, findings: &mut Vec<Diagnostic>) {
    let alphabet = Alphabet::new(&draft.terminals);
    let mut automata: Vec<Option<Dfa>> = Vec::with_capacity(draft.terminals.len());
    for terminal in &draft.terminals {
        let mut automaton = None;
        if let (true, TerminalText::Regex(regex)) = (terminal.is_open, &terminal.text) {
            match alphabet.automaton(regex) {
                Ok(dfa) => automaton = Some(dfa),
                Err(TooLarge) => findings.push(too_large(&terminal.span)),
            }
        }
        automata.push(automaton);
    }
    if automata.iter().all(Option::is_none) {
        return;
    }
    share(draft, matching, &alphabet, &mut automata);
    take_listed(draft, matching, &automata, &alphabet);
    let Ok(beginnings) = matching.skips.automata().beginnings(&alphabet.0) else {
        let first = draft.terminals.iter().find(|t| t.is_open);
        findings.extend(first.map(|t| too_large(&t.span)));
        return;
    };
    let mut winners = Winners::new(draft, matching, &alphabet, &automata);
    // What begins a comment is read as one, whatever the terminal's branch.
    let always = (0, Form::Literal);
    winners.automata.extend(beginnings.into_iter().map(|dfa| (always, dfa)));
    let mut open: Vec<(usize, Dfa)> = Vec::new();
    for (t, own) in automata.iter().enumerate() {
        let (terminal, Some(own)) = (&draft.terminals[t], own) else {
            continue;
        };
        match winners.take_from(own, matching.rank(&terminal.text)) {
            Ok(members) => open.push((t, members)),
            Err(TooLarge) => findings.push(too_large(&terminal.span)),
        }
    }
    if leave_out_beginnings(draft, &alphabet, &mut open).is_err() {
        findings.extend(open.first().map(|(t, _)| too_large(&draft.terminals[*t].span)));
    }
    let used = |letter: &usize| {
        let steps = |dfa: &Dfa| (0..dfa.states() as u32).any(|s| dfa.next(s, *letter).is_some());
        open.iter().any(|(_, dfa)| steps(dfa))
    };
    let kept: Vec<usize> = (0..alphabet.0.len()).filter(used).collect();
    draft.characters = kept.iter().map(|l| alphabet.0[*l]).collect();
    for (t, members) in open {
        let members = members.with_letters(&kept);
        if set_longest(&mut draft.terminals[t], members).is_err() {
            findings.push(too_large(&draft.terminals[t].span));
        }
    }
}

/// Gives `terminal` these members, and the bound on their length.
pub(crate) fn set_longest(terminal: &mut DraftTerminal, members: Dfa) -> Result<(), TooLarge> {
    let shortest = members.shortest()[Dfa::START as usize];
    let longest = if shortest == u32::MAX {
        LONGEST_OPEN_MEMBER
    } else {
        shortest.max(LONGEST_OPEN_MEMBER)
    };
    let suffixes = members.states().saturating_mul(longest as usize);
    terminal.open = Some(OpenTerminal { members, longest });
    if suffixes > MAX_SUFFIXES { Err(TooLarge) } else { Ok(()) }
}

/// Leaves out the members that begin a longer one with a blank behind them, such as `"\"` where `"\" x"` is one too: in a
/// program the longest match would take what follows along. If that were all, the reader reports it.
fn leave_out_beginnings(draft: &mut Draft, alphabet: &Alphabet, open: &mut [(usize, Dfa)]) -> Result<(), TooLarge> {
    let Ok(blank) = alphabet.0.binary_search(&' ') else {
        return Ok(());
    };
    let before = |dfa: &Dfa| dfa.accepting_where(|state| dfa.next(state, blank).is_some());
    let beginnings = open.iter().map(|(_, dfa)| before(dfa)).filter(|b| !b.is_empty());
    let beginnings: Vec<Dfa> = beginnings.collect();
    for (t, members) in open {
        let Some(example) = beginnings.iter().find_map(|b| b.common(members)) else {
            continue;
        };
        let mut left = members.clone();
        for beginning in &beginnings {
            left = left.difference(beginning)?;
        }
        if left.is_empty() {
            continue;
        }
        *members = left;
        let example: String = example.into_iter().map(|letter| alphabet.0[letter]).collect();
        let message =
            format!("members such as `{example}` are left out: with a blank behind them they begin longer ones");
        draft
            .warnings
            .push(Diagnostic::new(draft.terminals[*t].span.clone(), message));
    }
    Ok(())
}

pub(crate) fn too_large(span: &Range<usize>) -> Diagnostic {
    Diagnostic::new(
        span.clone(),
        format!("this open terminal takes more than {MAX_DFA_STATES} states"),
    )
    .help("make it simpler: fewer repetitions of a fixed number, fewer terminals that win over it")
}

/// Spells each terminal that shares members with an open one and neither wins: a text has one open.
fn share(draft: &mut Draft, matching: &Matching, alphabet: &Alphabet, automata: &mut [Option<Dfa>]) {
    loop {
        let mut changed = false;
        for t in 0..automata.len() {
            let terminal = &draft.terminals[t];
            if automata[t].is_some() || !terminal.has_choice {
                continue;
            }
            let words: Option<Vec<Vec<usize>>> = terminal.members.iter().map(|m| alphabet.word(m)).collect();
            let Some(words) = words else { continue };
            let rank = matching.rank(&terminal.text);
            let rivals = draft.terminals.iter().zip(automata.iter());
            let mut rivals =
                rivals.filter_map(|(other, dfa)| dfa.as_ref().filter(|_| matching.rank(&other.text) == rank));
            let shares = |dfa: &Dfa| words.iter().any(|w| accepts(dfa, w));
            if !rivals.any(shares) {
                continue;
            }
            if let Ok(dfa) = Dfa::of_words(alphabet.0.len(), &words) {
                automata[t] = Some(dfa.minimize());
                draft.terminals[t].is_open = true;
                draft.terminals[t].members.clear();
                changed = true;
            }
        }
        if !changed {
            return;
        }
    }
}

/// Takes from the terminals whose members are listed what an open one wins.
fn take_listed(draft: &mut Draft, matching: &Matching, automata: &[Option<Dfa>], alphabet: &Alphabet) {
    let open: Vec<_> = draft
        .terminals
        .iter()
        .zip(automata)
        .filter_map(|(t, dfa)| dfa.as_ref().map(|dfa| (matching.rank(&t.text), dfa)))
        .collect();
    let listed: BTreeSet<String> = draft.terminals.iter().flat_map(|t| &t.members).cloned().collect();
    let mut left: Vec<Vec<String>> = Vec::with_capacity(automata.len());
    for terminal in &draft.terminals {
        let rank = matching.rank(&terminal.text);
        let winners: Vec<&Dfa> = open.iter().filter(|(r, _)| *r < rank).map(|(_, dfa)| *dfa).collect();
        let free = |m: &String| {
            let won = |w: &[usize]| winners.iter().any(|dfa| accepts(dfa, w));
            !alphabet.word(m).is_some_and(|w| won(&w))
        };
        // A word that is read in any case has other forms.
        let other = |word: &String| {
            let unknown = |form: &String| !listed.contains(form) && !draft.reserved.contains(form) && free(form);
            forms(word).find(unknown)
        };
        let kept = terminal.members.iter().filter_map(|m| match free(m) {
            true => Some(m.clone()),
            false if terminal.ignores_case => other(m),
            false => None,
        });
        left.push(kept.collect());
    }
    for (terminal, members) in draft.terminals.iter_mut().zip(left) {
        terminal.members = members;
    }
}

fn accepts(dfa: &Dfa, word: &[usize]) -> bool {
    dfa.run(word.iter().copied()).is_some_and(|s| dfa.is_accepting(s))
}

/// Everything that may win a text over an open terminal.
struct Winners {
    words: Vec<(Rank, Vec<usize>)>,
    /// In small letters: words that win in any case.
    any_case: Vec<(Rank, Vec<usize>)>,
    /// The small letter of each letter.
    small: Vec<usize>,
    automata: Vec<(Rank, Dfa)>,
    letters: usize,
}

impl Winners {
    fn new(draft: &Draft, matching: &Matching, alphabet: &Alphabet, automata: &[Option<Dfa>]) -> Self {
        let mut this = Self {
            words: Vec::new(),
            any_case: Vec::new(),
            small: alphabet.small(),
            automata: Vec::new(),
            letters: alphabet.0.len(),
        };
        for (terminal, dfa) in draft.terminals.iter().zip(automata) {
            let rank = matching.rank(&terminal.text);
            match dfa {
                Some(dfa) => this.automata.push((rank, dfa.clone())),
                None if terminal.ignores_case => this.add_words(alphabet, rank, &terminal.members),
                None => this
                    .words
                    .extend(terminal.members.iter().filter_map(|m| Some((rank, alphabet.word(m)?)))),
            }
        }
        // Terminals that are listed and stand in no rule win all the same, as reserved words do.
        for text in matching
            .listed()
            .filter(|text| draft.terminals.iter().all(|t| t.text != **text))
        {
            let rank = matching.rank(text);
            match text {
                TerminalText::Literal(text) => this.words.extend(alphabet.word(text).map(|w| (rank, w))),
                _ if rank.1 == Form::AnyCase => this.add_words(alphabet, rank, matching.words_in_any_case(text)),
                TerminalText::Regex(regex) => this
                    .automata
                    .extend(alphabet.automaton(regex).ok().map(|dfa| (rank, dfa))),
            }
        }
        this
    }

    fn add_words(&mut self, alphabet: &Alphabet, rank: Rank, words: &[String]) {
        let words = words
            .iter()
            .filter_map(|word| alphabet.word(&word.to_ascii_lowercase()));
        self.any_case.extend(words.map(|word| (rank, word)));
    }

    fn take_from(&self, own: &Dfa, rank: Rank) -> Result<Dfa, TooLarge> {
        let words: Vec<Vec<usize>> = self
            .words
            .iter()
            // Of equal rank are regular expressions with one member, which LALRPOP cannot tell apart: it is a token.
            .filter(|(r, _)| *r <= rank)
            .map(|(_, w)| w.clone())
            .collect();
        let mut left = own.difference(&Dfa::of_words(self.letters, &words)?)?;
        let words: Vec<Vec<usize>> = self
            .any_case
            .iter()
            .filter(|(r, _)| *r < rank)
            .map(|(_, w)| w.clone())
            .collect();
        if !words.is_empty() {
            let small = |letter: usize| self.small[letter];
            left = left.difference(&Dfa::of_folded_words(self.letters, &words, small)?)?;
        }
        for (_, dfa) in self.automata.iter().filter(|(r, _)| *r < rank) {
            left = left.difference(dfa)?;
        }
        Ok(left)
    }
}

/// The characters that open terminals may be made of, ascending: printable ASCII, and what their regular expressions
/// name beyond it.
struct Alphabet(Vec<char>);

impl Alphabet {
    fn new(terminals: &[DraftTerminal]) -> Self {
        let mut characters: Vec<char> = (' '..='~').collect();
        for terminal in terminals {
            match &terminal.text {
                TerminalText::Regex(regex) if terminal.is_open => {
                    if let Ok(hir) = parse(regex) {
                        foreign(&hir, &mut characters);
                    }
                }
                _ => {}
            }
        }
        characters.sort_unstable();
        characters.dedup();
        Self(characters)
    }

    /// For each letter that of the small character.
    fn small(&self) -> Vec<usize> {
        let small = |(i, c): (usize, &char)| self.0.binary_search(&c.to_ascii_lowercase()).unwrap_or(i);
        self.0.iter().enumerate().map(small).collect()
    }

    fn word(&self, text: &str) -> Option<Vec<usize>> {
        text.chars().map(|c| self.0.binary_search(&c).ok()).collect()
    }

    /// The automaton of the members of `regex` that are words over this alphabet.
    fn automaton(&self, regex: &str) -> Result<Dfa, TooLarge> {
        let Ok(hir) = parse(regex) else { return Err(TooLarge) };
        let allowed = ClassUnicode::new(self.0.iter().map(|c| ClassUnicodeRange::new(*c, *c)));
        let hir = restrict(&hir, &allowed);
        let nfa = thompson::Compiler::new()
            .configure(thompson::Config::new().nfa_size_limit(Some(MAX_OPEN_TABLE)).utf8(false))
            .build_from_hir(&hir)
            .map_err(|_| TooLarge)?;
        let config = dense::Config::new()
            .start_kind(regex_automata::dfa::StartKind::Anchored)
            .match_kind(regex_automata::MatchKind::All)
            .dfa_size_limit(Some(MAX_OPEN_TABLE))
            .determinize_size_limit(Some(MAX_OPEN_TABLE));
        let bytes = dense::Builder::new()
            .configure(config)
            .build_from_nfa(&nfa)
            .map_err(|_| TooLarge)?;
        let start = bytes
            .start_state(&start::Config::new().anchored(Anchored::Yes))
            .map_err(|_| TooLarge)?;
        let dfa = Dfa::explore(
            self.0.len(),
            start,
            |state| bytes.is_match_state(bytes.next_eoi_state(*state)),
            |state, letter| {
                let mut buffer = [0; 4];
                let text = self.0[letter].encode_utf8(&mut buffer).as_bytes();
                let next = text.iter().fold(*state, |state, byte| bytes.next_state(state, *byte));
                (!bytes.is_dead_state(next)).then_some(next)
            },
        )?;
        Ok(dfa.minimize())
    }
}
