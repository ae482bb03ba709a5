//! Calls that do not come back.

use std::path::PathBuf;
use std::process::{Command, Output};

use expect_test::expect;
use tdf_loader::DomainOverrides;

use crate::common::{open, render};
use crate::deeds;

/// Runs the test `name` of this binary again, in a process of its own, with `value` in the environment.
pub fn again(name: &str, value: &std::path::Path) -> Output {
    Command::new(std::env::current_exe().unwrap())
        .args(["--exact", name, "--nocapture"])
        .env(AGAIN, value)
        .output()
        .unwrap()
}

/// What `again` sets: the value is there in the second process only.
pub const AGAIN: &str = "TDF_TEST_AGAIN";

#[test]
fn a_call_that_loops_ends_the_process() {
    if let Some(library) = std::env::var_os(AGAIN).map(PathBuf::from) {
        let overrides = DomainOverrides {
            limit: 1,
            ..DomainOverrides::of(library.clone())
        };
        let domain = open(&library, "bytes", &overrides);
        // Other threads that call and come back hold nothing up.
        std::thread::scope(|scope| {
            for _ in 0..3 {
                scope.spawn(|| {
                    loop {
                        render(&*domain, "draw 3").unwrap();
                    }
                });
            }
            let _ = render(&*domain, "loop");
        });
        panic!("it came back");
    }
    let folder = tempfile::tempdir().unwrap();
    let library = deeds::library(folder.path());
    let output = again("limit::a_call_that_loops_ends_the_process", &library);
    assert_eq!(output.status.code(), Some(1), "{output:?}");
    let said = String::from_utf8_lossy(&output.stderr);
    expect![[r#"
        error: DIR/libdeeds.so: the plugin has not come back from `render` after 1 s; the program: loop; if it only takes long, raise `limit` in the table `domain` of the .toml beside the grammar
    "#]].assert_eq(&said.replace(&*folder.path().to_string_lossy(), "DIR"));
}
