//! How often something happens during training.

use std::fmt;
use std::str::FromStr;

use crate::{KeyBounds, Range};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// How often something happens: after a number of steps, after a stretch of training time, or never.
///
/// Written as a number of steps (`500`), as a time with its unit (`"300ms"`, `"60s"`, `"2min"`), or `"never"`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Interval {
    /// Each time the number of steps is a multiple of this; 1 or more.
    Steps(u64),
    /// Each time the seconds of training pass a multiple of this; more than 0.
    Seconds(f64),
    /// Not at all.
    Never,
}

/// The longest time, in seconds: ten years.
const LONGEST: f64 = 3600.0 * 24.0 * 3650.0;

const FORMS: &str = "write a number of steps (500), a time (\"60s\", \"2min\", \"300ms\") or \"never\"";

impl Interval {
    /// Whether it is time after a step that led from `before` to `now`, each a number of steps and the seconds of
    /// training until then. It depends on nothing else, so that a resumed run keeps the rhythm.
    ///
    /// # Examples
    ///
    /// ```
    /// use tdf_config::Interval;
    ///
    /// // From step 99 to step 100, at 7 seconds.
    /// let step = |interval: Interval| interval.due((99, 6.9), (100, 7.0));
    /// assert!(step(Interval::Steps(50)));
    /// assert!(!step(Interval::Seconds(5.0)));
    /// assert!(!step(Interval::Never));
    /// ```
    pub fn due(self, before: (u64, f64), now: (u64, f64)) -> bool {
        match self {
            Self::Steps(n) => now.0 / n > before.0 / n,
            Self::Seconds(s) => (now.1 / s).floor() > (before.1 / s).floor(),
            Self::Never => false,
        }
    }

    /// What there is.
    pub(crate) const RANGE: Range = Range::Interval {
        most_steps: 1_000_000_000_000,
        least_seconds: 1e-3,
        most_seconds: LONGEST,
    };

    /// `n` steps or `n` seconds, within the bounds.
    fn within(self) -> Result<Self, String> {
        let Range::Interval {
            most_steps,
            least_seconds,
            most_seconds,
        } = Self::RANGE
        else {
            unreachable!("the range of an interval is one of intervals")
        };
        let allowed = KeyBounds::new("", Self::RANGE);
        match self {
            Self::Steps(0) => Err(format!("0 steps is no interval: {FORMS}")),
            Self::Steps(n) if n > most_steps => Err(format!("{n} steps are too many: allowed is {allowed}")),
            Self::Seconds(s) if !(least_seconds..=most_seconds).contains(&s) => {
                Err(format!("a time of {s} s: allowed is {allowed}"))
            }
            within => Ok(within),
        }
    }
}

impl fmt::Display for Interval {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Steps(n) => write!(f, "{n}"),
            Self::Seconds(s) => write!(f, "{s}s"),
            Self::Never => f.write_str("never"),
        }
    }
}

impl FromStr for Interval {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let text = text.trim();
        if text == "never" {
            return Ok(Self::Never);
        }
        if let Ok(n) = text.parse() {
            return Self::Steps(n).within();
        }
        let at = text.find(|c: char| c.is_ascii_alphabetic()).unwrap_or(text.len());
        let (number, unit) = text.split_at(at);
        let scale = match unit {
            "ms" => 1e-3,
            "s" => 1.0,
            "min" => 60.0,
            "h" => 3600.0,
            _ => return Err(format!("`{text}` is no interval: {FORMS}")),
        };
        match number.trim().parse::<f64>() {
            Ok(x) if x > 0.0 && x.is_finite() => Self::Seconds(x * scale).within(),
            _ => Err(format!("`{text}` is no interval: {FORMS}")),
        }
    }
}

impl Serialize for Interval {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Steps(n) => serializer.serialize_u64(*n),
            _ => serializer.collect_str(self),
        }
    }
}

impl<'de> Deserialize<'de> for Interval {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Visitor;

        impl de::Visitor<'_> for Visitor {
            type Value = Interval;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a number of steps (500), a time (\"60s\", \"2min\", \"300ms\") or \"never\"")
            }

            fn visit_i64<E: de::Error>(self, n: i64) -> Result<Interval, E> {
                let n = u64::try_from(n).map_err(|_| E::custom(format!("{n} steps is no interval: {FORMS}")))?;
                self.visit_u64(n)
            }

            fn visit_u64<E: de::Error>(self, n: u64) -> Result<Interval, E> {
                Interval::Steps(n).within().map_err(E::custom)
            }

            fn visit_str<E: de::Error>(self, text: &str) -> Result<Interval, E> {
                text.parse().map_err(E::custom)
            }
        }

        deserializer.deserialize_any(Visitor)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_it_writes() {
        for (text, every, written) in [
            ("500", Interval::Steps(500), "500"),
            ("60s", Interval::Seconds(60.0), "60s"),
            ("2min", Interval::Seconds(120.0), "120s"),
            ("0.25 s", Interval::Seconds(0.25), "0.25s"),
            ("never", Interval::Never, "never"),
        ] {
            assert_eq!(text.parse(), Ok(every));
            assert_eq!(every.to_string(), written);
        }
        for text in [
            "0",
            "-3",
            "0s",
            "-1s",
            "5 parsecs",
            "s",
            "",
            "infs",
            "1e300s",
            "0.001ms",
            "9999999999999",
        ] {
            assert!(text.parse::<Interval>().is_err(), "{text}");
        }
    }

    #[test]
    fn is_due_once_an_interval() {
        let steps = Interval::Steps(3);
        let due: Vec<u64> = (1..10).filter(|&n| steps.due((n - 1, 0.0), (n, 0.0))).collect();
        assert_eq!(due, [3, 6, 9]);
        let seconds = Interval::Seconds(1.0);
        assert!(!seconds.due((0, 0.2), (1, 0.9)));
        assert!(seconds.due((1, 0.9), (2, 1.3)));
        assert!(!seconds.due((2, 1.3), (3, 1.7)));
        assert!(!Interval::Never.due((0, 0.0), (1, 1e9)));
    }
}
