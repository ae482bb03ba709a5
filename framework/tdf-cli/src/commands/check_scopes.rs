//! What `tdf check` says of names in scope.

use serde_json::{Value, json};
use tdf_grammar::{AlternativeId, Grammar, Label};
use tdf_tree::{BoundNames, Language};

use crate::output::counted;

/// The lines of the report; none for a language without names in scope.
pub fn lines(language: &Language) -> Vec<String> {
    let (grammar, kinds) = (language.written(), language.name_kinds());
    let mut lines = Vec::new();
    for kind in &kinds {
        let inputs = match kind.inputs {
            0 => String::new(),
            inputs => format!(", {inputs} from the start"),
        };
        lines.push(String::new());
        lines.push(format!(
            "names in scope: {}, at most {} at once{inputs}",
            kind.names, kind.levels
        ));
        lines.push(format!(
            "  by level: {}",
            kind.members[..kind.levels as usize].join(" ")
        ));
        let refer: Vec<String> = kind
            .references
            .iter()
            .map(|id| Fields::of(grammar, *id).label)
            .collect();
        if let [first, others @ ..] = &refer[..] {
            let verb = if others.is_empty() { "refers" } else { "refer" };
            let all = [std::slice::from_ref(first), others].concat().join(", ");
            lines.push(format!("  {all} {verb} to names"));
        }
        for bound in language.bound_names().iter().filter(|bound| bound.names == kind.names) {
            let of = Fields::of(grammar, bound.alternative);
            let mut places: Vec<String> = bound.bodies.iter().map(|at| of.name(*at)).collect();
            if bound.rest {
                places.push("what follows".to_owned());
            }
            let names: Vec<String> = bound.binders.iter().map(|at| of.name(*at)).collect();
            lines.push(format!(
                "  {} binds {} in {}",
                of.label,
                names.join(", "),
                places.join(", ")
            ));
        }
    }
    if !kinds.is_empty() {
        let expanded = language.grammar();
        lines.push(format!(
            "  expanded grammar: {}, {}",
            counted(expanded.nonterminals.len(), "nonterminal"),
            counted(expanded.productions.len(), "production")
        ));
    }
    lines
}

/// The same as JSON.
pub fn json(language: &Language) -> Value {
    let (grammar, bound) = (language.written(), language.bound_names());
    let kinds = language.name_kinds().into_iter().map(|kind| {
        let own = |bound: &&BoundNames| bound.names == kind.names;
        let binders = bound.iter().filter(own).map(|bound| {
            let of = Fields::of(grammar, bound.alternative);
            let names = |at: &[usize]| at.iter().map(|at| of.name(*at)).collect::<Vec<_>>();
            json!({ "alternative": of.label, "name": names(&bound.binders), "body": names(&bound.bodies), "rest": bound.rest })
        });
        json!({
            "names": kind.names,
            "members": kind.members,
            "inputs": kind.inputs,
            "levels": kind.levels,
            "references": kind.references.iter().map(|id| Fields::of(grammar, *id).label).collect::<Vec<_>>(),
            "binders": binders.collect::<Vec<_>>(),
        })
    });
    kinds.collect()
}

/// How the parts of an alternative are called.
struct Fields {
    label: String,
    names: Vec<(usize, String)>,
}

impl Fields {
    fn of(grammar: &Grammar, alternative: AlternativeId) -> Self {
        let of = &grammar.alternatives[alternative.index()];
        let rule = &grammar.nonterminals[of.nonterminal.index()].name;
        let label = match &of.label {
            Label::Variant(label) => label,
            Label::Transparent | Label::Unnamed => rule,
        };
        let fields = of.fields.iter().enumerate();
        let name = |(at, field): (usize, &tdf_grammar::Field)| {
            let name = field.name.clone().unwrap_or_else(|| at.to_string());
            (field.position as usize, name)
        };
        Self {
            label: label.clone(),
            names: fields.map(name).collect(),
        }
    }

    fn name(&self, position: usize) -> String {
        let mut named = self.names.iter().filter(|(at, _)| *at == position);
        named
            .next()
            .map_or_else(|| position.to_string(), |(_, name)| name.clone())
    }
}
