//! A grammar with what is needed to read and write its programs.

use std::borrow::Cow;
use std::sync::Arc;

use tdf_grammar::{
    Grammar, GrammarError, LexError, LexErrorKind, Lexed, Lexer, Lr, NonterminalId, Position, ProductionId,
    TerminalText, TokenId, TokenKind,
};

use crate::print::Printer;
use crate::scope::{BoundNames, NameKind, Scopes};
use crate::{Node, Size, Tree, parse};

/// A grammar, its lexer and its LR tables.
///
/// Some languages have names in scope ([`Language::with_scopes`]). They have two grammars. [`Language::grammar`] is that of trees:
/// its nonterminals know how many names are in scope. [`Language::written`] is that of the file, which people, typed trees and
/// renderers know. In other languages the two are one.
#[derive(Clone, Debug)]
pub struct Language {
    grammar: Arc<Grammar>,
    lexer: Lexer,
    lr: Lr,
    printer: Printer,
    scopes: Option<Arc<Scopes>>,
}

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
    /// Prepares `grammar`.
    ///
    /// # Errors
    /// The grammar's LR(1) conflicts.
    pub fn new(grammar: Grammar) -> Result<Self, GrammarError> {
        let lr = Lr::new(&grammar)?;
        let lexer = Lexer::new(&grammar);
        let printer = Printer::new(&grammar);
        Ok(Self {
            grammar: Arc::new(grammar),
            lexer,
            lr,
            printer,
            scopes: None,
        })
    }

    /// Prepares `grammar` with the names in scope that the table `scope` of `text` states, a TOML document that the file `file`
    /// holds. Other tables of it are not looked at. Without such a table it is [`Language::new`].
    ///
    /// # Errors
    /// Those of [`Language::new`], and mistakes in the table with their places.
    ///
    /// # Examples
    ///
    /// ```
    /// use tdf_tree::Language;
    ///
    /// let grammar = tdf_reader::read_grammar("let.lalrpop", r#"
    ///     grammar;
    ///     pub Expr = {
    ///         "(" "let" <name:Name> <value:Expr> <body:Expr> ")" => Let { <> },
    ///         <Name> => Var(<>),
    ///         r"[0-9]" => Number(<>),
    ///     };
    ///     Name = r"[a-d]";
    /// "#)?;
    /// let scope = r#"
    ///     [scope]
    ///     names = "Name"
    ///     binders = [{ alternative = "Let", name = "name", body = "body" }]
    /// "#;
    /// let language = Language::with_scopes(grammar, "let.toml", scope)?;
    /// let start = language.grammar().start;
    /// // The k-th name in scope is the k-th member of the terminal.
    /// let program = language.parse(start, "(let d 1 (let c d c))")?;
    /// assert_eq!(language.print(program.nodes()), "(let a 1 (let b a b))");
    /// let error = language.parse(start, "(let d d d)").unwrap_err();
    /// assert_eq!(error.to_string(), "1:8: `d` is not bound here: no name of `Name` is in scope");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn with_scopes(grammar: Grammar, file: &str, text: &str) -> Result<Self, GrammarError> {
        let Some((scopes, expanded)) = Scopes::new(&grammar, file, text)? else {
            return Self::new(grammar);
        };
        Ok(Self {
            scopes: Some(Arc::new(scopes)),
            ..Self::new(expanded)?
        })
    }

    /// The grammar of trees.
    pub fn grammar(&self) -> &Arc<Grammar> {
        &self.grammar
    }

    /// The grammar as it is written.
    pub fn written(&self) -> &Arc<Grammar> {
        self.scopes.as_ref().map_or(&self.grammar, |scopes| &scopes.written)
    }

    /// The LR tables of the written grammar.
    pub fn written_lr(&self) -> &Lr {
        self.scopes.as_ref().map_or(&self.lr, |scopes| &scopes.lr)
    }

    /// The nonterminal of the written grammar that `nonterminal` stands for.
    pub fn written_nonterminal(&self, nonterminal: NonterminalId) -> NonterminalId {
        let scopes = self.scopes.as_ref();
        scopes.map_or(nonterminal, |scopes| scopes.written_nonterminal(nonterminal))
    }

    /// The production of the written grammar that `production` stands for.
    pub fn written_production(&self, production: ProductionId) -> ProductionId {
        let scopes = self.scopes.as_ref();
        scopes.map_or(production, |scopes| scopes.written_production(production))
    }

    /// The same nodes with productions of the written grammar.
    pub fn to_written<'n>(&self, nodes: &'n [Node]) -> Cow<'n, [Node]> {
        let Some(scopes) = &self.scopes else {
            return Cow::Borrowed(nodes);
        };
        let written = |node: &Node| Node {
            production: scopes.written_production(node.production),
            ..*node
        };
        Cow::Owned(nodes.iter().map(written).collect())
    }

    /// The size of trees that is `size` for the written grammar.
    pub fn size_of_written(&self, size: &Size) -> Size {
        let productions = (0..self.grammar.productions.len()).map(ProductionId::new);
        Size::of_weights(productions.map(|p| size.weight(self.written_production(p))).collect())
    }

    /// The program of `start` that `nodes` are with productions of the written grammar. Its names become those by level.
    ///
    /// # Errors
    /// A name that is not in scope, and more names in scope than there can be, in one sentence without a full stop.
    pub fn from_written(&self, start: NonterminalId, nodes: Vec<Node>) -> Result<Tree, String> {
        match &self.scopes {
            None => Ok(Tree::from_nodes(nodes)),
            Some(scopes) => self.by_level(scopes, start, nodes).map_err(|(_, message)| message),
        }
    }

    /// The table `scope` as a TOML document, if the language has names in scope.
    pub fn scope_text(&self) -> Option<&str> {
        self.scopes.as_ref().map(|scopes| scopes.text.as_str())
    }

    /// What is bound where; empty for a language without names in scope.
    pub fn bound_names(&self) -> Vec<BoundNames> {
        self.scopes
            .as_ref()
            .map(|scopes| scopes.bound_names())
            .unwrap_or_default()
    }

    /// The kinds of names in scope.
    pub fn name_kinds(&self) -> Vec<NameKind> {
        self.scopes.as_ref().map(|scopes| scopes.kinds()).unwrap_or_default()
    }

    /// How many names of each of [`Language::name_kinds`] are in scope in programs of `nonterminal`; 0 where these cannot hold one.
    pub fn names_in_scope(&self, nonterminal: NonterminalId) -> &[u32] {
        self.scopes.as_ref().map_or(&[], |scopes| scopes.levels(nonterminal))
    }

    /// A program with names by level from one with any names; or the node with a name that is wrong, and what is wrong.
    fn by_level(
        &self,
        scopes: &Scopes,
        start: NonterminalId,
        mut nodes: Vec<Node>,
    ) -> Result<Tree, (Option<usize>, String)> {
        scopes
            .rename(start, &mut nodes)
            .map_err(|error| (Some(error.node), error.message))?;
        let mut tokens = Vec::new();
        scopes.printer.tokens(&nodes, &mut tokens);
        self.parse_tokens(start, &tokens)
            .map_err(|_| (None, "the names in scope do not allow this program".to_owned()))
    }

    /// The LR tables.
    pub fn lr(&self) -> &Lr {
        &self.lr
    }

    /// The lexer.
    pub fn lexer(&self) -> &Lexer {
        &self.lexer
    }

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
        let (lexed, unreadable) = match self.lexer.lex(text) {
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
                let mut lexed = self.lexer.lex(&text[..error.offset]).unwrap_or_default();
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
        let Some(scopes) = &self.scopes else {
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
        let layout = self.lexer.layout();
        token.start == token.end && layout.is_some_and(|layout| layout.token(token.token).is_some())
    }

    /// The characters and the end of the member of an open terminal that token `index` is a part of.
    fn member_at(&self, lexed: &[Lexed], index: usize) -> Option<std::ops::Range<usize>> {
        let kind = |l: &Lexed| self.grammar.tokens[l.token.index()].kind;
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
        let reserved = self.grammar.reserved.iter().any(|word| word == found);
        let mut any_case = self.grammar.tokens.iter().filter(|t| t.ignores_case);
        let is_known = reserved
            || self.grammar.terminals.iter().any(|t| is_keyword(&t.text))
            || any_case.any(|t| t.text.eq_ignore_ascii_case(found));
        if !is_known {
            return None;
        }
        let terminals = self.grammar.terminals.iter();
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
        let (terminal, member) = self.grammar.left_out.iter().find_map(matches)?;
        Some(format!(
            "; {terminal} matches {:?}, but programs cannot have this member",
            shorten(&member)
        ))
    }

    /// What to say of a member that no program of this grammar can have for its length alone.
    fn too_long(&self, member: &str) -> Option<String> {
        let letters: Option<Vec<usize>> = member
            .chars()
            .map(|c| self.grammar.characters.binary_search(&c).ok())
            .collect();
        let letters = letters?;
        let of = self.grammar.terminals.iter().find_map(|terminal| {
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

    /// Parses tokens as a program of `start`.
    ///
    /// # Errors
    /// The index of the first token that cannot be there (`tokens.len()` if the program stops too early).
    ///
    /// # Examples
    ///
    /// ```
    /// use tdf_tree::Language;
    ///
    /// let language = Language::new(tdf_reader::read_grammar_file("../../grammars/rainbow.lalrpop")?)?;
    /// let grammar = language.grammar();
    /// let program = language.parse(grammar.start, "(Ball blue)")?;
    /// let mut tokens = Vec::new();
    /// language.tokens(program.nodes(), &mut tokens);
    /// assert_eq!(grammar.words(&tokens), ["(", "Ball", "blue", ")"]);
    /// assert_eq!(language.parse_tokens(grammar.start, &tokens), Ok(program));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn parse_tokens(&self, start: NonterminalId, tokens: &[TokenId]) -> Result<Tree, usize> {
        parse::parse(&self.grammar, &self.lr, start, tokens).map_err(|stuck| stuck.index)
    }

    /// Appends the tokens of a subtree to `out`.
    pub fn tokens(&self, nodes: &[Node], out: &mut Vec<TokenId>) {
        self.printer.tokens(nodes, out);
    }

    /// The canonical text of a subtree: tokens parted by one blank, but none behind an opening bracket nor before a
    /// closing one, a comma or a semicolon (unless the lexer needs it). More blanks part two tokens that one blank would join, see
    /// [`Lexer::blanks`].
    ///
    /// # Examples
    ///
    /// ```
    /// use tdf_tree::{Language, NodeId};
    ///
    /// let language = Language::new(tdf_reader::read_grammar_file("../../grammars/rainbow.lalrpop")?)?;
    /// let grammar = language.grammar();
    /// let program = language.parse(grammar.start, "( Box  red )")?;
    /// assert_eq!(language.print(program.nodes()), "(Box red)");
    /// // The text of a part.
    /// assert_eq!(language.print(program.subtree(NodeId(1))), "red");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn print(&self, nodes: &[Node]) -> String {
        self.printer.print(&self.grammar, &self.lexer, nodes)
    }

    /// The text of a program with line breaks and indentation in place of the tokens for them; `None` if the language has no
    /// [`Layout`](tdf_grammar::Layout). It is read back as the same program, except that line breaks in a row are one,
    /// and that blocks without lines are not read.
    ///
    /// # Examples
    ///
    /// ```
    /// use tdf_tree::Language;
    ///
    /// let language = Language::new(tdf_reader::read_grammar("blocks.lalrpop", r#"
    ///     grammar;
    ///     pub Block = <Line+>;
    ///     Line = { "pass" "newline" => Pass, "loop" "newline" "indent" <Block> "dedent" => Loop(<>) };
    /// "#)?)?;
    /// let text = "loop\n    pass\n    loop\n        pass\npass\n";
    /// let program = language.parse(language.grammar().start, text)?;
    /// assert_eq!(
    ///     language.print(program.nodes()),
    ///     "loop newline indent pass newline loop newline indent pass newline dedent dedent pass newline"
    /// );
    /// assert_eq!(language.print_layout(program.nodes()).as_deref(), Some(text));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn print_layout(&self, nodes: &[Node]) -> Option<String> {
        let layout = self.lexer.layout()?;
        Some(self.printer.print_layout(&self.grammar, &self.lexer, layout, nodes))
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
