//! Calls that do not come back.

use std::path::Path;
use std::process::{Command, Output};

use expect_test::expect;

use crate::deeds;

/// Does `deed` with the plugin in `file` in a process of its own: see `tests/bin/call.rs`.
pub fn in_another_process(deed: &str, file: &Path) -> Output {
    Command::new(env!("CARGO_BIN_EXE_tdf-loader-call"))
        .arg(deed)
        .arg(file)
        .output()
        .unwrap()
}

#[test]
fn a_call_that_loops_ends_the_process() {
    let folder = tempfile::tempdir().unwrap();
    let library = deeds::library(folder.path());
    let output = in_another_process("loop", &library);
    assert_eq!(output.status.code(), Some(1), "{output:?}");
    let said = String::from_utf8_lossy(&output.stderr);
    expect![[r#"
        error: DIR/libdeeds.so: the plugin has not come back from `render` after 1 s; the program: loop; if it only takes long, raise `limit` in the table `domain` of the .toml beside the grammar
    "#]].assert_eq(&said.replace(&*folder.path().to_string_lossy(), "DIR"));
}
