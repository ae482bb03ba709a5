//! What grammar files mean, by the definition of the notation.

use std::collections::{BTreeMap, BTreeSet};

use super::{Alternative, CLASSES, LETTERS, OPEN, Side, Source, Symbol};

impl Source {
    /// All programs of at most `length` tokens of each rule, by the meaning of the notation, as [`super::open`] writes them.
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

    /// Whether a literal has this text, of a rule or of an earlier branch of `match`.
    fn is_taken(&self, text: &str) -> bool {
        let letter = LETTERS.iter().position(|letter| *letter == text);
        letter
            .is_some_and(|letter| self.source.reserved.contains(&letter) || self.used.contains(&Symbol::Letter(letter)))
    }

    /// Whether a class that is read in any case has this letter. It wins over other regular expressions.
    fn is_word(&self, text: &str) -> bool {
        let mut classes = (0..CLASSES.len()).filter(|class| is_any_case(*class));
        classes.any(|class| CLASSES[class].1.contains(text) && self.used.contains(&Symbol::Class(class)))
    }

    /// The members of an open terminal that fit, without their ends.
    fn members(&self, open: usize) -> Vec<String> {
        let mut all = vec![String::new()];
        for length in 1..self.length {
            let longest: Vec<String> = all.iter().filter(|t| t.len() + 1 == length).cloned().collect();
            all.extend(longest.iter().flat_map(|t| [format!("{t}x"), format!("{t}y")]));
        }
        all.retain(|text| OPEN[open].1(text) && !self.is_taken(text) && !self.is_word(text));
        all
    }

    /// The members of a class that are no literals. A class that shares members with an open terminal is open as well.
    fn class(&self, class: usize) -> BTreeSet<String> {
        let mut members: Vec<String> = CLASSES[class].1.chars().map(String::from).collect();
        if is_any_case(class) {
            // A letter that a literal wins is written as a capital.
            let form = |text: String| {
                if self.is_taken(&text) {
                    text.to_uppercase()
                } else {
                    text
                }
            };
            return members
                .into_iter()
                .map(form)
                .filter(|m| m.len() <= self.length)
                .collect();
        }
        members.retain(|text| !self.is_taken(text) && !self.is_word(text));
        let opens: Vec<usize> = (0..OPEN.len())
            .filter(|&o| self.used.contains(&Symbol::Open(o)))
            .collect();
        let shares = |text: &String| "xy".contains(text.as_str()) && opens.iter().any(|&open| OPEN[open].1(text));
        if members.iter().any(shares) {
            members = members.iter().map(|m| end(m)).collect();
        }
        members.into_iter().filter(|m| m.len() <= self.length).collect()
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

fn is_any_case(class: usize) -> bool {
    CLASSES[class].0.starts_with("(?i)")
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
