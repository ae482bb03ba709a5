//! Solve rates.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use tdf_data::Task;
use tdf_domain::{DynDomain, Inputs};

use crate::seeds::{median, over_seeds};
use crate::{Currencies, Diversity, EvaluationSettings, ResultLine, Shard};

/// The numbers of expansions at which solve rates are always given (those that do not exceed the budget).
pub(crate) const MARKS: [u32; 5] = [1, 10, 100, 1000, 5000];

/// What counts as one node expansion; stands in every summary.
pub(crate) const EXPANSION: &str = "a program of the search that was rendered and tested for the first time, initial programs included, random or generated; \
     a program met again in the same search costs nothing, except in simulated annealing and enumeration, which count every render";

/// What an evaluation was made with. What is not known is `None`: evaluations by older versions recorded less.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Setting {
    /// Name of the domain.
    pub domain: Option<String>,
    /// The values of its options.
    pub options: BTreeMap<String, String>,
    /// The file that brought it: a grammar file or a shared library. `None` if it is built in. A hint for people: evaluations
    /// are passed on, so nothing is opened because it stands here.
    pub origin: Option<String>,
    /// SHA-256 of the plugin's shared library. `None` if it is built in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub plugin: Option<String>,
    /// The size function that replaced the plugin's, as [`Size::parse`](tdf_tree::Size::parse) takes it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub size: Option<String>,
    /// The table `scope` that replaced the plugin's, as a TOML document.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scope: Option<String>,
    /// Fingerprint of its grammar.
    pub grammar: Option<String>,
    /// Digest of the tasks: their programs, and the seeds of their observations.
    pub tasks: Option<String>,
    /// Digest of the network's weights.
    pub network: Option<String>,
    /// Version of tdf.
    pub version: Option<String>,
    /// The commit that it was built from.
    pub commit: Option<String>,
    /// Processor, and accelerator if one was used.
    pub hardware: Option<String>,
    /// The part of the task set that was evaluated. `None` for all of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub shard: Option<Shard>,
}

/// Solve rates of one evaluation.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Summary {
    /// The method, as on the command line.
    pub method: String,
    /// Greatest number of expansions per task.
    pub budget: u32,
    /// Temperature of sampling.
    pub temperature: f64,
    /// Name of the criterion that ended searches.
    pub criterion: String,
    /// Number of tasks; of a shard, those of its own.
    pub tasks: usize,
    /// Seeds of the searches.
    pub seeds: Vec<u64>,
    /// Share of tasks solved within the first so many expansions, by the criterion that ended searches.
    pub rates: Vec<Rate>,
    /// Number of tasks that are reducible: a smaller part of the program renders to the same.
    #[serde(default)]
    pub reducible: Option<usize>,
    /// As `rates`, of the tasks that are not reducible; empty if there are none, or if it is not known.
    #[serde(default)]
    pub irreducible_rates: Vec<Rate>,
    /// Share solved within the budget by each criterion, tested on the program found.
    pub criteria: Vec<CriterionRate>,
    /// Median number of expansions of the solved searches.
    pub median_expansions: Option<f64>,
    /// Mean tree edit distance from the program that was found, or came nearest, to that of the task.
    #[serde(default)]
    pub edit_distance: Option<f64>,
    /// Programs that are none of the language or cannot be rendered, over all tasks and seeds.
    #[serde(default)]
    pub invalid: usize,
    /// Tasks for which there is no program, over all seeds.
    #[serde(default)]
    pub unanswered: usize,
    /// The solutions of a task, if more than one was looked for and some task was solved.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub diversity: Option<Diversity>,
    /// Expansions made in all, over all tasks and seeds.
    pub expansions: u64,
    /// Seconds of searching in all, over all seeds.
    pub seconds: f64,
    /// What searches cost in renders, network calls and seconds. Without rates in summaries of older versions.
    #[serde(default)]
    pub currencies: Currencies,
    /// What one expansion is.
    pub expansion: String,
    /// Number of seeds that were asked for: more than there are `seeds` while the evaluation is unfinished, 0 if it was
    /// not recorded.
    #[serde(default)]
    pub planned: usize,
    /// What it was made with.
    #[serde(default)]
    pub setting: Setting,
}

impl Summary {
    /// Numbers of the tasks in their set, from 0.
    pub(crate) fn task_range(&self) -> std::ops::Range<usize> {
        self.setting.shard.map_or(0..self.tasks, Shard::range)
    }

    /// The seeds in few words.
    pub(crate) fn seeds_in_words(&self) -> String {
        match self.seeds[..] {
            [only] => format!("seed {only}"),
            [first, .., last]
                if self
                    .seeds
                    .windows(2)
                    .all(|pair| pair[0].checked_add(1) == Some(pair[1])) =>
            {
                format!("{} seeds ({first} to {last})", self.seeds.len())
            }
            _ => format!("{} seeds {:?}", self.seeds.len(), self.seeds),
        }
    }
}

/// A solve rate after a number of expansions.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Rate {
    /// Number of expansions.
    pub expansions: u32,
    /// Mean over seeds of the share of tasks solved, 0 to 1.
    pub mean: f64,
    /// Standard deviation over seeds (n - 1); 0 for one seed.
    pub deviation: f64,
}

/// A solve rate by one criterion.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CriterionRate {
    /// Name of the criterion.
    pub criterion: String,
    /// Mean over seeds of the share of tasks solved, 0 to 1.
    pub mean: f64,
    /// Standard deviation over seeds (n - 1); 0 for one seed.
    pub deviation: f64,
}

/// The inputs and outputs of a task, in a text; empty in domains of images.
fn examples(inputs: &Inputs, domain: &dyn DynDomain, observation: &[u8]) -> String {
    match domain.observation_spec().values() {
        Some(spec) if !inputs.is_empty() => format!("\t{:?}\t{:?}", inputs.rows(), spec.decode(observation)),
        _ => String::new(),
    }
}

impl Setting {
    /// What a domain and its tasks tell; the rest is not known yet.
    pub fn of(domain: &dyn DynDomain, tasks: &[Task]) -> Self {
        let (language, mut text) = (domain.language(), String::new());
        for task in tasks {
            if let Some(program) = &task.program {
                text += &language.print(program.nodes());
            }
            text += &examples(&task.inputs, domain, &task.image);
            if let Some(observed) = &task.observed {
                text += &format!("\t{}", observed.seed);
            }
            text.push('\n');
        }
        let (options, from) = (domain.options().iter(), domain.provenance());
        Self {
            domain: Some(domain.name().to_owned()),
            options: options
                .map(|(name, value)| (name.to_owned(), value.to_owned()))
                .collect(),
            origin: from.map(|from| from.origin.display().to_string()),
            plugin: from.map(|from| from.digest.clone()),
            size: from.and_then(|from| from.size.clone()),
            scope: from.and_then(|from| from.scope.clone()),
            grammar: Some(language.grammar().fingerprint.clone()),
            tasks: Some(digest(text.as_bytes())),
            ..Self::default()
        }
    }
}

/// `text` with the digests in it shortened to twelve digits, which is enough to tell them apart. What is no digest stays as it
/// is, whatever stands in a file from outside.
pub fn short_digests(text: &str) -> String {
    let is_digest = |word: &str| word.len() == 64 && word.bytes().all(|byte| byte.is_ascii_hexdigit());
    let words = text.split_inclusive(|c: char| !c.is_alphanumeric());
    let short = |word: &str| {
        let bare = word.trim_end_matches(|c: char| !c.is_alphanumeric());
        match bare.get(..12).filter(|_| is_digest(bare)) {
            Some(first) => word.replacen(bare, first, 1),
            None => word.to_owned(),
        }
    };
    words.map(short).collect()
}

/// SHA-256 in hexadecimal digits.
pub fn digest(bytes: &[u8]) -> String {
    use sha2::Digest as _;
    sha2::Sha256::digest(bytes)
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

/// Summarises the lines of `seeds` seeds over `tasks` tasks.
pub fn summarise(lines: &[ResultLine], settings: &EvaluationSettings, tasks: usize, seeds: &[u64]) -> Summary {
    let mut marks: Vec<u32> = MARKS.into_iter().filter(|&m| m < settings.budget).collect();
    marks.push(settings.budget);
    let rates = |tasks: usize, counts: fn(&ResultLine) -> bool| -> Vec<Rate> {
        let rate = |&expansions: &u32| {
            let within = |l: &ResultLine| counts(l) && l.solved && l.expansions <= expansions;
            let (mean, deviation) = over_seeds(lines, tasks, seeds, within);
            Rate {
                expansions,
                mean,
                deviation,
            }
        };
        if tasks == 0 || seeds.is_empty() {
            return Vec::new();
        }
        marks.iter().map(rate).collect()
    };
    let criterion = |name: &String| {
        let meets = |line: &ResultLine| line.solved_by.get(name).copied().unwrap_or(false);
        let (mean, deviation) = over_seeds(lines, tasks, seeds, meets);
        CriterionRate {
            criterion: name.clone(),
            mean,
            deviation,
        }
    };
    let names: BTreeSet<&String> = lines.iter().flat_map(|line| line.solved_by.keys()).collect();
    // An evaluation that an earlier version began may lack a criterion in some of its lines.
    let is_known = |name: &&String| lines.iter().all(|line| line.solved_by.contains_key(*name));
    let criteria = names.into_iter().filter(is_known).map(criterion).collect();
    let solved = lines.iter().filter(|l| l.solved);
    let of_seed = |seed: u64| lines.iter().filter(move |l| l.seed == seed);
    let until = |l: &ResultLine| l.solutions.as_ref().map_or(l.seconds, |s| s.spent_seconds);
    // Tasks are searched at once, or one after the other if their time is limited.
    let last = |seed: &u64| match settings.seconds {
        None => of_seed(*seed).map(until).fold(0.0, f64::max),
        Some(_) => of_seed(*seed).map(until).sum(),
    };
    let first_seed = || seeds.first().into_iter().flat_map(|&seed| of_seed(seed));
    let is_known = first_seed().next().is_some() && first_seed().all(|l| l.reducible.is_some());
    let reducible = is_known.then(|| first_seed().filter(|l| l.reducible == Some(true)).count());
    let distances: Vec<f64> = lines.iter().filter_map(|l| l.edit_distance).map(f64::from).collect();
    Summary {
        method: settings.method.clone(),
        budget: settings.budget,
        temperature: settings.temperature,
        criterion: settings.criterion.clone(),
        tasks,
        seeds: seeds.to_vec(),
        rates: rates(tasks, |_| true),
        reducible,
        irreducible_rates: rates(reducible.map_or(0, |n| tasks - n), |l| l.reducible == Some(false)),
        criteria,
        median_expansions: median(solved.map(|l| f64::from(l.expansions))),
        edit_distance: (!distances.is_empty()).then(|| distances.iter().sum::<f64>() / distances.len() as f64),
        invalid: lines.iter().filter(|l| l.invalid.is_some()).count(),
        unanswered: lines.iter().filter(|l| l.program.is_empty()).count(),
        diversity: Diversity::of(settings.solutions, lines.iter().filter_map(|l| l.solutions.as_ref())),
        expansions: lines.iter().map(spent).sum(),
        seconds: seeds.iter().map(last).sum(),
        currencies: Currencies::of(lines, settings, tasks, seeds),
        expansion: EXPANSION.to_owned(),
        planned: seeds.len(),
        setting: Setting::default(),
    }
}

/// All expansions of a search.
fn spent(line: &ResultLine) -> u64 {
    u64::from(
        line.solutions
            .as_ref()
            .map_or(line.expansions, |solutions| solutions.spent),
    )
}

#[cfg(test)]
mod tests {
    use tdf_search::{Init, SearchOptions};

    use super::*;

    fn line(task: usize, seed: u64, solved: bool, expansions: u32) -> ResultLine {
        ResultLine {
            task,
            seed,
            solved,
            expansions,
            seconds: f64::from(expansions),
            renders: 0,
            network_calls: 0,
            program: String::new(),
            target: String::new(),
            solved_by: [("iou-0.99".to_owned(), solved), ("public-code".to_owned(), true)].into(),
            edit_distance: (task == 0).then_some(expansions),
            reducible: Some(task == 1),
            invalid: (expansions == 11).then(|| "not drawn".to_owned()),
            solutions: None,
            examples: Vec::new(),
        }
    }

    #[test]
    fn rates_count_by_expansions_and_seed() {
        let options = SearchOptions {
            budget: 50,
            criterion: "iou-0.99".to_owned(),
            init: Init::Random,
            ..SearchOptions::default()
        };
        let lines = [
            line(0, 1, true, 1),
            line(1, 1, true, 11),
            line(0, 2, true, 10),
            line(1, 2, false, 50),
        ];
        let s = summarise(&lines, &EvaluationSettings::from(&options), 2, &[1, 2]);
        let rates: Vec<_> = s.rates.iter().map(|r| (r.expansions, r.mean)).collect();
        assert_eq!(rates, [(1, 0.25), (10, 0.5), (50, 0.75)]);
        // Shares 1 and 0.5 of the two seeds.
        assert!((s.rates[2].deviation - 0.125f64.sqrt()).abs() < 1e-12);
        assert_eq!((s.criteria[0].mean, s.criteria[1].mean), (0.75, 1.0));
        assert_eq!(s.median_expansions, Some(10.0));
        assert_eq!((s.expansions, s.seconds), (72, 61.0));
        let irreducible: Vec<_> = s.irreducible_rates.iter().map(|r| (r.expansions, r.mean)).collect();
        assert_eq!(irreducible, [(1, 0.5), (10, 1.0), (50, 1.0)]);
        assert_eq!((s.reducible, s.edit_distance), (Some(1), Some(5.5)));
        assert_eq!((s.invalid, s.unanswered), (1, 4));
    }
}
