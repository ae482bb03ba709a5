//! The definitions of a grammar: its own, and those that it imports.

use std::collections::BTreeMap;
use std::ops::Range;
use std::path::{Path, PathBuf};

use tdf_diagnostic::{Diagnostic, Position};

use crate::common::library;
use crate::limits::MAX_IMPORTS;
use crate::parse::parse;
use crate::syntax::{Alternative, Atom, Change, Definition, Import, Item, Name, Statement, is_terminal};

/// Rules and terminals by name, in the order of the file.
#[derive(Debug, Default)]
pub struct Definitions {
    pub list: Vec<Definition>,
    pub ignored: Vec<Vec<Alternative>>,
    pub declared: Vec<Name>,
}

/// The definitions of the grammar `text`; relative imports start at `folder`.
pub fn definitions(text: &str, folder: &Path, findings: &mut Vec<Diagnostic>) -> Definitions {
    read(text, folder, 0, findings)
}

fn read(text: &str, folder: &Path, depth: usize, findings: &mut Vec<Diagnostic>) -> Definitions {
    let statements = parse(text, findings);
    let mut own = Definitions::default();
    for statement in &statements {
        match statement {
            Statement::Import(import) => match imported(import, folder, depth) {
                Ok(found) => own.list.extend(found),
                Err(finding) => findings.push(finding),
            },
            Statement::Ignore(what) => own.ignored.push(what.clone()),
            Statement::Declare(names) => own.declared.extend(names.iter().cloned()),
            Statement::Definition(_) => {}
        }
    }
    // One import may bring what another has brought.
    let mut seen = BTreeMap::new();
    own.list
        .retain(|definition| seen.insert(definition.name.text.clone(), ()).is_none());
    for statement in statements {
        if let Statement::Definition(definition) = statement {
            own.define(definition, findings);
        }
    }
    own
}

impl Definitions {
    fn define(&mut self, definition: Definition, findings: &mut Vec<Diagnostic>) {
        let name = &definition.name;
        let before = self.list.iter_mut().find(|other| other.name.text == name.text);
        let mut fault = |message: String, help: &str| {
            findings.push(Diagnostic::new(name.span.clone(), message).help(help));
        };
        match (definition.change, before) {
            (Change::Define, None) => self.list.push(definition),
            (Change::Define, Some(_)) => fault(
                format!("a second definition of `{}`", name.text),
                "join the two with `|`; %override and %extend change what is imported",
            ),
            (Change::Override | Change::Extend, None) => fault(
                format!("there is no `{}` to change", name.text),
                "import it first, or remove the directive",
            ),
            (Change::Override, Some(before)) => *before = definition,
            (Change::Extend, Some(before)) => before.alternatives.extend(definition.alternatives),
        }
    }
}

/// What `import` brings, by the names that it has here.
fn imported(import: &Import, folder: &Path, depth: usize) -> Result<Vec<Definition>, Diagnostic> {
    let fault = |message: String| Diagnostic::new(import.span.clone(), message);
    if depth == MAX_IMPORTS {
        return Err(fault(format!("more than {MAX_IMPORTS} grammars import each other")));
    }
    let path: Vec<&str> = import.path.iter().map(|name| name.text.as_str()).collect();
    let path = path.join("/");
    let mut inner = Vec::new();
    let (found, shown) = match library(&path).filter(|_| !import.relative) {
        Some(text) => (read(text, folder, depth + 1, &mut inner), path.clone()),
        None => {
            let file = folder.join(&path).with_extension("lark");
            let text = tdf_files::read_text(&file, tdf_files::CONFIG).map_err(|error| {
                let help = "`common` and `unicode` are built in; other grammars are files beside this one";
                fault(format!("{}: {error}", file.display())).help(help)
            })?;
            let folder = file.parent().map(PathBuf::from).unwrap_or_default();
            let found = read(&text, &folder, depth + 1, &mut inner);
            if let Some(first) = inner.first() {
                let position = Position::of(&text, first.span.start);
                let (file, line, column) = (file.display(), position.line, position.column);
                return Err(fault(format!("{file}:{line}:{column}: {}", first.message)));
            }
            (found, file.display().to_string())
        }
    };
    let names: BTreeMap<&str, &Definition> = found.list.iter().map(|d| (d.name.text.as_str(), d)).collect();
    let mut here: BTreeMap<String, String> = BTreeMap::new();
    for (name, alias) in &import.names {
        if !names.contains_key(name.text.as_str()) {
            return Err(Diagnostic::new(
                name.span.clone(),
                format!("{shown} has no `{}`", name.text),
            ));
        }
        if name.is_terminal() != alias.is_terminal() {
            let message = "a terminal is imported as a terminal, a rule as a rule";
            return Err(Diagnostic::new(alias.span.clone(), message).help("terminals are written in capitals"));
        }
        here.insert(name.text.clone(), alias.text.clone());
    }
    // What the imported ones need comes along, by names that do not get in the way.
    let prefix = import.path.last().map_or("", |name| name.text.as_str());
    let mut brought = Vec::new();
    let mut open: Vec<String> = here.keys().cloned().collect();
    while let Some(name) = open.pop() {
        let Some(definition) = names.get(name.as_str()) else {
            continue;
        };
        let mut definition = (*definition).clone();
        let span = import.span.clone();
        move_to(&mut definition, &span);
        definition.change = Change::Define;
        let parameters: Vec<String> = definition.parameters.iter().map(|p| p.text.clone()).collect();
        definition.name.text = here[&name].clone();
        rename(&mut definition.alternatives, &mut |name| {
            if parameters.contains(name) || !names.contains_key(name.as_str()) {
                return;
            }
            let new = here.entry(name.clone()).or_insert_with(|| {
                open.push(name.clone());
                mangled(prefix, name)
            });
            *name = new.clone();
        });
        brought.push(definition);
    }
    brought.reverse();
    Ok(brought)
}

/// The name of a definition of the grammar `prefix` that comes along with an imported one.
fn mangled(prefix: &str, name: &str) -> String {
    let joined = format!("{prefix}__{name}");
    match is_terminal(name) {
        true => joined.to_uppercase(),
        false => joined,
    }
}

/// Imported definitions stand where the import does.
fn move_to(definition: &mut Definition, span: &Range<usize>) {
    fn alternatives(list: &mut [Alternative], span: &Range<usize>) {
        for alternative in list {
            alternative.span = span.clone();
            alternative.alias.iter_mut().for_each(|alias| alias.span = span.clone());
            alternative.items.iter_mut().for_each(|part| item(part, span));
        }
    }
    fn item(part: &mut Item, span: &Range<usize>) {
        part.span = span.clone();
        match &mut part.atom {
            Atom::Group(inside) | Atom::Maybe(inside) => alternatives(inside, span),
            Atom::Name(name) => name.span = span.clone(),
            Atom::Template(name, arguments) => {
                name.span = span.clone();
                arguments.iter_mut().for_each(|argument| item(argument, span));
            }
            Atom::Literal(_) | Atom::Regex(_) | Atom::Range(..) => {}
        }
    }
    definition.name.span = span.clone();
    alternatives(&mut definition.alternatives, span);
}

/// Calls `change` with every name that `list` uses.
fn rename(list: &mut [Alternative], change: &mut dyn FnMut(&mut String)) {
    fn item(part: &mut Item, change: &mut dyn FnMut(&mut String)) {
        match &mut part.atom {
            Atom::Group(inside) | Atom::Maybe(inside) => rename(inside, change),
            Atom::Name(name) => change(&mut name.text),
            Atom::Template(name, arguments) => {
                change(&mut name.text);
                arguments.iter_mut().for_each(|argument| item(argument, change));
            }
            Atom::Literal(_) | Atom::Regex(_) | Atom::Range(..) => {}
        }
    }
    for part in list.iter_mut().flat_map(|alternative| &mut alternative.items) {
        item(part, change);
    }
}
