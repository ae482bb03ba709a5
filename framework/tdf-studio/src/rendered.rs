//! What a program shows, and how near that is to a target.

use serde_json::{Map, Value as Json, json};
use tdf_data::value_to_json;
use tdf_domain::{Comparison, Criterion, Measure, Tree, bind};

use crate::error::ApiError;
use crate::subject::Subject;
use crate::target::OwnedTarget;
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
    all.insert("program".into(), domain.language().print(program.nodes()).into());
    all.insert("size".into(), domain.size().of(program.nodes()).into());
    all.insert("tree".into(), language::tree(&**domain, program));
    all.insert("svg".into(), domain.svg(program.nodes()).into());
    all.insert("shown".into(), domain.shown(program.nodes()).into());
    let found = tdf_eval::render(domain, program).map_err(ApiError::refused)?;
    all.insert("image".into(), image::shown(&**domain, &found).into());
    all.append(&mut nearness(target, &found, criterion));
    let rows = target.map(|target| rows(subject, target, program)).transpose()?;
    all.insert("rows".into(), rows.unwrap_or_default());
    Ok(Json::Object(all))
}

/// How near an observation is to a target, by the distance of the domain and by the criterion.
pub(crate) fn nearness(target: Option<&OwnedTarget>, found: &[u8], criterion: Criterion) -> Map<String, Json> {
    let compared = target.map(|target| (target, target.known.as_deref().unwrap_or(&target.observation)));
    let measured = compared.and_then(|(target, wanted)| target.domain.measure(criterion, found, wanted));
    let known = target.and_then(|target| Some((target, target.known.as_deref()?)));
    let mut all = Map::new();
    let difference = compared.map(|(target, wanted)| target.domain.distance(found, wanted));
    all.insert("difference".into(), difference.into());
    all.insert("nearness".into(), measured.as_ref().and_then(share).into());
    all.insert("measure".into(), measured.map(|measure| measure.to_string()).into());
    let solved = known.map(|(target, wanted)| target.domain.solved(criterion, found, wanted));
    all.insert("solved".into(), solved.into());
    let differs = compared.and_then(|(target, wanted)| image::difference(&*target.domain, found, wanted));
    all.insert("difference_image".into(), differs.into());
    all
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
