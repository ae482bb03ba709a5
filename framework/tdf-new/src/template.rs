//! The files of a new crate. `template/` is a crate that builds in its place; it is renamed by text. `template-function/` has the files
//! that differ in a language whose programs take inputs, `template-python/` those of a language in Python.

use std::path::Path;

use crate::{Framework, NewError};

/// The name of the crate in `template/`, and the same as an identifier.
const NAME: &str = "my-dsl";
const IDENT: &str = "my_dsl";

/// What the programs of a new language do.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Template {
    /// They render to images.
    #[default]
    Images,
    /// They take inputs and give outputs.
    Function,
    /// They render to images, by a class in Python.
    Python,
}

/// A path in the crate, and a text.
type File = (&'static str, &'static str);

/// What all languages in Rust have.
const SHARED: [File; 4] = [
    (".gitignore", include_str!("../template/.gitignore")),
    ("Cargo.toml", include_str!("../template/Cargo.toml")),
    ("build.rs", include_str!("../template/build.rs")),
    ("my-dsl.toml", include_str!("../template/my-dsl.toml")),
];

const IMAGES: &[File] = &[
    ("README.md", include_str!("../template/README.md")),
    ("my-dsl.lalrpop", include_str!("../template/my-dsl.lalrpop")),
    ("src/lib.rs", include_str!("../template/src/lib.rs")),
    ("tests/conformance.rs", include_str!("../template/tests/conformance.rs")),
];

const FUNCTION: &[File] = &[
    ("README.md", include_str!("../template-function/README.md")),
    ("examples.csv", include_str!("../template-function/examples.csv")),
    ("my-dsl.lalrpop", include_str!("../template-function/my-dsl.lalrpop")),
    ("src/lib.rs", include_str!("../template-function/src/lib.rs")),
    (
        "tests/conformance.rs",
        include_str!("../template-function/tests/conformance.rs"),
    ),
];

const PYTHON: &[File] = &[
    (".gitignore", include_str!("../template-python/.gitignore")),
    ("README.md", include_str!("../template-python/README.md")),
    ("my-dsl.lalrpop", include_str!("../template/my-dsl.lalrpop")),
    ("my-dsl.toml", include_str!("../template-python/my-dsl.toml")),
    ("my_dsl.py", include_str!("../template-python/my_dsl.py")),
    ("tdf_serve.py", include_str!("../../tdf-process/python/tdf_serve.py")),
    ("test_my_dsl.py", include_str!("../template-python/test_my_dsl.py")),
];

/// Paths and contents of the crate called `name`.
pub(crate) fn files(name: &str, template: Template, framework: &Framework) -> Result<Vec<(String, Vec<u8>)>, NewError> {
    // An identifier holds no `-`, so what the first replacement writes is safe from the second.
    let renamed = |text: &str| text.replace(IDENT, &name.replace('-', "_")).replace(NAME, name);
    let mut files = Vec::new();
    let (shared, own) = match template {
        Template::Images => (&SHARED[..], IMAGES),
        Template::Function => (&SHARED[..], FUNCTION),
        Template::Python => (&[][..], PYTHON),
    };
    for (path, text) in shared.iter().chain(own) {
        let text = match *path {
            // The path of the checkout is not to be renamed.
            "Cargo.toml" => with_dependencies(&renamed(text), framework)?,
            _ => renamed(text),
        };
        files.push((renamed(path), text.into_bytes()));
    }
    if template == Template::Python {
        return Ok(files);
    }
    if let Some(target) = framework.target() {
        files.push((".cargo/config.toml".to_owned(), configuration(&target).into_bytes()));
    }
    files.extend(framework.lock()?.map(|lock| ("Cargo.lock".to_owned(), lock)));
    Ok(files)
}

/// The configuration of cargo, with a target folder that is shared.
fn configuration(target: &Path) -> String {
    let target = toml::Value::String(target.display().to_string());
    format!(
        "# Languages on this machine share what they are made of: to compile tdf takes minutes and 0.5 GB. Git ignores this\n\
         # file. Without it cargo builds into `target` here.\n\
         [build]\n\
         target-dir = {target}\n"
    )
}

/// The manifest with `path = "../../MEMBER"` replaced by what leads to the framework.
fn with_dependencies(manifest: &str, framework: &Framework) -> Result<String, NewError> {
    const BEFORE: &str = "path = \"../../";
    let mut out = String::new();
    let mut rest = manifest;
    while let Some((before, after)) = rest.split_once(BEFORE) {
        let (member, after) = after.split_once('"').unwrap_or((after, ""));
        out.push_str(before);
        out.push_str(&framework.dependency(member)?);
        rest = after;
    }
    out.push_str(rest);
    Ok(out)
}
