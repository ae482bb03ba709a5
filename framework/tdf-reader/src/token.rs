//! Cuts the text of a `.lalrpop` file into tokens, by LALRPOP's rules.

use std::ops::Range;

use tdf_grammar::Diagnostic;

/// A token of the grammar file.
#[derive(Clone, Debug)]
pub(crate) struct Token<'s> {
    pub kind: Tok<'s>,
    pub span: Range<usize>,
    /// The `///` lines directly before it.
    pub doc: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Tok<'s> {
    /// A name or a word of the syntax; `glued` if `<` follows without a blank, which makes it a macro.
    Name {
        text: &'s str,
        glued: bool,
    },
    /// A name in backticks, which is never a word of the syntax.
    Escaped(&'s str),
    Literal(String),
    Regex(&'s str),
    /// `'x'` or `'lifetime`: only inside types.
    Quote,
    /// What follows `=>`, up to the comma or bracket that ends it.
    Code(&'s str),
    /// `=>?` and what follows.
    FallibleCode(&'s str),
    /// `=>@L` and `=>@R`.
    LocationCode,
    /// `use ...`, without the semicolon.
    Use,
    /// `#![...]`.
    FileAttribute,
    Punct(&'static str),
    End,
}

const PUNCTUATION: [&str; 27] = [
    "!=", "!~", "::", "..", "==", "->", "~~", "@L", "@R", "&", "!", ":", ",", "=", ">", "#", "{", "[", "(", "<", "+",
    "?", "}", "]", ")", ";", "*",
];

struct Cursor<'s> {
    text: &'s str,
    at: usize,
}

fn starts_name(c: char) -> bool {
    c == '_' || c.is_alphabetic()
}

fn continues_name(c: char) -> bool {
    c == '_' || c.is_alphanumeric()
}

/// All tokens of `text`, the last being [`Tok::End`]; or the first place that is no token.
pub(crate) fn tokens(text: &str) -> Result<Vec<Token<'_>>, Diagnostic> {
    let mut cursor = Cursor { text, at: 0 };
    let mut tokens = Vec::new();
    loop {
        let doc = cursor.skip_blanks()?;
        let start = cursor.at;
        let kind = cursor.token()?;
        let last = kind == Tok::End;
        tokens.push(Token {
            kind,
            span: start..cursor.at,
            doc,
        });
        if last {
            return Ok(tokens);
        }
    }
}

/// The text of the literal that `code` is, with its quotes; `start` is its place in the file.
pub(crate) fn literal(code: &str, start: usize) -> Result<String, Diagnostic> {
    let mut cursor = Cursor { text: code, at: 0 };
    let body = cursor.string()?;
    if cursor.at < code.len() {
        let span = start + cursor.at..start + code.len();
        return Err(Diagnostic::new(span, "expected `,` or `}` after the literal"));
    }
    unescape(body, start + 1)
}

/// Whether `<` stands in a pattern outside of strings and characters: then a value is taken out of the token.
pub(crate) fn takes_value(pattern: &str) -> bool {
    let mut cursor = Cursor { text: pattern, at: 0 };
    while let Some(c) = cursor.peek() {
        match c {
            '<' => return true,
            '"' if cursor.string().is_err() => return false,
            '"' => {}
            '\'' => cursor.quote(),
            _ => drop(cursor.bump()),
        }
    }
    false
}

impl<'s> Cursor<'s> {
    fn rest(&self) -> &'s str {
        &self.text[self.at..]
    }

    fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    fn bump(&mut self) -> Option<char> {
        let c = self.peek()?;
        self.at += c.len_utf8();
        Some(c)
    }

    fn eat(&mut self, prefix: &str) -> bool {
        let found = self.rest().starts_with(prefix);
        if found {
            self.at += prefix.len();
        }
        found
    }

    fn fail<T>(&self, start: usize, message: &str, help: &str) -> Result<T, Diagnostic> {
        let end = self.text[start..]
            .chars()
            .next()
            .map_or(start, |c| start + c.len_utf8());
        Err(Diagnostic::new(start..end, message).help(help))
    }

    /// Skips blanks and comments; the result is the text of the `///` lines that end directly before the next token.
    fn skip_blanks(&mut self) -> Result<Option<String>, Diagnostic> {
        let mut doc: Vec<&str> = Vec::new();
        loop {
            let rest = self.rest();
            if rest.starts_with("//") {
                let line = rest.split(['\n', '\r']).next().unwrap_or("");
                match line.strip_prefix("///").filter(|l| !l.starts_with('/')) {
                    Some(l) => doc.push(l.strip_prefix(' ').unwrap_or(l).trim_end()),
                    None => doc.clear(),
                }
                self.at += line.len();
            } else if rest.starts_with("/*") {
                self.block_comment()?;
            } else if rest.starts_with(char::is_whitespace) {
                self.bump();
            } else {
                return Ok((!doc.is_empty()).then(|| doc.join("\n")));
            }
        }
    }

    fn block_comment(&mut self) -> Result<(), Diagnostic> {
        let start = self.at;
        let mut depth = 0usize;
        loop {
            if self.eat("/*") {
                depth += 1;
            } else if self.eat("*/") {
                depth -= 1;
                if depth == 0 {
                    return Ok(());
                }
            } else if self.bump().is_none() {
                return self.fail(start, "this comment does not end", "close it with `*/`");
            }
        }
    }

    fn token(&mut self) -> Result<Tok<'s>, Diagnostic> {
        let start = self.at;
        let Some(c) = self.peek() else { return Ok(Tok::End) };
        if self.eat("r#") {
            // `r#type` is the name `type`, for LALRPOP with any number of `#`.
            let name = self.rest().trim_start_matches('#');
            if !name.starts_with(starts_name) {
                self.at = start;
                return self.raw_string().map(Tok::Regex);
            }
            self.at = self.text.len() - name.len();
        } else if self.rest().starts_with("r\"") {
            return self.raw_string().map(Tok::Regex);
        }
        if starts_name(c) {
            let begin = self.at;
            while self.peek().is_some_and(continues_name) {
                self.bump();
            }
            let text = &self.text[begin..self.at];
            if text == "use" {
                self.code()?;
                return Ok(Tok::Use);
            }
            return Ok(Tok::Name {
                text,
                glued: self.peek() == Some('<'),
            });
        }
        match c {
            '"' => {
                let body = self.string()?;
                return unescape(body, start + 1).map(Tok::Literal);
            }
            '`' => {
                self.bump();
                let end = self.rest().find('`');
                let Some(end) = end else {
                    return self.fail(start, "this name does not end", "close it with a backtick");
                };
                let text = &self.rest()[..end];
                self.at += end + 1;
                return Ok(Tok::Escaped(text));
            }
            '\'' => {
                self.quote();
                return Ok(Tok::Quote);
            }
            _ => {}
        }
        if self.rest().starts_with("#![") {
            self.file_attribute()?;
            return Ok(Tok::FileAttribute);
        }
        if self.eat("=>") {
            if self.eat("@L") || self.eat("@R") {
                return Ok(Tok::LocationCode);
            }
            if self.eat("?") {
                return self.code().map(Tok::FallibleCode);
            }
            return self.code().map(Tok::Code);
        }
        match PUNCTUATION.into_iter().find(|p| self.eat(p)) {
            Some(p) => Ok(Tok::Punct(p)),
            None => {
                let shown = if c.is_control() {
                    format!("{:?}", c)
                } else {
                    format!("`{c}`")
                };
                self.fail(
                    start,
                    &format!("{shown} has no place in a grammar file"),
                    "remove it, or quote it",
                )
            }
        }
    }

    /// `#![...]`, brackets balanced, on one line as LALRPOP wants it.
    fn file_attribute(&mut self) -> Result<(), Diagnostic> {
        let start = self.at;
        let mut depth = 0usize;
        while let Some(c) = self.peek().filter(|c| *c != '\n') {
            match c {
                '"' => {
                    self.string()?;
                    continue;
                }
                '[' => depth += 1,
                ']' => depth -= 1,
                _ => {}
            }
            self.bump();
            if c == ']' && depth == 0 {
                return Ok(());
            }
        }
        self.fail(
            start,
            "this attribute does not end",
            "close it with `]` on the same line",
        )
    }

    /// `"..."`, the cursor standing on the opening quote; the text between the quotes.
    fn string(&mut self) -> Result<&'s str, Diagnostic> {
        let start = self.at;
        self.bump();
        loop {
            match self.bump() {
                Some('\\') => {
                    self.bump();
                }
                Some('"') => return Ok(&self.text[start + 1..self.at - 1]),
                Some(_) => {}
                None => return self.fail(start, "this string does not end", "close it with `\"`"),
            }
        }
    }

    /// `r"..."` or `r#"..."#`; the text between the quotes.
    fn raw_string(&mut self) -> Result<&'s str, Diagnostic> {
        let start = self.at;
        self.bump();
        let hashes = self.rest().len() - self.rest().trim_start_matches('#').len();
        self.at += hashes;
        if !self.eat("\"") {
            return self.fail(
                start,
                "a regular expression has to be quoted",
                "write r\"...\" or r#\"...\"#",
            );
        }
        let body = self.at;
        let close = format!("\"{}", "#".repeat(hashes));
        match self.rest().find(&close) {
            Some(length) => {
                self.at += length + close.len();
                Ok(&self.text[body..body + length])
            }
            None => self.fail(
                start,
                "this regular expression does not end",
                &format!("close it with `{close}`"),
            ),
        }
    }

    /// A character or a lifetime, the cursor standing on the quote.
    fn quote(&mut self) {
        self.bump();
        if self.eat("\\") {
            self.bump();
            while self.bump().is_some_and(|c| c != '\'') {}
        } else {
            self.bump();
            if self.eat("'") {
                return;
            }
            while self.peek().is_some_and(continues_name) {
                self.bump();
            }
        }
    }

    /// Rust code up to the `,`, `;` or closing bracket that does not belong to it.
    fn code(&mut self) -> Result<&'s str, Diagnostic> {
        let start = self.at;
        let mut depth = 0usize;
        loop {
            let rest = self.rest();
            let Some(c) = self.peek() else {
                if depth > 0 {
                    return self.fail(start, "a bracket in this action is never closed", "close it");
                }
                break;
            };
            let in_name = self.text[..self.at].ends_with(continues_name);
            if c == '"' {
                self.string()?;
            } else if c == '\'' {
                self.quote();
            } else if !in_name && (rest.starts_with("r\"") || rest.starts_with("r#\"") || rest.starts_with("r##")) {
                self.raw_string()?;
            } else if rest.starts_with("/*") {
                self.block_comment()?;
            } else if rest.starts_with("//") {
                self.at += rest.find('\n').unwrap_or(rest.len());
            } else if matches!(c, '(' | '[' | '{') {
                depth += 1;
                self.bump();
            } else if depth > 0 && matches!(c, ')' | ']' | '}') {
                depth -= 1;
                self.bump();
            } else if depth == 0 && matches!(c, ',' | ';' | ')' | ']' | '}') {
                break;
            } else {
                self.bump();
            }
        }
        Ok(&self.text[start..self.at])
    }
}

/// Applies the escapes that LALRPOP knows in string literals.
fn unescape(body: &str, start: usize) -> Result<String, Diagnostic> {
    let mut text = String::with_capacity(body.len());
    let mut chars = body.char_indices();
    while let Some((at, c)) = chars.next() {
        if c != '\\' {
            text.push(c);
            continue;
        }
        text.push(match chars.next() {
            Some((_, '\\')) => '\\',
            Some((_, '"')) => '"',
            Some((_, 'n')) => '\n',
            Some((_, 'r')) => '\r',
            Some((_, 't')) => '\t',
            Some((_, '0')) => '\0',
            Some((digits, 'x')) => {
                let code = body.get(digits + 1..digits + 3);
                let code = code.filter(|d| d.bytes().all(|b| b.is_ascii_hexdigit()));
                let byte = code.and_then(|d| u8::from_str_radix(d, 16).ok()).filter(u8::is_ascii);
                let Some(byte) = byte else {
                    let span = start + at..start + digits + 1;
                    return Err(Diagnostic::new(span, "\\x needs two digits, from 00 to 7f"));
                };
                chars.nth(1);
                char::from(byte)
            }
            other => {
                let end = start + at + 1 + other.map_or(0, |(_, c)| c.len_utf8());
                return Err(Diagnostic::new(start + at..end, "unknown escape in a string")
                    .help("known are \\\\, \\\", \\n, \\r, \\t, \\0 and \\x with two digits"));
            }
        });
    }
    Ok(text)
}
