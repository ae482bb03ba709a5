//! Definitions of the types.

use proc_macro2::TokenStream;
use quote::{ToTokens as _, quote};
use tdf_grammar::{Nonterminal, NonterminalKind};

use crate::model::{Class, ClassId, Model, Parts, Type};
use crate::names::{camel, ident};

/// All type definitions and aliases, in the order of the file.
pub fn definitions(model: &Model<'_>) -> TokenStream {
    let mut out = TokenStream::new();
    for (index, nonterminal) in model.grammar.nonterminals.iter().enumerate() {
        if nonterminal.kind != NonterminalKind::Rule {
            continue;
        }
        let Some(class) = model.class_of[index] else { continue };
        let first = model.classes[class].members[0];
        if first.index() == index {
            out.extend(definition(model, class));
        } else if !is_level(&model.grammar.nonterminals[first.index()], nonterminal) {
            let (alias, name) = (ident(&camel(&nonterminal.name)), class_name(model, class));
            let doc = docs(nonterminal.doc.as_deref());
            out.extend(quote! { #doc #[allow(missing_docs, non_camel_case_types)] pub type #alias = #name; });
        }
    }
    out
}

/// Whether a rule is a level of precedence of another: nobody wrote its name.
fn is_level(rule: &Nonterminal, level: &Nonterminal) -> bool {
    let number = level.name.strip_prefix(&rule.name);
    number.is_some_and(|n| !n.is_empty() && n.bytes().all(|b| b.is_ascii_digit()))
        && !level.public
        && level.doc.is_none()
}

/// Name of a class's type, without a path.
pub fn class_name(model: &Model<'_>, class: ClassId) -> TokenStream {
    let name = ident(&model.classes[class].name);
    quote! { #name }
}

/// The type of a part of a value of the class `inside` (`None`: of something that needs no boxes, such as a `Vec`).
/// `path` stands before names of generated types. Without one this is the module of the types, where names of the prelude
/// are short unless a rule has taken them.
pub fn rust_type(model: &Model<'_>, ty: &Type, inside: Option<ClassId>, path: &TokenStream) -> TokenStream {
    let prelude = |name: &str, full: TokenStream| {
        if path.is_empty() && !model.defines(name) {
            ident(name).into_token_stream()
        } else {
            full
        }
    };
    match ty {
        Type::Unit => quote! { () },
        Type::Number(name) => {
            let name = ident(name);
            quote! { #name }
        }
        Type::Text => quote! { &'static str },
        Type::Open { numbers: true } => quote! { ::tdf_domain::Numeral },
        Type::Open { numbers: false } => prelude("String", quote! { ::std::string::String }),
        Type::Flag => quote! { bool },
        Type::Count => quote! { usize },
        Type::Class(class) => {
            let name = class_name(model, *class);
            if inside.is_some_and(|inside| model.boxed(inside, *class)) {
                let name_of_box = prelude("Box", quote! { ::std::boxed::Box });
                quote! { #name_of_box<#path #name> }
            } else {
                quote! { #path #name }
            }
        }
        Type::List(element) => {
            let name = prelude("Vec", quote! { ::std::vec::Vec });
            let element = rust_type(model, element, None, path);
            quote! { #name<#element> }
        }
        Type::Option(element) => {
            let name = prelude("Option", quote! { ::core::option::Option });
            let element = rust_type(model, element, inside, path);
            quote! { #name<#element> }
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
        #[allow(missing_docs, non_snake_case, non_camel_case_types, clippy::all)]
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
        // The indentation of lists and code means something.
        let line = if line.is_empty() {
            String::new()
        } else {
            format!(" {line}")
        };
        quote! { #[doc = #line] }
    });
    quote! { #(#lines)* }
}
