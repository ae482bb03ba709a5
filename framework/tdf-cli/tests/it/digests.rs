//! Which plugin made what: digests of libraries, and exported networks that bring no plugin.

use std::path::Path;
use std::process::Command;

use serde_json::Value;
use tdf_eval::digest;

use crate::runs::SMALL;
use crate::tool::{TestDir, repository};

/// Copies the plugin in C into `folder` and compiles it as `library`.
fn blocks(dir: &TestDir, folder: &str, library: &str, optimise: &str) {
    let (example, folder) = (repository("examples/blocks-c"), dir.path(folder));
    std::fs::create_dir_all(&folder).expect("a folder");
    for file in ["blocks.lalrpop", "blocks.c", "blocks.toml"] {
        std::fs::copy(example.join(file), folder.join(file)).expect("a file of the example");
    }
    let grammar = std::fs::read_to_string(folder.join("blocks.lalrpop")).expect("a grammar");
    let string: String = grammar
        .lines()
        .map(|line| format!("{:?}\n", format!("{line}\n")))
        .collect();
    std::fs::write(folder.join("blocks.inc"), string).expect("the grammar as a string in C");
    let compiler = std::env::var_os("CC").unwrap_or_else(|| "cc".into());
    let built = Command::new(compiler)
        .args([
            "-std=c99", optimise, "-fPIC", "-shared", "-o", library, "blocks.c", "-I",
        ])
        .arg(repository("framework/tdf-domain/include"))
        .current_dir(&folder)
        .status()
        .expect("these tests need a C compiler");
    assert!(built.success());
}

fn digest_of(path: &Path) -> String {
    digest(&std::fs::read(path).expect("a library"))
}

/// An image to search for, and tasks.
fn with_tasks(dir: &TestDir, code: &str) {
    let programs = "(frame red (over blue gold))\n(beside green (frame black white))\n(over (frame gold red) blue)\n";
    dir.write("p.txt", programs);
    dir.tdf(&format!("render {code} p.txt --out images")).ok();
    let tasks = dir.tdf(&format!("tasks {code} -n 2 --size 1..=2 --seed 3")).ok();
    dir.write("tasks.jsonl", tasks);
}

#[test]
fn another_build_of_the_plugin_is_noticed() {
    let dir = TestDir::new();
    blocks(&dir, ".", "libblocks.so", "-O2");
    blocks(&dir, ".", "other.so", "-O0");
    let [ours, other] = ["libblocks.so", "other.so"].map(|name| digest_of(&dir.path(name)));
    assert_ne!(ours, other);
    let train = format!("train --plugin libblocks.so --run run --set train.steps=2 {SMALL}");
    dir.tdf(&train).ok();
    assert!(dir.read("run/config.toml").contains(&format!("plugin = \"{ours}\"")));
    with_tasks(&dir, "--plugin libblocks.so");

    let told = |err: &str| {
        err.matches(&format!(
            "another build of the plugin (SHA-256 {}, now {})",
            &ours[..12],
            &other[..12]
        ))
        .count()
    };
    let search = "search --run run --target images/00000.png --budget 5";
    let ended = dir.tdf(&format!("{search} --plugin libblocks.so"));
    assert_eq!(told(&ended.err), 0, "{}", ended.err);
    // All but the seconds, which stand before " s)".
    let timeless = |text: String| -> Vec<String> {
        let parts = text
            .split(", ")
            .map(|part| part.rsplit(" s)").next().unwrap_or_default());
        parts.map(str::to_owned).collect()
    };
    let found = timeless(ended.ok());
    let ended = dir.tdf(&format!("{search} --plugin other.so"));
    assert_eq!(told(&ended.err), 1, "{}", ended.err);
    assert_eq!(timeless(ended.ok()), found, "both render alike");

    let eval = "eval --run run --tasks tasks.jsonl --budget 5";
    dir.tdf(&format!("{eval} --plugin libblocks.so --out one")).ok();
    let summary: Value = serde_json::from_str(&dir.read("one/summary.json")).expect("a summary");
    assert_eq!(summary["setting"]["plugin"], ours.as_str());
    let more = format!("{eval} --seeds 2 --resume --out one");
    let err = dir.tdf(&format!("{more} --plugin other.so")).fails(1);
    assert!(
        err.contains(&format!(
            "made with plugin_digest = \"{ours}\", not with plugin_digest = \"{other}\""
        )),
        "{err}"
    );
    dir.tdf(&format!("{more} --plugin libblocks.so")).ok();

    dir.tdf(&format!("{eval} --plugin other.so --out two")).ok();
    let ended = dir.tdf("compare one two --plugin libblocks.so --out compared");
    assert!(ended.err.contains("made with 2 builds of the plugin"), "{}", ended.err);
    ended.ok();
    assert!(
        dir.read("compared/solve-rates.md")
            .contains("made with 2 builds of the plugin")
    );
    let table = dir.read("compared/solve-rates.csv");
    assert!(table.contains(&ours) && table.contains(&other), "{table}");
    let ended = dir.tdf("compare one --plugin other.so --out compared");
    assert_eq!(told(&ended.err), 1, "{}", ended.err);

    let ended = dir.tdf("train --plugin other.so --run run --resume --set train.steps=3");
    assert_eq!(told(&ended.err), 1, "{}", ended.err);
    ended.ok();
    assert!(dir.read("run/config.toml").contains(&format!("plugin = \"{other}\"")));
}

/// The command of a card's table, and the one at its end.
fn commands(card: &str) -> [String; 2] {
    let training = card.lines().find_map(|line| line.strip_prefix("| Command | `tdf "));
    let training = training.and_then(|line| line.strip_suffix("` |")).expect("a training");
    let search = card.lines().find_map(|line| line.strip_prefix("tdf search"));
    [training.to_owned(), format!("search{}", search.expect("a search"))]
}

/// What is exported works on a machine that has the plugin and nothing else, and names no place on this one.
#[test]
fn an_exported_network_needs_its_plugin_alone() {
    for named_by in ["--grammar blocks.lalrpop", "--plugin libblocks.so"] {
        let (here, there) = (TestDir::new(), TestDir::new());
        blocks(&here, ".", "libblocks.so", "-O2");
        if named_by.starts_with("--grammar") {
            // The size function of the .toml is not that of the plugin.
            let sizes = "[size]\nweights = { Plain = 1, Frame = 2 }\n";
            here.write("blocks.toml", here.read("blocks.toml") + sizes);
        }
        here.tdf(&format!(
            "train {named_by} --run run --set train.steps=8 {SMALL} --set program.size=1..=4 --set noise.max_edit_size=3"
        ))
        .ok();
        with_tasks(&here, named_by);
        // Long enough that the size function, which bounds edits, decides about the programs found.
        let search = "--target images/00000.png images/00001.png images/00002.png --budget 60 --json";
        let found = here.tdf(&format!("search --run run {named_by} {search}")).ok();
        here.tdf(&format!("export --run run {named_by} --precision fp32 --out net"))
            .ok();
        assert_eq!(
            here.list("net"),
            [
                "README.md",
                "checkpoints",
                "config.toml",
                "grammar.lalrpop",
                "vocabulary.json"
            ]
        );
        for file in ["README.md", "config.toml", "vocabulary.json"] {
            let text = here.read(&format!("net/{file}"));
            let folder = here.path("").display().to_string();
            assert!(!text.contains(folder.trim_end_matches('/')), "{file}: {text}");
        }
        assert_eq!(here.read("net/grammar.lalrpop"), here.read("blocks.lalrpop"));
        let checked: Value = serde_json::from_str(&here.tdf("check --json net/grammar.lalrpop").ok()).expect("JSON");
        let vocabulary: Value = serde_json::from_str(&here.read("net/vocabulary.json")).expect("JSON");
        assert_eq!(vocabulary["tokens"], checked["vocabulary"]);
        let tokens = vocabulary["tokens"].as_array().map_or(0, Vec::len);
        assert_eq!(
            (vocabulary["end"].as_u64(), vocabulary["anchor"].as_u64()),
            (Some(tokens as u64), Some(tokens as u64 + 1))
        );

        let size = "size = \"Frame=2,Plain=1\"";
        let has_size = here.read("net/config.toml").contains(size);
        assert_eq!(has_size, named_by.starts_with("--grammar"), "{named_by}");

        let moved = |name: &str| std::fs::rename(here.path(name), there.path(name)).expect(name);
        moved("net");
        moved("images");
        moved("libblocks.so");
        let programs = |text: &str| -> Vec<Value> {
            let lines = text
                .lines()
                .map(|line| serde_json::from_str::<Value>(line).expect("JSON"));
            lines.map(|line| line["program"].clone()).collect()
        };
        let again = there
            .tdf(&format!("search --run net --plugin libblocks.so {search}"))
            .ok();
        assert_eq!(programs(&again), programs(&found), "{named_by}");
        let err = there.tdf(&format!("search --run net {search}")).fails(1);
        let hint = if named_by.starts_with("--grammar") {
            "\"blocks.lalrpop\""
        } else {
            "\"libblocks.so\""
        };
        assert!(err.contains(hint) && err.contains("name its code with"), "{err}");

        // The card's commands are for a folder that holds what they name.
        if named_by.starts_with("--grammar") {
            moved("blocks.lalrpop");
            moved("blocks.toml");
        }
        std::fs::copy(there.path("images/00000.png"), there.path("image.png")).expect("an image");
        let [training, searching] = commands(&there.read("net/README.md"));
        assert!(training.starts_with(&format!("train {named_by} ")), "{training}");
        there.tdf(&training).ok();
        there.tdf(&searching).ok();
    }
}
