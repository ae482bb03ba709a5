//! What is written, and that nothing is left behind where it cannot be.

use std::path::Path;
use std::process::Command;

use tdf_new::{Framework, NewError, Template, create};

use crate::{checkout, list, workspace};

fn table(path: &Path) -> toml::Table {
    std::fs::read_to_string(path).unwrap().parse().unwrap()
}

#[test]
fn the_crate_has_its_name_everywhere() {
    named_everywhere(Template::Images, "template", &[]);
    named_everywhere(Template::Function, "template-function", &["examples.csv"]);
}

fn named_everywhere(template: Template, own: &str, more: &[&str]) {
    let place = tempfile::tempdir().unwrap();
    let folder = place.path().join("a-my_dsl");
    let created = create(&folder, template, &checkout(), &[]).unwrap();
    let mut files = created.files.clone();
    files.sort();
    assert_eq!(list(&folder), files);
    let mut expected = vec![
        ".cargo/config.toml",
        ".gitignore",
        "Cargo.lock",
        "Cargo.toml",
        "README.md",
        "a-my_dsl.lalrpop",
        "a-my_dsl.toml",
        "build.rs",
        "src/lib.rs",
        "tests/conformance.rs",
    ];
    expected.extend(more);
    expected.sort_unstable();
    assert_eq!(files, expected);
    assert_eq!(list(place.path()).len(), files.len(), "nothing beside it");

    let manifest = table(&folder.join("Cargo.toml"));
    assert_eq!(manifest["package"]["name"].as_str(), Some("a-my_dsl"));
    let optimised = &manifest["profile"]["dev"]["package"]["*"]["opt-level"];
    assert_eq!(
        optimised.as_integer(),
        Some(2),
        "tables of large grammars take minutes otherwise"
    );
    let domain = table(&folder.join("a-my_dsl.toml"));
    assert_eq!(domain["domain"]["name"].as_str(), Some("a-my_dsl"));
    assert_eq!(domain["domain"]["grammar"].as_str(), Some("a-my_dsl.lalrpop"));
    for path in created.files.iter().filter(|path| *path != "Cargo.lock") {
        let text = std::fs::read_to_string(folder.join(path)).unwrap();
        let others = text.replace("a-my_dsl", "").replace("a_my_dsl", "");
        assert!(
            !others.contains("my-dsl") && !others.contains("my_dsl"),
            "{path}:\n{text}"
        );
    }
    let grammar =
        std::fs::read_to_string(workspace().join("framework/tdf-new").join(own).join("my-dsl.lalrpop")).unwrap();
    let written = std::fs::read_to_string(folder.join("a-my_dsl.lalrpop")).unwrap();
    assert_eq!(written, grammar.replace("my-dsl", "a-my_dsl"));
}

#[test]
fn a_language_in_python() {
    let place = tempfile::tempdir().unwrap();
    let folder = place.path().join("a-my_dsl");
    let created = create(&folder, Template::Python, &checkout(), &[]).unwrap();
    let mut files = created.files.clone();
    files.sort();
    assert_eq!(list(&folder), files);
    let expected = [
        ".gitignore",
        "README.md",
        "a-my_dsl.lalrpop",
        "a-my_dsl.toml",
        "a_my_dsl.py",
        "tdf_serve.py",
        "test_a_my_dsl.py",
    ];
    assert_eq!(files, expected);
    let domain = table(&folder.join("a-my_dsl.toml"));
    assert_eq!(domain["domain"]["name"].as_str(), Some("a-my_dsl"));
    assert_eq!(domain["domain"]["command"][1].as_str(), Some("a_my_dsl.py"));
    for path in created.files {
        let text = std::fs::read_to_string(folder.join(&path)).unwrap();
        let others = text.replace("a-my_dsl", "").replace("a_my_dsl", "");
        assert!(
            !others.contains("my-dsl") && !others.contains("my_dsl"),
            "{path}:\n{text}"
        );
    }
    let Ok(output) = Command::new("python3")
        .args(["-m", "unittest"])
        .current_dir(&folder)
        .output()
    else {
        #[expect(clippy::print_stderr, reason = "a test says why it checks less")]
        {
            eprintln!("its tests do not run here: there is no python3");
        }
        return;
    };
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success() && said.contains("Ran 1 test"), "{said}");
}

#[test]
fn dependencies_lead_to_the_framework() {
    let place = tempfile::tempdir().unwrap();
    let dependencies = |name: &str, framework: &Framework| {
        let folder = place.path().join(name);
        create(&folder, Template::Images, framework, &[]).unwrap();
        let manifest = table(&folder.join("Cargo.toml"));
        [
            ("dependencies", "tdf-domain"),
            ("build-dependencies", "tdf-build"),
            ("dev-dependencies", "tdf-testkit"),
        ]
        .map(|(kind, member)| manifest[kind][member].clone())
    };
    for (value, member) in dependencies("local", &checkout())
        .iter()
        .zip(["tdf-domain", "tdf-build", "tdf-testkit"])
    {
        let path = Path::new(value["path"].as_str().unwrap());
        let expected = workspace().join("framework").join(member).canonicalize().unwrap();
        assert_eq!((path.is_absolute(), path), (true, &*expected));
    }
    let url = "ssh://git@example.org/a \"b\"\\tdf.git";
    for value in dependencies("remote", &Framework::Git(url.to_owned())) {
        assert_eq!(value["git"].as_str(), Some(url));
        assert!(value.get("path").is_none());
    }
    assert!(!place.path().join("remote/Cargo.lock").exists());
}

#[test]
fn crates_share_a_target_folder() {
    let place = tempfile::tempdir().unwrap();
    let target = |name: &str, framework: &Framework| {
        let folder = place.path().join(name);
        create(&folder, Template::Images, framework, &[]).unwrap();
        let config = table(&folder.join(".cargo/config.toml"));
        Path::new(config["build"]["target-dir"].as_str().unwrap()).to_owned()
    };
    let shared = target("first", &checkout());
    assert_eq!(shared, workspace().canonicalize().unwrap().join("target/plugins"));
    assert_eq!(target("second", &checkout()), shared);
    // Of a repository there is no folder on this machine.
    let remote = target("third", &Framework::Git("https://example.org/tdf.git".to_owned()));
    assert!(
        remote.is_absolute() && remote.ends_with("tdf/target"),
        "{}",
        remote.display()
    );
    // The path is of this machine.
    let ignored = std::fs::read_to_string(place.path().join("first/.gitignore")).unwrap();
    assert!(ignored.lines().any(|line| line == "/.cargo"), "{ignored}");
}

/// A grammar that is built by one version of LALRPOP includes the other's library.
#[test]
fn versions_are_those_of_the_workspace() {
    let ours = table(&workspace().join("Cargo.toml"));
    let template = table(&workspace().join("framework/tdf-new/template/Cargo.toml"));
    assert_eq!(
        template["dependencies"]["lalrpop-util"],
        ours["workspace"]["dependencies"]["lalrpop-util"]
    );
    assert_eq!(template["package"]["edition"], ours["workspace"]["package"]["edition"]);
}

#[test]
fn an_empty_folder_is_taken() {
    let place = tempfile::tempdir().unwrap();
    let folder = place.path().join("empty");
    std::fs::create_dir(&folder).unwrap();
    create(&folder, Template::Images, &checkout(), &[]).unwrap();
    assert!(folder.join("src/lib.rs").is_file());
}

#[test]
fn what_is_there_stays() {
    let place = tempfile::tempdir().unwrap();
    let refused = |name: &str, message: &str| {
        let before = list(place.path());
        let folder = place.path().join(name);
        let error = create(&folder, Template::Images, &checkout(), &[])
            .unwrap_err()
            .to_string();
        assert_eq!(error, format!("{}: {message}", folder.display()));
        assert_eq!(list(place.path()), before);
    };
    std::fs::create_dir(place.path().join("full")).unwrap();
    std::fs::write(place.path().join("full/note"), "mine").unwrap();
    std::fs::write(place.path().join("file"), "mine").unwrap();
    refused(
        "full",
        "the folder exists and is not empty; choose another name, or remove it first",
    );
    refused(
        "file",
        "there is a file of this name; choose another name, or remove it first",
    );
}

#[test]
fn folders_are_not_made_on_the_way() {
    let place = tempfile::tempdir().unwrap();
    let parent = place.path().join("nowhere");
    let error = create(&parent.join("my-dsl"), Template::Images, &checkout(), &[]).unwrap_err();
    assert_eq!(
        error.to_string(),
        format!("{}: there is no such folder; make it first", parent.display())
    );
    assert!(!parent.exists());
}

#[test]
fn frameworks_are_checked() {
    let place = tempfile::tempdir().unwrap();
    let error = Framework::checkout(place.path()).unwrap_err();
    assert!(matches!(error, NewError::NoCheckout { .. }));
    assert!(
        error.to_string().contains("framework/tdf-domain/Cargo.toml is missing"),
        "{error}"
    );
    assert!(matches!(
        Framework::checkout(&place.path().join("x")),
        Err(NewError::Io { .. })
    ));
    assert_eq!(Framework::own().unwrap(), checkout());
    for url in ["", "a\nb"] {
        let error = create(
            &place.path().join("my-dsl"),
            Template::Images,
            &Framework::Git(url.to_owned()),
            &[],
        )
        .unwrap_err();
        assert!(matches!(error, NewError::Unwritable(_)), "{error}");
        assert!(list(place.path()).is_empty());
    }
}
