//! What of a text reaches the streams.
//!
//! Names, messages of plugins and programs of other systems may hold sequences that a terminal obeys. Whatever is printed
//! passes through here, and nowhere else.

use std::borrow::Cow;

use tdf_eval::text::visible;

/// The most bytes of a message. What is longer is no message: a plugin may say anything.
const LONGEST: usize = 1 << 16;

/// A message for standard error: of bounded length, with the characters that steer a terminal as their numbers. Standard error
/// ends in logs that are shown on terminals later, so that it makes no difference whether it is one.
pub fn message(text: &str) -> String {
    let whole = visible(beginning(text));
    let shown = beginning(&whole);
    match shown.len() < whole.len() || whole.len() < text.len() {
        true => format!("{shown}... (cut: the message has {} bytes)", text.len()),
        false => shown.to_owned(),
    }
}

/// A result. A file or a pipe gets it as it is; a terminal does not obey it.
pub fn result(text: &str, is_terminal: bool) -> Cow<'_, str> {
    match is_terminal {
        true => visible(text),
        false => Cow::Borrowed(text),
    }
}

fn beginning(text: &str) -> &str {
    let mut end = LONGEST.min(text.len());
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    &text[..end]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_keep_their_form() {
        let text = "a.lalrpop:1:2: error: what\n  |\n1 | \tA\n  | ^\n";
        assert_eq!(message(text), text);
        assert_eq!(message("a\u{1b}[31mb\r\u{9b}"), "a\\u{1b}[31mb\\u{d}\\u{9b}");
    }

    #[test]
    fn messages_have_an_end() {
        for letter in ["x", "\u{1b}", "é", "🦀"] {
            let text = letter.repeat(1 << 20);
            let shown = message(&text);
            assert!(shown.len() <= LONGEST + 64, "{letter:?}: {} bytes", shown.len());
            assert!(shown.ends_with(&format!("... (cut: the message has {} bytes)", text.len())));
        }
        let just = "é".repeat(LONGEST / 2);
        assert_eq!(message(&just), just);
    }

    #[test]
    fn files_get_results_as_they_are() {
        let text = "(Word \u{200b}\u{1b})\n";
        assert_eq!(result(text, false), text);
        assert_eq!(result(text, true), "(Word \\u{200b}\\u{1b})\n");
    }
}
