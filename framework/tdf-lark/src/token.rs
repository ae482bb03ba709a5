//! Cuts the text of a Lark grammar into tokens.

use std::ops::Range;

use tdf_diagnostic::Diagnostic;

use crate::syntax::{Literal, Regex};

#[derive(Clone, Debug)]
pub struct Token {
    pub kind: Kind,
    pub span: Range<usize>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Kind {
    Name(String),
    /// `%import`
    Directive(String),
    Literal(Literal),
    Regex(Regex),
    Number(i64),
    Punct(&'static str),
    /// The end of a line, where it may end a statement.
    Newline,
    End,
}

/// Longer ones first.
const PUNCTUATION: [&str; 18] = [
    "->", "..", ":", "|", "(", ")", "[", "]", "{", "}", ",", ".", "~", "*", "+", "?", "!", "=",
];

/// All tokens of `text`, the last being [`Kind::End`].
///
/// Newlines before a `|` and between brackets end no statement, so they are left out.
pub fn tokens(text: &str) -> Result<Vec<Token>, Diagnostic> {
    let mut cursor = Cursor { text, at: 0 };
    let mut tokens: Vec<Token> = Vec::new();
    let mut depth = 0usize;
    loop {
        cursor.skip_blanks();
        let start = cursor.at;
        let kind = cursor.token(tokens.last().map(|token| &token.kind))?;
        match kind {
            Kind::Punct("(" | "[" | "{") => depth += 1,
            Kind::Punct(")" | "]" | "}") => depth = depth.saturating_sub(1),
            // A bracket that nothing closes ends with its statement at the latest.
            Kind::Directive(_) => depth = 0,
            _ => {}
        }
        if kind == Kind::Punct("|") && tokens.last().is_some_and(|token| token.kind == Kind::Newline) {
            tokens.pop();
        }
        let again = kind == Kind::Newline && tokens.last().is_none_or(|token| token.kind == Kind::Newline);
        if !(again || kind == Kind::Newline && depth > 0) {
            let span = start..cursor.at;
            tokens.push(Token { kind, span });
        }
        if tokens.last().is_some_and(|token| token.kind == Kind::End) {
            return Ok(tokens);
        }
    }
}

struct Cursor<'s> {
    text: &'s str,
    at: usize,
}

impl<'s> Cursor<'s> {
    fn rest(&self) -> &'s str {
        &self.text[self.at..]
    }

    fn take_while(&mut self, test: impl Fn(char) -> bool) -> &'s str {
        let rest = self.rest();
        let end = rest.find(|c| !test(c)).unwrap_or(rest.len());
        self.at += end;
        &rest[..end]
    }

    /// Blanks within a line, comments, and line ends behind a backslash.
    fn skip_blanks(&mut self) {
        loop {
            self.take_while(|c| matches!(c, ' ' | '\t' | '\u{c}' | '\u{feff}'));
            let rest = self.rest();
            if rest.starts_with("//") || rest.starts_with('#') {
                self.take_while(|c| c != '\n' && c != '\r');
            } else if let Some(after) = rest.strip_prefix('\\')
                && let Some(line) = after.trim_start_matches(' ').strip_prefix(['\n', '\r'])
            {
                self.at += rest.len() - line.len();
            } else {
                return;
            }
        }
    }

    fn token(&mut self, before: Option<&Kind>) -> Result<Kind, Diagnostic> {
        let start = self.at;
        let Some(first) = self.rest().chars().next() else {
            return Ok(Kind::End);
        };
        let fault = |to: usize, message: &str, help: &str| Err(Diagnostic::new(start..to, message).help(help));
        match first {
            '\n' | '\r' => {
                self.at += 1;
                Ok(Kind::Newline)
            }
            '"' => match self.string() {
                Some(literal) => Ok(Kind::Literal(literal)),
                None => fault(
                    start + 1,
                    "this string has no end",
                    "close it with `\"` on the same line",
                ),
            },
            '\'' => fault(start + 1, "strings stand in double quotes", "write \"...\""),
            '/' => match self.regex() {
                Some(regex) => Ok(Kind::Regex(regex)),
                None => fault(
                    start + 1,
                    "this regular expression has no end",
                    "close it with `/` on the same line",
                ),
            },
            '%' => {
                self.at += 1;
                let word = self.take_while(|c| c.is_ascii_alphabetic());
                Ok(Kind::Directive(word.to_owned()))
            }
            c if c.is_ascii_digit() || matches!(c, '-' | '+') && before_number(before, self.rest()) => {
                self.at += 1;
                self.take_while(|c| c.is_ascii_digit());
                match self.text[start..self.at].parse() {
                    Ok(number) => Ok(Kind::Number(number)),
                    Err(_) => fault(
                        self.at,
                        "this number is too large",
                        "priorities and counts are small numbers",
                    ),
                }
            }
            c if c == '_' || c.is_alphabetic() => {
                let name = self.take_while(|c| c == '_' || c.is_alphanumeric());
                Ok(Kind::Name(name.to_owned()))
            }
            _ => match PUNCTUATION.into_iter().find(|p| self.rest().starts_with(p)) {
                Some(punct) => {
                    self.at += punct.len();
                    Ok(Kind::Punct(punct))
                }
                None => Err(Diagnostic::new(
                    start..start + first.len_utf8(),
                    format!("`{first}` means nothing in a Lark grammar"),
                )),
            },
        }
    }

    /// The bytes up to an unescaped `end` in this line, without it.
    fn delimited(&mut self, end: char) -> Option<&'s str> {
        let rest = &self.rest()[1..];
        let mut escaped = false;
        for (at, c) in rest.char_indices() {
            match c {
                '\n' => return None,
                _ if escaped => escaped = false,
                '\\' => escaped = true,
                c if c == end => {
                    self.at += at + 2;
                    return Some(&rest[..at]);
                }
                _ => {}
            }
        }
        None
    }

    fn string(&mut self) -> Option<Literal> {
        let text = unescape(self.delimited('"')?);
        // The next letter belongs to the string: no name may follow it without a blank.
        let ignores_case = self.rest().starts_with('i');
        self.at += usize::from(ignores_case);
        Some(Literal { text, ignores_case })
    }

    fn regex(&mut self) -> Option<Regex> {
        let text = self.delimited('/')?.replace("\\/", "/");
        let flags = self.take_while(|c| "imslux".contains(c)).to_owned();
        Some(Regex { text, flags })
    }
}

/// Whether `text` begins with a signed number, where a number can stand: behind the dot of a priority.
fn before_number(before: Option<&Kind>, text: &str) -> bool {
    before == Some(&Kind::Punct(".")) && text[1..].starts_with(|c: char| c.is_ascii_digit())
}

/// The text that a string stands for. A backslash before any other character stands for itself, as in Lark.
fn unescape(body: &str) -> String {
    let mut text = String::new();
    let mut rest = body;
    while let Some(at) = rest.find('\\') {
        text.push_str(&rest[..at]);
        rest = &rest[at + 1..];
        let Some(c) = rest.chars().next() else {
            text.push('\\');
            break;
        };
        rest = &rest[c.len_utf8()..];
        let digits = match c {
            'x' => 2,
            'u' => 4,
            'U' => 8,
            _ => 0,
        };
        let code = rest.get(..digits).and_then(|code| u32::from_str_radix(code, 16).ok());
        match (c, code.and_then(char::from_u32)) {
            ('x' | 'u' | 'U', Some(character)) => {
                text.push(character);
                rest = &rest[digits..];
            }
            ('"' | '\\', _) => text.push(c),
            ('n', _) => text.push('\n'),
            ('t', _) => text.push('\t'),
            ('r', _) => text.push('\r'),
            ('f', _) => text.push('\u{c}'),
            _ => text.extend(['\\', c]),
        }
    }
    text + rest
}
