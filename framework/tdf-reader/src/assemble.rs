//! From a checked draft to the tables of a grammar.

use std::collections::{BTreeMap, BTreeSet};

use tdf_grammar::{
    Alternative, AlternativeId, Dfa, Grammar, Nonterminal, NonterminalId, NonterminalKind, Production, ProductionId,
    Symbol, Terminal, TerminalId, TerminalText, Token, TokenClass, TokenClassId, TokenId, TokenKind,
};

use crate::draft::{Draft, DraftNonterminal, DraftSymbol};
use crate::suffixes::{Suffixes, add_characters};

/// The grammar of the nonterminals of `draft` that `reachable` marks; one of them is public.
pub(crate) fn assemble(file: &str, source: &str, draft: &Draft, reachable: &[bool], used: &[bool]) -> Grammar {
    let stem = std::path::Path::new(file)
        .file_stem()
        .map(|s| s.to_string_lossy().into_owned());
    let mut grammar = Grammar {
        name: stem.unwrap_or_default(),
        file: file.to_owned(),
        source: source.to_owned(),
        lalrpop: source.to_owned(),
        fingerprint: String::new(),
        start: NonterminalId::default(),
        nonterminals: Vec::new(),
        alternatives: Vec::new(),
        productions: Vec::new(),
        terminals: Vec::new(),
        token_classes: Vec::new(),
        tokens: Vec::new(),
        characters: Vec::new(),
        features: std::collections::BTreeSet::new(),
        skips: draft.skips.clone(),
        reserved: reserved(draft, used),
        reserved_in_any_case: draft.reserved_in_any_case.clone(),
        left_out: draft
            .terminals
            .iter()
            .filter(|t| t.unprintable.is_some())
            .map(|t| t.text.clone())
            .collect(),
        warnings: Vec::new(),
        untyped: draft.untyped.clone(),
    };
    let kept = |rules: bool| {
        let all = draft.nonterminals.iter().zip(0usize..);
        all.filter(move |(n, i)| reachable[*i] && (n.kind == NonterminalKind::Rule) == rules)
            .map(|(_, i)| i)
    };
    let order: Vec<usize> = kept(true).chain(kept(false)).collect();
    let mut numbers = vec![NonterminalId::default(); draft.nonterminals.len()];
    for (&i, new) in order.iter().zip(0..) {
        numbers[i] = NonterminalId::new(new);
    }
    let terminals = vocabulary(&mut grammar, draft, used);
    let mut suffixes = Suffixes::new(&grammar, order.len());
    for &i in &order {
        nonterminal(
            &mut grammar,
            &draft.nonterminals[i],
            &numbers,
            &terminals,
            &mut suffixes,
        );
    }
    suffixes.finish(&mut grammar);
    grammar.start = grammar
        .nonterminals
        .iter()
        .position(|n| n.public)
        .map(NonterminalId::new)
        .unwrap_or_default();
    grammar.untyped.sort_by_key(|finding| finding.span.start);
    grammar.fingerprint = super::fingerprint::fingerprint(&grammar);
    grammar
}

pub(crate) fn used_terminals(draft: &Draft, reachable: &[bool]) -> Vec<bool> {
    let mut used = vec![false; draft.terminals.len()];
    let kept = draft.nonterminals.iter().zip(reachable).filter(|(_, r)| **r);
    for symbol in kept.flat_map(|(n, _)| &n.alternatives).flat_map(|a| &a.symbols) {
        if let DraftSymbol::Terminal(t) = symbol {
            used[*t] = true;
        }
    }
    used
}

/// Literals that are tokens of no rule that is left, and members of no terminal of one. Those with a blank are not reserved:
/// two tokens might look like one of them.
fn reserved(draft: &Draft, used: &[bool]) -> Vec<String> {
    let kept = || {
        draft
            .terminals
            .iter()
            .zip(used)
            .filter(|(_, used)| **used)
            .map(|(t, _)| t)
    };
    let listed: BTreeSet<&String> = kept().flat_map(|t| &t.members).collect();
    let is_member = |text: &String| {
        let word: Option<Vec<usize>> = text.chars().map(|c| draft.characters.binary_search(&c).ok()).collect();
        let ends = |word: &[usize], dfa: &Dfa| dfa.run(word.iter().copied()).is_some_and(|s| dfa.is_accepting(s));
        let open = kept().filter_map(|t| Some(&t.open.as_ref()?.members));
        listed.contains(text) || word.is_some_and(|word| open.into_iter().any(|dfa| ends(&word, dfa)))
    };
    let unused = draft.terminals.iter().zip(used).filter(|(_, used)| !**used);
    let unused = unused.filter_map(|(t, _)| match &t.text {
        TerminalText::Literal(_) => t.members.first(),
        TerminalText::Regex(_) => None,
    });
    let all: BTreeSet<&String> = draft.reserved.iter().chain(unused).collect();
    let plain = |text: &&String| !text.is_empty() && !text.contains(char::is_whitespace);
    all.into_iter()
        .filter(plain)
        .filter(|text| !is_member(text))
        .cloned()
        .collect()
}

/// Fills in terminals, tokens and token classes; the result maps the draft's terminals to the grammar's.
fn vocabulary(grammar: &mut Grammar, draft: &Draft, used: &[bool]) -> Vec<TerminalId> {
    let mut numbers = vec![TerminalId::default(); draft.terminals.len()];
    // Words that are read in any case by their small letters: two terminals may write one word in two ways.
    let mut by_text: BTreeMap<(bool, String), TokenId> = BTreeMap::new();
    let mut owners: Vec<Vec<TerminalId>> = Vec::new();
    // Macros and levels are lowered after their places in the file: the order of the file is that of the places.
    let mut order: Vec<usize> = (0..draft.terminals.len()).filter(|t| used[*t]).collect();
    order.sort_by_key(|t| draft.terminals[*t].span.start);
    for t in order {
        let terminal = &draft.terminals[t];
        let number = &mut numbers[t];
        *number = TerminalId::new(grammar.terminals.len());
        let mut tokens: Vec<TokenId> = Vec::with_capacity(terminal.members.len());
        for text in &terminal.members {
            let ignores_case = terminal.ignores_case;
            let key = match ignores_case {
                true => text.to_ascii_lowercase(),
                false => text.clone(),
            };
            let token = *by_text.entry((ignores_case, key)).or_insert_with(|| {
                grammar.tokens.push(Token {
                    text: text.clone(),
                    token_class: TokenClassId::default(),
                    kind: TokenKind::Word,
                    ignores_case,
                });
                owners.push(Vec::new());
                TokenId::new(owners.len() - 1)
            });
            owners[token.index()].push(*number);
            tokens.push(token);
        }
        tokens.sort_unstable();
        grammar.terminals.push(Terminal {
            text: terminal.text.clone(),
            tokens,
            open: terminal.open.clone(),
        });
    }
    let mut token_classes: BTreeMap<&[TerminalId], TokenClassId> = BTreeMap::new();
    for (token, owners) in grammar.tokens.iter_mut().zip(&owners) {
        token.token_class = *token_classes.entry(owners).or_insert_with(|| {
            grammar.token_classes.push(TokenClass { tokens: Vec::new() });
            TokenClassId::new(grammar.token_classes.len() - 1)
        });
    }
    add_characters(grammar, &draft.characters);
    for (token, id) in grammar.tokens.iter().zip(0..) {
        grammar.token_classes[token.token_class.index()]
            .tokens
            .push(TokenId(id));
    }
    numbers
}

fn nonterminal(
    grammar: &mut Grammar,
    draft: &DraftNonterminal,
    numbers: &[NonterminalId],
    terminals: &[TerminalId],
    suffixes: &mut Suffixes,
) {
    let id = NonterminalId::new(grammar.nonterminals.len());
    let first_alternative = grammar.alternatives.len() as u32;
    let first_production = grammar.productions.len() as u32;
    for alternative in &draft.alternatives {
        let number = AlternativeId::new(grammar.alternatives.len());
        let begin = ProductionId::new(grammar.productions.len()).0;
        let mut leaf = None;
        if let (true, [DraftSymbol::Terminal(t)]) = (alternative.leaf, &alternative.symbols[..]) {
            leaf = Some(terminals[*t]);
            for symbols in suffixes.steps(grammar, terminals[*t], None) {
                grammar.productions.push(Production {
                    nonterminal: id,
                    alternative: number,
                    symbols,
                    leaf: true,
                });
            }
            for token_class in token_classes_of(grammar, terminals[*t]) {
                let symbols = vec![Symbol::TokenClass(token_class)];
                grammar.productions.push(Production {
                    nonterminal: id,
                    alternative: number,
                    symbols,
                    leaf: true,
                });
            }
        } else {
            let symbols = alternative.symbols.iter().map(|s| match s {
                DraftSymbol::Nonterminal(n) => Symbol::Nonterminal(numbers[*n]),
                DraftSymbol::Terminal(t) => Symbol::TokenClass(token_classes_of(grammar, terminals[*t])[0]),
            });
            let symbols = symbols.collect();
            grammar.productions.push(Production {
                nonterminal: id,
                alternative: number,
                symbols,
                leaf: false,
            });
        }
        grammar.alternatives.push(Alternative {
            nonterminal: id,
            label: alternative.label.clone(),
            fields: alternative.fields.clone(),
            productions: begin..grammar.productions.len() as u32,
            leaf,
            doc: alternative.doc.clone(),
            offset: alternative.span.start,
            length: alternative.span.len(),
        });
    }
    grammar.nonterminals.push(Nonterminal {
        name: draft.name.clone(),
        doc: draft.doc.clone(),
        public: draft.public,
        kind: draft.kind,
        inline: draft.inline,
        alternatives: first_alternative..grammar.alternatives.len() as u32,
        productions: first_production..grammar.productions.len() as u32,
    });
}

/// The token classes of a terminal's members, in the order of their first tokens.
fn token_classes_of(grammar: &Grammar, terminal: TerminalId) -> Vec<TokenClassId> {
    let mut token_classes: Vec<TokenClassId> = Vec::new();
    for token in &grammar.terminals[terminal.index()].tokens {
        let token_class = grammar.tokens[token.index()].token_class;
        if token_classes.last() != Some(&token_class) && !token_classes.contains(&token_class) {
            token_classes.push(token_class);
        }
    }
    token_classes
}
