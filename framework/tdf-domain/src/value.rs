//! Values that programs take and give.

/// What a value is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum ValueKind {
    /// A text.
    Text = 1,
    /// A whole number.
    Integer = 2,
    /// A list of whole numbers.
    Integers = 3,
    /// A list of real numbers, such as a column of a table.
    Numbers = 4,
    /// True or false.
    Boolean = 5,
}

impl ValueKind {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::Text, Self::Integer, Self::Integers, Self::Numbers, Self::Boolean];

    /// Its name in messages and files.
    pub fn name(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Integer => "integer",
            Self::Integers => "integers",
            Self::Numbers => "numbers",
            Self::Boolean => "boolean",
        }
    }
}

impl std::fmt::Display for ValueKind {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name())
    }
}

/// A value: an argument of a program, or its output.
///
/// # Examples
///
/// ```
/// use tdf_domain::{Value, ValueKind};
///
/// let value = Value::Integers(vec![1, -2]);
/// assert_eq!(value.kind(), ValueKind::Integers);
/// assert_eq!(value.to_string(), "[1, -2]");
/// ```
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// A text.
    Text(String),
    /// A whole number.
    Integer(i64),
    /// A list of whole numbers.
    Integers(Vec<i64>),
    /// A list of real numbers.
    Numbers(Vec<f64>),
    /// True or false.
    Boolean(bool),
}

impl Value {
    /// What it is.
    pub fn kind(&self) -> ValueKind {
        match self {
            Self::Text(_) => ValueKind::Text,
            Self::Integer(_) => ValueKind::Integer,
            Self::Integers(_) => ValueKind::Integers,
            Self::Numbers(_) => ValueKind::Numbers,
            Self::Boolean(_) => ValueKind::Boolean,
        }
    }
}

/// A text as it is; a list in brackets.
impl std::fmt::Display for Value {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        fn list<T: std::fmt::Display>(f: &mut std::fmt::Formatter<'_>, items: &[T]) -> std::fmt::Result {
            f.write_str("[")?;
            for (i, item) in items.iter().enumerate() {
                let comma = if i == 0 { "" } else { ", " };
                write!(f, "{comma}{item}")?;
            }
            f.write_str("]")
        }
        match self {
            Self::Text(text) => f.write_str(text),
            Self::Integer(number) => write!(f, "{number}"),
            Self::Integers(items) => list(f, items),
            Self::Numbers(items) => list(f, items),
            Self::Boolean(value) => f.write_str(if *value { "TRUE" } else { "FALSE" }),
        }
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}
