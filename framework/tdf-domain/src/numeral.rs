//! Numbers as programs write them.

use std::fmt;

/// A number of an open terminal: its value, and how it is written. Two numbers are equal if they are written alike:
/// `1.5` and `1.50` are two programs.
///
/// # Examples
///
/// ```
/// use tdf_domain::Numeral;
///
/// let number = Numeral::new("1.50").expect("a number");
/// assert_eq!((number.value(), number.text()), (1.5, "1.50"));
/// assert!(Numeral::new("one").is_none());
/// ```
#[derive(Clone, Debug)]
pub struct Numeral {
    text: String,
    value: f64,
}

impl Numeral {
    /// The number that `text` writes; `None` if it writes none.
    pub fn new(text: impl Into<String>) -> Option<Self> {
        let text = text.into();
        let value = text.parse().ok()?;
        Some(Self { text, value })
    }

    /// The value, rounded to the nearest `f64`; infinite if it is beyond them.
    pub fn value(&self) -> f64 {
        self.value
    }

    /// How it is written.
    pub fn text(&self) -> &str {
        &self.text
    }
}

impl PartialEq for Numeral {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text
    }
}

impl Eq for Numeral {}

impl std::hash::Hash for Numeral {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        self.text.hash(state);
    }
}

impl fmt::Display for Numeral {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}
