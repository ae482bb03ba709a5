use std::path::PathBuf;

use serde_json::json;
use tdf_grammar::{Grammar, NonterminalSort, TerminalText};
use tdf_tree::{Language, Size};

use crate::output;

/// Reads a grammar and says what is in it, or what is wrong with it
#[derive(Debug, clap::Args)]
pub struct Check {
    /// The grammar file
    grammar: PathBuf,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

impl Check {
    pub fn run(self) -> anyhow::Result<()> {
        let grammar = tdf_loader::grammar_file(&self.grammar)?;
        let language = Language::new(grammar)?;
        let grammar = language.grammar();
        // Tokens are the one size that every grammar has.
        let least = Size::tokens(grammar).least(grammar);
        let rules: Vec<(usize, &str)> = (grammar.nonterminals.iter().enumerate())
            .filter(|(_, n)| n.sort == NonterminalSort::Rule)
            .map(|(i, n)| (i, n.name.as_str()))
            .collect();
        if self.json {
            let sizes: serde_json::Map<_, _> = rules.iter().map(|&(i, n)| (n.to_owned(), json!(least[i]))).collect();
            return output::print_json(&json!({
                "start": grammar.nonterminals[grammar.start.index()].name,
                "nonterminals": rules.iter().map(|&(_, n)| n).collect::<Vec<_>>(),
                "productions": grammar.productions.len(),
                "vocabulary": grammar.tokens.iter().map(|t| &t.text).collect::<Vec<_>>(),
                "min_size": sizes,
                // Terminals with infinitely many members are refused by the reader so far.
                "open_terminals": Vec::<String>::new(),
            }));
        }
        let mut lines = vec![
            format!("grammar {} ({})", grammar.name, &grammar.fingerprint[..12]),
            format!(
                "{} nonterminals, {} productions, {} tokens; LR(1) without conflicts",
                grammar.nonterminals.len(),
                grammar.productions.len(),
                grammar.tokens.len()
            ),
            String::new(),
            format!("{:<20} {:>12}  alternatives", "nonterminal", "least tokens"),
        ];
        for &(i, name) in &rules {
            lines.push(format!("{name:<20} {:>12}  {}", least[i], alternatives(grammar, i)));
        }
        lines.push(String::new());
        lines.push("vocabulary".to_owned());
        for terminal in &grammar.terminals {
            if let TerminalText::Regex(regex) = &terminal.text {
                let members: Vec<&str> = terminal.tokens.iter().map(|&t| grammar.text(t)).collect();
                lines.push(format!(
                    "  r\"{regex}\": {} tokens: {}",
                    members.len(),
                    abbreviate(&members)
                ));
            }
        }
        let literals = grammar.terminals.iter().filter_map(|t| match &t.text {
            TerminalText::Literal(text) => Some(format!("{text:?}")),
            TerminalText::Regex(_) => None,
        });
        lines.push(format!("  {}", literals.collect::<Vec<_>>().join(" ")));
        output::print_lines(lines)
    }
}

fn alternatives(grammar: &Grammar, nonterminal: usize) -> String {
    let range = grammar.nonterminals[nonterminal].alternatives.clone();
    let names = range.map(|a| match &grammar.alternatives[a as usize].label {
        tdf_grammar::Label::Variant(name) => name.as_str(),
        tdf_grammar::Label::Transparent => "<>",
    });
    names.collect::<Vec<_>>().join(" ")
}

fn abbreviate(members: &[&str]) -> String {
    match members {
        [first, second, .., last] if members.len() > 12 => format!("{first} {second} .. {last}"),
        _ => members.join(" "),
    }
}
