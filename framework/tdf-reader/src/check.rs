//! What makes a draft unusable, what is merely odd in it, and which part of it a program can reach.

use std::collections::BTreeMap;

use crate::derivable::derivable;
use crate::draft::{Draft, DraftSymbol, DraftTerminal};
use crate::limits::MAX_FINDINGS;
use tdf_grammar::{Dfa, Diagnostic, NonterminalKind, TerminalText};

/// Reports what cannot work in the part of a draft that programs can reach. The rest is left out.
pub(super) fn check(draft: &Draft, reachable: &[bool], used: &[bool], findings: &mut Vec<Diagnostic>) {
    let used: Vec<&DraftTerminal> = draft
        .terminals
        .iter()
        .zip(used)
        .filter(|(_, used)| **used)
        .map(|(t, _)| t)
        .collect();
    for terminal in &used {
        findings.extend(check_terminal(terminal));
    }
    findings.extend(split_in_two(&used));
    findings.extend(split_open(draft, &used));
    let finite = derivable(draft, &[], |_| true);
    let endless = finite
        .iter()
        .zip(reachable)
        .map(|(finite, reachable)| *reachable && !finite);
    for (n, _) in draft.nonterminals.iter().zip(endless).filter(|(_, endless)| *endless) {
        // What is odd about a repetition is odd about its element.
        if n.kind == NonterminalKind::Rule {
            let message = format!("no program of `{}` ever ends", n.name);
            findings.push(
                Diagnostic::new(n.span.clone(), message).help("add an alternative that does not lead back to itself"),
            );
        }
    }
    if findings.is_empty() {
        findings.extend(circles(draft, reachable));
    }
    if !draft.nonterminals.iter().any(|n| n.public) {
        // The start is most often the first rule.
        let span = draft.nonterminals.first().map_or(0..0, |n| n.span.clone());
        findings.push(
            Diagnostic::new(span, "no rule is public").help("write `pub` before the rule that programs start with"),
        );
    }
}

fn check_terminal(terminal: &DraftTerminal) -> Option<Diagnostic> {
    let error = |message: &str, help: &str| Some(Diagnostic::new(terminal.span.clone(), message).help(help));
    let any = |test: fn(&str) -> bool| terminal.members.iter().any(|m| test(m));
    let open = terminal.open.as_ref().map(|s| &s.members);
    if any(str::is_empty) || open.is_some_and(|dfa| dfa.is_accepting(Dfa::START)) {
        return error(
            "this terminal matches the empty text",
            "make the symbol optional instead: `X?`",
        );
    }
    if any(|m| m.chars().all(char::is_whitespace)) {
        return error(
            "this terminal is made of white space, which the lexer skips",
            "remove it",
        );
    }
    if any(|m| m.trim() != m) {
        return error(
            "a member of this terminal begins or ends with white space, which the lexer skips",
            "remove the blanks",
        );
    }
    if any(|m| m.chars().any(|c| c != ' ' && (c.is_whitespace() || c.is_control()))) {
        return error(
            "a member of this terminal contains a line break, a tab or a control character",
            "use single spaces",
        );
    }
    None
}

/// `"not in"` beside `"not"`: the longest match would take the two words for one wherever the first is followed by
/// the other.
fn split_in_two(used: &[&DraftTerminal]) -> Vec<Diagnostic> {
    let texts: BTreeMap<&str, ()> = used.iter().flat_map(|t| &t.members).map(|m| (m.as_str(), ())).collect();
    let mut findings = Vec::new();
    for terminal in used {
        let clash = terminal.members.iter().find_map(|m| {
            let prefixes = m.match_indices(' ').map(|(i, _)| &m[..i]);
            prefixes.into_iter().find(|p| texts.contains_key(p)).map(|p| (m, p))
        });
        if let Some((member, prefix)) = clash {
            let message = format!("`{member}` cannot be told from `{prefix}` and what may follow it");
            findings.push(
                Diagnostic::new(terminal.span.clone(), message).help("write the words as terminals of their own"),
            );
        }
    }
    findings
}

/// Open terminals with members that begin with white space, or where a blank may follow what is a token already:
/// whether the blank belongs to it cannot be told then.
fn split_open(draft: &Draft, used: &[&DraftTerminal]) -> Vec<Diagnostic> {
    let letters =
        |text: &str| -> Option<Vec<usize>> { text.chars().map(|c| draft.characters.binary_search(&c).ok()).collect() };
    let open = || used.iter().filter_map(|t| Some((t, &t.open.as_ref()?.members)));
    let mut findings = Vec::new();
    if let Ok(blank) = draft.characters.binary_search(&' ') {
        let words: Vec<&String> = used.iter().flat_map(|t| &t.members).collect();
        for (terminal, dfa) in open() {
            let goes_on = |state: u32| dfa.next(state, blank).is_some();
            let word = words
                .iter()
                .find(|w| letters(w).and_then(|w| dfa.run(w)).is_some_and(goes_on));
            let text = |word: Vec<usize>| word.into_iter().map(|l| draft.characters[l]).collect::<String>();
            let before_blank = dfa.accepting_where(goes_on);
            let member = || open().find_map(|(_, other)| before_blank.common(other)).map(text);
            let (message, help) = if goes_on(Dfa::START) {
                let message = "a member of this terminal begins with white space, which the lexer skips";
                (
                    message.to_owned(),
                    "let it begin with another character, such as a quote",
                )
            } else if let Some(word) = word.map(|w| (*w).clone()).or_else(member) {
                let message =
                    format!("a member of this terminal begins with `{word}` and a blank, and `{word}` is a token");
                (message, "put quotes or brackets around text with blanks")
            } else {
                continue;
            };
            findings.push(Diagnostic::new(terminal.span.clone(), message).help(help));
        }
    }
    for (terminal, member) in used.iter().flat_map(|t| t.members.iter().map(move |m| (t, m))) {
        let is_member =
            |word: &[usize]| open().any(|(_, dfa)| dfa.run(word.iter().copied()).is_some_and(|s| dfa.is_accepting(s)));
        let mut prefixes = member.match_indices(' ').map(|(i, _)| &member[..i]);
        if let Some(prefix) = prefixes.find(|p| letters(p).is_some_and(|w| is_member(&w))) {
            let message = format!("`{member}` cannot be told from `{prefix}` and what may follow it");
            findings.push(
                Diagnostic::new(terminal.span.clone(), message).help("write the words as terminals of their own"),
            );
        }
    }
    findings
}

/// Nonterminals that derive themselves and nothing else: every program would have infinitely many trees.
fn circles(draft: &Draft, reachable: &[bool]) -> Vec<Diagnostic> {
    let empty = derivable(draft, &[], |_| false);
    let nullable = |s: &DraftSymbol| matches!(s, DraftSymbol::Nonterminal(n) if empty[*n]);
    let count = draft.nonterminals.len();
    let mut next: Vec<Vec<usize>> = vec![Vec::new(); count];
    for (n, next) in draft.nonterminals.iter().zip(&mut next) {
        for alternative in &n.alternatives {
            let solid = alternative.symbols.iter().filter(|s| !nullable(s)).count();
            for symbol in &alternative.symbols {
                if let DraftSymbol::Nonterminal(m) = symbol
                    && solid == usize::from(!nullable(symbol))
                {
                    next.push(*m);
                }
            }
        }
    }
    // Peeling off what leads nowhere leaves the circles and what leads to them; peeling the other way, the circles.
    let mut kept = reachable.to_vec();
    for _ in 0..2 {
        let mut before: Vec<Vec<usize>> = vec![Vec::new(); count];
        let mut degree = vec![0usize; count];
        for n in (0..count).filter(|n| kept[*n]) {
            for &m in next[n].iter().filter(|m| kept[**m]) {
                before[m].push(n);
                degree[n] += 1;
            }
        }
        let mut open: Vec<usize> = (0..count).filter(|n| kept[*n] && degree[*n] == 0).collect();
        while let Some(n) = open.pop() {
            kept[n] = false;
            for &m in &before[n] {
                degree[m] -= 1;
                if degree[m] == 0 {
                    open.push(m);
                }
            }
        }
        next = before;
    }
    let circle = draft.nonterminals.iter().zip(kept).filter(|(_, kept)| *kept);
    circle
        .map(|(n, _)| {
            let message = match n.kind {
                NonterminalKind::Plus => format!("`{}` repeats what may be empty", n.name),
                _ => format!("`{}` derives itself without reading anything", n.name),
            };
            Diagnostic::new(n.span.clone(), message)
                .help("every program would have infinitely many trees: make the step read a token, or remove it")
        })
        .collect()
}

/// Which nonterminals a public one leads to.
pub(super) fn reachable(draft: &Draft) -> Vec<bool> {
    let mut reachable: Vec<bool> = draft.nonterminals.iter().map(|n| n.public).collect();
    let mut open: Vec<usize> = (0..reachable.len()).filter(|i| reachable[*i]).collect();
    while let Some(i) = open.pop() {
        for s in draft.nonterminals[i].alternatives.iter().flat_map(|a| &a.symbols) {
            if let DraftSymbol::Nonterminal(n) = s
                && !std::mem::replace(&mut reachable[*n], true)
            {
                open.push(*n);
            }
        }
    }
    reachable
}

/// What works and is most likely not meant.
pub(super) fn warnings(draft: &Draft, reachable: &[bool], used: &[bool]) -> Vec<Diagnostic> {
    let mut warnings = draft.warnings.clone();
    for (n, _) in draft
        .nonterminals
        .iter()
        .zip(reachable)
        .filter(|(_, reachable)| !**reachable)
    {
        if n.kind == NonterminalKind::Rule && !n.left_out {
            let message = format!("no public rule leads to `{}`", n.name);
            warnings.push(
                Diagnostic::new(n.span.clone(), message).help("it is left out: use it, remove it, or write `pub`"),
            );
        }
    }
    for (t, _) in draft.terminals.iter().zip(used).filter(|(_, used)| **used) {
        let TerminalText::Regex(regex) = &t.text else { continue };
        if let Some(class) = ["\\w", "\\d"].into_iter().find(|c| regex.contains(c)) {
            let (meaning, instead) = match class {
                "\\w" => ("letters, digits and marks", "[A-Za-z0-9_]"),
                _ => ("digits", "[0-9]"),
            };
            let message = format!("{class} means the {meaning} of all scripts; programs are made of the ASCII ones");
            warnings.push(Diagnostic::new(t.span.clone(), message).help(format!("write {instead}")));
        }
    }
    for name in &draft.unused_macros {
        let message = format!("no rule uses the macro `{}`", name.text);
        warnings.push(Diagnostic::new(name.span.clone(), message).help("it is left out unread: use it, or remove it"));
    }
    warnings.sort_by_key(|w| w.span.start);
    let more = warnings.len().saturating_sub(MAX_FINDINGS);
    warnings.truncate(MAX_FINDINGS);
    if let Some(last) = warnings.last_mut().filter(|_| more > 0) {
        last.notes.push(format!("and {more} more warnings"));
    }
    warnings
}
