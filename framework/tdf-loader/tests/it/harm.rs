//! Plugins that do harm: `tests/c/harm.c` with a place and a deed. Each runs in a process of its own.

use std::path::{Path, PathBuf};

use expect_test::{Expect, expect};
use tdf_domain::DynDomain;
use tdf_loader::{DomainOverrides, LoadError, load_library_within};

use crate::common::{self, render};
use crate::limit::in_another_process;

/// Compiles the plugin that does `deed` at `place`.
fn library(folder: &Path, place: &str, deed: &str, more: &[&str]) -> PathBuf {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/c/harm.c");
    let library = folder.join(format!("{}-{}.so", place.to_lowercase(), deed.to_lowercase()));
    let (place, deed) = (format!("-DPLACE={place}"), format!("-DHARM={deed}"));
    common::library(&source, &library, &[&[&*place, &deed], more].concat());
    library
}

fn open(library: &Path) -> Result<std::sync::Arc<dyn DynDomain>, LoadError> {
    let overrides = DomainOverrides {
        limit: 1,
        ..DomainOverrides::of(library.to_owned())
    };
    load_library_within(library, 1)?.remove(0).open(&[], &overrides)
}

/// Calls every function of the plugin in a process of its own: its exit status, and what it says.
fn call_everything(library: &Path, folder: &Path) -> (Option<i32>, String) {
    let output = in_another_process("everything", library);
    let said = String::from_utf8_lossy(&output.stderr).replace(&*folder.to_string_lossy(), "DIR");
    (output.status.code(), said)
}

/// Every function that is called, as `harm.c` and as the interface names it, and whether it gets a program.
const PLACES: [(&str, &str, bool); 22] = [
    ("LOADING", "its code that runs on loading", false),
    ("TABLE", "`tdf_plugin`", false),
    ("OPEN", "`open`", false),
    ("CANVAS", "`canvas`", false),
    ("WEIGHTS", "`weights`", false),
    ("RENDER", "`render`", true),
    ("SAMPLES", "`render_samples`", true),
    ("OBSERVE", "`observe_target`", true),
    ("VIEW", "`observe_current`", true),
    ("SOLVED", "`solved`", false),
    ("MEASURE", "`measure`", false),
    ("DISTANCE", "`distance`", false),
    ("EMPTY", "`is_uninformative`", false),
    ("SVG", "`svg`", true),
    ("CANONICAL", "`canonical`", true),
    ("CLOSE", "`close`", false),
    ("SIGNATURE", "`signature`", false),
    ("BIND", "`bind`", false),
    ("SAMPLE_INPUTS", "`sample_inputs`", false),
    ("CONSTANTS", "`constants`", false),
    ("REFINED", "`refined`", true),
    ("SHOWN", "`shown`", true),
];

/// Runs a plugin for every place and checks what its process says.
fn everywhere(deed: &str, expected: impl Fn(&str, &str, &str) -> String + Sync) {
    let folder = tempfile::tempdir().unwrap();
    std::thread::scope(|scope| {
        for (place, name, of_program) in PLACES {
            let (folder, expected) = (folder.path(), &expected);
            scope.spawn(move || {
                let library = library(folder, place, deed, &[]);
                let file = library.file_name().unwrap().to_string_lossy().into_owned();
                let program = if of_program { "; the program: (a)" } else { "" };
                let (code, said) = call_everything(&library, folder);
                assert_eq!(said, expected(&file, name, program), "{place}");
                assert_eq!(code, Some(1), "{place}");
            });
        }
    });
}

#[test]
fn a_function_that_does_not_come_back() {
    everywhere("LOOP", |file, name, program| {
        let from = match name.strip_prefix('`') {
            Some(_) => format!("the plugin has not come back from {name}"),
            None => format!("{name} has not come back"),
        };
        format!(
            "error: DIR/{file}: {from} after 1 s{program}; if it only takes long, raise `limit` in the table `domain` of the \
             .toml beside the grammar\n"
        )
    });
}

fn ended(file: &str, name: &str, program: &str) -> String {
    let from = match name.strip_prefix('`') {
        Some(_) => format!("the plugin ended the process from within {name}"),
        None => format!("{name} ended the process"),
    };
    format!("error: DIR/{file}: {from} (`exit`){program}; a plugin reports failures with TDF_FAULT and a message\n")
}

#[test]
fn a_function_that_exits() {
    everywhere("EXIT", ended);
}

#[test]
fn a_function_that_exits_quickly() {
    everywhere("QUICK_EXIT", ended);
}

#[test]
fn nothing_is_said_of_a_plugin_that_does_no_harm() {
    let folder = tempfile::tempdir().unwrap();
    let library = library(folder.path(), "NOWHERE", "LOOP", &[]);
    assert_eq!(call_everything(&library, folder.path()), (Some(0), String::new()));
}

#[test]
fn another_working_folder() {
    let folder = tempfile::tempdir().unwrap();
    let here = std::env::current_dir().unwrap().display().to_string();
    for (place, _, _) in PLACES {
        let library = library(folder.path(), place, "CHDIR", &[]);
        let (code, said) = call_everything(&library, folder.path());
        let to = format!("changed the working folder of the process from {here} to /");
        match place {
            // The folder is put back at once, and the domain is refused.
            "LOADING" | "TABLE" | "OPEN" | "CANVAS" | "WEIGHTS" | "SIGNATURE" => {
                assert_eq!(code, Some(101), "{said}");
                assert!(
                    said.contains(&format!("it {to}, where relative paths would lead elsewhere")),
                    "{said}"
                );
            }
            // The folder is put back, and nobody needs the domain any more.
            "CLOSE" => assert_eq!((code, said), (Some(0), String::new())),
            _ => {
                assert_eq!(code, Some(1), "{place}: {said}");
                assert!(
                    said.contains(&format!(
                        "{}: the plugin {to};",
                        library.file_name().unwrap().to_string_lossy()
                    )),
                    "{said}"
                );
            }
        }
    }
    assert_eq!(std::env::current_dir().unwrap().display().to_string(), here);
}

/// What a domain that writes `reach` bytes too far says.
fn overrun(place: &str, deed: &str, reach: usize, expected: Expect) {
    let folder = tempfile::tempdir().unwrap();
    let library = library(folder.path(), place, deed, &[&format!("-DREACH={reach}")]);
    let said = match open(&library) {
        Err(error) => error.to_string(),
        Ok(domain) => {
            let program = domain.language().parse(domain.start(), "(a)").unwrap();
            let mut image = vec![0; domain.observation_spec().bytes()];
            let (nodes, image) = (program.nodes(), &mut image[..]);
            let result = match place {
                "OBSERVE" => domain.observe_target(nodes, 1, image),
                "VIEW" => domain.observe_current(nodes, 1, image),
                _ => domain.render(nodes, image),
            };
            let error = result.unwrap_err().to_string();
            assert_eq!(domain.faults().unwrap().first, error);
            error
        }
    };
    expected.assert_eq(&said.replace(&*folder.path().to_string_lossy(), "DIR"));
}

#[test]
fn writing_outside_of_a_buffer() {
    overrun(
        "RENDER",
        "BEHIND",
        64,
        expect!["the plugin wrote up to 64 bytes behind its buffer in `render`; the program: (a)"],
    );
    overrun(
        "RENDER",
        "BEHIND",
        2,
        expect!["the plugin wrote up to 2 bytes behind its buffer in `render`; the program: (a)"],
    );
    overrun(
        "RENDER",
        "BEFORE",
        64,
        expect!["the plugin wrote up to 64 bytes before its buffer in `render`; the program: (a)"],
    );
    overrun(
        "SAMPLES",
        "BEHIND",
        64,
        expect!["the plugin wrote up to 64 bytes behind its buffer in `render_samples`; the program: (a)"],
    );
    overrun(
        "OBSERVE",
        "BEHIND",
        64,
        expect!["the plugin wrote up to 64 bytes behind its buffer in `observe_target`; the program: (a)"],
    );
    overrun(
        "VIEW",
        "BEFORE",
        9,
        expect!["the plugin wrote up to 9 bytes before its buffer in `observe_current`; the program: (a)"],
    );
    overrun(
        "CANVAS",
        "BEHIND",
        64,
        expect![
            "DIR/canvas-behind.so: the domain harm does not open: the plugin wrote up to 64 bytes behind its buffer in `canvas`"
        ],
    );
    overrun(
        "WEIGHTS",
        "BEHIND",
        64,
        expect![
            "DIR/weights-behind.so: the domain harm does not open: size: the plugin wrote up to 64 bytes behind its buffer in `weights`"
        ],
    );
}

#[test]
fn writing_beyond_the_guard_ends_the_process() {
    let folder = tempfile::tempdir().unwrap();
    let library = library(folder.path(), "RENDER", "BEHIND", &["-DREACH=256"]);
    let (code, said) = call_everything(&library, folder.path());
    expect![[r#"
        error: DIR/render-behind.so: the plugin wrote 256 bytes or more behind its buffer in `render`: the memory of the process may be damaged; the program: (a)
    "#]]
    .assert_eq(&said);
    assert_eq!(code, Some(1));
}

/// Draws the same program until the plugin is found out; says when, and the message.
fn unsteady(place: &str, deed: &str) -> (u32, String) {
    let folder = tempfile::tempdir().unwrap();
    let domain = open(&library(folder.path(), place, deed, &[])).unwrap();
    for draws in 1..2000 {
        let result = render(&*domain, "(a)");
        if let Some(faults) = domain.faults() {
            // The image at hand is refused if it is the one that differs.
            assert!(result.is_ok() || result == Err(faults.first.clone()));
            return (draws, faults.first);
        }
    }
    panic!("it was not found out");
}

#[test]
fn a_program_that_draws_several_images() {
    let (draws, said) = unsteady("RENDER", "COUNT");
    expect!["the plugin drew one program twice in a row, and the images differ from byte 1 on: a program has to render to the same image bytes always, and all of them; the program: (a)"].assert_eq(&said);
    assert_eq!(draws, 1);
    let (draws, said) = unsteady("RENDER", "SPARE");
    expect!["the plugin drew one program twice in a row, and the images differ from byte 24 on: a program has to render to the same image bytes always, and all of them; the program: (a)"].assert_eq(&said);
    assert_eq!(draws, 1);
    let (draws, said) = unsteady("RENDER", "TURN");
    expect!["the plugin drew one program now and some time ago, and the images differ from byte 1 on: a program has to render to the same image bytes always, and all of them; the program: (a)"].assert_eq(&said);
    assert!(draws <= 4, "{draws}");
}

#[test]
fn a_program_that_draws_one_image_is_drawn_as_often_as_asked_for() {
    let folder = tempfile::tempdir().unwrap();
    let domain = open(&library(folder.path(), "NOWHERE", "LOOP", &[])).unwrap();
    for _ in 0..2000 {
        assert_eq!(render(&*domain, "(a)").unwrap(), [2; 25]);
    }
    assert_eq!(domain.faults(), None);
}
