//! Lists the files of the page, so that a new one needs no line in the code.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs};

fn main() {
    let root = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").expect("cargo sets it")).join("page");
    println!("cargo::rerun-if-changed={}", root.display());
    let mut names = Vec::new();
    collect(&root, "", &mut names);
    names.sort();
    let mut code = String::from("/// Names and contents of the files.\nconst FILES: &[(&str, &[u8])] = &[\n");
    for name in names {
        let path = root.join(&name);
        println!("cargo::rerun-if-changed={}", path.display());
        writeln!(code, "    ({name:?}, include_bytes!({path:?})),").expect("a string takes all");
    }
    code += "];\n";
    let out = PathBuf::from(env::var_os("OUT_DIR").expect("cargo sets it")).join("assets.rs");
    fs::write(out, code).expect("the folder for output can be written");
}

fn collect(folder: &Path, before: &str, names: &mut Vec<String>) {
    let entries = fs::read_dir(folder).expect("the page is beside the crate");
    for entry in entries {
        let entry = entry.expect("its folder can be read");
        let name = format!("{before}{}", entry.file_name().to_string_lossy());
        match entry.path().is_dir() {
            true => collect(&entry.path(), &format!("{name}/"), names),
            false => names.push(name),
        }
    }
}
