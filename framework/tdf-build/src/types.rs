//! Definitions of the types.

use proc_macro2::TokenStream;
use quote::quote;
use tdf_grammar::NonterminalSort;

use crate::model::{Class, ClassId, Model, Parts, Type};
use crate::names::{camel, ident};

/// All type definitions and aliases, in the order of the file.
pub fn definitions(model: &Model<'_>) -> TokenStream {
    let mut out = TokenStream::new();
    for (index, nonterminal) in model.grammar.nonterminals.iter().enumerate() {
        if nonterminal.sort != NonterminalSort::Rule {
            continue;
        }
        let Some(class) = model.class_of[index] else { continue };
        if model.classes[class].members[0].index() == index {
            out.extend(definition(model, class));
        } else {
            let (alias, name) = (ident(&camel(&nonterminal.name)), class_name(model, class));
            let doc = docs(nonterminal.doc.as_deref());
            out.extend(quote! { #doc #[allow(missing_docs)] pub type #alias = #name; });
        }
    }
    out
}

/// Name of a class's type, without a path.
pub fn class_name(model: &Model<'_>, class: ClassId) -> TokenStream {
    let name = ident(&model.classes[class].name);
    quote! { #name }
}

/// The type of a part of a value of the class `inside` (`None`: of something that needs no boxes, such as a `Vec`).
/// `path` stands before names of generated types.
pub fn rust_type(model: &Model<'_>, ty: &Type, inside: Option<ClassId>, path: &TokenStream) -> TokenStream {
    match ty {
        Type::Unit => quote! { () },
        Type::Number(name) => {
            let name = ident(name);
            quote! { ::core::primitive::#name }
        }
        Type::Text => quote! { &'static ::core::primitive::str },
        Type::Spelled { numbers: true } => quote! { ::tdf_domain::Numeral },
        Type::Spelled { numbers: false } => quote! { ::std::string::String },
        Type::Flag => quote! { ::core::primitive::bool },
        Type::Class(class) => {
            let name = class_name(model, *class);
            if inside.is_some_and(|inside| model.boxed(inside, *class)) {
                quote! { ::std::boxed::Box<#path #name> }
            } else {
                quote! { #path #name }
            }
        }
        Type::List(element) => {
            let element = rust_type(model, element, None, path);
            quote! { ::std::vec::Vec<#element> }
        }
        Type::Option(element) => {
            let element = rust_type(model, element, inside, path);
            quote! { ::core::option::Option<#element> }
        }
        Type::Tuple(parts) => {
            let parts = parts.iter().map(|p| rust_type(model, p, inside, path));
            quote! { ( #(#parts),* ) }
        }
    }
}

fn definition(model: &Model<'_>, id: ClassId) -> TokenStream {
    let class = &model.classes[id];
    let name = class_name(model, id);
    let derives = if model.class_is_copy(id) {
        quote! { Clone, Copy, }
    } else {
        quote! { Clone, }
    };
    let attributes = quote! {
        #[derive(#derives Debug, PartialEq, Eq, Hash)]
        #[allow(missing_docs, non_snake_case, clippy::all)]
    };
    let doc = class_docs(model, class);
    if let [only] = class.alternatives[..] {
        let parts = &model.parts[only.index()];
        let body = fields(model, id, parts, &quote! { pub });
        let end = if parts.named {
            quote! {}
        } else {
            quote! { ; }
        };
        return quote! { #doc #attributes pub struct #name #body #end };
    }
    let variants = class.alternatives.iter().map(|a| {
        let alternative = &model.grammar.alternatives[a.index()];
        let parts = &model.parts[a.index()];
        let variant = ident(&parts.variant);
        let body = fields(model, id, parts, &quote! {});
        let doc = docs(alternative.doc.as_deref());
        quote! { #doc #variant #body }
    });
    quote! { #doc #attributes pub enum #name { #(#variants),* } }
}

fn fields(model: &Model<'_>, class: ClassId, parts: &Parts, visibility: &TokenStream) -> TokenStream {
    if parts.fields.is_empty() {
        return TokenStream::new();
    }
    let types = parts
        .fields
        .iter()
        .map(|f| rust_type(model, &f.ty, Some(class), &TokenStream::new()));
    if parts.named {
        let names = parts
            .fields
            .iter()
            .map(|f| ident(f.name.as_deref().unwrap_or_default()));
        quote! { { #(#visibility #names: #types),* } }
    } else {
        quote! { ( #(#visibility #types),* ) }
    }
}

fn class_docs(model: &Model<'_>, class: &Class) -> TokenStream {
    let of_rule = class
        .members
        .iter()
        .find_map(|m| model.grammar.nonterminals[m.index()].doc.as_deref());
    let of_alternative = || match class.alternatives[..] {
        [only] => model.grammar.alternatives[only.index()].doc.as_deref(),
        _ => None,
    };
    docs(of_rule.or_else(of_alternative))
}

fn docs(text: Option<&str>) -> TokenStream {
    let lines = text.into_iter().flat_map(str::lines).map(|line| {
        let line = format!(" {}", line.trim());
        quote! { #[doc = #line] }
    });
    quote! { #(#lines)* }
}
