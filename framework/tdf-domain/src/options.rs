//! Options of domains: what a user may set with `domain.NAME=VALUE`.

use std::fmt;

/// An option that a domain offers. It changes what programs mean or how they look, so images, networks and task sets
/// under different values do not compare: the framework records the values and refuses to mix them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OptionSpec {
    /// Name, lower case.
    pub name: &'static str,
    /// Value unless set.
    pub default: &'static str,
    /// Values that may be set.
    pub allowed: Allowed,
    /// What it is, in one line.
    pub about: &'static str,
}

/// The values of an option.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Allowed {
    /// One of these words.
    OneOf(&'static [&'static str]),
    /// A whole number, both ends included.
    Whole {
        /// The least.
        least: u32,
        /// The greatest.
        greatest: u32,
    },
}

impl fmt::Display for Allowed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::OneOf(words) => f.write_str(&words.join(" or ")),
            Self::Whole { least, greatest } => write!(f, "a whole number from {least} to {greatest}"),
        }
    }
}

impl Allowed {
    /// `value` in its canonical form, if it is allowed.
    fn canonical(&self, value: &str) -> Option<String> {
        match self {
            Self::OneOf(words) => words.contains(&value).then(|| value.to_owned()),
            Self::Whole { least, greatest } => {
                let number = value.parse::<u32>().ok()?;
                (*least..=*greatest).contains(&number).then(|| number.to_string())
            }
        }
    }
}

/// The values of all options of a domain, in the order in which it declares them.
///
/// # Examples
///
/// ```
/// use tdf_domain::{Allowed, OptionSpec, Options};
///
/// const SPECS: &[OptionSpec] = &[OptionSpec {
///     name: "canvas",
///     default: "128",
///     allowed: Allowed::Whole { least: 16, greatest: 1024 },
///     about: "width and height in pixels",
/// }];
/// assert_eq!(Options::defaults(SPECS).whole("canvas"), 128);
/// assert_eq!(Options::new(SPECS, [("canvas", "64")])?.whole("canvas"), 64);
/// assert!(Options::new(SPECS, [("canvas", "8")]).is_err());
/// # Ok::<(), tdf_domain::OptionError>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Options(Vec<(&'static str, String)>);

/// An option that a domain does not have, or a value that it does not take.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct OptionError(pub String);

impl Options {
    /// Those of a domain without options.
    pub const NONE: &'static Self = &Self(Vec::new());

    /// The default of every option.
    pub fn defaults(specs: &'static [OptionSpec]) -> Self {
        Self(specs.iter().map(|spec| (spec.name, spec.default.to_owned())).collect())
    }

    /// The defaults, changed by `given` names and values; of several for a name the last counts.
    ///
    /// # Errors
    /// An unknown name (the nearest is named), a value that is not allowed.
    pub fn new<'a>(
        specs: &'static [OptionSpec],
        given: impl IntoIterator<Item = (&'a str, &'a str)>,
    ) -> Result<Self, OptionError> {
        let mut options = Self::defaults(specs);
        for (name, value) in given {
            let Some(at) = specs.iter().position(|spec| spec.name == name) else {
                return Err(unknown(specs, name));
            };
            let allowed = specs[at].allowed;
            let Some(value) = allowed.canonical(value) else {
                return Err(OptionError(format!("domain.{name} = {value}: allowed is {allowed}")));
            };
            options.0[at].1 = value;
        }
        Ok(options)
    }

    /// The value of the option called `name`; empty if the domain declares none.
    pub fn get(&self, name: &str) -> &str {
        self.iter().find(|(n, _)| *n == name).map_or("", |(_, value)| value)
    }

    /// The value of an option of whole numbers; 0 if the domain declares none.
    pub fn whole(&self, name: &str) -> u32 {
        self.get(name).parse().unwrap_or_default()
    }

    /// Names and values.
    pub fn iter(&self) -> impl Iterator<Item = (&'static str, &str)> {
        self.0.iter().map(|(name, value)| (*name, value.as_str()))
    }

    /// Whether the domain has no options.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl fmt::Display for Options {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, (name, value)) in self.iter().enumerate() {
            write!(f, "{}domain.{name}={value}", if i > 0 { " " } else { "" })?;
        }
        Ok(())
    }
}

fn unknown(specs: &[OptionSpec], name: &str) -> OptionError {
    let known = specs.iter().map(|spec| spec.name);
    // Every name is like one of them: the likeness of strangers is 0.
    let nearest = tdf_grammar::nearest_name(name, known, 0.0).or(specs.first().map(|spec| spec.name));
    OptionError(match nearest {
        Some(nearest) => format!("unknown option domain.{name}, the nearest is domain.{nearest}"),
        None => format!("unknown option domain.{name}: this domain has no options"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const SPECS: &[OptionSpec] = &[
        OptionSpec {
            name: "composition",
            default: "tree",
            allowed: Allowed::OneOf(&["tree", "flat"]),
            about: "how operators combine",
        },
        OptionSpec {
            name: "canvas",
            default: "128",
            allowed: Allowed::Whole {
                least: 16,
                greatest: 1024,
            },
            about: "width and height in pixels",
        },
    ];

    #[test]
    fn given_values_replace_defaults() {
        let options = Options::new(SPECS, [("canvas", "064"), ("canvas", "32")]).unwrap();
        assert_eq!(options.get("composition"), "tree");
        assert_eq!(options.whole("canvas"), 32);
        assert_eq!(options.to_string(), "domain.composition=tree domain.canvas=32");
        assert_eq!(Options::new(SPECS, []).unwrap(), Options::defaults(SPECS));
    }

    #[test]
    fn what_cannot_be_set_is_named() {
        let error = |name, value| Options::new(SPECS, [(name, value)]).unwrap_err().0;
        assert_eq!(
            error("compositon", "flat"),
            "unknown option domain.compositon, the nearest is domain.composition"
        );
        assert_eq!(
            error("composition", "flt"),
            "domain.composition = flt: allowed is tree or flat"
        );
        for value in ["15", "1025", "-1", "x", ""] {
            let expected = format!("domain.canvas = {value}: allowed is a whole number from 16 to 1024");
            assert_eq!(error("canvas", value), expected);
        }
        let none = Options::new(&[], [("a", "b")]).unwrap_err().0;
        assert_eq!(none, "unknown option domain.a: this domain has no options");
    }
}
