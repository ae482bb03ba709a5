//! A name for a grammar that changes if and only if the grammar does.

use std::fmt::Write;

use sha2::{Digest, Sha256};
use tdf_grammar::{Grammar, Label, NonterminalKind, Symbol, TerminalText, TokenKind};

/// SHA-256 of everything but the file's name, its comments and the places in it.
pub(crate) fn fingerprint(grammar: &Grammar) -> String {
    let digest = Sha256::digest(normal_form(grammar));
    digest.iter().fold(String::new(), |mut hex, byte| {
        let _ = write!(hex, "{byte:02x}");
        hex
    })
}

/// The word for a kind of nonterminal. Runs are recognised by it, whatever the kind is called in the code.
fn word(kind: NonterminalKind) -> &'static str {
    match kind {
        NonterminalKind::Rule => "Rule",
        NonterminalKind::Lexeme => "Lexeme",
        NonterminalKind::Star => "Star",
        NonterminalKind::Plus => "Plus",
        NonterminalKind::Optional => "Optional",
        NonterminalKind::Group => "Group",
        NonterminalKind::Suffix => "Suffix",
    }
}

/// One line per thing, texts quoted: no two grammars share a normal form.
fn normal_form(grammar: &Grammar) -> String {
    let mut text = String::from("tdf grammar 1\n");
    // Writing into a String cannot fail.
    let _ = writeln!(text, "start {}", grammar.start.0);
    for n in &grammar.nonterminals {
        let _ = writeln!(text, "nonterminal {:?} {} {}", n.name, n.public, word(n.kind));
        for a in &grammar.alternatives[n.alternatives.start as usize..n.alternatives.end as usize] {
            let label = match &a.label {
                Label::Variant(name) => name,
                Label::Transparent => "<>",
                Label::Unnamed => "_",
            };
            let _ = writeln!(text, " alternative {label:?} leaf {:?}", a.leaf.map(|t| t.0));
            for f in &a.fields {
                let _ = writeln!(text, "  field {} {:?}", f.position, f.name);
            }
            for p in &grammar.productions[a.productions.start as usize..a.productions.end as usize] {
                text.push_str("  production");
                for s in &p.symbols {
                    let _ = match s {
                        Symbol::TokenClass(k) => write!(text, " k{}", k.0),
                        Symbol::Nonterminal(n) => write!(text, " n{}", n.0),
                    };
                }
                text.push('\n');
            }
        }
    }
    for t in &grammar.terminals {
        let _ = match &t.text {
            TerminalText::Literal(t) => writeln!(text, "literal {t:?}"),
            TerminalText::Regex(t) => writeln!(text, "regex {t:?}"),
        };
    }
    for skip in &grammar.skips {
        let _ = writeln!(text, "skip {skip:?}");
    }
    for t in &grammar.tokens {
        let kind = match t.kind {
            TokenKind::Word => "token",
            TokenKind::Character => "character",
            TokenKind::End => "end",
        };
        let _ = writeln!(text, "{kind} {:?} {}", t.text, t.token_class.0);
    }
    text
}
