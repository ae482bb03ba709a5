//! The grammar files that the command line names.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// A grammar file, and its name in the table: below the folder that was named.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct GrammarFile {
    pub path: PathBuf,
    pub name: String,
}

/// The files in the order of their names, of one path after the other.
///
/// # Errors
/// A path that is not there or cannot be read.
pub fn find(paths: &[PathBuf]) -> io::Result<Vec<GrammarFile>> {
    let mut files = Vec::new();
    for path in paths {
        let mut found = Vec::new();
        if path.is_dir() {
            walk(path, path, &mut found)?;
        } else {
            let name = path.to_string_lossy().into_owned();
            fs::metadata(path).map_err(|e| io::Error::new(e.kind(), format!("{name}: {e}")))?;
            let path = path.clone();
            found.push(GrammarFile { path, name });
        }
        found.sort();
        files.extend(found);
    }
    Ok(files)
}

/// Links are not followed: they may lead in circles.
fn walk(root: &Path, folder: &Path, found: &mut Vec<GrammarFile>) -> io::Result<()> {
    let fail = |e: io::Error| io::Error::new(e.kind(), format!("{}: {e}", folder.display()));
    for entry in fs::read_dir(folder).map_err(fail)? {
        let entry = entry.map_err(fail)?;
        let path = entry.path();
        let kind = entry.file_type().map_err(fail)?;
        if kind.is_dir() {
            let name = entry.file_name();
            if name != "target" && name != ".git" {
                walk(root, &path, found)?;
            }
        } else if kind.is_file() && path.extension().is_some_and(|e| e == "lalrpop" || e == "lark") {
            let name = path.strip_prefix(root).unwrap_or(&path).to_string_lossy().into_owned();
            found.push(GrammarFile { path, name });
        }
    }
    Ok(())
}
