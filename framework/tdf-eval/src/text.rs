//! Text from outside, made harmless for the form that it is written in.
//!
//! Names of domains, options, methods and files, programs of other systems and messages of plugins may hold any character.
//! A terminal obeys escape sequences, a spreadsheet computes formulas, Markdown keeps HTML, and XML refuses control
//! characters. Each function here is the only way into its form.

use std::borrow::Cow;
use std::fmt::Write as _;

/// Whether `c` steers a display instead of being shown by it: control characters, marks that turn the direction of
/// writing, line breaks that are no `\n`, and characters that nobody can see.
fn steers(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{fffe}' | '\u{ffff}' | '\u{e0000}'..='\u{e0fff}')
}

fn rewritten(text: &str, is_meant: fn(char) -> bool, put: fn(&mut String, char)) -> Cow<'_, str> {
    if !text.chars().any(is_meant) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        if is_meant(c) {
            put(&mut out, c);
        } else {
            out.push(c);
        }
    }
    Cow::Owned(out)
}

fn put_number(out: &mut String, c: char) {
    let _ = write!(out, "{}", c.escape_unicode());
}

/// `text` with every character that steers a display written as its number, such as `\u{1b}`. Line breaks (`\n`) and tabs
/// stay.
///
/// # Examples
///
/// ```
/// use tdf_eval::text::visible;
///
/// assert_eq!(visible("a\u{1b}[31m b"), r"a\u{1b}[31m b");
/// assert_eq!(visible("two\nlines"), "two\nlines");
/// ```
pub fn visible(text: &str) -> Cow<'_, str> {
    rewritten(text, |c| steers(c) && c != '\n' && c != '\t', put_number)
}

/// As [`visible`], with line breaks and tabs written as `\n` and `\t`: for a text that must stay on its line.
pub fn visible_line(text: &str) -> Cow<'_, str> {
    let put = |out: &mut String, c: char| match c {
        '\n' => out.push_str("\\n"),
        '\t' => out.push_str("\\t"),
        c => put_number(out, c),
    };
    rewritten(text, steers, put)
}

/// A JSON text with every character that steers a display written as `\u001b`: the same values, harmless on a terminal.
pub fn visible_json(json: &str) -> Cow<'_, str> {
    // Between values JSON has no other of these than `\n` and `\t`, within them neither.
    let put = |out: &mut String, c: char| {
        for unit in c.encode_utf16(&mut [0; 2]) {
            let _ = write!(out, "\\u{unit:04x}");
        }
    };
    rewritten(json, |c| steers(c) && c != '\n' && c != '\t', put)
}

/// A cell of a CSV file on one line. Spreadsheets compute what begins with `=`, `+`, `-` or `@`: unless it is a number, a `'`
/// before it says that it is text.
pub fn csv_text(text: &str) -> String {
    let line = visible_line(text);
    let begins = |c: char| "=+-@\u{ff1d}\u{ff0b}\u{ff0d}\u{ff20}".contains(c);
    let is_number = line.parse::<f64>().is_ok_and(f64::is_finite);
    match line.trim_start().starts_with(begins) && !is_number {
        true => format!("'{line}"),
        false => line.into_owned(),
    }
}

/// Text as HTML and XML show it, within elements and within attributes.
pub fn html(text: &str) -> String {
    let put = |out: &mut String, c: char| {
        out.push_str(match c {
            '&' => "&amp;",
            '<' => "&lt;",
            '>' => "&gt;",
            '"' => "&quot;",
            _ => "&#39;",
        });
    };
    rewritten(&visible(text), |c| "&<>\"'".contains(c), put).into_owned()
}

/// Text as Markdown shows it, on one line of a paragraph or in a cell of a table.
pub fn markdown(text: &str) -> String {
    let line = visible_line(text.trim());
    let mut out = String::with_capacity(line.len() + 16);
    // What makes a heading, a list, a quotation or a rule of a paragraph.
    let number = line.bytes().take_while(u8::is_ascii_digit).count();
    let (digits, rest) = line.split_at(number);
    out.push_str(digits);
    let opens = if number > 0 { ".)" } else { "#+-=>" };
    for (at, c) in rest.char_indices() {
        match c {
            '<' => out.push_str("&lt;"),
            '&' if rest[at + 1..].starts_with(|c: char| c.is_ascii_alphanumeric() || c == '#') => out.push_str("&amp;"),
            '\\' | '`' | '*' | '_' | '[' | ']' | '|' | '~' => {
                out.push('\\');
                out.push(c);
            }
            '>' if at == 0 => out.push_str("&gt;"),
            c if at == 0 && opens.contains(c) => {
                out.push('\\');
                out.push(c);
            }
            c => out.push(c),
        }
    }
    out
}

/// Text as code in a cell of a Markdown table.
pub fn markdown_code(text: &str) -> String {
    let line = visible_line(text).replace('|', "\\|");
    // The fence is longer than what stands within.
    let runs = line.split(|c| c != '`').map(str::len);
    let fence = "`".repeat(1 + runs.max().unwrap_or_default());
    let gap = if line.is_empty() || line.starts_with('`') || line.ends_with('`') {
        " "
    } else {
        ""
    };
    format!("{fence}{gap}{line}{gap}{fence}")
}

/// Text as LaTeX shows it, on one line.
pub fn latex(text: &str) -> String {
    let text = visible_line(text);
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '\\' => out.push_str("\\textbackslash{}"),
            '~' => out.push_str("\\textasciitilde{}"),
            '^' => out.push_str("\\textasciicircum{}"),
            '<' => out.push_str("\\textless{}"),
            '>' => out.push_str("\\textgreater{}"),
            '±' => out.push_str("$\\pm$"),
            '#' | '$' | '%' | '&' | '_' | '{' | '}' => {
                out.push('\\');
                out.push(character);
            }
            _ => out.push(character),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    const ESCAPES: &str = "a\u{1b}[2J\u{9b}31m\u{7}b\rc\nd\te";

    #[test]
    fn displays_are_not_steered() {
        assert_eq!(visible(ESCAPES), "a\\u{1b}[2J\\u{9b}31m\\u{7}b\\u{d}c\nd\te");
        assert_eq!(visible_line(ESCAPES), "a\\u{1b}[2J\\u{9b}31m\\u{7}b\\u{d}c\\nd\\te");
        assert_eq!(
            visible("abc\u{202e}fdp.exe\u{2066}\u{feff}\u{e0041}"),
            "abc\\u{202e}fdp.exe\\u{2066}\\u{feff}\\u{e0041}"
        );
        // Letters, accents and joined images of every script are shown.
        let plain = "Grüße, 你好, שלום, नमस्ते, 👩\u{200d}🔬, ± < 0.001";
        assert!(matches!(visible_line(plain), Cow::Borrowed(text) if text == plain));
    }

    #[test]
    fn json_means_the_same() {
        let value = serde_json::json!({ ESCAPES: ["\u{7f}\u{85}\u{202e}\u{e0041}"] });
        let text = value.to_string();
        let shown = visible_json(&text);
        assert!(!shown.chars().any(steers), "{shown}");
        assert_eq!(serde_json::from_str::<serde_json::Value>(&shown).unwrap(), value);
    }

    #[test]
    fn spreadsheets_compute_nothing() {
        for formula in [
            "=cmd|' /C calc'!A0",
            "+1+1",
            "-2+3",
            "@SUM(1)",
            " =1",
            "\t=1",
            "\r=1",
            "\u{ff1d}1",
            "-inf",
        ] {
            let cell = csv_text(formula);
            let first = cell.chars().next();
            assert!(matches!(first, Some('\'' | '\\')), "{formula:?}: {cell:?}");
        }
        for plain in ["-1.5e-3", "+2", "a=b", "(Box red)", "", "0"] {
            assert_eq!(csv_text(plain), plain);
        }
    }

    #[test]
    fn markdown_shows_what_was_meant() {
        for (text, shown) in [
            ("<img src=x onerror=alert(1)>", "&lt;img src=x onerror=alert(1)>"),
            ("a|b\nc", "a\\|b\\\\nc"),
            ("[x](javascript:y)", "\\[x\\](javascript:y)"),
            ("# heading", "\\# heading"),
            ("1. list", "1\\. list"),
            ("4 tasks - and 1.5 more", "4 tasks - and 1.5 more"),
            ("> said", "&gt; said"),
            ("&lt; & co", "&amp;lt; & co"),
        ] {
            assert_eq!(markdown(text), shown);
        }
        assert_eq!(markdown_code("a | b"), "`a \\| b`");
        assert_eq!(markdown_code("`a`` <b>\n"), "``` `a`` <b>\\n ```");
    }

    #[test]
    fn html_and_latex_show_what_was_meant() {
        assert_eq!(
            html("<a b='c' d=\"e\">&\u{0}"),
            "&lt;a b=&#39;c&#39; d=&quot;e&quot;&gt;&amp;\\u{0}"
        );
        assert_eq!(
            latex("\\input{x}\n\n50 %"),
            "\\textbackslash{}input\\{x\\}\\textbackslash{}n\\textbackslash{}n50 \\%"
        );
    }
}
