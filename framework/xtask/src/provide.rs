//! Puts libtorch into a folder: fetched, checked, unpacked beside it, and moved there when complete.

use std::env::consts::{ARCH, OS};
use std::fs::{self, File, TryLockError};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

use crate::installed::{VERSION, is_complete, version};
use crate::wheels::{WHEELS, Wheel, cannot_write};
use crate::{python, unpack, wheels};

/// What the unpacked files take.
const UNPACKED: u64 = 540_000_000;

pub fn libtorch(folder: &Path) -> Result<()> {
    if is_complete(folder) {
        println!("libtorch {VERSION}: {}", folder.display());
        return Ok(());
    }
    if (OS, ARCH) != ("linux", "x86_64") {
        bail!(
            "libtorch is fetched for Linux on x86_64 only, not for {OS} on {ARCH}: set LIBTORCH to the folder of a \
             libtorch {VERSION}, or LIBTORCH_USE_PYTORCH=1 beside an installed PyTorch {VERSION}"
        );
    }
    fs::create_dir_all(parent(folder)).map_err(|error| cannot_write(parent(folder), error))?;
    let _lock = lock(&sibling(folder, "lock"))?;
    // Another set-up may have ended while we waited for it.
    if is_complete(folder) {
        println!("libtorch {VERSION}: {}", folder.display());
        return Ok(());
    }
    python::require_pip()?;
    let downloads = parent(folder).join("downloads");
    fs::create_dir_all(&downloads).map_err(|error| cannot_write(&downloads, error))?;
    require_space(&downloads)?;
    let files = WHEELS
        .iter()
        .map(|wheel| wheels::fetch(wheel, &downloads))
        .collect::<Result<Vec<_>>>()?;
    println!("unpacking into {}", folder.display());
    let replaced = version(folder);
    install(folder, |partial| unpack_all(WHEELS, &files, partial))?;
    if let Some(old) = replaced.filter(|old| old != VERSION) {
        println!("libtorch {old} was replaced");
    }
    // Half a gigabyte that nothing reads again.
    fs::remove_dir_all(&downloads).with_context(|| format!("{} could not be removed", downloads.display()))?;
    println!("libtorch {VERSION}: {}", folder.display());
    Ok(())
}

fn unpack_all(wheels: &[Wheel], files: &[PathBuf], partial: &Path) -> Result<()> {
    for (wheel, file) in wheels.iter().zip(files) {
        unpack::unpack(file, wheel.members, partial)?;
    }
    let link = partial.join("lib/libtorch.so");
    std::os::unix::fs::symlink("libtorch_cpu.so", &link).map_err(|error| cannot_write(&link, error))?;
    let version = partial.join("build-version");
    fs::write(&version, format!("{VERSION}\n")).map_err(|error| cannot_write(&version, error))?;
    if !is_complete(partial) {
        bail!("the wheels lack files that a build needs");
    }
    Ok(())
}

/// Fills a sibling folder and moves it into place: `folder` is complete or as it was, at whatever moment this ends.
fn install(folder: &Path, fill: impl FnOnce(&Path) -> Result<()>) -> Result<()> {
    let (partial, old) = (sibling(folder, "partial"), sibling(folder, "old"));
    remove(&partial)?;
    remove(&old)?;
    fs::create_dir_all(&partial).map_err(|error| cannot_write(&partial, error))?;
    if let Err(error) = fill(&partial) {
        // The first failure is the one to report.
        let _ = remove(&partial);
        return Err(error);
    }
    if folder.symlink_metadata().is_ok() {
        fs::rename(folder, &old).with_context(|| format!("{} could not be replaced", folder.display()))?;
    }
    fs::rename(&partial, folder)
        .with_context(|| format!("{} could not be moved to {}", partial.display(), folder.display()))?;
    remove(&old)
}

fn remove(path: &Path) -> Result<()> {
    let removed = match path.symlink_metadata() {
        Ok(metadata) if metadata.is_dir() => fs::remove_dir_all(path),
        Ok(_) => fs::remove_file(path),
        Err(_) => Ok(()),
    };
    removed.with_context(|| format!("{} could not be removed", path.display()))
}

fn require_space(downloads: &Path) -> Result<()> {
    let missing: u64 = WHEELS
        .iter()
        .filter(|wheel| !downloads.join(wheel.file).exists())
        .map(|wheel| wheel.bytes)
        .sum();
    // pip copies what it fetched before it removes its own.
    let needed = 2 * missing + UNPACKED;
    let free = python::free_space(downloads)?;
    if free < needed {
        bail!(
            "not enough disk space beside {}: set-up needs {:.1} GB for a while and keeps {:.1} GB, {:.1} GB are free",
            downloads.display(),
            needed as f64 / 1e9,
            UNPACKED as f64 / 1e9,
            free as f64 / 1e9
        );
    }
    Ok(())
}

/// Two set-ups at a time would unpack into one folder.
fn lock(path: &Path) -> Result<File> {
    let file = File::create(path).map_err(|error| cannot_write(path, error))?;
    match file.try_lock() {
        Err(TryLockError::WouldBlock) => {
            println!("another set-up is at work; waiting for it");
            file.lock()
                .with_context(|| format!("{} could not be locked", path.display()))?;
        }
        // Some network file systems know no locks; two set-ups at a time are rare enough.
        Ok(()) | Err(TryLockError::Error(_)) => {}
    }
    Ok(file)
}

fn parent(folder: &Path) -> &Path {
    match folder.parent() {
        Some(parent) if parent != Path::new("") => parent,
        _ => Path::new("."),
    }
}

fn sibling(folder: &Path, ending: &str) -> PathBuf {
    let name = folder
        .file_name()
        .map_or_else(|| "libtorch".into(), |name| name.to_string_lossy());
    parent(folder).join(format!("{name}.{ending}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(folder: &Path) -> Vec<String> {
        let mut names: Vec<String> = fs::read_dir(folder)
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    }

    #[test]
    fn a_failed_unpack_leaves_nothing_behind() {
        let root = tempfile::tempdir().unwrap();
        let folder = root.path().join("libtorch");
        let error = install(&folder, |partial| {
            fs::write(partial.join("half"), "x")?;
            bail!("cut short")
        });
        assert_eq!(error.unwrap_err().to_string(), "cut short");
        assert!(names(root.path()).is_empty());
    }

    #[test]
    fn a_failed_replacement_keeps_what_was_there() {
        let root = tempfile::tempdir().unwrap();
        let folder = root.path().join("libtorch");
        fs::create_dir(&folder).unwrap();
        fs::write(folder.join("old"), "").unwrap();
        install(&folder, |_| bail!("cut short")).unwrap_err();
        assert_eq!(names(&folder), ["old"]);
        install(&folder, |partial| Ok(fs::write(partial.join("new"), "")?)).unwrap();
        assert_eq!(names(&folder), ["new"]);
        assert_eq!(names(root.path()), ["libtorch"]);
    }

    #[test]
    fn what_a_killed_set_up_left_is_cleared_first() {
        let root = tempfile::tempdir().unwrap();
        let folder = root.path().join("libtorch");
        let partial = root.path().join("libtorch.partial");
        fs::create_dir(&partial).unwrap();
        fs::write(partial.join("stale"), "").unwrap();
        install(&folder, |partial| Ok(fs::write(partial.join("new"), "")?)).unwrap();
        assert_eq!(names(&folder), ["new"]);
        assert_eq!(names(root.path()), ["libtorch"]);
    }

    #[test]
    fn a_folder_may_be_named_without_its_parent() {
        assert_eq!(sibling(Path::new("torch"), "lock"), Path::new("./torch.lock"));
        assert_eq!(sibling(Path::new("/a/b.c"), "old"), Path::new("/a/b.c.old"));
    }
}
