//! Evaluations side by side, from folder to files.

use std::path::{Path, PathBuf};

use expect_test::expect;
use serde_json::{Value, json};
use tdf_eval::{Comparison, Folder, read_folder, write_comparison};
use tdf_rainbow as _;

const TARGETS: [&str; 4] = [
    "(Box red)",
    "(Ball blue)",
    "(Arrange h (Box red) (Ball blue))",
    "(Arrange v (Ball red) (Ball red))",
];

/// An evaluation with two seeds; `solved` holds, for each seed, the expansions that each task took (0: not solved).
fn summary() -> Value {
    json!({
        "method": "rollout, restart after 25 edits", "budget": 50, "temperature": 1.0, "criterion": "iou-0.99", "tasks": 4,
        "seeds": [0, 1], "rates": [], "criteria": [], "median_expansions": 4.0, "expansions": 60, "seconds": 2.5,
        "expansion": "a program", "planned": 2,
        "setting": {"domain": "rainbow", "grammar": "f00", "version": "0.1.0", "commit": "abc", "hardware": "a slow one"},
    })
}

pub fn results(solved: [[u32; 4]; 2]) -> String {
    let mut out = String::new();
    for (seed, tasks) in solved.iter().enumerate() {
        for (task, &expansions) in tasks.iter().enumerate() {
            let is_solved = expansions > 0;
            let line = json!({
                "task": task, "seed": seed, "solved": is_solved, "expansions": if is_solved { expansions } else { 50 },
                "seconds": 0.1 * f64::from(expansions), "target": TARGETS[task],
                "program": if is_solved { TARGETS[task] } else { "(Box green)" },
                "solved_by": {"iou-0.99": is_solved, "public-code": is_solved},
            });
            out += &format!("{line}\n");
        }
    }
    out
}

pub struct TestFolder(tempfile::TempDir);

impl TestFolder {
    pub fn new() -> Self {
        Self(tempfile::tempdir().expect("a folder"))
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    pub fn write(&self, name: &str, change: Value, results: &str) -> PathBuf {
        let path = self.path(name);
        std::fs::create_dir_all(&path).expect("a folder");
        let mut summary = summary();
        merge(&mut summary, change);
        std::fs::write(path.join("summary.json"), summary.to_string()).expect("a file");
        std::fs::write(path.join("results.jsonl"), results).expect("a file");
        path
    }

    pub fn folder(&self, name: &str, change: Value, solved: [[u32; 4]; 2]) -> Folder {
        read_folder(name, &self.write(name, change, &results(solved))).expect("an evaluation")
    }

    /// An error's text without the name of the temporary folder.
    fn error<T: std::fmt::Debug>(&self, result: Result<T, tdf_eval::CompareError>) -> String {
        let text = result.expect_err("an error").to_string();
        text.replace(&format!("{}/", self.0.path().display()), "")
    }
}

fn merge(into: &mut Value, change: Value) {
    match change {
        Value::Object(change) => {
            for (key, value) in change {
                merge(&mut into[key], value);
            }
        }
        value => *into = value,
    }
}

pub const SOME: [[u32; 4]; 2] = [[1, 4, 30, 0], [2, 0, 12, 0]];
pub const MORE: [[u32; 4]; 2] = [[1, 1, 3, 9], [1, 2, 3, 50]];

fn compared(test: &TestFolder) -> Comparison {
    let floor = json!({"method": "rollout, untrained", "setting": {"commit": null}});
    let folders = vec![
        test.folder("trained", json!({}), MORE),
        test.folder("floor & more", floor, SOME),
    ];
    let mut comparison = Comparison::new(folders).expect("alike");
    comparison.groups[0].domain = Some(tdf_domain::builtin("rainbow").expect("built in").open().expect("opens"));
    comparison
}

pub fn read(folder: &Path, name: &str) -> String {
    std::fs::read_to_string(folder.join(name)).expect(name)
}

#[test]
fn tables_in_every_form() {
    let test = TestFolder::new();
    let out = test.path("out");
    write_comparison(&compared(&test), &out).expect("written");
    expect![[r#"
        **Tasks of rainbow solved within so many node expansions, in percent**

        | evaluation | 1 | 10 | 50 | irreducible | distance | median | seconds | p |
        | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |
        | trained | **37.5 ± 17.7** | **87.5 ± 17.7** | **100.0 ± 0.0** | - | - | 4.0 | 2.5 | - |
        | floor & more | 12.5 ± 17.7 | 37.5 ± 17.7 | 62.5 ± 17.7 | - | - | 4.0 | 2.5 | 0.500 |

        4 tasks of rainbow; budget: 50 expansions a task; solved by the criterion iou-0.99; mean ± standard deviation (n - 1) over seeds; distance: mean tree edit distance to the true program, solved or not; median: expansions of the solved searches; seconds: wall-clock of all searches; the greatest in bold.

        p: of the difference to trained within the budget, by the exact two-sided sign-flip permutation test on tasks, each with the difference of its numbers of seeds solved (with one seed: McNemar's exact test); not corrected for several comparisons.

        trained: rollout, restart after 25 edits, temperature 1; 2 seeds (0 to 1); 2.5 s wall-clock; network not recorded; tdf version 0.1.0, commit abc; hardware: a slow one.

        floor & more: rollout, untrained, temperature 1; 2 seeds (0 to 1); 2.5 s wall-clock; network not recorded; tdf version 0.1.0, commit not recorded; hardware: a slow one.
    "#]].assert_eq(&read(&out, "solve-rates.md"));
    expect![[r#"
        % \usepackage{booktabs,graphicx}
        \begin{table}
          \centering
          \caption{Tasks of rainbow solved within so many node expansions, in percent}
          \resizebox{\ifdim\width>\linewidth\linewidth\else\width\fi}{!}{%
          \begin{tabular}{lrrrrrrrr}
            \toprule
            evaluation & 1 & 10 & 50 & irreducible & distance & median & seconds & p \\
            \midrule
            trained & $\mathbf{37.5} \pm 17.7$ & $\mathbf{87.5} \pm 17.7$ & $\mathbf{100.0} \pm 0.0$ & -- & -- & $4.0$ & $2.5$ & -- \\
            floor \& more & $12.5 \pm 17.7$ & $37.5 \pm 17.7$ & $62.5 \pm 17.7$ & -- & -- & $4.0$ & $2.5$ & $0.500$ \\
            \bottomrule
          \end{tabular}}
          \par\smallskip{\footnotesize\raggedright 4 tasks of rainbow; budget: 50 expansions a task; solved by the criterion iou-0.99; mean $\pm$ standard deviation (n - 1) over seeds; distance: mean tree edit distance to the true program, solved or not; median: expansions of the solved searches; seconds: wall-clock of all searches; the greatest in bold.\par}
          \par\smallskip{\footnotesize\raggedright p: of the difference to trained within the budget, by the exact two-sided sign-flip permutation test on tasks, each with the difference of its numbers of seeds solved (with one seed: McNemar's exact test); not corrected for several comparisons.\par}
          \par\smallskip{\footnotesize\raggedright trained: rollout, restart after 25 edits, temperature 1; 2 seeds (0 to 1); 2.5 s wall-clock; network not recorded; tdf version 0.1.0, commit abc; hardware: a slow one.\par}
          \par\smallskip{\footnotesize\raggedright floor \& more: rollout, untrained, temperature 1; 2 seeds (0 to 1); 2.5 s wall-clock; network not recorded; tdf version 0.1.0, commit not recorded; hardware: a slow one.\par}
        \end{table}
    "#]].assert_eq(&read(&out, "solve-rates.tex"));
    expect![[r#"
        **Domains side by side**

        | domain | evaluation | solved | irreducible | distance | tasks | size | tokens | vocabulary | masks | branching |
        | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |
        | rainbow | trained | 100.0 ± 0.0 | - | - | 4 | 1.5 | 8.0 | 15 | 8 | 2.9 |
        | rainbow | floor & more | 62.5 ± 17.7 | - | - | 4 | 1.5 | 8.0 | 15 | 8 | 2.9 |

        Solved: within the budget, in percent, mean ± standard deviation (n - 1) over seeds; irreducible: of the tasks of which no smaller part renders to the same image. Distance: mean tree edit distance to the true program. Size (as the domain counts) and tokens: means over the programs of the tasks. Vocabulary: tokens of the grammar. Masks: distinct sets of tokens that may come next, under any budget. Branching: the mean number of tokens that may come next, over all steps of the tasks' programs.

        rainbow: 4 tasks, budget: 50 expansions a task, solved by the criterion iou-0.99.

        trained: rollout, restart after 25 edits, temperature 1; 2 seeds (0 to 1); 2.5 s wall-clock; network not recorded; tdf version 0.1.0, commit abc; hardware: a slow one.

        floor & more: rollout, untrained, temperature 1; 2 seeds (0 to 1); 2.5 s wall-clock; network not recorded; tdf version 0.1.0, commit not recorded; hardware: a slow one.
    "#]].assert_eq(&read(&out, "domains.md"));
    let csv = read(&out, "solve-rates.csv").replace(&test.0.path().display().to_string(), "");
    expect![[r#"
        evaluation,solved_1,solved_1_deviation,solved_10,solved_10_deviation,solved_50,solved_50_deviation,solved_irreducible,edit_distance,median_expansions,seconds,p,domain,method,temperature,tasks,seeds,budget,criterion,invalid,unanswered,network,plugin,version,commit,hardware,folder
        trained,0.375,0.1767766952966369,0.875,0.1767766952966369,1,0,,,4,2.5,,rainbow,"rollout, restart after 25 edits",1,4,0 1,50,iou-0.99,0,0,,,0.1.0,abc,a slow one,/trained
        floor & more,0.125,0.1767766952966369,0.375,0.1767766952966369,0.625,0.1767766952966369,,,4,2.5,0.5,rainbow,"rollout, untrained",1,4,0 1,50,iou-0.99,0,0,,,0.1.0,,a slow one,/floor & more
    "#]].assert_eq(&csv);
}

#[test]
fn images_and_page() {
    let test = TestFolder::new();
    let (out, again) = (test.path("out"), test.path("again"));
    write_comparison(&compared(&test), &out).expect("written");
    write_comparison(&compared(&test), &again).expect("written");
    let mut names: Vec<String> = std::fs::read_dir(&out)
        .expect("a folder")
        .map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned())
        .collect();
    names.sort();
    expect![[r#"
        [
            "domains.csv",
            "domains.md",
            "domains.tex",
            "expansions.png",
            "expansions.svg",
            "index.html",
            "seconds.png",
            "seconds.svg",
            "solve-rates.csv",
            "solve-rates.md",
            "solve-rates.tex",
        ]
    "#]]
    .assert_debug_eq(&names);
    for name in &names {
        let bytes = |folder: &Path| std::fs::read(folder.join(name)).expect("a file");
        assert_eq!(bytes(&out), bytes(&again), "{name} is the same each time");
    }
    let page = read(&out, "index.html");
    assert!(page.contains("Where they disagree: 1 of 4 tasks"), "{page}");
    assert!(!page.contains("http://") || page.matches("http://").count() == page.matches("http://www.w3.org/").count());
    // Task 3 with its target, the one that solved it, and the one that did not with what differs.
    assert_eq!(page.matches("<img").count(), 4);
    assert!(page.contains("floor &amp; more"));
    let decoder = png::Decoder::new(std::io::BufReader::new(
        std::fs::File::open(out.join("expansions.png")).expect("a file"),
    ));
    let mut reader = decoder.read_info().expect("a PNG");
    let mut pixels = vec![0; reader.output_buffer_size().expect("a size")];
    reader.next_frame(&mut pixels).expect("an image");
    // Letters are there: the caption alone has far more dark pixels than an empty strip.
    let dark = pixels[..pixels.len() / 12]
        .iter()
        .filter(|&&sample| sample < 100)
        .count();
    assert!(dark > 500, "{dark}");
}

/// Searches that are limited by seconds have a table by seconds, and nothing is said of numbers of expansions that none of them
/// reached.
#[test]
fn searches_by_seconds_are_compared_by_seconds() {
    let test = TestFolder::new();
    let timed = |seconds: f64| json!({"budget": tdf_search::MAX_BUDGET, "currencies": {"max_seconds": seconds}});
    let long = test.folder("long", timed(6.0), MORE);
    let short = test.folder("short", timed(0.45), [[1, 4, 0, 0], [2, 0, 4, 0]]);
    let comparison = Comparison::new(vec![long, short]).expect("alike");
    let out = test.path("out");
    write_comparison(&comparison, &out).expect("written");
    let text = read(&out, "solve-rates-by-seconds.md");
    let rows: Vec<&str> = text.lines().filter(|line| line.starts_with('|')).collect();
    expect![[r#"
        | evaluation | 0\.1 s | 0\.3 s | 0\.45 s | 1 s | 3 s | 5 s | 6 s |
        | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |
        | long | **37.5 ± 17.7** | **50.0 ± 0.0** | **75.0 ± 0.0** | **87.5 ± 17.7** | **87.5 ± 17.7** | **100.0 ± 0.0** | **100.0 ± 0.0** |
        | short | 12.5 ± 17.7 | 25.0 ± 0.0 | 50.0 ± 0.0 | - | - | - | - |"#]].assert_eq(&rows.join("\n"));
    let text = read(&out, "solve-rates.md");
    assert!(text.contains("| evaluation | 1 | 10 | all |"), "{text}");
    assert!(
        text.contains("expansions without limit") && text.contains("at most 0.45 s a task"),
        "{text}"
    );
    let page = read(&out, "index.html");
    assert!(page.contains("within so many seconds") && page.contains("has the machine to itself"));
    for text in [text, page, read(&out, "expansions.svg"), read(&out, "solve-rates.csv")] {
        assert!(!text.contains("100000000,") && !text.contains("100000000 "), "{text}");
    }
    // One that was not limited by seconds shared the machine.
    let shared = test.folder("shared", json!({"budget": tdf_search::MAX_BUDGET}), SOME);
    let long = read_folder("long", &test.path("long")).expect("an evaluation");
    let comparison = Comparison::new(vec![long, shared]).expect("alike");
    let out = test.path("another");
    write_comparison(&comparison, &out).expect("written");
    assert!(!out.join("solve-rates-by-seconds.md").exists());
}

#[test]
fn domains_stand_in_groups_of_their_own() {
    let test = TestFolder::new();
    let other = json!({"setting": {"domain": "csg2d"}, "budget": 1000});
    let folders = vec![
        test.folder("a", json!({}), SOME),
        test.folder("b", other, MORE),
        // It does not say of which domain it is; its tasks do.
        test.folder("old", json!({"setting": {"domain": null, "grammar": null}}), MORE),
    ];
    let comparison = Comparison::new(folders).expect("alike within domains");
    let names: Vec<Vec<&str>> = comparison
        .groups
        .iter()
        .map(|group| group.folders.iter().map(|folder| &*folder.name).collect())
        .collect();
    assert_eq!(names, [vec!["a", "old"], vec!["b"]]);
    let out = test.path("out");
    write_comparison(&comparison, &out).expect("written");
    for name in ["expansions-rainbow.svg", "seconds-csg2d.png", "solve-rates-csg2d.tex"] {
        assert!(out.join(name).is_file(), "{name}");
    }
    assert_eq!(read(&out, "domains.csv").lines().count(), 4);
}

#[test]
fn predictions_have_no_budget() {
    let test = TestFolder::new();
    let theirs = json!({"method": "predictions", "budget": 1, "median_expansions": 1.0});
    let folders = vec![
        test.folder("theirs", theirs, [[1, 1, 0, 0], [1, 1, 0, 0]]),
        test.folder("ours", json!({}), SOME),
    ];
    let comparison = Comparison::new(folders).expect("alike");
    assert_eq!(comparison.groups[0].budget(), 50);
    let out = test.path("out");
    write_comparison(&comparison, &out).expect("written");
    let table = read(&out, "solve-rates.md");
    assert!(
        table.contains("| theirs | - | - | 50.0 ± 0.0 | - | - | - | - | 1.000 |"),
        "{table}"
    );
}

#[test]
fn what_is_not_alike_is_not_compared() {
    let test = TestFolder::new();
    let first = test.folder("first", json!({}), SOME);
    let mut said = String::new();
    let mut compare = |other: Folder| {
        said += &test.error(Comparison::new(vec![first.clone(), other]));
        said.push('\n');
    };
    compare(test.folder("criterion", json!({"criterion": "public-code"}), SOME));
    compare(test.folder("budget", json!({"budget": 60}), SOME));
    compare(test.folder("grammar", json!({"setting": {"grammar": "ba2"}}), SOME));
    compare(test.folder("options", json!({"setting": {"options": {"canvas": "32"}}}), SOME));
    let other = results(SOME).replace("(Ball blue)", "(Ball cyan)");
    compare(read_folder("tasks", &test.write("tasks", json!({}), &other)).expect("an evaluation"));
    compare(first.clone());
    expect![[r#"
        first and criterion cannot be compared: their criteria are iou-0.99 and public-code; compare those that are alike, in runs of their own
        first and budget cannot be compared: their budgets are 50 and 60 expansions; compare those that are alike, in runs of their own
        first and grammar cannot be compared: their grammars of rainbow differ; compare those that are alike, in runs of their own
        first and options cannot be compared: the options of rainbow differ; compare those that are alike, in runs of their own
        first and tasks cannot be compared: their task sets differ, first in task 1; compare those that are alike, in runs of their own
        two evaluations are called first: give other names (NAME=DIR)
    "#]].assert_eq(&said);
}

#[test]
fn folders_that_cannot_be_read() {
    let test = TestFolder::new();
    let whole = results(SOME);
    let cut: String = whole.lines().take(7).map(|line| format!("{line}\n")).collect();
    let twice = format!("{whole}{}", whole.lines().next().unwrap_or_default());
    std::fs::create_dir(test.path("empty")).expect("a folder");
    let mut said = String::new();
    let mut read = |path: PathBuf| {
        said += &test.error(read_folder("x", &path));
        said.push('\n');
    };
    read(test.path("nowhere"));
    read(test.path("empty"));
    read(test.write("unfinished", json!({"seeds": [0], "planned": 2}), &whole));
    read(test.write("cut", json!({}), &cut));
    read(test.write("half a line", json!({}), &whole[..whole.len() - 9]));
    read(test.write("twice", json!({}), &twice));
    read(test.write("nothing", json!({"seeds": []}), ""));
    read(test.write("no summary", json!("x"), ""));
    expect![[r#"
        nowhere: no such folder (nowhere/summary.json is missing); `tdf eval --out` writes one
        empty: no evaluation here (empty/summary.json is missing); `tdf eval --out` writes one
        unfinished: unfinished, 1 of 2 seeds are done; give its `tdf eval` once more, with --resume
        cut/results.jsonl: task 3 of seed 1 is missing: cut short?
        half a line/results.jsonl:8: not a result: EOF while parsing a string at column 176
        twice/results.jsonl: task 0 of seed 0 is there twice, or one before it is missing, or it does not belong here: the summary speaks of 4 tasks and seeds [0, 1]
        nothing: unfinished, 0 of 2 seeds are done; give its `tdf eval` once more, with --resume
        no summary/summary.json: invalid type: string "x", expected struct Summary at line 1 column 3
    "#]].assert_eq(&said);
}

/// What version 0.1.0 wrote before it recorded the setting.
#[test]
fn old_folders_are_read() {
    let test = TestFolder::new();
    let path = test.write("old", json!({}), &results(SOME));
    let mut old = summary();
    let keys = old.as_object_mut().expect("an object");
    keys.remove("planned");
    keys.remove("setting");
    std::fs::write(path.join("summary.json"), old.to_string()).expect("a file");
    let folder = read_folder("old", &path).expect("an evaluation");
    let comparison = Comparison::new(vec![folder]).expect("one");
    write_comparison(&comparison, &test.path("out")).expect("written");
    let table = read(&test.path("out"), "solve-rates.md");
    assert!(
        table.contains("unknown domain") && table.contains("hardware: not recorded"),
        "{table}"
    );
}
