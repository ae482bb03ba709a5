//! Tokens that stand for line breaks and indentation.
//!
//! A language has a layout if it has the words `indent` and `dedent`, or `newline`. A text may write these words, or it may
//! have line breaks and indentation instead. The second form is read as Python reads it (The Python Language Reference,
//! section 2.1): the indentation of a line is compared with that of the lines around it, and lines inside brackets are joined.

use crate::neighbours::Neighbours;
use crate::{Grammar, LexError, LexErrorKind, Lexed, TokenId, TokenKind};

/// How a language writes its tokens for line breaks and indentation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Layout {
    newline: Option<TokenId>,
    /// The tokens before and behind the lines of a block.
    block: Option<(TokenId, TokenId)>,
    /// Where a block begins, ends, and behind its end: whether the line break is a token of its own.
    breaks: Breaks,
    /// Whether a program ends with a line break; `None` if both happen.
    final_newline: Option<bool>,
    opening: Vec<TokenId>,
    closing: Vec<TokenId>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Breaks {
    before_block: bool,
    before_end: bool,
    behind_end: bool,
}

/// What a token for layout stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LayoutToken {
    /// The end of a line.
    Newline,
    /// The next line is indented more.
    Indent,
    /// The next line is indented less.
    Dedent,
}

/// The words for each, without regard to case and to what are no letters: `_NEWLINE` is one, too.
const NEWLINE: [&str; 4] = ["newline", "nl", "eol", "linebreak"];
const INDENT: [&str; 1] = ["indent"];
const DEDENT: [&str; 2] = ["dedent", "outdent"];

impl Layout {
    /// The layout of `grammar`, if it has one.
    ///
    /// # Errors
    /// Why the words of a layout are written as words: line breaks could not be told from indentation.
    pub fn of(grammar: &Grammar) -> Result<Option<Self>, String> {
        let find = |names: &[&str]| {
            let is = |text: &str| {
                let letters: String = text.chars().filter(char::is_ascii_alphabetic).collect();
                names.contains(&letters.to_ascii_lowercase().as_str())
            };
            let words = grammar.tokens.iter().enumerate();
            words
                .filter(|(_, token)| token.kind == TokenKind::Word)
                .find(|(_, token)| is(&token.text))
                .map(|(at, _)| TokenId::new(at))
        };
        let newline = find(&NEWLINE);
        let block = find(&INDENT).zip(find(&DEDENT));
        if newline.is_none() && block.is_none() {
            return Ok(None);
        }
        let neighbours = Neighbours::new(grammar);
        // Whether all of `tokens` are line breaks, or none is.
        let breaks = |tokens: Vec<TokenId>, place: &str| -> Result<Option<bool>, String> {
            let all = tokens.iter().all(|token| Some(*token) == newline);
            let none = !tokens.iter().any(|token| Some(*token) == newline);
            match (all && !tokens.is_empty(), none) {
                (true, _) => Ok(Some(true)),
                (_, true) => Ok(Some(false)),
                _ => Err(format!("some programs have a line break {place} and some have none")),
            }
        };
        let mut of_block = Breaks::default();
        let mut ends: Vec<TokenId> = neighbours.last();
        if let Some((indent, dedent)) = block {
            let others = |tokens: Vec<TokenId>| tokens.into_iter().filter(|t| *t != dedent).collect();
            let of = |tokens, place| breaks(tokens, place).map(|all| all == Some(true));
            of_block.before_block = of(neighbours.before(indent), "before an indented block")?;
            of_block.before_end = of(others(neighbours.before(dedent)), "before the end of an indented block")?;
            // Grammars of Python take blank lines as further line breaks, here and elsewhere. They are not read.
            of_block.behind_end = breaks(others(neighbours.behind(dedent)), "") == Ok(Some(true));
            ends.retain(|token| *token != dedent);
        }
        let final_newline = breaks(ends, "").unwrap_or(None);
        let all = |texts: [&str; 3]| -> Vec<TokenId> {
            let ids = (0..grammar.tokens.len()).map(TokenId::new);
            ids.filter(|id| grammar.tokens[id.index()].kind == TokenKind::Word && texts.contains(&grammar.text(*id)))
                .collect()
        };
        Ok(Some(Self {
            newline,
            block,
            breaks: of_block,
            final_newline,
            opening: all(["(", "[", "{"]),
            closing: all([")", "]", "}"]),
        }))
    }

    /// What `token` stands for, if it is one for layout.
    pub fn token(&self, token: TokenId) -> Option<LayoutToken> {
        match self.block {
            _ if Some(token) == self.newline => Some(LayoutToken::Newline),
            Some((indent, _)) if token == indent => Some(LayoutToken::Indent),
            Some((_, dedent)) if token == dedent => Some(LayoutToken::Dedent),
            _ => None,
        }
    }

    /// The tokens of `text`, of which `lexed` are those that are written. A text that writes words of the layout is in words,
    /// and its line breaks mean nothing.
    ///
    /// # Errors
    /// The first line that is indented less than the line before it, and as no other line around it.
    pub(crate) fn derive(&self, text: &str, lexed: Vec<Lexed>) -> Result<Vec<Lexed>, LexError> {
        let Some(first) = lexed.first() else { return Ok(lexed) };
        if lexed.iter().any(|token| self.token(token.token).is_some()) {
            return Ok(lexed);
        }
        let mut lines = Lines {
            layout: self,
            levels: vec![column(text, first.start)],
            out: Vec::with_capacity(lexed.len() * 2),
        };
        let (mut behind, mut brackets) = (None, 0_usize);
        for token in lexed {
            if let Some(behind) = behind
                && brackets == 0
                && text[behind..token.start].contains('\n')
            {
                lines.line(text, token.start)?;
            }
            brackets += usize::from(self.opening.contains(&token.token));
            brackets = brackets.saturating_sub(usize::from(self.closing.contains(&token.token)));
            behind = Some(token.end);
            lines.out.push(token);
        }
        let rest = behind.map_or("", |behind| &text[behind..]);
        lines.end(text.len(), rest.contains('\n'));
        Ok(lines.out)
    }
}

/// The lines of a text, one after the other.
struct Lines<'l> {
    layout: &'l Layout,
    /// Indentation of the lines around, the outermost first; never empty.
    levels: Vec<usize>,
    out: Vec<Lexed>,
}

impl Lines<'_> {
    fn push(&mut self, token: Option<TokenId>, at: usize) {
        self.out.extend(token.map(|token| Lexed {
            token,
            start: at,
            end: at,
        }));
    }

    fn newline(&mut self, is_token: bool, at: usize) {
        self.push(self.layout.newline.filter(|_| is_token), at);
    }

    /// A line begins with the token at `at`.
    fn line(&mut self, text: &str, at: usize) -> Result<(), LexError> {
        let Layout { block, breaks, .. } = *self.layout;
        let now = column(text, at);
        let before = self.levels[self.levels.len() - 1];
        let Some((indent, _)) = block.filter(|_| now != before) else {
            self.newline(true, at);
            return Ok(());
        };
        if now > before {
            self.newline(breaks.before_block, at);
            self.push(Some(indent), at);
            self.levels.push(now);
            return Ok(());
        }
        self.newline(breaks.before_end, at);
        self.close(now, at);
        self.newline(breaks.behind_end, at);
        if self.levels.last() == Some(&now) {
            return Ok(());
        }
        Err(LexError {
            offset: at,
            kind: LexErrorKind::Indentation,
        })
    }

    /// Ends the blocks that are indented more than `now`.
    fn close(&mut self, now: usize, at: usize) {
        while self.levels.len() > 1 && self.levels.last().is_some_and(|level| *level > now) {
            self.levels.pop();
            self.push(self.layout.block.map(|(_, dedent)| dedent), at);
        }
    }

    fn end(&mut self, at: usize, is_written: bool) {
        let mut ends = self.layout.final_newline.unwrap_or(is_written);
        if self.levels.len() > 1 {
            self.newline(self.layout.breaks.before_end, at);
            self.close(0, at);
            ends &= self.layout.breaks.behind_end;
        }
        self.newline(ends, at);
    }
}

/// How far the token at byte `at` is indented: a tab goes on to the next multiple of eight.
fn column(text: &str, at: usize) -> usize {
    let begin = text[..at].rfind('\n').map_or(0, |newline| newline + 1);
    text[begin..at].chars().fold(0, |column, c| match c {
        '\t' => (column / 8 + 1) * 8,
        '\r' => column,
        _ => column + 1,
    })
}
