//! From types to nodes.

use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote};
use tdf_grammar::{Alternative, AlternativeId, Grammar, NonterminalId, NonterminalKind, ProductionId, Symbol};

use super::leaves::leaf_values;
use super::parts::{children, head, optional_parts, plus_parts, value_type, write_fn};
use crate::model::{Class, ClassId, Model, Type, leaves};
use crate::names::ident;
use crate::types::class_name;

/// `tdf_tree::Node::NO_TOKEN`, of nodes that hold no token.
const NO_TOKEN: u32 = u32::MAX;

pub(super) fn writer(model: &Model<'_>, nonterminal: NonterminalId) -> TokenStream {
    let (name, ty) = (write_fn(nonterminal), value_type(model, nonterminal));
    let body = match model.class_of[nonterminal.index()] {
        Some(class) => member_writer(model, nonterminal, class),
        None => write_value(model, nonterminal, &quote! { v }),
    };
    quote! {
        pub fn #name(v: &#ty, w: &mut Writer) { #body }
    }
}

fn class_fn(class: ClassId) -> Ident {
    format_ident!("write_type_{class}")
}

/// Puts the nodes of alternatives `=> <>` around a value, as far as this rule needs them.
fn member_writer(model: &Model<'_>, nonterminal: NonterminalId, class: ClassId) -> TokenStream {
    let write = class_fn(class);
    let Class { alternatives, .. } = &model.classes[class];
    let name = &model.grammar.nonterminals[nonterminal.index()].name;
    let ways: Vec<Option<Vec<ProductionId>>> = alternatives
        .iter()
        .map(|a| model.chain(nonterminal, model.grammar.alternatives[a.index()].nonterminal))
        .collect();
    if ways.iter().all(|w| w.as_ref().is_some_and(Vec::is_empty)) {
        return quote! { #write(v, w) };
    }
    let arms = alternatives.iter().zip(&ways).map(|(a, way)| {
        let head = head(model, class, &model.parts[a.index()]);
        match way {
            Some(way) if way.is_empty() => quote! { #head { .. } => #write(v, w) },
            Some(way) => {
                let way = way.iter().map(|p| p.0);
                quote! { #head { .. } => w.chain(&[#(#way),*], |w| #write(v, w)) }
            }
            None => quote! { #head { .. } => no_program(v, #name) },
        }
    });
    quote! { match v { #(#arms,)* } }
}

pub(super) fn class_writer(model: &Model<'_>, class: ClassId) -> TokenStream {
    let (write, name) = (class_fn(class), class_name(model, class));
    let arms = model.classes[class].alternatives.iter().map(|&id| {
        let alternative = &model.grammar.alternatives[id.index()];
        let parts = &model.parts[id.index()];
        let head = head(model, class, parts);
        let bindings: Vec<Ident> = (0..parts.fields.len()).map(|i| format_ident!("f{i}")).collect();
        let pattern = if parts.named {
            let names = parts
                .fields
                .iter()
                .map(|f| ident(f.name.as_deref().unwrap_or_default()));
            quote! { #head { #(#names: #bindings),* } }
        } else if bindings.is_empty() {
            quote! { #head { .. } }
        } else {
            quote! { #head(#(#bindings),*) }
        };
        let body = if alternative.leaf.is_some() {
            leaf_writer(model, id, &quote! { f0 })
        } else {
            node_writer(model, alternative, model.production(id), &bindings)
        };
        quote! { #pattern => #body }
    });
    quote! {
        fn #write(v: &super::#name, w: &mut Writer) { match v { #(#arms,)* } }
    }
}

fn leaf_writer(model: &Model<'_>, id: AlternativeId, binding: &TokenStream) -> TokenStream {
    let grammar = model.grammar;
    let alternative = &grammar.alternatives[id.index()];
    let Some(terminal) = alternative.leaf else {
        return TokenStream::new();
    };
    if let Type::Open { numbers } = model.type_of_terminal(terminal) {
        let text = if numbers {
            quote! { #binding.text() }
        } else {
            quote! { #binding }
        };
        let (number, name) = (id.index(), &grammar.nonterminals[alternative.nonterminal.index()].name);
        return quote! { if !w.member(language(), #number, #text) { no_program(#binding, #name) } };
    }
    let leaves = leaves(grammar, alternative);
    let tokens = &grammar.terminals[terminal.index()].tokens;
    let values = leaf_values(model, terminal);
    let arms = tokens.iter().zip(&values).filter_map(|(token, value)| {
        let token_class = grammar.tokens[token.index()].token_class;
        let (production, _) = leaves.iter().find(|(_, k)| *k == token_class)?;
        let (value, production, token) = (value.tokens(), production.0, token.0);
        Some(quote! { #value => w.leaf(#production, #token) })
    });
    let name = &grammar.nonterminals[alternative.nonterminal.index()].name;
    quote! { match *#binding { #(#arms,)* _ => no_program(#binding, #name) } }
}

/// Writes a node whose fields are at `bindings` (references).
fn node_writer(
    model: &Model<'_>,
    alternative: &Alternative,
    production: ProductionId,
    bindings: &[Ident],
) -> TokenStream {
    let number = production.0;
    let children = children(model, alternative, production);
    if children.is_empty() {
        return quote! { w.leaf(#number, #NO_TOKEN) };
    }
    let writes = children.into_iter().map(|(n, kept)| match kept {
        Some(field) => {
            let binding = &bindings[field];
            write_value(model, n, &quote! { #binding })
        }
        None => {
            let nodes = least_program(model.grammar, n);
            let nodes = nodes.iter().map(|(p, t, len)| quote! { (#p, #t, #len) });
            quote! { w.fixed(&[#(#nodes),*]) }
        }
    });
    quote! { w.node(#number, |w| { #(#writes;)* }) }
}

/// Writes the value of `nonterminal` at `binding` (a reference, maybe to a value with boxes in it).
fn write_value(model: &Model<'_>, nonterminal: NonterminalId, binding: &TokenStream) -> TokenStream {
    let grammar = model.grammar;
    let first = ProductionId(grammar.nonterminals[nonterminal.index()].productions.start);
    match grammar.nonterminals[nonterminal.index()].kind {
        NonterminalKind::Rule => {
            let write = write_fn(nonterminal);
            quote! { #write(#binding, w) }
        }
        NonterminalKind::Lexeme => leaf_writer(model, grammar.production(first).alternative, binding),
        NonterminalKind::Suffix => TokenStream::new(),
        NonterminalKind::Plus => {
            let (base, step, element) = plus_parts(grammar, nonterminal);
            let (base, step) = (base.0, step.0);
            let element = write_symbol(model, element, &quote! { v });
            let list = match model.type_of(nonterminal) {
                Type::Count => quote! { &::std::vec![(); *#binding] },
                _ => binding.clone(),
            };
            quote! { w.list(#step, #base, #list, |v, w| #element) }
        }
        NonterminalKind::Star => {
            let (empty, full, content) = optional_parts(grammar, nonterminal);
            let (empty, full) = (empty.0, full.0);
            let content = write_symbol(model, content, binding);
            let is_empty = match model.type_of(nonterminal) {
                Type::Count => quote! { *#binding == 0 },
                _ => quote! { #binding.is_empty() },
            };
            quote! { if #is_empty { w.leaf(#empty, #NO_TOKEN) } else { w.node(#full, |w| #content) } }
        }
        NonterminalKind::Optional => {
            let (empty, full, content) = optional_parts(grammar, nonterminal);
            let (empty, full) = (empty.0, full.0);
            if model.type_of(nonterminal) == Type::Flag {
                let content = write_symbol(model, content, &quote! { &() });
                return quote! { if *#binding { w.node(#full, |w| #content) } else { w.leaf(#empty, #NO_TOKEN) } };
            }
            let content = write_symbol(model, content, &quote! { v });
            quote! {
                match #binding {
                    ::core::option::Option::None => w.leaf(#empty, #NO_TOKEN),
                    ::core::option::Option::Some(v) => w.node(#full, |w| #content),
                }
            }
        }
        NonterminalKind::Group => {
            let alternative = grammar.alternative_of(first);
            let children = children(model, alternative, first);
            let kept = children.iter().filter(|(_, kept)| kept.is_some()).count();
            // Groups nest: the names of each depend on its own binding among the nonterminals.
            let names: Vec<Ident> = (0..kept)
                .map(|i| format_ident!("g{}_{i}", nonterminal.index()))
                .collect();
            let node = node_writer(model, alternative, first, &names);
            match &names[..] {
                [] => node,
                [one] => quote! { { let #one = #binding; #node } },
                _ => quote! { { let (#(#names),*) = #binding; #node } },
            }
        }
    }
}

fn write_symbol(model: &Model<'_>, symbol: Symbol, binding: &TokenStream) -> TokenStream {
    match symbol {
        Symbol::Nonterminal(n) => write_value(model, n, binding),
        Symbol::TokenClass(_) => quote! { () },
    }
}

/// The program of `nonterminal` with the fewest nodes: production, token, nodes of the subtree.
fn least_program(grammar: &Grammar, nonterminal: NonterminalId) -> Vec<(u32, u32, u32)> {
    let mut best: Vec<Option<Vec<(u32, u32, u32)>>> = vec![None; grammar.nonterminals.len()];
    loop {
        let mut changed = false;
        for (index, production) in grammar.productions.iter().enumerate() {
            let mut nodes = vec![(index as u32, NO_TOKEN, 1)];
            let mut complete = true;
            for (at, symbol) in production.symbols.iter().enumerate() {
                match symbol {
                    Symbol::Nonterminal(n) => match &best[n.index()] {
                        Some(below) => nodes.extend_from_slice(below),
                        None => complete = false,
                    },
                    Symbol::TokenClass(token_class) if production.leaf && at == 0 => {
                        nodes[0].1 = grammar.token_classes[token_class.index()].tokens[0].0
                    }
                    Symbol::TokenClass(_) => {}
                }
            }
            nodes[0].2 = nodes.len() as u32;
            let old = &mut best[production.nonterminal.index()];
            if complete && old.as_ref().is_none_or(|o| o.len() > nodes.len()) {
                *old = Some(nodes);
                changed = true;
            }
        }
        if !changed {
            return best.swap_remove(nonterminal.index()).unwrap_or_default();
        }
    }
}
