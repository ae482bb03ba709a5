//! Fenced blocks of a Markdown file, and whether a block is what a command prints.

use crate::tool::Ended;

/// A fenced block: the line of its text in the file, the words behind the fence, its text.
pub struct Block<'a> {
    pub line: usize,
    pub info: &'a str,
    pub text: String,
}

/// The fenced blocks of a text.
pub fn blocks(markdown: &str) -> Vec<Block<'_>> {
    let mut blocks = Vec::new();
    let mut open: Option<Block<'_>> = None;
    for (index, line) in markdown.lines().enumerate() {
        match (line.strip_prefix("```"), &mut open) {
            (Some(info), None) => {
                open = Some(Block {
                    line: index + 2,
                    info,
                    text: String::new(),
                });
            }
            (Some(_), Some(_)) => blocks.extend(open.take()),
            (None, Some(block)) => block.text.extend([line, "\n"]),
            (None, None) => (),
        }
    }
    assert!(open.is_none(), "a block without an end");
    blocks
}

/// Whether `lines` are those of `pattern`, in which `...` stands for any number of lines.
pub fn matches(pattern: &[&str], lines: &[&str]) -> bool {
    match pattern {
        [] => lines.is_empty(),
        ["...", rest @ ..] => (0..=lines.len()).any(|skipped| matches(rest, &lines[skipped..])),
        [first, rest @ ..] => match lines {
            [line, lines @ ..] => line.trim_end() == *first && matches(rest, lines),
            [] => false,
        },
    }
}

/// Whether the block behind a command is what the command printed.
pub fn quoted(ended: &Ended, fails: bool, pattern: &str) -> bool {
    let mut pattern: Vec<&str> = pattern.lines().collect();
    if fails {
        pattern.insert(0, "...");
        pattern.push("...");
    }
    let messages = if fails { ended.err.lines() } else { "".lines() };
    matches(&pattern, &ended.out.lines().chain(messages).collect::<Vec<_>>())
}
