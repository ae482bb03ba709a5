//! Names and expressions that readers and writers share.

use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote};
use tdf_grammar::{Alternative, AlternativeId, Grammar, NonterminalId, ProductionId, Symbol};

use crate::model::{ClassId, Model, Parts, Type};
use crate::names::ident;
use crate::types::{class_name, rust_type};

pub fn read_fn(nonterminal: NonterminalId) -> Ident {
    format_ident!("read_{}", nonterminal.index())
}

pub fn write_fn(nonterminal: NonterminalId) -> Ident {
    format_ident!("write_{}", nonterminal.index())
}

/// Type of the values of a nonterminal, seen from the module of the functions.
pub fn value_type(model: &Model<'_>, nonterminal: NonterminalId) -> TokenStream {
    rust_type(model, &model.type_of(nonterminal), None, &quote! { super:: })
}

/// `expr`, a value that needs no boxes, as a part of a value of `inside`.
pub fn rebox(model: &Model<'_>, ty: &Type, inside: Option<ClassId>, expr: TokenStream) -> TokenStream {
    let Some(class) = inside else { return expr };
    match ty {
        Type::Class(part) if model.boxed(class, *part) => quote! { ::std::boxed::Box::new(#expr) },
        Type::Option(inner) if needs_boxes(model, inner, class) => {
            let inner = rebox(model, inner, inside, quote! { v });
            quote! { (#expr).map(|v| #inner) }
        }
        Type::Tuple(parts) if parts.iter().any(|p| needs_boxes(model, p, class)) => {
            let names: Vec<Ident> = (0..parts.len()).map(|i| format_ident!("t{i}")).collect();
            let values = parts
                .iter()
                .zip(&names)
                .map(|(p, name)| rebox(model, p, inside, quote! { #name }));
            quote! { { let (#(#names),*) = #expr; (#(#values),*) } }
        }
        _ => expr,
    }
}

fn needs_boxes(model: &Model<'_>, ty: &Type, inside: ClassId) -> bool {
    match ty {
        Type::Class(part) => model.boxed(inside, *part),
        Type::Option(inner) => needs_boxes(model, inner, inside),
        Type::Tuple(parts) => parts.iter().any(|p| needs_boxes(model, p, inside)),
        _ => false,
    }
}

/// The value that an alternative makes of its fields, given an expression for each.
pub fn construct(model: &Model<'_>, id: AlternativeId, values: &[TokenStream]) -> TokenStream {
    let alternative = &model.grammar.alternatives[id.index()];
    let Some(class) = model.class_of[alternative.nonterminal.index()] else {
        return quote! { () };
    };
    let parts = &model.parts[id.index()];
    let head = head(model, class, parts);
    let values = parts
        .fields
        .iter()
        .zip(values)
        .map(|(f, v)| rebox(model, &f.ty, Some(class), v.clone()));
    if parts.named {
        let names = parts
            .fields
            .iter()
            .map(|f| ident(f.name.as_deref().unwrap_or_default()));
        quote! { #head { #(#names: #values),* } }
    } else if parts.fields.is_empty() {
        head
    } else {
        quote! { #head(#(#values),*) }
    }
}

/// Path of the variant or struct.
pub fn head(model: &Model<'_>, class: ClassId, parts: &Parts) -> TokenStream {
    let name = class_name(model, class);
    if model.classes[class].alternatives.len() == 1 {
        return quote! { super::#name };
    }
    let variant = ident(&parts.variant);
    quote! { super::#name::#variant }
}

/// Nonterminals of a right-hand side in order, each with the index of the field that keeps it.
pub fn children(
    model: &Model<'_>,
    alternative: &Alternative,
    production: ProductionId,
) -> Vec<(NonterminalId, Option<usize>)> {
    let positions = alternative.fields.iter().map(|f| f.position as usize);
    let kept: Vec<usize> = positions.filter(|&p| model.kept(production, p).is_some()).collect();
    let symbols = model.grammar.production(production).symbols.iter().enumerate();
    symbols
        .filter_map(|(position, symbol)| match symbol {
            Symbol::Nonterminal(n) => Some((*n, kept.binary_search(&position).ok())),
            Symbol::TokenClass(_) => None,
        })
        .collect()
}

/// The value of `(A B)`: a tuple, unless there is one part.
pub fn group(values: &[TokenStream]) -> TokenStream {
    match values {
        [one] => one.clone(),
        _ => quote! { (#(#values),*) },
    }
}

/// Production of the first element of `X+`, of a further one, and the symbol X.
pub fn plus_parts(grammar: &Grammar, nonterminal: NonterminalId) -> (ProductionId, ProductionId, Symbol) {
    let mut productions = grammar.productions_of(nonterminal);
    let (a, b) = (
        productions.next().unwrap_or_default(),
        productions.next().unwrap_or_default(),
    );
    let (base, step) = if grammar.production(a).symbols.len() == 1 {
        (a, b)
    } else {
        (b, a)
    };
    (base, step, grammar.production(base).symbols[0])
}

/// Production of nothing, production of something, and the symbol of it.
pub fn optional_parts(grammar: &Grammar, nonterminal: NonterminalId) -> (ProductionId, ProductionId, Symbol) {
    let mut productions = grammar.productions_of(nonterminal);
    let (a, b) = (
        productions.next().unwrap_or_default(),
        productions.next().unwrap_or_default(),
    );
    let (empty, full) = if grammar.production(a).symbols.is_empty() {
        (a, b)
    } else {
        (b, a)
    };
    (empty, full, grammar.production(full).symbols[0])
}
