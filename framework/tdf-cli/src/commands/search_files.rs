//! Names of the files that a search writes for each of its targets.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// The most bytes of a name: endings and numbers follow it.
const LONGEST: usize = 200;

/// A name for each target, without an ending: that of its file. Of targets with one name the second gets `-2`, the third `-3`, and
/// so on. Names that differ in case only count as equal, because some file systems hold them to be. No name is that of a target in
/// `out`: its image would be written over.
pub fn names(targets: &[PathBuf], out: &Path) -> Vec<String> {
    let folder = |path: &Path| {
        let parent = path.parent().filter(|parent| !parent.as_os_str().is_empty());
        parent.unwrap_or(Path::new(".")).canonicalize().ok()
    };
    let out = out.canonicalize().ok();
    let mut taken: BTreeSet<String> = targets
        .iter()
        .filter(|target| out.is_some() && folder(target) == out)
        .map(|target| own(target).to_lowercase())
        .collect();
    let own: Vec<String> = targets.iter().map(|target| own(target)).collect();
    // A target that is called `a-2` keeps its name: the second `a` becomes `a-3`.
    let wanted: BTreeSet<String> = own.iter().map(|name| name.to_lowercase()).collect();
    let mut names = Vec::with_capacity(own.len());
    for name in own {
        let mut free = name.clone();
        let mut number = 2;
        while !taken.insert(free.to_lowercase()) {
            free = format!("{name}-{number}");
            while wanted.contains(&free.to_lowercase()) {
                number += 1;
                free = format!("{name}-{number}");
            }
            number += 1;
        }
        names.push(free);
    }
    names
}

/// The name of a file without its ending.
fn own(target: &Path) -> String {
    let name = target.file_stem().unwrap_or_default().to_string_lossy().into_owned();
    let mut end = name.len().min(LONGEST);
    while !name.is_char_boundary(end) {
        end -= 1;
    }
    // Whoever lists the folder on a terminal must not run what a name holds.
    name[..end].replace(char::is_control, "_")
}

#[cfg(test)]
mod tests {
    use super::names;
    use std::path::{Path, PathBuf};

    fn of(targets: &[&str], out: &str) -> Vec<String> {
        let targets: Vec<PathBuf> = targets.iter().map(PathBuf::from).collect();
        names(&targets, Path::new(out))
    }

    #[test]
    fn names_are_those_of_the_targets_and_differ() {
        assert_eq!(of(&["x/a.png", "b.c.jpeg"], "nowhere"), ["a", "b.c"]);
        assert_eq!(
            of(&["x/a.png", "y/a.png", "z/A.jpg", "a-2.png", "a.png"], "nowhere"),
            ["a", "a-3", "A-4", "a-2", "a-5"]
        );
        // The same file twice.
        assert_eq!(of(&["a.png", "a.png"], "nowhere"), ["a", "a-2"]);
        assert_eq!(of(&["a\u{1b}[31m.png"], "nowhere"), ["a_[31m"]);
        let long = "ä".repeat(150);
        let names = of(&[&format!("{long}.png"), &format!("{long}b.png")], "nowhere");
        assert_eq!((names[0].len(), names[1].len()), (200, 202));
        assert_ne!(names[0], names[1]);
    }

    #[test]
    fn targets_in_the_folder_are_not_written_over() {
        let folder = tempfile::tempdir().expect("a folder");
        let inside = folder.path().join("a.png");
        std::fs::write(&inside, "").expect("written");
        let targets = [inside, PathBuf::from("a.png")];
        assert_eq!(names(&targets, folder.path()), ["a-2", "a-3"]);
        assert_eq!(names(&targets, &folder.path().join("other")), ["a", "a-2"]);
    }
}
