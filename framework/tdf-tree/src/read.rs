//! From texts to trees, and what is wrong with a text.

use tdf_grammar::{LexError, LexErrorKind, Lexed, NonterminalId, Position, TerminalText, TokenId, TokenKind};

use crate::{Language, Tree, parse};

/// A program text that is not of the language.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ParseError {
    /// Byte offset in the text.
    pub offset: usize,
    /// Line and column.
    pub position: Position,
    /// What was found and what was expected, in one sentence without a full stop.
    pub message: String,
}

impl std::fmt::Display for ParseError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}:{}: {}", self.position.line, self.position.column, self.message)
    }
}

impl std::error::Error for ParseError {}

impl Language {
    /// Parses a program of `start`.
    ///
    /// # Errors
    /// The first token that cannot be there, and what could be there instead.
    ///
    /// # Examples
    ///
    /// ```
    /// use tdf_tree::Language;
    ///
    /// let language = Language::new(tdf_reader::read_grammar_file("../../grammars/rainbow.lalrpop")?)?;
    /// let grammar = language.grammar();
    /// let program = language.parse(grammar.start, "(Arrange h (Box red) (Ball blue))")?;
    /// assert_eq!(language.print(program.nodes()), "(Arrange h (Box red) (Ball blue))");
    ///
    /// let error = language.parse(grammar.start, "(Box h)").unwrap_err();
    /// assert_eq!(error.position.column, 6);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn parse(&self, start: NonterminalId, text: &str) -> Result<Tree, ParseError> {
        let (grammar, lr, written) = (self.written(), self.written_lr(), self.written_nonterminal(start));
        let (lexed, unreadable) = match self.lexer().lex(text) {
            Ok(lexed) => (lexed, None),
            Err(LexError {
                offset,
                kind: LexErrorKind::Indentation,
            }) => {
                return Err(ParseError {
                    offset,
                    position: Position::of(text, offset),
                    message: "this line is indented less than the one before it, and as no line around it".to_owned(),
                });
            }
            // What was read before says what was expected at the place that cannot be read.
            Err(error) => {
                let mut lexed = self.lexer().lex(&text[..error.offset]).unwrap_or_default();
                // The text does not end there, and neither do its blocks.
                lexed.retain(|token| !(token.start == error.offset && self.stands_for_layout(token)));
                (lexed, Some(error.offset))
            }
        };
        let tokens: Vec<TokenId> = lexed.iter().map(|l| l.token).collect();
        let mut stuck = match (parse::parse(grammar, lr, written, &tokens), unreadable) {
            (Ok(tree), None) => return self.in_scope(start, text, &lexed, tree),
            (Err(stuck), _) => Some(stuck),
            (Ok(_), Some(_)) => None,
        };
        let inside = stuck.as_ref().and_then(|stuck| self.member_at(&lexed, stuck.index));
        if let Some(inside) = inside {
            // What cannot stand here is the whole of a name, not one of its characters.
            let (begin, end) = (lexed[inside.start].start, lexed[inside.end - 1].end);
            if let Some(message) = self.too_long(&text[begin..end]) {
                let position = Position::of(text, begin);
                return Err(ParseError {
                    offset: begin,
                    position,
                    message,
                });
            }
            stuck = Some(parse::before(grammar, lr, written, &tokens[..inside.start]));
        }
        let expected = stuck
            .as_ref()
            .map_or("the end of the program".to_owned(), |s| s.expected(grammar, lr));
        let stopped_at = stuck.as_ref().map(|s| s.index);
        let stopped = stopped_at.and_then(|index| lexed.get(index));
        let (offset, found) = match (stopped, unreadable) {
            (Some(token), _) => {
                let member = stopped_at.and_then(|at| self.member_at(&lexed, at));
                let end = member.map_or(token.end, |word| lexed[word.end - 1].end);
                match self.stands_for_layout(token) {
                    true => (token.start, Some(grammar.text(token.token))),
                    false => (token.start, Some(&text[token.start..end])),
                }
            }
            (None, Some(offset)) => (offset, Some(word(&text[offset..]))),
            (None, None) => (text.trim_end().len(), None),
        };
        let mut message = match found {
            Some(found) if stopped.is_some_and(|token| self.stands_for_layout(token)) => format!("found {found}, "),
            Some(found) => format!("found {:?}, ", shorten(found)),
            None => "found the end of the program, ".to_owned(),
        };
        if let (Some(stuck), Some(found)) = (&stuck, found)
            && let Some(terminal) = self.terminal_without(stuck, found)
        {
            message += &format!("a keyword of the grammar and so no {terminal}, ");
        }
        message += &format!("expected {expected}");
        if let Some(note) = self.left_out(text, &lexed, offset) {
            message += &note;
        }
        Err(ParseError {
            offset,
            position: Position::of(text, offset),
            message,
        })
    }

    /// The program with names by level that was read as `tree`.
    fn in_scope(&self, start: NonterminalId, text: &str, lexed: &[Lexed], tree: Tree) -> Result<Tree, ParseError> {
        let Some(scopes) = self.scopes() else {
            return Ok(tree);
        };
        let nodes = tree.nodes().to_vec();
        self.by_level(scopes, start, nodes).map_err(|(node, message)| {
            let token = node.and_then(|node| scopes.printer.token_of(tree.nodes(), node));
            let offset = token.map_or(0, |token| lexed[token].start);
            ParseError {
                offset,
                position: Position::of(text, offset),
                message,
            }
        })
    }

    /// Whether a line break or an indentation stands for the token.
    fn stands_for_layout(&self, token: &Lexed) -> bool {
        let layout = self.lexer().layout();
        token.start == token.end && layout.is_some_and(|layout| layout.token(token.token).is_some())
    }

    /// The characters and the end of the member of an open terminal that token `index` is a part of.
    fn member_at(&self, lexed: &[Lexed], index: usize) -> Option<std::ops::Range<usize>> {
        let kind = |l: &Lexed| self.grammar().tokens[l.token.index()].kind;
        if lexed.get(index).is_none_or(|l| kind(l) == TokenKind::Word) {
            return None;
        }
        let begin = lexed[..index]
            .iter()
            .rposition(|l| kind(l) != TokenKind::Character)
            .map_or(0, |at| at + 1);
        let end = index + lexed[index..].iter().position(|l| kind(l) == TokenKind::End)?;
        Some(begin..end + 1)
    }

    /// The terminal that could stand where the parser is stuck, and that would match `found` if this were no other token.
    fn terminal_without(&self, stuck: &parse::Stuck, found: &str) -> Option<&TerminalText> {
        let is_keyword = |text: &TerminalText| matches!(text, TerminalText::Literal(text) if text == found);
        let reserved = self.grammar().reserved.iter().any(|word| word == found);
        let mut any_case = self.grammar().tokens.iter().filter(|t| t.ignores_case);
        let is_known = reserved
            || self.grammar().terminals.iter().any(|t| is_keyword(&t.text))
            || any_case.any(|t| t.text.eq_ignore_ascii_case(found));
        if !is_known {
            return None;
        }
        let terminals = self.grammar().terminals.iter();
        let wanted = terminals
            .filter(|t| stuck.wants(self.written(), self.written_lr(), t))
            .map(|t| &t.text);
        let mut regexes = wanted.filter(|text| matches!(text, TerminalText::Regex(_)));
        regexes.find(|text| text.longest_match(found) == found.len())
    }

    /// What to say of a text around `offset` that a terminal matches, if programs cannot have such members of it.
    fn left_out(&self, text: &str, lexed: &[Lexed], offset: usize) -> Option<String> {
        let begins = lexed
            .iter()
            .map(|l| l.start)
            .filter(|start| *start < offset)
            .chain([offset]);
        let begins: Vec<usize> = begins.collect();
        let matches = |terminal: &TerminalText| {
            begins.iter().rev().find_map(|&begin| {
                let end = begin + terminal.longest_match(&text[begin..]);
                let is_token = lexed.iter().any(|l| l.start == begin && l.end == end);
                (end > offset && !is_token).then(|| (terminal.clone(), text[begin..end].to_owned()))
            })
        };
        let (terminal, member) = self.grammar().left_out.iter().find_map(matches)?;
        Some(format!(
            "; {terminal} matches {:?}, but programs cannot have this member",
            shorten(&member)
        ))
    }

    /// What to say of a member that no program of this grammar can have for its length alone.
    fn too_long(&self, member: &str) -> Option<String> {
        let letters: Option<Vec<usize>> = member
            .chars()
            .map(|c| self.grammar().characters.binary_search(&c).ok())
            .collect();
        let letters = letters?;
        let of = self.grammar().terminals.iter().find_map(|terminal| {
            let open = terminal.open.as_ref()?;
            let state = open.members.run(letters.iter().copied())?;
            let long = letters.len() > open.longest as usize && open.members.is_accepting(state);
            long.then_some((&terminal.text, open.longest))
        });
        let (text, longest) = of?;
        let (shown, length) = (shorten(member), letters.len());
        Some(format!(
            "{shown:?} has {length} characters; of {text} programs have members of at most {longest}"
        ))
    }
}

/// The beginning of `text` up to the next blank or bracket.
fn word(text: &str) -> &str {
    let ends = |c: char| c.is_whitespace() || "()[]{},;".contains(c);
    let first = text.chars().next().map_or(0, char::len_utf8);
    let end = text[first..].find(ends).map_or(text.len(), |end| first + end);
    &text[..end]
}

fn shorten(word: &str) -> String {
    match word.char_indices().nth(24) {
        Some((cut, _)) => format!("{}...", &word[..cut]),
        None => word.to_owned(),
    }
}
