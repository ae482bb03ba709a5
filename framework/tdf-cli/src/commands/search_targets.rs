//! The targets of a search: images, or tables of examples.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context as _, bail};
use tdf_data::{ExampleTable, bind_examples, read_examples};
use tdf_domain::{Canvas, Criterion, DynDomain, EXACT, Value};
use tdf_eval::ImportedImage;
use tdf_search::Target;

use crate::output::{counted, note};

/// A target of a search.
pub struct SearchTarget {
    /// Its file.
    pub path: PathBuf,
    /// The domain, bound to the inputs.
    pub domain: Arc<dyn DynDomain>,
    /// The image, or the outputs of the examples.
    pub observation: Vec<u8>,
    /// The examples, if it is no image.
    pub examples: Option<Examples>,
}

/// A table of examples, and how it is used.
pub struct Examples {
    pub table: ExampleTable,
    /// The numbers of the rows that are held out: no program is searched for them.
    pub held_out: Vec<usize>,
}

impl SearchTarget {
    /// The target as a search takes it.
    pub fn target(&self) -> Target<'_> {
        Target {
            inputs: self.domain.inputs(),
            observation: &self.observation,
            // An observation of something unknown cannot be checked.
            image: (!self.domain.has_observation_model()).then_some(&self.observation[..]),
        }
    }
}

/// The largest table of examples, in bytes.
const LARGEST: u64 = 1 << 26;

/// Reads tables of examples; the last `holdout` rows with an output are held out.
pub fn read_tables(
    domain: &Arc<dyn DynDomain>,
    files: &[PathBuf],
    holdout: usize,
) -> anyhow::Result<Vec<SearchTarget>> {
    files.iter().map(|path| read_table(domain, path, holdout)).collect()
}

fn read_table(domain: &Arc<dyn DynDomain>, path: &Path, holdout: usize) -> anyhow::Result<SearchTarget> {
    let name = path.display().to_string();
    let bytes = tdf_files::read(path, LARGEST).with_context(|| name.clone())?;
    let table = read_examples(&**domain, &name, &bytes)?;
    let with_output: Vec<usize> = (0..table.rows.len())
        .filter(|&row| table.rows[row].output.is_some())
        .collect();
    if holdout >= with_output.len() {
        bail!(
            "{name}: --holdout {holdout} of {} leaves none to search with",
            counted(with_output.len(), "example")
        );
    }
    let (given, held_out) = with_output.split_at(with_output.len() - holdout);
    let is_column = |value: &Value| matches!(value, Value::Numbers(_));
    let has_columns = table.rows.iter().flat_map(|row| &row.inputs).all(is_column);
    if given.len() == 1 && !has_columns {
        note!("{name}: one example: many programs meet it, and the one that is found may not be meant");
    }
    let rows = given.iter().map(|&row| &table.rows[row]);
    let (bound, observation) = bind_examples(domain, rows).with_context(|| name.clone())?;
    Ok(SearchTarget {
        path: path.to_owned(),
        observation,
        domain: bound,
        examples: Some(Examples {
            held_out: held_out.to_vec(),
            table,
        }),
    })
}

/// Reads images, with light and dark swapped if `invert`.
pub fn read_images(
    domain: &Arc<dyn DynDomain>,
    criterion: Criterion,
    paths: &[PathBuf],
    invert: bool,
) -> anyhow::Result<Vec<SearchTarget>> {
    let Some(canvas) = domain.canvas() else {
        bail!(
            "programs of {} take inputs: name a table of examples with --examples instead of an image",
            domain.name()
        );
    };
    let mut targets = Vec::new();
    for path in tdf_eval::image_files(paths)? {
        let ImportedImage { mut image, mut changes } = tdf_eval::read_image(canvas, domain.palette(), &path)?;
        if invert {
            image = tdf_eval::inverted(&image);
            changes.push("light and dark swapped".to_owned());
        }
        if !changes.is_empty() {
            note!("{}: {}", path.display(), changes.join("; "));
        }
        if !invert {
            tell_if_inverted(&**domain, canvas, &path, &image);
        }
        let blank = domain.observation_spec().blank();
        if !domain.has_observation_model() && domain.solved(criterion, &blank, &image) {
            let what = shows_nothing(&**domain, criterion, &blank, &image);
            note!("{}: {what}", path.display());
        }
        targets.push(SearchTarget {
            path,
            domain: Arc::clone(domain),
            observation: image,
            examples: None,
        });
    }
    if domain.has_observation_model() {
        note!(
            "{} cannot tell of an image from outside when it is solved: the search spends its budget",
            domain.name()
        );
    }
    Ok(targets)
}

fn tell_if_inverted(domain: &dyn DynDomain, canvas: Canvas, path: &Path, image: &[u8]) {
    if canvas.channels == 1 && tdf_eval::looks_inverted(canvas, image) {
        let background = match canvas.background {
            0..128 => "dark",
            128.. => "light",
        };
        note!(
            "{}: its border is not {background}, as the background of {} is: --invert swaps light and dark",
            path.display(),
            domain.name()
        );
    }
}

/// What to say of a target for which the domain's test accepts an empty image.
fn shows_nothing(domain: &dyn DynDomain, criterion: Criterion, blank: &[u8], image: &[u8]) -> String {
    // A stricter criterion of the domain may tell them apart.
    let mut others = (0..domain.criteria().len()).map(Criterion::new);
    let is_exact = |other: &Criterion| domain.criteria()[other.index()] == EXACT;
    let stricter = others.find(|other| *other != criterion && !is_exact(other) && !domain.solved(*other, blank, image));
    let advice = match stricter {
        None => String::new(),
        Some(other) => {
            let name = domain.criteria()[other.index()];
            format!("; by the criterion search.criterion={name} it does not")
        }
    };
    format!(
        "shows next to nothing: for the domain {} an empty image solves it{advice}",
        domain.name()
    )
}
