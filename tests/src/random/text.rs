//! Grammar files as text.

use std::fmt::{self, Write as _};

use super::{CLASSES, LETTERS, MacroAlternative, OPEN, Side, Source, Symbol};

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "grammar;")?;
        if !self.reserved.is_empty() {
            let letters: Vec<String> = self.reserved.iter().map(|&r| format!("{:?}", LETTERS[r])).collect();
            writeln!(f, "match {{ {} }} else {{ _ }}", letters.join(", "))?;
        }
        let mut label = 0;
        for (index, rule) in self.rules.iter().enumerate() {
            if rule.inline && !rule.public {
                f.write_str("#[inline] ")?;
            }
            writeln!(f, "{}N{index} = {{", if rule.public { "pub " } else { "" })?;
            let mut level = None;
            for alternative in &rule.alternatives {
                f.write_str("    ")?;
                if rule.levels && (level != Some(alternative.level) || alternative.side != Side::All) {
                    // An associativity holds for the alternatives behind it, too, until the next level.
                    write!(f, "#[precedence(level=\"{}\")] ", alternative.level)?;
                    level = (alternative.side == Side::All).then_some(alternative.level);
                }
                let side = match alternative.side {
                    Side::All => "",
                    Side::Left => "#[assoc(side=\"left\")] ",
                    Side::Right => "#[assoc(side=\"right\")] ",
                    Side::None => "#[assoc(side=\"none\")] ",
                };
                f.write_str(side)?;
                write_symbols(f, &alternative.symbols, label)?;
                writeln!(f, " => P{label},")?;
                label += 1;
            }
            writeln!(f, "}};")?;
        }
        for (index, rule) in self.macros.iter().enumerate() {
            writeln!(f, "M{index}<T, Tag> = {{")?;
            for MacroAlternative { symbols, condition } in &rule.alternatives {
                f.write_str("    ")?;
                write_symbols(f, symbols, label)?;
                if let Some((equal, tag)) = condition {
                    write!(f, " if Tag {} \"t{tag}\"", if *equal { "==" } else { "!=" })?;
                }
                writeln!(f, " => P{label},")?;
                label += 1;
            }
            writeln!(f, "}};")?;
        }
        Ok(())
    }
}

/// Every third alternative names its symbols, every other third chooses them.
fn write_symbols(f: &mut fmt::Formatter<'_>, symbols: &[Symbol], style: usize) -> fmt::Result {
    for (i, symbol) in symbols.iter().enumerate() {
        if i > 0 {
            f.write_str(" ")?;
        }
        match (style % 3, symbol) {
            (_, Symbol::Letter(_)) | (0, _) => write!(f, "{symbol}")?,
            (1, _) => write!(f, "<{symbol}>")?,
            _ => write!(f, "<f{i}:{symbol}>")?,
        }
    }
    if symbols.is_empty() {
        f.write_str("()")?;
    }
    Ok(())
}

impl fmt::Display for Symbol {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Letter(letter) => write!(f, "{:?}", LETTERS[*letter]),
            Self::Class(class) => write!(f, "r\"{}\"", CLASSES[*class].0),
            Self::Open(open) => write!(f, "r\"{}\"", OPEN[*open].0),
            Self::Rule(rule) | Self::Level(rule, _) => write!(f, "N{rule}"),
            // A repetition of a repetition needs brackets.
            Self::Repeated(inner, operator) if matches!(**inner, Self::Repeated(..)) => {
                write!(f, "({inner}){operator}")
            }
            Self::Repeated(inner, operator) => write!(f, "{inner}{operator}"),
            Self::Group(symbols) => {
                let symbols: Vec<String> = symbols.iter().map(Self::to_string).collect();
                write!(f, "({})", symbols.join(" "))
            }
            Self::Macro(name, argument, tag) => write!(f, "M{name}<{argument}, \"t{tag}\">"),
            Self::Parameter => f.write_char('T'),
        }
    }
}
