//! `cargo xtask site`: the documents as a book of mdBook, and the API documentation beside it.
//!
//! The pages of the book lie as the documents lie in the repository, so that relative links between docs/, the documents at the
//! root and those of crates hold on a forge and in the book alike.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result, bail};
use serde_json::Value;

use crate::guard::TORCH;
use crate::workspace::Workspace;
use crate::{links, steps};

/// The copy of the documents that mdBook reads.
const SOURCE: &str = "target/site-source";
/// The API documentation within the site.
const API: &str = "api";
/// mdBook writes this file into each book. Here it tells a site from other folders.
const MARK: &str = ".nojekyll";

#[derive(Debug, clap::Args)]
pub struct Options {
    /// The folder of the site; an older site in it is replaced
    #[arg(long, value_name = "DIR", default_value = "target/site")]
    out: PathBuf,
    /// Where the repository can be browsed, such as <https://example.org/tdf/tree/main>: for links to folders
    #[arg(long, value_name = "URL")]
    source_url: Option<String>,
}

pub fn site(workspace: &Workspace, options: &Options) -> Result<()> {
    let root = workspace.root();
    let faults = links::faults(root)?;
    if !faults.is_empty() {
        bail!("links that lead nowhere:\n  {}", faults.join("\n  "));
    }
    let out = root.join(&options.out);
    check_out(&out)?;
    let has_mdbook = Command::new("mdbook").arg("--version").output();
    if !has_mdbook.is_ok_and(|output| output.status.success()) {
        bail!("mdbook is missing: cargo install mdbook");
    }
    let crates = crates(workspace)?;
    stage(root, &root.join(SOURCE), &crates, options.source_url.as_deref())?;
    // An absolute folder: versions of mdBook differ in what a relative one begins at.
    steps::run(
        Command::new("mdbook")
            .arg("build")
            .arg(root.join(SOURCE))
            .arg("--dest-dir")
            .arg(&out),
    )?;
    // Crates of earlier builds would stay.
    steps::run(workspace.cargo().args(["clean", "--doc"]))?;
    let packages = crates.iter().flat_map(|each| ["--package", &each.name]);
    steps::run(workspace.cargo().args(["doc", "--no-deps"]).args(packages))?;
    let api = out.join(API);
    copy(&workspace.target()?.join("doc"), &api)?;
    write(&api.join("index.html"), &api_index(&crates))?;
    println!("book: {}", out.join("index.html").display());
    println!("API documentation: {}", api.join("index.html").display());
    Ok(())
}

/// mdBook empties the folder that it writes to.
fn check_out(out: &Path) -> Result<()> {
    let is_empty = match fs::read_dir(out) {
        Ok(mut entries) => entries.next().is_none(),
        Err(_) => !out.exists(),
    };
    if !is_empty && !out.join(MARK).exists() {
        bail!("{} is not empty and holds no site: name another folder", out.display());
    }
    Ok(())
}

/// A library whose documentation builds without libtorch.
#[derive(Debug)]
struct Crate {
    name: String,
    about: String,
}

fn crates(workspace: &Workspace) -> Result<Vec<Crate>> {
    Ok(libraries(&workspace.metadata(&["--no-deps"])?))
}

fn libraries(metadata: &Value) -> Vec<Crate> {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let list = |value: &Value| value.as_array().cloned().unwrap_or_default();
    let framework = text(&metadata["workspace_root"]) + "/framework/";
    let mut crates: Vec<Crate> = list(&metadata["packages"])
        .iter()
        .filter(|package| text(&package["manifest_path"]).starts_with(&framework))
        .filter(|package| {
            let is_library = |target: &Value| list(&target["kind"]).iter().any(|kind| kind == "lib");
            list(&package["targets"]).iter().any(is_library)
        })
        .map(|package| Crate {
            name: text(&package["name"]),
            about: text(&package["description"]),
        })
        .filter(|each| !TORCH.contains(&each.name.as_str()))
        .collect();
    crates.sort_by(|a, b| a.name.cmp(&b.name));
    crates
}

/// Copies the documents to `source`, with a summary and a configuration for mdBook.
fn stage(root: &Path, source: &Path, crates: &[Crate], source_url: Option<&str>) -> Result<()> {
    if source.exists() {
        fs::remove_dir_all(source).with_context(|| source.display().to_string())?;
    }
    let mut pages = links::documents(root)?;
    let outline = fs::read_to_string(root.join("docs/SUMMARY.md")).context("docs/SUMMARY.md")?;
    pages.retain(|page| page != Path::new("docs/SUMMARY.md"));
    let known: BTreeSet<PathBuf> = pages.iter().cloned().collect();
    for page in &pages {
        let text = fs::read_to_string(root.join(page)).with_context(|| page.display().to_string())?;
        let mut files = Vec::new();
        let text = page_text(root, page, &text, &known, source_url, &mut files);
        write(&source.join(page), &text)?;
        for file in files {
            let to = source.join(&file);
            make_folder(to.parent())?;
            fs::copy(root.join(&file), to).with_context(|| file.display().to_string())?;
        }
    }
    write(&source.join("SUMMARY.md"), &summary(&outline, &pages))?;
    write(&source.join("api.md"), &api_page(crates))?;
    fs::copy(root.join("docs/book.toml"), source.join("book.toml")).context("docs/book.toml")?;
    Ok(())
}

/// The text of a page in the book. Links to files that are no pages go to copies of them, which are added to `files`; links to
/// folders go to `source_url`, or are text without one.
fn page_text(
    root: &Path,
    page: &Path,
    text: &str,
    known: &BTreeSet<PathBuf>,
    source_url: Option<&str>,
    files: &mut Vec<PathBuf>,
) -> String {
    links::change(text, |target| {
        if links::is_remote(target) || target.starts_with('#') {
            return Some(target.to_owned());
        }
        let (file, heading) = links::resolve(page, target)?;
        let heading = heading.map_or(String::new(), |heading| format!("#{heading}"));
        // mdBook makes index.html of a README.md, and does not change the links to it.
        let readme = match file.ends_with("README.md") {
            true => file.clone(),
            false => file.join("README.md"),
        };
        if known.contains(&readme) {
            let index = links::relative(page, &readme.with_file_name("index.html"));
            return Some(index + &heading);
        }
        if known.contains(&file) {
            return Some(target.to_owned());
        }
        if root.join(&file).is_file() {
            files.push(file);
            return Some(target.to_owned());
        }
        source_url.map(|url| format!("{}/{}", url.trim_end_matches('/'), file.display()))
    })
}

/// The order of the book: the README, what docs/SUMMARY.md lists, then everything else.
fn summary(outline: &str, pages: &[PathBuf]) -> String {
    let outline = outline.trim_start().trim_start_matches("# Summary");
    let outline = links::change(outline, |target| Some(format!("docs/{target}")));
    let mut summary = format!("# Summary\n\n[tdf](README.md)\n{}\n", outline.trim_end());
    let mut part = |title: &str, belongs: &dyn Fn(&Path) -> bool| {
        summary += &format!("\n# {title}\n\n");
        for page in pages.iter().filter(|page| belongs(page)) {
            let name = match page.parent().and_then(Path::file_name) {
                Some(folder) => folder.to_string_lossy().into_owned(),
                None => title_case(page),
            };
            summary += &format!("- [{name}]({})\n", page.display());
        }
    };
    let is_root = |page: &Path| page.components().count() == 1 && page != Path::new("README.md");
    part("The project", &is_root);
    part("Examples", &|page| page.starts_with("examples"));
    part("Crates", &|page| {
        page.starts_with("framework") || page.starts_with("plugins")
    });
    summary + "\n# Reference\n\n- [API documentation](api.md)\n"
}

/// `ARCHITECTURE.md` as a title.
fn title_case(page: &Path) -> String {
    let name = page.file_stem().unwrap_or_default().to_string_lossy().to_lowercase();
    name[..1].to_uppercase() + &name[1..]
}

/// The page of the book that leads to the API documentation.
fn api_page(crates: &[Crate]) -> String {
    let mut page =
        "# API documentation\n\nBegin with [`tdf`](api/tdf/index.html), the library.\n\n| Crate | |\n|---|---|\n"
            .to_owned();
    for Crate { name, about } in crates {
        let about = about.replace('|', "\\|");
        page += &format!(
            "| [`{name}`]({API}/{}/index.html) | {about} |\n",
            name.replace('-', "_")
        );
    }
    page
}

/// The page of the API documentation that leads to the book.
fn api_index(crates: &[Crate]) -> String {
    let escaped = |text: &str| text.replace('&', "&amp;").replace('<', "&lt;");
    let mut rows = String::new();
    for Crate { name, about } in crates {
        let folder = name.replace('-', "_");
        rows += &format!(
            "<li><a href=\"{folder}/index.html\">{name}</a>: {}</li>\n",
            escaped(about)
        );
    }
    format!(
        "<!DOCTYPE html>\n<html lang=\"en\">\n<meta charset=\"utf-8\">\n<title>tdf: API documentation</title>\n\
         <h1>API documentation</h1>\n<p><a href=\"../index.html\">The book</a></p>\n<ul>\n{rows}</ul>\n</html>\n"
    )
}

fn make_folder(folder: Option<&Path>) -> Result<()> {
    let folder = folder.unwrap_or(Path::new(""));
    fs::create_dir_all(folder).with_context(|| folder.display().to_string())
}

fn write(file: &Path, text: &str) -> Result<()> {
    make_folder(file.parent())?;
    fs::write(file, text).with_context(|| file.display().to_string())
}

fn copy(from: &Path, to: &Path) -> Result<()> {
    make_folder(Some(to))?;
    for entry in fs::read_dir(from).with_context(|| from.display().to_string())? {
        let entry = entry?;
        let to = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            copy(&entry.path(), &to)?;
        } else {
            fs::copy(entry.path(), &to).with_context(|| to.display().to_string())?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn paths(names: &[&str]) -> Vec<PathBuf> {
        names.iter().map(PathBuf::from).collect()
    }

    #[test]
    fn the_summary_begins_with_the_readme_and_lists_every_page() {
        let outline = "# Summary\n\n# Use\n\n- [Tutorial](tutorial.md)\n";
        let pages = paths(&[
            "README.md",
            "SECURITY.md",
            "docs/tutorial.md",
            "examples/gpu/README.md",
            "plugins/tdf-a/README.md",
        ]);
        assert_eq!(
            summary(outline, &pages),
            "# Summary\n\n[tdf](README.md)\n\n\n# Use\n\n- [Tutorial](docs/tutorial.md)\n\n\
             # The project\n\n- [Security](SECURITY.md)\n\n# Examples\n\n- [gpu](examples/gpu/README.md)\n\n\
             # Crates\n\n- [tdf-a](plugins/tdf-a/README.md)\n\n# Reference\n\n- [API documentation](api.md)\n"
        );
    }

    #[test]
    fn links_of_pages_stay_within_the_site() {
        let root = tempfile::tempdir().unwrap();
        fs::create_dir_all(root.path().join("examples/plot")).unwrap();
        fs::write(root.path().join("plugin.h"), "").unwrap();
        let known = paths(&["README.md", "SECURITY.md", "docs/a.md", "examples/gpu/README.md"]);
        let known: BTreeSet<PathBuf> = known.into_iter().collect();
        let text = "[a](../SECURITY.md) [b](../README.md#c) [d](../examples/gpu) [e](../plugin.h) [f](../examples/plot) [g](#h)";
        let mut files = Vec::new();
        let mut page = |url| page_text(root.path(), Path::new("docs/a.md"), text, &known, url, &mut files);
        let same = "[a](../SECURITY.md) [b](../index.html#c) [d](../examples/gpu/index.html) [e](../plugin.h)";
        assert_eq!(page(None), format!("{same} f [g](#h)"));
        let url = "https://example.org/tree/main/";
        assert_eq!(
            page(Some(url)),
            format!("{same} [f](https://example.org/tree/main/examples/plot) [g](#h)")
        );
        assert_eq!(files, paths(&["plugin.h", "plugin.h"]));
    }

    #[test]
    fn light_libraries_have_api_documentation() {
        let package = |name: &str, folder: &str, kind: &str| {
            json!({
                "name": name, "description": format!("About {name}."),
                "manifest_path": format!("/w/{folder}/{name}/Cargo.toml"), "targets": [{ "kind": [kind] }],
            })
        };
        let metadata = json!({
            "workspace_root": "/w",
            "packages": [
                package("tdf-tree", "framework", "lib"), package("tdf-data", "framework", "lib"),
                package("tdf-model", "framework", "lib"), package("xtask", "framework", "bin"),
                package("tdf-rainbow", "plugins", "lib"),
            ],
        });
        let crates = libraries(&metadata);
        let names: Vec<&str> = crates.iter().map(|each| each.name.as_str()).collect();
        assert_eq!(names, ["tdf-data", "tdf-tree"]);
        assert!(api_page(&crates).contains("| [`tdf-tree`](api/tdf_tree/index.html) | About tdf-tree. |\n"));
        assert!(api_index(&crates).contains("<a href=\"../index.html\">"));
    }

    #[test]
    fn only_a_site_is_replaced() {
        let folder = tempfile::tempdir().unwrap();
        assert!(check_out(&folder.path().join("new")).is_ok());
        assert!(check_out(folder.path()).is_ok());
        fs::write(folder.path().join("thesis.tex"), "").unwrap();
        assert!(check_out(folder.path()).is_err());
        fs::write(folder.path().join(MARK), "").unwrap();
        assert!(check_out(folder.path()).is_ok());
    }

    #[test]
    fn the_documents_become_pages() {
        let workspace = Workspace::find().unwrap();
        let source = tempfile::tempdir().unwrap();
        let source = source.path().join("source");
        stage(workspace.root(), &source, &[], None).unwrap();
        let summary = fs::read_to_string(source.join("SUMMARY.md")).unwrap();
        for target in links::targets(&summary) {
            assert!(source.join(&target).is_file(), "{target}");
        }
        for document in links::documents(workspace.root()).unwrap() {
            let is_listed = summary.contains(&format!("({})", document.display()));
            assert!(
                is_listed || document.ends_with("SUMMARY.md"),
                "docs/SUMMARY.md leaves out {}",
                document.display()
            );
        }
    }
}
