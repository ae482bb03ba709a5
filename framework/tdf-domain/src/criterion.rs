//! Success criteria by name.

/// The criteria for colour images, see [`PixelTolerance::solved`](crate::PixelTolerance::solved):
///
/// - `pixels-0.99`: at least 99 % of the pixels differ by at most 0.005 (of 1) in every channel.
/// - `public-code`: the mean squared error (of a range of 1) is under 2.767e-4.
pub const PIXEL_CRITERIA: &[&str] = &["pixels-0.99", PUBLIC_CODE];

/// Name of the criterion of the paper's public code, for domains that have it.
pub const PUBLIC_CODE: &str = "public-code";

/// Name of the criterion that every domain has: all samples of the two images are equal. It is the last one, unless the domain
/// itself names it.
pub const EXACT: &str = "exact";

/// A success criterion of a domain: an index into its criteria. The default is the first.
///
/// # Examples
///
/// ```
/// use tdf_domain::{Criterion, erase};
/// use tdf_rainbow::Rainbow;
///
/// let domain = erase(Rainbow::default())?;
/// assert_eq!(domain.criteria(), ["pixels-0.99", "public-code", "exact"]);
/// assert_eq!(domain.criterion("public-code")?, Criterion::new(1));
/// // The default is the first.
/// assert_eq!(domain.criterion("")?, Criterion::default());
/// let error = domain.criterion("iou").unwrap_err();
/// assert_eq!(error.to_string(), "rainbow has no criterion \"iou\"; it has pixels-0.99, public-code, exact");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Criterion(u32);

/// A name that is no criterion of the domain.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{domain} has no criterion {name:?}; it has {}", known.join(", "))]
pub struct CriterionError {
    /// Name of the domain.
    pub domain: String,
    /// The name that was given.
    pub name: String,
    /// Names of the criteria of the domain.
    pub known: Vec<String>,
}

impl Criterion {
    /// The criterion with this index.
    pub const fn new(index: usize) -> Self {
        Self(index as u32)
    }

    /// Its index.
    pub const fn index(self) -> usize {
        self.0 as usize
    }

    /// The criterion called `name` among `known`; the first if `name` is empty.
    ///
    /// # Errors
    /// A name that is not among them. The message quotes `domain`, the name of the domain.
    pub fn find(domain: &str, known: &[&str], name: &str) -> Result<Self, CriterionError> {
        if name.is_empty() {
            return Ok(Self::default());
        }
        let index = known.iter().position(|criterion| *criterion == name);
        index.map(Self::new).ok_or_else(|| CriterionError {
            domain: domain.to_owned(),
            name: name.to_owned(),
            known: known.iter().map(|&name| name.to_owned()).collect(),
        })
    }
}
