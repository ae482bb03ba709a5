//! From the table `scope` of a `.toml` to [`Rules`], with a finding for each mistake.

use std::ops::Range;

use tdf_grammar::{
    Alternative, AlternativeId, Diagnostic, Grammar, Label, NonterminalId, NonterminalKind, TerminalId, TerminalText,
    nearest_name,
};

use super::rules::{Binding, Kind, Rules, children};
use super::text::{BinderTable, ScopeTable, Word};

/// An alternative with names, and where the file speaks of it.
pub(crate) struct Use {
    pub(crate) alternative: AlternativeId,
    pub(crate) name: String,
    pub(crate) span: Range<usize>,
    /// Whether it binds names.
    pub(crate) binds: bool,
}

/// The rules that `tables` state for `grammar`, and the alternatives that they are about.
pub(crate) fn resolve(grammar: &Grammar, tables: &[ScopeTable]) -> Result<(Rules, Vec<Use>), Vec<Diagnostic>> {
    let mut resolver = Resolver {
        grammar,
        rules: Rules {
            kinds: Vec::new(),
            bindings: vec![Vec::new(); grammar.alternatives.len()],
            closes: vec![false; grammar.alternatives.len()],
            exports: Vec::new(),
            holds: Vec::new(),
        },
        uses: Vec::new(),
        findings: Vec::new(),
    };
    let mut known = Vec::new();
    for table in tables {
        resolver.blocks(table);
        if let Some(kind) = resolver.kind(table) {
            resolver.rules.kinds.push(kind);
            known.push(table);
        }
    }
    let carriers: Vec<Vec<bool>> = resolver.rules.kinds.iter().map(|k| carriers(grammar, k)).collect();
    for (kind, table) in known.iter().enumerate() {
        for binder in &table.binders {
            resolver.binder(kind, binder, &carriers[kind]);
        }
    }
    if !resolver.findings.is_empty() {
        return Err(resolver.findings);
    }
    resolver.rules.complete(grammar);
    for (kind, table) in known.iter().enumerate() {
        resolver.references(kind, table, &carriers[kind]);
        for binder in &table.binders {
            resolver.reach(kind, binder);
        }
    }
    match resolver.findings.is_empty() {
        true => Ok((resolver.rules, resolver.uses)),
        false => Err(resolver.findings),
    }
}

struct Resolver<'g> {
    grammar: &'g Grammar,
    rules: Rules,
    uses: Vec<Use>,
    findings: Vec<Diagnostic>,
}

impl Resolver<'_> {
    fn find(&mut self, span: Range<usize>, message: String, help: Option<String>) {
        let mut finding = Diagnostic::new(span, message);
        finding.help = help;
        self.findings.push(finding);
    }

    fn kind(&mut self, table: &ScopeTable) -> Option<Kind> {
        let names = &table.names;
        let terminal = self.names(names)?;
        let of = &self.grammar.terminals[terminal.index()];
        if of.open.is_some() || of.tokens.is_empty() {
            let message = format!("`{}` has too many members to be names: {}", names.text, of.text);
            let help = "names are the members of a terminal with few of them, such as r\"[a-h]\" or r\"x[0-7]\"";
            self.find(names.span.clone(), message, Some(help.to_owned()));
            return None;
        }
        let members = of.tokens.clone();
        let shared = |kind: &&Kind| kind.members.iter().any(|token| members.contains(token));
        if let Some(other) = self.rules.kinds.iter().find(shared) {
            let message = format!("`{}` and `{}` have members in common", names.text, other.name);
            let help = "names of two kinds are told apart by their texts, such as r\"[a-h]\" and r\"f[0-3]\"";
            self.find(names.span.clone(), message, Some(help.to_owned()));
            return None;
        }
        let count = members.len() as u32;
        let most = format!("`{}` has {}", names.text, counted(count, "member"));
        let levels = match &table.levels {
            Some(levels) if levels.value > count || levels.value == 0 => {
                let message = format!("{} names cannot be in scope at once: {most}", levels.value);
                self.find(levels.span.clone(), message, None);
                count
            }
            Some(levels) => levels.value,
            None => count,
        };
        let inputs = match &table.inputs {
            Some(inputs) if inputs.value > levels => {
                let most = match levels == count {
                    true => most,
                    false => format!("`levels` is {levels}"),
                };
                let message = format!("{} names cannot be in scope from the start: {most}", inputs.value);
                self.find(inputs.span.clone(), message, None);
                0
            }
            Some(inputs) => inputs.value,
            None => 0,
        };
        Some(Kind {
            name: names.text.clone(),
            terminal,
            members,
            inputs,
            levels,
        })
    }

    /// The terminal that `names` means: a rule that is one, or the terminal itself.
    fn names(&mut self, names: &Word) -> Option<TerminalId> {
        let grammar = self.grammar;
        if let Some(n) = rule(grammar, &names.text) {
            let alternatives = alternatives_of(grammar, n);
            return match alternatives {
                [
                    Alternative {
                        leaf: Some(terminal), ..
                    },
                ] => Some(*terminal),
                _ => {
                    let message = format!("the rule `{}` is more than one terminal", names.text);
                    let help = "names are the members of one terminal, such as r\"[a-h]\"";
                    self.find(names.span.clone(), message, Some(help.to_owned()));
                    None
                }
            };
        }
        let written = |text: &TerminalText| match text {
            TerminalText::Literal(literal) => *literal == names.text,
            TerminalText::Regex(regex) => *regex == names.text || text.to_string() == names.text,
        };
        let terminal = grammar.terminals.iter().position(|t| written(&t.text));
        if terminal.is_none() {
            let rules = rules(grammar).map(|n| n.name.as_str());
            let help = nearest(&names.text, rules);
            let message = format!("the grammar has no rule or terminal `{}`", names.text);
            self.find(names.span.clone(), message, help);
        }
        terminal.map(TerminalId::new)
    }

    fn blocks(&mut self, table: &ScopeTable) {
        for block in &table.blocks {
            let of_rule =
                rule(self.grammar, &block.text).map(|n| self.grammar.nonterminals[n.index()].alternatives.clone());
            let closed = match of_rule {
                Some(alternatives) => Some(alternatives),
                None => self.alternative(block).map(|a| a.0..a.0 + 1),
            };
            for alternative in closed.into_iter().flatten() {
                self.rules.closes[alternative as usize] = true;
            }
        }
    }

    /// The alternative that `word` names by its label (`Let`), or by rule and label (`Expr::Let`).
    fn alternative(&mut self, word: &Word) -> Option<AlternativeId> {
        let mut known = Vec::new();
        let mut found = Vec::new();
        for (id, alternative) in self.grammar.alternatives.iter().enumerate() {
            let of = &self.grammar.nonterminals[alternative.nonterminal.index()];
            let Label::Variant(label) = &alternative.label else {
                continue;
            };
            if of.kind != NonterminalKind::Rule {
                continue;
            }
            let long = format!("{}::{label}", of.name);
            let only = of.alternatives.len() == 1 && of.name == word.text;
            if *label == word.text || long == word.text || only {
                found.push((AlternativeId::new(id), long));
            }
            known.push(label.clone());
        }
        match &found[..] {
            [(id, _)] => Some(*id),
            [] => {
                let help = nearest(&word.text, known.iter().map(String::as_str));
                let message = format!("the grammar has no alternative `{}`", word.text);
                self.find(word.span.clone(), message, help);
                None
            }
            several => {
                let names: Vec<&str> = several.iter().map(|(_, name)| name.as_str()).collect();
                let message = format!("several alternatives are called `{}`", word.text);
                let help = format!("write {}", crate::print::list(&names, "or", 8));
                self.find(word.span.clone(), message, Some(help));
                None
            }
        }
    }

    /// The position of the field `word` of an alternative.
    fn field(&mut self, of: AlternativeId, label: &str, word: &Word) -> Option<usize> {
        let fields = &self.grammar.alternatives[of.index()].fields;
        let name = |(at, field): (usize, &tdf_grammar::Field)| field.name.clone().unwrap_or_else(|| at.to_string());
        let names: Vec<String> = fields.iter().enumerate().map(name).collect();
        if let Some(at) = names.iter().position(|name| *name == word.text) {
            return Some(fields[at].position as usize);
        }
        let message = format!("`{label}` has no field `{}`", word.text);
        let all = crate::print::list(&names, "and", 12);
        let help =
            nearest(&word.text, names.iter().map(String::as_str)).unwrap_or_else(|| format!("its fields are {all}"));
        self.find(word.span.clone(), message, Some(help));
        None
    }

    fn binder(&mut self, kind: usize, binder: &BinderTable, carriers: &[bool]) {
        let label = &binder.alternative.text;
        let Some(alternative) = self.alternative(&binder.alternative) else {
            return;
        };
        if self.rules.binding(alternative, kind).is_some() {
            let message = format!("`{label}` stands twice among the binders");
            let help = "a binder of several names lists them: name = [\"first\", \"second\"]";
            self.find(binder.alternative.span.clone(), message, Some(help.to_owned()));
            return;
        }
        let (mut names, mut bodies) = (Vec::new(), Vec::new());
        let of = &self.grammar.alternatives[alternative.index()];
        let child = |at: usize| children(self.grammar, of).find(|(p, _)| *p == at).map(|(_, n)| n);
        for word in &binder.names {
            let Some(at) = self.field(alternative, label, word) else {
                continue;
            };
            match child(at) {
                Some(n) if carriers[n.index()] => names.push(at),
                _ => {
                    let terminal = &self.rules.kinds[kind].name;
                    let message = format!("the field `{}` of `{label}` is no name of `{terminal}`", word.text);
                    self.find(word.span.clone(), message, None);
                }
            }
        }
        for word in &binder.bodies {
            let Some(at) = self.field(alternative, label, word) else {
                continue;
            };
            if names.contains(&at) {
                let message = format!("the field `{}` of `{label}` cannot be a name and a body", word.text);
                self.find(word.span.clone(), message, None);
            } else if names.iter().any(|name| *name > at) {
                let message = format!("the field `{}` of `{label}` stands before the name", word.text);
                let help = "programs are written from left to right: a name is bound before it is in scope";
                self.find(word.span.clone(), message, Some(help.to_owned()));
            }
            bodies.push(at);
        }
        names.sort_unstable();
        names.dedup();
        bodies.sort_unstable();
        bodies.dedup();
        self.uses.push(Use {
            alternative,
            name: label.clone(),
            span: binder.alternative.span.clone(),
            binds: true,
        });
        self.rules.bindings[alternative.index()].push(Binding {
            kind,
            names,
            bodies,
            rest: binder.rest,
        });
    }

    /// What can only be told once it is known where names can stand.
    fn reach(&mut self, kind: usize, binder: &BinderTable) {
        let label = &binder.alternative.text;
        let Some(alternative) = self.alternative(&binder.alternative) else {
            return;
        };
        let Some(binding) = self.rules.binding(alternative, kind).cloned() else {
            return;
        };
        let of = &self.grammar.alternatives[alternative.index()];
        for (at, child) in children(self.grammar, of) {
            let name = field_name(of, at);
            if binding.bodies.contains(&at) {
                if !self.rules.holds[kind][child.index()] {
                    let names = &self.rules.kinds[kind].name;
                    let message = format!("no name of `{names}` can stand in the field `{name}` of `{label}`");
                    let word = binder.bodies.iter().find(|word| word.text == name);
                    let span = word.map_or_else(|| binder.span.clone(), |word| word.span.clone());
                    self.find(span, message, None);
                }
            } else if !binding.names.contains(&at) && self.rules.exports[kind][child.index()] {
                let message =
                    format!("the field `{name}` of the binder `{label}` binds names for what follows it, too");
                let help = "name the rule in `blocks` in which these names end, or the field as a `body`";
                self.find(binder.alternative.span.clone(), message, Some(help.to_owned()));
            }
        }
    }

    /// Compares the alternatives that hold names with those that may.
    fn references(&mut self, kind: usize, table: &ScopeTable, carriers: &[bool]) {
        let grammar = self.grammar;
        let terminal = self.rules.kinds[kind].terminal;
        // Without a list all may.
        let mut everywhere = table.references.is_none();
        let mut allowed: Vec<Option<&Word>> = vec![None; grammar.alternatives.len()];
        for word in table.references.iter().flatten() {
            if rule(grammar, &word.text).is_some_and(|n| carriers[n.index()]) {
                everywhere = true;
                continue;
            }
            let Some(alternative) = self.alternative(word) else {
                continue;
            };
            allowed[alternative.index()] = Some(word);
            if self.positions(alternative, kind, terminal, carriers).is_empty() {
                let message = format!("`{}` has no name of `{}` to refer to", word.text, table.names.text);
                let help = "list the alternatives that hold a name which they do not bind";
                self.find(word.span.clone(), message, Some(help.to_owned()));
            }
        }
        for alternative in (0..grammar.alternatives.len()).map(AlternativeId::new) {
            if self.positions(alternative, kind, terminal, carriers).is_empty() {
                continue;
            }
            let of = &grammar.alternatives[alternative.index()];
            let rule = &grammar.nonterminals[of.nonterminal.index()].name;
            let name = match &of.label {
                Label::Variant(label) => label.clone(),
                Label::Transparent | Label::Unnamed => rule.clone(),
            };
            let listed = allowed[alternative.index()];
            if !everywhere && listed.is_none() {
                let message = format!("`{name}` of `{rule}` holds a name, but neither binds nor refers");
                let help = format!("add \"{name}\" to `references`, or to `binders`");
                self.find(table.names.span.clone(), message, Some(help));
                continue;
            }
            self.uses.push(Use {
                alternative,
                name,
                span: listed.map_or_else(|| table.names.span.clone(), |word| word.span.clone()),
                binds: false,
            });
        }
    }

    /// Positions of names of `kind` in an alternative that it does not bind.
    fn positions(&self, id: AlternativeId, kind: usize, terminal: TerminalId, carriers: &[bool]) -> Vec<usize> {
        let of = &self.grammar.alternatives[id.index()];
        if carriers[of.nonterminal.index()] {
            return Vec::new();
        }
        if of.leaf == Some(terminal) {
            return vec![0];
        }
        let bound = self.rules.binding(id, kind).map_or(&[][..], |b| &b.names);
        let named = children(self.grammar, of).filter(|(at, child)| carriers[child.index()] && !bound.contains(at));
        named.map(|(at, _)| at).collect()
    }
}

/// Nonterminals that are a name of `kind`, or a repetition or choice of it.
fn carriers(grammar: &Grammar, kind: &Kind) -> Vec<bool> {
    let mut carriers = vec![false; grammar.nonterminals.len()];
    loop {
        let before = carriers.clone();
        for (id, n) in grammar.nonterminals.iter().enumerate() {
            let own = alternatives_of(grammar, NonterminalId::new(id));
            carriers[id] |= match n.kind {
                NonterminalKind::Rule | NonterminalKind::Lexeme => {
                    matches!(own, [only] if only.leaf == Some(kind.terminal))
                }
                NonterminalKind::Star | NonterminalKind::Plus | NonterminalKind::Optional | NonterminalKind::Group => {
                    let is_name = |alternative| children(grammar, alternative).any(|(_, child)| before[child.index()]);
                    own.iter().any(is_name)
                }
                NonterminalKind::Suffix => false,
            };
        }
        if carriers == before {
            return carriers;
        }
    }
}

/// How the field at `position` is called.
fn field_name(of: &Alternative, position: usize) -> String {
    let fields = of.fields.iter().enumerate();
    let mut named = fields.filter(|(_, field)| field.position as usize == position);
    let name = named
        .next()
        .map(|(at, field)| field.name.clone().unwrap_or_else(|| at.to_string()));
    name.unwrap_or_else(|| position.to_string())
}

fn alternatives_of(grammar: &Grammar, n: NonterminalId) -> &[Alternative] {
    let range = grammar.nonterminals[n.index()].alternatives.clone();
    &grammar.alternatives[range.start as usize..range.end as usize]
}

fn rules(grammar: &Grammar) -> impl Iterator<Item = &tdf_grammar::Nonterminal> {
    grammar.nonterminals.iter().filter(|n| n.kind == NonterminalKind::Rule)
}

fn rule(grammar: &Grammar, name: &str) -> Option<NonterminalId> {
    let is_named = |n: &tdf_grammar::Nonterminal| n.kind == NonterminalKind::Rule && n.name == name;
    grammar.nonterminals.iter().position(is_named).map(NonterminalId::new)
}

fn nearest<'a>(name: &str, known: impl Iterator<Item = &'a str>) -> Option<String> {
    nearest_name(name, known, 0.6).map(|nearest| format!("did you mean `{nearest}`?"))
}

fn counted(count: u32, what: &str) -> String {
    match count {
        1 => format!("1 {what}"),
        _ => format!("{count} {what}s"),
    }
}
