//! Input files are read through `tdf-files`: any other call waits at a pipe, or takes all memory for a device.

use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result, bail};

use crate::workspace::Workspace;

/// Calls that read whatever a path names.
const CALLS: [&str; 3] = ["fs::read(", "fs::read_to_string(", "File::open("];

/// Sources that may call them, and what they read: the system's own files, their own output, folders.
const FREE: [&str; 8] = [
    "tdf-build/src/strict.rs",
    "tdf-cli/src/commands/bench_network.rs",
    "tdf-cli/src/hardware.rs",
    "tdf-cli/src/torch.rs",
    "tdf-testkit/",
    "tdf-files/",
    "tdf-train/src/throughput.rs",
    "xtask/",
];

pub fn check(workspace: &Workspace) -> Result<()> {
    let framework = workspace.root().join("framework");
    let mut faults = Vec::new();
    for entry in fs::read_dir(&framework)? {
        let sources = entry?.path().join("src");
        if sources.is_dir() {
            walk(&framework, &sources, &mut faults)?;
        }
    }
    match faults.is_empty() {
        true => Ok(()),
        false => bail!(
            "input files are read through tdf-files (framework/xtask/src/inputs.rs says why):\n  {}",
            faults.join("\n  ")
        ),
    }
}

fn walk(framework: &Path, folder: &Path, faults: &mut Vec<String>) -> Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            walk(framework, &path, faults)?;
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let name = path.strip_prefix(framework)?.display().to_string();
            if !FREE.iter().any(|free| name.starts_with(free)) {
                let source = fs::read_to_string(&path).with_context(|| name.clone())?;
                faults.extend(calls(&source).map(|line| format!("framework/{name}:{line}")));
            }
        }
    }
    Ok(())
}

/// The lines of `source` with such a call, up to its tests.
fn calls(source: &str) -> impl Iterator<Item = usize> {
    let lines = source.lines().enumerate();
    lines
        .take_while(|(_, line)| line.trim() != "#[cfg(test)]")
        .filter(|(_, line)| !line.trim_start().starts_with("//") && CALLS.iter().any(|call| line.contains(call)))
        .map(|(number, _)| number + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn calls_before_the_tests_are_seen() {
        let source =
            "let a = std::fs::read(a);\nlet b = tdf_files::read(b, 9);\nFile::open(c);\n#[cfg(test)]\nfs::read(d);\n";
        assert_eq!(calls(source).collect::<Vec<_>>(), [1, 3]);
    }
}
