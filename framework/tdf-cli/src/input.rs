//! Program texts from a file or standard input.

use std::path::Path;

use anyhow::{Context as _, bail};
use tdf_grammar::NonterminalId;
use tdf_tree::{Language, Tree};

use crate::layout;
use crate::output::counted;

/// How many faulty lines are named before the rest is only counted.
const NAMED_ERRORS: usize = 20;

/// Reads `file`, or standard input if there is none or it is `-`. Gives its name for messages and its text.
pub fn read_text(file: Option<&Path>) -> anyhow::Result<(String, String)> {
    let (name, bytes) = match file.filter(|f| *f != Path::new("-")) {
        Some(path) => {
            let name = path.display().to_string();
            let bytes = tdf_files::read(path, tdf_files::TABLE).with_context(|| name.clone())?;
            (name, bytes)
        }
        None => {
            let bytes = tdf_files::read_limited(&mut std::io::stdin().lock(), tdf_files::TABLE);
            ("<stdin>".to_owned(), bytes.context("standard input")?)
        }
    };
    match String::from_utf8(bytes) {
        // Some editors put a byte order mark before every text. Lines may end with a carriage return alone.
        Ok(text) => {
            let text = text.strip_prefix('\u{feff}').unwrap_or(&text);
            Ok((name, text.replace("\r\n", "\n").replace('\r', "\n")))
        }
        Err(e) => bail!(
            "{name}: not a text file: byte {} is not UTF-8",
            e.utf8_error().valid_up_to()
        ),
    }
}

/// Reads programs of `start`, one a line. A blank line is the empty program if there is one, else it is passed over.
///
/// # Errors
/// Every line that is no program, with file, line and column; a file without any program.
pub fn read_programs(language: &Language, start: NonterminalId, file: Option<&Path>) -> anyhow::Result<Vec<Tree>> {
    let (name, text) = read_text(file)?;
    let has_empty = language.parse(start, "").is_ok();
    let lines = text.lines().enumerate();
    let written = lines.filter(|(_, line)| has_empty || !line.trim().is_empty());
    parse_all(language, start, &name, written)
}

/// Reads programs of `start` with line breaks and indentation, parted by blank lines.
///
/// # Errors
/// As [`read_programs`].
pub fn read_layout(language: &Language, start: NonterminalId, file: Option<&Path>) -> anyhow::Result<Vec<Tree>> {
    let (name, text) = read_text(file)?;
    let texts = layout::split(&text).into_iter().map(|(number, text)| {
        // Where a program may end with a line break or without, the line break of the file is none of its own.
        let bare = text.trim_end();
        let ends_bare = language.parse(start, text).is_err() && language.parse(start, bare).is_ok();
        (number, if ends_bare { bare } else { text })
    });
    parse_all(language, start, &name, texts)
}

/// Parses texts, each with the number of lines before it in the file `name`.
fn parse_all<'t>(
    language: &Language,
    start: NonterminalId,
    name: &str,
    texts: impl Iterator<Item = (usize, &'t str)>,
) -> anyhow::Result<Vec<Tree>> {
    let (mut programs, mut errors) = (Vec::new(), Vec::new());
    for (number, text) in texts {
        match language.parse(start, text) {
            Ok(tree) => programs.push(tree),
            Err(e) => errors.push(format!(
                "{name}:{}:{}: error: {}",
                number + e.position.line,
                e.position.column,
                e.message
            )),
        }
    }
    if errors.len() > NAMED_ERRORS {
        let more = errors.len() - NAMED_ERRORS;
        errors.truncate(NAMED_ERRORS);
        errors.push(format!("{name}: error: {}", counted(more, "more faulty line")));
    }
    if !errors.is_empty() {
        bail!("{}", errors.join("\n"));
    }
    if programs.is_empty() {
        bail!("{name}: no program in it; one program a line is wanted");
    }
    Ok(programs)
}

/// Parses a program given on the command line; `what` names the argument.
pub fn parse_argument(language: &Language, start: NonterminalId, what: &str, text: &str) -> anyhow::Result<Tree> {
    language.parse(start, text).map_err(|e| anyhow::anyhow!("{what}:{e}"))
}
