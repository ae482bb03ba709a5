use expect_test::expect;
use serde_json::Value;

use crate::tool::{TestDir, repository};

fn json(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_else(|e| panic!("{e}: {text}"))
}

/// A language whose plugin is no part of the program: it is built and loaded.
const PLOT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../examples/plot/plot.lalrpop");

#[test]
fn sample_is_seeded_and_exact() {
    let dir = TestDir::new();
    let first = dir.tdf("sample --domain rainbow -n 50 --size 3..=5 --seed 7").ok();
    assert_eq!(
        first,
        dir.tdf("sample --domain rainbow -n 50 --size 3..=5 --seed 7").ok()
    );
    assert_ne!(
        first,
        dir.tdf("sample --domain rainbow -n 50 --size 3..=5 --seed 8").ok()
    );
    assert_eq!(first.lines().count(), 50);
    for line in first.lines() {
        let size = line.matches("Box").count() + line.matches("Ball").count();
        assert!((3..=5).contains(&size), "{line}");
    }
    assert!(first.starts_with(&dir.tdf("sample --domain rainbow -n 9 --size 3..=5 --seed 7").ok()));
}

#[test]
fn parse_prints_canonical_text() {
    let dir = TestDir::new();
    dir.write("p.txt", "( Box red)\n\n (Arrange h(Box red)(Ball  blue))\n");
    let expected = "(Box red)\n(Arrange h (Box red) (Ball blue))\n";
    assert_eq!(dir.tdf("parse --domain rainbow p.txt").ok(), expected);
    assert_eq!(dir.tdf_reading("parse --domain rainbow", "p.txt").ok(), expected);
    dir.write("c.txt", "red\nwhite\n");
    assert_eq!(
        dir.tdf("parse --domain rainbow --start Color c.txt").ok(),
        "red\nwhite\n"
    );
}

#[test]
fn any_grammar_can_be_sampled_and_parsed() {
    let dir = TestDir::new();
    for name in ["csg2d", "tinysvg"] {
        let grammar = repository(&format!("grammars/{name}.lalrpop"));
        let grammar = grammar.display();
        let programs = dir.tdf(&format!("sample --grammar {grammar} -n 20 --size 1..=40")).ok();
        dir.write("p.txt", &programs);
        assert_eq!(dir.tdf(&format!("parse --grammar {grammar} p.txt")).ok(), programs);
    }
}

#[test]
fn masks_follow_prefix_and_budget() {
    let dir = TestDir::new();
    let mask = |arguments: &str| json(&dir.tdf(&format!("mask --domain rainbow --json {arguments}")).ok());
    expect![[r#"{"end":false,"tokens":["("]}"#]].assert_eq(&mask("").to_string());
    expect![[r#"{"end":false,"tokens":["Box","Ball","Arrange"]}"#]].assert_eq(&mask("(").to_string());
    expect![[r#"{"end":false,"tokens":["Box","Ball"]}"#]].assert_eq(&mask("--budget 1 (").to_string());
    expect![[r#"{"end":true,"tokens":[]}"#]].assert_eq(&mask("'( Box red )'").to_string());
    expect![[r#"{"end":false,"tokens":["h","v"]}"#]].assert_eq(&mask("--start Direction").to_string());
}

#[test]
fn measures_and_weightings() {
    let dir = TestDir::new();
    let sample = |arguments: &str| {
        dir.tdf(&format!("sample --domain csg2d -n 30 --seed 1 {arguments}"))
            .ok()
    };
    let quads = sample("--size 2 --weighting Circle=0");
    assert!(quads.lines().count() == 30 && !quads.contains("Circle"), "{quads}");
    let circles = sample("--size 6 --measure tokens");
    assert!(circles.lines().all(|l| l.starts_with("(Circle")), "{circles}");
    let plot = |weighting: &str| {
        dir.tdf(&format!(
            "sample --grammar {PLOT} -n 30 --size 5 --weighting {weighting}"
        ))
        .ok()
    };
    assert_ne!(plot("rules"), plot("skeletons"));
    let shallow = sample("--size 2 --measure depth");
    assert!(
        shallow.lines().count() == 30 && !shallow.contains('+') && !shallow.contains('-'),
        "{shallow}"
    );
    let tokens = dir.tdf("mask --domain csg2d --measure depth --budget 2 (").ok();
    assert_eq!(tokens, "Circle\nQuad\n");
    let err = dir.tdf("mask --domain csg2d --measure depth (").fails(1);
    assert!(err.contains("give a greatest depth"), "{err}");
    let err = dir.tdf("sample --domain csg2d --weighting Quod=2").fails(1);
    assert!(err.contains("--weighting") && err.contains("`Quad`"), "{err}");
    let err = dir.tdf("sample --domain csg2d --measure Circle").fails(1);
    assert!(
        err.contains("--measure Circle: infinitely many programs have the same size"),
        "{err}"
    );
}

#[test]
fn names_and_numbers_are_spelled() {
    let dir = TestDir::new();
    let mask = |arguments: &str| json(&dir.tdf(&format!("mask --grammar {PLOT} --json {arguments}")).ok());
    let digits = r#""'0'","'1'","'2'","'3'","'4'","'5'","'6'","'7'","'8'","'9'""#.replace('\\', "");
    assert_eq!(
        mask("'(+ 1.2'").to_string(),
        format!(r#"{{"end":false,"tokens":[{digits},"''"]}}"#)
    );
    assert_eq!(
        mask("'(+ 1.'").to_string(),
        format!(r#"{{"end":false,"tokens":[{digits}]}}"#)
    );
    // Three tokens are left for `.2` and a constant or x, so that the budget forbids the point of the second.
    let tight = mask("--measure tokens --budget 7 '(+ 1.2 3'").to_string();
    assert_eq!(tight, r#"{"end":false,"tokens":["''"]}"#);
    dir.write("p.txt", "( + 1.50 x )\n(sin(- x -0.25))\n");
    assert_eq!(
        dir.tdf(&format!("parse --grammar {PLOT} p.txt")).ok(),
        "(+ 1.50 x)\n(sin (- x -0.25))\n"
    );
    let path = dir
        .tdf(&format!("path --grammar {PLOT} '(+ 1.23 x)' '(+ 1.27 x)'"))
        .ok();
    assert_eq!(path, "(+ 1.23 x)\n(+ 1.27 x)\n");
}

#[test]
fn check_says_what_is_in_a_grammar() {
    let dir = TestDir::new();
    let grammar = repository("grammars/rainbow.lalrpop");
    let summary = json(&dir.tdf(&format!("check --json {}", grammar.display())).ok());
    assert_eq!(summary["start"], "Scene");
    assert_eq!(summary["productions"], 13);
    assert_eq!(summary["vocabulary"].as_array().map(Vec::len), Some(15));
    assert_eq!(summary["min_size"]["Scene"], 4);
    assert!(
        dir.tdf(&format!("check {}", grammar.display()))
            .ok()
            .contains("LR(1) without conflicts")
    );
}

#[test]
fn a_path_leads_from_program_to_program() {
    let dir = TestDir::new();
    let lines = dir.tdf("path --domain rainbow '(Box red)' '(Ball red)'").ok();
    assert_eq!(lines, "(Box red)\n(Ball red)\n");
    let long = "(Arrange h (Arrange v (Box red) (Ball blue)) (Arrange v (Box black) (Box white)))";
    let path = json(
        &dir.tdf(&format!("path --domain rainbow --json '(Box red)' '{long}'"))
            .ok(),
    );
    let edits = path["edits"].as_array().expect("edits");
    assert!(edits.len() > 1);
    assert_eq!(edits.last().map(|e| &e["program"]), Some(&Value::from(long)));
}

#[test]
fn noise_keeps_programs_valid() {
    let dir = TestDir::new();
    dir.write("p.txt", dir.tdf("sample --domain rainbow -n 20 --size 2..=8").ok());
    let noised = dir.tdf("mutate --domain rainbow --steps 3 p.txt").ok();
    assert_eq!(noised.lines().count(), 20);
    dir.write("n.txt", &noised);
    assert_eq!(dir.tdf("parse --domain rainbow n.txt").ok(), noised);
}

#[test]
fn images_are_numbered_in_the_order_of_lines() {
    let dir = TestDir::new();
    dir.write("p.txt", "(Box red)\n(Ball blue)\n");
    dir.tdf("render --domain rainbow p.txt --out images").ok();
    assert_eq!(dir.list("images"), ["00000.png", "00001.png"]);
    dir.tdf("render --domain rainbow p.txt --out svg --svg").ok();
    assert_eq!(dir.list("svg"), ["00000.svg", "00001.svg"]);
    assert!(dir.read("svg/00000.svg").contains("<svg"));
}

#[test]
fn task_sets_grow_at_the_end() {
    let dir = TestDir::new();
    let few = dir.tdf("tasks --domain rainbow -n 5 --seed 3").ok();
    let many = dir.tdf("tasks --domain rainbow -n 9 --seed 3").ok();
    assert!(many.starts_with(&few));
    assert_eq!(json(many.lines().last().expect("a line"))["task"], 8);
}

#[test]
fn domains_and_doctor_find_what_is_built_in() {
    let dir = TestDir::new();
    let domains = dir.tdf("domains").ok();
    for name in ["csg2d ", "rainbow "] {
        assert!(domains.lines().any(|line| line.starts_with(name)), "{domains}");
    }
    let found = json(&dir.tdf("doctor --json").ok());
    assert_eq!(found["libtorch"]["works"], true);
    assert_eq!(found["domains"][0]["state"], "ok");
}

#[test]
fn bench_measures_every_stage() {
    let dir = TestDir::new();
    let stages = json(&dir.tdf("bench --domain rainbow --seconds 0.02 --json").ok());
    for stage in [
        "sample",
        "prepare",
        "parse",
        "print",
        "mutate",
        "path",
        "render",
        "criterion",
        "tokenize",
        "mask",
        "example",
    ] {
        assert!(
            stages[stage]["per_second"].as_f64().is_some_and(|rate| rate > 0.0),
            "{stage}"
        );
        assert_eq!(stages[stage]["threads"], 1);
    }
}

#[test]
fn options_of_domains_are_listed_and_set() {
    let dir = TestDir::new();
    let domains = json(&dir.tdf("domains --json").ok());
    let csg2d = domains.as_array().into_iter().flatten().find(|d| d["name"] == "csg2d");
    let option = &csg2d.expect("csg2d is built in")["options"][0];
    assert_eq!(
        (&option["name"], &option["default"]),
        (&"composition".into(), &"tree".into())
    );
    assert_eq!(option["allowed"], "tree or flat");

    dir.write("p.txt", "(- (Circle 7 8 8) (- (Circle 5 8 8) (Circle 2 8 8)))\n");
    let mut files = Vec::new();
    for options in [
        "",
        "--set domain.composition=flat",
        "--canvas 40",
        "--set domain.canvas=40",
    ] {
        dir.tdf(&format!("render --domain csg2d p.txt --out images {options}"))
            .ok();
        files.push(std::fs::read(dir.path("images/00000.png")).expect("an image"));
    }
    assert_ne!(files[0], files[1]);
    assert_eq!(files[2], files[3]);
    assert_eq!(files[2][16..24], [0, 0, 0, 40, 0, 0, 0, 40]);

    for (line, message) in [
        (
            "sample --domain csg2d --set domain.compositon=flat",
            "the nearest is domain.composition",
        ),
        (
            "sample --domain csg2d --set domain.composition=both",
            "allowed is tree or flat",
        ),
        (
            "sample --domain csg2d --set search.beam=3",
            "only options of the domain",
        ),
        ("sample --domain csg2d --set flat", "write it as domain.KEY=VALUE"),
        (
            "sample --domain rainbow --set domain.canvas=3",
            "this domain has no options",
        ),
        (
            "train --domain csg2d --set domain.compositon=flat",
            "the nearest is domain.composition",
        ),
        ("render --domain csg2d --sketch p.txt --out x", "seen as they are drawn"),
    ] {
        let err = dir.tdf(line).fails(1);
        assert!(err.contains(message), "{line}: {err}");
    }
}

#[test]
fn hard_tasks_are_seeded() {
    let dir = TestDir::new();
    let hard = dir.tdf("tasks --domain csg2d -n 5 --hard 95 --seed 3").ok();
    assert_eq!(hard, dir.tdf("tasks --domain csg2d -n 5 --hard 95 --seed 3").ok());
    assert!(hard.lines().all(|line| json(line)["hard"] == 95));
    dir.tdf("tasks --domain csg2d --hard 100").fails(2);
}
