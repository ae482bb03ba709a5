//! A grammar of the instances that programs have.

use tdf_grammar::{
    Alternative, AlternativeId, Grammar, Nonterminal, NonterminalId, Production, ProductionId, Symbol, TokenClass,
    TokenClassId,
};

/// A nonterminal with the names that are in scope.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Instance {
    /// The nonterminal of the written grammar.
    pub(crate) written: NonterminalId,
    /// The kind of names that it binds: it is a name, or several, of a binder.
    pub(crate) binds: Option<usize>,
    /// Names in scope before it, for each kind; 0 where it cannot hold a name.
    pub(crate) before: Vec<u32>,
    /// Names in scope behind it, for each kind; 0 where it binds none for what follows.
    pub(crate) after: Vec<u32>,
    /// It is a program with nothing behind it, so that any names may be in scope there.
    pub(crate) whole: bool,
}

/// The grammar by levels.
#[derive(Debug)]
pub(crate) struct Expansion {
    pub(crate) grammar: Grammar,
    /// The production of the written grammar that each production stands for.
    pub(crate) productions: Vec<ProductionId>,
    /// What each nonterminal stands for.
    pub(crate) instances: Vec<Instance>,
}

/// A production before it is known which instances are of use.
#[derive(Debug)]
pub(crate) struct Draft {
    pub(crate) written: ProductionId,
    pub(crate) symbols: Vec<DraftSymbol>,
}

/// A symbol of it. An instance is known by its number.
#[derive(Clone, Copy, Debug)]
pub(crate) enum DraftSymbol {
    TokenClass(TokenClassId),
    Instance(usize),
}

/// Drops the productions with parts of which there is no program.
fn drop_unproductive(all: &mut [Vec<Draft>]) {
    let mut productive = vec![false; all.len()];
    let derives = |productive: &[bool], draft: &Draft| {
        draft.symbols.iter().all(|symbol| match symbol {
            DraftSymbol::TokenClass(_) => true,
            DraftSymbol::Instance(number) => productive[*number],
        })
    };
    loop {
        let mut grown = false;
        for (number, drafts) in all.iter().enumerate() {
            if !productive[number] && drafts.iter().any(|draft| derives(&productive, draft)) {
                productive[number] = true;
                grown = true;
            }
        }
        if !grown {
            break;
        }
    }
    for drafts in all {
        drafts.retain(|draft| derives(&productive, draft));
    }
}

/// The grammar of the instances that programs have, those of the start symbols first.
pub(crate) fn assemble(
    grammar: &Grammar,
    instances: &[Instance],
    mut all: Vec<Vec<Draft>>,
    starts: usize,
    token_classes: Vec<TokenClass>,
) -> Expansion {
    drop_unproductive(&mut all);
    let mut ids: Vec<Option<NonterminalId>> = vec![None; instances.len()];
    let mut order: Vec<usize> = (0..starts)
        .filter(|&start| start == 0 || !all[start].is_empty())
        .collect();
    for (id, number) in order.iter().enumerate() {
        ids[*number] = Some(NonterminalId::new(id));
    }
    let mut at = 0;
    while let Some(&number) = order.get(at) {
        at += 1;
        for symbol in all[number].iter().flat_map(|draft| &draft.symbols) {
            if let DraftSymbol::Instance(child) = symbol
                && ids[*child].is_none()
            {
                ids[*child] = Some(NonterminalId::new(order.len()));
                order.push(*child);
            }
        }
    }
    let mut tokens = grammar.tokens.clone();
    for (class, of) in token_classes.iter().enumerate() {
        of.tokens
            .iter()
            .for_each(|token| tokens[token.index()].token_class = TokenClassId::new(class));
    }
    let mut result = Grammar {
        start: NonterminalId(0),
        nonterminals: Vec::new(),
        alternatives: Vec::new(),
        productions: Vec::new(),
        tokens,
        token_classes,
        ..grammar.clone()
    };
    let mut written = Vec::new();
    for (id, &number) in order.iter().enumerate() {
        let nonterminal = NonterminalId::new(id);
        let first = (result.alternatives.len() as u32, result.productions.len() as u32);
        let mut last: Option<AlternativeId> = None;
        for draft in &all[number] {
            let of = grammar.production(draft.written);
            let begin = result.productions.len() as u32;
            if last != Some(of.alternative) {
                last = Some(of.alternative);
                result.alternatives.push(Alternative {
                    nonterminal,
                    productions: begin..begin,
                    ..grammar.alternatives[of.alternative.index()].clone()
                });
            }
            let symbol = |symbol: &DraftSymbol| match *symbol {
                DraftSymbol::TokenClass(class) => Symbol::TokenClass(class),
                DraftSymbol::Instance(number) => Symbol::Nonterminal(ids[number].unwrap_or_default()),
            };
            let alternative = result.alternatives.len() - 1;
            result.productions.push(Production {
                nonterminal,
                alternative: AlternativeId::new(alternative),
                symbols: draft.symbols.iter().map(symbol).collect(),
                leaf: of.leaf,
            });
            result.alternatives[alternative].productions.end = begin + 1;
            written.push(draft.written);
        }
        result.nonterminals.push(Nonterminal {
            alternatives: first.0..result.alternatives.len() as u32,
            productions: first.1..result.productions.len() as u32,
            ..grammar.nonterminals[instances[number].written.index()].clone()
        });
    }
    Expansion {
        grammar: result,
        productions: written,
        instances: order.iter().map(|&number| instances[number].clone()).collect(),
    }
}
