//! Which members programs may have, by the definition: a listed member is no blank text, and has no blank at an end and no tab;
//! a member of an open terminal does not begin with a token and a blank. What is printed of them is cut in the same places
//! again, by the grammar's lexer and by LALRPOP's rule, the longest match.

use std::collections::BTreeSet;

use regex_automata::meta::Regex;
use tdf_grammar::{Grammar, Lexer, TerminalText, TokenKind};

use crate::support::Random;

const LITERALS: [&str; 8] = ["x", "y", "x y", "x  y", "yx y", " x", "x\ty", "y x x"];

/// Regular expressions over `x`, `y` and the blank, and whether they are open by themselves.
const REGEXES: [(&str, bool); 9] = [
    ("[xy]{1,2}", false),
    ("x?", false),
    ("x |yx", false),
    ("[xy]*", true),
    ("x[xy ]*", true),
    (" +", true),
    ("[xy]+( [xy]+)*", true),
    ("y( x)*", true),
    ("x[y ]*x", true),
];

/// Members up to this length are compared, and up to the longer one looked at to know what begins a longer one.
const LENGTH: usize = 5;
const LONGER: usize = 8;

struct Terminal {
    text: TerminalText,
    open: bool,
    /// Up to [`LONGER`] characters.
    members: BTreeSet<String>,
}

/// All texts over the alphabet up to a length.
fn texts(length: usize) -> Vec<String> {
    let mut all = vec![String::new()];
    let mut begin = 0;
    for _ in 0..length {
        let end = all.len();
        for at in begin..end {
            let longer = ["x", "y", " "].map(|c| format!("{}{c}", all[at]));
            all.extend(longer);
        }
        begin = end;
    }
    all
}

/// The prefixes of `text` before its blanks.
fn before_blanks(text: &str) -> impl Iterator<Item = &str> {
    text.match_indices(' ').map(|(at, _)| &text[..at])
}

/// The members that are left of each terminal.
fn expected(chosen: &[TerminalText], all: &[String]) -> Vec<Terminal> {
    let literals: BTreeSet<&str> = chosen
        .iter()
        .filter_map(|t| match t {
            TerminalText::Literal(text) => Some(text.as_str()),
            TerminalText::Regex(_) => None,
        })
        .collect();
    let raw = |regex: &str| -> BTreeSet<String> {
        let whole = Regex::new(&format!("\\A(?:{regex})\\z")).unwrap();
        all.iter().filter(|t| whole.is_match(t.as_str())).cloned().collect()
    };
    let terminal = |text: &TerminalText| {
        let (members, open) = match text {
            TerminalText::Literal(text) => (BTreeSet::from([text.clone()]), false),
            TerminalText::Regex(regex) => (raw(regex), REGEXES.iter().any(|(r, open)| r == regex && *open)),
        };
        Terminal {
            text: text.clone(),
            open,
            members,
        }
    };
    let mut terminals: Vec<Terminal> = chosen.iter().map(terminal).collect();
    let full: Vec<BTreeSet<String>> = terminals.iter().map(|t| t.members.clone()).collect();
    for terminal in terminals
        .iter_mut()
        .filter(|t| matches!(t.text, TerminalText::Regex(_)))
    {
        terminal.members.retain(|m| !literals.contains(m.as_str()));
    }
    // A regular expression that shares members with an open one is open too.
    loop {
        let shares = |t: usize| {
            let others = (0..terminals.len()).filter(|o| terminals[*o].open);
            others
                .into_iter()
                .any(|o| terminals[t].members.iter().any(|m| full[o].contains(m)))
        };
        let more = (0..terminals.len()).find(|&t| {
            matches!(terminals[t].text, TerminalText::Regex(_)) && !terminals[t].open && full[t].len() > 1 && shares(t)
        });
        let Some(more) = more else { break };
        terminals[more].open = true;
    }
    // Where others are left, members of open terminals that begin a longer one with a blank behind them give way to it.
    let open = terminals.iter().filter(|t| t.open);
    let begins: BTreeSet<String> = open
        .flat_map(|t| &t.members)
        .flat_map(|m| before_blanks(m))
        .map(str::to_owned)
        .collect();
    for terminal in terminals.iter_mut().filter(|t| t.open) {
        let others = terminal
            .members
            .iter()
            .any(|m| m.len() <= LENGTH && !begins.contains(m));
        if others {
            terminal.members.retain(|m| !begins.contains(m));
        }
    }
    let printable = |m: &String| !m.is_empty() && m.trim() == m && !m.contains('\t');
    for terminal in terminals.iter_mut().filter(|t| !t.open) {
        terminal.members.retain(printable);
    }
    let tokens: BTreeSet<String> = terminals.iter().flat_map(|t| &t.members).cloned().collect();
    for terminal in terminals.iter_mut().filter(|t| t.open) {
        let clash = |m: &String| m.is_empty() || m.starts_with(' ') || before_blanks(m).any(|p| tokens.contains(p));
        terminal.members.retain(|m| !clash(m));
    }
    terminals
}

/// The members that the grammar has of a terminal, up to [`LENGTH`].
fn found(grammar: &Grammar, text: &TerminalText, all: &[String]) -> BTreeSet<String> {
    let Some(terminal) = grammar.terminals.iter().find(|t| t.text == *text) else {
        return BTreeSet::new();
    };
    let word =
        |m: &String| -> Option<Vec<usize>> { m.chars().map(|c| grammar.characters.binary_search(&c).ok()).collect() };
    match &terminal.open {
        None => terminal.tokens.iter().map(|t| grammar.text(*t).to_owned()).collect(),
        Some(open) => {
            let is_member = |m: &&String| {
                let state = word(m).and_then(|word| open.members.run(word));
                state.is_some_and(|s| open.members.is_accepting(s))
            };
            all.iter()
                .filter(|m| m.len() <= LENGTH)
                .filter(is_member)
                .cloned()
                .collect()
        }
    }
}

/// The texts of the tokens that the lexer finds.
fn cut(grammar: &Grammar, lexer: &Lexer, text: &str) -> Option<Vec<String>> {
    let tokens: Vec<_> = lexer.lex(text).ok()?.iter().map(|l| l.token).collect();
    Some(grammar.words(&tokens))
}

#[test]
fn what_is_printed_is_read_again() {
    let all = texts(LONGER);
    let mut random = Random(5);
    let (mut left_out, mut wide, mut open) = (0, 0, 0);
    for _ in 0..250 {
        let mut chosen = Vec::new();
        for _ in 0..2 + random.below(4) {
            chosen.push(match random.below(2) {
                0 => TerminalText::Literal(LITERALS[random.below(LITERALS.len())].to_owned()),
                _ => TerminalText::Regex(REGEXES[random.below(REGEXES.len())].0.to_owned()),
            });
        }
        chosen.sort();
        chosen.dedup();
        let alternatives: String = chosen
            .iter()
            .enumerate()
            .map(|(i, t)| format!("{t} => L{i}, "))
            .collect();
        let source = format!("grammar;\npub S = {{ {alternatives} \"!\" => End }};");
        let grammar = tdf_reader::read_grammar("test.lalrpop", &source).unwrap_or_else(|e| panic!("{e}"));
        let lexer = Lexer::new(&grammar);
        let expected = expected(&chosen, &all);
        let mut members = vec!["!".to_owned()];
        for terminal in &expected {
            let short: BTreeSet<String> = terminal.members.iter().filter(|m| m.len() <= LENGTH).cloned().collect();
            assert_eq!(
                found(&grammar, &terminal.text, &all),
                short,
                "{} of\n{source}",
                terminal.text
            );
            members.extend(short);
        }
        left_out += usize::from(!grammar.left_out.is_empty());
        open += usize::from(grammar.tokens.iter().any(|t| t.kind == TokenKind::Character));
        // LALRPOP's rule, with the members that are left: the longest one at each place that is no blank.
        let longest = |text: &str| {
            expected
                .iter()
                .flat_map(|t| &t.members)
                .filter(|m| text.starts_with(m.as_str()))
                .map(String::len)
                .max()
        };
        for _ in 0..40 {
            let words: Vec<String> = (0..1 + random.below(5))
                .map(|_| members[random.below(members.len())].clone())
                .collect();
            let mut text = words[0].clone();
            for pair in words.windows(2) {
                let blanks = lexer.blanks(&pair[0], &pair[1]);
                wide += usize::from(blanks > 1);
                text += &" ".repeat(blanks);
                text += &pair[1];
            }
            assert_eq!(
                cut(&grammar, &lexer, &text).as_ref(),
                Some(&words),
                "{text:?} of\n{source}"
            );
            let mut stock = Vec::new();
            let mut rest = text.trim_start();
            while !rest.is_empty() {
                let length = longest(rest).unwrap_or(1);
                stock.push(rest[..length].to_owned());
                rest = rest[length..].trim_start();
            }
            if text.len() <= LONGER {
                assert_eq!(stock, words, "{text:?} of\n{source}");
            }
        }
    }
    assert!(left_out > 80 && wide > 80 && open > 80, "{left_out} {wide} {open}");
}

/// The one token and the two are written in different ways.
#[test]
fn words_inside_a_token() {
    let grammar = tdf_reader::read_grammar(
        "test.lalrpop",
        r#"grammar; pub S = { "not" => A, "not in" => B, "in" => C, r"[a-z]+" => D(<>) };"#,
    )
    .unwrap();
    let lexer = Lexer::new(&grammar);
    for (left, right, blanks) in [
        ("not", "in", 2),
        ("not", "inside", 2),
        ("not", "i", 2),
        ("not", "x", 1),
        ("not in", "in", 1),
        ("in", "not", 1),
    ] {
        assert_eq!(lexer.blanks(left, right), blanks, "{left} {right}");
    }
    assert_eq!(cut(&grammar, &lexer, "not in"), Some(vec!["not in".to_owned()]));
    assert_eq!(
        cut(&grammar, &lexer, "not  in"),
        Some(vec!["not".to_owned(), "in".to_owned()])
    );
}

/// The mark is skipped at the beginning of a text, so that no token begins with it. Found by the fuzz target `lark`.
#[test]
fn tokens_that_begin_with_a_byte_order_mark() {
    let source = "grammar; pub S = { \"\u{feff}a\" => A, \"b\" => B, \"c\u{feff}\" => C, r\"[x\u{feff}]+\" => D(<>) };";
    let grammar = tdf_reader::read_grammar("test.lalrpop", source).unwrap();
    let said: Vec<&str> = grammar.warnings.iter().map(|w| w.message.as_str()).collect();
    assert_eq!(said.len(), 3, "{said:?}");
    let lexer = Lexer::new(&grammar);
    assert_eq!(cut(&grammar, &lexer, "\u{feff}x"), Some(vec!["x".to_owned()]));
    for kept in ["b", "c\u{feff}", "x\u{feff}x"] {
        assert_eq!(cut(&grammar, &lexer, kept), Some(vec![kept.to_owned()]));
    }
    assert!(!grammar.tokens.iter().any(|token| token.text == "\u{feff}a"));
}
