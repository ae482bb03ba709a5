//! Which tokens are names, and how many of them can be in scope.

use std::ops::Range;

use tdf_grammar::{Alternative, Diagnostic, Grammar, Symbol, TerminalId, TerminalText, TokenId};

use super::lookup::{alternatives_of, counted, nearest, rule, rules, rules_of_names};
use super::rules::Kind;
use super::text::{ScopeTable, Word};

/// The greatest number of names in scope.
const MOST_LEVELS: u32 = 256;

/// Without `levels` all members can be in scope if they are no more than this: the grammar grows with the square.
const MOST_MEMBERS: u32 = 64;

const SEVERAL: &str = "names are the members of one terminal, such as r\"[a-h]\"";

/// The kind of names that `table` is about, beside those that are `known`.
pub(crate) fn kind(
    grammar: &Grammar,
    known: &[Kind],
    table: &ScopeTable,
    findings: &mut Vec<Diagnostic>,
) -> Option<Kind> {
    let names = &table.names;
    let terminal = terminal(grammar, names, findings)?;
    let of = &grammar.terminals[terminal.index()];
    if of.open.is_some() || of.tokens.is_empty() {
        let message = format!("`{}` has too many members to be names: {}", names.text, of.text);
        let help = "names are the members of a terminal with few of them, such as r\"[a-h]\" or r\"x[0-7]\"";
        find(findings, names.span.clone(), message, Some(help.to_owned()));
        return None;
    }
    if of.tokens.len() == 1 {
        find(
            findings,
            names.span.clone(),
            one_member(grammar, &names.text, of.tokens[0]),
            Some(SEVERAL.to_owned()),
        );
        return None;
    }
    let members = of.tokens.clone();
    let all = |kind: &Kind| &grammar.terminals[kind.terminal.index()].tokens;
    let shared = |kind: &&Kind| all(kind).iter().any(|token| members.contains(token));
    if let Some(other) = known.iter().find(shared) {
        if other.terminal == terminal {
            let message = format!("there are two tables `scope` of `{}`", names.text);
            let help = "one table lists all binders of its names";
            find(findings, names.span.clone(), message, Some(help.to_owned()));
            return None;
        }
        let message = format!("`{}` and `{}` have members in common", names.text, other.name);
        let help = "names of two kinds are told apart by their texts, such as r\"[a-h]\" and r\"f[0-3]\"";
        find(findings, names.span.clone(), message, Some(help.to_owned()));
        return None;
    }
    let count = members.len() as u32;
    let most = format!("`{}` has {}", names.text, counted(count, "member"));
    let levels = match &table.levels {
        Some(levels) if levels.value == 0 => {
            let message = "`levels` is at least 1: names that are never in scope cannot be used";
            find(findings, levels.span.clone(), message.to_owned(), None);
            count
        }
        Some(levels) if levels.value > count => {
            let message = format!("{} names cannot be in scope at once: {most}", levels.value);
            find(findings, levels.span.clone(), message, None);
            count
        }
        Some(levels) if levels.value > MOST_LEVELS => {
            let message = format!(
                "{} names cannot be in scope at once: at most {MOST_LEVELS} can",
                levels.value
            );
            find(findings, levels.span.clone(), message, None);
            count
        }
        Some(levels) => levels.value,
        None if count > MOST_MEMBERS => {
            let message = format!("{most}: say how many names can be in scope at once");
            let help = format!("`levels = 8` allows eight names; at most {MOST_LEVELS} can be in scope");
            find(findings, names.span.clone(), message, Some(help));
            count
        }
        None => count,
    };
    let inputs = match &table.inputs {
        Some(inputs) if inputs.value > levels => {
            let most = match levels == count {
                true => most,
                false => format!("`levels` is {levels}"),
            };
            let message = format!("{} names cannot be in scope from the start: {most}", inputs.value);
            find(findings, inputs.span.clone(), message, None);
            0
        }
        Some(inputs) => inputs.value,
        None => 0,
    };
    Some(Kind {
        name: names.text.clone(),
        terminal,
        members: members.into_iter().take(levels as usize).collect(),
        inputs,
        levels,
    })
}

/// The terminal that `names` means: a rule that is one, or the terminal itself.
fn terminal(grammar: &Grammar, names: &Word, findings: &mut Vec<Diagnostic>) -> Option<TerminalId> {
    if let Some(n) = rule(grammar, &names.text) {
        let alternatives = alternatives_of(grammar, n);
        // A terminal with one member is no choice, and so no leaf.
        if let [only] = alternatives
            && let [Symbol::TokenClass(class)] = grammar.productions[only.productions.start as usize].symbols[..]
            && only.leaf.is_none()
        {
            let token = grammar.token_classes[class.index()].tokens[0];
            let message = one_member(grammar, &names.text, token);
            find(findings, names.span.clone(), message, Some(SEVERAL.to_owned()));
            return None;
        }
        return match alternatives {
            [
                Alternative {
                    leaf: Some(terminal), ..
                },
            ] => Some(*terminal),
            _ => {
                let message = format!("the rule `{}` is more than one terminal", names.text);
                find(findings, names.span.clone(), message, Some(SEVERAL.to_owned()));
                None
            }
        };
    }
    let written = |text: &TerminalText| match text {
        TerminalText::Literal(literal) => *literal == names.text,
        TerminalText::Regex(regex) => *regex == names.text || text.to_string() == names.text,
    };
    let terminal = grammar.terminals.iter().position(|t| written(&t.text));
    if terminal.is_none() {
        let help = nearest(&names.text, rules(grammar).map(|n| n.name.as_str()));
        let help = help.or_else(|| match &rules_of_names(grammar)[..] {
            [] => None,
            all => Some(format!(
                "the rules of one terminal are {}",
                crate::print::list(all, "and", 8)
            )),
        });
        let message = format!("the grammar has no rule or terminal `{}`", names.text);
        find(findings, names.span.clone(), message, help);
    }
    terminal.map(TerminalId::new)
}

fn one_member(grammar: &Grammar, names: &str, token: TokenId) -> String {
    format!(
        "`{names}` has only one member, `{}`: names need at least two",
        grammar.text(token)
    )
}

fn find(findings: &mut Vec<Diagnostic>, span: Range<usize>, message: String, help: Option<String>) {
    let mut finding = Diagnostic::new(span, message);
    finding.help = help;
    findings.push(finding);
}
