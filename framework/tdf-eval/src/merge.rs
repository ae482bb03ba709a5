//! The shards of an evaluation, merged into the evaluation of the whole task set.

use std::path::{Path, PathBuf};

use crate::compare::read_shard;
use crate::page::merged_page;
use crate::record::{both, first_difference};
use crate::{EvaluationSettings, Folder, Provenance, Record, RecordError, Shard, Summary};

/// A shard as it lies in its folder.
struct Part {
    folder: Folder,
    shard: Shard,
    config: String,
    page: String,
}

/// Merges `shards` into the evaluation in `out`. But for times and provenance, its files are those of one evaluation of the whole
/// set. `made` gets the configuration of the evaluation and returns the provenance of the page.
///
/// # Errors
/// Folders that hold no finished shard; shards of different evaluations; one that is missing or there twice; `out` that is one of
/// them or is used by another process; files.
pub fn merge(shards: &[PathBuf], out: &Path, made: impl FnOnce(&str) -> Provenance) -> Result<Summary, RecordError> {
    let parts = shards.iter().map(|path| read(path));
    let mut parts = parts.collect::<Result<Vec<_>, _>>()?;
    parts.sort_by_key(|part| part.shard.index);
    let Some(first) = parts.first() else {
        return fail("no shards to merge".to_owned());
    };
    parts.iter().try_for_each(|part| check_pair(first, part))?;
    check_complete(&parts)?;
    let is_out = |part: &&Part| same_folder(&part.folder.path, out);
    if let Some(part) = parts.iter().find(is_out) {
        return fail(format!(
            "{}: is one of the shards; name another folder for the whole evaluation",
            part.folder.path.display()
        ));
    }
    let summary = &first.folder.summary;
    let mut setting = summary.setting.clone();
    setting.shard = None;
    for part in &parts {
        setting.hardware = both(setting.hardware, part.folder.summary.setting.hardware.clone());
    }
    let wanted = parts.iter().find_map(|part| part.folder.summary.diversity.as_ref());
    let settings = EvaluationSettings {
        method: summary.method.clone(),
        budget: summary.budget,
        temperature: summary.temperature,
        criterion: summary.criterion.clone(),
        solutions: wanted.map_or(1, |diversity| diversity.wanted),
        renders: summary.currencies.max_renders,
        seconds: summary.currencies.max_seconds,
    };
    let config = without_shard(&first.config);
    let (seeds, tasks) = (summary.seeds.clone(), first.shard.tasks);
    let mut lines = Vec::new();
    for at in 0..seeds.len() {
        for part in &parts {
            lines.extend(part.folder.by_seed().nth(at).into_iter().flatten().cloned());
        }
    }
    let pages: Vec<&str> = parts.iter().map(|part| part.page.as_str()).collect();
    let title = setting.domain.clone().unwrap_or_default();
    let Some(page) = merged_page(&title, tasks, &pages) else {
        let paths: Vec<String> = parts
            .iter()
            .map(|part| part.folder.path.display().to_string())
            .collect();
        return fail(format!(
            "{}: an index.html that `tdf eval` did not write",
            paths.join(", ")
        ));
    };
    let mut record = Record::open(out, settings, setting, (tasks, &seeds), &config, false)?;
    record.fill(lines, page, made(&config))?;
    Ok(record.summary())
}

fn fail<T>(message: String) -> Result<T, RecordError> {
    Err(RecordError::Other(message))
}

fn read(path: &Path) -> Result<Part, RecordError> {
    let place = path.display();
    let folder = read_shard(&place.to_string(), path).map_err(|error| RecordError::Other(error.to_string()))?;
    let Some(shard) = folder.summary.setting.shard else {
        return fail(format!(
            "{place}: a whole evaluation, not a shard of one (`tdf eval --shard I/N` makes shards)"
        ));
    };
    let text = |name: &str| {
        let file = path.join(name);
        tdf_files::read_text(&file, tdf_files::TABLE)
            .map_err(|error| RecordError::Other(format!("{}: {error}", file.display())))
    };
    Ok(Part {
        shard,
        config: text("config.toml")?,
        page: text("index.html")?,
        folder,
    })
}

/// Whether two shards are of one evaluation.
fn check_pair(first: &Part, other: &Part) -> Result<(), RecordError> {
    let [a, b] = [first, other].map(|part| part.folder.path.display());
    let differ = |before: &str, now: &str| {
        fail(format!(
            "{a} and {b} are shards of different evaluations: {before} in the first, {now} in the second"
        ))
    };
    let [x, y] = [first.shard, other.shard];
    if (x.count, x.tasks) != (y.count, y.tasks) {
        let of = |shard: Shard| format!("{shard} of {} tasks", shard.tasks);
        return differ(&of(x), &of(y));
    }
    if let Some((before, now)) = first_difference(&without_shard(&first.config), &without_shard(&other.config)) {
        return differ(&before, &now);
    }
    let [x, y] = [first, other].map(|part| {
        let mut summary = part.folder.summary.clone();
        (summary.setting.shard, summary.setting.hardware) = (None, None);
        summary
    });
    if x.seeds != y.seeds {
        return differ(&x.seeds_in_words(), &y.seeds_in_words());
    }
    let facts = |s: &Summary| {
        (
            s.method.clone(),
            s.budget,
            s.temperature,
            s.criterion.clone(),
            s.setting.clone(),
        )
    };
    if facts(&x) != facts(&y) {
        return fail(format!(
            "{a} and {b} are shards of different evaluations: their summary.json have other settings"
        ));
    }
    Ok(())
}

/// Whether every shard is there once; they are in order.
fn check_complete(parts: &[Part]) -> Result<(), RecordError> {
    if let Some(pair) = parts.windows(2).find(|pair| pair[0].shard.index == pair[1].shard.index) {
        let [a, b] = [&pair[0], &pair[1]].map(|part| part.folder.path.display());
        return fail(format!("{a} and {b} are both shard {}", pair[0].shard));
    }
    let count = parts.first().map_or(0, |part| part.shard.count);
    let is_there = |index: &usize| parts.iter().any(|part| part.shard.index == *index);
    let missing: Vec<usize> = (1..=count).filter(|index| !is_there(index)).collect();
    let Some(one) = missing.first() else { return Ok(()) };
    let others = match missing.len() - 1 {
        0 => String::new(),
        others => format!(", and {others} more"),
    };
    fail(format!("shard {one}/{count} is missing{others}"))
}

/// A configuration without the line that names the shard.
fn without_shard(config: &str) -> String {
    let lines = config.split_inclusive('\n');
    lines.filter(|line| !line.starts_with("shard = ")).collect()
}

fn same_folder(a: &Path, b: &Path) -> bool {
    match (a.canonicalize(), b.canonicalize()) {
        (Ok(a), Ok(b)) => a == b,
        _ => false,
    }
}
