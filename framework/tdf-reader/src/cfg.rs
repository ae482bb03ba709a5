//! `#[cfg(...)]`: leaves out what the features do not ask for, before anything else is looked at.

use std::collections::BTreeSet;

use tdf_grammar::Diagnostic;

use crate::surface::{Attribute, File};

/// Leaves out the rules, alternatives and tokens of the `extern` block whose conditions do not hold.
pub(crate) fn apply(file: &mut File, features: &BTreeSet<String>, findings: &mut Vec<Diagnostic>) {
    let mut kept = |attributes: &mut Vec<Attribute>| {
        let mut active = true;
        for attribute in attributes.iter().filter(|a| a.name.text == "cfg") {
            match attribute.arguments.first().map(|a| holds(a, features)) {
                Some(Ok(holds)) => active &= holds,
                Some(Err(d)) => findings.push(d),
                None => findings.push(fault(attribute, "`cfg` needs a condition")),
            }
        }
        attributes.retain(|a| a.name.text != "cfg");
        active
    };
    let tokens = file.external.iter_mut().filter_map(|e| e.tokens.as_mut());
    tokens.for_each(|tokens| tokens.retain_mut(|t| kept(&mut t.attributes)));
    for rule in &mut file.rules {
        rule.alternatives.retain_mut(|a| kept(&mut a.attributes));
    }
    file.rules.retain_mut(|rule| {
        let active = kept(&mut rule.attributes);
        if !active {
            file.left_out.insert(rule.name.text.clone());
        }
        active
    });
}

/// Whether a condition holds. As in LALRPOP, `not` looks at its first argument only.
fn holds(condition: &Attribute, features: &BTreeSet<String>) -> Result<bool, Diagnostic> {
    let inner = &condition.arguments;
    match (condition.name.text.as_str(), &condition.value) {
        ("feature", Some(feature)) => Ok(features.contains(feature)),
        ("not" | "all" | "any", _) if inner.is_empty() => Err(fault(
            condition,
            &format!("`{}` needs a condition", condition.name.text),
        )),
        ("not", _) => holds(&inner[0], features).map(|held| !held),
        ("all", _) => inner.iter().try_fold(true, |all, c| Ok(holds(c, features)? && all)),
        ("any", _) => inner.iter().try_fold(false, |any, c| Ok(holds(c, features)? || any)),
        ("feature", None) => Err(fault(condition, "`feature` needs a name")),
        (other, _) => Err(fault(condition, &format!("unknown condition `{other}`"))),
    }
}

fn fault(at: &Attribute, message: &str) -> Diagnostic {
    Diagnostic::new(at.name.span.clone(), message)
        .help("known are feature = \"name\", and not(...), all(...) and any(...) of conditions")
}
