//! Reads regular expressions in Python's syntax.

use crate::limits::MAX_REGEX_NESTING;
use crate::regex::{Look, Regex, class_char};

/// Every character, with line ends and without.
const ANY: &str = "[\\s\\S]";
const DOT: &str = "[^\\n]";

/// The expression `text` with the flags `flags`, or why it cannot be used.
pub fn parse(text: &str, flags: &str) -> Result<Regex, String> {
    if let Some(flag) = flags.chars().find(|flag| !"imsux".contains(*flag)) {
        return Err(format!("the flag `{flag}` is not supported"));
    }
    let mut parser = Parser {
        rest: text,
        verbose: flags.contains('x'),
        dot_all: flags.contains('s'),
        depth: 0,
    };
    let regex = parser.choice()?;
    if !parser.rest.is_empty() {
        return Err("a `)` closes nothing".to_owned());
    }
    // Python's classes are of Unicode, as Rust's are.
    let kept: String = flags.chars().filter(|flag| "im".contains(*flag)).collect();
    Ok(with_flags(kept, regex))
}

fn with_flags(flags: String, regex: Regex) -> Regex {
    match flags.is_empty() {
        true => regex,
        false => Regex::Flags(flags, Box::new(regex)),
    }
}

struct Parser<'s> {
    rest: &'s str,
    verbose: bool,
    /// Whether `.` matches line ends, too.
    dot_all: bool,
    depth: usize,
}

impl<'s> Parser<'s> {
    fn peek(&self) -> Option<char> {
        self.rest.chars().next()
    }

    fn bump(&mut self) -> Option<char> {
        let c = self.peek()?;
        self.rest = &self.rest[c.len_utf8()..];
        Some(c)
    }

    fn eat(&mut self, text: &str) -> bool {
        let found = self.rest.strip_prefix(text);
        self.rest = found.unwrap_or(self.rest);
        found.is_some()
    }

    fn until(&mut self, end: char) -> Result<&'s str, String> {
        let Some((before, after)) = self.rest.split_once(end) else {
            return Err(format!("a `{end}` is missing"));
        };
        self.rest = after;
        Ok(before)
    }

    fn choice(&mut self) -> Result<Regex, String> {
        let mut parts = vec![self.sequence()?];
        while self.eat("|") {
            parts.push(self.sequence()?);
        }
        Ok(Regex::choice(parts))
    }

    fn sequence(&mut self) -> Result<Regex, String> {
        let mut parts = Vec::new();
        loop {
            if self.verbose {
                self.rest = self.rest.trim_start();
                if self.rest.starts_with('#') {
                    self.rest = self.rest.split_once('\n').map_or("", |(_, after)| after);
                    continue;
                }
            }
            let Some(c) = self.peek().filter(|c| !matches!(c, '|' | ')')) else {
                return Ok(Regex::sequence(parts));
            };
            if self.eat("(?#") {
                self.until(')')?;
                continue;
            }
            let Some(atom) = self.atom(c)? else { continue };
            parts.push(self.repeats(atom)?);
        }
    }

    fn repeats(&mut self, mut atom: Regex) -> Result<Regex, String> {
        loop {
            let (least, most) = match self.peek() {
                Some('*') => (0, None),
                Some('+') => (1, None),
                Some('?') => (0, Some(1)),
                Some('{') => match counts(self.rest) {
                    Some((least, most, length)) => {
                        self.rest = &self.rest[length - 1..];
                        (least, most)
                    }
                    // A bracket without counts is a character.
                    None => return Ok(atom),
                },
                _ => return Ok(atom),
            };
            self.bump();
            let lazy = self.eat("?");
            if !lazy && self.eat("+") {
                return Err("possessive repetitions such as `x*+` are not supported".to_owned());
            }
            atom = atom.repeat(least, most, lazy);
        }
    }

    fn atom(&mut self, first: char) -> Result<Option<Regex>, String> {
        match first {
            '(' => self.group(),
            '[' => self.class().map(Some),
            '\\' => self.escape().map(Some),
            '.' => {
                self.bump();
                Ok(Some(Regex::Class(if self.dot_all { ANY } else { DOT }.to_owned())))
            }
            '^' | '$' => {
                self.bump();
                Ok(Some(Regex::Look(Look::Position(first.to_string()))))
            }
            '*' | '+' | '?' => Err(format!("`{first}` repeats nothing")),
            c => {
                self.bump();
                Ok(Some(Regex::Char(c)))
            }
        }
    }

    fn group(&mut self) -> Result<Option<Regex>, String> {
        self.depth += 1;
        if self.depth > MAX_REGEX_NESTING {
            return Err(format!("groups are nested more than {MAX_REGEX_NESTING} deep"));
        }
        self.bump();
        let dot_all = self.dot_all;
        let mut flags = String::new();
        let mut look = None;
        if self.eat("?P<") {
            self.until('>')?;
        } else if self.eat("?<!") {
            look = Some(true);
        } else if self.eat("?<=") || self.eat("?=") || self.eat("?!") {
            look = Some(false);
        } else if self.eat("?P=") || self.eat("?(") || self.eat("?>") {
            return Err("references to groups and atomic groups are not supported".to_owned());
        } else if self.eat("?") {
            let written = self.rest.find([':', ')']).map(|end| &self.rest[..end]);
            let Some(written) = written.filter(|f| f.chars().all(|c| "imsux-".contains(c))) else {
                return Err("a group of an unknown kind".to_owned());
            };
            self.rest = &self.rest[written.len()..];
            flags = written.replace('u', "");
            let (on, off) = flags.split_once('-').unwrap_or((&flags, ""));
            self.dot_all = on.contains('s') || self.dot_all && !off.contains('s');
            flags = flags.replace('s', "").trim_end_matches('-').to_owned();
            if flags.contains('x') {
                return Err("the flag `x` is supported behind the expression only: /.../x".to_owned());
            }
            if self.eat(")") {
                // They hold for what follows, to the end of the group around.
                self.depth -= 1;
                let inside = self.choice()?;
                self.dot_all = dot_all;
                return Ok(Some(with_flags(flags, inside)));
            }
            self.bump();
        }
        let inside = self.choice()?;
        if !self.eat(")") {
            return Err("a `)` is missing".to_owned());
        }
        self.depth -= 1;
        self.dot_all = dot_all;
        Ok(Some(match look {
            Some(true) => Regex::Look(Look::NotBehind(Box::new(inside))),
            Some(false) => Regex::Look(Look::Other),
            None => with_flags(flags, inside),
        }))
    }

    /// Behind a backslash: a character, or a class as `\d`.
    fn escape(&mut self) -> Result<Regex, String> {
        self.bump();
        let Some(c) = self.peek() else {
            return Err("a backslash stands at the end".to_owned());
        };
        if let Some(character) = self.escaped_char()? {
            return Ok(Regex::Char(character));
        }
        self.bump();
        match c {
            'd' | 'D' | 's' | 'S' | 'w' | 'W' => Ok(Regex::Class(format!("\\{c}"))),
            'p' | 'P' => self.property(c).map(Regex::Class),
            'b' | 'B' | 'A' => Ok(Regex::Look(Look::Position(format!("\\{c}")))),
            'Z' => Ok(Regex::Look(Look::Position("\\z".to_owned()))),
            c if c.is_ascii_digit() => Err("references to groups are not supported".to_owned()),
            c => Err(format!("unknown escape `\\{c}`")),
        }
    }

    /// `\p{L}`, which the package regex has: Rust's syntax writes it the same.
    fn property(&mut self, kind: char) -> Result<String, String> {
        if !self.eat("{") {
            return Err(format!("`\\{kind}` needs a name in braces"));
        }
        let name = self.until('}')?;
        let property = format!("\\{kind}{{{name}}}");
        match regex_syntax::parse(&property) {
            Ok(_) => Ok(property),
            Err(_) => Err(format!("`{property}` is unknown")),
        }
    }

    /// The character that an escape stands for, behind its backslash; nothing is read of other escapes.
    fn escaped_char(&mut self) -> Result<Option<char>, String> {
        let Some(c) = self.peek() else { return Ok(None) };
        let simple = match c {
            'n' => '\n',
            't' => '\t',
            'r' => '\r',
            'f' => '\u{c}',
            'v' => '\u{b}',
            'a' => '\u{7}',
            '0' => '\0',
            'x' | 'u' | 'U' => {
                self.bump();
                let digits = match c {
                    'x' => 2,
                    'u' => 4,
                    _ => 8,
                };
                let code = self
                    .rest
                    .get(..digits)
                    .and_then(|code| u32::from_str_radix(code, 16).ok());
                let Some(character) = code.and_then(char::from_u32) else {
                    return Err(format!("`\\{c}` needs {digits} hexadecimal digits"));
                };
                self.rest = &self.rest[digits..];
                return Ok(Some(character));
            }
            c if !c.is_alphanumeric() => c,
            _ => return Ok(None),
        };
        self.bump();
        Ok(Some(simple))
    }

    /// `[...]`, in Rust's syntax, where `[` and `&&` in a class mean more than in Python's.
    fn class(&mut self) -> Result<Regex, String> {
        self.bump();
        let mut class = String::from("[");
        if self.eat("^") {
            class.push('^');
        }
        let mut first = true;
        loop {
            let Some(c) = self.peek() else {
                return Err("a `]` is missing".to_owned());
            };
            match c {
                ']' if !first => {
                    self.bump();
                    class.push(']');
                    return Ok(Regex::Class(class));
                }
                '\\' => {
                    self.bump();
                    match (self.escaped_char()?, self.peek()) {
                        (Some(character), _) => class.push_str(&class_char(character)),
                        (None, Some(kind @ ('d' | 'D' | 's' | 'S' | 'w' | 'W'))) => {
                            self.bump();
                            class.extend(['\\', kind]);
                        }
                        (None, Some(kind @ ('p' | 'P'))) => {
                            self.bump();
                            class.push_str(&self.property(kind)?);
                        }
                        (None, Some('b')) => {
                            self.bump();
                            class.push_str("\\x08");
                        }
                        _ => return Err("an unknown escape in a class".to_owned()),
                    }
                }
                // A range, unless it stands at an end.
                '-' if !first && !self.rest.starts_with("-]") && !class.ends_with('^') => {
                    self.bump();
                    class.push('-');
                }
                c => {
                    self.bump();
                    class.push_str(&class_char(c));
                }
            }
            first = false;
        }
    }
}

/// `{2}`, `{2,}`, `{,3}` or `{2,3}` at the beginning of `text`: the counts, and the length.
fn counts(text: &str) -> Option<(u32, Option<u32>, usize)> {
    let inside = text.strip_prefix('{')?;
    let end = inside.find('}')?;
    let inside = &inside[..end];
    let number = |text: &str| {
        text.parse::<u32>()
            .ok()
            .filter(|_| text.bytes().all(|b| b.is_ascii_digit()))
    };
    let (least, most) = match inside.split_once(',') {
        None => (number(inside)?, Some(number(inside)?)),
        Some(("", most)) => (0, Some(number(most)?)),
        Some((least, "")) => (number(least)?, None),
        Some((least, most)) => (number(least)?, Some(number(most)?)),
    };
    Some((least, most, end + 2))
}
