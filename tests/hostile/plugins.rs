//! Plugins that misbehave, seen from the command line: `framework/tdf-loader/tests/c/harm.c` with a place and a deed.

use std::process::Command;

use crate::attack::attack;
use crate::tool::{TestDir, repository};

/// Compiles the plugin that does `deed` at `place` into `plugin.so`, and writes programs and a grammar file that names it.
fn plugin(place: &TestDir, at: &str, deed: &str) {
    let compiler = std::env::var_os("CC").unwrap_or_else(|| "cc".into());
    let status = Command::new(compiler)
        .args(["-std=c99", "-O1", "-fPIC", "-shared", "-I"])
        .arg(repository("framework/tdf-domain/include"))
        .args([format!("-DPLACE={at}"), format!("-DHARM={deed}"), "-o".to_owned()])
        .arg(place.path("plugin.so"))
        .arg(repository("framework/tdf-loader/tests/c/harm.c"))
        .status();
    assert!(status.expect("a C compiler").success());
    place.write("programs.txt", "a\n(a)\n((a))\n");
    place.write(
        "harm.lalrpop",
        "grammar;\npub A = { \"a\" => A::End, \"(\" <A> \")\" => A::More(<>) };\n",
    );
    place.write(
        "harm.toml",
        "[domain]\nname = \"harm\"\ngrammar = \"harm.lalrpop\"\nplugin = \"plugin.so\"\nlimit = 1\n",
    );
}

const RENDER: &str = "render --plugin plugin.so programs.txt --out images";

#[test]
fn a_plugin_that_does_no_harm() {
    let place = TestDir::new();
    plugin(&place, "NOWHERE", "LOOP");
    attack(&place, RENDER).ok();
    assert_eq!(place.list("images"), ["00000.png", "00001.png", "00002.png"]);
}

/// A command whose plugin ends the process has done nothing, and its exit code may not say otherwise.
#[test]
fn a_renderer_that_exits() {
    for deed in ["EXIT", "QUICK_EXIT"] {
        let place = TestDir::new();
        plugin(&place, "RENDER", deed);
        let error = attack(&place, RENDER).fails(1);
        assert_eq!(
            error,
            "error: plugin.so: the plugin ended the process from within `render` (`exit`); the program: a; a plugin reports \
             failures with TDF_FAULT and a message\n"
        );
    }
}

#[test]
fn functions_that_never_come_back() {
    for (at, from) in [
        ("LOADING", "its code that runs on loading has not come back"),
        ("OPEN", "the plugin has not come back from `open`"),
        ("CLOSE", "the plugin has not come back from `close`"),
    ] {
        let place = TestDir::new();
        plugin(&place, at, "LOOP");
        let ended = attack(&place, "render --grammar harm.lalrpop programs.txt --out images");
        assert_eq!(ended.code, Some(1), "{at}: {}", ended.err);
        assert!(ended.err.contains(&format!("{from} after 1 s")), "{at}: {}", ended.err);
    }
}

/// Relative paths of the command line would lead into another folder.
#[test]
fn another_working_folder() {
    let place = TestDir::new();
    plugin(&place, "OPEN", "CHDIR");
    let error = attack(&place, RENDER).fails(1);
    assert!(
        error.contains("the domain harm does not open: it changed the working folder"),
        "{error}"
    );
    let place = TestDir::new();
    plugin(&place, "RENDER", "CHDIR");
    std::fs::create_dir(place.path("elsewhere")).expect("a folder");
    let error = attack(&place, RENDER).fails(1);
    assert!(
        error.contains("plugin.so: the plugin changed the working folder of the process from "),
        "{error}"
    );
    assert!(place.list("elsewhere").is_empty(), "a result lies in the wrong folder");
}

#[test]
fn a_renderer_that_writes_too_far() {
    let place = TestDir::new();
    plugin(&place, "RENDER", "BEHIND");
    let ended = attack(&place, RENDER);
    assert_eq!(ended.code, Some(1), "{} {}", ended.out, ended.err);
    assert!(
        ended
            .err
            .contains("the plugin wrote up to 64 bytes behind its buffer in `render`; the program: a"),
        "{}",
        ended.err
    );
}

#[test]
fn a_renderer_that_draws_several_images() {
    let place = TestDir::new();
    plugin(&place, "RENDER", "COUNT");
    let ended = attack(&place, RENDER);
    assert_eq!(ended.code, Some(1), "{} {}", ended.out, ended.err);
    assert!(
        ended
            .err
            .contains("the plugin drew one program twice in a row, and the images differ from byte 1 on"),
        "{}",
        ended.err
    );
}
