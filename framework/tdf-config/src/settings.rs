//! Configuration from several sources: a preset, a file, single settings.

use std::collections::BTreeMap;
use std::path::Path;

use serde::Deserialize;
use tdf_grammar::nearest_name;
use toml::de::{DeTable, DeValue, ValueDeserializer};
use toml::{Spanned, Table, Value};

use crate::{Config, ConfigError};

/// A value for a key, and where it was written.
struct Setting {
    key: String,
    value: Value,
    /// `FILE:LINE` or `--set KEY=VALUE`.
    origin: String,
}

impl Config {
    /// Changes the keys that `file` (TOML) sets, then those that `sets` (each `key=value`, the key dotted, the value TOML
    /// or a bare string) set. A later source wins. A table called `run`, which the `config.toml` of a run has, is
    /// passed over.
    ///
    /// # Errors
    /// A file that cannot be read, an unknown key (names the nearest), a value of a wrong type or out of its range.
    ///
    /// # Examples
    ///
    /// ```
    /// use tdf_config::Config;
    ///
    /// let folder = tempfile::tempdir()?;
    /// let file = folder.path().join("mine.toml");
    /// std::fs::write(&file, "[train]\nbatch = 64\n")?;
    /// let tiny = Config::preset("tiny").expect("a preset");
    /// // Single settings go before the file.
    /// let config = tiny.layer(Some(&file), &["train.seed=3".to_owned()])?;
    /// assert_eq!((config.train.batch, config.train.seed), (64, 3));
    /// assert!(tiny.layer(None, &["train.batch=0".to_owned()]).is_err());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn layer(&self, file: Option<&Path>, sets: &[String]) -> Result<Self, ConfigError> {
        let mut settings = Vec::new();
        if let Some(file) = file {
            read_file(file, &mut settings)?;
        }
        for set in sets {
            read_set(set, &mut settings)?;
        }
        let (mut config, mut table) = (self.clone(), self.to_table());
        let mut origins = BTreeMap::new();
        for Setting { key, value, origin } in settings {
            let slot = slot(&mut table, &key).map_err(|e| ConfigError(format!("{origin}: {e}")))?;
            *slot = value.clone();
            config = Self::deserialize(Value::Table(table.clone()))
                .map_err(|e| ConfigError(format!("{origin}: {key} = {value}: {}", in_plain_words(e.message()))))?;
            origins.insert(key, origin);
        }
        match config.out_of_bounds() {
            None => Ok(config),
            Some((bounds, value)) => {
                let key = bounds.key;
                let origin = origins.get(key).map(|origin| format!("{origin}: ")).unwrap_or_default();
                Err(ConfigError(format!("{origin}{key} = {value}: allowed is {bounds}")))
            }
        }
    }

    /// What [`Config::to_toml`] wrote.
    ///
    /// # Errors
    /// A key that is missing or unknown, or a value of a wrong type.
    pub fn from_toml(text: &str) -> Result<Self, ConfigError> {
        toml::from_str(text).map_err(|e| ConfigError(e.message().trim().to_owned()))
    }

    /// All keys with their values, as TOML that [`Config::layer`] reads.
    ///
    /// # Examples
    ///
    /// ```
    /// use tdf_config::Config;
    ///
    /// let tiny = Config::preset("tiny").expect("a preset");
    /// assert_eq!(Config::from_toml(&tiny.to_toml())?, tiny);
    /// # Ok::<(), tdf_config::ConfigError>(())
    /// ```
    pub fn to_toml(&self) -> String {
        toml::to_string(self).expect("every value of a configuration within its ranges has a form in TOML")
    }

    /// Keys on which `self` and `other` differ, dotted, each with the two values as TOML; empty for a key that one lacks.
    ///
    /// # Examples
    ///
    /// ```
    /// use tdf_config::Config;
    ///
    /// let tiny = Config::preset("tiny").expect("a preset");
    /// let other = tiny.layer(None, &["search.beam=16".to_owned()])?;
    /// let expected = ("search.beam".to_owned(), "4".to_owned(), "16".to_owned());
    /// assert_eq!(tiny.differences(&other), [expected]);
    /// # Ok::<(), tdf_config::ConfigError>(())
    /// ```
    pub fn differences(&self, other: &Self) -> Vec<(String, String, String)> {
        let (mut mine, mut theirs) = (BTreeMap::new(), BTreeMap::new());
        leaves(&self.to_table(), "", &mut |key, value| {
            drop(mine.insert(key, value.to_string()))
        });
        leaves(&other.to_table(), "", &mut |key, value| {
            drop(theirs.insert(key, value.to_string()))
        });
        let differing = mine.into_iter().filter_map(|(key, mine)| {
            let theirs = theirs.remove(&key).unwrap_or_default();
            (mine != theirs).then_some((key, mine, theirs))
        });
        let mut differing: Vec<_> = differing.collect();
        differing.extend(theirs.into_iter().map(|(key, theirs)| (key, String::new(), theirs)));
        differing
    }

    pub(crate) fn to_table(&self) -> Table {
        Table::try_from(self).expect("every value of a configuration within its ranges has a form in TOML")
    }
}

/// Calls `visit` with the dotted key and the value of everything in `table` that is no table.
pub(crate) fn leaves(table: &Table, prefix: &str, visit: &mut impl FnMut(String, &Value)) {
    for (key, value) in table {
        let key = format!("{prefix}{key}");
        match value {
            Value::Table(inner) => leaves(inner, &format!("{key}."), visit),
            value => visit(key, value),
        }
    }
}

/// Where `key` has its value in `table`, which holds every key there is.
fn slot<'a>(table: &'a mut Table, key: &str) -> Result<&'a mut Value, String> {
    let mut known = Vec::new();
    leaves(table, "", &mut |key, _| known.push(key));
    if !known.iter().any(|k| k == key) {
        let group = format!("{key}.");
        return Err(match known.iter().find(|k| k.starts_with(&group)) {
            Some(one) => format!("{key} is a group of keys, such as {one}"),
            None => format!("unknown key {key}, the nearest is {}", nearest(key, &known)),
        });
    }
    let mut parts = key.split('.');
    let first = parts.next().and_then(|part| table.get_mut(part));
    let value = parts
        .try_fold(first, |value, part| Some(value?.get_mut(part)))
        .flatten();
    value.ok_or_else(|| format!("unknown key {key}"))
}

/// The known key that looks most like `key`, whose group may be wrong or missing.
fn nearest<'a>(key: &str, known: &'a [String]) -> &'a str {
    // A group that was written counts, unless the rest is another key's name.
    let likeness = if key.contains('.') { 0.9 } else { 0.0 };
    fn name(key: &str) -> &str {
        key.rsplit('.').next().unwrap_or_default()
    }
    let known = || known.iter().map(String::as_str);
    let by_name = nearest_name(name(key), known().map(name), likeness)
        .and_then(|found| nearest_name(key, known().filter(|k| name(k) == found), 0.0));
    let whole = || nearest_name(key, known(), 0.0);
    by_name.or_else(whole).unwrap_or_default()
}

/// What serde says, without the names of Rust's types.
fn in_plain_words(message: &str) -> String {
    let mut message = message.trim().to_owned();
    for (kind, words) in [
        ("f64", "a number"),
        ("i64", "a whole number"),
        ("u64", "a whole number, 0 or more"),
        ("u32", "a whole number, 0 to 4294967295"),
        ("usize", "a whole number, 0 or more"),
        ("a sequence", "a list"),
    ] {
        if let Some(head) = message.strip_suffix(&format!("expected {kind}")) {
            message = format!("{head}expected {words}");
        }
    }
    message
}

fn read_file(file: &Path, settings: &mut Vec<Setting>) -> Result<(), ConfigError> {
    let name = file.display();
    let bytes =
        tdf_files::read(file, tdf_files::CONFIG).map_err(|e| ConfigError(format!("cannot read {name}: {e}")))?;
    let text = String::from_utf8(bytes).map_err(|e| {
        let line = 1 + e.as_bytes()[..e.utf8_error().valid_up_to()]
            .iter()
            .filter(|&&b| b == b'\n')
            .count();
        ConfigError(format!("{name}:{line}: not text in UTF-8"))
    })?;
    let line = |offset: usize| 1 + text.bytes().take(offset).filter(|&b| b == b'\n').count();
    let in_line = |e: &toml::de::Error| {
        let line = e
            .span()
            .map(|span| format!(":{}", line(span.start)))
            .unwrap_or_default();
        ConfigError(format!("{name}{line}: {}", e.message().trim()))
    };
    let table = DeTable::parse(&text).map_err(|e| in_line(&e))?;
    let mut found = Vec::new();
    spanned_leaves(table.into_inner(), "", &mut |key, at, value| {
        found.push((key, at, value))
    });
    for (key, at, value) in found {
        let value = Value::deserialize(ValueDeserializer::from(value)).map_err(|e| in_line(&e))?;
        settings.push(Setting {
            key,
            value,
            origin: format!("{name}:{}", line(at)),
        });
    }
    Ok(())
}

/// Calls `visit` with the dotted key, its offset in the text and the value of everything that is no table, in the order
/// of the text, but for a table `run` at the top.
pub(crate) fn spanned_leaves<'a>(
    table: DeTable<'a>,
    prefix: &str,
    visit: &mut impl FnMut(String, usize, Spanned<DeValue<'a>>),
) {
    let mut entries: Vec<_> = table.into_iter().collect();
    entries.sort_by_key(|(key, _)| key.span().start);
    for (name, value) in entries {
        let key = format!("{prefix}{}", name.get_ref());
        if key == "run" && value.get_ref().is_table() {
            continue;
        }
        let span = value.span();
        match value.into_inner() {
            DeValue::Table(inner) => spanned_leaves(inner, &format!("{key}."), visit),
            value => visit(key, name.span().start, Spanned::new(span, value)),
        }
    }
}

fn read_set(set: &str, settings: &mut Vec<Setting>) -> Result<(), ConfigError> {
    let origin = format!("--set {set}");
    let Some((key, text)) = set.split_once('=') else {
        return Err(ConfigError(format!("{origin}: write it as key=value")));
    };
    let value = match DeValue::parse(text.trim()) {
        Ok(value) => Value::deserialize(ValueDeserializer::from(value))
            .map_err(|e| ConfigError(format!("{origin}: {}", e.message().trim())))?,
        Err(_) => Value::String(text.trim().to_owned()),
    };
    let mut push = |key, value| {
        settings.push(Setting {
            key,
            value,
            origin: origin.clone(),
        })
    };
    match value {
        Value::Table(table) => leaves(&table, &format!("{}.", key.trim()), &mut |key, value| {
            push(key, value.clone())
        }),
        value => push(key.trim().to_owned(), value),
    }
    Ok(())
}
