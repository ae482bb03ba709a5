//! A grammar with what is needed to read and write its programs.

use std::borrow::Cow;
use std::sync::Arc;

use tdf_grammar::{Grammar, GrammarError, Lexer, Lr, NonterminalId, ProductionId, TokenId};

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

    pub(crate) fn scopes(&self) -> Option<&Scopes> {
        self.scopes.as_deref()
    }

    /// A program with names by level from one with any names; or the node with a name that is wrong, and what is wrong.
    pub(crate) fn by_level(
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
