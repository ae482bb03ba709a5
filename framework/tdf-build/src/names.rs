//! Names of the grammar as names of Rust.

use proc_macro2::{Ident, Span};
use tdf_reader::operator_name;

/// An identifier; keywords are escaped (`r#type`), or, where Rust does not allow that, get an underscore (`Self_`).
pub fn ident(name: &str) -> Ident {
    match name {
        // A keyword since the edition 2024, which syn takes for a name.
        "gen" => Ident::new_raw(name, Span::call_site()),
        _ if syn::parse_str::<Ident>(name).is_ok() => Ident::new(name, Span::call_site()),
        "self" | "Self" | "super" | "crate" | "_" | "" => Ident::new(&format!("{name}_"), Span::call_site()),
        _ => syn::parse_str(&format!("r#{name}")).unwrap_or_else(|_| Ident::new(&sanitised(name), Span::call_site())),
    }
}

/// `expr_list`, `Comma<Expr>`, `Tier<"&&">` and `Expr` as names of types: `ExprList`, `CommaExpr`, `TierAnd`, `Expr`.
pub fn camel(name: &str) -> String {
    let mut out = String::new();
    // Every other piece is a literal, an argument of a macro.
    for (index, piece) in name.split('"').enumerate() {
        match operator_name(piece).filter(|_| index % 2 == 1) {
            Some(name) => out.push_str(name),
            None => push_words(piece, &mut out),
        }
    }
    if out.starts_with(|c: char| c.is_numeric()) || out.is_empty() {
        out.insert(0, 'N');
    }
    out
}

fn push_words(name: &str, out: &mut String) {
    for word in name.split(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_empty()) {
        let mut chars = word.chars();
        out.extend(chars.next().into_iter().flat_map(char::to_uppercase));
        let rest = chars.as_str();
        // `NUMBER` is a name in capitals, `HTTPServer` is not.
        if word.chars().count() > 1 && word.chars().all(|c| !c.is_lowercase()) {
            out.extend(rest.chars().flat_map(char::to_lowercase));
        } else {
            out.push_str(rest);
        }
    }
}

fn sanitised(name: &str) -> String {
    let name: String = name
        .chars()
        .map(|c| if c.is_alphanumeric() || c == '_' { c } else { '_' })
        .collect();
    if name.starts_with(|c: char| c.is_numeric()) {
        format!("_{name}")
    } else {
        name
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keywords_are_escaped() {
        for (name, expected) in [
            ("type", "r#type"),
            ("gen", "r#gen"),
            ("Self", "Self_"),
            ("self", "self_"),
            ("x", "x"),
            ("Box", "Box"),
        ] {
            assert_eq!(ident(name).to_string(), expected);
        }
    }

    #[test]
    fn types_are_in_camel_case() {
        for (name, expected) in [
            ("Expr", "Expr"),
            ("expr_list", "ExprList"),
            ("Comma<Expr>", "CommaExpr"),
            ("HTTPServer", "HTTPServer"),
            ("NUMBER", "Number"),
            ("E", "E"),
            ("Tier<\"&&\", Tier<\"||\", Atom>>", "TierAndTierOrAtom"),
            ("Tag<\"no-fill\">", "TagNoFill"),
        ] {
            assert_eq!(camel(name), expected);
        }
    }
}
