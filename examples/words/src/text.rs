//! The same language with texts in place of an image: a program gives the words that it matches, row by row.

use tdf_domain::{
    FunctionDomain, Grammar, Rng, Signature, Size, SizeError, Value, ValueKind, ValueSpec, declare_function_domain,
};

use crate::ast::Regex;
use crate::{FEWEST, WORDS, language};

/// Words of a row. Four are a hexadecimal digit.
const ROW: usize = 128;

/// The domain. The input of a row is the number of its first word, the output says which of the words from there on match.
#[derive(Debug, Default)]
pub struct WordsText;

impl FunctionDomain for WordsText {
    type Program = Regex;

    const NAME: &'static str = "words-text";
    const CRITERIA: &'static [&'static str] = &["same-language"];

    fn signature(&self) -> Signature {
        Signature {
            arguments: (1, 1),
            argument_kinds: &[ValueKind::Integer],
            output_kinds: &[ValueKind::Text],
            max_output: (ROW / 4) as u32,
        }
    }

    fn run(&self, program: &Regex, arguments: &[Value]) -> Option<Value> {
        row(&language(program), arguments)
    }

    fn run_rows(&self, program: &Regex, rows: &[Vec<Value>], output: &mut dyn FnMut(Option<Value>)) {
        let language = language(program);
        for arguments in rows {
            output(row(&language, arguments));
        }
    }

    /// Always all words.
    fn sample_inputs(&self, _: &mut Rng) -> Vec<Vec<Value>> {
        let first = (0..WORDS).step_by(ROW);
        first.map(|word| vec![Value::Integer(word as i64)]).collect()
    }

    /// Words on which the languages differ. A failure differs on all.
    fn distance(&self, spec: ValueSpec, observation: &[u8], target: &[u8]) -> f64 {
        let rows = spec.slots(observation).zip(spec.slots(target));
        let differ = rows.map(|rows| match rows {
            (Some(here), Some(there)) if here.len() == there.len() => {
                let differ = here
                    .iter()
                    .zip(there)
                    .map(|(a, b)| (digit(*a) ^ digit(*b)).count_ones());
                differ.sum::<u32>()
            }
            (None, None) => 0,
            _ => ROW as u32,
        });
        f64::from(differ.sum::<u32>())
    }

    fn size(&self, grammar: &Grammar) -> Result<Size, SizeError> {
        Size::primitives(grammar, &["A", "B"])
    }

    fn is_uninformative(&self, _: &[Vec<Value>], outputs: &[Option<Value>]) -> bool {
        let matched: u32 = outputs
            .iter()
            .flatten()
            .map(|output| {
                output
                    .to_string()
                    .bytes()
                    .map(|byte| digit(byte).count_ones())
                    .sum::<u32>()
            })
            .sum();
        !(FEWEST..WORDS - FEWEST).contains(&(matched as usize))
    }
}

declare_function_domain!(WordsText);

fn row(language: &[bool], arguments: &[Value]) -> Option<Value> {
    let Some(Value::Integer(first)) = arguments.first() else {
        return None;
    };
    let first = usize::try_from(*first).ok()?;
    let row = language.get(first..first.checked_add(ROW)?)?;
    let digit = |four: &[bool]| {
        let digit = four.iter().fold(0, |digit, matches| 2 * digit + u32::from(*matches));
        char::from_digit(digit, 16)
    };
    row.chunks(4).map(digit).collect::<Option<String>>().map(Value::Text)
}

fn digit(byte: u8) -> u32 {
    char::from(byte).to_digit(16).unwrap_or(0)
}
