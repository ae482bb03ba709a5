//! Takes chosen files out of a wheel, which is a zip archive; Python's zipfile checks each against its sum.

use std::ffi::{OsStr, OsString};
use std::path::Path;

use anyhow::{Result, anyhow, bail};

use crate::python;

const SCRIPT: &str = include_str!("unpack.py");

/// Unpacks `members` (from, to) beneath `folder`; every one of them has to be there.
pub fn unpack(wheel: &Path, members: &[(&str, &str)], folder: &Path) -> Result<()> {
    let rules: Vec<OsString> = members.iter().map(|(from, to)| format!("{from}={to}").into()).collect();
    let mut arguments: Vec<&OsStr> = vec![wheel.as_os_str(), folder.as_os_str()];
    arguments.extend(rules.iter().map(OsString::as_os_str));
    if let Err(error) = python::script(SCRIPT, &arguments) {
        let message = error.to_string();
        if message.contains("No space left on device") {
            bail!("the disk became full while {} was unpacked", wheel.display());
        }
        return Err(anyhow!("{} could not be unpacked: {message}", wheel.display()));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    /// A wheel with `a/x`, `a/b/y` and `c/z`, each holding its own name.
    fn wheel(folder: &Path) -> std::path::PathBuf {
        let path = folder.join("some.whl");
        let source = "import sys, zipfile
with zipfile.ZipFile(sys.argv[1], 'w') as archive:
    for name in ['a/x', 'a/b/y', 'c/z']:
        archive.writestr(name, name)";
        python::script(source, &[path.as_os_str()]).unwrap();
        path
    }

    #[test]
    fn folders_and_files_are_taken_and_nothing_else() {
        let root = tempfile::tempdir().unwrap();
        let to = root.path().join("to");
        unpack(&wheel(root.path()), &[("a/", "include/"), ("c/z", "lib/z.so")], &to).unwrap();
        assert_eq!(fs::read_to_string(to.join("include/x")).unwrap(), "a/x");
        assert_eq!(fs::read_to_string(to.join("include/b/y")).unwrap(), "a/b/y");
        assert_eq!(fs::read_to_string(to.join("lib/z.so")).unwrap(), "c/z");
        let to2 = root.path().join("to2");
        unpack(&wheel(root.path()), &[("c/z", "z")], &to2).unwrap();
        assert_eq!(fs::read_dir(&to2).unwrap().count(), 1);
    }

    #[test]
    fn a_missing_member_and_a_cut_archive_are_errors() {
        let root = tempfile::tempdir().unwrap();
        let (path, to) = (wheel(root.path()), root.path().join("to"));
        let message = unpack(&path, &[("d/", "d/")], &to).unwrap_err().to_string();
        assert!(message.contains("some.whl") && message.contains("d/"), "{message}");
        let bytes = fs::read(&path).unwrap();
        fs::write(&path, &bytes[..bytes.len() / 2]).unwrap();
        let message = unpack(&path, &[("a/", "a/")], &to).unwrap_err().to_string();
        assert!(message.contains("zip file"), "{message}");
    }
}
