//! The lexer against LALRPOP's rule: the longest match, of several the earliest branch of `match`, then a literal.

use std::collections::BTreeSet;

use regex_automata::meta::Regex;
use tdf_grammar::{Grammar, Lexer, TerminalText, TokenKind};

use crate::support::{Random, read};

const LITERALS: [&str; 8] = ["a", "b", "ab", "ba", "aab", "abba", "if", "bb"];

/// Listed members and open ones.
const REGEXES: [&str; 10] = [
    "[ab]",
    "[ab]{1,2}",
    "[ab]{1,3}",
    "a|if|bab",
    "[abfi]+",
    "a[ab]*",
    "[ab]*ba",
    "(?i-u:ab)",
    "(?i)IF|aab",
    "(?i)a",
];

/// The regular expressions of words in any case: LALRPOP's lexer cannot have such a word beside another regular expression
/// that matches it, here the word wins.
const ANY_CASE: [&str; 3] = ["(?i-u:ab)", "(?i)IF|aab", "(?i)a"];

/// A terminal, and its rank: the least wins.
struct Rival {
    text: TerminalText,
    rank: (usize, usize),
    regex: Regex,
    /// Whether a rule has it.
    used: bool,
}

/// The places of the lexemes of `text`, each with the terminals of the least rank that match it; or the first place where
/// none matches, or one that no rule has.
fn stock(rivals: &[Rival], text: &str) -> Result<Vec<(usize, usize, BTreeSet<String>)>, usize> {
    let mut lexemes = Vec::new();
    let mut at = 0;
    while at < text.len() {
        if text[at..].starts_with(' ') {
            at += 1;
            continue;
        }
        let matches = |rival: &&Rival, end: usize| rival.regex.is_match(&text[at..end]);
        let end = (at + 1..=text.len())
            .rev()
            .find(|end| rivals.iter().any(|r| matches(&r, *end)));
        let Some(end) = end else { return Err(at) };
        let matching: Vec<&Rival> = rivals.iter().filter(|r| matches(r, end)).collect();
        let least = matching.iter().map(|r| r.rank).min();
        let winners = matching.iter().filter(|r| Some(r.rank) == least);
        if winners.clone().all(|r| !r.used) {
            return Err(at);
        }
        lexemes.push((at, end, winners.map(|r| r.text.to_string()).collect()));
        at = end;
    }
    Ok(lexemes)
}

/// The same by the grammar's own lexer.
fn own(grammar: &Grammar, lexer: &Lexer, text: &str) -> Result<Vec<(usize, usize, BTreeSet<String>)>, usize> {
    let mut lexemes: Vec<(usize, usize, BTreeSet<String>)> = Vec::new();
    let mut begin = None;
    for lexed in lexer.lex(text).map_err(|error| error.offset)? {
        let start = *begin.get_or_insert(lexed.start);
        let kind = grammar.tokens[lexed.token.index()].kind;
        if kind == TokenKind::Character {
            continue;
        }
        begin = None;
        let member = &text[start..lexed.end];
        let letters = || {
            member
                .chars()
                .map(|c| grammar.characters.binary_search(&c).unwrap_or(usize::MAX))
        };
        let owns = |terminal: &&tdf_grammar::Terminal| match (&terminal.open, kind) {
            (None, TokenKind::Word) => terminal.tokens.contains(&lexed.token),
            (Some(open), TokenKind::End) => open
                .members
                .run(letters())
                .is_some_and(|s| open.members.is_accepting(s)),
            _ => false,
        };
        let owners = grammar.terminals.iter().filter(owns);
        lexemes.push((start, lexed.end, owners.map(|t| t.text.to_string()).collect()));
    }
    Ok(lexemes)
}

#[test]
fn random_lexers() {
    let mut random = Random(3);
    let mut random = |end: usize| random.below(end);
    let (mut open, mut reserved, mut shared) = (0, 0, 0);
    for _ in 0..600 {
        let mut terminals = Vec::new();
        for _ in 0..2 + random(5) {
            terminals.push(match random(2) {
                0 => TerminalText::Literal(LITERALS[random(LITERALS.len())].to_owned()),
                _ => TerminalText::Regex(REGEXES[random(REGEXES.len())].to_owned()),
            });
        }
        terminals.sort();
        terminals.dedup();
        // Without a block, with one that ranks some, and with one that has literals of no rule.
        let block = random(3);
        let first: Vec<&TerminalText> = terminals.iter().filter(|_| block > 0 && random(3) == 0).collect();
        let mut rivals = Vec::new();
        for text in &terminals {
            let branch = usize::from(!first.is_empty() && !first.contains(&text));
            rivals.push((text.clone(), branch));
        }
        let mut source = String::new();
        if !first.is_empty() {
            let mut listed: Vec<String> = first.iter().map(|t| t.to_string()).collect();
            let unused = TerminalText::Literal(LITERALS[random(LITERALS.len())].to_owned());
            if block == 2 && !terminals.contains(&unused) {
                listed.push(unused.to_string());
                rivals.push((unused, 0));
            }
            source += &format!("match {{ {} }} else {{ _ }}\n", listed.join(", "));
        }
        let alternatives = terminals.iter().enumerate().map(|(i, t)| format!("{t} => L{i}, "));
        source += &format!("pub S = {{ {} \"!\" => End }};", alternatives.collect::<String>());
        rivals.push((TerminalText::Literal("!".to_owned()), usize::from(!first.is_empty())));
        let rivals: Vec<Rival> = rivals
            .into_iter()
            .map(|(text, branch)| {
                let (regex, form) = match &text {
                    TerminalText::Literal(text) => (regex_syntax::escape(text), 0),
                    TerminalText::Regex(regex) if ANY_CASE.contains(&regex.as_str()) => (regex.clone(), 1),
                    TerminalText::Regex(regex) => (regex.clone(), 2),
                };
                let regex = Regex::new(&format!("\\A(?:{regex})\\z")).unwrap();
                Rival {
                    used: terminals.contains(&text) || text == TerminalText::Literal("!".to_owned()),
                    rank: (branch, form),
                    text,
                    regex,
                }
            })
            .collect();
        let grammar = read(&source);
        let lexer = Lexer::new(&grammar);
        open += usize::from(!grammar.characters.is_empty());
        reserved += usize::from(!grammar.reserved.is_empty());
        for _ in 0..60 {
            let length = 1 + random(7);
            let text: String = (0..length)
                .map(|_| ['a', 'b', 'i', 'f', ' ', '!', 'A', 'B', 'F'][random(9)])
                .collect();
            let expected = stock(&rivals, &text);
            shared += usize::from(expected.iter().flatten().any(|(.., winners)| winners.len() > 1));
            assert_eq!(own(&grammar, &lexer, &text), expected, "{text:?} of\n{source}");
        }
    }
    assert!(
        open > 100 && reserved > 20 && shared > 100,
        "{open} {reserved} {shared}"
    );
}

#[test]
fn reserved_words_are_not_cut_in_two() {
    for rules in [
        r#"match { "if" } else { _ } pub S = <Name*>; Name = r"[a-z]{1,2}";"#,
        r#"match { "if" } else { _ } pub S = <Name*>; Name = r"[a-z]+";"#,
        r#"pub S = <Name*>; Name = r"[a-z]{1,2}"; Unused = "if";"#,
        r#"pub S = <Name*>; Name = r"[a-z]+"; Unused = "if";"#,
    ] {
        let lexer = Lexer::new(&read(rules));
        assert_eq!(lexer.lex("if").unwrap_err().offset, 0, "{rules}");
        assert_eq!(lexer.lex("go if").unwrap_err().offset, 3, "{rules}");
        assert!(lexer.lex("i f").is_ok(), "{rules}");
    }
}
