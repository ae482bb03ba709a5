//! The files of a new crate. `template/` is a crate that builds in its place; it is renamed by text.

use std::path::Path;

use crate::{Framework, NewError};

/// The name of the crate in `template/`, and the same as an identifier.
const NAME: &str = "my-dsl";
const IDENT: &str = "my_dsl";

/// Path in the crate, and text.
const FILES: &[(&str, &str)] = &[
    (".gitignore", include_str!("../template/.gitignore")),
    ("Cargo.toml", include_str!("../template/Cargo.toml")),
    ("README.md", include_str!("../template/README.md")),
    ("build.rs", include_str!("../template/build.rs")),
    ("my-dsl.lalrpop", include_str!("../template/my-dsl.lalrpop")),
    ("my-dsl.toml", include_str!("../template/my-dsl.toml")),
    ("src/lib.rs", include_str!("../template/src/lib.rs")),
    ("tests/conformance.rs", include_str!("../template/tests/conformance.rs")),
];

/// Paths and contents of the crate called `name`.
pub(crate) fn files(name: &str, framework: &Framework) -> Result<Vec<(String, Vec<u8>)>, NewError> {
    // An identifier holds no `-`, so what the first replacement writes is safe from the second.
    let renamed = |text: &str| text.replace(IDENT, &name.replace('-', "_")).replace(NAME, name);
    let mut files = Vec::new();
    for (path, text) in FILES {
        let text = match *path {
            // The path of the checkout is not to be renamed.
            "Cargo.toml" => with_dependencies(&renamed(text), framework)?,
            _ => renamed(text),
        };
        files.push((renamed(path), text.into_bytes()));
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
