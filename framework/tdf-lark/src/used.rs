//! The terminals that rules use, and their names.

use std::collections::BTreeMap;
use std::ops::Range;

use crate::syntax::{Atom, Definition, Literal, Name, Repeat};
use crate::terminal::Text;

/// A terminal that rules use.
pub struct Used {
    /// `None` for what rules write themselves, such as `"if"`.
    pub name: Option<String>,
    pub priority: i64,
    pub span: Range<usize>,
}

/// The terminals that rules use. Two with one text are one.
pub struct UsedTerminals(pub BTreeMap<Text, Used>);

impl UsedTerminals {
    /// Those that have a name and a fixed text: where a rule writes the text, it means the terminal. Those of a lexer outside of
    /// the file are written by their names.
    pub fn new(definitions: &[Definition], declared: &[Name]) -> Self {
        let mut this = Self(BTreeMap::new());
        for name in declared {
            let text = Text::Literal(name.text.trim_matches('_').to_lowercase());
            let used = Used {
                name: Some(name.text.clone()),
                priority: 0,
                span: name.span.clone(),
            };
            this.0.insert(text, used);
        }
        for definition in definitions.iter().filter(|d| d.name.is_terminal()) {
            if let Some(text) = fixed_text(definition) {
                let text = Text::Literal(text.to_owned()).or_line_break(None);
                this.record(text, Some(definition), &definition.name.span);
            }
        }
        this
    }

    /// Notes a use. The result is the name of the terminal, if it has one: the first definition with this text gives it.
    pub fn record(&mut self, text: Text, definition: Option<&Definition>, span: &Range<usize>) -> Option<&str> {
        let used = self.0.entry(text).or_insert_with(|| Used {
            name: None,
            priority: 0,
            span: span.clone(),
        });
        if let (None, Some(definition)) = (&used.name, definition) {
            used.name = Some(definition.name.text.clone());
            used.priority = definition.priority;
            used.span = definition.name.span.clone();
        }
        used.name.as_deref()
    }

    pub fn has_name(&self, name: &str) -> bool {
        self.0.values().any(|used| used.name.as_deref() == Some(name))
    }
}

/// The text of a terminal that is a string and nothing else.
fn fixed_text(definition: &Definition) -> Option<&str> {
    let [alternative] = &definition.alternatives[..] else {
        return None;
    };
    let [item] = &alternative.items[..] else { return None };
    match (&item.atom, item.repeat) {
        (
            Atom::Literal(Literal {
                text,
                ignores_case: false,
            }),
            Repeat::Once,
        ) => Some(text),
        _ => None,
    }
}
