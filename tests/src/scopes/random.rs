//! Random languages that bind names, with what they mean.

use std::fmt::Write as _;

use super::table::{Binds, Meaning, NameKind};
use super::toy::Toy;
use crate::random::Choose;

/// Regular expressions of names. No two have a member in common.
const NAMES: [[&str; 3]; 2] = [["[a-b]", "a|b|c", "[a-d]"], ["f[0-1]", "f0|f1|f2", "g|f0"]];

/// How many members they have.
const MEMBERS: [[usize; 3]; 2] = [[2, 3, 4], [2, 3, 2]];

/// Rules beside that of names. The first is the start symbol.
const RULES: [&str; 3] = ["Expr", "Stmt", "Block"];

/// A symbol of an alternative that is no keyword.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Part {
    /// A name of a kind, with `+`, `*`, `?` or nothing behind it.
    Name(usize, &'static str),
    /// Names with types.
    Typed(usize),
    /// A rule, with `+`, `*`, `?` or nothing behind it.
    Rule(usize, &'static str),
}

impl Part {
    fn text(self) -> String {
        match self {
            Self::Name(kind, repeated) => format!("Name{kind}{repeated}"),
            Self::Typed(kind) => format!("(<Name{kind}> \":\" <Type>)*"),
            Self::Rule(rule, repeated) => format!("{}{repeated}", RULES[rule]),
        }
    }

    fn name(self) -> Option<usize> {
        match self {
            Self::Name(kind, _) | Self::Typed(kind) => Some(kind),
            Self::Rule(..) => None,
        }
    }
}

/// A random language. `Err` has its text, and says why it is none.
pub fn random(choose: Choose<'_>) -> Result<Toy, String> {
    let kinds = 1 + choose(2);
    let mut meaning = Meaning::default();
    for kind in 0..kinds {
        let which = choose(3);
        let members = MEMBERS[kind][which];
        let levels = members - choose(members);
        meaning.kinds.push(NameKind {
            regex: NAMES[kind][which].to_owned(),
            inputs: [0, 0, 1.min(levels), levels][choose(4)],
            levels,
        });
    }
    let mut source = String::from("grammar;\n");
    let mut binders = vec![Vec::new(); kinds];
    let mut labels = 0;
    let public = choose(2) == 1;
    for (rule, name) in RULES.iter().enumerate() {
        let is_public = rule == 0 || public;
        let _ = writeln!(source, "{}{name} = {{", if is_public { "pub " } else { "" });
        for _ in 0..1 + choose(3) {
            let label = format!("L{labels}");
            let parts = parts(rule, kinds, choose);
            let _ = write!(source, "    \"k{labels}\"");
            for (at, part) in parts.iter().enumerate() {
                // A repetition ends before a keyword, so that there is no conflict.
                let _ = write!(source, " <p{at}:{}> \".\"", part.text());
            }
            let _ = writeln!(source, " => {label}{},", if parts.is_empty() { "" } else { " { <> }" });
            for (kind, binders) in binders.iter_mut().enumerate() {
                if let Some(binds) = binding(&label, kind, &parts, rule == 1, choose) {
                    binders.push(binds);
                }
            }
            let stays = binders.iter().flatten().any(|b: &Binds| b.label == label && b.rest);
            if choose(4) < [3, 1, 2][rule] && !stays {
                meaning.blocks.push(label);
            }
            labels += 1;
        }
        match rule {
            0 => {
                source += "    \"0\" => Zero,\n";
                // Rules that no public one leads to are left out.
                if !public {
                    source += "    \"dos\" <s:Stmt> => DoStmt { <> },\n    \"dob\" <b:Block> => DoBlock { <> },\n";
                }
            }
            _ => {
                let _ = writeln!(source, "    \"n{rule}\" => Nop{rule},");
            }
        }
        if rule == 0 {
            for kind in 0..kinds {
                let _ = writeln!(source, "    <Name{kind}> => Var{kind}(<>),");
            }
        }
        source += "};\n";
    }
    source += "Type = { \"i\" => Int, \"j\" => Long };\n";
    for (kind, of) in meaning.kinds.iter().enumerate() {
        let _ = writeln!(source, "Name{kind} = r\"{}\";", of.regex);
    }
    let toml = toml(&meaning, &binders);
    meaning.binds = binders.into_iter().flatten().collect();
    Toy::new("random", &source, &toml, meaning).map_err(|e| format!("{source}\n{toml}\n{e}"))
}

fn parts(rule: usize, kinds: usize, choose: Choose<'_>) -> Vec<Part> {
    let mut parts = Vec::new();
    for _ in 0..choose(5) {
        let repeated = ["", "", "", "+", "*", "?"][choose(6)];
        parts.push(match choose(6) {
            0 => Part::Rule(0, ""),
            1 => Part::Rule([1, 1, 2][rule], ["", "*", "+", "*", "?", ""][choose(6)]),
            2 => Part::Rule(choose(3), repeated),
            3 => Part::Typed(choose(kinds)),
            _ => Part::Name(choose(kinds), repeated),
        });
    }
    parts
}

/// What an alternative binds of `kind`: some of its names, in parts that stand behind all of them, or behind it. Names stay in
/// scope behind statements more often than behind others: these are refused where no block ends them.
fn binding(label: &str, kind: usize, parts: &[Part], is_statement: bool, choose: Choose<'_>) -> Option<Binds> {
    let all: Vec<usize> = (0..parts.len()).filter(|&at| parts[at].name() == Some(kind)).collect();
    let mut names: Vec<usize> = all.into_iter().filter(|_| choose(4) != 1).collect();
    if names.is_empty() {
        return None;
    }
    if choose(4) == 1 {
        names.truncate(1);
    }
    let behind = names[names.len() - 1] + 1..parts.len();
    let is_rule = |at: &usize| matches!(parts[*at], Part::Rule(..));
    let bodies: Vec<usize> = behind.filter(is_rule).filter(|_| choose(3) != 1).collect();
    let rest = match (is_statement, bodies.is_empty()) {
        (true, empty) => empty || choose(2) == 1,
        (false, true) if choose(6) != 1 => return None,
        (false, empty) => empty || choose(12) == 1,
    };
    Some(Binds {
        label: label.to_owned(),
        kind,
        names,
        bodies,
        rest,
    })
}

fn toml(meaning: &Meaning, binders: &[Vec<Binds>]) -> String {
    let mut toml = String::new();
    let words = |prefix: &str, all: &[usize]| -> String {
        let words: Vec<String> = all.iter().map(|at| format!("\"{prefix}{at}\"")).collect();
        format!("[{}]", words.join(", "))
    };
    for (index, (kind, binders)) in meaning.kinds.iter().zip(binders).enumerate() {
        let _ = writeln!(toml, "[[scope]]\nnames = \"Name{index}\"\nlevels = {}", kind.levels);
        if kind.inputs > 0 {
            let _ = writeln!(toml, "inputs = {}", kind.inputs);
        }
        let binders = binders.iter().map(|binds| {
            let (names, bodies) = (words("p", &binds.names), words("p", &binds.bodies));
            let Binds { label, rest, .. } = binds;
            format!("{{ alternative = \"{label}\", name = {names}, body = {bodies}, rest = {rest} }}")
        });
        let _ = writeln!(toml, "binders = [{}]", binders.collect::<Vec<_>>().join(",\n    "));
        if index == 0 {
            let blocks: Vec<String> = meaning.blocks.iter().map(|block| format!("\"{block}\"")).collect();
            let _ = writeln!(toml, "blocks = [{}]", blocks.join(", "));
        }
    }
    toml
}
