//! Random grammar files, and what they mean by definition: sets of strings, without any automaton.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::{self, Write as _};

use tdf_grammar::{Grammar, TokenId, TokenSort};

/// Where random decisions come from: a number below the argument, which is at least 1. Zero is always the choice that
/// leads to the least grammar, so that bytes of a fuzzer can run out.
pub type Choose<'c> = &'c mut dyn FnMut(usize) -> usize;

/// The texts of literals.
const LETTERS: [&str; 7] = ["a", "b", "c", "d", "e", "f", "x"];

/// Regular expressions over the letters, with their members.
const CLASSES: [(&str, &str); 5] = [
    ("[ab]", "ab"),
    ("[b-d]", "bcd"),
    ("c|f", "cf"),
    ("[d-f]", "def"),
    ("[xy]", "xy"),
];

/// Which texts of `x` and `y` are members.
type IsMember = fn(&str) -> bool;

/// Regular expressions with infinitely many members.
const OPEN: [(&str, IsMember); 3] = [
    ("[xy]+", |text| !text.is_empty()),
    ("xy*", |text| {
        text.strip_prefix('x').is_some_and(|rest| !rest.contains('x'))
    }),
    ("y[xy]*x", |text| {
        text.len() > 1 && text.starts_with('y') && text.ends_with('x')
    }),
];

/// A grammar file.
#[derive(Clone, Debug)]
pub struct Source {
    /// The first is public.
    pub rules: Vec<Rule>,
    macros: Vec<Macro>,
    /// Letters that a `match` block ranks above the regular expressions.
    reserved: Vec<usize>,
}

/// A rule `N0 = { ... };`.
#[derive(Clone, Debug)]
pub struct Rule {
    public: bool,
    inline: bool,
    alternatives: Vec<Alternative>,
    /// Whether the alternatives have levels of precedence.
    levels: bool,
}

/// `M0<T, Tag> = { ... };`: symbols where `T` stands for the first argument, and conditions on the second.
#[derive(Clone, Debug)]
struct Macro {
    alternatives: Vec<MacroAlternative>,
}

#[derive(Clone, Debug)]
struct MacroAlternative {
    symbols: Vec<Symbol>,
    /// Whether the tag has to be this one, or may not be.
    condition: Option<(bool, usize)>,
}

#[derive(Clone, Debug)]
struct Alternative {
    symbols: Vec<Symbol>,
    level: usize,
    side: Side,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Side {
    All,
    Left,
    Right,
    None,
}

/// A symbol of an alternative.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Symbol {
    Letter(usize),
    Class(usize),
    Open(usize),
    Rule(usize),
    /// A rule with precedence, from this level on. Not written: what such a rule becomes.
    Level(usize, usize),
    Repeated(Box<Symbol>, char),
    Group(Vec<Symbol>),
    Macro(usize, Box<Symbol>, usize),
    /// The parameter of a macro.
    Parameter,
}

impl Source {
    /// A grammar of a few rules. Many are refused by the reader, and of the others many have conflicts.
    pub fn random(choose: Choose<'_>) -> Self {
        let rules = 1 + choose(4);
        let macros = if choose(3) == 1 { 1 + choose(2) } else { 0 };
        let mut writer = Writer { choose, rules, macros };
        let macros = (0..macros).map(|_| writer.macro_rule()).collect();
        let rules = (0..rules).map(|index| writer.rule(index)).collect();
        let reserved = match (writer.choose)(6) {
            1 => vec![(writer.choose)(LETTERS.len())],
            2 => vec![(writer.choose)(3), 3 + (writer.choose)(4)],
            _ => Vec::new(),
        };
        Self {
            rules,
            macros,
            reserved,
        }
    }

    /// All programs of at most `length` tokens of each rule, by the meaning of the notation, as [`spelled`] writes them.
    /// `None` if there are more than `most` of one rule, or of a part of one.
    pub fn strings(&self, length: usize, most: usize) -> Option<Vec<BTreeSet<String>>> {
        let mut meaning = Meaning {
            source: self,
            length,
            most,
            overflow: false,
            used: self.used(),
            known: BTreeMap::new(),
        };
        for rule in 0..self.rules.len() {
            meaning.known.insert(Symbol::Rule(rule), BTreeSet::new());
        }
        loop {
            let keys: Vec<Symbol> = meaning.known.keys().cloned().collect();
            let before = meaning.extent();
            for key in keys {
                let strings = meaning.defined(&key);
                if strings.len() > most || meaning.overflow {
                    return None;
                }
                meaning.known.insert(key, strings);
            }
            if meaning.extent() == before {
                let rules = 0..self.rules.len();
                return Some(rules.map(|rule| meaning.known[&Symbol::Rule(rule)].clone()).collect());
            }
        }
    }

    /// The alternatives of a rule, of a level, or of a use of a macro.
    fn alternatives(&self, key: &Symbol) -> Vec<Vec<Symbol>> {
        match key {
            Symbol::Rule(rule) if !self.rules[*rule].levels => {
                let alternatives = self.rules[*rule].alternatives.iter();
                alternatives.map(|a| a.symbols.clone()).collect()
            }
            // The loosest level stands for the rule.
            Symbol::Rule(rule) => {
                let last = self.rules[*rule].alternatives.iter().map(|a| a.level).max();
                vec![vec![Symbol::Level(*rule, last.unwrap_or(0))]]
            }
            Symbol::Level(rule, level) => {
                let all = &self.rules[*rule].alternatives;
                let tighter = all.iter().map(|a| a.level).filter(|l| l < level).max();
                let own = all.iter().filter(|a| a.level == *level);
                let mut alternatives: Vec<Vec<Symbol>> = own.map(|a| levelled(a, *rule, tighter)).collect();
                alternatives.extend(tighter.map(|tighter| vec![Symbol::Level(*rule, tighter)]));
                alternatives
            }
            Symbol::Macro(name, argument, tag) => {
                let kept = self.macros[*name]
                    .alternatives
                    .iter()
                    .filter(|a| a.condition.is_none_or(|(equal, other)| (other == *tag) == equal));
                kept.map(|a| a.symbols.iter().map(|s| substituted(s, argument)).collect())
                    .collect()
            }
            _ => Vec::new(),
        }
    }

    /// All symbols that rules lead to. As with LALRPOP, words are reserved also by rules that are not used.
    fn used(&self) -> BTreeSet<Symbol> {
        let mut open: Vec<Symbol> = (0..self.rules.len()).map(Symbol::Rule).collect();
        let mut used = BTreeSet::new();
        while let Some(symbol) = open.pop() {
            if !used.insert(symbol.clone()) {
                continue;
            }
            match &symbol {
                Symbol::Repeated(inner, _) => open.push((**inner).clone()),
                Symbol::Group(symbols) => open.extend(symbols.iter().cloned()),
                key => open.extend(self.alternatives(key).concat()),
            }
        }
        used
    }
}

/// Tokens as text that tells them apart: the characters of a member that is spelled as capitals, and `'` for its end.
pub fn spelled(grammar: &Grammar, tokens: &[TokenId]) -> String {
    let token = |token: &TokenId| {
        let token = &grammar.tokens[token.index()];
        match token.sort {
            TokenSort::Word => token.text.clone(),
            TokenSort::Character => token.text.to_uppercase(),
            TokenSort::End => "'".to_owned(),
        }
    };
    tokens.iter().map(token).collect()
}

/// Makes random parts.
struct Writer<'c> {
    choose: Choose<'c>,
    rules: usize,
    macros: usize,
}

impl Writer<'_> {
    fn choose(&mut self, end: usize) -> usize {
        (self.choose)(end)
    }

    fn rule(&mut self, index: usize) -> Rule {
        let levels = self.choose(6) == 1;
        let mut alternatives = Vec::new();
        let first = self.choose(LETTERS.len());
        for n in 0..=self.choose(4) {
            alternatives.push(if levels {
                self.operator(index, n)
            } else if n == 0 && self.choose(3) != 2 {
                // A way out: without one a rule has no programs.
                plain(vec![Symbol::Letter(first)])
            } else {
                self.alternative((first + n) % LETTERS.len())
            });
        }
        alternatives.sort_by_key(|a| a.level);
        Rule {
            public: index == 0 || self.choose(2) == 0,
            inline: self.choose(8) == 1,
            alternatives,
            levels,
        }
    }

    fn alternative(&mut self, letter: usize) -> Alternative {
        let count = self.choose(4);
        let mut symbols: Vec<Symbol> = (0..count).map(|_| self.symbol(2)).collect();
        // Without letters that tell alternatives apart nearly all grammars have conflicts.
        if self.choose(4) != 3 {
            symbols.insert(0, Symbol::Letter(letter));
        }
        if self.choose(3) == 1 {
            symbols.push(Symbol::Letter(self.choose(LETTERS.len())));
        }
        plain(symbols)
    }

    /// Alternatives of a rule with levels: atoms, then operators.
    fn operator(&mut self, rule: usize, n: usize) -> Alternative {
        if n == 0 {
            return plain(vec![Symbol::Letter(self.choose(LETTERS.len()))]);
        }
        let own = || Symbol::Rule(rule);
        let sign = Symbol::Letter(self.choose(LETTERS.len()));
        let symbols = match self.choose(6) {
            0 => vec![own(), sign, own()],
            1 => vec![sign, own()],
            2 => vec![own(), sign],
            3 => vec![own(), sign, own(), Symbol::Letter(self.choose(LETTERS.len())), own()],
            4 => vec![sign, self.symbol(1), own()],
            _ => vec![own(), Symbol::Group(vec![sign, own()])],
        };
        let level = self.choose(3);
        // The tightest level cannot associate.
        let side = match self.choose(4) {
            1 if level > 0 => Side::Left,
            2 if level > 0 => Side::Right,
            3 if level > 0 => Side::None,
            _ => Side::All,
        };
        Alternative { symbols, level, side }
    }

    fn macro_rule(&mut self) -> Macro {
        let mut alternatives = Vec::new();
        for _ in 0..=self.choose(3) {
            let mut symbols = Vec::new();
            for _ in 0..self.choose(3) {
                symbols.push(match self.choose(2) {
                    0 => Symbol::Letter(self.choose(LETTERS.len())),
                    _ => Symbol::Parameter,
                });
            }
            symbols.push(Symbol::Letter(self.choose(LETTERS.len())));
            let condition = match self.choose(4) {
                1 => Some((true, self.choose(2))),
                2 => Some((false, self.choose(2))),
                _ => None,
            };
            alternatives.push(MacroAlternative { symbols, condition });
        }
        Macro { alternatives }
    }

    fn symbol(&mut self, depth: usize) -> Symbol {
        match self.choose(if depth > 0 { 10 } else { 5 }) {
            0 | 1 => Symbol::Letter(self.choose(LETTERS.len())),
            2 => match self.choose(CLASSES.len() + OPEN.len()) {
                n if n < CLASSES.len() => Symbol::Class(n),
                n => Symbol::Open(n - CLASSES.len()),
            },
            3 | 4 => Symbol::Rule(self.choose(self.rules)),
            5..=7 => {
                let operator = ['?', '*', '+'][self.choose(3)];
                // What is repeated may rarely be empty.
                let inside = if self.choose(4) == 1 { depth - 1 } else { 0 };
                let inner = self.symbol(inside);
                Symbol::Repeated(Box::new(inner), operator)
            }
            8 => {
                let count = 1 + self.choose(3);
                Symbol::Group((0..count).map(|_| self.symbol(depth - 1)).collect())
            }
            _ if self.macros > 0 => {
                let name = self.choose(self.macros);
                Symbol::Macro(name, Box::new(self.symbol(0)), self.choose(2))
            }
            _ => Symbol::Rule(self.choose(self.rules)),
        }
    }
}

fn plain(symbols: Vec<Symbol>) -> Alternative {
    Alternative {
        symbols,
        level: 0,
        side: Side::All,
    }
}

/// The least sets of strings that fit all definitions.
struct Meaning<'s> {
    source: &'s Source,
    length: usize,
    most: usize,
    /// Whether some set grew beyond `most`, and was given up.
    overflow: bool,
    used: BTreeSet<Symbol>,
    /// Of rules, of rules from a level on, and of uses of macros.
    known: BTreeMap<Symbol, BTreeSet<String>>,
}

impl Meaning<'_> {
    /// Grows with each step that changes anything: the number of definitions, and that of their strings.
    fn extent(&self) -> (usize, usize) {
        (self.known.len(), self.known.values().map(BTreeSet::len).sum())
    }

    /// One step of the definition of `key`.
    fn defined(&mut self, key: &Symbol) -> BTreeSet<String> {
        let alternatives = self.source.alternatives(key);
        alternatives.iter().flat_map(|symbols| self.sequence(symbols)).collect()
    }

    fn sequence(&mut self, symbols: &[Symbol]) -> BTreeSet<String> {
        let mut strings = BTreeSet::from([String::new()]);
        for symbol in symbols {
            let next = self.symbol(symbol);
            strings = self.joined(&strings, &next);
        }
        strings
    }

    fn joined(&mut self, left: &BTreeSet<String>, right: &BTreeSet<String>) -> BTreeSet<String> {
        if left.len() > self.most || right.len() > self.most {
            self.overflow = true;
            return BTreeSet::new();
        }
        let pairs = left.iter().flat_map(|l| right.iter().map(move |r| (l, r)));
        let length = self.length;
        let short = pairs.filter(|(l, r)| l.len() + r.len() <= length);
        short.map(|(l, r)| format!("{l}{r}")).collect()
    }

    /// Whether a literal, or an earlier branch of `match`, has this text.
    fn is_taken(&self, text: &str, by_literals: bool) -> bool {
        let letter = LETTERS.iter().position(|letter| *letter == text);
        letter.is_some_and(|letter| {
            self.source.reserved.contains(&letter) || by_literals && self.used.contains(&Symbol::Letter(letter))
        })
    }

    /// The members of an open terminal that fit, without their ends.
    fn members(&self, open: usize) -> Vec<String> {
        let mut all = vec![String::new()];
        for length in 1..self.length {
            let longest: Vec<String> = all.iter().filter(|t| t.len() + 1 == length).cloned().collect();
            all.extend(longest.iter().flat_map(|t| [format!("{t}x"), format!("{t}y")]));
        }
        all.retain(|text| OPEN[open].1(text) && !self.is_taken(text, true));
        all
    }

    /// The members of a class. One that shares members with an open terminal is spelled as well, and gives up those that
    /// are literals.
    fn class(&self, class: usize) -> BTreeSet<String> {
        let mut members: Vec<String> = CLASSES[class].1.chars().map(String::from).collect();
        members.retain(|text| !self.is_taken(text, false));
        let opens: Vec<usize> = (0..OPEN.len())
            .filter(|&o| self.used.contains(&Symbol::Open(o)))
            .collect();
        let shares = |text: &String| "xy".contains(text.as_str()) && opens.iter().any(|&open| OPEN[open].1(text));
        if members.iter().any(shares) {
            members.retain(|text| !self.is_taken(text, true));
            return members
                .iter()
                .map(|m| end(m))
                .filter(|m| m.len() <= self.length)
                .collect();
        }
        members.into_iter().filter(|_| self.length > 0).collect()
    }

    fn symbol(&mut self, symbol: &Symbol) -> BTreeSet<String> {
        match symbol {
            Symbol::Letter(letter) if self.length > 0 => BTreeSet::from([LETTERS[*letter].to_owned()]),
            Symbol::Letter(_) | Symbol::Parameter => BTreeSet::new(),
            Symbol::Class(class) => self.class(*class),
            Symbol::Open(open) => self.members(*open).iter().map(|m| end(m)).collect(),
            Symbol::Rule(_) | Symbol::Level(..) | Symbol::Macro(..) => {
                self.known.entry(symbol.clone()).or_default().clone()
            }
            Symbol::Group(symbols) => self.sequence(symbols),
            Symbol::Repeated(inner, operator) => {
                let one = self.symbol(inner);
                let mut strings = one.clone();
                if *operator != '+' {
                    strings.insert(String::new());
                }
                loop {
                    let mut longer = self.joined(&strings, &one);
                    longer.extend(strings.iter().cloned());
                    if *operator == '?' || longer.len() == strings.len() {
                        break;
                    }
                    strings = longer;
                }
                strings
            }
        }
    }
}

fn end(member: &str) -> String {
    member.to_uppercase() + "'"
}

/// What stands for the rule's own name in an alternative with a level: on the side of its associativity its own level,
/// elsewhere the next tighter one.
fn levelled(alternative: &Alternative, rule: usize, tighter: Option<usize>) -> Vec<Symbol> {
    let count = alternative.symbols.iter().map(|s| occurrences(s, rule)).sum::<usize>();
    let mut seen = 0;
    let mut replace = |symbol: &Symbol| {
        replaced(symbol, rule, &mut || {
            seen += 1;
            let own = match alternative.side {
                Side::All => true,
                Side::Left => seen == 1,
                Side::Right => seen == count,
                Side::None => false,
            };
            match tighter {
                Some(tighter) if !own => Symbol::Level(rule, tighter),
                _ => Symbol::Level(rule, alternative.level),
            }
        })
    };
    alternative.symbols.iter().map(&mut replace).collect()
}

fn occurrences(symbol: &Symbol, rule: usize) -> usize {
    let mut count = 0;
    replaced(symbol, rule, &mut || {
        count += 1;
        Symbol::Rule(rule)
    });
    count
}

fn replaced(symbol: &Symbol, rule: usize, with: &mut impl FnMut() -> Symbol) -> Symbol {
    match symbol {
        Symbol::Rule(r) if *r == rule => with(),
        Symbol::Repeated(inner, operator) => Symbol::Repeated(Box::new(replaced(inner, rule, with)), *operator),
        Symbol::Group(symbols) => Symbol::Group(symbols.iter().map(|s| replaced(s, rule, with)).collect()),
        Symbol::Macro(name, argument, tag) => Symbol::Macro(*name, Box::new(replaced(argument, rule, with)), *tag),
        other => other.clone(),
    }
}

fn substituted(symbol: &Symbol, argument: &Symbol) -> Symbol {
    match symbol {
        Symbol::Parameter => argument.clone(),
        other => other.clone(),
    }
}

// ---- as text

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
