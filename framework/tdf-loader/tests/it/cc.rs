//! Compiling C, and what most tests do with the result.

use std::path::{Path, PathBuf};
use std::process::Command;

use tdf_domain::DynDomain;
use tdf_tree::{Sampler, Tree, Weighting, stream};

/// The repository.
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// The folder with `tdf_plugin.h`.
pub fn include() -> PathBuf {
    root().join("framework/tdf-domain/include")
}

/// Runs the compiler that the environment variable `variable` names, else `default`, with warnings as errors.
pub fn compile(variable: &str, default: &str, arguments: &[&str]) {
    let compiler = std::env::var_os(variable).unwrap_or_else(|| default.into());
    let output = Command::new(&compiler)
        .args(["-Wall", "-Wextra", "-pedantic", "-Werror", "-I"])
        .arg(include())
        .args(arguments)
        .output()
        .unwrap_or_else(|error| {
            panic!(
                "these tests need a C and a C++ compiler: {}: {error}",
                compiler.display()
            )
        });
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{} {arguments:?}\n{said}", compiler.display());
}

/// Compiles the C file `source` into the shared library `library`.
pub fn library(source: &Path, library: &Path, flags: &[&str]) {
    let (source, library) = (source.to_str().unwrap(), library.to_str().unwrap());
    let mut arguments = vec!["-std=c99", "-O1", "-fPIC", "-shared", "-o", library, source];
    arguments.extend(flags);
    compile("CC", "cc", &arguments);
}

/// `count` random programs of a domain, of sizes up to `most`.
pub fn programs(domain: &dyn DynDomain, most: u32, count: u64) -> Vec<Tree> {
    let sampler = Sampler::new(domain.language().grammar(), domain.size(), most, Weighting::Rules);
    let sizes = sampler.feasible(domain.start(), 0..=most).unwrap();
    (0..count)
        .map(|index| sampler.sample(domain.start(), &sizes, &mut stream(5, index)))
        .collect()
}
