//! Ranges of program sizes as people write them.

use std::fmt;
use std::ops::RangeInclusive;
use std::str::FromStr;

/// Sizes from `least` to `greatest`, both included. Written `2..=8`, `2..9` (without the upper end) or `8`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SizeRange {
    /// The least size.
    pub least: u32,
    /// The greatest size; not less than `least`.
    pub greatest: u32,
}

/// Text that is not a range of sizes: says what is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SizeRangeError(String);

impl fmt::Display for SizeRangeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for SizeRangeError {}

impl SizeRange {
    /// The greatest size that can be written: the tables of exact sampling grow with its square.
    pub const MAX: u32 = 4096;

    /// The sizes as a range.
    pub fn range(self) -> RangeInclusive<u32> {
        self.least..=self.greatest
    }
}

impl From<SizeRange> for RangeInclusive<u32> {
    fn from(sizes: SizeRange) -> Self {
        sizes.range()
    }
}

impl fmt::Display for SizeRange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.least == self.greatest {
            write!(f, "{}", self.least)
        } else {
            write!(f, "{}..={}", self.least, self.greatest)
        }
    }
}

impl FromStr for SizeRange {
    type Err = SizeRangeError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let number = |part: &str| {
            part.trim().parse::<u32>().map_err(|_| {
                SizeRangeError(format!(
                    "`{text}` is not a range of sizes: write 2..=8 (both ends included) or 8"
                ))
            })
        };
        let (least, greatest) = match text.split_once("..") {
            None => (number(text)?, Some(number(text)?)),
            Some((least, end)) => match end.strip_prefix('=') {
                Some(greatest) => (number(least)?, Some(number(greatest)?)),
                None => (number(least)?, number(end)?.checked_sub(1)),
            },
        };
        match greatest {
            Some(greatest) if greatest > Self::MAX => Err(SizeRangeError(format!(
                "`{text}` is too large: sizes up to {} can be drawn",
                Self::MAX
            ))),
            Some(greatest) if least <= greatest => Ok(Self { least, greatest }),
            _ => Err(SizeRangeError(format!(
                "`{text}` holds no size: the upper end is below the lower"
            ))),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_it_writes() {
        for (text, range, written) in [
            ("2..=8", 2..=8, "2..=8"),
            ("2..8", 2..=7, "2..=7"),
            (" 8 ", 8..=8, "8"),
            ("0..=0", 0..=0, "0"),
        ] {
            let sizes: SizeRange = text.parse().unwrap();
            assert_eq!(sizes.range(), range);
            assert_eq!(sizes.to_string(), written);
        }
    }

    #[test]
    fn refuses_what_is_none() {
        for text in [
            "",
            "..",
            "2..",
            "..=8",
            "8..=2",
            "2..2",
            "0..0",
            "2...8",
            "-1..=3",
            "2..==8",
            "two",
            "99999999999",
        ] {
            assert!(text.parse::<SizeRange>().is_err(), "{text}");
        }
    }
}
