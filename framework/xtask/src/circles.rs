//! Files of a crate that depend on each other in a circle: nobody can read one of them without the others.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};
use syn::visit::{self, Visit};

use crate::workspace::Workspace;

/// A module by its path in the crate: `["read", "lower"]`.
type Module = Vec<String>;

/// Fails if files of a crate use each other in a circle, tests left out.
///
/// A re-export stands for the file that has the item. So what a crate's `lib.rs` re-exports is no circle.
pub fn check(workspace: &Workspace) -> Result<()> {
    let mut faults = Vec::new();
    let mut files = 0;
    for folder in ["framework", "plugins"] {
        let folder = workspace.root().join(folder);
        for entry in fs::read_dir(&folder).with_context(|| folder.display().to_string())? {
            let source = entry?.path().join("src");
            if !source.is_dir() {
                continue;
            }
            let modules = Modules::read(&source)?;
            files += modules.0.len();
            for circle in modules.circles() {
                let names: Vec<String> = circle.iter().map(|module| module.join("/")).collect();
                faults.push(format!("{}: {}", source.display(), names.join(", ")));
            }
        }
    }
    if faults.is_empty() {
        println!("{files} files: none uses another in a circle");
        return Ok(());
    }
    bail!("files that use each other in a circle:\n  {}", faults.join("\n  "));
}

/// The files of a crate.
#[derive(Debug, Default)]
struct Modules(BTreeMap<Module, File>);

/// What a file names of its crate.
#[derive(Debug, Default)]
struct File {
    /// Paths, as written.
    paths: Vec<Module>,
    /// By the name that it has here: what is imported or re-exported, as written.
    imports: BTreeMap<String, Module>,
}

impl Modules {
    fn read(source: &Path) -> Result<Self> {
        let mut modules = Self::default();
        let mut open: Vec<PathBuf> = vec![source.to_owned()];
        while let Some(folder) = open.pop() {
            for entry in fs::read_dir(&folder)? {
                let path = entry?.path();
                if path.is_dir() {
                    open.push(path);
                } else if path.extension().is_some_and(|extension| extension == "rs") {
                    let text = fs::read_to_string(&path)?;
                    modules
                        .add(module_of(path.strip_prefix(source)?), &text)
                        .with_context(|| path.display().to_string())?;
                }
            }
        }
        Ok(modules)
    }

    fn add(&mut self, module: Module, text: &str) -> Result<()> {
        let mut file = File::default();
        file.visit_file(&syn::parse_file(text)?);
        self.0.insert(module, file);
        Ok(())
    }

    /// Circles of files, each in alphabetical order.
    fn circles(&self) -> Vec<Vec<&Module>> {
        let reach: BTreeMap<&Module, BTreeSet<&Module>> =
            self.0.keys().map(|module| (module, self.reach(module))).collect();
        let mut circles: BTreeSet<Vec<&Module>> = BTreeSet::new();
        for (module, reached) in &reach {
            let circle: Vec<&Module> = reached
                .iter()
                .copied()
                .filter(|other| reach[other].contains(module))
                .collect();
            if !circle.is_empty() {
                circles.insert(circle);
            }
        }
        circles.into_iter().collect()
    }

    /// The files that `module` uses by any way.
    fn reach(&self, module: &Module) -> BTreeSet<&Module> {
        let mut reached = BTreeSet::new();
        let mut open = self.uses(module);
        while let Some(next) = open.pop() {
            if reached.insert(next) {
                open.extend(self.uses(next));
            }
        }
        reached
    }

    /// The files whose items `module` names. The root only re-exports, and says what is a module.
    fn uses(&self, module: &Module) -> Vec<&Module> {
        let paths = self.0[module].paths.iter();
        let found = paths.filter_map(|path| self.file_of(module, path));
        found.filter(|file| *file != module && !file.is_empty()).collect()
    }

    /// The file with the item that `path` names, seen from `module`; `None` for a path of another crate.
    fn file_of(&self, module: &Module, path: &[String]) -> Option<&Module> {
        let (mut at, mut rest) = match path.first()?.as_str() {
            "crate" => (Module::new(), &path[1..]),
            "self" => (module.clone(), &path[1..]),
            "super" => {
                let up = path.iter().take_while(|part| *part == "super").count();
                (module[..module.len().checked_sub(up)?].to_vec(), &path[up..])
            }
            first => {
                let mut child = module.clone();
                child.push(first.to_owned());
                (self.0.contains_key(&child).then_some(child)?, &path[1..])
            }
        };
        while let [next, more @ ..] = rest {
            at.push(next.clone());
            if !self.0.contains_key(&at) {
                at.pop();
                break;
            }
            rest = more;
        }
        let (at, file) = self.0.get_key_value(&at)?;
        // A name that is imported there belongs to another file.
        let imported = rest.first().and_then(|name| file.imports.get(name));
        let elsewhere = imported
            .filter(|import| *import != path)
            .and_then(|import| self.file_of(at, import));
        Some(elsewhere.unwrap_or(at))
    }
}

/// `read/lower.rs`, `read/lower/mod.rs` and `lib.rs` as modules.
fn module_of(path: &Path) -> Module {
    let parts = path.with_extension("");
    let mut parts: Module = parts.iter().map(|part| part.to_string_lossy().into_owned()).collect();
    if matches!(parts.last().map(String::as_str), Some("mod" | "lib" | "main")) {
        parts.pop();
    }
    parts
}

impl Visit<'_> for File {
    fn visit_item(&mut self, item: &syn::Item) {
        let attributes = match item {
            syn::Item::Mod(item) => &item.attrs,
            syn::Item::Fn(item) => &item.attrs,
            syn::Item::Use(item) => &item.attrs,
            syn::Item::Impl(item) => &item.attrs,
            _ => return visit::visit_item(self, item),
        };
        let is_test = |attribute: &syn::Attribute| {
            attribute.path().is_ident("cfg")
                && attribute
                    .parse_args::<syn::Path>()
                    .is_ok_and(|argument| argument.is_ident("test"))
        };
        if !attributes.iter().any(is_test) {
            visit::visit_item(self, item);
        }
    }

    fn visit_item_use(&mut self, item: &syn::ItemUse) {
        self.import(&Module::new(), &item.tree);
    }

    fn visit_path(&mut self, path: &syn::Path) {
        if path.segments.len() > 1 {
            self.paths
                .push(path.segments.iter().map(|part| part.ident.to_string()).collect());
        }
        visit::visit_path(self, path);
    }
}

impl File {
    fn import(&mut self, before: &Module, tree: &syn::UseTree) {
        let with = |name: &syn::Ident| before.iter().cloned().chain([name.to_string()]).collect::<Module>();
        let (name, path) = match tree {
            syn::UseTree::Path(part) => return self.import(&with(&part.ident), &part.tree),
            syn::UseTree::Group(group) => return group.items.iter().for_each(|tree| self.import(before, tree)),
            syn::UseTree::Glob(_) => return self.paths.push(before.clone()),
            syn::UseTree::Name(name) if name.ident == "self" => {
                (before.last().cloned().unwrap_or_default(), before.clone())
            }
            syn::UseTree::Name(name) => (name.ident.to_string(), with(&name.ident)),
            syn::UseTree::Rename(rename) => (rename.rename.to_string(), with(&rename.ident)),
        };
        self.paths.push(path.clone());
        self.imports.insert(name, path);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn circles(files: &[(&str, &str)]) -> Vec<String> {
        let mut modules = Modules::default();
        for (path, text) in files {
            modules.add(module_of(Path::new(path)), text).unwrap();
        }
        let names = |circle: &Vec<&Module>| {
            circle
                .iter()
                .map(|module| module.join("/"))
                .collect::<Vec<_>>()
                .join(" ")
        };
        modules.circles().iter().map(names).collect()
    }

    const ROOT: (&str, &str) = ("lib.rs", "mod a; mod b; pub use a::A; pub use b::{B, C as D};");

    #[test]
    fn circles_are_found_through_re_exports() {
        let b = ("b.rs", "pub struct B; pub struct C;");
        assert_eq!(circles(&[ROOT, ("a.rs", "use crate::B; pub struct A;"), b]), [""; 0]);
        let uses = [
            "use crate::A;",
            "use super::a;",
            "fn f() { crate::a::g() }",
            "fn f(_: crate::A) {}",
        ];
        for text in uses {
            let files = [
                ROOT,
                ("a.rs", "use crate::D; pub struct A; pub fn g() {}"),
                ("b.rs", text),
            ];
            assert_eq!(circles(&files), ["a b"], "{text}");
        }
    }

    #[test]
    fn tests_may_use_what_they_like() {
        let tests = "pub struct B; #[cfg(test)] mod tests { use crate::A; } #[cfg(test)] fn f(_: crate::A) {}";
        assert_eq!(circles(&[ROOT, ("a.rs", "use crate::B;"), ("b.rs", tests)]), [""; 0]);
    }

    #[test]
    fn a_parent_uses_its_children_alone() {
        let root = ("lib.rs", "mod a;");
        let child = ("a/part.rs", "pub fn f() {}");
        assert_eq!(
            circles(&[root, ("a/mod.rs", "mod part; fn g() { part::f() }"), child]),
            [""; 0]
        );
        let child = ("a/part.rs", "use super::g; pub fn f() { g() }");
        assert_eq!(
            circles(&[root, ("a.rs", "mod part; fn g() { part::f() }"), child]),
            ["a a/part"]
        );
    }
}
