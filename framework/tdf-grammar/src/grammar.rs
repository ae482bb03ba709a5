//! Grammars as data.

use crate::Dfa;
use crate::ids::{AlternativeId, NonterminalId, ProductionId, TerminalId, TokenClassId, TokenId};

/// A context-free grammar over a finite vocabulary, with what its file says about names.
///
/// Invariants, established by the reader: every nonterminal is reachable from a start symbol and derives some string;
/// the productions of one nonterminal are contiguous; so are the productions of one alternative; every token is of
/// exactly one token class.
#[derive(Clone, Debug)]
pub struct Grammar {
    /// Name of the grammar: the file's stem.
    pub name: String,
    /// Path of the file, for messages.
    pub file: String,
    /// The text it was read from, for messages.
    pub source: String,
    /// The text in LALRPOP's syntax, which reads as this grammar again. It is `source`, unless that is in Lark's syntax.
    pub lalrpop: String,
    /// SHA-256 of the normalised grammar (not of comments or blanks), in lower-case hex. Two grammars with the same
    /// fingerprint have the same ids for the same things.
    pub fingerprint: String,
    /// The first `pub` nonterminal.
    pub start: NonterminalId,
    /// All nonterminals: those of the file in its order, then those that stand for repetitions and inline choices.
    pub nonterminals: Vec<Nonterminal>,
    /// Alternatives as written, grouped by nonterminal.
    pub alternatives: Vec<Alternative>,
    /// Productions, grouped by alternative.
    pub productions: Vec<Production>,
    /// Terminals as written, in order of first appearance.
    pub terminals: Vec<Terminal>,
    /// Kinds: classes of tokens that no terminal tells apart.
    pub token_classes: Vec<TokenClass>,
    /// The vocabulary. Words come first, in the order of first appearance in the file, members of a regex in natural
    /// order (numbers by value, else by text); then the characters of open terminals, and the end of a member. Texts
    /// are distinct among words and among characters.
    pub tokens: Vec<Token>,
    /// The characters that open terminals are made of, ascending: the letters of [`OpenTerminal::members`].
    pub characters: Vec<char>,
    /// The features that it was read with, see `ReadOptions` of `tdf-reader`.
    pub features: std::collections::BTreeSet<String>,
    /// Regular expressions of what stands between tokens and is no part of the program, such as comments. White space is
    /// not listed.
    pub skips: Vec<String>,
    /// Words that no program has: literals that only the `match` block and rules without a program have. A text is cut as if
    /// they were tokens.
    pub reserved: Vec<String>,
    /// In small letters: words that no program has in any case, unless another terminal wins a form of them.
    pub reserved_in_any_case: Vec<String>,
    /// Terminals of which members are left out because no program can be printed with them.
    pub left_out: Vec<TerminalText>,
    /// What is odd in the file and yet works; see [`Diagnostic::render`](crate::Diagnostic::render).
    pub warnings: Vec<crate::Diagnostic>,
    /// What keeps a typed syntax tree from being made: actions that are code, names that are missing or double. Empty
    /// if one can be made; everything else works either way. See [`Grammar::require_typed`].
    pub untyped: Vec<crate::Diagnostic>,
}

/// A nonterminal.
#[derive(Clone, Debug)]
pub struct Nonterminal {
    /// Name in the file (`Expr`), or what it stands for (`Expr*`, `r"[0-9]"`).
    pub name: String,
    /// Text of the `///` lines before the rule, without the slashes.
    pub doc: Option<String>,
    /// Whether the file marks it `pub`.
    pub public: bool,
    /// What it is.
    pub kind: NonterminalKind,
    /// Whether LALRPOP inlines it into its users before it builds the parser: a rule marked `#[inline]`, `X*`, `X?`, a
    /// group.
    pub inline: bool,
    /// Its alternatives: a range of [`Grammar::alternatives`].
    pub alternatives: std::ops::Range<u32>,
    /// Its productions: a range of [`Grammar::productions`].
    pub productions: std::ops::Range<u32>,
}

/// Where a nonterminal comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NonterminalKind {
    /// A rule of the file.
    Rule,
    /// A terminal with several members that is used inside a longer alternative; its only alternative is a leaf.
    Lexeme,
    /// `X*` of the symbol: alternatives are empty, and the `X+` of it.
    Star,
    /// `X+`: alternatives are `X`, and `X+ X` (left recursive, as in LALRPOP).
    Plus,
    /// `X?`: alternatives are empty, and `X`.
    Optional,
    /// `(A B)` in parentheses inside an alternative.
    Group,
    /// What may follow the first characters of an open terminal: its alternatives are nothing, and the characters that
    /// may come next, a leaf.
    Suffix,
}

/// One alternative of a nonterminal as the file writes it. It has one production, or, if it consists of a terminal with
/// several members and nothing else (a *leaf*), one production per token class of that terminal; for an open terminal, one
/// per token class of its first characters, with what may follow them and the end.
#[derive(Clone, Debug)]
pub struct Alternative {
    /// The nonterminal it belongs to.
    pub nonterminal: NonterminalId,
    /// Name of the variant or struct that it becomes.
    pub label: Label,
    /// The symbols that carry data, in order: nonterminals and leaves, not literals (unless chosen by name).
    pub fields: Vec<Field>,
    /// Its productions: a range of [`Grammar::productions`].
    pub productions: std::ops::Range<u32>,
    /// The terminal, if this is a leaf.
    pub leaf: Option<TerminalId>,
    /// Text of the `///` lines before the alternative.
    pub doc: Option<String>,
    /// Byte offset of the alternative in the source, for messages.
    pub offset: usize,
    /// Its length in bytes.
    pub length: usize,
}

/// How an alternative is named in the typed tree.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Label {
    /// A variant (or, for the only alternative of a rule, the struct itself) of this name.
    Variant(String),
    /// `=> <>` around one nonterminal: no node of its own in the typed tree.
    Transparent,
    /// Neither its action nor its words give it a name; only in grammars that are [untyped](Grammar::untyped).
    Unnamed,
}

/// A symbol of an alternative that the typed tree keeps.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Field {
    /// `r` in `<r:Number>`.
    pub name: Option<String>,
    /// Index into the right-hand side of the production.
    pub position: u32,
}

/// A production of the normalised grammar.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Production {
    /// Left-hand side.
    pub nonterminal: NonterminalId,
    /// The alternative it comes from.
    pub alternative: AlternativeId,
    /// Right-hand side. Kinds in a production that is not a leaf have exactly one token.
    pub symbols: Vec<Symbol>,
    /// Whether this production begins with the choice of one token of a class, which the tree node holds. Then `symbols`
    /// is that token class; in an open terminal a nonterminal of kind [`NonterminalKind::Suffix`] follows, and, behind the
    /// first character, the end of the member.
    pub leaf: bool,
}

/// A symbol on a right-hand side.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Symbol {
    /// Any token of this token class.
    TokenClass(TokenClassId),
    /// A nonterminal.
    Nonterminal(NonterminalId),
}

/// A terminal as written in the file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Terminal {
    /// What is written.
    pub text: TerminalText,
    /// Its members, in vocabulary order; those of an open terminal are not listed.
    pub tokens: Vec<TokenId>,
    /// How its members are open, if they are infinitely many or too many to list.
    pub open: Option<OpenTerminal>,
}

/// The members of a terminal as words over [`Grammar::characters`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OpenTerminal {
    /// What the members are: those of the regular expression, without those of terminals that win over it.
    pub members: Dfa,
    /// Characters of the longest member that a program can have. The lexer knows longer ones, the productions do not.
    pub longest: u32,
}

/// What the file writes for a terminal.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum TerminalText {
    /// `"Box"`: this text.
    Literal(String),
    /// `r"[0-9]"`: this regular expression.
    Regex(String),
}

impl TerminalText {
    /// Length in bytes of the longest text that it matches and `text` begins with, whether or not this text is one of its
    /// members; 0 if there is none.
    ///
    /// # Examples
    ///
    /// ```
    /// let name = tdf_grammar::TerminalText::Regex("[a-z]+".to_owned());
    /// assert_eq!(name.longest_match("let x"), 3);
    /// ```
    pub fn longest_match(&self, text: &str) -> usize {
        match self {
            Self::Literal(literal) if text.starts_with(literal) => literal.len(),
            Self::Literal(_) => 0,
            Self::Regex(regex) => crate::skips::Skips::new(std::slice::from_ref(regex)).longest(text.as_bytes()),
        }
    }
}

/// A class of tokens that belong to the same terminals.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TokenClass {
    /// Its members, in vocabulary order; never empty.
    pub tokens: Vec<TokenId>,
}

/// A token of the vocabulary.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Token {
    /// What is written in a program; nothing for [`TokenKind::End`].
    pub text: String,
    /// Its class.
    pub token_class: TokenClassId,
    /// What it is.
    pub kind: TokenKind,
    /// Whether a text may have it in any case: `SELECT` for `select`. Printed programs have it as it is here.
    pub ignores_case: bool,
}

/// What a token stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TokenKind {
    /// A member of a terminal, as a whole.
    Word,
    /// A character of a member of an open terminal.
    Character,
    /// The end of a member of an open terminal.
    End,
}

impl std::fmt::Display for Token {
    /// The text of a word; a character in single quotes; `''` for the end of a member.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.kind {
            TokenKind::Word => f.write_str(&self.text),
            TokenKind::Character | TokenKind::End => write!(f, "'{}'", self.text),
        }
    }
}

impl Grammar {
    /// The nonterminal called `name` in the file, if there is one.
    ///
    /// # Examples
    ///
    /// ```
    /// let grammar = tdf_reader::read_grammar_file("../../grammars/rainbow.lalrpop")?;
    /// let color = grammar.nonterminal("Color").expect("a rule of the file");
    /// assert_eq!(grammar.productions_of(color).len(), 8);
    /// assert!(grammar.nonterminal("Colour").is_none());
    /// # Ok::<(), tdf_reader::GrammarFileError>(())
    /// ```
    pub fn nonterminal(&self, name: &str) -> Option<NonterminalId> {
        self.nonterminals
            .iter()
            .position(|n| n.name == name)
            .map(NonterminalId::new)
    }

    /// Ids of the productions of `nonterminal`.
    pub fn productions_of(&self, nonterminal: NonterminalId) -> impl ExactSizeIterator<Item = ProductionId> + use<> {
        let range = self.nonterminals[nonterminal.index()].productions.clone();
        range.map(ProductionId)
    }

    /// The production `id`.
    pub fn production(&self, id: ProductionId) -> &Production {
        &self.productions[id.index()]
    }

    /// The alternative that `production` comes from.
    pub fn alternative_of(&self, production: ProductionId) -> &Alternative {
        &self.alternatives[self.production(production).alternative.index()]
    }

    /// The token of a character of [`Grammar::characters`].
    pub fn character(&self, letter: usize) -> TokenId {
        // Behind the characters stands the end.
        TokenId::new(self.tokens.len() - 1 - self.characters.len() + letter)
    }

    /// The letter of a token that is a character.
    pub fn letter(&self, token: TokenId) -> Option<usize> {
        let is_character = self.tokens[token.index()].kind == TokenKind::Character;
        is_character.then(|| token.index() + 1 + self.characters.len() - self.tokens.len())
    }

    /// The token that ends members of open terminals, if there are such terminals.
    pub fn end_of_member(&self) -> Option<TokenId> {
        (!self.characters.is_empty()).then(|| TokenId::new(self.tokens.len() - 1))
    }

    /// The texts of `tokens`; those of the characters of one member as one.
    pub fn words(&self, tokens: &[TokenId]) -> Vec<String> {
        let mut words: Vec<String> = Vec::new();
        let mut inside = false;
        for token in tokens.iter().map(|t| &self.tokens[t.index()]) {
            match words.last_mut() {
                Some(word) if inside && token.kind != TokenKind::Word => word.push_str(&token.text),
                _ => words.push(token.text.clone()),
            }
            inside = token.kind == TokenKind::Character;
        }
        words
    }

    /// Whether `terminal` is open: its members are infinitely many, or too many to list.
    pub fn is_open(&self, terminal: TerminalId) -> bool {
        self.terminals[terminal.index()].open.is_some()
    }

    /// Text of `token`.
    pub fn text(&self, token: TokenId) -> &str {
        &self.tokens[token.index()].text
    }

    /// Whether more than one derivation of a single node exists for `nonterminal`: several alternatives, or a leaf with
    /// several tokens. Only such nodes can be edited.
    pub fn has_choice(&self, nonterminal: NonterminalId) -> bool {
        let mut productions = self.productions_of(nonterminal);
        let several = productions.len() > 1;
        several
            || productions.any(|p| {
                let p = self.production(p);
                p.leaf
                    && matches!(p.symbols[0], Symbol::TokenClass(k) if self.token_classes[k.index()].tokens.len() > 1)
            })
    }

    /// Whether the right-hand side of `production` is a single nonterminal.
    pub fn is_unit(&self, production: ProductionId) -> bool {
        matches!(self.production(production).symbols[..], [Symbol::Nonterminal(_)])
    }
}

impl Grammar {
    /// Checks that a typed syntax tree can be made.
    ///
    /// # Errors
    /// The findings of [`Grammar::untyped`], if there are any.
    pub fn require_typed(&self) -> Result<(), crate::GrammarError> {
        if self.untyped.is_empty() {
            return Ok(());
        }
        let findings = self.untyped.clone();
        Err(crate::GrammarError::new(&self.file, &self.source, findings))
    }
}
