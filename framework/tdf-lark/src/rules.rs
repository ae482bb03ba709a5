//! Rules of a Lark grammar as rules of LALRPOP.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::ops::Range;

use tdf_diagnostic::Diagnostic;

use crate::limits::MAX_GROUPS;
use crate::names::{camel, rule_names, unique};
use crate::output::{Output, literal, raw};
use crate::simplify::{simplified, spliced};
use crate::syntax::{Alternative, Atom, Definition, Item, Literal, Name, Repeat};
use crate::terminal::{Terminals, Text};
use crate::used::UsedTerminals;

/// Writes the rules of a grammar.
pub struct Rules<'d> {
    pub terminals: Terminals<'d>,
    pub out: Output,
    pub used: UsedTerminals,
    /// LALRPOP's names of rules, and all names that are taken.
    names: BTreeMap<String, String>,
    taken: BTreeSet<String>,
    /// How many arguments the rules with parameters take.
    parameters: BTreeMap<&'d str, usize>,
    groups: VecDeque<Group<'d>>,
    group_count: usize,
    /// Whether something that matches blanks was left out.
    pub has_blanks: bool,
}

/// Brackets with several alternatives, which get a rule of their own.
struct Group<'d> {
    name: String,
    scope: Scope,
    alternatives: &'d [Alternative],
    span: Range<usize>,
}

/// The rule that is being written, and its parameters by the names that the output gives them.
#[derive(Clone, Default)]
struct Scope {
    rule: String,
    parameters: Vec<(String, String)>,
}

impl Scope {
    /// `<A, B>`, if there are parameters.
    fn list(&self) -> String {
        let names: Vec<&str> = self.parameters.iter().map(|(_, name)| name.as_str()).collect();
        match names.is_empty() {
            true => String::new(),
            false => format!("<{}>", names.join(", ")),
        }
    }
}

impl<'d> Rules<'d> {
    pub fn new(definitions: &'d [Definition], declared: &'d [Name]) -> Self {
        let names = rule_names(definitions);
        let mut taken: BTreeSet<String> = names.values().cloned().collect();
        taken.extend(definitions.iter().map(|d| d.name.text.clone()));
        let with_parameters = definitions.iter().filter(|d| !d.parameters.is_empty());
        Self {
            terminals: Terminals::new(definitions),
            out: Output::default(),
            used: UsedTerminals::new(definitions, declared),
            names,
            taken,
            parameters: with_parameters
                .map(|d| (d.name.text.as_str(), d.parameters.len()))
                .collect(),
            groups: VecDeque::new(),
            group_count: 0,
            has_blanks: false,
        }
    }

    fn fault(&mut self, span: &Range<usize>, message: String) {
        self.terminals.findings.push(Diagnostic::new(span.clone(), message));
    }

    /// Writes a rule, and the rules of its brackets.
    pub fn rule(&mut self, definition: &'d Definition, public: bool) {
        let Some(name) = self.names.get(&definition.name.text).cloned() else {
            return;
        };
        let mut scope = Scope {
            rule: name.clone(),
            parameters: Vec::new(),
        };
        let mut taken = self.taken.clone();
        for parameter in &definition.parameters {
            let name = unique(camel(&parameter.text), &mut taken);
            scope.parameters.push((parameter.text.clone(), name));
        }
        let start = self.out.text.len();
        self.out.push(if public { "\npub " } else { "\n" });
        self.out.push_from(&name, &definition.name.span);
        self.out.push(&scope.list());
        self.alternatives(&definition.alternatives, &scope, definition.inlines_single);
        self.out.mark(start, &definition.name.span);
        while let Some(group) = self.groups.pop_front() {
            let start = self.out.text.len();
            self.out.push("\n#[inline]\n");
            self.out.push_from(&group.name, &group.span);
            self.out.push(&group.scope.list());
            self.alternatives(group.alternatives, &group.scope, false);
            self.out.mark(start, &group.span);
        }
    }

    /// ` = { ... };`
    fn alternatives(&mut self, alternatives: &'d [Alternative], scope: &Scope, inlines_single: bool) {
        let mut labels = BTreeSet::new();
        self.out.push(" = {\n");
        for alternative in alternatives.iter().flat_map(spliced) {
            let start = self.out.text.len();
            self.out.push("    ");
            self.alternative(alternative, scope, inlines_single, &mut labels);
            self.out.push(",");
            self.out.mark(start, &alternative.span);
            self.out.push("\n");
        }
        self.out.push("};\n");
    }

    fn alternative(
        &mut self,
        alternative: &'d Alternative,
        scope: &Scope,
        inlines_single: bool,
        labels: &mut BTreeSet<String>,
    ) {
        let start = self.out.text.len();
        let label = alternative
            .alias
            .as_ref()
            .map(|alias| unique(camel(&alias.text), labels));
        let only = self
            .only_rule(alternative, scope)
            .filter(|_| inlines_single && label.is_none());
        let mut values = false;
        for item in &alternative.items {
            let has_value = self.has_value(item);
            let selected = has_value && label.is_some() || only == Some(&item.span);
            let before = self.out.text.len();
            self.items(item, scope, selected);
            values |= has_value && self.out.text.len() > before;
        }
        if self.out.text[start..].trim().is_empty() {
            self.out.push("() ");
        }
        match label {
            Some(label) if values => self.out.push(&format!("=> {label}(<>)")),
            Some(label) => self.out.push(&format!("=> {label}")),
            None if only.is_some() => self.out.push("=> <>"),
            None if self.out.text[start..].trim() == "()" => self.out.push("=> Empty"),
            None => {
                let end = self.out.text.trim_end_matches(' ').len();
                self.out.text.truncate(end);
            }
        }
    }

    /// The only symbol of an alternative that has a tree, if it is a rule: the tree stands for the alternative.
    fn only_rule(&mut self, alternative: &'d Alternative, scope: &Scope) -> Option<&'d Range<usize>> {
        let mut with_values = Vec::new();
        for item in &alternative.items {
            if self.has_value(item) {
                with_values.push(item);
            }
        }
        let [
            Item {
                atom: Atom::Name(name),
                repeat: Repeat::Once,
                span,
            },
        ] = with_values[..]
        else {
            return None;
        };
        let parameter = scope.parameters.iter().any(|(lark, _)| *lark == name.text);
        (!name.is_terminal() && !parameter).then_some(span)
    }

    /// Whether the item is more than a fixed text.
    fn has_value(&mut self, item: &'d Item) -> bool {
        match &item.atom {
            Atom::Literal(literal) => literal.ignores_case || item.repeat != Repeat::Once,
            Atom::Name(name) if name.is_terminal() => {
                !matches!(self.terminals.named(&name.text), Some(Text::Literal(_))) || item.repeat != Repeat::Once
            }
            _ => true,
        }
    }

    /// Writes an item, each of its symbols with a blank behind it.
    fn items(&mut self, item: &'d Item, scope: &Scope, selected: bool) {
        let (atom, repeat) = simplified(item);
        match (atom, repeat) {
            (Atom::Group(inside), Repeat::Once) if inside.len() == 1 && inside[0].alias.is_none() => {
                for item in &inside[0].items {
                    self.items(item, scope, selected);
                }
            }
            (_, Repeat::Times(least, most)) => self.times(atom, least, most - least, &item.span, scope, selected),
            (_, Repeat::Once) => self.selected(atom, "", &item.span, scope, selected),
            (_, Repeat::Optional) => self.selected(atom, "?", &item.span, scope, selected),
            (_, Repeat::Star) => self.selected(atom, "*", &item.span, scope, selected),
            (_, Repeat::Plus) => self.selected(atom, "+", &item.span, scope, selected),
        }
    }

    /// Writes a symbol `least` times, and up to `more` times after that: `X?` is up to one, `(X X?)?` up to two.
    fn times(&mut self, atom: &'d Atom, least: u32, more: u32, span: &Range<usize>, scope: &Scope, selected: bool) {
        let start = self.out.text.len();
        // The rule of a bracket is one, however often the bracket is written.
        self.symbol(atom, span, scope);
        let symbol = self.out.text.split_off(start);
        if symbol.is_empty() {
            return;
        }
        let (open, close) = if selected { ("<", "> ") } else { ("", " ") };
        self.out.push(&format!("{open}{symbol}{close}").repeat(least as usize));
        if more > 0 {
            let further = more as usize - 1;
            let nested = format!("({symbol} ").repeat(further);
            self.out
                .push(&format!("{open}{nested}{symbol}?{}{close}", ")?".repeat(further)));
        }
        self.out.mark(start, span);
    }

    fn selected(&mut self, atom: &'d Atom, mark: &str, span: &Range<usize>, scope: &Scope, selected: bool) {
        let start = self.out.text.len();
        self.out.push(if selected { "<" } else { "" });
        let inside = self.out.text.len();
        self.symbol(atom, span, scope);
        if self.out.text.len() == inside {
            // It was a blank.
            self.out.text.truncate(start);
            return;
        }
        self.out.push(mark);
        self.out.push(if selected { "> " } else { " " });
        self.out.mark(start, span);
    }

    /// Writes a single symbol, or nothing for blanks.
    fn symbol(&mut self, atom: &'d Atom, span: &Range<usize>, scope: &Scope) {
        match atom {
            Atom::Group(inside) | Atom::Maybe(inside) => self.group(inside, span, scope),
            Atom::Name(name) => self.name(name, scope),
            Atom::Template(name, arguments) => self.template(name, arguments, scope),
            Atom::Literal(Literal { text, .. }) if text.is_empty() => {
                self.fault(span, "an empty string is no token".to_owned());
            }
            Atom::Literal(_) | Atom::Regex(_) | Atom::Range(..) => {
                if let Some(text) = self.terminals.atom_text(atom, span) {
                    self.terminal(text, None, span);
                }
            }
        }
    }

    fn group(&mut self, inside: &'d [Alternative], span: &Range<usize>, scope: &Scope) {
        if let [Alternative { items, alias: None, .. }] = inside {
            let start = self.out.text.len();
            let mut symbols = 0;
            for item in items {
                let before = self.out.text.len();
                self.items(item, scope, false);
                let single = usize::from(item.repeat == Repeat::Once);
                symbols += if self.out.text.len() > before { 2 - single } else { 0 };
            }
            let end = self.out.text.trim_end().len();
            self.out.text.truncate(end);
            if symbols > 1 {
                self.out.insert(start, "(");
                self.out.push(")");
            }
            return;
        }
        self.group_count += 1;
        if self.group_count > MAX_GROUPS {
            if self.group_count == MAX_GROUPS + 1 {
                self.fault(span, format!("more than {MAX_GROUPS} brackets with alternatives"));
            }
            return;
        }
        let name = unique(format!("{}Group", scope.rule), &mut self.taken);
        self.out.push_from(&name, span);
        self.out.push(&scope.list());
        let (scope, span) = (scope.clone(), span.clone());
        self.groups.push_back(Group {
            name,
            scope,
            alternatives: inside,
            span,
        });
    }

    fn name(&mut self, name: &'d Name, scope: &Scope) {
        if let Some((_, parameter)) = scope.parameters.iter().find(|(lark, _)| *lark == name.text) {
            return self.out.push_from(parameter, &name.span);
        }
        if name.is_terminal() {
            let declared = self.used.has_name(&name.text);
            match self.terminals.definition(&name.text) {
                Some(definition) => {
                    if let Some(text) = self.terminals.named(&name.text) {
                        self.terminal(text, Some(definition), &name.span);
                    }
                }
                None if declared => self.out.push_from(&name.text, &name.span),
                None => self.fault(&name.span, format!("there is no terminal `{}`", name.text)),
            }
            return;
        }
        match (
            self.names.get(&name.text).cloned(),
            self.parameters.get(name.text.as_str()),
        ) {
            (Some(rule), None) => self.out.push_from(&rule, &name.span),
            (Some(_), Some(count)) => {
                let message = format!("`{}` takes {count} arguments, in braces", name.text);
                self.fault(&name.span, message);
            }
            (None, _) => self.fault(&name.span, format!("there is no rule `{}`", name.text)),
        }
    }

    fn template(&mut self, name: &'d Name, arguments: &'d [Item], scope: &Scope) {
        let Some(rule) = self.names.get(&name.text).cloned() else {
            return self.fault(&name.span, format!("there is no rule `{}`", name.text));
        };
        let wanted = self.parameters.get(name.text.as_str()).copied().unwrap_or(0);
        if wanted != arguments.len() {
            let message = format!("`{}` takes {wanted} arguments, not {}", name.text, arguments.len());
            return self.fault(&name.span, message);
        }
        self.out.push_from(&rule, &name.span);
        self.out.push("<");
        for (i, argument) in arguments.iter().enumerate() {
            if i > 0 {
                self.out.push(", ");
            }
            let start = self.out.text.len();
            self.items(argument, scope, false);
            let end = self.out.text.trim_end().len().max(start);
            self.out.text.truncate(end);
            if end == start {
                // It was a blank.
                self.out.push("()");
            }
        }
        self.out.push(">");
    }

    /// Writes a terminal: by its name if it has one.
    fn terminal(&mut self, text: Text, definition: Option<&'d Definition>, span: &Range<usize>) {
        let text = text.or_line_break(definition.map(|d| d.name.text.as_str()));
        if text.is_blank() {
            self.has_blanks = true;
            return;
        }
        let name = self.used.record(text.clone(), definition, span);
        let written = match (name, &text) {
            (Some(name), _) => name.to_owned(),
            (None, Text::Literal(text)) => literal(text),
            (None, Text::Regex(regex)) => raw(regex),
        };
        self.out.push_from(&written, span);
    }
}
