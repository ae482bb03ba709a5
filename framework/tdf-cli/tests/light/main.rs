//! The binary without libtorch: what it can do, and what it says of networks. Built with `--no-default-features`; with libtorch the
//! tests of `it` cover the same commands.
#![cfg(not(feature = "torch"))]

#[allow(dead_code, reason = "the tests of `it` use more of it")]
#[path = "../it/tool.rs"]
mod tool;

#[path = "shards.rs"]
mod shards;

use tool::TestDir;

const GRAMMAR: &str = r#"grammar;
pub Sum: Sum = { "(" "+" <left:Sum> <right:Sum> ")" => Sum::Add { <> }, r"[0-9]" => Sum::Number(<>) };
"#;

#[test]
fn tools_for_any_grammar() {
    let dir = TestDir::new();
    dir.write("sum.lalrpop", GRAMMAR);
    assert!(dir.tdf("check sum.lalrpop").ok().contains("typed AST: yes"));
    let programs = dir.tdf("sample --grammar sum.lalrpop -n 5 --size 3").ok();
    assert_eq!(programs.lines().count(), 5);
    dir.write("programs.txt", &programs);
    assert_eq!(
        dir.tdf("parse --grammar sum.lalrpop programs.txt").ok().lines().count(),
        5
    );
    let tokens = dir.tdf("mask --grammar sum.lalrpop '(' '+'").ok();
    assert_eq!(tokens.lines().count(), 11, "{tokens}");
    let mutated = dir.tdf("mutate --grammar sum.lalrpop programs.txt").ok();
    assert_ne!(mutated, programs);
    let path = dir.tdf("path --grammar sum.lalrpop '(+ 1 2)' '(+ 3 4)'").ok();
    assert_eq!(path.lines().last(), Some("(+ 3 4)"));
}

#[test]
fn line_breaks_and_indentation_may_be_tokens() {
    let dir = TestDir::new();
    dir.write(
        "blocks.lark",
        r#"start: stmt+
stmt: "pass" _NEWLINE -> pass | "loop" ":" _NEWLINE _INDENT stmt+ _DEDENT -> loop
_NEWLINE: (/\r?\n[\t ]*/ | COMMENT)+
COMMENT: /#[^\n]*/
%declare _INDENT _DEDENT
%ignore /[\t ]+/
%ignore COMMENT
"#,
    );
    assert!(dir.tdf("check blocks.lark").ok().contains("\nlayout: yes\n"));
    let words = dir.tdf("sample --grammar blocks.lark -n 50 --size 3..=20").ok();
    let lines = dir
        .tdf("sample --grammar blocks.lark -n 50 --size 3..=20 --layout")
        .ok();
    assert!(lines.contains("loop :\n    loop :\n        pass\n"), "{lines}");
    dir.write("words.txt", &words);
    dir.write("lines.txt", &lines);
    let parse = |arguments: &str| dir.tdf(&format!("parse --grammar blocks.lark {arguments}")).ok();
    assert_eq!(parse("--layout lines.txt"), words);
    assert_eq!(parse("--to-layout words.txt"), lines);
    dir.write("bad.txt", "pass\n\nloop:\n    pass\n  pass\n");
    let said = dir.tdf("parse --grammar blocks.lark --layout bad.txt").fails(1);
    assert!(
        said.starts_with("bad.txt:5:3: error: this line is indented less"),
        "{said}"
    );
    dir.write("sum.lalrpop", GRAMMAR);
    for command in [
        "sample --grammar sum.lalrpop --layout",
        "parse --grammar sum.lalrpop --layout bad.txt",
    ] {
        assert!(
            dir.tdf(command).fails(1).contains("no tokens for line breaks"),
            "{command}"
        );
    }
}

/// Editors read what is wrong with a file, and where, from standard output.
#[test]
fn check_tells_editors_every_finding() {
    let dir = TestDir::new();
    let check = |arguments: &str, code: i32| -> serde_json::Value {
        let done = dir.tdf(&format!("check --json {arguments}"));
        assert_eq!((done.code, done.err.as_str()), (Some(code), ""), "{arguments}");
        serde_json::from_str(&done.out).expect("JSON")
    };
    dir.write("two.lalrpop", "grammar;\npub A = { \"é\" <B>, \"y\" <Cc> };\n");
    let said = check("two.lalrpop", 1);
    assert_eq!(said["ok"], false);
    let found = said["diagnostics"].as_array().expect("a list");
    let places: Vec<_> = found
        .iter()
        .map(|d| {
            assert_eq!((&d["severity"], &d["file"]), (&"error".into(), &"two.lalrpop".into()));
            (
                d["start"]["line"].as_u64(),
                d["start"]["column"].as_u64(),
                d["end"]["column"].as_u64(),
            )
        })
        .collect();
    assert_eq!(places, [(Some(2), Some(15), Some(18)), (Some(2), Some(24), Some(28))]);
    // Lines of a grammar in Lark's syntax are its own, not those of what it is converted to.
    dir.write("conflict.lark", "start: a | b\na: \"x\"\nb: \"x\"\n%ignore \" \"\n");
    assert_eq!(check("conflict.lark", 1)["diagnostics"][0]["start"]["line"], 3);
    dir.write("sum.lalrpop", GRAMMAR);
    assert_eq!(check("sum.lalrpop", 0)["ok"], true);
    // What no line of a file is to blame for.
    std::fs::write(dir.path("bytes.lalrpop"), b"grammar;\n\xff").expect("written");
    assert_eq!(check("bytes.lalrpop", 1)["diagnostics"][0]["start"]["line"], 2);
    for file in ["missing.lalrpop", "."] {
        let said = check(file, 1);
        assert_eq!(said["diagnostics"][0]["start"], serde_json::Value::Null, "{file}");
    }
    dir.write("loose.lalrpop", "grammar;\npub Row = { \"a\" => A, \"b\" => B };\n");
    let said = check("--strict loose.lalrpop", 1);
    let message = said["diagnostics"][0]["message"].as_str().expect("a text");
    assert!(
        message.starts_with("LALRPOP 0.23 does not take this file as it is"),
        "{message}"
    );
}

/// The page answers under the address that is printed, and ends with Ctrl-C.
#[test]
fn the_studio_serves_until_it_is_interrupted() {
    use std::io::{BufRead as _, BufReader, Read as _, Write as _};
    use std::net::TcpStream;
    use std::process::Stdio;

    let dir = TestDir::new();
    let mut command = dir.command("studio --domain rainbow csg2d rainbow");
    let mut child = command.stdout(Stdio::piped()).spawn().expect("tdf");
    let mut lines = BufReader::new(child.stdout.take().expect("piped")).lines();
    let line = lines.next().expect("a line").expect("text");
    let (before, token) = line.split_once("/?token=").expect("an address");
    let host = before.strip_prefix("open http://").expect("an address");
    let token = token.split(' ').next().expect("a token");
    let mut stream = TcpStream::connect(host).expect("it listens");
    let head = format!(
        "GET /api/subjects HTTP/1.1\r\nHost: {host}\r\nAuthorization: Bearer {token}\r\nConnection: close\r\n\r\n"
    );
    stream.write_all(head.as_bytes()).expect("sent");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).expect("answered");
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    for id in ["rainbow", "csg2d", "rainbow-2"] {
        assert!(answer.contains(&format!("\"id\":\"{id}\"")), "{id}: {answer}");
    }
    // Another one cannot have the port.
    let port = host.rsplit(':').next().expect("a port");
    let taken = dir.tdf(&format!("studio --domain rainbow --port {port}")).fails(1);
    assert!(taken.contains("--port N"), "{taken}");
    let id = i32::try_from(child.id()).expect("a number");
    // SAFETY: it sends a signal to a process of this test.
    assert_eq!(unsafe { libc::kill(id, libc::SIGINT) }, 0);
    assert_eq!(child.wait().expect("ended").code(), Some(130));
    let missing = dir.tdf("studio --run nowhere").fails(1);
    assert!(missing.contains("needs a network"), "{missing}");
    let unknown = dir.tdf("studio --domain rainbw").fails(1);
    assert!(unknown.contains("did you mean \"rainbow\"?"), "{unknown}");
}

/// Each save is one line, and nothing else is.
#[test]
fn check_watches_a_file() {
    use std::io::{BufRead as _, BufReader};
    use std::process::Stdio;

    let dir = TestDir::new();
    dir.write("sum.lalrpop", GRAMMAR);
    let mut command = dir.command("check --watch --json sum.lalrpop");
    let mut child = command.stdout(Stdio::piped()).spawn().expect("tdf");
    let mut lines = BufReader::new(child.stdout.take().expect("piped")).lines();
    let mut productions = || -> Option<u64> {
        let line = lines.next().expect("a line").expect("text");
        serde_json::from_str::<serde_json::Value>(&line).expect("JSON")["productions"].as_u64()
    };
    assert_eq!(productions(), Some(2));
    dir.write("sum.lalrpop", GRAMMAR.replace("\"+\"", "\"\" <"));
    assert_eq!(productions(), None);
    // As editors save: another file takes the place of the first.
    dir.write(
        "sum.new",
        GRAMMAR.replace("[0-9]\"", "[0-9]\" => Sum::Number(<>), \"x\""),
    );
    std::fs::rename(dir.path("sum.new"), dir.path("sum.lalrpop")).expect("renamed");
    // A save of the kind before may be seen half done, which is one more line.
    while productions() != Some(3) {}
    child.kill().expect("killed");
    child.wait().expect("ended");
}

const LARK: &str = "start: \"if\" start | NAME -> name\nNAME: \"x\" | \"y\"\n%ignore \" \"\n";

#[test]
fn grammars_of_lark() {
    let dir = TestDir::new();
    dir.write("test.lark", LARK);
    assert!(dir.tdf("check test.lark").ok().contains("typed AST: yes"));
    let programs = dir.tdf("sample --grammar test.lark -n 5 --size 4 --measure nodes").ok();
    dir.write("programs.txt", &programs);
    assert_eq!(dir.tdf("parse --grammar test.lark programs.txt").ok(), programs);
    assert!(
        dir.tdf("check --strict test.lark")
            .fails(1)
            .contains("`tdf convert test.lark`")
    );
    let converted = dir.tdf("convert test.lark").ok();
    dir.write("test.lalrpop", &converted);
    assert_eq!(dir.tdf("parse --grammar test.lalrpop programs.txt").ok(), programs);
    assert!(dir.tdf("convert test.lalrpop").fails(1).contains("already"));
    assert!(
        dir.tdf("convert test.lark --start other")
            .fails(1)
            .contains("no rule `other`")
    );
    dir.write("faulty.lark", LARK.replace("NAME ->", "NAMES ->"));
    let said = dir.tdf("check faulty.lark").fails(1);
    assert!(
        said.contains("faulty.lark:1:21: error: there is no terminal `NAMES`"),
        "{said}"
    );
    // The converted grammar has this fault, and the message leads to the file.
    dir.write("conflict.lark", "start: a | b\na: \"x\"\nb: \"x\"\n%ignore \" \"\n");
    let said = dir.tdf("check conflict.lark").fails(1);
    assert!(said.contains("conflict.lark:3:4: error: ambiguous"), "{said}");
}

/// In a language with the empty program a blank line is that program, from a file and from a pipe; elsewhere it is nothing.
#[test]
fn the_empty_program_is_a_blank_line() {
    let dir = TestDir::new();
    dir.write(
        "word.lalrpop",
        r#"grammar; pub Word = { () => Empty, "a" <Word> => More(<>) };"#,
    );
    let programs = dir.tdf("sample --grammar word.lalrpop -n 20 --size 1..=3").ok();
    dir.write("programs.txt", &programs);
    let lines: Vec<&str> = programs.lines().collect();
    assert_eq!(lines.len(), 20);
    let empty = lines.iter().filter(|line| line.is_empty()).count();
    assert!((1..20).contains(&empty), "{programs}");
    assert_eq!(dir.tdf("parse --grammar word.lalrpop programs.txt").ok(), programs);
    assert_eq!(
        dir.tdf_reading("parse --grammar word.lalrpop", "programs.txt").ok(),
        programs
    );
    let mutated = dir.tdf("mutate --grammar word.lalrpop programs.txt").ok();
    assert_eq!(mutated.lines().count(), 20);
    let changed = mutated.lines().zip(&lines).filter(|(after, before)| after != *before);
    assert!(changed.count() > 0, "{mutated}");

    dir.write("sum.lalrpop", GRAMMAR);
    dir.write("sums.txt", "\n1\n \n(+ 1 2)\n\n");
    assert_eq!(dir.tdf("parse --grammar sum.lalrpop sums.txt").ok(), "1\n(+ 1 2)\n");
}

/// `mask` and `path` take their programs from files and standard input, as the other commands do.
#[test]
fn programs_from_files() {
    let dir = TestDir::new();
    dir.write("sum.lalrpop", GRAMMAR);
    dir.write("prefix.txt", "( +\n");
    let tokens = dir.tdf("mask --grammar sum.lalrpop '(' '+'").ok();
    assert_eq!(dir.tdf("mask --grammar sum.lalrpop --file prefix.txt").ok(), tokens);
    assert_eq!(
        dir.tdf_reading("mask --grammar sum.lalrpop --file -", "prefix.txt")
            .ok(),
        tokens
    );
    dir.write("prefix.txt", ")");
    let said = dir.tdf("mask --grammar sum.lalrpop --file prefix.txt").fails(1);
    assert!(said.contains("prefix.txt: \")\" cannot come"), "{said}");

    let path = dir.tdf("path --grammar sum.lalrpop '(+ 1 2)' '(+ 3 4)'").ok();
    // As some editors write it, with the line ends of two systems.
    dir.write("two.txt", "\u{feff}(+ 1 2)\r(+ 3 4)\r\n");
    assert_eq!(dir.tdf("path --grammar sum.lalrpop --file two.txt").ok(), path);
    assert_eq!(
        dir.tdf_reading("path --grammar sum.lalrpop --file -", "two.txt").ok(),
        path
    );
    dir.write("one.txt", "(+ 1 2)\n");
    let said = dir.tdf("path --grammar sum.lalrpop --file one.txt").fails(1);
    assert!(said.contains("one.txt: a path has two programs"), "{said}");
    dir.write("faulty.txt", "\u{feff}1\r2\r(+ 1 x)");
    let said = dir.tdf("parse --grammar sum.lalrpop faulty.txt").fails(1);
    assert!(said.contains("faulty.txt:3:6: error: found \"x\""), "{said}");
}

#[test]
fn one_program_that_cannot_be_mutated() {
    let dir = TestDir::new();
    dir.write(
        "word.lalrpop",
        r#"grammar; pub Word = { "only" => Only, "(" <Digit> ")" => One(<>) }; Digit = r"[0-9]";"#,
    );
    dir.write("programs.txt", "only\n(1)\nonly\n");
    let mutated = dir.tdf("mutate --grammar word.lalrpop --max-edit-size 1 programs.txt");
    assert!(
        mutated.err.contains("program 1 has no node") && mutated.err.contains("program 3"),
        "{}",
        mutated.err
    );
    assert_eq!(mutated.ok().lines().count(), 1);
    dir.write("programs.txt", "only\n");
    let said = dir
        .tdf("mutate --grammar word.lalrpop --max-edit-size 1 programs.txt")
        .fails(1);
    assert!(said.contains("program 1 has no node"), "{said}");
}

#[test]
fn the_normal_form() {
    let dir = TestDir::new();
    dir.write("sum.lalrpop", GRAMMAR);
    let form = dir.tdf("check --normal-form sum.lalrpop").ok();
    assert_eq!(
        form,
        "pub Sum\n    Add: \"(\" \"+\" left=Sum right=Sum \")\"\n    Number: r\"[0-9]\" (10 tokens)\ntokens ( + ) 0|1|2|3|4|5|6|7|8|9\n"
    );
}

/// Two blanks tell two tokens from the one that they are with one.
#[test]
fn tokens_with_blanks() {
    let dir = TestDir::new();
    dir.write(
        "test.lalrpop",
        r#"grammar; pub Test = { "not" <Test> => Not(<>), "not in" => NotIn, "in" };"#,
    );
    let programs = "not  in\nnot not in\nnot not  in\n";
    dir.write("programs.txt", programs);
    assert_eq!(dir.tdf("parse --grammar test.lalrpop programs.txt").ok(), programs);
    let least = dir
        .tdf("sample --grammar test.lalrpop --size 3 --measure In=1,NotIn=1,Not=1")
        .ok();
    assert!(least.contains("not not  in"), "{least}");
    dir.write(
        "deep.lalrpop",
        r#"grammar; pub A = "a" <B> => A(<>); B = "b" <C> <C> => B(<>); C = { "c", "d" };"#,
    );
    let said = dir.tdf("sample --grammar deep.lalrpop --size 2").fails(1);
    assert!(said.contains("the least has size 4"), "{said}");
}

#[test]
fn tools_for_domains() {
    let dir = TestDir::new();
    assert!(dir.tdf("domains").ok().contains("tinysvg"));
    let program = dir.tdf("sample --domain rainbow -n 1 --size 2").ok();
    dir.write("program.txt", &program);
    dir.tdf("render --domain rainbow program.txt --out images").ok();
    assert_eq!(dir.list("images"), ["00000.png"]);
    dir.tdf("completions bash").ok();
    assert!(dir.tdf("man").ok().contains("tdf"));
    assert!(dir.tdf("bench --domain rainbow --seconds 0.01").ok().contains("mask"));
    let doctor = dir.tdf("doctor").ok();
    assert!(doctor.contains("built without libtorch"), "{doctor}");
}

#[test]
fn searches_without_a_network() {
    let dir = TestDir::new();
    dir.write("tasks.jsonl", dir.tdf("tasks --domain rainbow -n 6 --size 1..=2").ok());
    let eval = "eval --method random --tasks tasks.jsonl --set search.budget=300 --out";
    let said = dir.tdf(&format!("{eval} a --seeds 2")).ok();
    assert!(said.contains("6 tasks, 2 seeds"), "{said}");
    dir.tdf(&format!("{eval} b --set search.restart=5 --seeds 2")).ok();
    dir.tdf("compare a b --out compared").ok();
    let table = dir.read("compared/solve-rates.md");
    assert!(table.contains("random mutations, restart after 5 edits"), "{table}");

    dir.tdf("render --domain rainbow --out images").fails(1);
    let program = dir.tdf("sample --domain rainbow -n 1 --size 1").ok();
    dir.write("program.txt", program);
    dir.tdf("render --domain rainbow program.txt --out images").ok();
    let found = dir
        .tdf("search --domain rainbow --method random --budget 2000 --target images/00000.png --set program.size=1")
        .ok();
    assert!(found.contains("solved after"), "{found}");
}

#[test]
fn searches_write_what_they_found() {
    let dir = TestDir::new();
    dir.write("programs.txt", "(Box red)\n(Ball blue)\n");
    dir.tdf("render --domain rainbow programs.txt --out a").ok();
    dir.tdf("render --domain rainbow programs.txt --out b").ok();
    let search = "search --domain rainbow --method enumerate --budget 100 --target a b/00001.png --json";
    let printed = dir.tdf(&format!("{search} --out found")).ok();
    assert_eq!(printed.lines().count(), 3);
    assert_eq!(dir.read("found/results.jsonl"), printed);
    assert_eq!(
        dir.list("found"),
        [
            "00000.png",
            "00000.svg",
            "00000.txt",
            "00001-2.png",
            "00001-2.svg",
            "00001-2.txt",
            "00001.png",
            "00001.svg",
            "00001.txt",
            "index.html",
            "results.jsonl"
        ]
    );
    // The criterion of the domain cannot tell a ball from a box of its colour.
    let programs: Vec<serde_json::Value> = printed
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    let bytes = |name: &str| std::fs::read(dir.path(name)).unwrap();
    for (line, (name, colour)) in [("00000", "red"), ("00001", "blue"), ("00001-2", "blue")]
        .into_iter()
        .enumerate()
    {
        let program = dir.read(&format!("found/{name}.txt"));
        assert_eq!(program.trim_end(), programs[line]["program"]);
        assert!(program.ends_with(&format!(" {colour})\n")), "{program}");
        dir.tdf(&format!("render --domain rainbow found/{name}.txt --out again-{name}"))
            .ok();
        assert_eq!(
            bytes(&format!("found/{name}.png")),
            bytes(&format!("again-{name}/00000.png"))
        );
    }
    assert!(dir.read("found/00001.svg").starts_with("<svg"));
    // Targets in the folder stay as they are.
    let before = bytes("a/00000.png");
    dir.tdf("search --domain rainbow --method enumerate --budget 1 --target a/00000.png --out a")
        .ok();
    assert_eq!(bytes("a/00000.png"), before);
    assert!(dir.list("a").contains(&"00000-2.txt".to_owned()));
    // A search can begin at a program: here at the solution.
    let search_from = "search --domain rainbow --budget 50 --target a/00000.png --start";
    for method in ["random", "anneal"] {
        let said = dir.tdf(&format!("{search_from} '(Box  red)' --method {method}")).ok();
        assert!(said.contains("solved after 1 expansion ("), "{method}: {said}");
        assert!(said.trim_end().ends_with("s): (Box red)"), "{method}: {said}");
    }
    // Renders and seconds limit a search as expansions do, and the front is told.
    let search = "search --domain rainbow --method anneal --target a/00000.png --set search.criterion=exact";
    let said = dir.tdf(&format!("{search} --renders 500 --front")).ok();
    assert!(said.contains("size 1, distance 0.000: (Box red)"), "{said}");
    let said = dir.tdf(&format!("{search} --renders 500 --json")).ok();
    let found: serde_json::Value = serde_json::from_str(&said).unwrap();
    // Refining may render as many again.
    assert!(found["renders"].as_u64().unwrap() <= 1_000, "{said}");
    assert_eq!(found["network_calls"], 0, "{said}");
    assert_eq!(found["front"][0]["size"], 1, "{said}");
    dir.tdf(&format!("{search} --seconds 0.2")).ok();
    for limit in [
        "--renders=0",
        "--seconds=0",
        "--seconds=-1",
        "--seconds=NaN",
        "--seconds=never",
    ] {
        let error = dir.tdf(&format!("{search} {limit}")).fails(2);
        let (option, _) = limit.split_once('=').unwrap();
        assert!(error.contains(option), "{limit}: {error}");
    }
    // Rainbow draws on white: an image with a black border looks inverted.
    let noted = dir.tdf(&format!("{search} --renders 50 --invert"));
    assert!(noted.err.contains("light and dark swapped"), "{}", noted.err);
    let error = dir.tdf(&format!("{search_from} '(Box h)' --method random")).fails(1);
    assert!(error.contains("--start:1:6: found \"h\", expected"), "{error}");
    let error = dir
        .tdf(&format!("{search_from} '(Box red)' --method enumerate"))
        .fails(1);
    assert!(
        error.contains("the method enumerate has no initial programs"),
        "{error}"
    );
    // A folder that cannot be one is refused before the search.
    dir.write("file", "");
    let error = dir
        .tdf(&format!("{search} --budget 4000000000 --out file").replace(" --budget 100", ""))
        .fails(1);
    assert!(error.contains("file"), "{error}");
    // Several programs stand below each other.
    dir.tdf("search --domain rainbow --method random --budget 3000 --target a/00000.png --solutions 2 --out two")
        .ok();
    let two = dir.read("two/00000.txt");
    assert!(
        !two.is_empty() && dir.tdf("parse --domain rainbow two/00000.txt").ok() == two,
        "{two}"
    );
}

#[test]
fn networks_are_said_to_be_missing() {
    let dir = TestDir::new();
    dir.write("tasks.jsonl", dir.tdf("tasks --domain rainbow -n 2 --size 1").ok());
    for line in [
        "train --domain rainbow --run run",
        "export --run run --out out",
        "experiment fig-4a.toml",
        "eval --run run --tasks tasks.jsonl --out out",
        "search --run run --target a.png",
        "bench --domain rainbow --stage train",
    ] {
        let error = dir.tdf(line).fails(1);
        assert!(
            error.contains("built without libtorch") && error.contains("`cargo xtask build`"),
            "{line}: {error}"
        );
    }
    for method in ["rollout", "beam", "sample"] {
        let line = format!("eval --method {method} --tasks tasks.jsonl --out out");
        let error = dir.tdf(&line).fails(1);
        assert!(
            error.contains("only these methods work without a network: anneal, enumerate, random;"),
            "{error}"
        );
    }
}

/// Reading ends at once, by the signal itself: shells say 130. Nothing is written that would have to be saved.
#[cfg(unix)]
#[test]
fn ctrl_c_ends_the_reading_of_a_grammar() {
    use std::os::unix::process::ExitStatusExt as _;
    use std::process::{Command, Stdio};
    use std::time::Duration;

    let dir = TestDir::new();
    // Each rule begins in the states of all before it: this takes longer than any test waits.
    let rules: String = (0..15_000)
        .map(|i| format!("R{i} = <R{}> => N{i}(<>);\n", i + 1))
        .collect();
    dir.write("chain.lalrpop", format!("grammar;\npub {rules} R15000 = \"x\" => X;\n"));
    let mut command = dir.command("check chain.lalrpop");
    let mut child = command.stderr(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    std::thread::sleep(Duration::from_millis(500));
    let sent = Command::new("kill").args(["-INT", &child.id().to_string()]).status();
    assert!(sent.unwrap().success());
    let ended = child.wait().unwrap();
    assert_eq!(ended.signal(), Some(2), "{ended}");
}
