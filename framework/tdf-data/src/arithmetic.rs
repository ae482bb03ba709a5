//! Arithmetic over named numbers, as benchmarks write formulas: `v1 * exp(neg(v2 ^ 2) / 2)`.

use std::collections::BTreeMap;

/// A formula.
#[derive(Clone, Debug)]
pub(crate) enum Arithmetic {
    Number(f64),
    Name(String),
    Call(fn(f64) -> f64, Box<Arithmetic>),
    Operation(char, Box<Arithmetic>, Box<Arithmetic>),
}

/// Brackets within brackets, and operators in a row, at most.
const DEEPEST: usize = 200;

/// The function called `name`.
fn function(name: &str) -> Option<fn(f64) -> f64> {
    Some(match name {
        "neg" => |x| -x,
        "inv" => f64::recip,
        "abs" => f64::abs,
        "sqrt" => f64::sqrt,
        "exp" => f64::exp,
        "log" | "ln" => f64::ln,
        "sin" => f64::sin,
        "cos" => f64::cos,
        "tan" => f64::tan,
        "asin" | "arcsin" => f64::asin,
        "acos" | "arccos" => f64::acos,
        "atan" | "arctan" => f64::atan,
        "sinh" => f64::sinh,
        "cosh" => f64::cosh,
        "tanh" => f64::tanh,
        _ => return None,
    })
}

impl Arithmetic {
    /// Reads `text`. `^` and `**` are powers; they bind tighter than a sign in front of them, as in mathematics.
    ///
    /// # Errors
    /// What is wrong, and where.
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        let mut reader = Reader { text, at: 0, depth: 0 };
        let formula = reader.sum()?;
        reader.skip();
        match reader.rest().is_empty() {
            true => Ok(formula),
            false => Err(reader.wrong()),
        }
    }

    /// Its value. `None` if a name has none.
    pub(crate) fn value(&self, names: &BTreeMap<&str, f64>) -> Option<f64> {
        Some(match self {
            Self::Number(number) => *number,
            Self::Name(name) => *names.get(name.as_str())?,
            Self::Call(function, of) => function(of.value(names)?),
            Self::Operation(sign, left, right) => {
                let (left, right) = (left.value(names)?, right.value(names)?);
                match sign {
                    '+' => left + right,
                    '-' => left - right,
                    '*' => left * right,
                    '/' => left / right,
                    _ => left.powf(right),
                }
            }
        })
    }
}

struct Reader<'a> {
    text: &'a str,
    at: usize,
    depth: usize,
}

impl<'a> Reader<'a> {
    fn rest(&self) -> &'a str {
        &self.text[self.at..]
    }

    fn skip(&mut self) {
        self.at = self.text.len() - self.rest().trim_start().len();
    }

    /// Takes `sign` if it comes next.
    fn take(&mut self, sign: &str) -> bool {
        self.skip();
        let is_next = self.rest().starts_with(sign);
        if is_next {
            self.at += sign.len();
        }
        is_next
    }

    fn wrong(&self) -> String {
        let rest: String = self.rest().chars().take(12).collect();
        match rest.is_empty() {
            true => "the formula breaks off".to_owned(),
            false => format!("{rest:?} is not expected in the formula"),
        }
    }

    fn operation(sign: char, left: Arithmetic, right: Arithmetic) -> Arithmetic {
        Arithmetic::Operation(sign, Box::new(left), Box::new(right))
    }

    fn sum(&mut self) -> Result<Arithmetic, String> {
        let mut left = self.product()?;
        loop {
            let sign = match () {
                () if self.take("+") => '+',
                () if self.take("-") => '-',
                () => return Ok(left),
            };
            left = Self::operation(sign, left, self.product()?);
        }
    }

    fn product(&mut self) -> Result<Arithmetic, String> {
        let mut left = self.signed()?;
        loop {
            self.skip();
            let sign = match () {
                () if !self.rest().starts_with("**") && self.take("*") => '*',
                () if self.take("/") => '/',
                () => return Ok(left),
            };
            left = Self::operation(sign, left, self.signed()?);
        }
    }

    fn signed(&mut self) -> Result<Arithmetic, String> {
        self.depth += 1;
        if self.depth > DEEPEST {
            return Err(format!("more than {DEEPEST} brackets or signs within one another"));
        }
        let formula = match () {
            () if self.take("-") => Arithmetic::Call(|x| -x, Box::new(self.signed()?)),
            () if self.take("+") => self.signed()?,
            () => {
                let base = self.atom()?;
                match self.take("^") || self.take("**") {
                    true => Self::operation('^', base, self.signed()?),
                    false => base,
                }
            }
        };
        self.depth -= 1;
        Ok(formula)
    }

    fn atom(&mut self) -> Result<Arithmetic, String> {
        if self.take("(") {
            let inner = self.sum()?;
            return match self.take(")") {
                true => Ok(inner),
                false => Err(self.wrong()),
            };
        }
        let rest = self.rest();
        if rest.starts_with(|c: char| c.is_ascii_digit() || c == '.') {
            let length = number_length(rest);
            let number = rest[..length].parse().map_err(|_| self.wrong())?;
            self.at += length;
            return Ok(Arithmetic::Number(number));
        }
        let end = rest
            .find(|c: char| !c.is_ascii_alphanumeric() && c != '_')
            .unwrap_or(rest.len());
        if end == 0 {
            return Err(self.wrong());
        }
        let name = &rest[..end];
        self.at += end;
        if !self.take("(") {
            return Ok(match name {
                "pi" => Arithmetic::Number(std::f64::consts::PI),
                name => Arithmetic::Name(name.to_owned()),
            });
        }
        let Some(function) = function(name) else {
            return Err(format!("the function {name:?} is not known"));
        };
        let inner = self.sum()?;
        match self.take(")") {
            true => Ok(Arithmetic::Call(function, Box::new(inner))),
            false => Err(self.wrong()),
        }
    }
}

/// The length of the number that `text` begins with.
fn number_length(text: &str) -> usize {
    let digits = |text: &str| text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    let mut length = digits(text);
    if text[length..].starts_with('.') {
        length += 1;
        length += digits(&text[length..]);
    }
    if let Some(exponent) = text[length..].strip_prefix(['e', 'E']) {
        let sign = usize::from(exponent.starts_with(['-', '+']));
        let count = digits(&exponent[sign..]);
        if count > 0 {
            length += 1 + sign + count;
        }
    }
    length
}

#[cfg(test)]
mod tests {
    use super::*;

    fn value(text: &str) -> f64 {
        let names = BTreeMap::from([("v1", 3.0), ("v2", -2.0)]);
        let formula = Arithmetic::parse(text).unwrap_or_else(|error| panic!("{text}: {error}"));
        formula.value(&names).unwrap_or(f64::NAN)
    }

    #[test]
    fn formulas_mean_what_mathematics_says() {
        assert_eq!(value("1 + 2 * v1"), 7.0);
        assert_eq!(value("8 / 2 / 2 - 1 - 1"), 0.0);
        assert_eq!(value("2 ^ v1 ^ 2"), 512.0);
        assert_eq!(value("-v1 ^ 2"), -9.0);
        assert_eq!(value("2 ** -1"), 0.5);
        assert_eq!(value("neg(v2) * 1.5e-3"), 0.003);
        assert_eq!(value("(sqrt(v1 + 1) + exp(0)) / .5"), 6.0);
        assert!(value("v3").is_nan());
    }

    #[test]
    fn wrong_formulas_are_refused() {
        let deep = format!("{}1{}", "(".repeat(1000), ")".repeat(1000));
        for text in [
            "",
            "1 +",
            "(1",
            "1)",
            "f(1)",
            "1 2",
            "$",
            "sqrt(",
            &deep,
            &"-".repeat(1000),
        ] {
            assert!(Arithmetic::parse(text).is_err(), "{text}");
        }
    }
}
