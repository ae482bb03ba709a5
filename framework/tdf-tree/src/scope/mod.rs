//! Names in scope.
//!
//! Names are told apart by level: the k-th name in scope is the k-th member of the terminal of names. The outermost binder binds
//! the first one, a binder inside it the second. So programs that differ in names only are one program, and the well-scoped
//! programs are those of an ordinary grammar, whose nonterminals know how many names are in scope ([`expand`]). Samplers, masks,
//! mutations and edit paths work on that grammar. People, typed trees and renderers see the grammar as it is written.

mod assemble;
mod expand;
mod kinds;
mod lookup;
mod rename;
mod resolve;
mod rules;
mod text;

use std::sync::Arc;

use sha2::{Digest, Sha256};
use tdf_grammar::{AlternativeId, Diagnostic, Grammar, GrammarError, Lr, NonterminalId, ProductionId};

use crate::Node;
use crate::print::Printer;
use assemble::{Expansion, Instance};
pub(crate) use rename::NameError;
use resolve::Use;
use rules::Rules;

/// What a language with scopes knows of the grammar as it is written.
#[derive(Clone, Debug)]
pub(crate) struct Scopes {
    pub(crate) written: Arc<Grammar>,
    pub(crate) lr: Lr,
    pub(crate) printer: Printer,
    /// The tables `scope` alone, as a TOML document.
    pub(crate) text: String,
    rules: Rules,
    /// The written production of each production of the expanded grammar.
    productions: Vec<ProductionId>,
    instances: Vec<Instance>,
    /// The alternatives of the written grammar that refer to names of a kind.
    references: Vec<(usize, AlternativeId)>,
}

/// An alternative that binds names, for people.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BoundNames {
    /// The alternative of the written grammar.
    pub alternative: AlternativeId,
    /// The rule or terminal of the names.
    pub names: String,
    /// Positions of the names on the right-hand side.
    pub binders: Vec<usize>,
    /// Positions of the parts in which the names are in scope.
    pub bodies: Vec<usize>,
    /// Whether they are in scope in what follows.
    pub rest: bool,
}

/// A kind of names, for people.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NameKind {
    /// The rule or terminal of the names.
    pub names: String,
    /// The members of the terminal; the first [`NameKind::levels`] are the names by level.
    pub members: Vec<String>,
    /// The alternatives of the written grammar that refer to names.
    pub references: Vec<AlternativeId>,
    /// Names in scope from the start.
    pub inputs: u32,
    /// The greatest number of names in scope.
    pub levels: u32,
}

impl Scopes {
    /// Reads the tables `scope` of `text`, which the file `file` holds, and expands `grammar`. `None` if there are none.
    pub(crate) fn new(grammar: &Grammar, file: &str, text: &str) -> Result<Option<(Self, Grammar)>, GrammarError> {
        let tables = text::read(file, text)?;
        let Some(first) = tables.first() else {
            return Ok(None);
        };
        let fail = |findings: Vec<Diagnostic>| GrammarError::new(file, text, findings);
        let (rules, uses) = resolve::resolve(grammar, &tables).map_err(fail)?;
        // The written grammar is read first, so that its conflicts are told in its own terms.
        let lr = Lr::new(grammar)?;
        let Some(expansion) = expand::expand(grammar, &rules) else {
            let message = format!(
                "names in scope make more than {} productions of the grammar: one for each number of names in scope",
                expand::MAX_PRODUCTIONS
            );
            let span = tables
                .iter()
                .find_map(|table| table.levels.as_ref())
                .map(|levels| levels.span.clone());
            let finding = Diagnostic::new(span.unwrap_or_else(|| first.names.span.clone()), message);
            return Err(fail(vec![finding.help("allow fewer names at once with `levels`")]));
        };
        if expansion.grammar.nonterminals[0].productions.is_empty() {
            let name = &grammar.nonterminals[grammar.start.index()].name;
            let message = format!("there is no program of `{name}`: each refers to a name where none is in scope");
            let help = "give the rule an alternative without names, or the program names with `inputs`";
            return Err(fail(vec![
                Diagnostic::new(first.names.span.clone(), message).help(help),
            ]));
        }
        let unused = unused(&expansion, grammar, &rules, &uses);
        if !unused.is_empty() {
            return Err(fail(unused));
        }
        let Expansion {
            grammar: mut expanded,
            productions,
            instances,
        } = expansion;
        expanded.fingerprint = fingerprint(grammar, &rules);
        let scopes = Self {
            written: Arc::new(grammar.clone()),
            lr,
            printer: Printer::new(grammar),
            text: text::alone(text).unwrap_or_default(),
            rules,
            productions,
            instances,
            references: uses
                .iter()
                .filter(|of| !of.binds)
                .map(|of| (of.kind, of.alternative))
                .collect(),
        };
        Ok(Some((scopes, expanded)))
    }

    /// The written production that `production` stands for.
    pub(crate) fn written_production(&self, production: ProductionId) -> ProductionId {
        self.productions[production.index()]
    }

    /// The written nonterminal that `nonterminal` stands for.
    pub(crate) fn written_nonterminal(&self, nonterminal: NonterminalId) -> NonterminalId {
        self.instances[nonterminal.index()].written
    }

    /// The number of names of each kind in scope in programs of `nonterminal`.
    pub(crate) fn levels(&self, nonterminal: NonterminalId) -> &[u32] {
        &self.instances[nonterminal.index()].before
    }

    /// Gives the names of a written program of `start` their names by level.
    pub(crate) fn rename(&self, start: NonterminalId, nodes: &mut [Node]) -> Result<(), NameError> {
        let (grammar, rules, levels) = (&self.written, &self.rules, self.levels(start));
        match self.instances[start.index()].binds {
            Some(kind) => rename::rename_bound(grammar, rules, kind, levels[kind], nodes),
            None => rename::rename(grammar, rules, levels, nodes),
        }
    }

    /// What is bound where.
    pub(crate) fn bound_names(&self) -> Vec<BoundNames> {
        let all = self.rules.bindings.iter().enumerate();
        all.flat_map(|(id, bindings)| bindings.iter().map(move |binding| (id, binding)))
            .map(|(id, binding)| BoundNames {
                alternative: AlternativeId::new(id),
                names: self.rules.kinds[binding.kind].name.clone(),
                binders: binding.names.clone(),
                bodies: binding.bodies.clone(),
                rest: binding.rest,
            })
            .collect()
    }

    /// The kinds of names.
    pub(crate) fn kinds(&self) -> Vec<NameKind> {
        let text = |token: &tdf_grammar::TokenId| self.written.text(*token).to_owned();
        let kinds = self.rules.kinds.iter().enumerate();
        kinds
            .map(|(number, kind)| NameKind {
                names: kind.name.clone(),
                members: self.written.terminals[kind.terminal.index()]
                    .tokens
                    .iter()
                    .map(text)
                    .collect(),
                references: self
                    .references
                    .iter()
                    .filter(|(of, _)| *of == number)
                    .map(|(_, id)| *id)
                    .collect(),
                inputs: kind.inputs,
                levels: kind.levels,
            })
            .collect()
    }
}

/// Binders that can never bind a name, or else references that never have one to refer to: these may follow from the others.
fn unused(expansion: &Expansion, grammar: &Grammar, rules: &Rules, uses: &[Use]) -> Vec<Diagnostic> {
    let mut is_used = vec![false; grammar.alternatives.len()];
    for production in &expansion.productions {
        is_used[grammar.production(*production).alternative.index()] = true;
    }
    let unused: Vec<&Use> = uses.iter().filter(|of| !is_used[of.alternative.index()]).collect();
    let binds = unused.iter().any(|of| of.binds);
    let finding = |of: &&Use| match of.binds {
        true => {
            let message = format!("`{}` can never bind its names", of.name);
            Diagnostic::new(of.span.clone(), message).help(why_never(rules, of.alternative))
        }
        false => {
            let message = format!("`{}` refers to a name, but none is ever in scope there", of.name);
            let help = "add it, or the alternative around it, to `binders`; or give the program names with `inputs`";
            Diagnostic::new(of.span.clone(), message).help(help)
        }
    };
    unused.iter().filter(|of| of.binds == binds).map(finding).collect()
}

/// Why `alternative` binds no names in any program.
fn why_never(rules: &Rules, alternative: AlternativeId) -> String {
    for binding in &rules.bindings[alternative.index()] {
        let (kind, count) = (&rules.kinds[binding.kind], binding.names.len() as u32);
        if kind.inputs + count > kind.levels {
            let (levels, name, inputs) = (kind.levels, &kind.name, kind.inputs);
            let from_start = match inputs {
                0 => String::new(),
                _ => format!("{inputs} are in scope from the start, "),
            };
            return format!(
                "at most {levels} of `{name}` can be in scope at once, {from_start}and it binds {count}: raise `levels`, or add members to the \
                 terminal"
            );
        }
    }
    "a part of it always refers to a name where none is in scope, or it stands only where no name is left".to_owned()
}

/// That of the grammar together with what binds names in it.
fn fingerprint(grammar: &Grammar, rules: &Rules) -> String {
    use std::fmt::Write as _;
    let mut text = format!("tdf scopes 1\n{}\n", grammar.fingerprint);
    // Writing into a String cannot fail.
    for kind in &rules.kinds {
        let _ = writeln!(text, "names {} {} {}", kind.terminal.0, kind.inputs, kind.levels);
    }
    for (id, bindings) in rules.bindings.iter().enumerate() {
        for binding in bindings {
            let (names, bodies) = (&binding.names, &binding.bodies);
            let _ = writeln!(
                text,
                "binds {id} {} {names:?} {bodies:?} {}",
                binding.kind, binding.rest
            );
        }
    }
    for (id, _) in rules.closes.iter().enumerate().filter(|(_, closes)| **closes) {
        let _ = writeln!(text, "closes {id}");
    }
    let digest = Sha256::digest(text);
    digest.iter().fold(String::new(), |mut hex, byte| {
        let _ = write!(hex, "{byte:02x}");
        hex
    })
}
