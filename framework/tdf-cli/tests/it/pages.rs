//! Does what docs/scopes.md and docs/inputs.md say, from top to bottom.
//!
//! | Block | What becomes of it |
//! |---|---|
//! | `sh` | runs and has to succeed |
//! | `sh fails` | runs and has to fail |
//! | `text` | is what the block before it prints, or its messages; `...` stands for any lines |
//! | `lalrpop FILE`, `toml FILE`, `csv FILE` | becomes the file; stands in the file if the repository has it |
//! | `rust FILE` | stands in the file |
//! | `lalrpop`, `json` | a fragment, not read |

use crate::markdown::{Block, blocks, quoted};
use crate::shell::Shell;
use crate::tool::{Ended, repository};

#[test]
fn the_page_on_scopes_works() {
    let (typed, failed) = typed("scopes");
    assert!(
        typed >= 8 && failed >= 2,
        "{typed} blocks of commands, {failed} that fail"
    );
}

#[test]
fn the_page_on_inputs_works() {
    let (typed, failed) = typed("inputs");
    assert!(
        typed >= 4 && failed >= 1,
        "{typed} blocks of commands, {failed} that fail"
    );
}

/// Does what a page says. Returns the number of its blocks of commands, and of those that fail.
fn typed(page: &str) -> (usize, usize) {
    let markdown = std::fs::read_to_string(repository(&format!("docs/{page}.md"))).expect("the page");
    let mut shell = Shell::new(page);
    let examples = std::fs::canonicalize(repository("examples")).expect("a folder of the repository");
    std::os::unix::fs::symlink(examples, shell.folder().join("examples")).expect("a link");
    let mut before: Option<(Ended, bool)> = None;
    let (mut typed, mut failed) = (0, 0);
    for Block { line, info, text } in blocks(&markdown) {
        let at = format!("docs/{page}.md:{line}");
        match info.split_once(' ').unwrap_or((info, "")) {
            ("sh", how @ ("" | "fails")) => {
                let (ended, fails) = (shell.run(&text), how == "fails");
                assert_eq!(ended.code != Some(0), fails, "{at}\n{text}{}{}", ended.out, ended.err);
                before = Some((ended, fails));
                typed += 1;
                failed += usize::from(fails);
            }
            ("text", "") => {
                let (ended, fails) = before
                    .as_ref()
                    .unwrap_or_else(|| panic!("{at}: nothing was run before"));
                let said = (&ended.out, &ended.err);
                assert!(quoted(ended, *fails, &text), "{at}: it prints\n{}{}", said.0, said.1);
            }
            // A fragment.
            ("lalrpop" | "json", "") => (),
            ("lalrpop" | "toml" | "csv" | "rust", path) if repository(path).exists() => {
                let file = std::fs::read_to_string(repository(path)).expect("a file of the repository");
                assert!(file.contains(text.trim_end()), "{at}: not in {path}");
            }
            ("lalrpop" | "toml" | "csv", path) if !path.is_empty() && !path.contains('/') => {
                std::fs::write(shell.folder().join(path), &text).expect("a file is written");
            }
            _ => panic!("{at}: a block of kind {info:?}; see the top of this test"),
        }
    }
    (typed, failed)
}
