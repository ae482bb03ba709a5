//! The table `scope` of a `.toml`, as it is written.

use std::ops::Range;

use tdf_grammar::{Diagnostic, GrammarError, nearest_name};
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// A word of the file and where it stands.
#[derive(Clone, Debug)]
pub(crate) struct Word {
    pub(crate) text: String,
    pub(crate) span: Range<usize>,
}

/// A number of the file and where it stands.
#[derive(Clone, Debug)]
pub(crate) struct Number {
    pub(crate) value: u32,
    pub(crate) span: Range<usize>,
}

/// One kind of names.
#[derive(Clone, Debug)]
pub(crate) struct ScopeTable {
    pub(crate) names: Word,
    pub(crate) binders: Vec<BinderTable>,
    /// `None`: every name that no binder binds.
    pub(crate) references: Option<Vec<Word>>,
    /// Where the list of references stands, or else the names.
    pub(crate) references_span: Range<usize>,
    pub(crate) inputs: Option<Number>,
    pub(crate) levels: Option<Number>,
    pub(crate) blocks: Vec<Word>,
}

/// An alternative that binds names.
#[derive(Clone, Debug)]
pub(crate) struct BinderTable {
    pub(crate) span: Range<usize>,
    pub(crate) alternative: Word,
    pub(crate) names: Vec<Word>,
    pub(crate) bodies: Vec<Word>,
    /// Whether the names are in scope in what follows the alternative.
    pub(crate) rest: bool,
}

const KEYS: [&str; 6] = ["names", "binders", "references", "inputs", "levels", "blocks"];
const BINDER_KEYS: [&str; 4] = ["alternative", "name", "body", "rest"];

/// The tables `scope` of `text`, a TOML document whose other tables are not looked at; none if it has none.
pub(crate) fn read(file: &str, text: &str) -> Result<Vec<ScopeTable>, GrammarError> {
    let document = DeTable::parse(text).map_err(|error| {
        let span = error.span().unwrap_or(0..0);
        GrammarError::new(file, text, vec![Diagnostic::new(span, error.message())])
    })?;
    let Some(scope) = document.get_ref().get("scope") else {
        return Ok(Vec::new());
    };
    let mut reader = Reader { findings: Vec::new() };
    let tables: Vec<ScopeTable> = match scope.get_ref() {
        DeValue::Table(table) => reader.scope(scope.span(), table).into_iter().collect(),
        DeValue::Array(tables) if tables.is_empty() => {
            let finding = Diagnostic::new(scope.span(), "`scope` has no table");
            reader
                .findings
                .push(finding.help("leave it out if names are tokens like others"));
            Vec::new()
        }
        DeValue::Array(tables) => {
            let mut all = Vec::new();
            for value in tables {
                match value.get_ref() {
                    DeValue::Table(table) => all.extend(reader.scope(value.span(), table)),
                    other => reader.wrong(value.span(), "scope", "a table or a list of tables", other),
                }
            }
            all
        }
        other => {
            reader.wrong(scope.span(), "scope", "a table or a list of tables", other);
            Vec::new()
        }
    };
    match reader.findings.is_empty() {
        true => Ok(tables),
        false => Err(GrammarError::new(file, text, reader.findings)),
    }
}

/// The part of `text` that [`read`] reads, alone; `None` if there is none.
pub(crate) fn alone(text: &str) -> Option<String> {
    let mut table: toml::Table = toml::from_str(text).ok()?;
    let scope = table.remove("scope")?;
    let alone: toml::Table = [("scope".to_owned(), scope)].into_iter().collect();
    toml::to_string(&alone).ok()
}

struct Reader {
    findings: Vec<Diagnostic>,
}

type Value<'i> = Spanned<DeValue<'i>>;

impl Reader {
    fn wrong(&mut self, span: Range<usize>, key: &str, wanted: &str, found: &DeValue<'_>) {
        let message = format!("`{key}` is {wanted}, not {}", article(found.type_str()));
        self.findings.push(Diagnostic::new(span, message));
    }

    /// Reports the keys that are not `known`. Returns the known ones that were likely meant: these are not missing.
    fn unknown_keys<'k>(&mut self, table: &DeTable<'_>, known: &[&'k str], of: &str) -> Vec<&'k str> {
        let mut meant = Vec::new();
        for key in table.keys().filter(|key| !known.contains(&key.get_ref().as_ref())) {
            let finding = Diagnostic::new(key.span(), format!("{of} has no key `{}`", key.get_ref()));
            let nearest = nearest_name(key.get_ref(), known.iter().copied(), 0.75);
            meant.extend(nearest);
            let help = nearest.map_or_else(
                || format!("its keys are {}", known.join(", ")),
                |nearest| format!("did you mean `{nearest}`?"),
            );
            self.findings.push(finding.help(help));
        }
        meant
    }

    fn scope(&mut self, span: Range<usize>, table: &DeTable<'_>) -> Option<ScopeTable> {
        let meant = self.unknown_keys(table, &KEYS, "the table `scope`");
        let Some(names) = table.get("names") else {
            if !meant.contains(&"names") {
                let message = "the table `scope` needs `names`: the rule or terminal whose members are the names";
                self.findings.push(Diagnostic::new(span, message));
            }
            return None;
        };
        let references_span = table.get("references").unwrap_or(names).span();
        let names = self.word("names", names);
        let binders = self.list(
            "binders",
            "a list of tables",
            table.get("binders"),
            |reader, value| match value.get_ref() {
                DeValue::Table(table) => reader.binder(value.span(), table),
                other => {
                    let message = format!("a binder is a table, not {}", article(other.type_str()));
                    let help = "write { alternative = \"...\", name = \"...\", body = \"...\" }";
                    reader.findings.push(Diagnostic::new(value.span(), message).help(help));
                    None
                }
            },
        );
        let words = "a list of names";
        let references = table.get("references").map(|value| {
            self.list("references", words, Some(value), |reader, value| {
                reader.word("references", value)
            })
        });
        let blocks = self.list("blocks", words, table.get("blocks"), |reader, value| {
            reader.word("blocks", value)
        });
        let inputs = table.get("inputs").and_then(|value| self.number("inputs", value));
        let levels = table.get("levels").and_then(|value| self.number("levels", value));
        Some(ScopeTable {
            names: names?,
            binders,
            references,
            references_span,
            inputs,
            levels,
            blocks,
        })
    }

    fn binder(&mut self, span: Range<usize>, table: &DeTable<'_>) -> Option<BinderTable> {
        let meant = self.unknown_keys(table, &BINDER_KEYS, "a binder");
        let mut needed = |key: &str, what: &str| {
            let value = table.get(key);
            if value.is_none() && !meant.contains(&key) {
                let message = format!("a binder needs `{key}`: {what}");
                self.findings.push(Diagnostic::new(span.clone(), message));
            }
            value
        };
        let (alternative, name) = (
            needed("alternative", "the alternative that binds"),
            needed("name", "the field, or the fields, with the names that it binds"),
        );
        let rest = match table.get("rest").map(|value| (value.span(), value.get_ref())) {
            None => false,
            Some((_, DeValue::Boolean(rest))) => *rest,
            Some((span, other)) => {
                self.wrong(span, "rest", "true or false", other);
                false
            }
        };
        let alternative = alternative.and_then(|value| self.word("alternative", value));
        let names = name.map(|value| self.one_or_many("name", value)).unwrap_or_default();
        let bodies = table.get("body");
        let bodies = bodies.map(|value| self.one_or_many("body", value)).unwrap_or_default();
        let is_empty =
            |key: &str| matches!(table.get(key).map(Spanned::get_ref), Some(DeValue::Array(all)) if all.is_empty());
        if let Some(value) = table.get("name").filter(|_| is_empty("name")) {
            let message = "`name` is empty: a binder binds at least one name";
            self.findings.push(Diagnostic::new(value.span(), message));
        }
        let needs_body = !rest
            && table
                .get("rest")
                .is_none_or(|rest| matches!(rest.get_ref(), DeValue::Boolean(_)));
        let has_body = table.get("body").is_some() && !is_empty("body");
        if needs_body && !has_body && !["body", "rest"].iter().any(|key| meant.contains(key)) {
            let message = "a binder needs `body`: the fields in which its names are in scope";
            let help = "write `rest = true` for a statement whose names are in scope in the statements behind it";
            self.findings.push(Diagnostic::new(span.clone(), message).help(help));
        }
        Some(BinderTable {
            span,
            alternative: alternative?,
            names,
            bodies,
            rest,
        })
    }

    fn list<T>(
        &mut self,
        key: &str,
        wanted: &str,
        value: Option<&Value<'_>>,
        mut item: impl FnMut(&mut Self, &Value<'_>) -> Option<T>,
    ) -> Vec<T> {
        match value.map(|value| (value.span(), value.get_ref())) {
            None => Vec::new(),
            Some((_, DeValue::Array(items))) => items.iter().filter_map(|value| item(self, value)).collect(),
            Some((span, other)) => {
                self.wrong(span, key, wanted, other);
                Vec::new()
            }
        }
    }

    fn one_or_many(&mut self, key: &str, value: &Value<'_>) -> Vec<Word> {
        match value.get_ref() {
            DeValue::Array(_) => self.list(key, "a name or a list of names", Some(value), |reader, value| {
                reader.word(key, value)
            }),
            _ => self.word(key, value).into_iter().collect(),
        }
    }

    fn word(&mut self, key: &str, value: &Value<'_>) -> Option<Word> {
        match value.get_ref() {
            DeValue::String(text) => Some(Word {
                text: text.to_string(),
                span: value.span(),
            }),
            other => {
                self.wrong(value.span(), key, "a string", other);
                let is_field = key == "name" || key == "body";
                if let (true, DeValue::Integer(number), Some(finding)) = (is_field, other, self.findings.last_mut()) {
                    finding.help = Some(format!("write the number of a field without a name as \"{number}\""));
                }
                None
            }
        }
    }

    fn number(&mut self, key: &str, value: &Value<'_>) -> Option<Number> {
        let number = match value.get_ref() {
            DeValue::Integer(number) => u32::from_str_radix(number.as_str(), number.radix()).ok(),
            _ => None,
        };
        match number {
            Some(number) => Some(Number {
                value: number,
                span: value.span(),
            }),
            None => {
                let message = format!("`{key}` is a number of names: 0, 1, 2, ...");
                self.findings.push(Diagnostic::new(value.span(), message));
                None
            }
        }
    }
}

fn article(kind: &str) -> String {
    match kind {
        "array" | "integer" => format!("an {kind}"),
        _ => format!("a {kind}"),
    }
}
