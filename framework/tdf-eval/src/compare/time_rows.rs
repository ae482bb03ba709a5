//! The table of solve rates by seconds.

use crate::compare::rows::{domain_statistics, embolden};
use crate::compare::table::{Cell, Column, Row, Table};
use crate::currency::SECONDS;
use crate::{Folder, Group};

/// A row per evaluation that searched; `None` unless all of them had a limit of seconds.
pub(crate) fn solve_rates_by_seconds(group: &Group) -> Option<Table> {
    if !group.is_timed() {
        return None;
    }
    let searched: Vec<(&Folder, f64)> = group
        .folders
        .iter()
        .filter_map(|folder| Some((folder, limit(folder)?)))
        .collect();
    let limits = || searched.iter().map(|&(_, limit)| limit);
    let most = limits().fold(0.0, f64::max);
    let mut marks: Vec<f64> = SECONDS.into_iter().filter(|&mark| mark < most).collect();
    marks.extend(limits());
    marks.sort_by(f64::total_cmp);
    marks.dedup();
    let mut columns = vec![Column::new("evaluation", "evaluation")];
    columns.extend(
        marks
            .iter()
            .map(|mark| Column::new(format!("{mark} s"), format!("solved_{mark}_s"))),
    );
    let mut rows: Vec<Row> = searched
        .iter()
        .map(|&(folder, limit)| {
            let mut cells = vec![(Cell::Text(folder.name.clone()), false)];
            cells.extend(marks.iter().map(|&mark| (rate_at(folder, mark, limit), false)));
            Row {
                cells,
                domain_statistics: domain_statistics(group, folder),
            }
        })
        .collect();
    for column in 1..=marks.len() {
        embolden(&mut rows, column);
    }
    Some(Table {
        caption: format!("Tasks of {} solved within so many seconds, in percent", group.title()),
        columns,
        rows,
        notes: vec![
            "Each task had the machine to itself. Mean ± standard deviation (n - 1) over seeds; the greatest in bold; without a \
             number: the search had less time."
                .to_owned(),
        ],
    })
}

fn limit(folder: &Folder) -> Option<f64> {
    folder
        .summary
        .currencies
        .max_seconds
        .filter(|_| !folder.is_predictions())
}

/// What was solved a little behind the limit does not count at the limit, as on the page of an evaluation.
fn rate_at(folder: &Folder, mark: f64, limit: f64) -> Cell {
    if mark > limit {
        return Cell::Nothing;
    }
    let (mean, deviation) = folder.share(|line| line.solved && line.seconds <= mark);
    Cell::Rate(mean, (folder.summary.seeds.len() > 1).then_some(deviation))
}
