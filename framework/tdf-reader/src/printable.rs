//! Members that a program cannot be printed with. They are left out, so that every printed program is read back as it was.
//!
//! Blanks part the tokens of a printed program, and the lexer skips them. So no member is empty, begins or ends with a blank, or
//! has a line break. A member of an open terminal that begins with a token and a blank is left out too: where another
//! token follows that one, both may be the beginning of the longer member. A listed member such as `not in` beside `not` stays:
//! more blanks between two tokens than it has inside tell them apart, see [`Lexer::blanks`](tdf_grammar::Lexer::blanks).

use tdf_grammar::TooLarge;
use tdf_grammar::{Dfa, Diagnostic};

use crate::draft::{Draft, DraftTerminal};
use crate::open_terminals::{set_longest, too_large};

const EMPTY: &str = "the empty text cannot be told from nothing";
const WHITE: &str = "white space between tokens is skipped";
const MARK: &str = "a byte order mark at the beginning of a text is skipped";
const CONTROL: &str = "a program has one line, and no tabs or control characters inside tokens";
const TOKEN_AND_BLANK: &str = "they begin with a token and a blank, and what follows the blank may be the next token";

/// Leaves the members out of the terminals that `used` marks, with warnings; says whether there were any.
pub(crate) fn leave_out_members(draft: &mut Draft, used: &[bool], findings: &mut Vec<Diagnostic>) -> bool {
    let mut changed = false;
    for terminal in draft
        .terminals
        .iter_mut()
        .zip(used)
        .filter(|(_, used)| **used)
        .map(|(t, _)| t)
    {
        let Some(reason) = terminal.members.iter().find_map(|m| listed_fault(m)) else {
            continue;
        };
        changed = true;
        let (left_out, kept): (Vec<String>, Vec<String>) = std::mem::take(&mut terminal.members)
            .into_iter()
            .partition(|m| listed_fault(m).is_some());
        terminal.members = kept;
        terminal.unprintable = Some(reason);
        if !terminal.members.is_empty() {
            draft.warnings.push(warning(terminal, &left_out[0], reason));
        }
    }
    match leave_out_of_open(draft, used) {
        Ok(open_changed) => changed |= open_changed,
        Err(terminal) => findings.push(too_large(&draft.terminals[terminal].span)),
    }
    changed
}

/// What some editors put before every text.
const BYTE_ORDER_MARK: char = '\u{feff}';

/// Why a program cannot have this member.
fn listed_fault(member: &str) -> Option<&'static str> {
    if member.is_empty() {
        Some(EMPTY)
    } else if member.trim() != member {
        Some(WHITE)
    } else if member.starts_with(BYTE_ORDER_MARK) {
        Some(MARK)
    } else if member
        .chars()
        .any(|c| c != ' ' && (c.is_whitespace() || c.is_control()))
    {
        Some(CONTROL)
    } else {
        None
    }
}

fn warning(terminal: &DraftTerminal, example: &str, reason: &str) -> Diagnostic {
    let help = match reason {
        EMPTY => "if it may be absent, let it match one character at least, and write `?` behind it".to_owned(),
        TOKEN_AND_BLANK => match quotes(example) {
            Some(quote) => format!("let the text inside have no {quote}: `[^{quote}]*` instead of `.*`"),
            None => "let it have no blanks, or put quotes around its text".to_owned(),
        },
        _ => "remove the white space from the terminal".to_owned(),
    };
    let message = match reason {
        EMPTY => "this terminal matches the empty text, which is left out".to_owned(),
        _ => format!("members such as {example:?} are left out"),
    };
    Diagnostic::new(terminal.span.clone(), message).note(reason).help(help)
}

/// The quotes around the token that `example` begins with.
fn quotes(example: &str) -> Option<char> {
    let mut token = example.split(' ').next()?.chars();
    let (first, last) = (token.next()?, token.next_back()?);
    (first == last && first.is_ascii_punctuation()).then_some(first)
}

/// The same for open terminals. Fails with the number of one whose automaton becomes too large.
fn leave_out_of_open(draft: &mut Draft, used: &[bool]) -> Result<bool, usize> {
    let letters = draft.characters.len();
    let word =
        |text: &str| -> Option<Vec<usize>> { text.chars().map(|c| draft.characters.binary_search(&c).ok()).collect() };
    let text = |word: Vec<usize>| word.into_iter().map(|l| draft.characters[l]).collect::<String>();
    let is_used =
        |(t, terminal): (usize, &DraftTerminal)| used[t].then(|| Some((t, terminal.open.as_ref()?.members.clone())));
    let open: Vec<(usize, Dfa)> = draft
        .terminals
        .iter()
        .enumerate()
        .filter_map(is_used)
        .flatten()
        .collect();
    let blank = draft.characters.binary_search(&' ').ok();
    let goes_on = |dfa: &Dfa| blank.is_some_and(|blank| (0..dfa.states() as u32).any(|s| dfa.next(s, blank).is_some()));
    let mark = draft.characters.binary_search(&BYTE_ORDER_MARK).ok();
    let begins = |dfa: &Dfa| mark.is_some_and(|mark| dfa.next(Dfa::START, mark).is_some());
    if !open
        .iter()
        .any(|(_, dfa)| dfa.is_accepting(Dfa::START) || goes_on(dfa) || begins(dfa))
    {
        return Ok(false);
    }
    // What no member may be, or begin with: first the empty text, then blanks, then tokens and a blank.
    let first = open[0].0;
    let build = || -> Result<_, TooLarge> {
        let tokens = draft
            .terminals
            .iter()
            .zip(used)
            .filter(|(_, used)| **used)
            .flat_map(|(t, _)| &t.members);
        let tokens: Vec<Vec<usize>> = tokens.filter_map(|m| word(m)).collect();
        let empty = Dfa::of_words(letters, &[Vec::new()])?;
        let mut forbidden = vec![(EMPTY, empty.clone())];
        if let Some(mark) = mark {
            forbidden.push((MARK, empty.going_on_with(mark)?));
        }
        if let Some(blank) = blank {
            forbidden.push((WHITE, empty.going_on_with(blank)?));
            forbidden.push((TOKEN_AND_BLANK, Dfa::of_words(letters, &tokens)?.going_on_with(blank)?));
            for (_, dfa) in open.iter().filter(|(_, dfa)| !dfa.is_empty()) {
                forbidden.push((TOKEN_AND_BLANK, dfa.going_on_with(blank)?));
            }
        }
        Ok(forbidden)
    };
    let forbidden = build().map_err(|TooLarge| first)?;
    let mut changed = Vec::new();
    for (t, own) in &open {
        let mut left = own.clone();
        let mut reasons = Vec::new();
        for (reason, dfa) in &forbidden {
            if let Some(example) = left.common(dfa) {
                left = left.difference(dfa).map_err(|TooLarge| *t)?;
                reasons.push((*reason, text(example)));
            }
        }
        if !reasons.is_empty() {
            changed.push((*t, left, reasons));
        }
    }
    let is_changed = !changed.is_empty();
    for (t, members, reasons) in changed {
        let terminal = &mut draft.terminals[t];
        terminal.unprintable = reasons.last().map(|(reason, _)| *reason);
        let mut said: Vec<&str> = Vec::new();
        for (reason, example) in reasons {
            if !members.is_empty() && !said.contains(&reason) {
                said.push(reason);
                draft.warnings.push(warning(terminal, &example, reason));
            }
        }
        if set_longest(terminal, members).is_err() {
            return Err(t);
        }
    }
    if is_changed {
        keep_used_characters(draft);
    }
    Ok(is_changed)
}

/// Takes characters that no member has any more out of the letters.
fn keep_used_characters(draft: &mut Draft) {
    let open = || draft.terminals.iter().filter_map(|t| Some(&t.open.as_ref()?.members));
    let is_used = |letter: &usize| open().any(|dfa| (0..dfa.states() as u32).any(|s| dfa.next(s, *letter).is_some()));
    let kept: Vec<usize> = (0..draft.characters.len()).filter(is_used).collect();
    draft.characters = kept.iter().map(|letter| draft.characters[*letter]).collect();
    for open in draft.terminals.iter_mut().filter_map(|t| t.open.as_mut()) {
        open.members = open.members.with_letters(&kept);
    }
}
