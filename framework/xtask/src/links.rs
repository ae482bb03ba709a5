//! Links of Markdown documents: which ones there are, and whether their targets exist.

use std::fs;
use std::path::{Component, Path, PathBuf};

use anyhow::{Context as _, Result};

/// Documents for readers, as paths below the root of the workspace: sorted, the ones at the root first.
pub fn documents(root: &Path) -> Result<Vec<PathBuf>> {
    let mut all: Vec<PathBuf> = ["README", "ARCHITECTURE", "CONTRIBUTING", "SECURITY", "CHANGELOG"]
        .map(|name| PathBuf::from(name).with_extension("md"))
        .into();
    all.extend(markdown(root, "docs")?);
    for folder in ["framework", "plugins", "examples", "examples/checkpoints"] {
        all.extend(folders(root, folder)?.into_iter().map(|below| below.join("README.md")));
    }
    all.retain(|document| root.join(document).is_file());
    Ok(all)
}

fn markdown(root: &Path, folder: &str) -> Result<Vec<PathBuf>> {
    let mut files = entries(root, folder)?;
    files.retain(|file| file.extension().is_some_and(|extension| extension == "md"));
    Ok(files)
}

fn folders(root: &Path, folder: &str) -> Result<Vec<PathBuf>> {
    let mut folders = entries(root, folder)?;
    folders.retain(|below| root.join(below).is_dir());
    Ok(folders)
}

fn entries(root: &Path, folder: &str) -> Result<Vec<PathBuf>> {
    let mut names = Vec::new();
    for entry in fs::read_dir(root.join(folder)).with_context(|| folder.to_owned())? {
        names.push(Path::new(folder).join(entry?.file_name()));
    }
    names.sort();
    Ok(names)
}

/// `text` with the target of every link outside of code replaced by what `change` returns. `None` keeps the text of the link and
/// drops the link.
pub fn change(text: &str, mut change: impl FnMut(&str) -> Option<String>) -> String {
    let mut out = String::new();
    let mut is_fenced = false;
    for line in text.split_inclusive('\n') {
        let fence = line.trim_start().starts_with("```");
        is_fenced ^= fence;
        if fence || is_fenced {
            out.push_str(line);
        } else {
            change_line(line, &mut change, &mut out);
        }
    }
    out
}

fn change_line(line: &str, change: &mut impl FnMut(&str) -> Option<String>, out: &mut String) {
    // The text up to here is in `out`.
    let mut done = 0;
    for (at, _) in line.match_indices("](") {
        let Some(length) = line[at + 2..].find(')') else { break };
        // Regular expressions in code look like links.
        let is_code = line[..at].matches('`').count() % 2 == 1;
        if at < done || is_code {
            continue;
        }
        let (before, end) = (&line[done..at], at + 2 + length);
        let target = &line[at + 2..end];
        match (change(target), before.rfind('[')) {
            (Some(target), _) => out.extend([before, "](", &target, ")"]),
            (None, Some(open)) => out.extend([before[..open].trim_end_matches('!'), &before[open + 1..]]),
            (None, None) => out.extend([before, "](", target, ")"]),
        }
        done = end + 1;
    }
    out.push_str(&line[done..]);
}

/// The targets of the links of a text.
pub fn targets(text: &str) -> Vec<String> {
    let mut targets = Vec::new();
    change(text, |target| {
        targets.push(target.to_owned());
        Some(target.to_owned())
    });
    targets
}

/// Whether a link leads to another host.
pub fn is_remote(target: &str) -> bool {
    target.contains("://") || target.starts_with("mailto:")
}

/// The file that a link of `document` leads to, and the heading in it. Both paths are below the root. `None` for a link that leaves
/// the root.
pub fn resolve(document: &Path, target: &str) -> Option<(PathBuf, Option<String>)> {
    let (path, heading) = match target.split_once('#') {
        Some((path, heading)) => (path, Some(heading.to_owned())),
        None => (target, None),
    };
    if path.is_empty() {
        return Some((document.to_owned(), heading));
    }
    let mut file = document.parent().unwrap_or(Path::new("")).to_owned();
    for part in Path::new(path).components() {
        match part {
            Component::CurDir => (),
            Component::ParentDir => {
                if !file.pop() {
                    return None;
                }
            }
            Component::Normal(name) => file.push(name),
            Component::RootDir | Component::Prefix(_) => return None,
        }
    }
    Some((file, heading))
}

/// The path from a document to a file, both below the root.
pub fn relative(document: &Path, file: &Path) -> String {
    let folder: Vec<_> = document.parent().into_iter().flat_map(Path::components).collect();
    let file: Vec<_> = file.components().collect();
    let common = folder.iter().zip(&file).take_while(|(a, b)| a == b).count();
    let up = folder[common..].iter().map(|_| "..".to_owned());
    let down = file[common..]
        .iter()
        .map(|part| part.as_os_str().to_string_lossy().into_owned());
    up.chain(down).collect::<Vec<_>>().join("/")
}

/// The name of a heading in links, by the rule that forges and mdBook share.
fn slug(heading: &str) -> String {
    let mut slug = String::new();
    for c in heading.trim().to_lowercase().chars() {
        match c {
            ' ' => slug.push('-'),
            '-' | '_' => slug.push(c),
            _ if c.is_alphanumeric() => slug.push(c),
            _ => (),
        }
    }
    slug
}

fn has_heading(text: &str, name: &str) -> bool {
    let mut is_fenced = false;
    text.lines().any(|line| {
        is_fenced ^= line.starts_with("```");
        let heading = line.trim_start_matches('#');
        !is_fenced && heading.len() < line.len() && heading.starts_with(' ') && slug(heading) == name
    })
}

/// The links of documents whose targets do not exist, as `document: target`.
pub fn faults(root: &Path) -> Result<Vec<String>> {
    let mut faults = Vec::new();
    for document in documents(root)? {
        let text = fs::read_to_string(root.join(&document)).with_context(|| document.display().to_string())?;
        for target in targets(&text) {
            if !is_remote(&target) && !exists(root, &document, &target) {
                faults.push(format!("{}: {target}", document.display()));
            }
        }
    }
    Ok(faults)
}

fn exists(root: &Path, document: &Path, target: &str) -> bool {
    let Some((file, heading)) = resolve(document, target) else {
        return false;
    };
    match heading {
        Some(heading) => fs::read_to_string(root.join(file)).is_ok_and(|text| has_heading(&text, &heading)),
        None => root.join(file).exists(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::workspace::Workspace;

    #[test]
    fn links_are_found_outside_of_blocks() {
        let text = "[a](b.md) and [`c`](../d#e)\n```\n[f](g)\n```\n| [h](i) |\n";
        assert_eq!(targets(text), ["b.md", "../d#e", "i"]);
        assert_eq!(targets("`[0-9](\\.[0-9]+)?` and [a](b)"), ["b"]);
        let changed = change(text, |target| (target != "../d#e").then(|| format!("x/{target}")));
        assert_eq!(changed, "[a](x/b.md) and `c`\n```\n[f](g)\n```\n| [h](x/i) |\n");
    }

    #[test]
    fn targets_are_resolved_below_the_root() {
        let resolved = |target| resolve(Path::new("docs/plugins.md"), target);
        assert_eq!(resolved("../SECURITY.md"), Some(("SECURITY.md".into(), None)));
        assert_eq!(
            resolved("#which-code-runs"),
            Some(("docs/plugins.md".into(), Some("which-code-runs".into())))
        );
        assert_eq!(resolved("../../outside"), None);
        assert_eq!(relative(Path::new("docs/a/b.md"), Path::new("docs/c.md")), "../c.md");
        assert_eq!(relative(Path::new("README.md"), Path::new("docs/c.md")), "docs/c.md");
    }

    #[test]
    fn headings_have_names() {
        let text = "# Masks: `allowed` tokens\n```\n# no heading\n```\n";
        assert!(has_heading(text, "masks-allowed-tokens"));
        assert!(!has_heading(text, "no-heading"));
    }

    #[test]
    fn links_of_the_documents_lead_somewhere() {
        let workspace = Workspace::find().unwrap();
        let faults = faults(workspace.root()).unwrap();
        assert!(faults.is_empty(), "{}", faults.join("\n"));
    }

    /// ARCHITECTURE.md names files in code, not in links.
    #[test]
    fn files_that_the_architecture_names_exist() {
        let workspace = Workspace::find().unwrap();
        let text = fs::read_to_string(workspace.root().join("ARCHITECTURE.md")).unwrap();
        let mut missing = Vec::new();
        for name in text.split('`').skip(1).step_by(2) {
            let is_path = name.contains('/') && !name.contains([' ', '\n']);
            let exists = |folder: &str| workspace.root().join(folder).join(name).exists();
            if is_path && !exists("") && !exists("framework") {
                missing.push(name);
            }
        }
        assert!(missing.is_empty(), "{}", missing.join("\n"));
    }
}
