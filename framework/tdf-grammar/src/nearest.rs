//! Names that were likely meant.

/// The name among `known` that is most like `name`, if its likeness is above `likeness` (0 to 1): the similarity of Jaro and
/// Winkler, whatever the case of letters. Of equally like names the first.
///
/// # Examples
///
/// ```
/// use tdf_grammar::nearest_name;
///
/// let known = ["rainbow", "tinysvg"];
/// assert_eq!(nearest_name("Rainbw", known, 0.75), Some("rainbow"));
/// assert_eq!(nearest_name("csg2d", known, 0.75), None);
/// ```
pub fn nearest_name<'a>(name: &str, known: impl IntoIterator<Item = &'a str>, likeness: f64) -> Option<&'a str> {
    let name = name.to_lowercase();
    let mut best: Option<(f64, &str)> = None;
    for known in known {
        let like = strsim::jaro_winkler(&name, &known.to_lowercase());
        if like > likeness && best.is_none_or(|(most, _)| like > most) {
            best = Some((like, known));
        }
    }
    best.map(|(_, known)| known)
}
