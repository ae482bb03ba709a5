//! Text from outside in every output format.

use serde_json::{Value, json};

use crate::attack::attack;
use crate::tool::{Ended, TestDir, repository};

/// Clears the screen, sets the title, turns the direction of writing: a terminal obeys, a log shows another text.
const STEERING: &str = "\u{1b}[2J\u{1b}]0;owned\u{7}\u{9b}31m\u{202e}";

/// How it is shown.
const SHOWN: &str = "\\u{1b}[2J\\u{1b}]0;owned\\u{7}\\u{9b}31m\\u{202e}";

fn steers(c: char) -> bool {
    c.is_control() && c != '\n' && c != '\t' || c == '\u{202e}'
}

/// Neither stream steers a display.
fn harmless(ended: Ended) -> Ended {
    for text in [&ended.out, &ended.err] {
        assert!(!text.contains(steers), "{text:?}");
    }
    ended
}

/// The shipped Rainbow network, as the run folder `run`, with other lines in its configuration.
fn run_with(place: &TestDir, change: impl Fn(&str) -> String) {
    let shipped = repository("examples/checkpoints/rainbow-tiny");
    std::fs::create_dir_all(place.path("run/checkpoints")).expect("a folder");
    let network = "checkpoints/model.safetensors";
    std::fs::copy(shipped.join(network), place.path("run").join(network)).expect("a network");
    let config = std::fs::read_to_string(shipped.join("config.toml")).expect("a configuration");
    place.write("run/config.toml", change(&config));
}

fn tasks(place: &TestDir) -> String {
    let tasks = place.tdf("tasks --domain rainbow -n 2 --size 1..=2 --seed 7").ok();
    place.write("tasks.jsonl", &tasks);
    tasks
}

/// A string of TOML with these characters.
fn toml_string(text: &str) -> String {
    // JSON's escapes are TOML's.
    let text = serde_json::to_string(text).expect("a string");
    let escaped = |c: char| match steers(c) {
        true => format!("\\u{:04x}", u32::from(c)),
        false => c.to_string(),
    };
    text.chars().map(escaped).collect()
}

#[test]
fn errors_about_names_steer_no_terminal() {
    let place = TestDir::new();
    tasks(&place);
    let eval = "eval --run run --tasks tasks.jsonl --budget 1 --out out";
    for key in ["domain", "grammar", "fingerprint", "version"] {
        run_with(&place, |config| {
            let line = config
                .lines()
                .find(|line| line.starts_with(&format!("{key} = ")))
                .expect(key);
            config.replace(line, &format!("{key} = {}", toml_string(STEERING)))
        });
        harmless(attack(&place, eval));
        harmless(attack(&place, "export --run run --out exported"));
    }
    run_with(&place, |config| {
        format!("{config}\n[domain]\n{} = 1\n", toml_string(STEERING))
    });
    let error = harmless(attack(&place, eval)).fails(1);
    assert!(error.contains(SHOWN), "{error}");
    // Wrong usage, too: a name may come from a folder's listing.
    let error = harmless(attack(
        &place,
        &format!("parse --domain rainbow '{STEERING}' '{STEERING}'"),
    ))
    .fails(2);
    // The parser of the command line leaves out whole escape sequences.
    assert!(error.contains(r"\u{202e}"), "{error}");
    let error = harmless(attack(&place, &format!("parse --domain rainbow '{STEERING}'"))).fails(1);
    assert!(error.contains(SHOWN), "{error}");
}

/// What is shortened or taken apart may have a letter of several bytes at every place.
#[test]
fn no_text_is_cut_within_a_letter() {
    let place = TestDir::new();
    for before in 0..4 {
        let text = format!("{}éé🦀{}", "a".repeat(before), "ß".repeat(80));
        place.write("programs.txt", format!("(Box red)\n{text}\n(Box {text})\n"));
        place.write("theirs.txt", format!("{text}\n(Box {text}\n"));
        place.write(
            "a.lalrpop",
            format!("grammar;\npub A: A = {{ \"{text}\" <b:{text}> => A {{ <> }} }};\n"),
        );
        tasks(&place);
        for line in [
            "parse --domain rainbow programs.txt".to_owned(),
            "check a.lalrpop".to_owned(),
            format!("mask --domain rainbow '(Box {text}'"),
            format!("path --domain rainbow '{text}' '(Box {text})'"),
            format!("sample --domain rainbow --start '{text}'"),
            format!("sample --domain rainbow --measure '{text}=1'"),
            format!("train --domain rainbow --set '{text}=1'"),
            format!("train --domain rainbow --set 'evaluate.every={text}'"),
            format!("train --domain '{text}'"),
        ] {
            attack(&place, &line).fails(1);
        }
        let eval = "eval --predictions theirs.txt --tasks tasks.jsonl";
        attack(&place, &format!("{eval} --out '{text}'")).ok();
        let summary = place.read(&format!("{text}/summary.json"));
        let mut summary: Value = serde_json::from_str(&summary).expect("a summary");
        summary["setting"]["network"] = text.as_str().into();
        summary["method"] = text.as_str().into();
        place.write(&format!("{text}/summary.json"), summary.to_string());
        attack(&place, &format!("compare '{text}' --out 'compared-{before}'")).ok();
    }
}

/// Carets stand below what they mean, and lines stay lines.
#[test]
fn diagnostics_keep_their_form() {
    let place = TestDir::new();
    place.write(
        "a.lalrpop",
        format!("grammar;\n// {STEERING}\npub A: () = {{ \"{STEERING}\" <B> => () }};\n"),
    );
    let error = harmless(attack(&place, "check a.lalrpop")).fails(1);
    assert!(error.lines().count() >= 4 && error.contains('^'), "{error}");
    place.write("programs.txt", format!("(Box red)\n(Box {STEERING})\n"));
    let error = harmless(attack(&place, "parse --domain rainbow programs.txt")).fails(1);
    assert!(error.starts_with("programs.txt:2:6: error: found "), "{error}");
    // A message without an end is cut.
    place.write("long.txt", format!("(Box {})\n", "x\u{1b}".repeat(1 << 20)));
    let error = harmless(attack(&place, "parse --domain rainbow long.txt")).fails(1);
    assert!(error.len() < 100_000, "{} bytes", error.len());
}

#[test]
fn programs_of_other_systems_are_only_shown() {
    let place = TestDir::new();
    tasks(&place);
    let html = "<script>alert(1)</script>";
    place.write("theirs.txt", format!("{STEERING}{html}\n=1+1\n"));
    harmless(attack(
        &place,
        "eval --predictions theirs.txt --tasks tasks.jsonl --out a",
    ))
    .ok();
    harmless(attack(
        &place,
        "eval --predictions theirs.txt --tasks tasks.jsonl --out b --json",
    ))
    .ok();
    // The only script of a page is its own.
    let is_clean = |text: &str| {
        !text
            .replacen("<script>\n// A page works without this", "", 1)
            .contains("<script")
    };
    let command = format!("compare '{STEERING}{html}=a' '+cmd|x=b' --out out");
    harmless(attack(&place, &command)).ok();
    for name in place.list("out") {
        if name.ends_with(".png") {
            continue;
        }
        let text = place.read(&format!("out/{name}"));
        assert!(!text.contains(steers), "{name}");
        // A table cell is no page.
        assert!(name.ends_with(".csv") || is_clean(&text), "{name}");
        if name.ends_with(".svg") {
            roxmltree::Document::parse(&text).unwrap_or_else(|e| panic!("{name}: {e}"));
        }
    }
    for folder in ["a", "b"] {
        let page = place.read(&format!("{folder}/index.html"));
        assert!(!page.contains(steers) && is_clean(&page));
    }
}

/// Results keep every character, in a form that no terminal obeys.
#[test]
fn json_means_what_it_meant() {
    let place = TestDir::new();
    run_with(&place, str::to_owned);
    place.write("wanted.txt", "(Box red)\n");
    place.tdf("render --domain rainbow wanted.txt --out wanted").ok();
    let name = format!("{STEERING}.png");
    std::fs::rename(place.path("wanted/00000.png"), place.path(&name)).expect("renamed");
    let search = format!("search --run run --target '{name}' --budget 1");
    let out = harmless(attack(&place, &format!("{search} --json"))).ok();
    let found: Value = serde_json::from_str(&out).expect("JSON");
    assert_eq!(found["target"], json!(name));
    let out = harmless(attack(&place, &format!("{search} --out found"))).ok();
    assert!(out.starts_with(&format!("{SHOWN}.png: ")), "{out}");
    assert!(!place.read("found/index.html").contains(steers));
}

/// Editors of Windows put a byte order mark before every text.
#[test]
fn a_byte_order_mark_is_passed_over() {
    let place = TestDir::new();
    let bom = |text: &str| format!("\u{feff}{text}");
    let tasks = tasks(&place);
    place.write("tasks.jsonl", bom(&tasks));
    run_with(&place, bom);
    attack(&place, "eval --run run --tasks tasks.jsonl --budget 1 --out out").ok();
    place.write("theirs.txt", bom("(Box red)\n(Box blue)\n"));
    attack(&place, "eval --predictions theirs.txt --tasks tasks.jsonl --out theirs").ok();
    assert!(place.read("theirs/summary.json").contains("\"invalid\": 0"));
    for name in ["summary.json", "results.jsonl"] {
        let text = place.read(&format!("theirs/{name}"));
        place.write(&format!("theirs/{name}"), bom(&text));
    }
    attack(&place, "compare theirs --out compared").ok();
    assert_eq!(
        attack(&place, "parse --domain rainbow theirs.txt").ok(),
        "(Box red)\n(Box blue)\n"
    );
    let out = Ended::of(
        place
            .command("parse --domain rainbow")
            .stdin(std::fs::File::open(place.path("theirs.txt")).expect("a file"))
            .output()
            .expect("tdf starts"),
    );
    assert_eq!(out.ok(), "(Box red)\n(Box blue)\n");
    let grammar = std::fs::read_to_string(repository("grammars/rainbow.lalrpop")).expect("a grammar");
    place.write("marked.lalrpop", bom(&grammar));
    place.write("plain.lalrpop", &grammar);
    let about = |name: &str| {
        attack(&place, &format!("check {name}.lalrpop"))
            .ok()
            .replace(name, "rainbow")
    };
    assert_eq!(about("marked"), about("plain"));
    place.write("set.toml", bom("[train]\nbatch = 7\n"));
    let printed = attack(&place, "train --domain rainbow --config set.toml --print-config").ok();
    assert!(printed.contains("batch = 7"), "{printed}");
    place.write("experiment.toml", bom("title = 1\n"));
    let error = attack(&place, "experiment experiment.toml --minutes 1 --out e").fails(1);
    assert!(
        error.contains("experiment.toml:1: ") && error.contains("expected a string"),
        "{error}"
    );
}
