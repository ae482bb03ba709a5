//! Formulas of FastSRB: tables of sampled variables, and what the formula gives for them.

use std::collections::BTreeMap;
use std::sync::Arc;

use rand::RngExt as _;
use serde::Deserialize;
use tdf_domain::{DynDomain, Inputs, Rng, Value, bind, rng_stream};

use crate::arithmetic::Arithmetic;
use crate::task_values::fitting;
use crate::{Task, TaskError, TaskOptions};

/// A formula in the file; the file maps names to these.
#[derive(Deserialize)]
struct Formula {
    #[serde(default)]
    moniker: String,
    #[serde(default)]
    difficulty: String,
    prepared: String,
    vars: BTreeMap<String, Variable>,
}

#[derive(Deserialize)]
struct Variable {
    sample_range: Option<[f64; 2]>,
    sample_type: Option<Vec<String>>,
}

/// How points are sampled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FastSrbOptions {
    /// Seed. Each formula has a random stream of its own.
    pub seed: u64,
    /// Points of a table.
    pub points: usize,
}

impl FastSrbOptions {
    /// Points of the tables of task files.
    pub const POINTS: usize = 100;
}

/// A formula as a task.
#[derive(Clone, Debug)]
pub struct FastSrbTask {
    /// The task: one row of inputs, whose arguments are the columns.
    pub task: Task,
    /// How hard the file says it is.
    pub difficulty: String,
}

/// Points that are tried for each that is wanted.
const TRIES: usize = 100;

/// Streams begin here, apart from those of tasks and searches.
const STREAMS: u64 = 3 << 60;

/// The distribution of a variable.
struct Range<'a> {
    name: &'a str,
    least: f64,
    most: f64,
    scale: Scale,
    both_signs: bool,
}

#[derive(Clone, Copy)]
enum Scale {
    Uniform,
    Logarithmic,
    Whole,
}

impl<'a> Range<'a> {
    fn new(name: &'a str, variable: &Variable) -> Result<Self, String> {
        let (Some([least, most]), Some(types)) = (variable.sample_range, &variable.sample_type) else {
            return Err(format!("{name} has no sample_range or sample_type"));
        };
        let mut range = Self {
            name,
            least,
            most,
            scale: Scale::Uniform,
            both_signs: false,
        };
        for kind in types {
            match kind.as_str() {
                "uni" => range.scale = Scale::Uniform,
                "log" => range.scale = Scale::Logarithmic,
                "int" => range.scale = Scale::Whole,
                "pos" => range.both_signs = false,
                "pos_neg" => range.both_signs = true,
                other => return Err(format!("{name}: sample_type {other:?} is not known")),
            }
        }
        let is_range = least.is_finite() && most.is_finite() && least < most;
        if !is_range || (matches!(range.scale, Scale::Logarithmic) && least <= 0.0) {
            return Err(format!("{name}: nothing can be sampled from [{least}, {most}]"));
        }
        Ok(range)
    }

    fn sample(&self, rng: &mut Rng) -> f64 {
        let number = match self.scale {
            Scale::Uniform => rng.random_range(self.least..=self.most),
            Scale::Logarithmic => rng.random_range(self.least.ln()..=self.most.ln()).exp(),
            Scale::Whole => {
                rng.random_range(self.least.ceil() as i64..=self.most.floor().max(self.least.ceil()) as i64) as f64
            }
        };
        match self.both_signs && rng.random_bool(0.5) {
            true => -number,
            false => number,
        }
    }
}

/// Reads a file of FastSRB as tasks of `domain`, in the order of the file. Points where a formula is not finite are left out.
///
/// # Errors
/// `FILE: what is wrong`, with the name of the formula.
pub fn read_fastsrb(
    domain: &Arc<dyn DynDomain>,
    file: &str,
    text: &str,
    options: &FastSrbOptions,
) -> Result<Vec<FastSrbTask>, TaskError> {
    let formulas: Ordered = serde_saphyr::from_str(text)
        .map_err(|error| TaskError(format!("{file}: no formulas in FastSRB's format: {error}")))?;
    if formulas.0.is_empty() || formulas.0.len() > TaskOptions::MOST {
        let (count, most) = (formulas.0.len(), TaskOptions::MOST);
        return Err(TaskError(format!("{file}: {count} tasks: allowed are 1 to {most}")));
    }
    let mut tasks = Vec::with_capacity(formulas.0.len());
    for (number, (key, formula)) in (0..).zip(&formulas.0) {
        let mut rng = rng_stream(options.seed, STREAMS | number);
        let task = sampled(domain, key, formula, options.points, &mut rng)
            .map_err(|message| TaskError(format!("{file}: {key}: {message}")))?;
        tasks.push(FastSrbTask {
            task,
            difficulty: formula.difficulty.clone(),
        });
    }
    Ok(tasks)
}

fn sampled(
    domain: &Arc<dyn DynDomain>,
    key: &str,
    formula: &Formula,
    points: usize,
    rng: &mut Rng,
) -> Result<Task, String> {
    let arithmetic = Arithmetic::parse(&formula.prepared)?;
    // `v0` is the output; `v10` comes behind `v9`.
    let mut names: Vec<&String> = formula.vars.keys().filter(|name| *name != "v0").collect();
    names.sort_by_key(|name| (name.len(), *name));
    let ranges = names.into_iter().map(|name| Range::new(name, &formula.vars[name]));
    let ranges: Vec<Range<'_>> = ranges.collect::<Result<_, _>>()?;
    let mut columns: Vec<Vec<f64>> = vec![Vec::with_capacity(points); ranges.len()];
    let mut output = Vec::with_capacity(points);
    for _ in 0..points.saturating_mul(TRIES) {
        if output.len() == points {
            break;
        }
        let point: BTreeMap<&str, f64> = ranges.iter().map(|range| (range.name, range.sample(rng))).collect();
        let value = arithmetic
            .value(&point)
            .ok_or("the formula has a variable without a range")?;
        if value.is_finite() {
            output.push(value);
            for (column, range) in columns.iter_mut().zip(&ranges) {
                column.push(point[range.name]);
            }
        }
    }
    if output.len() < points || points == 0 {
        let found = output.len();
        return Err(format!("the formula is finite at {found} of {points} points"));
    }
    let inputs = Inputs::new(vec![columns.into_iter().map(Value::Numbers).collect()]);
    let bound = bind(domain, &inputs).map_err(|error| error.0)?;
    let (Some(spec), Some(signature)) = (bound.observation_spec().values(), bound.signature()) else {
        return Err(format!("programs of {} take no inputs", domain.name()));
    };
    let output = fitting(Value::Numbers(output), signature)?;
    if !signature.output_kinds.contains(&output.kind()) {
        return Err(format!("programs of {} give no numbers", domain.name()));
    }
    let name = match formula.moniker.is_empty() {
        true => key.to_owned(),
        false => format!("{key} {}", formula.moniker),
    };
    Ok(Task {
        program: None,
        name: Some(name),
        image: spec.encode(&[Some(output)]),
        inputs,
        observed: None,
    })
}

/// A map whose entries keep the order of the file.
struct Ordered(Vec<(String, Formula)>);

impl<'de> Deserialize<'de> for Ordered {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Entries;
        impl<'de> serde::de::Visitor<'de> for Entries {
            type Value = Ordered;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("formulas by their names")
            }

            fn visit_map<A: serde::de::MapAccess<'de>>(self, mut map: A) -> Result<Ordered, A::Error> {
                let mut all = Vec::new();
                while let Some(entry) = map.next_entry()? {
                    all.push(entry);
                }
                Ok(Ordered(all))
            }
        }
        deserializer.deserialize_map(Entries)
    }
}
