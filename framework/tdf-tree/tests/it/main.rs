//! Tests over the public interface. Random ones are seeded: a failure repeats.

mod language;
mod layout;
mod mutate;
mod path;
mod sample;
mod scope_file;
mod scope_levels;
mod scope_support;
mod scoped_programs;
mod scopes;
mod size;

use std::sync::Arc;

use tdf_grammar::{Grammar, NonterminalId};
use tdf_tree::{Language, Node, Rng, Sampler, Size, Tree, Weighting};

const RAINBOW: &str = include_str!("../../../../grammars/rainbow.lalrpop");
const CSG2D: &str = include_str!("../../../../grammars/csg2d.lalrpop");
const TINYSVG: &str = include_str!("../../../../grammars/tinysvg.lalrpop");

/// Left-recursive infix expressions: chains of unit productions.
const INFIX: &str = r#"
grammar;
pub Expr = {
    <left:Expr> "+" <right:Term> => Add { <> },
    Term => Sum,
};
Term = {
    <left:Term> "*" <right:Factor> => Multiply { <> },
    Factor => Product,
};
Factor = {
    r"[0-9]" => Number,
    "(" <Expr> ")" => Parens,
};
"#;

/// Repetitions and options.
const TURTLE: &str = r#"
grammar;
pub Program = <commands:Command*> => Program { <> };
Command = {
    "go" <steps:Steps> ";" => Go { <> },
    "turn" <side:Side> ";" => Turn { <> },
    "repeat" <times:Steps> "{" <body:Command+> "}" => Repeat { <> },
    "pen" "(" <mark:Mark?> ")" ";" => Pen { <> },
};
Steps = r"1[0-9]|[1-9]" => Steps;
Side = { "left" => Left, "right" => Right };
Mark = { "up" => Up, "down" => Down };
"#;

/// A production with three children of the same kind, some with only one child.
const BUSH: &str = r#"
grammar;
pub Bush = {
    "leaf" <Hue> => Leaf,
    "wrap" <Bush> => Wrap,
    "fork" <Bush> <Bush> => Fork,
    "spread" <Hue> <Bush> <Bush> <Bush> => Spread,
};
Hue = { "a" => A, "b" => B, "c" => C };
"#;

/// Names, numbers and texts, open in characters; keywords are no names.
const NOTES: &str = r##"
grammar;
pub Note = {
    "let" <name:Name> "=" <value:Value> ";" => Let { <> },
    "call" <name:Name> "(" <Value?> ")" => Call,
};
Name = r"[A-Za-z_][A-Za-z0-9_]*" => Name;
Value = {
    r"-?[0-9]+(\.[0-9]+)?" => Number,
    r#""([^"\\]|\\["\\])*""# => Text,
    Name => Read,
    "[" <Value+> "]" => List,
};
"##;

/// A grammar with a size for it.
struct Case {
    name: &'static str,
    language: Arc<Language>,
    size: Size,
}

impl Case {
    fn new(name: &'static str, text: &str, primitives: &[&str]) -> Self {
        let language = language(name, text);
        let size = Size::primitives(language.grammar(), primitives).unwrap();
        Self {
            name,
            language: Arc::new(language),
            size,
        }
    }

    fn grammar(&self) -> &Arc<Grammar> {
        self.language.grammar()
    }

    /// A program of the start symbol.
    fn parse(&self, text: &str) -> Tree {
        self.language
            .parse(self.grammar().start, text)
            .unwrap_or_else(|e| panic!("{text}: {e}"))
    }

    fn print(&self, nodes: &[Node]) -> String {
        self.language.print(nodes)
    }

    fn sampler(&self, max: u32) -> Sampler {
        Sampler::new(self.grammar(), &self.size, max, Weighting::Rules)
    }
}

fn language(name: &str, text: &str) -> Language {
    let grammar = tdf_reader::read_grammar(&format!("{name}.lalrpop"), text).unwrap_or_else(|e| panic!("{e}"));
    Language::new(grammar).unwrap_or_else(|e| panic!("{e}"))
}

/// The paper's languages.
fn papers() -> [Case; 3] {
    [
        Case::new("csg2d", CSG2D, &["Circle", "Quad"]),
        Case::new("tinysvg", TINYSVG, &["Rectangle", "Ellipse", "Move"]),
        Case::new("rainbow", RAINBOW, &["Box", "Ball"]),
    ]
}

fn infix() -> Case {
    Case::new("infix", INFIX, &["Number", "Parens"])
}

fn turtle() -> Case {
    Case::new("turtle", TURTLE, &["Command"])
}

fn bush() -> Case {
    Case::new("bush", BUSH, &["Leaf", "Wrap"])
}

fn notes() -> Case {
    Case::new("notes", NOTES, &["Note", "Value"])
}

fn all() -> Vec<Case> {
    let mut cases = Vec::from(papers());
    cases.extend([infix(), turtle(), bush(), notes()]);
    cases
}

/// Checks the invariants of the arena: each node's children are those of its production, and lengths add up.
fn assert_well_formed(grammar: &Grammar, tree: &Tree, start: NonterminalId) {
    use tdf_grammar::Symbol;
    assert_eq!(tree.nodes().len(), tree.nodes()[0].len as usize);
    assert_eq!(grammar.production(tree.nodes()[0].production).nonterminal, start);
    for index in 0..tree.nodes().len() {
        let id = tdf_tree::NodeId(index as u32);
        let production = grammar.production(tree.node(id).production);
        let children = tree
            .children(id)
            .map(|c| grammar.production(tree.node(c).production).nonterminal);
        let wanted = production.symbols.iter().filter_map(|s| match s {
            Symbol::Nonterminal(n) => Some(*n),
            Symbol::TokenClass(_) => None,
        });
        assert!(children.eq(wanted));
        match production.symbols[..] {
            [Symbol::TokenClass(token_class), ..] if production.leaf => {
                assert!(
                    grammar.token_classes[token_class.index()]
                        .tokens
                        .contains(&tree.node(id).token)
                );
            }
            _ => assert_eq!(tree.node(id).token, Node::NO_TOKEN),
        }
    }
}

fn rng(seed: u64) -> Rng {
    tdf_tree::rng_stream(seed, 0)
}
