//! A grammar in words: its normal form as text, and which terminals share tokens.

use std::collections::BTreeMap;
use std::fmt;

use crate::{Alternative, Grammar, Label, NonterminalKind, Symbol, TerminalId, TerminalText, TokenId};

/// Two terminals with members in common. A program is read the right way all the same, since the parser knows which of
/// the two is meant; LALRPOP's own lexer does not, and needs a `match` block or refuses the grammar.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Overlap {
    /// The two terminals, in the order of the file.
    pub terminals: (TerminalId, TerminalId),
    /// The words that they share; of open terminals, the tokens of one of the shortest members that they share.
    pub tokens: Vec<TokenId>,
}

impl fmt::Display for TerminalText {
    /// As the grammar file writes it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Literal(text) => write!(f, "{text:?}"),
            Self::Regex(text) if text.contains('"') => write!(f, "r#\"{text}\"#"),
            Self::Regex(text) => write!(f, "r\"{text}\""),
        }
    }
}

impl Grammar {
    /// The pairs of terminals that share tokens.
    pub fn overlaps(&self) -> Vec<Overlap> {
        let mut owners: Vec<Vec<TerminalId>> = vec![Vec::new(); self.token_classes.len()];
        for (terminal, id) in self.terminals.iter().zip(0..) {
            for token in &terminal.tokens {
                let owners = &mut owners[self.tokens[token.index()].token_class.index()];
                if owners.last() != Some(&TerminalId(id)) {
                    owners.push(TerminalId(id));
                }
            }
        }
        let mut shared: BTreeMap<(TerminalId, TerminalId), Vec<TokenId>> = BTreeMap::new();
        for (token_class, owners) in self.token_classes.iter().zip(&owners) {
            for (i, a) in owners.iter().enumerate() {
                for b in &owners[i + 1..] {
                    shared.entry((*a, *b)).or_default().extend(&token_class.tokens);
                }
            }
        }
        let overlap = |(terminals, mut tokens): (_, Vec<TokenId>)| {
            tokens.sort_unstable();
            Overlap { terminals, tokens }
        };
        let mut all: Vec<Overlap> = shared.into_iter().map(overlap).chain(self.open_overlaps()).collect();
        all.sort_by_key(|overlap| overlap.terminals);
        all
    }

    fn open_overlaps(&self) -> Vec<Overlap> {
        let mut overlaps = Vec::new();
        let open = |(t, i): (&'_ crate::Terminal, u32)| Some((TerminalId(i), t.open.clone()?.members));
        let all: Vec<(TerminalId, crate::Dfa)> = self.terminals.iter().zip(0..).filter_map(open).collect();
        for (i, (a, members)) in all.iter().enumerate() {
            for (b, others) in &all[i + 1..] {
                let word = members.common(others).into_iter().zip(self.end_of_member());
                overlaps.extend(word.map(|(word, end)| {
                    Overlap {
                        terminals: (*a, *b),
                        tokens: word
                            .into_iter()
                            .map(|letter| self.character(letter))
                            .chain([end])
                            .collect(),
                    }
                }));
            }
        }
        overlaps
    }

    fn write_alternative(&self, f: &mut fmt::Formatter<'_>, alternative: &Alternative) -> fmt::Result {
        match &alternative.label {
            Label::Variant(name) => write!(f, "    {name}:")?,
            Label::Transparent => write!(f, "    <>:")?,
            Label::Unnamed => write!(f, "    _:")?,
        }
        let name = |position: usize| {
            let field = alternative.fields.iter().find(|f| f.position as usize == position);
            field.map(|f| f.name.as_ref().map_or(String::new(), |n| format!("{n}=")))
        };
        if let Some(terminal) = alternative.leaf {
            let token_classes = alternative.productions.len();
            let token_classes = if token_classes > 1 {
                format!(", {token_classes} token classes")
            } else {
                String::new()
            };
            let terminal = &self.terminals[terminal.index()];
            if let Some(open) = &terminal.open {
                let (name, text, longest) = (name(0).unwrap_or_default(), &terminal.text, open.longest);
                return writeln!(f, " {name}{text} (open, at most {longest} characters)");
            }
            return writeln!(
                f,
                " {}{} ({} tokens{token_classes})",
                name(0).unwrap_or_default(),
                terminal.text,
                terminal.tokens.len()
            );
        }
        let symbols = &self.productions[alternative.productions.start as usize].symbols;
        for (i, symbol) in symbols.iter().enumerate() {
            write!(f, " {}", name(i).unwrap_or_default())?;
            match symbol {
                Symbol::TokenClass(k) => {
                    let token = &self.tokens[self.token_classes[k.index()].tokens[0].index()];
                    match token.ignores_case {
                        true => write!(f, "r\"(?i){}\"", regex_syntax::escape(&token.text))?,
                        false => write!(f, "{:?}", token.text)?,
                    }
                }
                Symbol::Nonterminal(n) => f.write_str(&self.nonterminals[n.index()].name)?,
            }
        }
        if symbols.is_empty() {
            f.write_str(" (nothing)")?;
        }
        writeln!(f)
    }
}

impl fmt::Display for Grammar {
    /// The normal form: a nonterminal a paragraph, an alternative a line.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for n in self.nonterminals.iter().filter(|n| n.kind != NonterminalKind::Suffix) {
            let public = if n.public { "pub " } else { "" };
            writeln!(f, "{public}{}", n.name)?;
            for a in &self.alternatives[n.alternatives.start as usize..n.alternatives.end as usize] {
                self.write_alternative(f, a)?;
            }
        }
        f.write_str("tokens")?;
        for token_class in &self.token_classes {
            let texts: Vec<String> = token_class
                .tokens
                .iter()
                .map(|t| self.tokens[t.index()].to_string())
                .collect();
            write!(f, " {}", texts.join("|"))?;
        }
        for skip in &self.skips {
            write!(f, "\nskipped {}", TerminalText::Regex(skip.clone()))?;
        }
        writeln!(f)
    }
}
