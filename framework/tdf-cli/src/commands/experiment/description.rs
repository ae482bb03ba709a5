//! What an experiment is: its TOML file.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};
use serde::Deserialize;
use tdf_data::TaskOptions;
use tdf_tree::SizeRange;
use toml::{Table, Value};

/// An experiment.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Description {
    /// Heading of the page and of the tables.
    pub title: String,
    /// What it shows; a note below the tables.
    #[serde(default)]
    pub about: String,
    /// The name of the domain. If it is not built in, the command line names its code: this file may be anybody's.
    pub domain: String,
    /// What configurations begin with.
    #[serde(default = "tiny")]
    pub preset: String,
    /// Keys of the configuration for all networks.
    #[serde(default)]
    pub set: Table,
    /// The share of the time that is for training, 0 to 1.
    #[serde(default = "two_thirds")]
    pub training: f64,
    /// Seeds of each evaluation, at most: fewer if the time is up.
    #[serde(default = "five")]
    pub seeds: u64,
    /// The images to be explained.
    pub tasks: Tasks,
    /// What is trained.
    #[serde(default, rename = "network")]
    pub networks: Vec<Network>,
    /// What is evaluated.
    #[serde(rename = "method")]
    pub methods: Vec<Method>,
}

fn tiny() -> String {
    "tiny".to_owned()
}

fn two_thirds() -> f64 {
    2.0 / 3.0
}

fn five() -> u64 {
    5
}

/// A task set.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tasks {
    /// Number of tasks at full scale.
    pub most: usize,
    /// Number of tasks for each minute, up to `most`.
    pub per_minute: f64,
    /// Sizes of their programs, if not `program.size`.
    pub size: Option<String>,
    /// Seed.
    #[serde(default)]
    pub seed: u64,
    /// Percentile of incompressibility.
    pub hard: Option<u8>,
}

/// A network.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Network {
    /// What methods call it.
    pub name: String,
    /// Keys of its configuration.
    #[serde(default)]
    pub set: Table,
    /// The run folder of a trained one, from the folder of this file: it is not trained again.
    pub run: Option<PathBuf>,
}

/// A method of search with a network, or the answers of another system.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Method {
    /// What it is called in curves and tables.
    pub name: String,
    /// Its network; none for methods that ask none.
    pub network: Option<String>,
    /// The autoregressive network that writes the programs to begin at.
    pub init_network: Option<String>,
    /// Keys of the configuration of the search.
    #[serde(default)]
    pub set: Table,
    /// Whether the network is taken with fresh random weights.
    #[serde(default)]
    pub untrained: bool,
    /// Files with the programs of another system, from the folder of this file: a program a line, a file for each seed.
    #[serde(default)]
    pub predictions: Vec<PathBuf>,
}

impl Description {
    /// Reads `file`; also gives its text.
    ///
    /// # Errors
    /// With file and line: what is no TOML, keys that there are not (with the nearest), names that nothing has.
    pub fn read(file: &Path) -> anyhow::Result<(Self, String)> {
        let name = file.display();
        let text = tdf_files::read_text(file, tdf_files::CONFIG).with_context(|| name.to_string())?;
        let mut description: Self = toml::from_str(&text).map_err(|e| {
            let line = |at: usize| 1 + text.bytes().take(at).filter(|&b| b == b'\n').count();
            let line = e
                .span()
                .map(|span| format!(":{}", line(span.start)))
                .unwrap_or_default();
            anyhow::anyhow!("{name}{line}: {}", in_plain_words(e.message()))
        })?;
        description.check().with_context(|| name.to_string())?;
        let folder = file.parent().unwrap_or(Path::new(""));
        let paths = description
            .networks
            .iter_mut()
            .filter_map(|network| network.run.as_mut());
        let paths = paths.chain(
            description
                .methods
                .iter_mut()
                .flat_map(|method| &mut method.predictions),
        );
        for path in paths {
            *path = folder.join(&*path);
        }
        Ok((description, text))
    }

    fn check(&self) -> anyhow::Result<()> {
        if !(self.training > 0.0 && self.training < 1.0) {
            bail!("training = {}: allowed is more than 0 and less than 1", self.training);
        }
        if !(1..=1000).contains(&self.seeds) {
            bail!("seeds = {}: allowed is 1 to 1000", self.seeds);
        }
        self.tasks.sizes(SizeRange { least: 0, greatest: 0 })?;
        if self.tasks.most > TaskOptions::MOST {
            let most = TaskOptions::MOST;
            bail!("tasks: most = {}: allowed is 1 to {most}", self.tasks.most);
        }
        if self.tasks.most == 0 || !(self.tasks.per_minute > 0.0 && self.tasks.per_minute.is_finite()) {
            bail!("tasks: `most` and `per_minute` have to be more than 0");
        }
        if self.tasks.hard.is_some_and(|percent| !(1..=99).contains(&percent)) {
            bail!("tasks: hard is a percentile, 1 to 99");
        }
        if self.methods.is_empty() {
            bail!("there is no [[method]], so nothing to evaluate");
        }
        let networks: Vec<&str> = self.networks.iter().map(|network| &*network.name).collect();
        let methods: Vec<&str> = self.methods.iter().map(|method| &*method.name).collect();
        for (what, names) in [("network", &networks), ("method", &methods)] {
            for (number, name) in names.iter().enumerate() {
                if name.is_empty() || name.starts_with('.') || name.contains(['/', '\\', '=', '\0']) {
                    bail!("{what} {name:?}: names are those of folders, without / \\ = and not beginning with a dot");
                }
                if names[..number].contains(name) {
                    bail!("two {what}s are called {name}");
                }
            }
        }
        for method in &self.methods {
            for network in method.network.iter().chain(&method.init_network) {
                if !networks.contains(&&**network) {
                    let (name, nearest) = (&method.name, nearest(network, &networks));
                    bail!("method {name}: there is no network {network}{nearest}");
                }
            }
            if !method.predictions.is_empty() && (method.network.is_some() || !method.set.is_empty()) {
                bail!("method {}: predictions go without a network and its keys", method.name);
            }
        }
        Ok(())
    }
}

impl Tasks {
    /// Sizes of programs: `usual`, unless others are named.
    pub fn sizes(&self, usual: SizeRange) -> anyhow::Result<SizeRange> {
        let Some(size) = &self.size else { return Ok(usual) };
        let sizes = size.parse::<SizeRange>();
        sizes.map_err(|e| anyhow::anyhow!("tasks: size = {size:?}: {e}"))
    }

    /// How many there are at a scale of `minutes`.
    pub fn count(&self, minutes: f64) -> usize {
        // Numbers that are too large become the greatest.
        ((self.per_minute * minutes).round() as usize).clamp(1, self.most)
    }
}

/// `set` as the settings of a command line, `key=value` each.
pub fn settings(set: &Table) -> Vec<String> {
    fn walk(table: &Table, prefix: &str, out: &mut Vec<String>) {
        for (key, value) in table {
            match value {
                Value::Table(inner) => walk(inner, &format!("{prefix}{key}."), out),
                value => out.push(format!("{prefix}{key}={value}")),
            }
        }
    }
    let mut out = Vec::new();
    walk(set, "", &mut out);
    out
}

/// `, the nearest is ...`, if there is any.
fn nearest(name: &str, known: &[&str]) -> String {
    let nearest = tdf_grammar::nearest_name(name, known.iter().copied(), 0.0);
    nearest.map_or(String::new(), |nearest| format!(", the nearest is {nearest}"))
}

/// What serde says of keys, with the nearest one instead of all.
fn in_plain_words(message: &str) -> String {
    let message = message.trim();
    let Some(rest) = message.strip_prefix("unknown field ") else {
        return message.to_owned();
    };
    let mut words = rest.split('`').skip(1).step_by(2);
    let unknown = words.next().unwrap_or_default();
    let known: Vec<&str> = words.collect();
    format!("unknown key {unknown}{}", nearest(unknown, &known))
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = "title = 'a'\ndomain = 'rainbow'\n[tasks]\nmost = 64\nper_minute = 4\nsize = '2..=4'\n\
                        [[network]]\nname = 'full'\n[[method]]\nname = 'rollout'\nnetwork = 'full'\n";

    fn read(text: &str) -> Result<Description, String> {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("x.toml");
        std::fs::write(&file, text).unwrap();
        let read = Description::read(&file).map(|(description, _)| description);
        read.map_err(|e| format!("{e:#}").replace(&format!("{}/", folder.path().display()), ""))
    }

    #[test]
    fn what_is_wrong_is_named() {
        assert!(read(GOOD).is_ok());
        for (from, to, message) in [
            ("most", "mots", "x.toml:4: unknown key mots, the nearest is most"),
            (
                "'rollout'\nnetwork",
                "'rollout'\nnetwrk",
                "x.toml:11: unknown key netwrk, the nearest is network",
            ),
            (
                "network = 'full'",
                "network = 'ful'",
                "x.toml: method rollout: there is no network ful, the nearest is full",
            ),
            ("title = 'a'", "title = 'a", "x.toml:1: "),
            ("'2..=4'", "'4..=2'", "x.toml: tasks: size = "),
            ("domain = 'rainbow'\n", "", "x.toml:1: missing field `domain`"),
            (
                "'rollout'",
                "'a/b'",
                "x.toml: method \"a/b\": names are those of folders",
            ),
            ("domain", "training = 1.0\ndomain", "x.toml: training = 1: allowed is"),
            (
                "most = 64",
                "most = 65537",
                "x.toml: tasks: most = 65537: allowed is 1 to 65536",
            ),
            (
                "[[network]]",
                "[[method]]\nname = 'rollout'\n[[network]]",
                "x.toml: two methods are called rollout",
            ),
        ] {
            let error = read(&GOOD.replacen(from, to, 1)).unwrap_err();
            assert!(error.starts_with(message), "{error}");
        }
    }

    #[test]
    fn the_number_of_tasks_grows_with_the_minutes() {
        let tasks = read(GOOD).unwrap().tasks;
        let counts = [0.001, 1.0, 15.0, 16.0, 1e300].map(|minutes| tasks.count(minutes));
        assert_eq!(counts, [1, 4, 60, 64, 64]);
    }

    #[test]
    fn keys_are_settings() {
        let table: Table = toml::from_str("noise = { rho = 0.5 }\n\"search.ranking\" = 'pixels'").unwrap();
        assert_eq!(settings(&table), ["noise.rho=0.5", "search.ranking=\"pixels\""]);
    }
}
