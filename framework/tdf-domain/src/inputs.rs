//! The inputs that a program runs on.

use std::sync::Arc;

use crate::{Value, ValueKind};

/// The inputs of a task: the arguments of one run in each row. Programs of images have none. Clones share the values.
///
/// # Examples
///
/// ```
/// use tdf_domain::{Inputs, Value};
///
/// let inputs = Inputs::new(vec![vec![Value::from("Ada"), Value::from("Lovelace")]]);
/// assert_eq!(inputs.rows().len(), 1);
/// assert!(Inputs::none().is_empty());
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Inputs(Option<Arc<[Vec<Value>]>>);

impl Inputs {
    /// Of these rows.
    pub fn new(rows: Vec<Vec<Value>>) -> Self {
        Self((!rows.is_empty()).then(|| rows.into()))
    }

    /// No inputs.
    pub const fn none() -> Self {
        Self(None)
    }

    /// The rows.
    pub fn rows(&self) -> &[Vec<Value>] {
        self.0.as_deref().unwrap_or_default()
    }

    /// Whether there is no row.
    pub fn is_empty(&self) -> bool {
        self.0.is_none()
    }
}

// Numbers that are not numbers are refused where inputs are read.
impl Eq for Inputs {}

/// What the programs of a domain take and give.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Signature {
    /// The least and the greatest number of arguments.
    pub arguments: (usize, usize),
    /// The kinds that an argument may have.
    pub argument_kinds: &'static [ValueKind],
    /// The kinds that an output may have, the usual one first.
    pub output_kinds: &'static [ValueKind],
    /// Bytes of the longest output: a text takes its bytes in UTF-8, lists and numbers eight for each number.
    pub max_output: u32,
}

impl Signature {
    /// The most rows of a task.
    pub const MAX_ROWS: usize = 1024;

    /// Whether programs run on these inputs.
    ///
    /// # Errors
    /// The number of the row, from 0, and what is wrong with it.
    pub fn check(&self, inputs: &Inputs) -> Result<(), InputError> {
        let rows = inputs.rows();
        if rows.is_empty() {
            return Err(InputError("there are no rows of inputs".to_owned()));
        }
        if rows.len() > Self::MAX_ROWS {
            let (found, most) = (rows.len(), Self::MAX_ROWS);
            return Err(InputError(format!(
                "{found} rows of inputs are too many: allowed are {most}"
            )));
        }
        let (least, most) = self.arguments;
        let count = rows[0].len();
        if !(least..=most).contains(&count) {
            let wanted = if least == most {
                format!("{least}")
            } else {
                format!("{least} to {most}")
            };
            return Err(InputError(format!("{count} inputs in a row, programs take {wanted}")));
        }
        for (row, values) in rows.iter().enumerate() {
            if values.len() != count {
                let found = values.len();
                return Err(InputError(format!(
                    "row {} has {found} inputs, row 1 has {count}",
                    row + 1
                )));
            }
            for value in values {
                if !self.argument_kinds.contains(&value.kind()) {
                    let wanted: Vec<&str> = self.argument_kinds.iter().map(|kind| kind.name()).collect();
                    return Err(InputError(format!(
                        "row {}: an input is of the kind {}, programs take {}",
                        row + 1,
                        value.kind(),
                        wanted.join(" or ")
                    )));
                }
                if let Value::Numbers(numbers) = value
                    && !numbers.iter().all(|number| number.is_finite())
                {
                    return Err(InputError(format!("row {}: a number is not finite", row + 1)));
                }
            }
        }
        Ok(())
    }
}

/// Inputs that programs of the domain do not run on.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct InputError(pub String);
