//! The reference of configuration keys. All of it comes from the code: the effect of a key is the comment beside its field,
//! its bounds are those that are checked, its defaults are those of the presets.

use std::fmt::Write as _;

use schemars::generate::SchemaSettings;
use serde_json::Value;
use tdf_domain::OptionSpec;
use toml::de::DeTable;

use crate::settings::{leaves, spanned_leaves};
use crate::{Config, key_bounds};

/// The preset whose values are shown first.
const FIRST: &str = "tiny";

/// One key of a configuration.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Key {
    /// The key with its group, such as `train.batch`.
    pub name: String,
    /// Its effect.
    pub about: String,
    /// The values that it takes, in words.
    pub allowed: String,
    /// The words that it takes, each with its meaning; none if it takes other values.
    pub words: Vec<(String, String)>,
    /// Its default as TOML, by preset, in the order of [`Config::PRESETS`]; empty for an option of a domain.
    pub defaults: Vec<(&'static str, String)>,
}

/// A group of keys, such as `train`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyGroup {
    /// Its name.
    pub name: String,
    /// Its subject.
    pub about: String,
    /// Its keys, in the order of [`Config::to_toml`].
    pub keys: Vec<Key>,
}

impl Config {
    /// All groups of keys but `domain`, whose keys are those of the domain at hand.
    ///
    /// # Examples
    ///
    /// ```
    /// let groups = tdf_config::Config::reference();
    /// let search = groups.iter().find(|group| group.name == "search").expect("a group");
    /// assert!(search.keys.iter().any(|key| key.name == "search.beam"));
    /// ```
    pub fn reference() -> Vec<KeyGroup> {
        let settings = SchemaSettings::draft2020_12().with(|settings| settings.inline_subschemas = true);
        let schema = settings.into_generator().into_root_schema_for::<Self>();
        let schema = schema.as_value();
        let presets: Vec<(&'static str, Self)> = Self::PRESETS
            .iter()
            .filter_map(|&name| Some((name, Self::preset(name)?)))
            .collect();
        let mut groups: Vec<KeyGroup> = Vec::new();
        let first = presets.iter().find(|(name, _)| *name == FIRST);
        for name in first.map(|(_, config)| config.keys_in_order()).unwrap_or_default() {
            let Some((group, short)) = name.split_once('.') else {
                continue;
            };
            let property = &schema["properties"][group];
            if groups.last().is_none_or(|last| last.name != group) {
                groups.push(KeyGroup {
                    name: group.to_owned(),
                    about: description(property),
                    keys: Vec::new(),
                });
            }
            let property = &property["properties"][short];
            let words = match name.as_str() {
                "search.method" => methods(),
                _ => words(property),
            };
            let key = Key {
                about: description(property),
                allowed: allowed(&name, property, &words),
                words,
                defaults: presets
                    .iter()
                    .map(|(preset, config)| (*preset, config.value_of(&name)))
                    .collect(),
                name,
            };
            if let Some(group) = groups.last_mut() {
                group.keys.push(key);
            }
        }
        groups
    }

    /// All keys with their values, as [`Config::to_toml`] writes them, each below a comment that says what it does, which
    /// values it takes and what its default is. `options` are those of the domain. [`Config::layer`] reads the text.
    pub fn to_commented_toml(&self, options: &[OptionSpec]) -> String {
        let text = self.to_toml();
        let groups = Self::reference();
        let keys: Vec<Key> = groups
            .iter()
            .flat_map(|group| group.keys.clone())
            .chain(options.iter().map(Key::of_option))
            .collect();
        let mut comments: Vec<(usize, String)> = Vec::new();
        let mut last = String::new();
        for (name, at) in places(&text) {
            let group = name.split('.').next().unwrap_or_default().to_owned();
            if group != last {
                let about = match groups.iter().find(|known| known.name == group) {
                    Some(known) => known.about.clone(),
                    None => "Options of the domain.".to_owned(),
                };
                let header = text[..at].rfind(&format!("[{group}]")).unwrap_or(at);
                comments.push((header, comment("", &about)));
                last = group;
            }
            let key = keys.iter().find(|key| key.name == name);
            comments.push((at, key.map(Key::comment).unwrap_or_default()));
        }
        let mut commented = String::new();
        let mut from = 0;
        for (at, comment) in comments {
            commented.push_str(&text[from..at]);
            commented.push_str(&comment);
            from = at;
        }
        commented + &text[from..]
    }

    /// The dotted keys, in the order of [`Config::to_toml`].
    fn keys_in_order(&self) -> Vec<String> {
        places(&self.to_toml()).into_iter().map(|(name, _)| name).collect()
    }

    /// The value of a key as TOML; empty if there is no such key.
    fn value_of(&self, name: &str) -> String {
        let mut found = String::new();
        leaves(&self.to_table(), "", &mut |key, value| {
            if key == name {
                found = value.to_string();
            }
        });
        found
    }
}

impl Key {
    /// An option of a domain, as the key `domain.NAME`.
    pub fn of_option(option: &OptionSpec) -> Self {
        let words = match option.allowed {
            tdf_domain::Allowed::OneOf(words) => words.iter().map(|&word| (word.to_owned(), String::new())).collect(),
            tdf_domain::Allowed::Whole { .. } => Vec::new(),
        };
        let allowed = option.allowed.to_string();
        let about = sentence(option.about);
        Self {
            name: format!("domain.{}", option.name),
            about,
            allowed: format!("{allowed}; default {}", option.default),
            words,
            defaults: Vec::new(),
        }
    }

    /// The default as TOML, and the presets that have another: `0.999; paper 0.0`.
    fn default_text(&self) -> String {
        let mut text = String::new();
        let mut first = "";
        for (preset, value) in &self.defaults {
            if text.is_empty() {
                (text, first) = (value.clone(), value);
            } else if value != first {
                let _ = write!(text, "; {preset} {value}");
            }
        }
        text
    }

    /// A comment in TOML.
    fn comment(&self) -> String {
        let mut text = comment("", &self.about);
        for (word, meaning) in self.words.iter().filter(|(_, meaning)| !meaning.is_empty()) {
            text += &comment("  ", &format!("\"{word}\": {meaning}"));
        }
        let explained = self.words.iter().any(|(_, meaning)| !meaning.is_empty());
        let default = match self.default_text() {
            text if text.is_empty() => String::new(),
            text => format!("default {text}"),
        };
        let values = match explained {
            true => default,
            false => [self.allowed.clone(), default]
                .into_iter()
                .filter(|part| !part.is_empty())
                .collect::<Vec<_>>()
                .join("; "),
        };
        text + &comment("", &values)
    }
}

/// Markdown: a table of all keys, and of the options of the domains that are named.
pub fn reference_page(domains: &[(&str, &[OptionSpec])]) -> String {
    let mut page = PAGE_HEAD.to_owned();
    let cell = |text: &str| text.replace('|', "\\|");
    for group in Config::reference() {
        let _ = write!(page, "\n## `{}`\n\n{}\n\n", group.name, group.about);
        page += "| Key | Default | Values | Effect |\n|---|---|---|---|\n";
        for key in &group.keys {
            let default = key
                .default_text()
                .split("; ")
                .map(|part| match part.split_once(' ') {
                    Some((preset, value)) if Config::PRESETS.contains(&preset) => format!("{preset}: `{value}`"),
                    _ => format!("`{part}`"),
                })
                .collect::<Vec<_>>()
                .join("; ");
            let _ = writeln!(
                page,
                "| `{}` | {} | {} | {} |",
                key.name,
                cell(&default),
                cell(&key.allowed),
                cell(&key.about)
            );
        }
        for key in group
            .keys
            .iter()
            .filter(|key| key.words.iter().any(|(_, meaning)| !meaning.is_empty()))
        {
            let _ = write!(page, "\n| `{}` | |\n|---|---|\n", key.name);
            for (word, meaning) in &key.words {
                let _ = writeln!(page, "| `{word}` | {} |", cell(meaning));
            }
        }
    }
    page += "\n## `domain`\n\nOptions of the built-in domains; [domains.md](domains.md) says more. A domain of your own declares its own.\n\n";
    page += "| Domain | Key | Values | Effect |\n|---|---|---|---|\n";
    for (domain, options) in domains {
        for key in options.iter().map(Key::of_option) {
            let _ = writeln!(
                page,
                "| `{domain}` | `{}` | {} | {} |",
                key.name,
                cell(&key.allowed),
                cell(&key.about)
            );
        }
    }
    page
}

const PAGE_HEAD: &str = "# Configuration\n\n\
    All keys of a configuration. This page is made from the code: `UPDATE_GOLDEN=1 cargo test -p tdf-config` renews it, and a\n\
    test fails when it is out of date. `tdf train D --print-config` prints the same as comments of a file that\n\
    `--config FILE` takes. [commands.md](commands.md) says how presets, files and `--set KEY=VALUE` change keys.\n\n\
    A default is that of the preset `tiny`; where another preset differs, its value stands behind its name.\n";

/// The dotted keys of a TOML text and where each begins.
fn places(text: &str) -> Vec<(String, usize)> {
    let mut places = Vec::new();
    if let Ok(table) = DeTable::parse(text) {
        spanned_leaves(table.into_inner(), "", &mut |key, at, _| places.push((key, at)));
    }
    places.sort_by_key(|(_, at)| *at);
    places
}

/// The text of a schema's description on one line.
fn description(schema: &Value) -> String {
    let text = schema["description"].as_str().unwrap_or_default();
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The registered search methods, each with its meaning.
fn methods() -> Vec<(String, String)> {
    let methods = tdf_search::methods().into_iter();
    methods
        .map(|method| (method.name.to_owned(), format!("{}.", method.about)))
        .collect()
}

/// The words that a schema takes.
fn words(schema: &Value) -> Vec<(String, String)> {
    let one_of = schema["oneOf"].as_array().into_iter().flatten();
    let mut words = Vec::new();
    for alternative in one_of {
        let meaning = description(alternative);
        let plain = alternative["enum"].as_array().into_iter().flatten();
        let names = alternative["const"]
            .as_str()
            .into_iter()
            .chain(plain.filter_map(Value::as_str));
        words.extend(names.map(|name| (name.to_owned(), meaning.clone())));
    }
    let plain = schema["enum"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(Value::as_str);
    words.extend(plain.map(|name| (name.to_owned(), String::new())));
    words
}

/// The values that a key takes, in words.
fn allowed(name: &str, schema: &Value, words: &[(String, String)]) -> String {
    if let Some(bounds) = key_bounds().find(|bounds| bounds.key == name) {
        return match schema["type"].as_str() {
            Some("array") => format!("a list of numbers, each {bounds}"),
            _ => bounds.to_string(),
        };
    }
    if !words.is_empty() {
        let words: Vec<String> = words.iter().map(|(word, _)| format!("\"{word}\"")).collect();
        return words.join(", ");
    }
    match schema["type"].as_str() {
        Some("boolean") => "true or false".to_owned(),
        Some("string") => "a text".to_owned(),
        _ => String::new(),
    }
}

/// `text` with a capital letter and a full stop.
fn sentence(text: &str) -> String {
    let mut letters = text.chars();
    let capital = letters
        .next()
        .map(|c| c.to_uppercase().collect::<String>())
        .unwrap_or_default();
    let stop = if text.ends_with('.') { "" } else { "." };
    format!("{capital}{}{stop}", letters.as_str())
}

/// Width of a comment.
const WIDTH: usize = 100;

/// `text` as lines of a comment in TOML; nothing for nothing.
fn comment(indent: &str, text: &str) -> String {
    let mut lines = String::new();
    let mut line = String::new();
    for word in text.split_whitespace() {
        if !line.is_empty() && line.chars().count() + 1 + word.chars().count() > WIDTH {
            let _ = writeln!(lines, "# {indent}{line}");
            line.clear();
        }
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(word);
    }
    if !line.is_empty() {
        let _ = writeln!(lines, "# {indent}{line}");
    }
    lines
}
