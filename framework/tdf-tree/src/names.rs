//! Names of rules and alternatives, as sizes and weights use them.

use tdf_grammar::{Grammar, Label, NonterminalKind};

/// The value for each production: that of the most specific name among `given` that applies to it.
///
/// A name is that of a rule (`Number`), the label of an alternative (`Box`), or both (`Scene::Box`).
///
/// # Errors
/// A name that is none of them: names the nearest.
pub(crate) fn resolve<T: Copy>(grammar: &Grammar, given: &[(&str, T)]) -> Result<Vec<Option<T>>, String> {
    let named = Name::all(grammar);
    let mut values = vec![None; grammar.productions.len()];
    let mut rank = vec![0; grammar.productions.len()];
    for &(name, value) in given {
        let mut known = false;
        for of in named.iter().filter(|n| n.text == name) {
            known = true;
            for production in of.productions.clone() {
                let production = production as usize;
                if of.rank >= rank[production] {
                    rank[production] = of.rank;
                    values[production] = Some(value);
                }
            }
        }
        if !known {
            return Err(unknown(name, &named));
        }
    }
    Ok(values)
}

/// The parts of `Circle,Quad=2`: names, and the weights that `read` makes of what stands behind `=`.
pub(crate) fn weights<'t, T: Copy>(
    text: &'t str,
    without: T,
    read: impl Fn(&str) -> Option<T>,
) -> Result<Vec<(&'t str, T)>, String> {
    let part = |part: &'t str| {
        let Some((name, weight)) = part.split_once('=') else {
            return Ok((part.trim(), without));
        };
        match read(weight.trim()) {
            Some(weight) => Ok((name.trim(), weight)),
            None => Err(format!(
                "`{}` is no weight: write a name, or a name with one, such as Quad=2",
                part.trim()
            )),
        }
    };
    text.split(',').map(part).collect()
}

/// Something that can be named.
struct Name {
    text: String,
    /// Rules 1, labels 2, rules with labels 3.
    rank: u32,
    productions: std::ops::Range<u32>,
}

impl Name {
    fn all(grammar: &Grammar) -> Vec<Self> {
        let mut names = Vec::new();
        for rule in grammar.nonterminals.iter().filter(|n| n.kind == NonterminalKind::Rule) {
            names.push(Self {
                text: rule.name.clone(),
                rank: 1,
                productions: rule.productions.clone(),
            });
            for alternative in &grammar.alternatives[rule.alternatives.start as usize..rule.alternatives.end as usize] {
                if let Label::Variant(label) = &alternative.label {
                    let productions = alternative.productions.clone();
                    names.push(Self {
                        text: label.clone(),
                        rank: 2,
                        productions: productions.clone(),
                    });
                    names.push(Self {
                        text: format!("{}::{label}", rule.name),
                        rank: 3,
                        productions,
                    });
                }
            }
        }
        names
    }
}

fn unknown(name: &str, named: &[Name]) -> String {
    let mut known: Vec<&str> = named.iter().filter(|n| n.rank < 3).map(|n| n.text.as_str()).collect();
    known.sort_unstable();
    if let Some(nearest) = tdf_grammar::nearest_name(name, known, 0.75) {
        return format!("the grammar has no alternative or rule `{name}`; did you mean `{nearest}`?");
    }
    let mut labels: Vec<&str> = named.iter().filter(|n| n.rank == 2).map(|n| n.text.as_str()).collect();
    labels.dedup();
    let shown = crate::print::list(&labels, "and", 8);
    format!("the grammar has no alternative or rule `{name}`; its alternatives are {shown}")
}
