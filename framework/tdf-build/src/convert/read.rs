//! From nodes to types.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use tdf_grammar::{Alternative, NonterminalId, NonterminalKind, ProductionId, Symbol};

use super::leaves::taken_value;
use super::parts::{children, construct, group, optional_parts, plus_parts, read_fn, value_type};
use crate::model::{Model, Type, alternatives_of, transparent_child};

pub(super) fn reader(model: &Model<'_>, nonterminal: NonterminalId) -> TokenStream {
    let (name, ty) = (read_fn(nonterminal), value_type(model, nonterminal));
    let body = reader_body(model, nonterminal);
    quote! {
        pub fn #name(c: &mut Cursor<'_>) -> #ty { #body }
    }
}

fn reader_body(model: &Model<'_>, nonterminal: NonterminalId) -> TokenStream {
    let grammar = model.grammar;
    let kind = grammar.nonterminals[nonterminal.index()].kind;
    let productions: Vec<ProductionId> = grammar.productions_of(nonterminal).collect();
    match kind {
        NonterminalKind::Rule => rule_reader(model, nonterminal),
        NonterminalKind::Suffix => TokenStream::new(),
        NonterminalKind::Lexeme => {
            let leaf = grammar.alternative_of(productions[0]).leaf;
            let value = leaf.map(|terminal| taken_value(model, terminal, &quote! { c.take() }));
            quote! { #value }
        }
        NonterminalKind::Plus => {
            let (base, _, element) = plus_parts(grammar, nonterminal);
            let base = base.0;
            let element = read_symbol(element);
            let elements = match model.type_of(nonterminal) {
                Type::Count => quote! {
                    for _ in 0..length { #element; }
                    length
                },
                _ => quote! { (0..length).map(|_| #element).collect() },
            };
            quote! {
                let mut length = 1usize;
                while c.take().production.0 != #base {
                    length += 1;
                }
                #elements
            }
        }
        NonterminalKind::Star | NonterminalKind::Optional => {
            let (empty, _, content) = optional_parts(grammar, nonterminal);
            let empty = empty.0;
            let content = read_symbol(content);
            match (kind, model.type_of(nonterminal)) {
                (NonterminalKind::Star, Type::Count) => {
                    quote! { if c.take().production.0 == #empty { 0 } else { #content } }
                }
                (NonterminalKind::Star, _) => {
                    quote! { if c.take().production.0 == #empty { ::std::vec::Vec::new() } else { #content } }
                }
                (_, Type::Flag) => quote! {
                    if c.take().production.0 == #empty { false } else { #content; true }
                },
                _ => quote! {
                    if c.take().production.0 == #empty { ::core::option::Option::None }
                    else { ::core::option::Option::Some(#content) }
                },
            }
        }
        NonterminalKind::Group => {
            let alternative = grammar.alternative_of(productions[0]);
            let (reads, values) = read_children(model, alternative, productions[0]);
            let value = group(&values);
            quote! { c.take(); #reads #value }
        }
    }
}

fn rule_reader(model: &Model<'_>, nonterminal: NonterminalId) -> TokenStream {
    let (grammar, ty) = (model.grammar, value_type(model, nonterminal));
    let mut arms = Vec::new();
    for id in alternatives_of(grammar, nonterminal) {
        let alternative = &grammar.alternatives[id.index()];
        let body = if let Some(terminal) = alternative.leaf {
            let value = taken_value(model, terminal, &quote! { node });
            construct(model, id, &[value])
        } else if let Some(child) = transparent_child(grammar, alternative) {
            let children = children(model, alternative, model.production(id));
            let steps = children.iter().map(|(n, kept)| {
                if *n == child && kept.is_some() {
                    let read = read_fn(child);
                    quote! { let value = #read(c); }
                } else {
                    quote! { c.skip(); }
                }
            });
            quote! { { #(#steps)* value } }
        } else {
            let (reads, values) = read_children(model, alternative, model.production(id));
            let value = construct(model, id, &values);
            // A function of its own, so that a level of a nested program takes the stack of one alternative and not of all of them:
            // without optimisation a function has room for the values of all its arms.
            match values.is_empty() {
                true => quote! { { #reads #value } },
                false => quote! {
                    {
                        fn alternative(c: &mut Cursor<'_>) -> #ty { #reads #value }
                        alternative(c)
                    }
                },
            }
        };
        let numbers = alternative.productions.clone();
        arms.push(quote! { #(#numbers)|* => #body });
    }
    let name = &grammar.nonterminals[nonterminal.index()].name;
    quote! {
        let node = c.take();
        match node.production.0 {
            #(#arms,)*
            _ => c.mismatch(#name),
        }
    }
}

/// Statements that read the children of a node, and the values of its fields in their order.
fn read_children(
    model: &Model<'_>,
    alternative: &Alternative,
    production: ProductionId,
) -> (TokenStream, Vec<TokenStream>) {
    let children = children(model, alternative, production);
    let reads = children.iter().map(|(n, kept)| match kept {
        Some(field) => {
            let (name, read) = (format_ident!("f{field}"), read_fn(*n));
            quote! { let #name = #read(c); }
        }
        None => quote! { c.skip(); },
    });
    let reads = quote! { #(#reads)* };
    let count = children.iter().filter(|(_, kept)| kept.is_some()).count();
    let values = (0..count)
        .map(|i| format_ident!("f{i}"))
        .map(|name| quote! { #name })
        .collect();
    (reads, values)
}

fn read_symbol(symbol: Symbol) -> TokenStream {
    match symbol {
        Symbol::Nonterminal(n) => {
            let read = read_fn(n);
            quote! { #read(c) }
        }
        Symbol::TokenClass(_) => quote! { () },
    }
}
