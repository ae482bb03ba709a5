//! From the table `scope` of a `.toml` to [`Rules`], with a finding for each mistake.

use std::ops::Range;

use tdf_grammar::{AlternativeId, Diagnostic, Grammar, Label, NonterminalId, NonterminalKind, TerminalId};

use super::kinds::kind;
use super::lookup::{alternative, alternative_name, alternatives_of, carriers, field_name, nearest, rule, rules};
use super::rules::{Binding, Rules, children, holds};
use super::text::{BinderTable, ScopeTable, Word};

/// An alternative with names, and where the file speaks of it.
pub(crate) struct Use {
    pub(crate) alternative: AlternativeId,
    pub(crate) name: String,
    pub(crate) span: Range<usize>,
    /// The kind of names.
    pub(crate) kind: usize,
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
        if let Some(kind) = kind(grammar, &resolver.rules.kinds, table, &mut resolver.findings) {
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

    fn blocks(&mut self, table: &ScopeTable) {
        for block in &table.blocks {
            let of_rule =
                rule(self.grammar, &block.text).map(|n| self.grammar.nonterminals[n.index()].alternatives.clone());
            let closed = match of_rule {
                Some(alternatives) => Some(alternatives),
                None => self.alternative_or_rule(block).map(|a| a.0..a.0 + 1),
            };
            for alternative in closed.into_iter().flatten() {
                self.rules.closes[alternative as usize] = true;
            }
        }
    }

    /// The alternative that `word` names.
    fn alternative(&mut self, word: &Word) -> Option<AlternativeId> {
        let found = alternative(self.grammar, word, "alternative", Vec::new());
        found.map_err(|finding| self.findings.push(finding)).ok()
    }

    /// The same where `word` could name a rule as well, but does not.
    fn alternative_or_rule(&mut self, word: &Word) -> Option<AlternativeId> {
        let rules = rules(self.grammar).map(|n| n.name.clone()).collect();
        let found = alternative(self.grammar, word, "rule or alternative", rules);
        found.map_err(|finding| self.findings.push(finding)).ok()
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
        let help = nearest(&word.text, names.iter().map(String::as_str)).unwrap_or_else(|| match &names[..] {
            [] => "it has no fields".to_owned(),
            [only] => format!("its only field is {only}"),
            several => format!("its fields are {}", crate::print::list(several, "and", 12)),
        });
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
            let help = "a binder of several names lists them: name = [\"first\", \"second\"]; a name with another body needs a \
                        rule of its own";
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
                    let named = children(self.grammar, of).filter(|(_, n)| carriers[n.index()]);
                    let named: Vec<String> = named.map(|(at, _)| format!("`{}`", field_name(of, at))).collect();
                    let holds_more = child(at).is_some_and(|n| {
                        self.grammar.nonterminals[n.index()].kind != NonterminalKind::Rule
                            && holds(self.grammar, self.rules.kinds[kind].terminal)[n.index()]
                    });
                    let help = match &named[..] {
                        _ if holds_more => {
                            "other names can stand in it, too: make it a rule, and that rule a binder with \
                                            `rest = true`"
                                .to_owned()
                        }
                        [] => format!("`{label}` has no field with names of `{terminal}`"),
                        [only] => format!("the field with a name is {only}"),
                        several => format!("the fields with names are {}", crate::print::list(several, "and", 8)),
                    };
                    self.find(word.span.clone(), message, Some(help));
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
            kind,
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
        if binding.rest && self.rules.closes[alternative.index()] {
            let message = format!("`{label}` has `rest = true`, but it is among `blocks`: its names end with it");
            self.find(binder.alternative.span.clone(), message, None);
        }
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
                    format!("names bound in the field `{name}` of the binder `{label}` stay in scope behind it");
                let mut from = self.exporting(kind, child);
                // A binder cannot be a block.
                let own = format!("\"{label}\"");
                let recurs = binding.rest && from.contains(&own);
                from.retain(|name| *name != own);
                let mut help = match recurs || from.is_empty() {
                    true => {
                        "put the name into a rule of its own, and let that rule bind it with `rest = true`".to_owned()
                    }
                    false => format!(
                        "add {} to `blocks`: its names end with it",
                        crate::print::list(&from, "or", 8)
                    ),
                };
                if !binding.rest && binding.names.iter().all(|name| *name < at) {
                    help += &format!("; or add \"{name}\" to `body`");
                }
                self.find(binder.alternative.span.clone(), message, Some(help));
            }
        }
    }

    /// The alternatives of `n`, or of the rules that it repeats, that bind names for what follows them.
    fn exporting(&self, kind: usize, n: NonterminalId) -> Vec<String> {
        let exports = &self.rules.exports[kind];
        let (mut todo, mut seen, mut found) = (vec![n], vec![n], Vec::new());
        while let Some(n) = todo.pop() {
            let range = self.grammar.nonterminals[n.index()].alternatives.clone();
            for id in range.map(AlternativeId) {
                let of = &self.grammar.alternatives[id.index()];
                let below = children(self.grammar, of).map(|(_, child)| child);
                let below: Vec<NonterminalId> = below.filter(|child| exports[child.index()]).collect();
                let binds = self.rules.binding(id, kind).is_some_and(|binding| binding.rest);
                if self.rules.closes[id.index()] || below.is_empty() && !binds {
                    continue;
                }
                if self.grammar.nonterminals[n.index()].kind == NonterminalKind::Rule
                    && let Label::Variant(_) = of.label
                {
                    found.push(format!("\"{}\"", alternative_name(self.grammar, of)));
                    continue;
                }
                for child in below
                    .into_iter()
                    .filter(|child| !seen.contains(child))
                    .collect::<Vec<_>>()
                {
                    seen.push(child);
                    todo.push(child);
                }
            }
        }
        found
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
            // A rule and an alternative may have one name: the alternative is meant.
            let is_alternative = alternative(grammar, word, "alternative", Vec::new()).is_ok();
            if !is_alternative && rule(grammar, &word.text).is_some_and(|n| alternatives_of(grammar, n).len() > 1) {
                let message = format!("`{}` is a rule with several alternatives", word.text);
                let help = "name those of its alternatives that refer to names";
                self.find(word.span.clone(), message, Some(help.to_owned()));
                everywhere = true;
                continue;
            }
            let Some(alternative) = self.alternative_or_rule(word) else {
                // What it should have been is unlisted.
                everywhere = true;
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
            let name = alternative_name(grammar, of);
            let listed = allowed[alternative.index()];
            if !everywhere && listed.is_none() {
                let (message, help) = match self.rules.binding(alternative, kind) {
                    Some(_) => {
                        let at = self.positions(alternative, kind, terminal, carriers)[0];
                        (
                            format!(
                                "the field `{}` of the binder `{name}` refers to a name",
                                field_name(of, at)
                            ),
                            format!("add \"{name}\" to `references`, too"),
                        )
                    }
                    None => (
                        format!("`{name}` of `{rule}` holds a name, but neither binds nor refers"),
                        format!("add \"{name}\" to `references`, or to `binders`"),
                    ),
                };
                self.find(table.references_span.clone(), message, Some(help));
                continue;
            }
            self.uses.push(Use {
                alternative,
                name,
                span: listed.map_or_else(|| table.names.span.clone(), |word| word.span.clone()),
                kind,
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
