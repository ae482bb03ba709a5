//! The LALRPOP parser: a grammar over token classes that mirrors the productions, and the functions it calls.

use std::fmt::Write as _;
use std::path::Path;

use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote};
use tdf_grammar::{Lr, NonterminalId, NonterminalKind, ProductionId, Symbol};

use crate::Error;
use crate::convert::{children, construct, group, leaf_value, plus_parts, value_type};
use crate::model::{Model, Type, transparent_child};

/// The text of the grammar for LALRPOP. Terminals are token classes (`"k3"`), so that texts that belong to several terminals
/// are no trouble; a hidden token (`"start0"`) before the program says which nonterminal it derives from, so that one
/// parser serves all of them. LALRPOP inlines what `lr` has inlined, and nothing else.
pub fn grammar_text(model: &Model<'_>, lr: &Lr) -> String {
    let grammar = model.grammar;
    let mut out = String::from(
        "use super::tdf_generated::*;\nuse tdf_domain::generated::{ParserToken, TooDeep};\n\ngrammar;\n\n",
    );
    out.push_str("extern {\n    type Location = usize;\n    type Error = TooDeep;\n\n    enum ParserToken {\n");
    for kind in 0..grammar.token_classes.len() {
        let _ = writeln!(out, "        \"k{kind}\" => ParserToken(T{kind}, <u32>),");
    }
    for start in 0..grammar.nonterminals.len() {
        let _ = writeln!(
            out,
            "        \"start{start}\" => ParserToken(T{}, _),",
            grammar.token_classes.len() + start
        );
    }
    out.push_str("    }\n}\n\npub Any: Any = {\n");
    for start in 0..grammar.nonterminals.len() {
        let _ = writeln!(out, "    \"start{start}\" <v:N{start}> => Any::N{start}(v.value),");
    }
    out.push_str("};\n");
    for (index, nonterminal) in grammar.nonterminals.iter().enumerate() {
        let inline = if lr.is_inlined(NonterminalId::new(index)) {
            "#[inline]\n"
        } else {
            ""
        };
        let _ = writeln!(
            out,
            "\n// {}\n{inline}N{index}: V{index} = {{",
            nonterminal.name.replace('\n', " ")
        );
        for id in grammar.productions_of(NonterminalId::new(index)) {
            let production = grammar.production(id);
            let mut arguments = Vec::new();
            out.push_str("   ");
            for symbol in &production.symbols {
                let _ = match symbol {
                    Symbol::Nonterminal(n) => {
                        arguments.push(format!("a{}", arguments.len()));
                        write!(out, " <{}:N{}>", arguments[arguments.len() - 1], n.index())
                    }
                    Symbol::TokenClass(token_class) if production.leaf => {
                        arguments.push("token".to_owned());
                        write!(out, " <token:\"k{}\">", token_class.index())
                    }
                    Symbol::TokenClass(token_class) => write!(out, " \"k{}\"", token_class.index()),
                };
            }
            let _ = writeln!(out, " =>? make_{}({}),", id.index(), arguments.join(", "));
        }
        out.push_str("};\n");
    }
    out
}

/// Runs LALRPOP on `text`; the parser goes to `out_dir/NAME_parser.rs`.
pub fn run(name: &str, text: &str, out_dir: &Path) -> Result<(), Error> {
    // LALRPOP takes files from one folder to another.
    let folder = out_dir.join(format!("{name}_lalrpop"));
    std::fs::create_dir_all(&folder).map_err(|e| Error::Write {
        path: folder.clone(),
        message: e.to_string(),
    })?;
    crate::write(&folder.join(format!("{name}_parser.lalrpop")), text)?;
    lalrpop::Configuration::new()
        .log_quiet()
        .emit_rerun_directives(false)
        .emit_comments(false)
        .force_build(true)
        .set_in_dir(&folder)
        .set_out_dir(out_dir)
        .process()
        .map_err(|error| Error::Lalrpop(error.to_string()))
}

fn make_fn(production: ProductionId) -> Ident {
    format_ident!("make_{}", production.index())
}

/// What the parser's grammar names: types of values, and a function for each production.
pub fn actions(model: &Model<'_>) -> TokenStream {
    let count = model.grammar.nonterminals.len();
    let types = (0..count).map(|n| {
        let (name, ty) = (format_ident!("V{n}"), value_type(model, NonterminalId::new(n)));
        quote! { pub type #name = Deep<#ty>; }
    });
    let variants = (0..count).map(|n| {
        let (name, ty) = (format_ident!("N{n}"), value_type(model, NonterminalId::new(n)));
        quote! { #name(#ty) }
    });
    // LALRPOP's patterns know no numbers, but names of constants.
    let numbers = (0..model.grammar.token_classes.len() + count).map(|n| {
        let name = format_ident!("T{n}");
        quote! { pub const #name: usize = #n; }
    });
    let makers = (0..model.grammar.productions.len()).map(|p| maker(model, ProductionId::new(p)));
    quote! {
        pub type Wrong = ::lalrpop_util::ParseError<usize, ParserToken, TooDeep>;
        #(#numbers)*
        #(#types)*
        pub enum Any { #(#variants),* }
        fn deep<T>(value: T, below: u32) -> ::core::result::Result<Deep<T>, Wrong> {
            Deep::new(value, below).map_err(|error| ::lalrpop_util::ParseError::User { error })
        }
        #(#makers)*
    }
}

fn maker(model: &Model<'_>, id: ProductionId) -> TokenStream {
    let grammar = model.grammar;
    let production = grammar.production(id);
    let alternative = grammar.alternative_of(id);
    let nonterminal = production.nonterminal;
    let name = make_fn(id);
    let result = format_ident!("V{}", nonterminal.index());
    if let Some(terminal) = alternative.leaf {
        let value = leaf_value(model, terminal, &quote! { token });
        let value = match model.class_of[nonterminal.index()] {
            Some(_) => construct(model, production.alternative, &[value]),
            None => value,
        };
        return quote! {
            pub fn #name(token: u32) -> ::core::result::Result<#result, Wrong> { deep(#value, 0) }
        };
    }
    let children = children(model, alternative, id);
    let arguments: Vec<Ident> = (0..children.len()).map(|i| format_ident!("a{i}")).collect();
    let types = children.iter().map(|(n, _)| format_ident!("V{}", n.index()));
    let signature = quote! {
        pub fn #name(#(#arguments: #types),*) -> ::core::result::Result<#result, Wrong>
    };
    let below = match arguments.split_first() {
        None => quote! { 0 },
        Some((first, others)) => quote! { #first.depth #(.max(#others.depth))* },
    };
    let body = match grammar.nonterminals[nonterminal.index()].kind {
        NonterminalKind::Plus => {
            let (base, ..) = plus_parts(grammar, nonterminal);
            let counts = model.type_of(nonterminal) == Type::Count;
            match id == base {
                true if counts => quote! { Ok(Deep::link(1, #below)) },
                false if counts => quote! { Ok(Deep::link(a0.value + 1, #below)) },
                true => quote! { Ok(Deep::link(::std::vec![a0.value], a0.depth)) },
                false => quote! {
                    let depth = a0.depth.max(a1.depth);
                    let mut list = a0.value;
                    list.push(a1.value);
                    Ok(Deep::link(list, depth))
                },
            }
        }
        NonterminalKind::Star => match arguments.is_empty() {
            true if model.type_of(nonterminal) == Type::Count => quote! { deep(0, 0) },
            true => quote! { deep(::std::vec::Vec::new(), 0) },
            false => quote! { deep(a0.value, a0.depth) },
        },
        NonterminalKind::Optional => match (model.type_of(nonterminal), arguments.is_empty()) {
            (Type::Flag, _) => {
                let given = !production.symbols.is_empty();
                quote! { deep(#given, #below) }
            }
            (_, true) => quote! { deep(::core::option::Option::None, 0) },
            (_, false) => quote! { deep(::core::option::Option::Some(a0.value), a0.depth) },
        },
        NonterminalKind::Lexeme | NonterminalKind::Suffix => quote! { deep((), 0) },
        NonterminalKind::Rule | NonterminalKind::Group => {
            let mut values: Vec<(usize, TokenStream)> = Vec::new();
            for ((_, kept), argument) in children.iter().zip(&arguments) {
                if let Some(field) = kept {
                    values.push((*field, quote! { #argument.value }));
                }
            }
            values.sort_by_key(|(field, _)| *field);
            let values: Vec<TokenStream> = values.into_iter().map(|(_, v)| v).collect();
            let value = if model.class_of[nonterminal.index()].is_none() {
                group(&values)
            } else if transparent_child(grammar, alternative).is_some() {
                values[0].clone()
            } else {
                construct(model, production.alternative, &values)
            };
            quote! {
                let below = #below;
                deep(#value, below)
            }
        }
    };
    quote! { #signature { #body } }
}
