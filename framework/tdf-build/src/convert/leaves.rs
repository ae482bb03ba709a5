//! Values of leaves: a table for each terminal, from its first token to its last.

use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote};
use tdf_grammar::{Grammar, TerminalId, TokenId};

use crate::model::{Model, Type};
use crate::names::ident;

fn table(terminal: TerminalId) -> Ident {
    format_ident!("MEMBERS_{}", terminal.index())
}

fn first_token(grammar: &Grammar, terminal: TerminalId) -> TokenId {
    grammar.terminals[terminal.index()]
        .tokens
        .iter()
        .copied()
        .min()
        .unwrap_or_default()
}

/// Values of the tokens of each terminal that leaves are made of, from its first token to its last.
pub(super) fn tables(model: &Model<'_>) -> TokenStream {
    let grammar = model.grammar;
    let mut terminals: Vec<TerminalId> = grammar.alternatives.iter().filter_map(|a| a.leaf).collect();
    terminals.retain(|t| !grammar.is_open(*t));
    terminals.sort();
    terminals.dedup();
    let tables = terminals.into_iter().map(|terminal| {
        let tokens = &grammar.terminals[terminal.index()].tokens;
        let first = first_token(grammar, terminal).index();
        let last = tokens.iter().map(|t| t.index()).max().unwrap_or(first);
        let name = table(terminal);
        let values = leaf_values(model, terminal);
        let (ty, gap) = match &values[0] {
            Literal::Number(ty, _) => {
                let ty = ident(ty);
                (quote! { ::core::primitive::#ty }, quote! { 0 })
            }
            Literal::Text(_) => (quote! { &'static ::core::primitive::str }, quote! { "" }),
        };
        let row = (first..=last).map(|token| match tokens.binary_search(&TokenId::new(token)) {
            Ok(at) => values[at].tokens(),
            Err(_) => gap.clone(),
        });
        quote! { static #name: &[#ty] = &[ #(#row),* ]; }
    });
    quote! { #(#tables)* }
}

pub(super) enum Literal {
    Number(&'static str, i128),
    Text(String),
}

impl Literal {
    pub(super) fn tokens(&self) -> TokenStream {
        match self {
            Self::Number(_, n) => {
                let digits = proc_macro2::Literal::u128_unsuffixed(n.unsigned_abs());
                if *n < 0 {
                    quote! { -#digits }
                } else {
                    quote! { #digits }
                }
            }
            Self::Text(text) => quote! { #text },
        }
    }
}

pub(super) fn leaf_values(model: &Model<'_>, terminal: TerminalId) -> Vec<Literal> {
    let grammar = model.grammar;
    let texts = || {
        grammar.terminals[terminal.index()]
            .tokens
            .iter()
            .map(|&t| Literal::Text(grammar.text(t).to_owned()))
    };
    match (model.numbers(terminal), model.type_of_terminal(terminal)) {
        (Some(numbers), Type::Number(name)) => numbers.into_iter().map(|n| Literal::Number(name, n)).collect(),
        _ => texts().collect(),
    }
}

/// The value of a leaf, given an expression for its token's number.
pub fn leaf_value(model: &Model<'_>, terminal: TerminalId, token: &TokenStream) -> TokenStream {
    let (table, first) = (table(terminal), first_token(model.grammar, terminal).0);
    if first == 0 {
        quote! { #table[#token as usize] }
    } else {
        quote! { #table[(#token - #first) as usize] }
    }
}

/// The value of a leaf, given an expression for its node, which has been taken.
pub(super) fn taken_value(model: &Model<'_>, terminal: TerminalId, node: &TokenStream) -> TokenStream {
    match model.type_of_terminal(terminal) {
        Type::Open { numbers: true } => quote! { { let first = #node; c.numeral(language(), first) } },
        Type::Open { numbers: false } => quote! { { let first = #node; c.member(language(), first) } },
        _ => leaf_value(model, terminal, &quote! { #node.token.0 }),
    }
}
