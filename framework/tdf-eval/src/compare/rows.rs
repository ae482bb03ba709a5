//! What stands in the tables.

use tdf_search::MAX_BUDGET;

use crate::compare::statistics::DomainStatistics;
use crate::compare::table::{Cell, Column, Row, Table};
use crate::summary::{MARKS, short_digests};
use crate::{Folder, Group, Summary, sign_flip};

/// A row per evaluation, ranked by nothing: they stand in the order in which they were given.
pub(crate) fn solve_rates(group: &Group) -> Table {
    let budget = group.budget();
    let lines = group.folders.iter().flat_map(|folder| &folder.lines);
    let greatest = match budget {
        // Nothing is known of what lies behind the ends of all searches.
        MAX_BUDGET => lines.map(|line| line.expansions).max().unwrap_or(budget),
        _ => budget,
    };
    let mut marks: Vec<u32> = MARKS.into_iter().filter(|&mark| mark < greatest).collect();
    marks.push(budget);
    let mut columns = vec![Column::new("evaluation", "evaluation")];
    columns.extend(marks.iter().map(|&mark| match mark {
        MAX_BUDGET => Column::new("all", "solved"),
        _ => Column::new(mark.to_string(), format!("solved_{mark}")),
    }));
    columns.extend([
        Column::new("irreducible", "solved_irreducible"),
        Column::new("distance", "edit_distance"),
        Column::new("median", "median_expansions"),
        Column::new("seconds", "seconds"),
        Column::new("p", "p"),
    ]);
    let best = group.best();
    let mut rows: Vec<Row> = group
        .folders
        .iter()
        .enumerate()
        .map(|(number, folder)| {
            let mut cells = vec![Cell::Text(folder.name.clone())];
            cells.extend(marks.iter().map(|&mark| rate_at(folder, mark, budget)));
            cells.push(irreducible(folder));
            cells.push(Cell::maybe(folder.summary.edit_distance, 2));
            let seconds = (!folder.is_predictions()).then_some(folder.summary.seconds);
            cells.push(match folder.is_predictions() {
                true => Cell::Nothing,
                false => Cell::maybe(folder.summary.median_expansions, 1),
            });
            cells.push(Cell::maybe(seconds, 1));
            let p = (number != best)
                .then(|| difference(&group.folders[best], folder))
                .flatten();
            cells.push(p.map_or(Cell::Nothing, Cell::P));
            Row {
                cells: cells.into_iter().map(|cell| (cell, false)).collect(),
                domain_statistics: domain_statistics(group, folder),
            }
        })
        .collect();
    for column in 1..=marks.len() + 1 {
        embolden(&mut rows, column);
    }
    Table {
        caption: format!(
            "Tasks of {} solved within so many node expansions, in percent",
            group.title()
        ),
        columns,
        rows,
        notes: notes(group, best),
    }
}

fn rate_at(folder: &Folder, mark: u32, budget: u32) -> Cell {
    if folder.is_predictions() && mark < budget {
        return Cell::Nothing;
    }
    let (mean, deviation) = folder.share(|line| line.solved && line.expansions <= mark);
    Cell::Rate(mean, (folder.summary.seeds.len() > 1).then_some(deviation))
}

/// The rate at the budget of the tasks that are not reducible.
fn irreducible(folder: &Folder) -> Cell {
    match folder.summary.irreducible_rates.last() {
        Some(rate) => Cell::Rate(rate.mean, (folder.summary.seeds.len() > 1).then_some(rate.deviation)),
        None => Cell::Nothing,
    }
}

/// Marks the greatest rates of a column, unless nothing was solved or there is nothing to compare.
pub(crate) fn embolden(rows: &mut [Row], column: usize) {
    let rate = |row: &Row| match row.cells[column].0 {
        Cell::Rate(mean, _) => mean,
        _ => 0.0,
    };
    let most = rows.iter().map(rate).fold(0.0, f64::max);
    if most > 0.0 && rows.len() > 1 {
        for row in rows {
            row.cells[column].1 = rate(row) == most;
        }
    }
}

/// The p-value of the difference between two evaluations. Their seeds may differ in number: a task counts with the
/// difference of its shares, brought to a common denominator.
pub(crate) fn difference(a: &Folder, b: &Folder) -> Option<f64> {
    let (of_a, of_b) = (a.summary.seeds.len() as i64, b.summary.seeds.len() as i64);
    let pairs = a.solved_by_task().into_iter().zip(b.solved_by_task());
    let differences: Vec<i64> = pairs.map(|(a, b)| a as i64 * of_b - b as i64 * of_a).collect();
    sign_flip(&differences)
}

fn criterion(name: &str) -> String {
    match name {
        "public-code" => "the criterion of the paper's public code".to_owned(),
        other => format!("the criterion {other}"),
    }
}

/// What is the same for all rows, and what each was made with.
fn notes(group: &Group, best: usize) -> Vec<String> {
    let summary = &group.folders[0].summary;
    let mut notes = vec![format!(
        "{} tasks of {}{}{}; {}; solved by {}; mean ± standard deviation (n - 1) over seeds; \
         distance: mean tree edit distance to the true program, solved or not; median: expansions of the solved searches; seconds: wall-clock of all searches; the greatest in bold.",
        summary.tasks,
        group.title(),
        options(group),
        reducible(group),
        group.budget_in_words(),
        criterion(&summary.criterion)
    )];
    if group.folders.len() > 1 {
        notes.push(format!(
            "p: of the difference to {} within the budget, by the exact two-sided sign-flip permutation test on tasks, each with \
             the difference of its numbers of seeds solved (with one seed: McNemar's exact test); not corrected for several \
             comparisons.",
            group.folders[best].name
        ));
    }
    notes.extend(group.plugins_differ());
    notes.extend(group.folders.iter().map(note));
    notes
}

fn reducible(group: &Group) -> String {
    let known = group.folders.iter().find_map(|folder| folder.summary.reducible);
    known.map_or(String::new(), |reducible| {
        format!(", {reducible} of them reducible (a smaller part of the program renders to the same)")
    })
}

/// What went wrong.
fn failures(summary: &Summary) -> String {
    match (summary.invalid, summary.unanswered) {
        (0, 0) => String::new(),
        (invalid, unanswered) => format!("; {invalid} programs invalid, {unanswered} tasks without one"),
    }
}

fn options(group: &Group) -> String {
    let options = group.setting().options.iter();
    let options: Vec<String> = options.map(|(name, value)| format!("domain.{name}={value}")).collect();
    match options.is_empty() {
        true => String::new(),
        false => format!(" ({})", options.join(" ")),
    }
}

fn known(value: &Option<String>) -> &str {
    value.as_deref().unwrap_or("not recorded")
}

fn note(folder: &Folder) -> String {
    let (summary, setting) = (&folder.summary, &folder.summary.setting);
    let (version, commit) = (known(&setting.version), known(&setting.commit));
    if folder.is_predictions() {
        return format!(
            "{}: programs of another system, one a task and seed, {}; what it spent is not known; scored by tdf version \
             {version}, commit {commit}.",
            folder.name,
            format_args!("{}{}", summary.seeds_in_words(), failures(summary))
        );
    }
    let temperature = summary.temperature;
    format!(
        "{}: {}, temperature {temperature}{}; {}; {:.1} s wall-clock; network {}; tdf version {version}, commit {commit}; \
         hardware: {}.",
        folder.name,
        summary.method,
        match summary.currencies.max_seconds {
            Some(seconds) => format!(", at most {seconds} s a task"),
            None => String::new(),
        },
        format_args!("{}{}", summary.seeds_in_words(), failures(summary)),
        summary.seconds,
        setting
            .network
            .as_deref()
            .map_or("not recorded".to_owned(), short_digests),
        known(&setting.hardware)
    )
}

pub(crate) fn domain_statistics(group: &Group, folder: &Folder) -> Vec<(&'static str, String)> {
    let (summary, setting) = (&folder.summary, &folder.summary.setting);
    let seeds: Vec<String> = summary.seeds.iter().map(u64::to_string).collect();
    let text = |value: &Option<String>| value.clone().unwrap_or_default();
    let budget = match summary.budget {
        MAX_BUDGET => String::new(),
        budget => budget.to_string(),
    };
    vec![
        ("domain", group.name.clone().unwrap_or_default()),
        ("method", summary.method.clone()),
        ("temperature", summary.temperature.to_string()),
        ("tasks", summary.tasks.to_string()),
        ("seeds", seeds.join(" ")),
        ("budget", budget),
        ("criterion", summary.criterion.clone()),
        ("invalid", summary.invalid.to_string()),
        ("unanswered", summary.unanswered.to_string()),
        ("network", text(&setting.network)),
        ("plugin", text(&setting.plugin)),
        ("version", text(&setting.version)),
        ("commit", text(&setting.commit)),
        ("hardware", text(&setting.hardware)),
        ("folder", folder.path.display().to_string()),
    ]
}

/// Domains side by side: a row per evaluation, with what its domain and tasks are like.
pub(crate) fn domains(groups: &[(&Group, Option<DomainStatistics>)]) -> Table {
    let columns = [
        ("domain", "domain"),
        ("evaluation", "evaluation"),
        ("solved", "solved"),
        ("irreducible", "solved_irreducible"),
        ("distance", "edit_distance"),
        ("tasks", "tasks"),
        ("size", "size"),
        ("tokens", "tokens"),
        ("vocabulary", "vocabulary"),
        ("masks", "masks"),
        ("branching", "branching"),
    ];
    let mut rows = Vec::new();
    for (group, of) in groups {
        for folder in &group.folders {
            let number = |value: fn(&DomainStatistics) -> f64, decimals| Cell::maybe(of.as_ref().map(value), decimals);
            let cells = vec![
                Cell::Text(group.title().to_owned()),
                Cell::Text(folder.name.clone()),
                rate_at(folder, group.budget(), group.budget()),
                irreducible(folder),
                Cell::maybe(folder.summary.edit_distance, 2),
                Cell::Number(folder.summary.tasks as f64, 0),
                number(|domain_statistics| domain_statistics.size, 1),
                number(|domain_statistics| domain_statistics.tokens, 1),
                number(|domain_statistics| domain_statistics.vocabulary as f64, 0),
                number(|domain_statistics| domain_statistics.masks as f64, 0),
                number(|domain_statistics| domain_statistics.branching, 1),
            ];
            rows.push(Row {
                cells: cells.into_iter().map(|cell| (cell, false)).collect(),
                domain_statistics: domain_statistics(group, folder),
            });
        }
    }
    let mut notes = vec![
        "Solved: within the budget, in percent, mean ± standard deviation (n - 1) over seeds; irreducible: of the tasks of which no smaller part \
         renders to the same image. Distance: mean tree edit distance to the true program. Size (as the domain counts) and \
         tokens: means over the programs of the tasks. Vocabulary: tokens of the grammar. Masks: distinct sets of tokens that \
         may come next, under any budget. Branching: the mean number of tokens that may come next, over all steps of the tasks' \
         programs."
            .to_owned(),
    ];
    for (group, _) in groups {
        let summary = &group.folders[0].summary;
        notes.push(format!(
            "{}{}: {} tasks, {}, solved by {}.",
            group.title(),
            options(group),
            summary.tasks,
            group.budget_in_words(),
            criterion(&summary.criterion)
        ));
        notes.extend(group.folders.iter().map(note));
    }
    Table {
        caption: "Domains side by side".to_owned(),
        columns: columns.map(|(name, key)| Column::new(name, key)).into(),
        rows,
        notes,
    }
}
