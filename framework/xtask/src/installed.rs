//! What a folder with a libtorch holds.

use std::fs;
use std::path::Path;

/// The version that tch 0.24 is generated from.
pub const VERSION: &str = "2.11.0";

/// What a build links and compiles against, beneath the folder of a libtorch.
const NEEDED: &[&str] = &[
    "include/torch/csrc/api/include/torch/torch.h",
    "lib/libc10.so",
    "lib/libtorch.so",
    "lib/libtorch_cpu.so",
];

/// Whether a folder holds all of the right libtorch.
pub fn is_complete(folder: &Path) -> bool {
    lacking(folder).is_empty() && version(folder).is_some_and(|version| fits(&version))
}

/// What a build needs and the folder does not have.
pub fn lacking(folder: &Path) -> Vec<&'static str> {
    NEEDED
        .iter()
        .copied()
        .filter(|name| !folder.join(name).is_file())
        .collect()
}

/// The version as `build-version` has it, else as PyTorch's Python files or the headers have it.
pub fn version(folder: &Path) -> Option<String> {
    let first_line = |text: String| text.lines().next().map(|line| line.trim().to_owned());
    let quoted = |text: String, key: &str| {
        let rest = text.split_once(key)?.1;
        Some(rest.split(['"', '\'']).nth(1)?.to_owned())
    };
    let read = |name: &str| fs::read_to_string(folder.join(name)).ok();
    let header = |text| quoted(text, "define TORCH_VERSION ");
    read("build-version")
        .and_then(first_line)
        .or_else(|| read("version.py").and_then(|text| quoted(text, "__version__ =")))
        .or_else(|| read("include/torch/headeronly/version.h").and_then(header))
        .or_else(|| read("include/torch/csrc/api/include/torch/version.h").and_then(header))
}

/// `2.11.0+cu130` is a build of 2.11.0.
pub fn fits(version: &str) -> bool {
    version.split('+').next() == Some(VERSION)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn write(folder: &Path, name: &str, text: &str) {
        let path = folder.join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    #[test]
    fn builds_of_the_version_fit_and_no_others() {
        for good in ["2.11.0", "2.11.0+cpu", "2.11.0+cu130"] {
            assert!(fits(good), "{good}");
        }
        for bad in ["2.11.1", "2.1", "2.11", "12.11.0", "2.11.0a0", ""] {
            assert!(!fits(bad), "{bad}");
        }
    }

    #[test]
    fn the_version_is_found_in_whatever_file_has_it() {
        let files = [
            ("build-version", "2.11.0+cpu\n", "2.11.0+cpu"),
            (
                "version.py",
                "from typing import Optional\n__version__ = '2.11.0+cu130'\ndebug = False\n",
                "2.11.0+cu130",
            ),
            (
                "include/torch/headeronly/version.h",
                "#define TORCH_VERSION_MAJOR 2\n#define TORCH_VERSION \\\n  \"2.11.0\"\n",
                "2.11.0",
            ),
            (
                "include/torch/csrc/api/include/torch/version.h",
                "#define TORCH_VERSION \\\n  \"2.4.1\"\n",
                "2.4.1",
            ),
        ];
        for (name, text, expected) in files {
            let folder = tempfile::tempdir().unwrap();
            write(folder.path(), name, text);
            assert_eq!(version(folder.path()).as_deref(), Some(expected), "{name}");
        }
        assert_eq!(version(Path::new("/nonexistent")), None);
    }

    #[test]
    fn an_incomplete_or_old_folder_is_not_taken_for_ours() {
        let folder = tempfile::tempdir().unwrap();
        for name in NEEDED {
            assert!(!is_complete(folder.path()));
            write(folder.path(), name, "");
        }
        write(folder.path(), "build-version", "2.10.0\n");
        assert!(!is_complete(folder.path()));
        write(folder.path(), "build-version", "2.11.0\n");
        assert!(is_complete(folder.path()));
    }
}
