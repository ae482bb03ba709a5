//! Names of types, variants and fields, which have to differ.

use std::collections::{BTreeMap, BTreeSet};

use tdf_grammar::{Alternative, Label, NonterminalId, NonterminalKind};

use super::{Class, Model, Parts, alternatives_of, transparent_child};
use crate::Error;
use crate::names::{camel, ident};

impl Model<'_> {
    pub(super) fn parts_of(&self, file: &str, alternative: &Alternative) -> Result<Parts, Error> {
        let grammar = self.grammar;
        let fields = self.raw_parts(alternative);
        let variant = match &alternative.label {
            Label::Variant(name) => camel(name),
            Label::Transparent if transparent_child(grammar, alternative).is_some() => String::new(),
            // Around anything but a rule there is no type to join with: the alternative becomes a struct.
            Label::Transparent | Label::Unnamed => {
                let siblings = self.class_of[alternative.nonterminal.index()]
                    .map_or(1, |class| self.classes[class].alternatives.len());
                let rule = grammar.nonterminals[alternative.nonterminal.index()].kind == NonterminalKind::Rule;
                if rule && siblings > 1 {
                    return Err(Error::types(
                        file,
                        grammar,
                        alternative.offset,
                        "`=> <>` stands for the value of a rule here, and this is none: give the alternative a label, \
                         such as `=> List(<>)`"
                            .to_owned(),
                    ));
                }
                camel(&grammar.nonterminals[alternative.nonterminal.index()].name)
            }
        };
        let named = !fields.is_empty() && fields.iter().all(|f| f.name.is_some());
        Ok(Parts { variant, fields, named })
    }

    pub(super) fn name_classes(&mut self, file: &str) -> Result<(), Error> {
        let grammar = self.grammar;
        let mut numbers = BTreeMap::new();
        for index in 0..grammar.nonterminals.len() {
            let Some(root) = self.class_of[index] else { continue };
            let classes = &mut self.classes;
            let class = *numbers.entry(root).or_insert_with(|| {
                classes.push(Class {
                    name: camel(&grammar.nonterminals[index].name),
                    members: Vec::new(),
                    alternatives: Vec::new(),
                });
                classes.len() - 1
            });
            self.class_of[index] = Some(class);
            let nonterminal = NonterminalId::new(index);
            classes[class].members.push(nonterminal);
            for alternative in alternatives_of(grammar, nonterminal) {
                if transparent_child(grammar, &grammar.alternatives[alternative.index()]).is_none() {
                    classes[class].alternatives.push(alternative);
                }
            }
        }
        let mut taken: BTreeMap<String, &str> = BTreeMap::new();
        for nonterminal in grammar.nonterminals.iter().filter(|n| n.kind == NonterminalKind::Rule) {
            let name = ident(&camel(&nonterminal.name)).to_string();
            if let Some(other) = taken.insert(name.clone(), &nonterminal.name) {
                let offset = grammar.alternatives[nonterminal.alternatives.start as usize].offset;
                let advice = advice([other, &nonterminal.name]);
                let message = format!(
                    "the rules {other} and {} would both become the type {name}: {advice}",
                    nonterminal.name
                );
                return Err(Error::types(file, grammar, offset, message));
            }
        }
        Ok(())
    }

    pub(super) fn check_variants(&self, file: &str) -> Result<(), Error> {
        for class in self.classes.iter().filter(|c| c.alternatives.len() > 1) {
            let mut taken = BTreeSet::new();
            for &id in &class.alternatives {
                let variant = &self.parts[id.index()].variant;
                if !taken.insert(ident(variant)) {
                    let offset = self.grammar.alternatives[id.index()].offset;
                    let message = format!(
                        "the type {} would have two variants {variant}: give this one another label",
                        class.name
                    );
                    return Err(Error::types(file, self.grammar, offset, message));
                }
            }
        }
        for (index, parts) in self.parts.iter().enumerate().filter(|(_, p)| p.named) {
            let mut taken = BTreeSet::new();
            for field in &parts.fields {
                let name = field.name.as_deref().unwrap_or_default();
                if !taken.insert(ident(name)) {
                    let offset = self.grammar.alternatives[index].offset;
                    return Err(Error::types(
                        file,
                        self.grammar,
                        offset,
                        format!("two fields are called {name}"),
                    ));
                }
            }
        }
        Ok(())
    }
}

/// What to rename of two rules whose types would have one name. The instances of macros have no name of their own.
fn advice(names: [&str; 2]) -> String {
    let written: Vec<&str> = names.into_iter().filter(|name| !name.contains('<')).collect();
    match written[..] {
        [_, _] => "rename one".to_owned(),
        [one] => format!("rename {one}"),
        _ => "rename one of the macros, or give one of the arguments a rule with another name".to_owned(),
    }
}
