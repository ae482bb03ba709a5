//! Tasks on which evaluations disagree.

use std::fmt::Write as _;
use std::sync::Arc;

use tdf_domain::{Canvas, DynDomain};

use crate::examples_table::rows_table;
use crate::html::{figure, scrolling, shortened};
use crate::text::html as escape;
use crate::{CompareError, ExampleRow, Group, ResultLine, difference};

/// Tasks shown, at most.
const MOST: usize = 24;

/// Target, what each evaluation found for it, and where they differ: for tasks that some evaluations solve and others do
/// not, each under its first seed.
pub(crate) fn gallery(group: &Group) -> Result<String, CompareError> {
    let tasks = group.folders[0].summary.tasks;
    let lines = |task: usize| group.folders.iter().map(move |folder| &folder.lines[task]);
    let disagree = |task: &usize| {
        let mut solved = lines(*task).map(|line| line.solved);
        let first = solved.next();
        solved.any(|solved| Some(solved) != first)
    };
    let apart: Vec<usize> = (0..tasks).filter(disagree).collect();
    let mut html = format!(
        "<h2>Where they disagree: {} of {tasks} tasks under the first seed</h2>\n",
        apart.len()
    );
    if apart.len() > MOST {
        let _ = writeln!(html, "<p>The first {MOST} of them:</p>");
    }
    for task in apart.into_iter().take(MOST) {
        let target = &group.folders[0].lines[task].target;
        let plain = group.domain.as_ref().and_then(|domain| image(domain, target));
        html.push_str("<article><div class=\"images\">");
        if let (Some(canvas), Some(plain)) = (canvas(group), &plain) {
            let scale = scale(canvas);
            let texts = ("target", &*format!("The target of task {task}: {}", shortened(target)));
            html.push_str(&figure(canvas, plain, scale, texts).map_err(|e| CompareError(e.0))?);
        }
        let _ = writeln!(
            html,
            "</div><div><h3>Task {task}</h3><code>{}</code></div>",
            escape(&cut(target))
        );
        let examples: Vec<(&str, &[ExampleRow])> = (group.folders.iter().zip(lines(task)))
            .filter(|(_, line)| !line.examples.is_empty())
            .map(|(folder, line)| (&*folder.name, &*line.examples))
            .collect();
        if !examples.is_empty() {
            let table = scrolling(&format!("Examples of task {task}"), &rows_table(&examples));
            let _ = writeln!(html, "<div class=\"examples\">{table}</div>");
        }
        for (folder, line) in group.folders.iter().zip(lines(task)) {
            found(&mut html, group, &folder.name, line, plain.as_deref())?;
        }
        html.push_str("</article>\n");
    }
    Ok(html)
}

fn found(
    html: &mut String,
    group: &Group,
    name: &str,
    line: &ResultLine,
    target: Option<&[u8]>,
) -> Result<(), CompareError> {
    html.push_str("<div class=\"images\">");
    if let (Some(domain), Some(target)) = (&group.domain, target)
        && let Some(canvas) = domain.canvas()
        && let Some(found) = image(domain, &line.program)
    {
        let scale = scale(canvas);
        let differs: Vec<u8> = found
            .iter()
            .zip(target)
            .map(|(a, b)| u8::MAX - a.abs_diff(*b))
            .collect();
        let (task, program) = (line.task, shortened(&line.program));
        let solves = if line.solved { "solves" } else { "does not solve" };
        let what = format!("Image of the program of {name}, which {solves} task {task}: {program}");
        let apart = format!(
            "Where the target of task {task} and the image of {name} differ: by {:.1} of 255 in the mean",
            difference(&found, target)
        );
        let figures = [(&found, "found", what), (&differs, "where they differ", apart)];
        let shown = if line.solved { 1 } else { 2 };
        for (image, caption, alt) in &figures[..shown] {
            let figure = figure(canvas, image, scale, (caption, alt));
            html.push_str(&figure.map_err(|e| CompareError(e.0))?);
        }
    }
    let (class, verdict) = match line.solved {
        true => ("solved", "solved"),
        false => ("unsolved", "not solved, nearest shown"),
    };
    let _ = writeln!(
        html,
        "</div><div class=\"{class}\"><h3>{}: {verdict}, {} expansion{}</h3><code>{}</code></div>",
        escape(name),
        line.expansions,
        if line.expansions == 1 { "" } else { "s" },
        escape(&line.program)
    );
    Ok(())
}

/// Without a program a target is the text of its examples, which may be long columns of numbers.
fn cut(target: &str) -> String {
    const LONGEST: usize = 400;
    match target.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}\u{2026}", &target[..end]),
        None => target.to_owned(),
    }
}

fn canvas(group: &Group) -> Option<Canvas> {
    group.domain.as_ref()?.canvas()
}

fn scale(canvas: Canvas) -> f64 {
    96.0 / f64::from(canvas.width.max(1))
}

/// What a program renders to; `None` if it is none of this domain, has no image or cannot be rendered.
fn image(domain: &Arc<dyn DynDomain>, program: &str) -> Option<Vec<u8>> {
    domain.canvas()?;
    let program = domain.language().parse(domain.start(), program).ok()?;
    let mut image = vec![0; domain.observation_spec().bytes()];
    domain.render(program.nodes(), &mut image).ok()?;
    Some(image)
}
