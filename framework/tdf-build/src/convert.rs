//! Functions between nodes and typed trees: `read_N` and `write_N` for nonterminal number N.

use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote};
use tdf_grammar::{
    Alternative, AlternativeId, Grammar, NonterminalId, NonterminalSort, ProductionId, Symbol, TerminalId, TokenId,
};

use crate::model::{Class, ClassId, Model, Parts, Type, alternatives_of, leaves, transparent_child};
use crate::names::ident;
use crate::types::{class_name, rust_type};

/// `tdf_tree::Node::NO_TOKEN`, of nodes that hold no token.
const NO_TOKEN: u32 = u32::MAX;

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

/// All functions, and the tables of leaves.
pub fn functions(model: &Model<'_>) -> TokenStream {
    let mut out = tables(model);
    for nonterminal in model.nonterminals() {
        out.extend(reader(model, nonterminal));
        out.extend(writer(model, nonterminal));
    }
    for class in 0..model.classes.len() {
        out.extend(class_writer(model, class));
    }
    out
}

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
fn tables(model: &Model<'_>) -> TokenStream {
    let grammar = model.grammar;
    let mut terminals: Vec<TerminalId> = grammar.alternatives.iter().filter_map(|a| a.leaf).collect();
    terminals.retain(|t| !grammar.is_spelled(*t));
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
        let row = (first..=last).map(|token| match tokens.iter().position(|t| t.index() == token) {
            Some(at) => values[at].tokens(),
            None => gap.clone(),
        });
        quote! { static #name: &[#ty] = &[ #(#row),* ]; }
    });
    quote! { #(#tables)* }
}

enum Literal {
    Number(&'static str, i128),
    Text(String),
}

impl Literal {
    fn tokens(&self) -> TokenStream {
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

fn leaf_values(model: &Model<'_>, terminal: TerminalId) -> Vec<Literal> {
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
fn taken_value(model: &Model<'_>, terminal: TerminalId, node: &TokenStream) -> TokenStream {
    match model.type_of_terminal(terminal) {
        Type::Spelled { numbers: true } => quote! { { let first = #node; c.numeral(language(), first) } },
        Type::Spelled { numbers: false } => quote! { { let first = #node; c.member(language(), first) } },
        _ => leaf_value(model, terminal, &quote! { #node.token.0 }),
    }
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
fn head(model: &Model<'_>, class: ClassId, parts: &Parts) -> TokenStream {
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
            Symbol::Nonterminal(n) => Some((*n, kept.iter().position(|&k| k == position))),
            Symbol::Kind(_) => None,
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

// ---- nodes to types

fn reader(model: &Model<'_>, nonterminal: NonterminalId) -> TokenStream {
    let (name, ty) = (read_fn(nonterminal), value_type(model, nonterminal));
    let body = reader_body(model, nonterminal);
    quote! {
        pub fn #name(c: &mut Cursor<'_>) -> #ty { #body }
    }
}

fn reader_body(model: &Model<'_>, nonterminal: NonterminalId) -> TokenStream {
    let grammar = model.grammar;
    let sort = grammar.nonterminals[nonterminal.index()].sort;
    let productions: Vec<ProductionId> = grammar.productions_of(nonterminal).collect();
    match sort {
        NonterminalSort::Rule => rule_reader(model, nonterminal),
        NonterminalSort::Rest => TokenStream::new(),
        NonterminalSort::Lexeme => {
            let leaf = grammar.alternative_of(productions[0]).leaf;
            let value = leaf.map(|terminal| taken_value(model, terminal, &quote! { c.take() }));
            quote! { #value }
        }
        NonterminalSort::Plus => {
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
        NonterminalSort::Star | NonterminalSort::Optional => {
            let (empty, _, content) = optional_parts(grammar, nonterminal);
            let empty = empty.0;
            let content = read_symbol(content);
            match (sort, model.type_of(nonterminal)) {
                (NonterminalSort::Star, Type::Count) => {
                    quote! { if c.take().production.0 == #empty { 0 } else { #content } }
                }
                (NonterminalSort::Star, _) => {
                    quote! { if c.take().production.0 == #empty { ::std::vec::Vec::new() } else { #content } }
                }
                (_, Type::Flag) => quote! { c.take().production.0 != #empty },
                _ => quote! {
                    if c.take().production.0 == #empty { ::core::option::Option::None }
                    else { ::core::option::Option::Some(#content) }
                },
            }
        }
        NonterminalSort::Group => {
            let alternative = grammar.alternative_of(productions[0]);
            let (reads, values) = read_children(model, alternative, productions[0]);
            let value = group(&values);
            quote! { c.take(); #reads #value }
        }
    }
}

fn rule_reader(model: &Model<'_>, nonterminal: NonterminalId) -> TokenStream {
    let grammar = model.grammar;
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
            quote! { { #reads #value } }
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
        Symbol::Kind(_) => quote! { () },
    }
}

// ---- types to nodes

fn writer(model: &Model<'_>, nonterminal: NonterminalId) -> TokenStream {
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

fn class_writer(model: &Model<'_>, class: ClassId) -> TokenStream {
    let (write, name) = (class_fn(class), class_name(model, class));
    let arms = model.classes[class].alternatives.iter().map(|&id| {
        let alternative = &model.grammar.alternatives[id.index()];
        let parts = &model.parts[id.index()];
        let head = head(model, class, parts);
        let places: Vec<Ident> = (0..parts.fields.len()).map(|i| format_ident!("f{i}")).collect();
        let pattern = if parts.named {
            let names = parts
                .fields
                .iter()
                .map(|f| ident(f.name.as_deref().unwrap_or_default()));
            quote! { #head { #(#names: #places),* } }
        } else if places.is_empty() {
            quote! { #head { .. } }
        } else {
            quote! { #head(#(#places),*) }
        };
        let body = if alternative.leaf.is_some() {
            leaf_writer(model, id, &quote! { f0 })
        } else {
            node_writer(model, alternative, model.production(id), &places)
        };
        quote! { #pattern => #body }
    });
    quote! {
        fn #write(v: &super::#name, w: &mut Writer) { match v { #(#arms,)* } }
    }
}

fn leaf_writer(model: &Model<'_>, id: AlternativeId, place: &TokenStream) -> TokenStream {
    let grammar = model.grammar;
    let alternative = &grammar.alternatives[id.index()];
    let Some(terminal) = alternative.leaf else {
        return TokenStream::new();
    };
    if let Type::Spelled { numbers } = model.type_of_terminal(terminal) {
        let text = if numbers {
            quote! { #place.text() }
        } else {
            quote! { #place }
        };
        let (number, name) = (id.index(), &grammar.nonterminals[alternative.nonterminal.index()].name);
        return quote! { if !w.member(language(), #number, #text) { no_program(#place, #name) } };
    }
    let leaves = leaves(grammar, alternative);
    let tokens = &grammar.terminals[terminal.index()].tokens;
    let values = leaf_values(model, terminal);
    let arms = tokens.iter().zip(&values).filter_map(|(token, value)| {
        let kind = grammar.tokens[token.index()].kind;
        let (production, _) = leaves.iter().find(|(_, k)| *k == kind)?;
        let (value, production, token) = (value.tokens(), production.0, token.0);
        Some(quote! { #value => w.leaf(#production, #token) })
    });
    let name = &grammar.nonterminals[alternative.nonterminal.index()].name;
    quote! { match *#place { #(#arms,)* _ => no_program(#place, #name) } }
}

/// Writes a node whose fields are at `places` (references).
fn node_writer(
    model: &Model<'_>,
    alternative: &Alternative,
    production: ProductionId,
    places: &[Ident],
) -> TokenStream {
    let number = production.0;
    let children = children(model, alternative, production);
    if children.is_empty() {
        return quote! { w.leaf(#number, #NO_TOKEN) };
    }
    let writes = children.into_iter().map(|(n, kept)| match kept {
        Some(field) => {
            let place = &places[field];
            write_value(model, n, &quote! { #place })
        }
        None => {
            let nodes = least_program(model.grammar, n);
            let nodes = nodes.iter().map(|(p, t, len)| quote! { (#p, #t, #len) });
            quote! { w.fixed(&[#(#nodes),*]) }
        }
    });
    quote! { w.node(#number, |w| { #(#writes;)* }) }
}

/// Writes the value of `nonterminal` at `place` (a reference, maybe to a value with boxes in it).
fn write_value(model: &Model<'_>, nonterminal: NonterminalId, place: &TokenStream) -> TokenStream {
    let grammar = model.grammar;
    let first = ProductionId(grammar.nonterminals[nonterminal.index()].productions.start);
    match grammar.nonterminals[nonterminal.index()].sort {
        NonterminalSort::Rule => {
            let write = write_fn(nonterminal);
            quote! { #write(#place, w) }
        }
        NonterminalSort::Lexeme => leaf_writer(model, grammar.production(first).alternative, place),
        NonterminalSort::Rest => TokenStream::new(),
        NonterminalSort::Plus => {
            let (base, step, element) = plus_parts(grammar, nonterminal);
            let (base, step) = (base.0, step.0);
            let element = write_symbol(model, element, &quote! { v });
            let list = match model.type_of(nonterminal) {
                Type::Count => quote! { &::std::vec![(); *#place] },
                _ => place.clone(),
            };
            quote! { w.list(#step, #base, #list, |v, w| #element) }
        }
        NonterminalSort::Star => {
            let (empty, full, content) = optional_parts(grammar, nonterminal);
            let (empty, full) = (empty.0, full.0);
            let content = write_symbol(model, content, place);
            let is_empty = match model.type_of(nonterminal) {
                Type::Count => quote! { *#place == 0 },
                _ => quote! { #place.is_empty() },
            };
            quote! { if #is_empty { w.leaf(#empty, #NO_TOKEN) } else { w.node(#full, |w| #content) } }
        }
        NonterminalSort::Optional => {
            let (empty, full, content) = optional_parts(grammar, nonterminal);
            let (empty, full) = (empty.0, full.0);
            if model.type_of(nonterminal) == Type::Flag {
                let content = write_symbol(model, content, &quote! { &() });
                return quote! { if *#place { w.node(#full, |w| #content) } else { w.leaf(#empty, #NO_TOKEN) } };
            }
            let content = write_symbol(model, content, &quote! { v });
            quote! {
                match #place {
                    ::core::option::Option::None => w.leaf(#empty, #NO_TOKEN),
                    ::core::option::Option::Some(v) => w.node(#full, |w| #content),
                }
            }
        }
        NonterminalSort::Group => {
            let alternative = grammar.alternative_of(first);
            let children = children(model, alternative, first);
            let kept = children.iter().filter(|(_, kept)| kept.is_some()).count();
            // Groups nest: the names of each depend on its own place among the nonterminals.
            let names: Vec<Ident> = (0..kept)
                .map(|i| format_ident!("g{}_{i}", nonterminal.index()))
                .collect();
            let node = node_writer(model, alternative, first, &names);
            match &names[..] {
                [] => node,
                [one] => quote! { { let #one = #place; #node } },
                _ => quote! { { let (#(#names),*) = #place; #node } },
            }
        }
    }
}

fn write_symbol(model: &Model<'_>, symbol: Symbol, place: &TokenStream) -> TokenStream {
    match symbol {
        Symbol::Nonterminal(n) => write_value(model, n, place),
        Symbol::Kind(_) => quote! { () },
    }
}

// ---- shapes of repetitions

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
                    Symbol::Kind(kind) if production.leaf && at == 0 => {
                        nodes[0].1 = grammar.kinds[kind.index()].tokens[0].0
                    }
                    Symbol::Kind(_) => {}
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
