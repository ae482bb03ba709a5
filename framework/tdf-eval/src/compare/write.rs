//! The files of a comparison.

use std::fmt::Write as _;
use std::path::Path;

use crate::compare::chart::Chart;
use crate::compare::curve::{Axis, curve};
use crate::compare::statistics::{DomainStatistics, domain_statistics};
use crate::compare::table::Table;
use crate::compare::{gallery, rows, time_rows};
use crate::html;
use crate::text::html as escape;
use crate::{CompareError, Comparison, Group, create_folder, write_file};

/// What the files of a comparison say, by their names.
type Files = Vec<(String, Vec<u8>)>;

/// Writes into `folder`: curves `expansions` and `seconds` as SVG and PNG; the tables `solve-rates` and `domains` as CSV,
/// Markdown and LaTeX, and `solve-rates-by-seconds` if all searches had a limit of seconds; `index.html` with all of it and a gallery. With several domains, the names of curves and solve rates
/// end in theirs.
///
/// # Errors
/// A file that cannot be written, or a drawing that fails.
pub fn write_comparison(comparison: &Comparison, folder: &Path) -> Result<(), CompareError> {
    let mut files = Files::new();
    let names = file_names(comparison);
    let described: Vec<(&Group, Option<DomainStatistics>)> = comparison
        .groups
        .iter()
        .map(|group| (group, domain_statistics(group)))
        .collect();
    let domains = rows::domains(&described);
    let mut html = html::begin(comparison.title.as_deref().unwrap_or("Evaluations side by side"));
    for (group, suffix) in comparison.groups.iter().zip(&names) {
        if comparison.groups.len() > 1 {
            let _ = writeln!(html, "<h2>{}</h2>", escape(group.title()));
        }
        html.push_str("<div class=\"curves\">\n");
        for (axis, name) in [(Axis::Expansions, "expansions"), (Axis::Seconds, "seconds")] {
            let curves: Vec<_> = group.folders.iter().map(|folder| curve(folder, axis)).collect();
            let title = format!("{}, {} tasks", group.title(), group.folders[0].summary.tasks);
            let chart = Chart {
                title: &title,
                axis,
                curves: &curves,
            };
            let svg = chart.svg()?;
            files.push((format!("{name}{suffix}.png"), chart.png()?));
            let _ = writeln!(
                html,
                "<div role=\"img\" aria-label=\"{}\">{svg}</div>",
                escape(&chart.in_words())
            );
            files.push((format!("{name}{suffix}.svg"), svg.into_bytes()));
        }
        let seconds = match group.is_timed() {
            true => "Seconds are those of a task that has the machine to itself.",
            false => {
                "Seconds count from the start of the search over all tasks of a seed, which share calls of the network."
            }
        };
        let _ = writeln!(
            html,
            "</div>\n<p class=\"note\">Bands: one standard deviation over seeds. {seconds}</p>"
        );
        let mut table = rows::solve_rates(group);
        if let Some(title) = &comparison.title {
            table.caption = format!("{title}. {}", table.caption);
        }
        table.notes.extend(comparison.notes.iter().cloned());
        html.push_str(&table.html());
        put(&mut files, &format!("solve-rates{suffix}"), &table)?;
        if let Some(table) = time_rows::solve_rates_by_seconds(group) {
            html.push_str(&table.html());
            put(&mut files, &format!("solve-rates-by-seconds{suffix}"), &table)?;
        }
        if group.folders.len() > 1 {
            html.push_str(&gallery::gallery(group)?);
        }
    }
    html.push_str(&domains.html());
    html.push_str(&comparison.made.footer());
    html.push_str(&html::end());
    put(&mut files, "domains", &domains)?;
    files.push(("index.html".to_owned(), html.into_bytes()));
    create_folder(folder).map_err(|e| CompareError(e.to_string()))?;
    for (name, bytes) in files {
        write_file(&folder.join(name), &bytes).map_err(|e| CompareError(e.to_string()))?;
    }
    Ok(())
}

fn put(files: &mut Files, name: &str, table: &Table) -> Result<(), CompareError> {
    files.push((format!("{name}.csv"), table.csv()?));
    files.push((format!("{name}.md"), table.markdown().into_bytes()));
    files.push((format!("{name}.tex"), table.latex().into_bytes()));
    Ok(())
}

/// What the names of a group's files end in.
fn file_names(comparison: &Comparison) -> Vec<String> {
    if comparison.groups.len() == 1 {
        return vec![String::new()];
    }
    let safe = |c: char| if c.is_ascii_alphanumeric() || c == '_' { c } else { '-' };
    let groups = comparison.groups.iter().enumerate();
    let name = |(number, group): (usize, &Group)| {
        let name: String = group.title().chars().map(safe).collect();
        // Names of two domains may become one.
        let earlier = comparison.groups[..number].iter();
        let is_taken = earlier
            .map(|g| g.title().chars().map(safe).collect::<String>())
            .any(|n| n == name);
        if is_taken {
            format!("-{name}-{number}")
        } else {
            format!("-{name}")
        }
    };
    groups.map(name).collect()
}
