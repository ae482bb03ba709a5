//! Evaluations that are interrupted.

use std::fs::{read_to_string, write};
use std::path::Path;

use expect_test::expect;
use tdf_data::Task;
use tdf_eval::{EvaluationSettings, Record, RecordError, Setting, TaskScorer, evaluate, read_folder};
use tdf_search::Networks;

use crate::scorer::{NoEdits, options, rainbow, tasks};

const CONFIG: &str = "[evaluation]\nseeds = 3\nrun = \"a\"\n";

struct Bench {
    domain: std::sync::Arc<dyn tdf_domain::DynDomain>,
    tasks: Vec<Task>,
}

impl Bench {
    fn new() -> Self {
        let domain = rainbow();
        let tasks = tasks(
            &domain,
            &["(Box red)", "(Ball blue)", "(Arrange h (Box red) (Ball blue))"],
        );
        Self { domain, tasks }
    }

    fn open(&self, folder: &Path, seeds: &[u64], config: &str, resume: bool) -> Result<Record, RecordError> {
        let setting = Setting {
            hardware: Some(if resume { "another" } else { "one" }.to_owned()),
            ..Setting::of(&*self.domain, &self.tasks)
        };
        let settings = EvaluationSettings::from(&options(0));
        Record::open(folder, settings, setting, (self.tasks.len(), seeds), config, resume)
    }

    /// Searches under the next `count` seeds.
    fn go_on(&self, record: &mut Record, count: usize) {
        let scorer = TaskScorer::new(&self.domain, &self.tasks, "").unwrap();
        for seed in record.left().into_iter().take(count) {
            let found =
                evaluate(&scorer, Networks::policy(&mut NoEdits), &options(seed), &mut |_| true).expect("a search");
            record.add(&scorer, found).expect("written");
        }
    }
}

/// Results without the time that they took.
fn results(folder: &Path) -> Vec<serde_json::Value> {
    let text = read_to_string(folder.join("results.jsonl")).expect("results");
    let line = |line: &str| {
        let mut line: serde_json::Value = serde_json::from_str(line).expect("a line");
        line["seconds"] = 0.into();
        line
    };
    text.lines().map(line).collect()
}

#[test]
fn a_resumed_evaluation_gives_the_same_results() {
    let (bench, place) = (Bench::new(), tempfile::tempdir().expect("a folder"));
    let (whole, parts) = (place.path().join("whole"), place.path().join("parts"));
    let seeds = [0, 1, 2];
    bench.go_on(&mut bench.open(&whole, &seeds, CONFIG, false).expect("begins"), 3);

    let mut record = bench
        .open(&parts, &seeds, CONFIG, true)
        .expect("nothing to resume: begins");
    bench.go_on(&mut record, 1);
    assert_eq!(record.done(), [0]);
    assert!(
        read_to_string(parts.join("index.html"))
            .expect("a page")
            .contains("Unfinished: 1 of 3 seeds")
    );
    let error = read_folder("parts", &parts).expect_err("unfinished").to_string();
    assert!(error.contains("unfinished, 1 of 3 seeds are done"), "{error}");
    let error = bench.open(&parts, &seeds, CONFIG, true).expect_err("is in use");
    assert!(
        error.to_string().contains("another process works in this folder"),
        "{error}"
    );
    drop(record);
    let error = bench
        .open(&parts, &seeds, CONFIG, false)
        .expect_err("would be lost")
        .to_string();
    assert!(
        error.contains("holds an unfinished evaluation (1 of 3 seeds); go on with --resume"),
        "{error}"
    );

    // Killed in the middle of a line.
    let text = read_to_string(whole.join("results.jsonl")).expect("results");
    let cut = text.lines().take(5).map(str::len).sum::<usize>();
    write(parts.join("results.jsonl"), &text[..cut]).expect("written");
    let mut record = bench.open(&parts, &seeds, CONFIG, true).expect("goes on");
    assert_eq!(record.left(), [1, 2]);
    bench.go_on(&mut record, 3);
    assert_eq!(results(&parts), results(&whole));
    let page = read_to_string(parts.join("index.html")).expect("a page");
    assert!(!page.contains("Unfinished") && page.matches("<article").count() == 3);
    // By expansions and by renders.
    assert_eq!(page.matches("<table").count(), 2);
    let folder = read_folder("parts", &parts).expect("finished");
    assert_eq!(folder.summary.setting.hardware.as_deref(), Some("another"));

    drop(record);
    // More seeds, and nothing to do.
    let more = CONFIG.replace("seeds = 3", "seeds = 4");
    let mut record = bench.open(&parts, &[0, 1, 2, 3], &more, true).expect("goes on");
    assert_eq!(record.left(), [3]);
    bench.go_on(&mut record, 1);
    drop(record);
    let record = bench.open(&parts, &[0, 1, 2, 3], &more, true).expect("all done");
    assert_eq!(record.left(), [0; 0]);
    assert_eq!(results(&parts)[..9], results(&whole));
}

/// Rates by seconds are on the page only if seconds were limited: tasks that share a machine have no time of their own.
#[test]
fn a_page_has_rates_by_each_currency() {
    let bench = Bench::new();
    for seconds in [None, Some(2.0)] {
        let place = tempfile::tempdir().expect("a folder");
        let settings = EvaluationSettings {
            seconds,
            ..EvaluationSettings::from(&options(0))
        };
        let setting = Setting::of(&*bench.domain, &bench.tasks);
        let counted = (bench.tasks.len(), &[5, 6][..]);
        let mut record = Record::open(place.path(), settings, setting, counted, CONFIG, false).expect("begins");
        bench.go_on(&mut record, 2);
        let page = read_to_string(place.path().join("index.html")).expect("a page");
        let rows = |currency: &str| -> Vec<Vec<String>> {
            let head = format!("<tr><th>{currency}</th>");
            let table = page.split(&head).nth(1).and_then(|rest| rest.split("</table>").next());
            let cells = |row: &str| {
                row.split("<td>")
                    .skip(1)
                    .map(|cell| cell.replace("</td>", ""))
                    .collect()
            };
            let rows = table.unwrap_or_default().split("<tr>").skip(1);
            rows.map(|row| cells(row.split("</tr>").next().unwrap_or_default()))
                .collect()
        };
        let lines = results(place.path());
        let solved = lines.iter().filter(|line| line["solved"] == true).count();
        let share = format!("{:.1} %", 100.0 * solved as f64 / lines.len() as f64);
        let greatest = lines.iter().filter_map(|line| line["renders"].as_u64()).max().unwrap();
        let last = rows("renders").pop().expect("rates by renders");
        assert_eq!(last[..2], [greatest.to_string(), share.clone()], "{page}");
        let by_seconds = rows("seconds");
        assert_eq!(by_seconds.is_empty(), seconds.is_none(), "{page}");
        if let Some(last) = by_seconds.last() {
            assert_eq!(last[..2], ["2".to_owned(), share]);
        }
    }
}

/// A page that is sent to somebody says what it shows and what made it.
#[test]
fn a_page_says_what_made_it() {
    let (bench, place) = (Bench::new(), tempfile::tempdir().expect("a folder"));
    let seeds = [5, 6];
    let mut record = bench.open(place.path(), &seeds, CONFIG, false).expect("begins");
    bench.go_on(&mut record, 1);
    let page = || read_to_string(place.path().join("index.html")).expect("a page");
    let facts = |page: &str| -> Vec<(String, String)> {
        let footer = page.split("<footer>").nth(1).expect("a footer");
        let fact = |part: &str| {
            let (name, value) = part.split_once("</dt><dd>").expect("a fact");
            (
                name.to_owned(),
                value.split("</dd>").next().unwrap_or_default().to_owned(),
            )
        };
        footer.split("<dt>").skip(1).map(fact).collect()
    };
    let first = facts(&page());
    let of = |name: &str, facts: &[(String, String)]| {
        let found: Vec<_> = facts
            .iter()
            .filter(|(fact, _)| fact == name)
            .map(|(_, value)| value.clone())
            .collect();
        assert_eq!(found.len(), 1, "{name}: {facts:?}");
        found[0].clone()
    };
    assert_eq!(of("seeds", &first), "seed 5");
    assert_eq!(
        (of("domain", &first), of("hardware", &first)),
        ("rainbow".to_owned(), "one".to_owned())
    );
    assert_eq!(of("grammar", &first).len(), 12);
    // The footer follows what there is.
    drop(record);
    let mut record = bench.open(place.path(), &seeds, CONFIG, true).expect("goes on");
    bench.go_on(&mut record, 1);
    let both = facts(&page());
    assert_eq!(of("seeds", &both), "2 seeds (5 to 6)");

    // Every image says what it shows: the task, whether it is solved, the program, by how much it differs.
    let page = page();
    let alts: Vec<&str> = page
        .split("alt=\"")
        .skip(1)
        .filter_map(|rest| rest.split('"').next())
        .collect();
    assert_eq!(alts.len(), page.matches("<img").count());
    let count = |begin: &str| alts.iter().filter(|alt| alt.starts_with(begin)).count();
    assert_eq!(count("The target, task "), 3, "{alts:?}");
    let (solved, nearest) = (
        count("Image of the program found, which solves task "),
        count("Image of the nearest program found"),
    );
    assert_eq!(solved + nearest, 3, "{alts:?}");
    assert_eq!(
        count("Where the target and the nearest image found for task "),
        nearest,
        "{alts:?}"
    );
    assert_eq!(page.matches("<div class=\"unsolved\">").count(), nearest);
    assert!(
        alts.iter().all(|alt| alt.starts_with("The target")
            || alt.contains("(B")
            || alt.contains(" of 255 in the mean")
            || alt.contains("(Arrange")),
        "{alts:?}"
    );
}

#[test]
fn machines_are_told_apart() {
    let (bench, place) = (Bench::new(), tempfile::tempdir().expect("a folder"));
    let mut record = bench.open(place.path(), &[0, 1], CONFIG, false).expect("begins");
    bench.go_on(&mut record, 1);
    drop(record);
    let record = bench.open(place.path(), &[0, 1], CONFIG, true).expect("goes on");
    assert_eq!(record.summary().setting.hardware.as_deref(), Some("one; then another"));
}

#[test]
fn another_evaluation_is_not_gone_on_with() {
    let (bench, place) = (Bench::new(), tempfile::tempdir().expect("a folder"));
    let mut record = bench.open(place.path(), &[0, 1], CONFIG, false).expect("begins");
    bench.go_on(&mut record, 1);
    drop(record);
    let other = CONFIG.replace("\"a\"", "\"b\"");
    let error = bench
        .open(place.path(), &[0, 1], &other, true)
        .expect_err("another")
        .to_string();
    let error = error.replace(&place.path().display().to_string(), "DIR");
    expect![[r#"DIR: --resume: this evaluation was made with run = "a", not with run = "b"; give it as it was, or name another folder"#]].assert_eq(&error);
}
