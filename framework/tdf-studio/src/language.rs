//! Programs as texts and trees, for a page that counts in UTF-16.

use std::ops::Range;

use serde_json::{Value as Json, json};
use tdf_domain::{DynDomain, Tree};
use tdf_grammar::{Label, Lexed, NonterminalKind};
use tdf_tree::NodeId;

use crate::error::ApiError;

/// Nodes of a program whose tree is shown, at most.
const MOST_NODES: usize = 1000;

/// Bytes of a program's text, at most.
const LONGEST: usize = 64 << 10;

/// The program of a text.
pub(crate) fn parse(domain: &dyn DynDomain, text: &str) -> Result<Tree, ApiError> {
    if text.len() > LONGEST {
        return Err(ApiError::refused(format!(
            "programs of more than {LONGEST} bytes are refused"
        )));
    }
    let parsed = domain.language().parse(domain.start(), text);
    parsed.map_err(|error| ApiError {
        at: Some(error.offset),
        ..ApiError::refused(error)
    })
}

/// A range of bytes of `text` in UTF-16 code units.
pub(crate) fn utf16(text: &str, range: Range<usize>) -> [usize; 2] {
    let units = |part: &str| part.encode_utf16().count();
    let start = units(&text[..range.start]);
    [start, start + units(&text[range])]
}

/// The part of the program's text that the subtree at `node` derives, in UTF-16 code units.
pub(crate) fn span(domain: &dyn DynDomain, program: &Tree, node: NodeId) -> Option<[usize; 2]> {
    let range = domain.language().text_span(program, node)?;
    Some(utf16(&domain.language().print(program.nodes()), range))
}

/// The tree of a program: labels, places in its text, children. Null if it is large.
pub(crate) fn tree(domain: &dyn DynDomain, program: &Tree) -> Json {
    let text = domain.language().print(program.nodes());
    match domain.language().lexer().lex(&text) {
        Ok(tokens) if program.nodes().len() <= MOST_NODES => {
            let shown = Shown {
                domain,
                program,
                text: &text,
                tokens: &tokens,
            };
            shown.node(NodeId::ROOT)
        }
        _ => Json::Null,
    }
}

struct Shown<'a> {
    domain: &'a dyn DynDomain,
    program: &'a Tree,
    text: &'a str,
    tokens: &'a [Lexed],
}

impl Shown<'_> {
    fn node(&self, id: NodeId) -> Json {
        let grammar = self.domain.language().grammar();
        let own = self.domain.language().token_range(self.program, id);
        let own = self.tokens.get(own).unwrap_or_default();
        let range = match (own.first(), own.last()) {
            (Some(first), Some(last)) => first.start..last.end,
            _ => 0..0,
        };
        let [start, end] = utf16(self.text, range.clone());
        let production = self.program.node(id).production;
        let label = match &grammar.alternative_of(production).label {
            Label::Variant(label) if !grammar.production(production).leaf => label,
            _ => &self.text[range],
        };
        // The characters of a name or number are no nodes to look at.
        let is_whole = |child: &NodeId| {
            let nonterminal = grammar.production(self.program.node(*child).production).nonterminal;
            grammar.nonterminals[nonterminal.index()].kind != NonterminalKind::Suffix
        };
        let children = self.program.children(id).filter(is_whole).map(|child| self.node(child));
        json!({ "label": label, "start": start, "end": end, "children": children.collect::<Vec<_>>() })
    }
}
