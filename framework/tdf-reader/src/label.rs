//! Names of alternatives: what an action says, and what is taken where there is none.

use std::ops::Range;

use tdf_grammar::{Diagnostic, Label};

use crate::surface::{Alternative, Code, CodeKind, Symbol, SymbolKind};

/// What the code of an action says.
#[derive(Debug, PartialEq, Eq)]
enum Said {
    /// `=> Circle { <> }`
    Name(String),
    /// `=> <>`
    Bare,
    /// `=> <>.parse().unwrap()`: a conversion of a terminal's text, which names nothing.
    Conversion,
}

const HELP: &str = "an action is a label: `=> Name { <> }`, `=> Name(<>)`, `=> Name` or `=> <>`";

/// The label of `alternative` in the rule called `rule`, and why there is none if it is `Err`; `only` if it is the
/// rule's only alternative.
pub(crate) fn label(alternative: &Alternative, rule: &str, only: bool) -> Result<Label, Diagnostic> {
    let symbols: Vec<&Symbol> = alternative.symbols.iter().filter(|s| !s.is_nothing()).collect();
    if let Some(action) = &alternative.action {
        let fault = |message: &str| Err(Diagnostic::new(action.span.clone(), message).help(HELP));
        match action.kind {
            CodeKind::Plain => {}
            CodeKind::Fallible => return Err(fallible(action)),
            CodeKind::Location => return Err(location(&action.span)),
        }
        let terminal = is_terminal(&symbols);
        match said(&action.text) {
            Some(Said::Name(name)) => return Ok(Label::Variant(name)),
            Some(Said::Bare) if !terminal => {
                if symbols.iter().filter(|s| is_nonterminal(s)).count() == 1 {
                    return Ok(Label::Transparent);
                }
                return fault("`<>` alone needs exactly one nonterminal");
            }
            Some(Said::Bare | Said::Conversion) if terminal => {}
            Some(Said::Conversion) => return fault("a conversion fits only around a single terminal"),
            _ => return fault("this action names no variant"),
        }
    }
    if only && is_camel(rule) {
        return Ok(Label::Variant(rule.to_owned()));
    }
    default_name(&symbols).map(Label::Variant).ok_or_else(|| {
        let message = "nothing here gives this alternative a name";
        Diagnostic::new(alternative.span.clone(), message).help("add a label, such as `=> Name { <> }`")
    })
}

/// The label of an alternative whose action says none: a name from its words, if they give one.
pub(crate) fn label_of_words(alternative: &Alternative) -> Label {
    let symbols: Vec<&Symbol> = alternative.symbols.iter().filter(|s| !s.is_nothing()).collect();
    default_name(&symbols).map_or(Label::Unnamed, Label::Variant)
}

/// Whether `alternative` is a single terminal and has no label, or `rule` as its label.
pub(crate) fn is_plain_terminal(alternative: &Alternative, rule: &str) -> bool {
    let symbols: Vec<&Symbol> = alternative.symbols.iter().filter(|s| !s.is_nothing()).collect();
    let said = alternative.action.as_ref().map(|a| (a.kind, said(&a.text)));
    is_terminal(&symbols)
        && match said {
            None | Some((CodeKind::Plain, Some(Said::Bare | Said::Conversion))) => true,
            Some((CodeKind::Plain, Some(Said::Name(name)))) => name == rule,
            Some(_) => false,
        }
}

fn is_terminal(symbols: &[&Symbol]) -> bool {
    let kind = |s: &Symbol| matches!(s.kind, SymbolKind::Literal(_) | SymbolKind::Regex(_));
    matches!(symbols, [only] if kind(only))
}

/// What in the symbols of an alternative a typed tree has no place for.
pub(crate) fn untyped_symbols(symbols: &[Symbol], out: &mut Vec<Diagnostic>) {
    for symbol in symbols {
        if let Some(pattern) = &symbol.tuple {
            out.push(
                Diagnostic::new(pattern.clone(), "patterns of several names are not supported")
                    .help("name the symbols one by one"),
            );
        }
        match &symbol.kind {
            SymbolKind::Location(at) => out.push(location(&(*at..at + "@L".len()))),
            SymbolKind::Group(inside) | SymbolKind::Macro(_, inside) => untyped_symbols(inside, out),
            SymbolKind::Repeat(inside, _) => untyped_symbols(std::slice::from_ref(inside), out),
            SymbolKind::Literal(_) | SymbolKind::Regex(_) | SymbolKind::Nonterminal(_) | SymbolKind::Error => {}
        }
    }
}

fn location(span: &Range<usize>) -> Diagnostic {
    let message = "places in the text (`@L`, `@R`) mean nothing in a program that is generated";
    Diagnostic::new(span.clone(), message).help("remove it")
}

fn fallible(action: &Code) -> Diagnostic {
    let start = action.span.start;
    let message = "an action that may fail (`=>?`) would make programs of this grammar invalid after the fact";
    Diagnostic::new(start..start + "=>?".len(), message).help("say what is valid in the rules, and use `=>`")
}

fn is_nonterminal(symbol: &Symbol) -> bool {
    !matches!(symbol.kind, SymbolKind::Literal(_) | SymbolKind::Regex(_))
}

fn said(code: &str) -> Option<Said> {
    let mut code = code.trim();
    while let Some(inner) = code.strip_prefix("Box::new(").and_then(|c| c.strip_suffix(')')) {
        code = inner.trim();
    }
    if let Some(rest) = code.strip_prefix("<>") {
        let rest = rest.trim_start();
        return match rest.chars().next() {
            None => Some(Said::Bare),
            Some('.') => Some(Said::Conversion),
            Some(_) => None,
        };
    }
    let end = code
        .find(|c: char| !(c.is_alphanumeric() || c == '_' || c == ':'))
        .unwrap_or(code.len());
    let (path, rest) = code.split_at(end);
    let name = path.rsplit("::").next()?;
    let rest = rest.trim();
    let inner = match (rest.chars().next(), rest.chars().last()) {
        (None, _) => Some(""),
        (Some('('), Some(')')) | (Some('{'), Some('}')) => Some(rest[1..rest.len() - 1].trim()),
        _ => None,
    }?;
    let inner = inner.strip_suffix(',').unwrap_or(inner).trim_end();
    let kept = inner.is_empty() || inner == "<>" || inner == "Box::new(<>)" || inner.starts_with("<>.");
    (kept && is_camel(name)).then(|| Said::Name(name.to_owned()))
}

fn is_camel(name: &str) -> bool {
    name.starts_with(char::is_uppercase) && name.chars().all(|c| c.is_alphanumeric() || c == '_') && name != "Self"
}

/// Operators that have a usual name.
const OPERATORS: [(&str, &str); 30] = [
    ("+", "Add"),
    ("-", "Subtract"),
    ("*", "Multiply"),
    ("/", "Divide"),
    ("%", "Remainder"),
    ("^", "Power"),
    ("**", "Power"),
    ("!", "Not"),
    ("~", "Complement"),
    ("&", "And"),
    ("&&", "And"),
    ("|", "Or"),
    ("||", "Or"),
    ("=", "Assign"),
    (":=", "Assign"),
    ("==", "Equal"),
    ("!=", "NotEqual"),
    ("<>", "NotEqual"),
    ("<", "Less"),
    ("<=", "LessOrEqual"),
    (">", "Greater"),
    (">=", "GreaterOrEqual"),
    ("<<", "ShiftLeft"),
    (">>", "ShiftRight"),
    ("->", "Arrow"),
    ("=>", "Implies"),
    ("..", "Range"),
    (".", "Dot"),
    ("?", "Question"),
    ("@", "At"),
];

/// The usual name of an operator: `Add` for `+`.
pub fn operator_name(text: &str) -> Option<&'static str> {
    OPERATORS.iter().find(|(o, _)| *o == text).map(|(_, name)| *name)
}

/// The first keyword, else the only nonterminal (if no operator says more), else the operator.
fn default_name(symbols: &[&Symbol]) -> Option<String> {
    let literals = || {
        symbols.iter().filter_map(|s| {
            if let SymbolKind::Literal(t) = &s.kind {
                Some(t.as_str())
            } else {
                None
            }
        })
    };
    let keyword = literals().find(|t| is_keyword(t)).map(camel).filter(|n| is_camel(n));
    let operator = literals().find_map(operator_name);
    let others: Vec<&&Symbol> = symbols.iter().filter(|s| is_nonterminal(s)).collect();
    let regexes = symbols.iter().any(|s| matches!(s.kind, SymbolKind::Regex(_)));
    let nonterminal = match others[..] {
        [
            Symbol {
                kind: SymbolKind::Nonterminal(name),
                ..
            },
        ] if !regexes && operator.is_none() => Some(camel(name)),
        _ => None,
    };
    keyword
        .or(nonterminal.filter(|n| is_camel(n)))
        .or(operator.map(str::to_owned))
}

fn is_keyword(text: &str) -> bool {
    text.starts_with(char::is_alphabetic)
        && text
            .chars()
            .all(|c| c.is_alphanumeric() || matches!(c, '_' | '-' | ' '))
}

fn camel(text: &str) -> String {
    let words = text.split(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_empty());
    words
        .map(|w| {
            let mut chars = w.chars();
            let first = chars.next().map(|c| c.to_uppercase().to_string()).unwrap_or_default();
            let rest = chars.as_str();
            // NOT, IN: a keyword in capitals; fillStroke keeps its inner capital.
            let rest = if w.len() > 1 && !w.contains(char::is_lowercase) {
                rest.to_lowercase()
            } else {
                rest.to_owned()
            };
            first + &rest
        })
        .collect()
}
