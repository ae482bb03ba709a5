//! What a program shows, and how near that is to a target.

use serde_json::{Map, Value as Json, json};
use tdf_data::value_to_json;
use tdf_domain::{Comparison, Criterion, Measure, Tree, bind};

use crate::error::ApiError;
use crate::subject::Subject;
use crate::target::{OwnedTarget, SEEN};
use crate::{image, language};

/// Rows of a table that are shown, at most.
const MOST_ROWS: usize = 200;

/// All that the page shows of a program. Without a target, programs that take inputs show nothing.
pub(crate) fn rendered(
    subject: &Subject,
    program: &Tree,
    target: Option<&OwnedTarget>,
    criterion: Criterion,
) -> Result<Json, ApiError> {
    let domain = target.map_or(&subject.domain, |target| &target.domain);
    let mut all = Map::new();
    for name in ["difference", "nearness", "measure", "solved", "difference_image"] {
        all.insert(name.to_owned(), Json::Null);
    }
    all.insert("program".into(), domain.language().print(program.nodes()).into());
    all.insert("size".into(), domain.size().of(program.nodes()).into());
    all.insert("tree".into(), language::tree(&**domain, program));
    all.insert("svg".into(), domain.svg(program.nodes()).into());
    all.insert("shown".into(), domain.shown(program.nodes()).into());
    let found = tdf_eval::render(domain, program).map_err(ApiError::refused)?;
    all.insert("image".into(), image::shown(&**domain, &found).into());
    if let Some(target) = target {
        let (_, mut near) = nearness(target, program, criterion)?;
        all.append(&mut near);
    }
    let rows = target.map(|target| rows(subject, target, program)).transpose()?;
    all.insert("rows".into(), rows.unwrap_or_default());
    Ok(Json::Object(all))
}

/// What is seen of a program beside a target, and how near that is by the distance of the domain and by the criterion. Where a solution's
/// image is not known, observations are compared, and nobody can say what solves it.
pub(crate) fn nearness(
    target: &OwnedTarget,
    program: &Tree,
    criterion: Criterion,
) -> Result<(Vec<u8>, Map<String, Json>), ApiError> {
    let domain = &*target.domain;
    let mut seen = domain.observation_spec().blank();
    let (wanted, rendered) = match &target.known {
        Some(known) => (known, domain.render(program.nodes(), &mut seen)),
        None => (
            &target.observation,
            domain.observe_target(program.nodes(), SEEN, &mut seen),
        ),
    };
    rendered.map_err(ApiError::refused)?;
    let measured = target
        .known
        .as_ref()
        .and_then(|known| domain.measure(criterion, &seen, known));
    let solved = target
        .known
        .as_ref()
        .map(|known| domain.solved(criterion, &seen, known));
    let mut all = Map::new();
    all.insert("difference".into(), domain.distance(&seen, wanted).into());
    all.insert("nearness".into(), measured.as_ref().and_then(share).into());
    all.insert("measure".into(), measured.map(|measure| measure.to_string()).into());
    all.insert("solved".into(), solved.into());
    all.insert(
        "difference_image".into(),
        image::difference(domain, &seen, wanted).into(),
    );
    Ok((seen, all))
}

/// A measure as a part of 1, if it is one that grows: a share, or a number of so many.
fn share(measure: &Measure) -> Option<f64> {
    let grows = matches!(measure.comparison, Comparison::AtLeast | Comparison::MoreThan);
    let whole = if measure.threshold > 1.0 {
        measure.threshold
    } else {
        1.0
    };
    (grows && measure.value >= 0.0).then(|| (measure.value / whole).min(1.0))
}

/// The rows of the examples with what `program` gives for them; null for images.
pub(crate) fn rows(subject: &Subject, target: &OwnedTarget, program: &Tree) -> Result<Json, ApiError> {
    let Some(table) = &target.table else {
        return Ok(Json::Null);
    };
    let shown = &table.rows[..table.rows.len().min(MOST_ROWS)];
    let inputs = tdf_domain::Inputs::new(shown.iter().map(|row| row.inputs.clone()).collect());
    let bound = bind(&subject.domain, &inputs).map_err(ApiError::refused)?;
    let found = tdf_eval::render(&bound, program).map_err(ApiError::refused)?;
    let outputs = bound
        .observation_spec()
        .values()
        .map(|spec| spec.decode(&found))
        .unwrap_or_default();
    let rows = shown.iter().zip(outputs).map(|(row, output)| {
        json!({
            "inputs": row.inputs.iter().map(value_to_json).collect::<Vec<_>>(),
            "output": output.as_ref().map(value_to_json),
            "expected": row.output.as_ref().map(value_to_json),
        })
    });
    Ok(rows.collect())
}
