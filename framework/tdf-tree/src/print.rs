//! From trees to tokens and text.

use tdf_grammar::{Grammar, Layout, LayoutToken, Lexer, ProductionId, Symbol, TokenId, TokenKind};

use crate::Node;

/// Productions as small programs.
#[derive(Clone, Debug)]
pub(crate) struct Printer {
    /// Where the code of each production starts.
    starts: Vec<u32>,
    /// Right-hand sides, each closed by [`END`]: tokens, or one of the marks below.
    code: Vec<u32>,
}

/// Ends of words that look better without a blank behind them.
const OPENING: [char; 3] = ['(', '[', '{'];
/// Beginnings of words that look better without a blank before them.
const CLOSING: [char; 5] = [')', ']', '}', ',', ';'];

/// A text as words are added to it.
struct Pieces<'l> {
    lexer: &'l Lexer,
    text: String,
    /// Where the last word begins, and its token if it is one.
    left: Option<(usize, Option<TokenId>)>,
    /// The characters so far of a member of an open terminal.
    member: String,
}

impl<'l> Pieces<'l> {
    fn new(lexer: &'l Lexer, capacity: usize) -> Self {
        Self {
            lexer,
            text: String::with_capacity(capacity),
            left: None,
            member: String::new(),
        }
    }

    fn add_token(&mut self, grammar: &Grammar, token: TokenId) {
        match grammar.tokens[token.index()].kind {
            TokenKind::Word => self.add(grammar.text(token), Some(token)),
            TokenKind::Character => self.member.push_str(grammar.text(token)),
            TokenKind::End => {
                let member = std::mem::take(&mut self.member);
                self.add(&member, None);
                // The next member needs no new memory.
                self.member = member;
                self.member.clear();
            }
        }
    }

    /// Adds a word, or a member of an open terminal.
    fn add(&mut self, word: &str, token: Option<TokenId>) {
        if let Some((begin, left)) = self.left {
            let close = self.text.ends_with(OPENING) || word.starts_with(CLOSING);
            let touches = || match (left, token) {
                (Some(left), Some(right)) => self.lexer.may_touch(left, right),
                _ => self.lexer.may_touch_texts(&self.text[begin..], word),
            };
            if !(close && touches()) {
                let blanks = self.lexer.blanks(&self.text[begin..], word);
                self.text.extend(std::iter::repeat_n(' ', blanks));
            }
        }
        self.left = Some((self.text.len(), token));
        self.text.push_str(word);
    }
}

/// Blanks for each level of indentation.
const INDENTATION: usize = 4;

/// The text of tokens.
fn print_tokens(grammar: &Grammar, lexer: &Lexer, tokens: &[TokenId]) -> String {
    let mut out = Pieces::new(lexer, 8 * tokens.len());
    tokens.iter().for_each(|token| out.add_token(grammar, *token));
    out.text
}

/// The token that the node holds.
const OWN: u32 = u32::MAX;
/// The next node.
const CHILD: u32 = u32::MAX - 1;
/// The end of the production.
const END: u32 = u32::MAX - 2;

impl Printer {
    pub(crate) fn new(grammar: &Grammar) -> Self {
        let (mut starts, mut code) = (Vec::new(), Vec::new());
        for production in &grammar.productions {
            starts.push(code.len() as u32);
            code.extend(production.symbols.iter().enumerate().map(|(at, symbol)| match symbol {
                Symbol::Nonterminal(_) => CHILD,
                Symbol::TokenClass(_) if production.leaf && at == 0 => OWN,
                Symbol::TokenClass(token_class) => grammar.token_classes[token_class.index()].tokens[0].0,
            }));
            code.push(END);
        }
        Self { starts, code }
    }

    /// Appends the tokens of a subtree.
    pub(crate) fn tokens(&self, nodes: &[Node], out: &mut Vec<TokenId>) {
        self.walk(nodes, |token, _| out.push(token));
    }

    /// The text of a subtree.
    pub(crate) fn print(&self, grammar: &Grammar, lexer: &Lexer, nodes: &[Node]) -> String {
        let mut out = Pieces::new(lexer, 8 * nodes.len());
        self.walk(nodes, |token, _| out.add_token(grammar, token));
        out.text
    }

    /// The text of a subtree with line breaks and indentation in place of the tokens for them.
    pub(crate) fn print_layout(&self, grammar: &Grammar, lexer: &Lexer, layout: &Layout, nodes: &[Node]) -> String {
        let mut text = String::new();
        let mut line: Vec<TokenId> = Vec::new();
        let mut level = 0_usize;
        // Line breaks in a row are one: nobody reads the others.
        let mut end_line = |line: &mut Vec<TokenId>, level: usize| {
            if !line.is_empty() {
                text.push_str(&" ".repeat(INDENTATION * level));
                text.push_str(&print_tokens(grammar, lexer, line));
                text.push('\n');
                line.clear();
            }
        };
        self.walk(nodes, |token, _| match layout.token(token) {
            None => line.push(token),
            Some(LayoutToken::Newline) => end_line(&mut line, level),
            Some(LayoutToken::Indent) => {
                end_line(&mut line, level);
                level += 1;
            }
            Some(LayoutToken::Dedent) => {
                end_line(&mut line, level);
                level = level.saturating_sub(1);
            }
        });
        let is_open = !line.is_empty();
        end_line(&mut line, level);
        if is_open {
            text.pop();
        }
        text
    }

    fn start(&self, production: ProductionId) -> usize {
        self.starts[production.index()] as usize
    }

    /// Which of the tokens of a subtree is the one that node `index` of it holds.
    pub(crate) fn token_of(&self, nodes: &[Node], index: usize) -> Option<usize> {
        let before = nodes
            .iter()
            .take(index)
            .filter(|node| node.token != Node::NO_TOKEN)
            .count();
        let (mut tokens, mut held) = (0, Vec::new());
        self.walk(nodes, |_, is_own| {
            held.extend(is_own.then_some(tokens));
            tokens += 1;
        });
        held.get(before).copied()
    }

    /// Takes the tokens of a subtree in order. Says of each whether a node holds it.
    #[inline]
    fn walk(&self, nodes: &[Node], mut take: impl FnMut(TokenId, bool)) {
        let mut rest = nodes.iter();
        let Some(mut node) = rest.next() else { return };
        let mut at = self.start(node.production);
        // Where to go on in the ancestors.
        let mut open: Vec<usize> = Vec::new();
        loop {
            match self.code[at] {
                CHILD => {
                    // A production that ends with a child has nothing to come back to.
                    if self.code[at + 1] != END {
                        open.push(at + 1);
                    }
                    let Some(next) = rest.next() else { return };
                    node = next;
                    at = self.start(node.production);
                }
                END => match open.pop() {
                    Some(back) => at = back,
                    None => return,
                },
                token => {
                    let is_own = token == OWN;
                    take(if is_own { node.token } else { TokenId(token) }, is_own);
                    at += 1;
                }
            }
        }
    }
}

/// `a`, `a or b`, `a, b or c`; no more than `most` items, the rest counted.
pub(crate) fn list(items: &[impl AsRef<str>], word: &str, most: usize) -> String {
    let mut shown: Vec<String> = items.iter().map(|i| i.as_ref().to_owned()).collect();
    if shown.len() > most {
        let hidden = shown.len() - (most - 1);
        shown.truncate(most - 1);
        shown.push(format!("{hidden} others"));
    }
    match shown.split_last() {
        None => "nothing".to_owned(),
        Some((only, [])) => only.clone(),
        Some((last, others)) => format!("{} {word} {last}", others.join(", ")),
    }
}
