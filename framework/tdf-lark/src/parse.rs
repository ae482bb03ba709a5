//! Reads the statements of a Lark grammar.

use std::ops::Range;

use tdf_diagnostic::{Diagnostic, MAX_FINDINGS};

use crate::limits::MAX_NESTING;
use crate::syntax::{Alternative, Atom, Change, Definition, Import, Item, Literal, Name, Repeat, Statement};
use crate::token::{Kind, Token, tokens};

/// The statements of `text`. After an error it goes on with the next line, so that one reading finds most errors.
pub fn parse(text: &str, findings: &mut Vec<Diagnostic>) -> Vec<Statement> {
    let tokens = match tokens(text) {
        Ok(tokens) => tokens,
        Err(finding) => {
            findings.push(finding);
            return Vec::new();
        }
    };
    let mut parser = Parser {
        tokens,
        at: 0,
        depth: 0,
    };
    let mut statements = Vec::new();
    while *parser.peek() != Kind::End && findings.len() < MAX_FINDINGS {
        if parser.eat_newline() {
            continue;
        }
        parser.depth = 0;
        match parser.statement() {
            Ok(statement) => statements.push(statement),
            Err(finding) => {
                findings.push(finding);
                parser.skip_line();
            }
        }
    }
    statements
}

type Parsed<T> = Result<T, Diagnostic>;

struct Parser {
    tokens: Vec<Token>,
    at: usize,
    depth: usize,
}

impl Parser {
    fn peek(&self) -> &Kind {
        &self.tokens[self.at].kind
    }

    fn span(&self) -> Range<usize> {
        self.tokens[self.at].span.clone()
    }

    /// The end of the token before this one.
    fn end(&self) -> usize {
        self.tokens[self.at.saturating_sub(1)].span.end
    }

    fn bump(&mut self) {
        self.at = (self.at + 1).min(self.tokens.len() - 1);
    }

    fn eat(&mut self, punct: &'static str) -> bool {
        let found = *self.peek() == Kind::Punct(punct);
        if found {
            self.bump();
        }
        found
    }

    fn eat_newline(&mut self) -> bool {
        let found = *self.peek() == Kind::Newline;
        if found {
            self.bump();
        }
        found
    }

    fn skip_line(&mut self) {
        while !matches!(self.peek(), Kind::Newline | Kind::End) {
            self.bump();
        }
    }

    fn expected<T>(&self, what: &str) -> Parsed<T> {
        let found = match self.peek() {
            Kind::Newline => "the end of the line".to_owned(),
            Kind::End => "the end of the file".to_owned(),
            Kind::Name(name) => format!("`{name}`"),
            Kind::Directive(name) => format!("`%{name}`"),
            Kind::Punct(punct) => format!("`{punct}`"),
            Kind::Number(number) => format!("`{number}`"),
            Kind::Literal(_) => "a string".to_owned(),
            Kind::Regex(_) => "a regular expression".to_owned(),
        };
        Err(Diagnostic::new(self.span(), format!("found {found}, expected {what}")))
    }

    fn expect(&mut self, punct: &'static str) -> Parsed<()> {
        match self.eat(punct) {
            true => Ok(()),
            false => self.expected(&format!("`{punct}`")),
        }
    }

    fn name(&mut self, what: &str) -> Parsed<Name> {
        let Kind::Name(text) = self.peek() else {
            return self.expected(what);
        };
        let name = Name {
            text: text.clone(),
            span: self.span(),
        };
        self.bump();
        Ok(name)
    }

    fn statement(&mut self) -> Parsed<Statement> {
        let span = self.span();
        let statement = match self.peek() {
            Kind::Directive(word) => {
                let word = word.clone();
                self.bump();
                self.directive(&word, span)?
            }
            _ => Statement::Definition(self.definition(Change::Define)?),
        };
        match self.peek() {
            Kind::Newline | Kind::End => Ok(statement),
            _ => self.expected("the end of the line"),
        }
    }

    fn directive(&mut self, word: &str, span: Range<usize>) -> Parsed<Statement> {
        match word {
            "ignore" => Ok(Statement::Ignore(self.alternatives()?)),
            "import" => self.import(span).map(Statement::Import),
            "override" => Ok(Statement::Definition(self.definition(Change::Override)?)),
            "extend" => Ok(Statement::Definition(self.definition(Change::Extend)?)),
            "declare" => {
                let mut names = vec![self.name("a terminal")?];
                while let Kind::Name(_) = self.peek() {
                    names.push(self.name("a terminal")?);
                }
                Ok(Statement::Declare(names))
            }
            _ => {
                let help = "known are %ignore, %import, %declare, %override and %extend";
                Err(Diagnostic::new(span, format!("unknown directive `%{word}`")).help(help))
            }
        }
    }

    fn import(&mut self, span: Range<usize>) -> Parsed<Import> {
        let relative = self.eat(".");
        let mut path = vec![self.name("the name of a grammar")?];
        while self.eat(".") {
            path.push(self.name("a name")?);
        }
        let mut names = Vec::new();
        if self.eat("(") {
            while !self.eat(")") {
                let name = self.name("a name or `)`")?;
                names.push((name.clone(), name));
                if !self.eat(",") && *self.peek() != Kind::Punct(")") {
                    return self.expected("`,` or `)`");
                }
            }
        } else {
            if path.len() < 2 && !relative {
                return self.expected("`.` and the name of a rule or terminal");
            }
            // The last part is what is imported.
            let Some(name) = path.pop() else {
                return self.expected("a name");
            };
            let alias = if self.eat("->") {
                self.name("a name")?
            } else {
                name.clone()
            };
            names.push((name, alias));
        }
        let span = span.start..self.end();
        Ok(Import {
            relative,
            path,
            names,
            span,
        })
    }

    fn definition(&mut self, change: Change) -> Parsed<Definition> {
        let mut inlines_single = false;
        loop {
            // `!rule` keeps the tokens of its trees, which means nothing here.
            match self.peek() {
                Kind::Punct("?") => inlines_single = true,
                Kind::Punct("!") => {}
                _ => break,
            }
            self.bump();
        }
        let name = self.name("a rule, a terminal or a directive such as `%ignore`")?;
        let mut parameters = Vec::new();
        if self.eat("{") {
            loop {
                parameters.push(self.name("a parameter")?);
                if !self.eat(",") {
                    break;
                }
            }
            self.expect("}")?;
        }
        let mut priority = 0;
        if self.eat(".") {
            let Kind::Number(number) = *self.peek() else {
                return self.expected("a priority");
            };
            self.bump();
            priority = number;
        }
        self.expect(":")?;
        let alternatives = self.alternatives()?;
        Ok(Definition {
            name,
            inlines_single,
            parameters,
            priority,
            alternatives,
            change,
        })
    }

    fn alternatives(&mut self) -> Parsed<Vec<Alternative>> {
        let mut alternatives = vec![self.alternative()?];
        while self.eat("|") {
            alternatives.push(self.alternative()?);
        }
        Ok(alternatives)
    }

    fn alternative(&mut self) -> Parsed<Alternative> {
        let start = self.span().start;
        let mut items = Vec::new();
        while let Some(item) = self.item()? {
            items.push(item);
        }
        let alias = if self.eat("->") {
            Some(self.name("a name")?)
        } else {
            None
        };
        // An empty alternative stands where the next token does.
        let span = start..self.end().max(start);
        Ok(Alternative { items, alias, span })
    }

    /// The next item, if the token can begin one.
    fn item(&mut self) -> Parsed<Option<Item>> {
        let start = self.span().start;
        let Some(atom) = self.atom()? else { return Ok(None) };
        let repeat = self.repeat()?;
        let span = start..self.end();
        Ok(Some(Item { atom, repeat, span }))
    }

    fn repeat(&mut self) -> Parsed<Repeat> {
        for (punct, repeat) in [("*", Repeat::Star), ("+", Repeat::Plus), ("?", Repeat::Optional)] {
            if self.eat(punct) {
                return Ok(repeat);
            }
        }
        if !self.eat("~") {
            return Ok(Repeat::Once);
        }
        let span = self.span();
        let least = self.count()?;
        let most = if self.eat("..") { self.count()? } else { least };
        if most < least || most == 0 {
            let message = format!("this repeats from {least} to {most} times");
            return Err(Diagnostic::new(span, message).help("the second number is at least the first, and not 0"));
        }
        Ok(Repeat::Times(least, most))
    }

    fn count(&mut self) -> Parsed<u32> {
        match *self.peek() {
            Kind::Number(number) if (0..=1_000).contains(&number) => {
                self.bump();
                Ok(number as u32)
            }
            Kind::Number(_) => {
                Err(Diagnostic::new(self.span(), "too many repetitions").help("at most 1000 are allowed"))
            }
            _ => self.expected("a number"),
        }
    }

    fn atom(&mut self) -> Parsed<Option<Atom>> {
        let span = self.span();
        let atom = match self.peek().clone() {
            Kind::Punct(open @ ("(" | "[")) => {
                self.bump();
                self.depth += 1;
                if self.depth > MAX_NESTING {
                    return Err(Diagnostic::new(
                        span,
                        format!("brackets are nested more than {MAX_NESTING} deep"),
                    ));
                }
                let inside = self.alternatives()?;
                self.depth -= 1;
                self.expect(if open == "(" { ")" } else { "]" })?;
                return Ok(Some(if open == "(" {
                    Atom::Group(inside)
                } else {
                    Atom::Maybe(inside)
                }));
            }
            Kind::Literal(first) => {
                self.bump();
                if !self.eat("..") {
                    return Ok(Some(Atom::Literal(first)));
                }
                let Kind::Literal(last) = self.peek().clone() else {
                    return self.expected("the last character of the range");
                };
                let ends = (single(&first), single(&last));
                let (Some(low), Some(high)) = ends else {
                    let message = "a range goes from one character to another";
                    return Err(Diagnostic::new(span.start..self.span().end, message));
                };
                if low > high {
                    let message = "this range is empty: its first character comes after its last";
                    return Err(Diagnostic::new(span.start..self.span().end, message));
                }
                Atom::Range(low, high)
            }
            Kind::Regex(regex) => Atom::Regex(regex),
            Kind::Name(_) => {
                let name = self.name("a name")?;
                if !self.eat("{") {
                    return Ok(Some(Atom::Name(name)));
                }
                self.depth += 1;
                if self.depth > MAX_NESTING {
                    return Err(Diagnostic::new(
                        span,
                        format!("templates are nested more than {MAX_NESTING} deep"),
                    ));
                }
                let mut arguments = Vec::new();
                loop {
                    match self.item()? {
                        Some(item) => arguments.push(item),
                        None => return self.expected("an argument"),
                    }
                    if !self.eat(",") {
                        break;
                    }
                }
                self.depth -= 1;
                self.expect("}")?;
                return Ok(Some(Atom::Template(name, arguments)));
            }
            _ => return Ok(None),
        };
        self.bump();
        Ok(Some(atom))
    }
}

fn single(literal: &Literal) -> Option<char> {
    let mut characters = literal.text.chars();
    characters.next().filter(|_| characters.next().is_none())
}
