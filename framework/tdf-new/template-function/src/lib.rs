//! my-dsl: what its programs give for an input, random inputs to learn from, and what counts as the size of a program.

use tdf_domain::{
    FunctionDomain, Grammar, Rng, Signature, Size, SizeError, Value, ValueKind, declare_function_domain,
};
use tdf_domain::rand::RngExt as _;

use ast::{Number, Separator, Text};

/// The syntax tree, generated from `my-dsl.lalrpop`: a type for each rule, a variant for each alternative.
pub mod ast {
    tdf_domain::include_grammar!("my-dsl");
}

/// Bytes of the longest output. A program that gives a longer one fails.
const MAX_OUTPUT: u32 = 60;

/// Examples of a random task.
const ROWS: usize = 4;

/// What random inputs are made of.
const SYLLABLES: [&str; 12] = ["an", "bel", "cor", "da", "el", "fin", "gus", "ha", "i", "ja", "lo", "mir"];

/// The language, as tdf sees it.
#[derive(Debug, Default)]
pub struct Dsl;

impl FunctionDomain for Dsl {
    type Program = Text;

    const NAME: &'static str = "my-dsl";

    fn signature(&self) -> Signature {
        Signature {
            arguments: (1, 1),
            argument_kinds: &[ValueKind::Text],
            output_kinds: &[ValueKind::Text],
            max_output: MAX_OUTPUT,
        }
    }

    /// The output for the inputs of one example; `None` if the program fails on them.
    fn run(&self, program: &Text, arguments: &[Value]) -> Option<Value> {
        let Value::Text(input) = arguments.first()? else {
            return None;
        };
        text(program, input).map(Value::Text)
    }

    /// Inputs for a random task, alike but not the same: some words, at times with capitals.
    fn sample_inputs(&self, rng: &mut Rng) -> Vec<Vec<Value>> {
        let words = rng.random_range(1..=3);
        let is_capital = rng.random();
        let mut text = || {
            let words: Vec<String> = (0..words).map(|_| word(is_capital, rng)).collect();
            Value::Text(words.join(" "))
        };
        (0..ROWS).map(|_| vec![text()]).collect()
    }

    /// Everything that a program does to a text counts, so that there are finitely many programs of a size: what can contain
    /// itself any number of times has to hold something that counts.
    fn size(&self, grammar: &Grammar) -> Result<Size, SizeError> {
        Size::primitives(grammar, &["Input", "Upper", "Lower", "First", "Word", "Join"])
    }
}

declare_function_domain!(Dsl);

fn text(program: &Text, input: &str) -> Option<String> {
    let text = |part: &Text| text(part, input);
    Some(match program {
        Text::Input => input.to_owned(),
        Text::Upper { of } => text(of)?.to_uppercase(),
        Text::Lower { of } => text(of)?.to_lowercase(),
        Text::First { of } => text(of)?.chars().next()?.to_string(),
        Text::Word { number, of } => {
            let place = match number {
                Number::First => 0,
                Number::Second => 1,
                Number::Third => 2,
            };
            text(of)?.split_whitespace().nth(place)?.to_owned()
        }
        Text::Join { left, separator, right } => {
            let separator = match separator {
                Separator::None => "",
                Separator::Space => " ",
                Separator::Comma => ", ",
            };
            let joined = text(left)? + separator + &text(right)?;
            // Without a limit a program could double a text as often as it has nodes.
            (joined.len() <= MAX_OUTPUT as usize).then_some(joined)?
        }
    })
}

fn word(is_capital: bool, rng: &mut Rng) -> String {
    let syllables = rng.random_range(1..=3);
    let word: String = (0..syllables)
        .map(|_| SYLLABLES[rng.random_range(0..SYLLABLES.len())])
        .collect();
    match is_capital {
        true => word[..1].to_uppercase() + &word[1..],
        false => word,
    }
}
