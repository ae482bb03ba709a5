//! The crate of a new language: which names it can have, what is written, and that it works.

mod builds;
mod files;
mod names;

use std::path::{Path, PathBuf};

use tdf_new::Framework;

/// The root of this repository.
fn workspace() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn checkout() -> Framework {
    Framework::checkout(&workspace()).unwrap()
}

/// Paths of all files in a folder, relative to it, sorted.
fn list(folder: &Path) -> Vec<String> {
    fn visit(root: &Path, folder: &Path, out: &mut Vec<String>) {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            match path.is_dir() {
                true => visit(root, &path, out),
                false => out.push(path.strip_prefix(root).unwrap().display().to_string()),
            }
        }
    }
    let mut out = Vec::new();
    visit(folder, folder, &mut out);
    out.sort();
    out
}
