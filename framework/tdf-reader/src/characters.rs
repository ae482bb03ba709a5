//! Which characters members are made of: printable ASCII, and what a regular expression names beyond it.

use regex_syntax::ast::{self, Ast, Flag, Flags, FlagsItemKind, GroupKind};
use regex_syntax::hir::translate::Translator;
use regex_syntax::hir::{Class, ClassUnicode, ClassUnicodeRange, Hir, HirKind, Repetition};

use crate::limits::{MAX_FOREIGN, MAX_REGEX_NESTING};

/// The long s and the Kelvin sign, the characters beyond ASCII that are forms of ASCII letters to `(?i)`.
const ASCII_FORMS: [char; 2] = ['\u{17f}', '\u{212a}'];

/// `hir`, that of `regex`, without the [`ASCII_FORMS`] that only `(?i)` brings in. Nobody means them.
pub(crate) fn without_ascii_forms(regex: &str, hir: Hir) -> Hir {
    let folds = regex.contains("(?") && ASCII_FORMS.iter().any(|c| contains(&hir, *c));
    let Some(named) = folds.then(|| without_folding(regex)).flatten() else {
        return hir;
    };
    let mut allowed = ClassUnicode::new([ClassUnicodeRange::new('\0', char::MAX)]);
    let lost = ASCII_FORMS.iter().filter(|c| !contains(&named, **c));
    allowed.difference(&ClassUnicode::new(lost.map(|c| ClassUnicodeRange::new(*c, *c))));
    restrict(&hir, &allowed)
}

/// `regex` without `(?i)`.
fn without_folding(regex: &str) -> Option<Hir> {
    fn strip(ast: &mut Ast) {
        let unfold = |flags: &mut Flags| {
            let folds = FlagsItemKind::Flag(Flag::CaseInsensitive);
            flags.items.retain(|item| item.kind != folds);
        };
        match ast {
            Ast::Flags(set) => unfold(&mut set.flags),
            Ast::Group(group) => {
                if let GroupKind::NonCapturing(flags) = &mut group.kind {
                    unfold(flags);
                }
                strip(&mut group.ast);
            }
            Ast::Repetition(repetition) => strip(&mut repetition.ast),
            Ast::Alternation(alternation) => alternation.asts.iter_mut().for_each(strip),
            Ast::Concat(concat) => concat.asts.iter_mut().for_each(strip),
            _ => {}
        }
    }
    let mut parser = ast::parse::ParserBuilder::new().nest_limit(MAX_REGEX_NESTING).build();
    let mut ast = parser.parse(regex).ok()?;
    strip(&mut ast);
    Translator::new().translate(regex, &ast).ok()
}

/// Whether `hir` has the character `c`, alone or in a class.
fn contains(hir: &Hir, c: char) -> bool {
    match hir.kind() {
        HirKind::Empty | HirKind::Look(_) | HirKind::Class(Class::Bytes(_)) => false,
        HirKind::Literal(literal) => String::from_utf8_lossy(&literal.0).contains(c),
        HirKind::Class(Class::Unicode(class)) => class.ranges().iter().any(|r| r.start() <= c && c <= r.end()),
        HirKind::Repetition(repetition) => contains(&repetition.sub, c),
        HirKind::Capture(capture) => contains(&capture.sub, c),
        HirKind::Concat(parts) | HirKind::Alternation(parts) => parts.iter().any(|p| contains(p, c)),
    }
}

/// Adds the printable characters beyond ASCII that `hir` names, alone or in a class that is not large.
pub(crate) fn foreign(hir: &Hir, characters: &mut Vec<char>) {
    let printable = |c: &char| !c.is_ascii() && !c.is_control() && !c.is_whitespace();
    match hir.kind() {
        HirKind::Empty | HirKind::Look(_) | HirKind::Class(Class::Bytes(_)) => {}
        HirKind::Literal(literal) => {
            characters.extend(String::from_utf8_lossy(&literal.0).chars().filter(printable));
        }
        HirKind::Class(Class::Unicode(class)) => {
            let count: usize = class.ranges().iter().map(|r| r.len()).sum();
            if count <= MAX_FOREIGN {
                characters.extend(
                    class
                        .ranges()
                        .iter()
                        .flat_map(|r| r.start()..=r.end())
                        .filter(printable),
                );
            }
        }
        HirKind::Repetition(repetition) => foreign(&repetition.sub, characters),
        HirKind::Capture(capture) => foreign(&capture.sub, characters),
        HirKind::Concat(parts) | HirKind::Alternation(parts) => parts.iter().for_each(|p| foreign(p, characters)),
    }
}

/// `hir` without the texts that have characters outside `allowed`. Keeps automata small: a class such as `\w` takes
/// thousands of states otherwise.
pub(crate) fn restrict(hir: &Hir, allowed: &ClassUnicode) -> Hir {
    let all = |parts: &[Hir]| parts.iter().map(|p| restrict(p, allowed)).collect();
    match hir.kind() {
        HirKind::Empty | HirKind::Look(_) => hir.clone(),
        HirKind::Literal(literal) => {
            let inside = |c: char| allowed.ranges().iter().any(|r| r.start() <= c && c <= r.end());
            match std::str::from_utf8(&literal.0) {
                Ok(text) if text.chars().all(inside) => hir.clone(),
                _ => Hir::fail(),
            }
        }
        HirKind::Class(class) => {
            let mut class = match class {
                Class::Unicode(class) => class.clone(),
                Class::Bytes(class) => class.to_unicode_class().unwrap_or_else(ClassUnicode::empty),
            };
            class.intersect(allowed);
            Hir::class(Class::Unicode(class))
        }
        HirKind::Repetition(repetition) => Hir::repetition(Repetition {
            sub: Box::new(restrict(&repetition.sub, allowed)),
            ..repetition.clone()
        }),
        HirKind::Capture(capture) => restrict(&capture.sub, allowed),
        HirKind::Concat(parts) => Hir::concat(all(parts)),
        HirKind::Alternation(parts) => Hir::alternation(all(parts)),
    }
}
