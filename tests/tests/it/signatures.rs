//! The signatures and examples in docs/plugins.md are those of the source.

use std::path::{Path, PathBuf};

use syn::{ImplItem, Item, TraitItem};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn read(path: &str) -> String {
    std::fs::read_to_string(root().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// The item called `name` in a file, without its documentation: of a trait and of `impl`s what others may call, without the
/// bodies.
fn item(path: &str, name: &str, functions: &[&str]) -> String {
    let file = syn::parse_file(&read(path)).unwrap();
    let items: Vec<Item> = file
        .items
        .into_iter()
        .filter_map(|item| match item {
            Item::Trait(mut found) if found.ident == name => {
                found.attrs.clear();
                for item in &mut found.items {
                    match item {
                        TraitItem::Fn(function) => {
                            function.attrs.clear();
                            function.default = None;
                        }
                        TraitItem::Const(item) => item.attrs.clear(),
                        TraitItem::Type(item) => item.attrs.clear(),
                        _ => panic!("{path}: {name} holds another kind of item"),
                    }
                }
                Some(Item::Trait(found))
            }
            Item::Struct(mut found) if found.ident == name && functions.is_empty() => {
                found.attrs.clear();
                found.fields.iter_mut().for_each(|field| field.attrs.clear());
                Some(Item::Struct(found))
            }
            Item::Enum(mut found) if found.ident == name => {
                found.attrs.clear();
                for variant in &mut found.variants {
                    variant.attrs.clear();
                    variant.fields.iter_mut().for_each(|field| field.attrs.clear());
                }
                Some(Item::Enum(found))
            }
            Item::Impl(mut found) if found.trait_.is_none() && is(&found.self_ty, name) && !functions.is_empty() => {
                found.items.retain_mut(|item| match item {
                    ImplItem::Fn(function) if functions.iter().any(|name| function.sig.ident == name) => {
                        function.attrs.clear();
                        function.block.stmts.clear();
                        true
                    }
                    _ => false,
                });
                (!found.items.is_empty()).then_some(Item::Impl(found))
            }
            Item::Fn(mut found) if found.sig.ident == name => {
                found.attrs.clear();
                found.block.stmts.clear();
                Some(Item::Fn(found))
            }
            _ => None,
        })
        .collect();
    assert_eq!(items.len(), 1, "{path}: {name}");
    if let Item::Impl(found) = &items[0] {
        assert_eq!(found.items.len(), functions.len(), "{path}: {name}");
    }
    let mut shown = syn::parse_file("").unwrap();
    shown.items = items;
    let text = prettyplease::unparse(&shown);
    // A function without its body ends like one of a trait.
    text.replace(" {}\n", ";\n")
}

fn is(path: &syn::Type, name: &str) -> bool {
    matches!(path, syn::Type::Path(path) if path.path.is_ident(name))
}

/// What a plugin author implements and calls.
fn signatures() -> String {
    const DOMAIN: &str = "framework/tdf-domain/src";
    let ours = |file: &str, name: &str, functions: &[&str]| item(&format!("{DOMAIN}/{file}.rs"), name, functions);
    [
        ours("domain", "Domain", &[]),
        ours("canvas", "Canvas", &[]),
        ours("error", "RenderError", &[]),
        ours("measure", "Measure", &[]),
        ours("measure", "Comparison", &[]),
        item("framework/tdf-tree/src/partial.rs", "PartialPrograms", &[]),
        ours("options", "OptionSpec", &[]),
        ours("options", "Allowed", &[]),
        ours("options", "Options", &["get", "whole"]),
        item(
            "framework/tdf-tree/src/size.rs",
            "Size",
            &["primitives", "weighted", "nodes", "tokens"],
        ),
        ours("canvas", "from_samples", &[]),
        ours("distance", "pixels", &[]),
        ours("distance", "one_minus_iou", &[]),
        ours("distance", "lines", &[]),
    ]
    .join("\n")
}

/// The words behind the fence and the text of every block of a document.
fn blocks(markdown: &str) -> Vec<(&str, String)> {
    let mut blocks = Vec::new();
    let mut open: Option<(&str, String)> = None;
    for line in markdown.lines() {
        match (line.strip_prefix("```"), &mut open) {
            (Some(info), None) => open = Some((info, String::new())),
            (Some(_), Some(_)) => blocks.extend(open.take()),
            (None, Some((_, text))) => text.extend([line, "\n"]),
            (None, None) => (),
        }
    }
    blocks
}

#[test]
fn signatures_are_those_of_the_source() {
    const BEGIN: &str = "```rust signatures\n";
    let (page, expected) = (read("docs/plugins.md"), signatures());
    let (before, rest) = page.split_once(BEGIN).expect("a block with the signatures");
    let (shown, after) = rest.split_once("```\n").expect("the end of the block");
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        let page = format!("{before}{BEGIN}{expected}```\n{after}");
        std::fs::write(root().join("docs/plugins.md"), page).unwrap();
    } else {
        assert!(
            shown == expected,
            "docs/plugins.md shows other signatures; UPDATE_GOLDEN=1 renews them:\n{expected}"
        );
    }
}

/// A block `rust FILE` or `lalrpop FILE` stands in the file as it is: what is compiled and tested cannot go wrong unseen.
#[test]
fn examples_are_those_of_the_repository() {
    let page = read("docs/plugins.md");
    let mut examples = 0;
    for (info, text) in blocks(&page) {
        let Some((_, path)) = info.split_once(' ').filter(|(_, path)| path.contains('/')) else {
            continue;
        };
        assert!(
            read(path).contains(&text),
            "docs/plugins.md shows what is not in {path}:\n{text}"
        );
        examples += 1;
    }
    assert!(examples >= 4, "{examples} examples");
}
