//! For the tests: a domain in a process of its own, which does what its programs say, right and wrong. It implements the protocol by
//! itself, from its description in docs/plugins.md.

#![forbid(unsafe_code)]

use std::io::{Read, Write};
use std::time::Duration;

fn main() {
    let deed = std::env::args().nth(1).unwrap_or_default();
    let (mut calls, mut answers) = (std::io::stdin().lock(), std::io::stdout().lock());
    let mut names = String::new();
    let mut rows = Vec::new();
    loop {
        let mut length = [0; 4];
        if calls.read_exact(&mut length).is_err() {
            return;
        }
        let mut frame = vec![0; u32::from_le_bytes(length) as usize];
        if calls.read_exact(&mut frame).is_err() {
            return;
        }
        let (code, payload) = (frame[0], &frame[1..]);
        let answer = match code {
            1 => {
                names = String::from_utf8_lossy(payload).into_owned();
                describe(&deed)
            }
            2 if deed == "refuses" => (1, b"not today".to_vec()),
            2 if deed == "dies" => die("out of memory"),
            2 => (0, observations(&deed)),
            3 => {
                rows = payload.to_vec();
                (0, Vec::new())
            }
            4 => render(&names, payload, &rows, &mut answers),
            11 => (0, inputs(payload)),
            _ => (1, format!("no function {code}").into_bytes()),
        };
        send(&mut answers, answer.0, &answer.1);
    }
}

fn send(answers: &mut impl Write, code: u8, payload: &[u8]) {
    let length = (payload.len() as u32 + 1).to_le_bytes();
    let _ = answers.write_all(&[&length[..], &[code], payload].concat());
    let _ = answers.flush();
}

fn die(why: &str) -> ! {
    let _ = writeln!(std::io::stderr(), "{why}");
    std::process::exit(3);
}

fn describe(deed: &str) -> (u8, Vec<u8>) {
    let with =
        |more: &str| format!(r#"{{"protocol": 1, "name": "peer", "functions": ["render", "sample_inputs"]{more}}}"#);
    let text = match deed {
        "version" => with("").replace(": 1", ": 9"),
        "nameless" => with("").replace("peer", "A peer"),
        "json" => "no JSON".to_owned(),
        "unknown" => with(r#", "colour": 3"#),
        "function" => with("").replace("render", "draw"),
        "criteria" => with(r#", "criteria": ["a", "a"]"#),
        "size" => with(r#", "size": "Nothing""#),
        "option" => with(r#", "options": [{"name": "side", "default": "8", "least": 1, "greatest": 4}]"#),
        "silent" => loop {
            std::thread::sleep(Duration::from_secs(1));
        },
        _ => with(r#", "options": [{"name": "side", "default": "4", "least": 1, "greatest": 64}]"#),
    };
    (0, text.into_bytes())
}

fn observations(deed: &str) -> Vec<u8> {
    let text = match deed {
        "canvas" => r#"{"canvas": {"width": 0, "height": 4, "channels": 1, "background": 0}}"#,
        "kinds" => {
            r#"{"signature": {"arguments": [1, 1], "argument_kinds": ["word"], "output_kinds": ["text"], "max_output": 8}}"#
        }
        "inputs" => {
            r#"{"signature": {"arguments": [1, 1], "argument_kinds": ["integer"], "output_kinds": ["integer"], "max_output": 8}}"#
        }
        _ => r#"{"canvas": {"width": 4, "height": 2, "channels": 1, "background": 7}}"#,
    };
    text.as_bytes().to_vec()
}

/// Two rows with the numbers of the seed, or what is no rows.
fn inputs(payload: &[u8]) -> Vec<u8> {
    let value = |number: u8| [&[2, 8, 0, 0, 0, number][..], &[0; 7]].concat();
    match payload[0] {
        9 => b"nonsense".to_vec(),
        8 => Vec::new(),
        seed => [&[2, 0, 0, 0, 1, 0, 0, 0][..], &value(seed), &value(seed + 1)].concat(),
    }
}

/// The label of the production of the first node.
fn label(names: &str, payload: &[u8]) -> String {
    let production = u32::from_le_bytes([payload[4], payload[5], payload[6], payload[7]]) as usize;
    let mut labels = names.split(r#""label":""#).skip(1);
    let rest = labels.nth(production).unwrap_or_default();
    rest.split('"').next().unwrap_or_default().to_owned()
}

fn render(names: &str, payload: &[u8], rows: &[u8], answers: &mut impl Write) -> (u8, Vec<u8>) {
    let image = || (0, vec![payload[0]; 8]);
    match &*label(names, payload) {
        "Exit" => die("a last word"),
        "Abort" => std::process::abort(),
        "Print" => {
            let _ = answers.write_all(b"Hello, here I am.\n");
            image()
        }
        "Huge" => {
            let _ = answers.write_all(&[0xff; 8]);
            image()
        }
        "Code" => (77, Vec::new()),
        "Cut" => {
            let _ = answers.write_all(&[9, 0, 0, 0, 0, 1]);
            let _ = answers.flush();
            die("half an answer")
        }
        "Short" => (0, vec![1; 7]),
        "Fail" => (1, b"Traceback: no paint".to_vec()),
        "Empty" => (2, b"nothing to be seen".to_vec()),
        "Sleep" => loop {
            std::thread::sleep(Duration::from_secs(1));
        },
        // Doubles the number of each row.
        "Double" => {
            let mut slots = Vec::new();
            for value in rows[8..].chunks(13) {
                slots.extend_from_slice(&[2, 0, 8, 0, 2 * value[5]]);
                slots.extend_from_slice(&[0; 7]);
            }
            (0, slots)
        }
        "Kind" => (0, [&[9, 0, 1, 0][..], &[0; 20]].concat()),
        _ => image(),
    }
}
