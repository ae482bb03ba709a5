//! Regular expressions as a tree: what terminals are lowered to, and what is printed in the syntax of Rust's `regex`.

use std::fmt::Write as _;

/// A regular expression.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Regex {
    Char(char),
    /// One character of a class, in Rust's syntax, as it may stand in brackets, too: `[a-z]`, `\d`.
    Class(String),
    Sequence(Vec<Regex>),
    Choice(Vec<Regex>),
    Repeat {
        inside: Box<Regex>,
        least: u32,
        most: Option<u32>,
        lazy: bool,
    },
    /// With flags of Rust's syntax: `i`.
    Flags(String, Box<Regex>),
    /// What looks at the text around it, and matches none: `(?=..)`, `\b`, `^`.
    Look(Look),
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Look {
    /// `(?<!x)`
    NotBehind(Box<Regex>),
    /// `(?=x)`, `(?!x)`, `(?<=x)`
    Other,
    /// `^`, `$`, `\b`, which Rust's syntax has, too.
    Position(String),
}

impl Regex {
    pub fn text(text: &str) -> Self {
        Self::sequence(text.chars().map(Self::Char).collect())
    }

    /// `parts` one behind the other; sequences in it become parts of it.
    pub fn sequence(parts: Vec<Self>) -> Self {
        let mut flat = Vec::with_capacity(parts.len());
        for part in parts {
            match part {
                Self::Sequence(inside) => flat.extend(inside),
                other => flat.push(other),
            }
        }
        match flat.len() {
            1 => flat.swap_remove(0),
            _ => Self::Sequence(flat),
        }
    }

    /// One of `parts`; choices in it become parts of it.
    pub fn choice(parts: Vec<Self>) -> Self {
        let mut flat = Vec::with_capacity(parts.len());
        for part in parts {
            match part {
                Self::Choice(inside) => flat.extend(inside),
                other => flat.push(other),
            }
        }
        match flat.len() {
            1 => flat.swap_remove(0),
            _ => Self::Choice(flat),
        }
    }

    pub fn repeat(self, least: u32, most: Option<u32>, lazy: bool) -> Self {
        let inside = Box::new(self);
        Self::Repeat {
            inside,
            least,
            most,
            lazy,
        }
    }

    /// The class of the single characters that it matches, if it matches nothing else.
    pub fn class(&self) -> Option<String> {
        match self {
            Self::Char(c) => Some(class_char(*c)),
            Self::Class(class) => Some(class.clone()),
            Self::Choice(parts) => {
                let classes: Option<Vec<String>> = parts.iter().map(Self::class).collect();
                Some(format!("[{}]", classes?.concat()))
            }
            _ => None,
        }
    }

    /// The text of it in Rust's syntax.
    pub fn print(&self) -> String {
        let mut out = String::new();
        self.print_to(&mut out);
        out
    }

    fn print_to(&self, out: &mut String) {
        match self {
            Self::Char(c) => out.push_str(&escape(*c)),
            Self::Class(class) if class == "[^\\n]" => out.push('.'),
            Self::Class(class) => out.push_str(class),
            Self::Sequence(parts) => {
                for part in parts {
                    part.print_part(matches!(part, Self::Choice(_)), out);
                }
            }
            Self::Choice(parts) => {
                for (i, part) in parts.iter().enumerate() {
                    if i > 0 {
                        out.push('|');
                    }
                    part.print_to(out);
                }
            }
            Self::Repeat {
                inside, least, most, ..
            } => {
                let single = matches!(**inside, Self::Char(_) | Self::Class(_));
                inside.print_part(!single, out);
                // Writing to a string does not fail.
                let _ = match (least, most) {
                    (0, None) => write!(out, "*"),
                    (1, None) => write!(out, "+"),
                    (0, Some(1)) => write!(out, "?"),
                    (least, None) => write!(out, "{{{least},}}"),
                    (least, Some(most)) if least == most => write!(out, "{{{least}}}"),
                    (least, Some(most)) => write!(out, "{{{least},{most}}}"),
                };
            }
            Self::Flags(flags, inside) => {
                let _ = write!(out, "(?{flags}:{})", inside.print());
            }
            Self::Look(Look::Position(text)) => out.push_str(text),
            Self::Look(_) => {}
        }
    }

    fn print_part(&self, grouped: bool, out: &mut String) {
        if grouped {
            out.push_str("(?:");
        }
        self.print_to(out);
        if grouped {
            out.push(')');
        }
    }
}

fn escape(c: char) -> String {
    match c {
        '\n' => "\\n".to_owned(),
        '\r' => "\\r".to_owned(),
        '\t' => "\\t".to_owned(),
        '\u{c}' => "\\f".to_owned(),
        '\u{b}' => "\\v".to_owned(),
        c if c.is_control() => format!("\\x{{{:x}}}", u32::from(c)),
        // These need none outside of classes.
        '-' | '&' | '~' | '#' => c.to_string(),
        c => regex_syntax::escape(&c.to_string()),
    }
}

/// `c` as it is written inside of brackets.
pub fn class_char(c: char) -> String {
    match c {
        '-' | '&' | '~' | '^' | '[' | ']' | '\\' => format!("\\{c}"),
        c if c.is_control() => escape(c),
        c => c.to_string(),
    }
}
