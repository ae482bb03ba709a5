//! From types to nodes.

use std::collections::BTreeMap;

use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote};
use tdf_grammar::{
    Alternative, AlternativeId, Grammar, NonterminalId, NonterminalKind, ProductionId, Symbol, TokenClassId,
};

use super::leaves::leaf_values;
use super::parts::{children, head, optional_parts, plus_parts, value_type, write_fn};
use crate::model::hops::Hop;
use crate::model::{ClassId, Model, Type, leaves};
use crate::names::ident;
use crate::types::class_name;

/// `tdf_tree::Node::NO_TOKEN`, of nodes that hold no token.
const NO_TOKEN: u32 = u32::MAX;

pub(super) fn writer(model: &Model<'_>, nonterminal: NonterminalId) -> TokenStream {
    let (name, ty) = (write_fn(nonterminal), value_type(model, nonterminal));
    let grammar = model.grammar;
    let body = match model.class_of[nonterminal.index()] {
        Some(class) => member_writer(model, nonterminal, class),
        // Its members stand here once, and not wherever it is used.
        None if grammar.nonterminals[nonterminal.index()].kind == NonterminalKind::Lexeme => {
            let first = ProductionId(grammar.nonterminals[nonterminal.index()].productions.start);
            leaf_writer(model, grammar.production(first).alternative, &quote! { v })
        }
        None => write_value(model, nonterminal, &quote! { v }),
    };
    quote! {
        pub fn #name(v: &#ty, w: &mut Writer) { #body }
    }
}

fn class_fn(class: ClassId) -> Ident {
    format_ident!("write_type_{class}")
}

fn owner_fn(class: ClassId) -> Ident {
    format_ident!("owner_{class}")
}

fn hop_fn(class: ClassId) -> Ident {
    format_ident!("hop_{class}")
}

/// Puts the nodes of alternatives `=> <>` around a value, as far as this rule needs them.
fn member_writer(model: &Model<'_>, nonterminal: NonterminalId, class: ClassId) -> TokenStream {
    let write = class_fn(class);
    let rules = model.classes[class].members.len();
    if rules == 1 {
        return quote! { #write(v, w) };
    }
    let (owner, hop) = (owner_fn(class), hop_fn(class));
    let (number, name) = (nonterminal.0, &model.grammar.nonterminals[nonterminal.index()].name);
    quote! { if !w.way(#number, #owner(v), #rules, #hop, |w| #write(v, w)) { no_program(v, #name) } }
}

/// For a class of several rules: the rule that a value is of, and the step from one rule towards another.
fn ways(model: &Model<'_>, class: ClassId) -> TokenStream {
    if let [_] = model.classes[class].members[..] {
        return TokenStream::new();
    }
    let (owner, hop, name) = (owner_fn(class), hop_fn(class), class_name(model, class));
    let alternatives = &model.classes[class].alternatives;
    let of = |id: AlternativeId| model.grammar.alternatives[id.index()].nonterminal;
    let owners = alternatives.chunk_by(|a, b| of(*a) == of(*b)).map(|group| {
        let heads = group.iter().map(|id| head(model, class, &model.parts[id.index()]));
        let number = of(group[0]).0;
        quote! { #(#heads { .. })|* => #number }
    });
    let step = |step: Hop| {
        let (production, to) = (step.production.0, step.to.0);
        quote! { Some((#production, #to)) }
    };
    let hops = model.hops(class).into_iter().map(|hops| {
        let (from, usual) = (hops.from.0, step(hops.usual));
        if hops.others.is_empty() {
            return quote! { #from => #usual };
        }
        let others = hops.others.into_iter().map(|(hop, owners)| {
            let (owners, hop) = (owners.into_iter().map(|n| n.0), step(hop));
            quote! { #(#owners)|* => #hop }
        });
        quote! { #from => match owner { #(#others,)* _ => #usual } }
    });
    quote! {
        fn #owner(v: &super::#name) -> u32 { match v { #(#owners,)* } }
        fn #hop(from: u32, owner: u32) -> Option<(u32, u32)> { match from { #(#hops,)* _ => None } }
    }
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
    let ways = ways(model, class);
    quote! {
        #ways
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
    let productions: BTreeMap<TokenClassId, ProductionId> = leaves.into_iter().map(|(p, k)| (k, p)).collect();
    let arms = tokens.iter().zip(&values).filter_map(|(token, value)| {
        let production = productions.get(&grammar.tokens[token.index()].token_class)?;
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
            let mut nodes = Vec::new();
            only_program(model.grammar, n, &mut nodes);
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
        NonterminalKind::Rule | NonterminalKind::Lexeme => {
            let write = write_fn(nonterminal);
            quote! { #write(#binding, w) }
        }
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

/// Appends the program of `nonterminal`, which typed trees do not hold: a group of literals and of such groups, so that there
/// is only one. Production, token, nodes of the subtree.
fn only_program(grammar: &Grammar, nonterminal: NonterminalId, nodes: &mut Vec<(u32, u32, u32)>) {
    let at = nodes.len();
    let production = grammar.nonterminals[nonterminal.index()].productions.start;
    nodes.push((production, NO_TOKEN, 0));
    for symbol in &grammar.productions[production as usize].symbols {
        if let Symbol::Nonterminal(n) = symbol {
            only_program(grammar, *n, nodes);
        }
    }
    nodes[at].2 = (nodes.len() - at) as u32;
}
