//! From tokens to the syntax tree of a grammar file.

mod external;
mod matching;
mod symbol;
mod types;

use std::ops::Range;

use tdf_grammar::Diagnostic;

use crate::limits::{MAX_FINDINGS, MAX_NESTING};
use crate::surface::{Alternative, Attribute, Code, CodeKind, Condition, File, Name, Rule};
use crate::token::{Tok, Token, tokens};

type Parsed<T> = Result<T, Diagnostic>;

/// Parses `text`; what could not be parsed is left out of the file and reported.
pub(crate) fn parse(text: &str, findings: &mut Vec<Diagnostic>) -> File {
    let mut file = File::default();
    let tokens = match tokens(text) {
        Ok(tokens) => tokens,
        Err(d) => {
            findings.push(d);
            return file;
        }
    };
    let mut parser = Parser {
        text,
        tokens,
        at: 0,
        depth: 0,
    };
    if let Err(d) = parser.header() {
        findings.push(d);
        return file;
    }
    while parser.peek() != &Tok::End && findings.len() < MAX_FINDINGS {
        let start = parser.at;
        if let Err(d) = parser.item(&mut file) {
            findings.push(d);
            parser.recover(start);
        }
    }
    file
}

struct Parser<'s> {
    text: &'s str,
    tokens: Vec<Token<'s>>,
    at: usize,
    depth: usize,
}

impl<'s> Parser<'s> {
    fn peek(&self) -> &Tok<'s> {
        &self.tokens[self.at].kind
    }

    fn span(&self) -> Range<usize> {
        self.tokens[self.at].span.clone()
    }

    /// End of the token before the current one.
    fn previous_end(&self) -> usize {
        self.tokens[self.at.saturating_sub(1)].span.end
    }

    fn bump(&mut self) {
        if self.at + 1 < self.tokens.len() {
            self.at += 1;
        }
    }

    fn is(&self, p: &str) -> bool {
        matches!(self.peek(), Tok::Punct(q) if *q == p)
    }

    fn is_word(&self, word: &str) -> bool {
        matches!(self.peek(), Tok::Name { text, .. } if *text == word)
    }

    fn eat(&mut self, p: &str) -> bool {
        let found = self.is(p);
        if found {
            self.bump();
        }
        found
    }

    fn eat_word(&mut self, word: &str) -> bool {
        let found = self.is_word(word);
        if found {
            self.bump();
        }
        found
    }

    fn expected<T>(&self, what: &str) -> Parsed<T> {
        let span = self.span();
        let found = match self.peek() {
            Tok::End => "the end of the file".to_owned(),
            _ => {
                let text: String = self.text[span.clone()].chars().take(30).collect();
                format!("`{}`", text.trim().replace('\n', " "))
            }
        };
        Err(Diagnostic::new(span, format!("expected {what}, found {found}")))
    }

    fn expect(&mut self, p: &str) -> Parsed<()> {
        if self.eat(p) {
            Ok(())
        } else {
            self.expected(&format!("`{p}`"))
        }
    }

    fn name(&mut self, what: &str) -> Parsed<Name> {
        let (Tok::Name { text, .. } | Tok::Escaped(text)) = *self.peek() else {
            return self.expected(what);
        };
        let name = Name {
            text: text.to_owned(),
            span: self.span(),
        };
        self.bump();
        Ok(name)
    }

    fn string(&mut self) -> Parsed<String> {
        let Tok::Literal(text) = self.peek() else {
            return self.expected("a string");
        };
        let text = text.clone();
        self.bump();
        Ok(text)
    }

    fn nested<T>(&mut self, inner: impl FnOnce(&mut Self) -> Parsed<T>) -> Parsed<T> {
        if self.depth == MAX_NESTING {
            let message = format!("brackets nest deeper than {MAX_NESTING}");
            return Err(Diagnostic::new(self.span(), message).help("give the inner part a rule of its own"));
        }
        self.depth += 1;
        let result = inner(self);
        self.depth -= 1;
        result
    }

    /// After a fault in what begins at token `start`: goes on behind its end.
    fn recover(&mut self, start: usize) {
        self.depth = 0;
        let mut braces = 0usize;
        for token in &self.tokens[start..self.at] {
            match token.kind {
                Tok::Punct("{") => braces += 1,
                Tok::Punct("}") => braces = braces.saturating_sub(1),
                _ => {}
            }
        }
        loop {
            match self.peek() {
                Tok::End => return,
                Tok::Punct(";") if braces == 0 => {
                    self.bump();
                    return;
                }
                Tok::Punct("{") => braces += 1,
                Tok::Punct("}") if braces <= 1 => {
                    self.bump();
                    self.eat(";");
                    return;
                }
                Tok::Punct("}") => braces -= 1,
                _ => {}
            }
            self.bump();
        }
    }

    /// Everything up to and including `grammar ...;`.
    fn header(&mut self) -> Parsed<()> {
        loop {
            match self.peek() {
                Tok::FileAttribute => self.bump(),
                Tok::Use => {
                    self.bump();
                    self.expect(";")?;
                }
                Tok::Punct("#") => {
                    self.attribute()?;
                }
                _ => break,
            }
        }
        if !self.eat_word("grammar") {
            let help = "a grammar file begins with the line `grammar;`";
            return self.expected("`grammar;`").map_err(|d: Diagnostic| d.help(help));
        }
        // Parameters and bounds: `=` belongs to them only between `<` and `>`.
        let mut depth = 0usize;
        while !self.is(";") {
            match self.peek() {
                Tok::Punct("=") if depth == 0 => return self.expected("`;` after `grammar`"),
                Tok::End | Tok::Punct("{") => return self.expected("`;` after `grammar`"),
                Tok::Punct("<") => depth += 1,
                Tok::Punct(">") => depth = depth.saturating_sub(1),
                _ => {}
            }
            self.bump();
        }
        self.expect(";")
    }

    fn item(&mut self, file: &mut File) -> Parsed<()> {
        match self.peek() {
            Tok::Use => {
                self.bump();
                self.expect(";")
            }
            Tok::Name { text: "match", .. } => self.matching(file),
            Tok::Name { text: "extern", .. } => self.external(file),
            Tok::Name { .. } | Tok::Escaped(_) | Tok::Punct("#") => {
                let rule = self.rule()?;
                file.rules.push(rule);
                Ok(())
            }
            _ => self.expected("a rule"),
        }
    }

    fn attribute(&mut self) -> Parsed<Attribute> {
        self.expect("#")?;
        self.expect("[")?;
        let attribute = self.meta("the attribute's name")?;
        self.expect("]")?;
        Ok(attribute)
    }

    /// `name`, `name = "text"` or `name(...)`.
    fn meta(&mut self, what: &str) -> Parsed<Attribute> {
        let mut attribute = Attribute {
            name: self.name(what)?,
            value: None,
            arguments: Vec::new(),
        };
        if self.eat("=") {
            attribute.value = Some(self.string()?);
        } else if self.eat("(") {
            while !self.eat(")") {
                attribute.arguments.push(self.nested(|p| p.meta("an argument"))?);
                if !self.eat(",") && !self.is(")") {
                    return self.expected("`,` or `)`");
                }
            }
        }
        Ok(attribute)
    }

    fn attributes(&mut self) -> Parsed<Vec<Attribute>> {
        let mut attributes = Vec::new();
        while self.is("#") {
            attributes.push(self.attribute()?);
        }
        Ok(attributes)
    }

    fn rule(&mut self) -> Parsed<Rule> {
        let doc = self.tokens[self.at].doc.clone();
        let attributes = self.attributes()?;
        let public = self.eat_word("pub");
        if public && self.eat("(") {
            while !self.eat(")") {
                if matches!(self.peek(), Tok::End | Tok::Punct("=" | "{" | ";")) {
                    return self.expected("`)`");
                }
                self.bump();
            }
        }
        let glued = matches!(self.peek(), Tok::Name { glued: true, .. });
        let name = self.name("the name of a rule")?;
        let mut parameters = Vec::new();
        if glued {
            self.expect("<")?;
            while !self.eat(">") {
                parameters.push(self.name("a macro's parameter")?);
                if !self.eat(",") && !self.is(">") {
                    return self.expected("`,` or `>`");
                }
            }
        }
        if self.eat(":") {
            self.skip_type("=")?;
        } else {
            self.expect("=")?;
        }
        let mut alternatives = Vec::new();
        if self.eat("{") {
            while !self.eat("}") {
                alternatives.push(self.alternative()?);
                if !self.eat(",") && !self.is("}") {
                    return self.expected("`,` or `}` after the alternative");
                }
            }
            self.eat(";");
        } else {
            alternatives.push(self.alternative()?);
            self.expect(";")
                .map_err(|d| d.help("a rule ends with `;`, several alternatives stand in `{ }`"))?;
        }
        Ok(Rule {
            name,
            doc,
            public,
            attributes,
            parameters,
            alternatives,
            level: false,
        })
    }

    fn alternative(&mut self) -> Parsed<Alternative> {
        let doc = self.tokens[self.at].doc.clone();
        let attributes = self.attributes()?;
        let start = self.span().start;
        let mut symbols = Vec::new();
        while self.starts_symbol() {
            symbols.push(self.symbol()?);
        }
        let condition = if self.eat_word("if") {
            Some(self.condition()?)
        } else {
            None
        };
        let span = self.span();
        let code = match self.peek() {
            Tok::Code(text) => Some((CodeKind::Plain, *text)),
            Tok::FallibleCode(text) => Some((CodeKind::Fallible, *text)),
            Tok::LocationCode => Some((CodeKind::Location, "")),
            _ => None,
        };
        let action = code.map(|(kind, text)| Code {
            kind,
            text: text.to_owned(),
            span,
        });
        if action.is_some() {
            self.bump();
        }
        if symbols.is_empty() && action.is_none() {
            return self.expected("a symbol");
        }
        let end = self.previous_end();
        Ok(Alternative {
            doc,
            attributes,
            symbols,
            condition,
            action,
            span: start..end,
        })
    }

    fn condition(&mut self) -> Parsed<Condition> {
        let parameter = self.name("a macro's parameter")?;
        let operator = ["==", "!=", "~~", "!~"].into_iter().find(|o| self.is(o));
        let Some(operator) = operator else {
            return self.expected("`==`, `!=`, `~~` or `!~`");
        };
        self.bump();
        Ok(Condition {
            parameter,
            operator,
            text: self.string()?,
        })
    }
}
