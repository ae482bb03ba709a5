//! What most tests need: compilers, random programs, messages.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;

use expect_test::Expect;
use tdf_domain::DynDomain;
use tdf_loader::{DomainOverrides, LoadError, load_library};
use tdf_tree::{Sampler, Tree, Weighting, rng_stream};

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
        .map(|index| sampler.sample(domain.start(), &sizes, &mut rng_stream(5, index)))
        .collect()
}

/// Opens the domain `name` of a library.
pub fn open(library: &Path, name: &str, overrides: &DomainOverrides) -> Arc<dyn DynDomain> {
    let mut offers = load_library(library).unwrap().into_iter();
    let exported = offers.find(|exported| exported.name == name).unwrap();
    exported.open(&[], overrides).unwrap()
}

/// What a domain says to a program.
pub fn render(domain: &dyn DynDomain, program: &str) -> Result<Vec<u8>, String> {
    let program = domain.language().parse(domain.start(), program).unwrap();
    let mut image = vec![77; domain.observation_spec().bytes()];
    domain
        .render(program.nodes(), &mut image)
        .map(|()| image)
        .map_err(|error| error.0)
}

/// Checks the message of an error, with `folder` written as `DIR`.
pub fn check(result: Result<impl Sized, LoadError>, folder: &Path, expected: Expect) {
    let message = result.err().expect("this should not work").to_string();
    expected.assert_eq(&quoted(&message.replace(&*folder.to_string_lossy(), "DIR")));
}

/// Replaces each position in the source of the faulty plugin by the source at that position, up to the next comma or semicolon.
///
/// The expected messages then hold after the file has more or fewer lines, and a wrong position is still seen.
pub fn quoted(message: &str) -> String {
    const SOURCE: &str = "tests/faulty/src/lib.rs:";
    let text = std::fs::read_to_string(root().join("tests/faulty/src/lib.rs")).unwrap();
    let mut parts = message.split(SOURCE);
    let mut quoted = parts.next().unwrap().to_owned();
    for part in parts {
        let mut fields = part.splitn(3, ':');
        let mut number = || fields.next().unwrap().parse::<usize>().unwrap();
        let (line, column) = (number(), number());
        let source = &text.lines().nth(line - 1).unwrap()[column - 1..];
        let code = source.split([',', ';']).next().unwrap();
        quoted += &format!("{SOURCE}`{code}`:{}", fields.next().unwrap());
    }
    quoted
}

pub fn write(folder: &Path, name: &str, bytes: &[u8]) -> PathBuf {
    let path = folder.join(name);
    std::fs::write(&path, bytes).unwrap();
    path
}
