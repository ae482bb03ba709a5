//! Types what README.md says, from top to bottom, in a folder that looks like a clone; and looks whether the commands of
//! documents that are not typed name files that are there.
//!
//! | Block of the README | What becomes of it |
//! |---|---|
//! | `sh` | runs (see [`Shell`]: trainings are shortened) and has to succeed |
//! | `sh xtask` | does not run, it builds `tdf`: its commands have to be among those of `cargo xtask` |
//! | `text` | is what the block before it prints; `...` stands for any lines |
//! | `text numbers` | the same, but for the numbers: another processor rounds in another way, and a search takes another course |
//! | `lalrpop` | stands in a grammar file of the repository |
//! | `python` | is run by the tests of the Python package, not here |

use std::path::Path;

use crate::markdown::{blocks, quoted};
use crate::shell::Shell;
use crate::tool::{Ended, repository};

/// The language that the README calls `my-dsl`: crates of one name would be mixed up in a folder for all.
const LANGUAGE: &str = "readme-dsl";

/// What a clone holds; the README's commands write beside it and into none of these.
const CLONE: [&str; 3] = ["examples", "grammars", "plugins"];

/// `text` with every run of digits replaced by one.
fn without_numbers(text: &str) -> String {
    let mut out = String::new();
    for c in text.chars() {
        if !c.is_ascii_digit() {
            out.push(c);
        } else if !out.ends_with('0') {
            out.push('0');
        }
    }
    out
}

#[test]
fn the_readme_works() {
    let markdown = std::fs::read_to_string(repository("README.md")).expect("the README");
    let mut shell = Shell::new("readme");
    for name in CLONE {
        let there = std::fs::canonicalize(repository(name)).expect("a folder of the repository");
        std::os::unix::fs::symlink(there, shell.folder().join(name)).expect("a link");
    }
    let tasks = std::fs::read_to_string(repository("framework/xtask/src/main.rs")).expect("the tasks");
    let grammar = std::fs::read_to_string(repository("grammars/rainbow.lalrpop")).expect("a grammar");
    // The README leaves out what the file says of its rules.
    let grammar: Vec<&str> = grammar
        .lines()
        .filter(|line| !line.trim_start().starts_with("///"))
        .collect();
    let grammar = grammar.join("\n");
    let mut before: Option<Ended> = None;
    let mut typed = 0;
    for block in blocks(&markdown) {
        let at = format!("README.md:{}", block.line);
        let text = block.text.replace("my-dsl", LANGUAGE);
        match block.info {
            "sh" => {
                let ended = shell.run(&text);
                assert_eq!(ended.code, Some(0), "{at}\n{text}{}{}", ended.out, ended.err);
                before = Some(ended);
                typed += 1;
            }
            "sh xtask" => {
                for line in text.lines() {
                    let name = line
                        .strip_prefix("cargo xtask ")
                        .and_then(|rest| rest.split(' ').next());
                    let name = name.unwrap_or_else(|| panic!("{at}: {line}"));
                    let variant = name[..1].to_uppercase() + &name[1..];
                    assert!(
                        tasks.contains(&format!("Task::{variant}")),
                        "{at}: there is no `cargo xtask {name}`"
                    );
                }
            }
            "text" | "text numbers" => {
                let mut ended = before.take().unwrap_or_else(|| panic!("{at}: nothing was run before"));
                let mut expected = text;
                if block.info == "text numbers" {
                    expected = without_numbers(&expected);
                    ended.out = without_numbers(&ended.out);
                }
                assert!(quoted(&ended, false, &expected), "{at}: it prints\n{}", ended.out);
            }
            "lalrpop" => assert!(grammar.contains(text.trim()), "{at}: not in grammars/rainbow.lalrpop"),
            "python" => {}
            info => panic!("{at}: a block of kind {info:?}; see the top of this test"),
        }
    }
    assert!(typed >= 6, "the README shows {typed} blocks of commands");
}

/// Options of `tdf` that name what has to be there before, and those that name what a command makes.
const READS: [&str; 8] = [
    "--run",
    "--init-run",
    "--tasks",
    "--target",
    "--grammar",
    "--config",
    "--predictions",
    "--plugin",
];
const WRITES: [&str; 2] = ["--out", "--run"];
/// Commands whose operands are files.
const OPERANDS: [&str; 7] = ["check", "parse", "render", "mutate", "experiment", "compare", "new"];

/// The words of a command, without quotes and comments.
fn words(command: &str) -> Vec<String> {
    let mut words = Vec::new();
    let (mut word, mut quote) = (String::new(), None);
    for c in command.chars() {
        match quote {
            Some(q) if c == q => quote = None,
            Some(_) => word.push(c),
            None if c == '\'' || c == '"' => quote = Some(c),
            None if c == '#' && word.is_empty() => break,
            None if c.is_whitespace() => words.extend(Some(std::mem::take(&mut word)).filter(|word| !word.is_empty())),
            None => word.push(c),
        }
    }
    words.extend(Some(word).filter(|word| !word.is_empty()));
    words
}

/// Files that the commands of a document take and that are neither in the repository nor made by a command before.
fn missing_files(document: &str) -> Vec<String> {
    let mut made: Vec<String> = Vec::new();
    let mut missing = Vec::new();
    for block in blocks(document) {
        let joined = block.text.replace("\\\n", " ");
        for line in joined.lines() {
            let line = line.trim_start().trim_start_matches("$ ");
            for command in line.split(['|', ';', '&']) {
                commands_files(&words(command), &mut made, &mut missing);
            }
        }
    }
    missing
}

fn commands_files(words: &[String], made: &mut Vec<String>, missing: &mut Vec<String>) {
    for pair in words.windows(2).filter(|pair| pair[0] == ">") {
        made.push(pair[1].clone());
    }
    let Some(at) = words.iter().position(|word| word == "tdf" || word.ends_with("/tdf")) else {
        return;
    };
    let Some((name, rest)) = words[at + 1..].split_first() else {
        return;
    };
    let mut reads = Vec::new();
    let mut option = "";
    for word in rest.iter().take_while(|word| *word != ">") {
        if word.starts_with('-') && word.len() > 1 {
            option = word;
            continue;
        }
        let trains = name == "train" && option == "--run";
        match option {
            _ if WRITES.contains(&option) && (trains || option != "--run") => made.push(word.clone()),
            _ if READS.contains(&option) => reads.push(word.clone()),
            "" if name == "new" => made.push(word.clone()),
            "" if OPERANDS.contains(&name.as_str()) => reads.push(word.clone()),
            _ => (),
        }
        // Other options take one value; these take several.
        if !["--target", "--predictions"].contains(&option) {
            option = "";
        }
    }
    for file in reads {
        // `NAME=DIR`, patterns, and names in capitals that stand for any.
        let file = file.rsplit('=').next().unwrap_or_default().to_owned();
        let any = file.chars().all(|c| !c.is_ascii_lowercase()) || file.contains(['*', '{', '$']);
        let is_made = made.iter().any(|made| Path::new(&file).starts_with(made));
        if !any && !is_made && !repository(&file).exists() {
            missing.push(format!("tdf {name}: {file}"));
        }
    }
}

#[test]
fn commands_of_documents_name_files_that_are_there() {
    let mut documents = vec![repository("CONTRIBUTING.md"), repository("ARCHITECTURE.md")];
    for folder in ["docs", "examples", "examples/checkpoints", "plugins", "framework"] {
        let entries = std::fs::read_dir(repository(folder)).expect("a folder");
        for path in entries.map(|entry| entry.expect("an entry").path()) {
            let path = if path.is_dir() { path.join("README.md") } else { path };
            let is_typed = path.ends_with("docs/tutorial.md") || path.ends_with("docs/scopes.md");
            let is_document = path.extension().is_some_and(|e| e == "md") && path.exists();
            documents.extend((is_document && !is_typed).then_some(path));
        }
    }
    assert!(documents.len() > 15, "{documents:?}");
    let mut faults = Vec::new();
    for document in documents {
        let text = std::fs::read_to_string(&document).expect("a document");
        let missing = missing_files(&text).into_iter();
        faults.extend(missing.map(|missing| format!("{}: {missing}", document.display())));
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn what_is_not_there_is_noticed() {
    let document = |commands: &str| missing_files(&format!("```\n{commands}\n```\n"));
    assert_eq!(
        document("$ tdf check calculator.lalrpop"),
        ["tdf check: calculator.lalrpop"]
    );
    assert_eq!(
        document("tdf search --run runs/a --target image.png --out found"),
        ["tdf search: runs/a", "tdf search: image.png"]
    );
    let made = "tdf new my-dsl\ntdf train --grammar my-dsl/my-dsl.lalrpop --run runs/a\ntdf sample | tdf render --out p\n\
                tdf tasks -n 3 > t.jsonl\ntdf eval --run runs/a --tasks t.jsonl --out e\ntdf compare e a=e --out c\n\
                tdf search --run runs/a --target p/00000.png p/00001.png";
    assert!(document(made).is_empty(), "{:?}", document(made));
    assert!(document("tdf check grammars/rainbow.lalrpop # comment.lalrpop").is_empty());
    assert_eq!(without_numbers("after 15 of 3.25 s"), "after 0 of 0.0 s");
}
