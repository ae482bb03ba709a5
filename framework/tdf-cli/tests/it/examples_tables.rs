//! Tables of examples: what is found, what is filled in, and what is wrong with a table.

use crate::tool::TestDir;

const NAMES: &str = "first,last,short\nAda,Lovelace,A. Lovelace\nMargaret,Hamilton,M. Hamilton\nAlan,Turing,A. Turing\nBarbara,Liskov,\n";

const SEARCH: &str = "search --domain formulas --method anneal --budget 2000000";

#[test]
fn rows_without_an_output_are_answered() {
    let dir = TestDir::new();
    dir.write("names.csv", NAMES);
    let out = dir.tdf(&format!("{SEARCH} --examples names.csv --out found")).ok();
    assert!(out.starts_with("names.csv: solved after "), "{out}");
    assert!(out.contains("\nnames.csv: ="), "{out}");
    assert!(out.contains("\nnames.csv:2: Ada, Lovelace -> A. Lovelace\n"), "{out}");
    assert!(
        out.contains("\nnames.csv:5: Barbara, Liskov -> B. Liskov (answered)\n"),
        "{out}"
    );
    let filled = dir.read("found/names.csv");
    assert_eq!(filled, NAMES.replace("Barbara,Liskov,\n", "Barbara,Liskov,B. Liskov\n"));
    assert!(dir.read("found/names.shown.txt").starts_with('='));
    let page = dir.read("found/index.html");
    assert!(page.contains("<th class=\"text\">input 2</th>"), "{page}");
    assert!(!page.contains("<img"), "{page}");
    let line: serde_json::Value = serde_json::from_str(&dir.read("found/results.jsonl")).expect("JSON");
    assert_eq!(line["rows"][3]["output"], "B. Liskov");
    assert_eq!(line["rows"][3]["wanted"], serde_json::Value::Null);
}

#[test]
fn json_lines_and_held_out_rows() {
    let dir = TestDir::new();
    let mut lines = String::new();
    for word in ["alpha", "beta", "gamma", "delta"] {
        let line = serde_json::json!({ "inputs": [word], "output": word.to_uppercase() });
        lines += &format!("{line}\n");
    }
    lines += "{\"inputs\": [\"omega\"]}\n";
    dir.write("words.jsonl", &lines);
    let out = dir
        .tdf(&format!("{SEARCH} --examples words.jsonl --holdout 2 --out found"))
        .ok();
    assert!(out.contains("\nwords.jsonl:4: delta -> DELTA (held out)\n"), "{out}");
    assert!(out.contains("\nwords.jsonl:5: omega -> OMEGA (answered)\n"), "{out}");
    assert!(out.ends_with("\nwords.jsonl: 2 of 2 held out are met\n"), "{out}");
    let filled = dir.read("found/words.jsonl");
    assert!(
        filled.ends_with("{\"inputs\":[\"omega\"],\"output\":\"OMEGA\"}\n"),
        "{filled}"
    );
}

#[test]
fn one_example_says_that_many_programs_meet_it() {
    let dir = TestDir::new();
    dir.write("one.csv", "in,out\nabc,ABC\n");
    let ended = dir.tdf(&format!("{SEARCH} --examples one.csv"));
    assert!(
        ended.err.contains("one.csv: one example: many programs meet it"),
        "{}",
        ended.err
    );
    assert!(ended.ok().starts_with("one.csv: solved"));
}

/// In a table of numbers the columns are the arguments of one run.
#[test]
fn columns_of_numbers() {
    let dir = TestDir::new();
    let mut table = "mass,speed,energy\n".to_owned();
    for n in 0..30 {
        let (mass, speed) = (1.0 + f64::from(n % 7), 0.5 + f64::from(n % 5));
        table += &format!("{mass},{speed},{}\n", 0.5 * mass * speed * speed);
    }
    dir.write("energy.csv", &table);
    let search = "search --domain regress --method anneal --budget 100000";
    let ended = dir.tdf(&format!("{search} --examples energy.csv --out found"));
    assert_eq!(ended.err, "");
    let out = ended.ok();
    assert!(out.starts_with("energy.csv: solved after "), "{out}");
    assert!(out.lines().count() <= 2, "{out}");
    assert!(dir.path("found/index.html").exists());
    dir.write("asked.csv", format!("{table}1,2,\n"));
    let err = dir.tdf(&format!("{search} --examples asked.csv")).fails(1);
    assert!(err.contains("asked.csv:32: no output: "), "{err}");
    dir.write("words.csv", "x,y\n1,two\n");
    let err = dir.tdf(&format!("{search} --examples words.csv")).fails(1);
    assert!(
        err.contains("words.csv:2: column \"y\": \"two\" is not a number"),
        "{err}"
    );
}

#[test]
fn faulty_tables() {
    let long = format!("in,out\na,{}\n", "b".repeat(97));
    let rows = |count: usize, output: &str| -> String {
        let rows = (0..count).map(|n| format!("a{n},{output}\n"));
        std::iter::once("in,out\n".to_owned()).chain(rows).collect()
    };
    let (many, huge) = (rows(1025, "b"), rows(100_001, ""));
    let cases: [(&str, &[u8], &str); 14] = [
        (
            "empty.csv",
            b"",
            "empty.csv:1: one column: a table has columns of inputs, and the output in the last one",
        ),
        (
            "header.csv",
            b"in,out\n",
            "header.csv: no row has an output: give at least one example, better three",
        ),
        ("column.csv", b"in\na\n", "column.csv:1: one column: "),
        (
            "cells.csv",
            b"in,out\na,b\na,b,c\n",
            "cells.csv:3: 3 cells, the first line has 2",
        ),
        (
            "latin.csv",
            b"in,out\na,\xe9\n",
            "latin.csv:2: not UTF-8: save the file in this encoding",
        ),
        ("asked.csv", b"in,out\na,\nb,\n", "asked.csv: no row has an output"),
        (
            "contrary.csv",
            b"in,out\na,b\nc,d\na,e\n",
            "contrary.csv:4: contradicts line 2: the same inputs have two outputs",
        ),
        (
            "five.csv",
            b"a,b,c,d,e,out\n1,2,3,4,5,6\n",
            "five.csv:2: 5 inputs in a row, programs take 1 to 4",
        ),
        (
            "long.csv",
            long.as_bytes(),
            "long.csv:2: an output of 97 bytes, outputs have at most 96",
        ),
        (
            "many.csv",
            many.as_bytes(),
            "many.csv: 1025 rows have an output: a search takes at most 1024; leave the outputs of the others out",
        ),
        (
            "huge.csv",
            huge.as_bytes(),
            "huge.csv: more than 100000 rows: divide the file",
        ),
        (
            "kind.jsonl",
            b"{\"inputs\": [1], \"output\": \"a\"}\n",
            "kind.jsonl:1: inputs: 1 is not a value of the kind text",
        ),
        (
            "field.jsonl",
            b"{\"inputs\": [\"a\"], \"outputs\": \"a\"}\n",
            "field.jsonl:1: not an example: unknown field `outputs`",
        ),
        (
            "count.jsonl",
            b"{\"inputs\": [\"a\"], \"output\": \"a\"}\n{\"inputs\": [\"a\", \"b\"], \"output\": \"a\"}\n",
            "count.jsonl:2: 2 inputs, the first row has 1",
        ),
    ];
    let dir = TestDir::new();
    for (name, bytes, message) in cases {
        dir.write(name, bytes);
        let err = dir.tdf(&format!("{SEARCH} --examples {name} --out found")).fails(1);
        assert!(err.contains(message), "{name}: {err}");
        assert_eq!(err.lines().count(), 1, "{name}: {err}");
        assert!(!dir.path("found").exists(), "{name}");
    }
    dir.write("names.csv", NAMES);
    let err = dir.tdf(&format!("{SEARCH} --examples names.csv --holdout 3")).fails(1);
    assert!(
        err.contains("names.csv: --holdout 3 of 3 examples leaves none to search with"),
        "{err}"
    );
    let err = dir.tdf(&format!("{SEARCH} --examples nowhere.csv")).fails(1);
    assert!(err.contains("nowhere.csv"), "{err}");
    let err = dir.tdf(&format!("{SEARCH} --target names.csv")).fails(1);
    assert!(
        err.contains("programs of formulas take inputs: name a table of examples with --examples"),
        "{err}"
    );
    let err = dir
        .tdf("search --domain rainbow --method anneal --examples names.csv")
        .fails(1);
    assert!(
        err.contains("programs of rainbow take no inputs: give it an image with --target"),
        "{err}"
    );
    let err = dir.tdf("render --domain formulas --out images names.csv").fails(1);
    assert!(
        err.contains("programs of `formulas` have no images: they take inputs"),
        "{err}"
    );
    assert!(!dir.path("images").exists());
}

#[test]
fn tasks_have_inputs_and_outputs() {
    let dir = TestDir::new();
    let tasks = dir.tdf("tasks --domain formulas -n 6 --size 1..=4").ok();
    dir.write("tasks.jsonl", &tasks);
    let lines: Vec<serde_json::Value> = tasks
        .lines()
        .map(|line| serde_json::from_str(line).expect("JSON"))
        .collect();
    for line in &lines {
        let (inputs, outputs) = (line["inputs"].as_array(), line["outputs"].as_array());
        assert_eq!(inputs.expect("inputs").len(), outputs.expect("outputs").len(), "{line}");
    }
    let out = dir
        .tdf("eval --method anneal --tasks tasks.jsonl --budget 100000 --out eval")
        .ok();
    assert!(out.contains("6 of 6 solved"), "{out}");
    // Without programs: as others make them.
    let without: String = lines
        .iter()
        .map(|line| {
            let line =
                serde_json::json!({ "domain": "formulas", "inputs": line["inputs"], "outputs": line["outputs"] });
            format!("{line}\n")
        })
        .collect();
    dir.write("without.jsonl", &without);
    let out = dir
        .tdf("eval --method anneal --tasks without.jsonl --budget 100000 --out eval-without")
        .ok();
    assert!(out.contains("6 of 6 solved"), "{out}");
    dir.write(
        "short.jsonl",
        without.replacen("\"outputs\":[", "\"outputs\":[\"one more\",", 1),
    );
    let err = dir
        .tdf("eval --method anneal --tasks short.jsonl --budget 10 --out eval-short")
        .fails(1);
    assert!(err.contains("short.jsonl:1: "), "{err}");
    assert!(err.contains("`outputs` for "), "{err}");
    assert!(!dir.path("eval-short").exists());
}

/// Small files in the formats of two benchmarks, made by hand.
#[test]
fn tasks_of_benchmarks() {
    let dir = TestDir::new();
    let sygus = r#"[{"name": "upper.sl", "trainExamples": [{"inputs": ["ab"], "output": "AB"}, {"inputs": ["cd"], "output": "CD"}],
        "testExamples": [], "tags": []}]"#;
    dir.write("sygus.json", sygus);
    let tasks = dir.tdf("tasks --domain formulas --from sygus.json").ok();
    assert!(tasks.contains(r#""name":"upper.sl""#), "{tasks}");
    dir.write("tasks.jsonl", &tasks);
    let out = dir
        .tdf("eval --method enumerate --tasks tasks.jsonl --budget 10000 --out eval")
        .ok();
    assert!(out.contains("1 of 1 solved"), "{out}");
    dir.write("broken.json", &sygus[..60]);
    let err = dir.tdf("tasks --domain formulas --from broken.json").fails(1);
    assert!(err.contains("broken.json: no tasks in SyGuS's format: "), "{err}");
    let err = dir.tdf("tasks --domain rainbow --from sygus.json").fails(1);
    assert!(err.contains("sygus.json: programs of rainbow take no inputs"), "{err}");
}
