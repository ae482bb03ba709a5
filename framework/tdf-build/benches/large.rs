//! Time and memory that large grammars take: `cargo bench -p tdf-build --bench large [CASE [N]]`.
//!
//! Each case runs in a process of its own, because the greatest memory of a process never falls again. A case that is run
//! with N and 2 N shows how its time grows.

#![allow(clippy::print_stdout, reason = "this is how a benchmark talks to the user")]

use std::fmt::Write as _;
use std::process::Command;
use std::sync::LazyLock;
use std::time::{Duration, Instant};

use tdf_build::{check_types, rust_code};
use tdf_grammar::{Lexer, Lr};
use tdf_reader::ReadOptions;

/// A family of grammars.
struct Case {
    name: &'static str,
    /// The usual size.
    size: usize,
    /// Whether code is generated: formatting it takes far longer than everything else.
    code: bool,
    grammar: fn(usize) -> String,
}

const CASES: [Case; 10] = [
    Case {
        name: "chain",
        size: 2_000,
        code: true,
        grammar: |n| rules(n, |i, next| format!("<R{next}> => R{i}(<>)")),
    },
    Case {
        name: "levels",
        size: 1_000,
        code: true,
        grammar: |n| rules(n, |i, next| format!("\"k{i}\" <R{next}> => Op{i}(<>), <R{next}> => <>")),
    },
    Case {
        name: "doubled",
        size: 1_000,
        code: true,
        grammar: |n| rules(n, |i, next| format!("\"k{i}\" <R{next}> <R{next}> => Two(<>)")),
    },
    Case {
        name: "groups",
        size: 5_000,
        code: true,
        grammar: |n| rules(n, |i, next| format!("(\"k{i}\" (\"a\" \"b\")) <R{next}> => Next(<>)")),
    },
    Case {
        name: "numbers",
        size: 2_000,
        code: true,
        grammar: |n| {
            rules(n, |i, next| {
                format!("\"k{i}\" <r\"[0-9]{{1,3}}\"> <R{next}> => Next(<>), \"e{i}\" => End")
            })
        },
    },
    Case {
        name: "keywords",
        size: 99_900,
        code: false,
        grammar: |n| format!("grammar;\npub S = {{ {} }};", keywords(n)),
    },
    Case {
        name: "lists",
        size: 20_000,
        code: false,
        grammar: |n| format!("grammar;\npub S = <K*>;\nK = {{ {} }};", keywords(n)),
    },
    Case {
        name: "repetition",
        size: 5_000,
        code: true,
        grammar: |n| format!("grammar;\npub S = r\"[a-z]{{1,{n}}}\" => Name(<>);"),
    },
    Case {
        name: "statements",
        size: 20_000,
        code: true,
        grammar: synthetic::grammar,
    },
    Case {
        name: "members",
        size: 10,
        code: true,
        grammar: |n| {
            let rows = (0..n).map(|i| format!("\"k{i}\" <r\"{i}_[0-9]{{1,3}}[a-i]\"> => K{i}(<>), "));
            format!("grammar;\npub S = {{ {} }};", rows.collect::<String>())
        },
    },
];

/// The grammars of the benchmarks of `tdf-grammar`.
#[path = "../../tdf-reader/benches/synthetic.rs"]
mod synthetic;

/// `n` rules, each made by `rule` from its number and that of the next, and a last one of a single token.
fn rules(n: usize, rule: impl Fn(usize, usize) -> String) -> String {
    let mut source = "grammar;\npub ".to_owned();
    for i in 0..n {
        let _ = writeln!(source, "R{i} = {{ {} }};", rule(i, i + 1));
    }
    source + &format!("R{n} = {{ \"x\" => X }};")
}

fn keywords(n: usize) -> String {
    (0..n).map(|i| format!("\"k{i}\",")).collect()
}

/// The greatest memory that this process has had, in MB; where the system does not say, nothing.
fn peak() -> String {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|l| l.strip_prefix("VmHWM:"));
    let kilobytes = line.and_then(|l| l.trim().trim_end_matches(" kB").parse::<u64>().ok());
    kilobytes.map_or_else(String::new, |k| (k / 1000).to_string())
}

/// The time that this thread has had a processor for, where the system says; else the time that has gone by.
fn clock() -> Duration {
    static BEGAN: LazyLock<Instant> = LazyLock::new(Instant::now);
    let told = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    let nanoseconds = told.split(' ').next().and_then(|n| n.parse().ok());
    nanoseconds.map_or_else(|| BEGAN.elapsed(), Duration::from_nanos)
}

fn timed<T>(work: impl FnOnce() -> T) -> (T, Duration) {
    let began = clock();
    let result = work();
    (result, clock() - began)
}

/// Takes a grammar through all steps, and prints a row of the table.
fn measure(case: &Case, n: usize) {
    let options = ReadOptions {
        typed: true,
        ..ReadOptions::default()
    };
    let source = (case.grammar)(n);
    let (grammar, read) = timed(|| tdf_reader::read_grammar_with("large.lalrpop", &source, &options));
    let grammar = grammar.unwrap_or_else(|e| panic!("{e}"));
    let (tables, build) = timed(|| (Lr::new(&grammar).is_ok(), Lexer::new(&grammar)));
    assert!(tables.0, "{} has conflicts, or too many states", case.name);
    let memory = peak();
    let (types, check) = timed(|| check_types("large.lalrpop", &grammar));
    types.unwrap_or_else(|e| panic!("{e}"));
    let (code, generate) = timed(|| case.code.then(|| rust_code("large.lalrpop", &grammar).map(|c| c.len())));
    let code = code.map(|c| c.unwrap_or_else(|e| panic!("{e}")) as f64 / 1e6);
    println!(
        "{:<11} {n:>7} {:>11} {:>7.2} {:>7.2} {:>7.2} {memory:>7} {:>8} {:>8}",
        case.name,
        grammar.productions.len(),
        read.as_secs_f64(),
        build.as_secs_f64(),
        check.as_secs_f64(),
        code.map_or_else(String::new, |_| format!("{:.2}", generate.as_secs_f64())),
        code.map_or_else(String::new, |c| format!("{c:.2}")),
    );
}

fn main() {
    // cargo adds `--bench`.
    let arguments: Vec<String> = std::env::args().skip(1).filter(|a| !a.starts_with("--")).collect();
    let chosen = arguments.first().map(String::as_str);
    let size = arguments.get(1).and_then(|n| n.parse().ok());
    if let (Some(case), Some(n)) = (CASES.iter().find(|c| Some(c.name) == chosen), size) {
        return measure(case, n);
    }
    println!("case              N productions  read s   LR s types s peak MB   code s  code MB");
    let Ok(own) = std::env::current_exe() else { return };
    for case in CASES.iter().filter(|c| chosen.is_none_or(|name| name == c.name)) {
        let child = Command::new(&own).arg(case.name).arg(case.size.to_string()).status();
        if !child.is_ok_and(|status| status.success()) {
            println!("{:<11} {:>7} failed", case.name, case.size);
        }
    }
}
