//! Domains in other processes, right and wrong: `tests/bin/peer.rs` does what its programs and arguments say.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use expect_test::{Expect, expect};
use tdf_domain::{DynDomain, Inputs, Language, Provenance, Value, bind};
use tdf_process::{Command, ProcessDomain, ProcessError, launch};

const GRAMMAR: &str = r#"
grammar;
pub Deed = {
    "leaf" => Deed::Leaf,
    "(" <of:Deed> ")" => Deed::More { <> },
    "exit" => Deed::Exit,
    "abort" => Deed::Abort,
    "print" => Deed::Print,
    "huge" => Deed::Huge,
    "code" => Deed::Code,
    "cut" => Deed::Cut,
    "short" => Deed::Short,
    "fail" => Deed::Fail,
    "empty" => Deed::Empty,
    "sleep" => Deed::Sleep,
    "double" => Deed::Double,
    "kind" => Deed::Kind,
};
"#;

fn command(deed: &str) -> Command {
    Command {
        words: vec![env!("CARGO_BIN_EXE_tdf-process-peer").to_owned(), deed.to_owned()],
        folder: ".".into(),
        limit: 1,
    }
}

fn launched(command: Command, processes: usize) -> Result<ProcessDomain, ProcessError> {
    let grammar = tdf_reader::read_grammar("peer.lalrpop", GRAMMAR).unwrap();
    let language = Language::new(grammar).unwrap();
    launch(command, processes, Arc::new(language))
}

fn provenance() -> Provenance {
    Provenance {
        origin: "peer.lalrpop".into(),
        library: PathBuf::new(),
        digest: String::new(),
        size: None,
        scope: None,
    }
}

fn open(deed: &str, processes: usize) -> Result<Arc<dyn DynDomain>, ProcessError> {
    let domain = launched(command(deed), processes)?;
    domain.open(&[], Arc::clone(domain.language()), None, provenance())
}

fn render(domain: &dyn DynDomain, program: &str) -> Result<Vec<u8>, String> {
    let program = domain.language().parse(domain.start(), program).unwrap();
    let mut image = vec![77; domain.observation_spec().bytes()];
    let result = domain.render(program.nodes(), &mut image);
    result.map(|()| image).map_err(|error| error.0)
}

fn fails(domain: &dyn DynDomain, program: &str, expected: Expect) {
    expected.assert_eq(&render(domain, program).unwrap_err());
}

#[test]
fn a_process_renders() {
    let domain = open("", 2).unwrap();
    assert_eq!(domain.name(), "peer");
    let canvas = domain.canvas().unwrap();
    assert_eq!(
        (canvas.width, canvas.height, canvas.channels, canvas.background),
        (4, 2, 1, 7)
    );
    assert_eq!(domain.options().iter().collect::<Vec<_>>(), [("side", "4")]);
    assert_eq!(domain.criteria(), ["pixels-0.99", "public-code", "exact"]);
    assert_eq!(render(&*domain, "leaf").unwrap(), [1; 8]);
    assert_eq!(render(&*domain, "(((leaf)))").unwrap(), [4; 8]);
    assert_eq!(domain.faults(), None);
    fails(&*domain, "empty", expect!["nothing to be seen"]);
    assert_eq!(domain.faults(), None, "a program without an image is no fault");
}

#[test]
fn inputs_are_those_of_the_task() {
    let domain = open("inputs", 2).unwrap();
    let inputs = domain.inputs_of_seed(3);
    assert_eq!(
        inputs,
        Inputs::new(vec![vec![Value::Integer(3)], vec![Value::Integer(4)]])
    );
    let outputs = |bound: &Arc<dyn DynDomain>| {
        let bytes = render(&**bound, "double").unwrap();
        bound.observation_spec().values().unwrap().decode(&bytes)
    };
    let [first, second] = [&inputs, &domain.inputs_of_seed(5)].map(|inputs| bind(&domain, inputs).unwrap());
    for _ in 0..3 {
        assert_eq!(outputs(&first), [Some(Value::Integer(6)), Some(Value::Integer(8))]);
        assert_eq!(outputs(&second), [Some(Value::Integer(10)), Some(Value::Integer(12))]);
    }
    assert_eq!(
        render(&*domain, "double"),
        Ok(Vec::new()),
        "without inputs there are no outputs"
    );
    assert_eq!(domain.faults(), None);
    fails(
        &*first,
        "kind",
        expect![
            "the plugin wrote the kind 9, which the signature does not name, as the output of row 1; the program: kind"
        ],
    );
    assert!(domain.inputs_of_seed(8).is_empty() && domain.inputs_of_seed(9).is_empty());
    assert_eq!(domain.faults().map(|faults| faults.count), Some(3));
    let refused = bind(&domain, &Inputs::new(vec![vec![Value::from("a")]]));
    expect!["row 1: an input is of the kind text, programs take integer"].assert_eq(&refused.unwrap_err().0);
}

#[test]
fn processes_that_fail_are_replaced() {
    let domain = open("", 1).unwrap();
    fails(
        &*domain,
        "exit",
        expect![[r#"
        the plugin, in `render`, ended (exit status: 3) and said
        a last word; the program: exit"#]],
    );
    fails(
        &*domain,
        "abort",
        expect!["the plugin, in `render`, ended (signal: 6 (SIGABRT)); the program: abort"],
    );
    fails(
        &*domain,
        "print",
        expect![
            "the plugin, in `render`, wrote to its standard output what is no answer: a frame of 1819043144 bytes; allowed are 1 to 268435456; a program that prints has to print to standard error; the program: print"
        ],
    );
    fails(
        &*domain,
        "huge",
        expect![
            "the plugin, in `render`, wrote to its standard output what is no answer: a frame of 4294967295 bytes; allowed are 1 to 268435456; a program that prints has to print to standard error; the program: huge"
        ],
    );
    fails(
        &*domain,
        "code",
        expect!["the plugin, in `render`, answered with the code 77, which means nothing; the program: code"],
    );
    fails(
        &*domain,
        "cut",
        expect![[r#"
        the plugin, in `render`, ended (exit status: 3) and said
        half an answer; the program: cut"#]],
    );
    fails(
        &*domain,
        "short",
        expect!["the plugin gave an observation of 7 bytes, not 8; the program: short"],
    );
    fails(
        &*domain,
        "fail",
        expect!["the plugin, in `render`, failed: Traceback: no paint; the program: fail"],
    );
    fails(
        &*domain,
        "sleep",
        expect![
            "the plugin, in `render`, has not answered after 1 s; if it only takes long, raise `limit` in the table `domain` of the .toml beside the grammar; the program: sleep"
        ],
    );
    assert_eq!(render(&*domain, "leaf").unwrap(), [1; 8]);
    assert_eq!(domain.faults().map(|faults| faults.count), Some(9));
}

#[test]
fn a_thousand_failures_on_many_threads() {
    let domain = open("", 3).unwrap();
    let (solved, next, begin) = (AtomicUsize::new(0), AtomicUsize::new(0), Instant::now());
    const DEEDS: [&str; 9] = [
        "exit", "leaf", "abort", "print", "(leaf)", "huge", "code", "cut", "((leaf))",
    ];
    std::thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| {
                loop {
                    let number = next.fetch_add(1, Ordering::Relaxed);
                    if number >= 1500 {
                        return;
                    }
                    let deed = DEEDS[number * 7 % DEEDS.len()];
                    match render(&*domain, deed) {
                        Ok(image) => {
                            let nodes = 1 + deed.matches('(').count();
                            assert_eq!(image, vec![nodes as u8; 8], "{deed}");
                            solved.fetch_add(1, Ordering::Relaxed);
                        }
                        Err(_) => assert!(!deed.contains("leaf"), "{deed}"),
                    }
                }
            });
        }
    });
    assert_eq!(solved.into_inner(), 500);
    assert_eq!(domain.faults().map(|faults| faults.count), Some(1000));
    assert!(
        begin.elapsed() < Duration::from_secs(300),
        "nothing waits for a process that is gone"
    );
}

#[test]
fn processes_end_with_the_domain() {
    let domain = open("", 2).unwrap();
    let begin = Instant::now();
    drop(domain);
    assert!(
        begin.elapsed() < Duration::from_millis(400),
        "an idle process ends at once"
    );
}

#[test]
fn descriptions_that_are_none() {
    let refused = |deed: &str, expected: Expect| {
        let opened = open(deed, 1).map(|_| ());
        expected.assert_eq(&opened.unwrap_err().to_string());
    };
    refused(
        "version",
        expect!["describes no domain: it speaks version 9 of the protocol, this tdf version 1"],
    );
    refused(
        "nameless",
        expect![[r#"describes no domain: "A peer" is no name: use lower-case letters, digits, - and _"#]],
    );
    refused(
        "json",
        expect!["answered `describe` with no JSON: expected ident at line 1 column 2"],
    );
    refused(
        "unknown",
        expect![[
            r#"answered `describe` with {"protocol": 1, "name": "peer", "functions": ["render", "sample_inputs"], "colour": 3}: unknown field `colour`, expected one of `protocol`, `name`, `functions`, `criteria`, `palette`, `size`, `options` at line 1 column 82"#
        ]],
    );
    refused(
        "function",
        expect![[r#"describes no domain: there is no function "draw""#]],
    );
    refused(
        "criteria",
        expect!["describes no domain: its criteria have a name that is empty, or the same name twice"],
    );
    refused(
        "size",
        expect![
            "size: the grammar has no alternative or rule `Nothing`; its alternatives are Leaf, More, Exit, Abort, Print, Huge, Code and 7 others"
        ],
    );
    refused(
        "option",
        expect![
            "describes no domain: the default of an option is not allowed: domain.side = 8: allowed is a whole number from 1 to 4"
        ],
    );
    refused(
        "silent",
        expect![
            "has not answered after 1 s; if it only takes long, raise `limit` in the table `domain` of the .toml beside the grammar"
        ],
    );
    refused("refuses", expect!["failed: not today"]);
    refused(
        "dies",
        expect![[r#"
        ended (exit status: 3) and said
        out of memory"#]],
    );
    refused(
        "canvas",
        expect![
            "does not open: its canvas has 0x4 pixels, 1 channels and the background 0; allowed are 1 to 4096 pixels a side, 1 or 3 channels and a background of 0 to 255"
        ],
    );
    refused(
        "kinds",
        expect![[
            r#"does not open: the kind "word" of its arguments is none of text, integer, integers, numbers, boolean"#
        ]],
    );
}

#[test]
fn commands_that_do_not_start() {
    let refused = |words: &[&str], expected: Expect| {
        let command = Command {
            words: words.iter().map(|word| (*word).to_owned()).collect(),
            ..command("")
        };
        expected.assert_eq(&launched(command, 1).unwrap_err().to_string());
    };
    refused(&[], expect!["the command is empty"]);
    refused(
        &["no-such-program", "my.py"],
        expect![[r#"cannot be started: there is no program "no-such-program""#]],
    );
    refused(&["true"], expect!["ended (exit status: 0)"]);
    refused(
        &["echo", "hello"],
        expect![
            "wrote to its standard output what is no answer: a frame of 1819043176 bytes; allowed are 1 to 268435456; a program that prints has to print to standard error"
        ],
    );
}
