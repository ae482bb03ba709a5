//! Domains in Python: the template of `tdf new --python`, and `examples/initials-python`.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;

use expect_test::expect;
use tdf_domain::{DynDomain, Inputs, Value, bind};
use tdf_loader::{DomainSource, LoadError, ResolvedDomain, find};

use crate::common::{self, check, render};

/// Whether there is an interpreter. Without one these tests check nothing, and say so.
fn has_python() -> bool {
    let found = Command::new("python3").arg("--version").output().is_ok();
    if !found {
        #[expect(clippy::print_stderr, reason = "a test says why it checks nothing")]
        {
            eprintln!("nothing is checked here: there is no python3");
        }
    }
    found
}

fn find_in(grammar: PathBuf) -> Result<ResolvedDomain, LoadError> {
    let source = DomainSource {
        grammar: Some(grammar),
        ..DomainSource::default()
    };
    find(&source, &mut |line| panic!("nothing is to be built: {line}"))
}

/// The template of a language, in a folder.
fn template(folder: &Path) -> PathBuf {
    let framework = common::root().join("framework");
    for file in [
        "tdf-new/template/my-dsl.lalrpop",
        "tdf-new/template-python/my-dsl.toml",
        "tdf-new/template-python/my_dsl.py",
        "tdf-process/python/tdf_serve.py",
    ] {
        let from = framework.join(file);
        std::fs::copy(&from, folder.join(from.file_name().unwrap())).unwrap();
    }
    folder.join("my-dsl.lalrpop")
}

fn initials() -> Arc<dyn DynDomain> {
    let grammar = common::root().join("examples/initials-python/initials.lalrpop");
    find_in(grammar).unwrap().open(&[]).unwrap()
}

#[test]
fn the_template_renders() {
    if !has_python() {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let domain = find_in(template(folder.path())).unwrap().open(&[]).unwrap();
    assert_eq!(
        domain.canvas().map(|canvas| (canvas.width, canvas.channels)),
        Some((64, 3))
    );
    assert_eq!(domain.palette().len(), 5);
    let origin = domain.provenance().map(|from| from.library.clone());
    assert_eq!(origin, Some(folder.path().join("my_dsl.py")));
    let image = render(&*domain, "(Beside (Tile red) (Above (Disc blue) (Tile green)))").unwrap();
    let pixel = |column: usize, row: usize| image[3 * (64 * row + column)..][..3].to_vec();
    assert_eq!(pixel(16, 32), [220, 50, 47]);
    assert_eq!(pixel(48, 16), [40, 90, 200]);
    assert_eq!(pixel(34, 2), [255; 3], "discs are round");
    assert_eq!(pixel(34, 61), [60, 160, 80]);
    let programs = common::programs(&*domain, 6, 200);
    let mut bytes = vec![0; domain.observation_spec().bytes()];
    for program in &programs {
        domain.render(program.nodes(), &mut bytes).unwrap();
    }
    assert_eq!(domain.faults(), None);
}

#[test]
fn programs_take_inputs() {
    if !has_python() {
        return;
    }
    let domain = initials();
    let inputs = Inputs::new(vec![vec!["Ada Lovelace".into()], vec!["Bo".into()], vec!["".into()]]);
    let bound = bind(&domain, &inputs).unwrap();
    let outputs = |program: &str| {
        let bytes = render(&*bound, program).unwrap();
        bound.observation_spec().values().unwrap().decode(&bytes)
    };
    assert_eq!(
        outputs("upper(x)"),
        [Some("ADA LOVELACE".into()), Some("BO".into()), Some("".into())]
    );
    let initial = outputs("(first(word(1, x)) + '.')");
    assert_eq!(initial, [Some(Value::from("L.")), None, None]);
    let [first, again, other] = [3, 3, 4].map(|seed| domain.inputs_of_seed(seed));
    assert_eq!(first, again);
    assert_ne!(first, other);
    assert_eq!(first.rows().len(), 5);
    assert_eq!(domain.faults(), None);
}

#[test]
fn an_exception_is_a_failure_with_its_traceback() {
    if !has_python() {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let grammar = template(folder.path());
    let script = folder.path().join("my_dsl.py");
    let text = std::fs::read_to_string(&script).unwrap();
    let broken = text.replace("    left, top, right, bottom = area\n    x,", "    print('drawing')\n    left, top, right, bottom = area\n    if scene.label == \"Above\":\n        raise ValueError(\"nothing is above\")\n    x,");
    std::fs::write(&script, broken).unwrap();
    let domain = find_in(grammar).unwrap().open(&[]).unwrap();
    assert!(render(&*domain, "(Tile red)").is_ok(), "what is printed is no answer");
    let error = render(&*domain, "(Above (Tile red) (Tile red))").unwrap_err();
    assert!(
        error.starts_with("the plugin, in `render`, failed: Traceback"),
        "{error}"
    );
    let end = "ValueError: nothing is above; the program: (Above (Tile red) (Tile red))";
    assert!(error.ends_with(end), "{error}");
    assert!(render(&*domain, "(Disc red)").is_ok());
}

#[test]
fn commands_that_are_none() {
    let folder = tempfile::tempdir().unwrap();
    let grammar = template(folder.path());
    let with = |line: &str, expected| {
        let toml = format!("[domain]\nname = \"my-dsl\"\ngrammar = \"my-dsl.lalrpop\"\n{line}\n");
        std::fs::write(folder.path().join("my-dsl.toml"), toml).unwrap();
        check(find_in(grammar.clone()), folder.path(), expected);
    };
    with("command = []", expect!["DIR/my-dsl.toml: command: it names no program"]);
    with(
        "command = [\"no-such-python\", \"my_dsl.py\"]",
        expect![[
            r#"DIR/my-dsl.lalrpop: `no-such-python my_dsl.py` cannot be started: there is no program "no-such-python""#
        ]],
    );
    with(
        "command = [\"python3\"]\nprocesses = 0",
        expect!["DIR/my-dsl.toml: processes: allowed are 1 to 1024"],
    );
    with(
        "crate = \".\"\nprocesses = 2",
        expect!["DIR/my-dsl.toml: processes: only a domain with a `command` has processes"],
    );
    with(
        "crate = \".\"\ncommand = [\"python3\"]",
        expect![
            "DIR/my-dsl.toml: the table `domain` needs one of `crate` (a folder with a crate), `plugin` (a shared library) and `command` (a program and its arguments)"
        ],
    );
}
