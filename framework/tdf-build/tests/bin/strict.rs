//! For the tests of `strict`: asks LALRPOP about the grammar FILE in the folder OUT, or fails as LALRPOP does on some files.

#![forbid(unsafe_code)]

use std::path::{Path, PathBuf};
use std::time::Duration;

use tdf_build::stock_lalrpop;

fn main() {
    let mut words = std::env::args_os().skip(1).map(PathBuf::from);
    let (Some(file), Some(out), None) = (words.next(), words.next(), words.next()) else {
        panic!("usage: tdf-build-strict FILE OUT");
    };
    match file.to_str() {
        Some("panic") => panic!("as LALRPOP does on some files"),
        Some("hang") => loop {
            std::thread::sleep(Duration::from_secs(1));
        },
        _ => std::process::exit(i32::from(!is_taken(&file, &out))),
    }
}

fn is_taken(file: &Path, out: &Path) -> bool {
    let source = std::fs::read_to_string(file).unwrap_or_default();
    let features = source
        .lines()
        .next()
        .and_then(|line| line.strip_prefix("// features: "));
    let features = features.into_iter().flat_map(str::split_whitespace).map(str::to_owned);
    stock_lalrpop(file, features, out)
}
