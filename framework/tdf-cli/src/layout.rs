//! Programs with line breaks and indentation.

use anyhow::bail;
use tdf_grammar::Layout;
use tdf_tree::{Language, Node};

/// Fails if the language has no layout.
pub fn check(language: &Language) -> anyhow::Result<()> {
    match Layout::of(language.grammar()) {
        Ok(Some(_)) => Ok(()),
        Ok(None) => bail!(
            "--layout: this language has no tokens for line breaks (`newline`) or indentation (`indent`, `dedent`); \
             docs/grammars.md says how they are declared"
        ),
        Err(why) => {
            bail!("--layout: {why}, so line breaks and indentation cannot stand for the tokens of this language")
        }
    }
}

/// The text of a program and what ends it: a line break, or a blank line behind a program with `layout`.
pub fn print(language: &Language, program: &[Node], layout: bool) -> String {
    let mut text = match layout {
        true => language.print_layout(program),
        false => None,
    }
    .unwrap_or_else(|| language.print(program));
    if layout && !text.ends_with('\n') {
        text.push('\n');
    }
    text.push('\n');
    text
}

/// The programs of a text in which blank lines part them, each with the number of lines before it.
pub fn split(text: &str) -> Vec<(usize, &str)> {
    let mut programs = Vec::new();
    let (mut begin, mut at) = (None, 0);
    for (number, line) in text.split_inclusive('\n').enumerate() {
        match (line.trim().is_empty(), begin) {
            (true, Some((first, start))) => {
                programs.push((first, &text[start..at]));
                begin = None;
            }
            (false, None) => begin = Some((number, at)),
            _ => {}
        }
        at += line.len();
    }
    programs.extend(begin.map(|(first, start)| (first, &text[start..])));
    programs
}
