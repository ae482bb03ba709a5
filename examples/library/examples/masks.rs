//! Masks for a model that tdf does not know: it samples a program token by token and never leaves the language.
//!
//! Replace [`logits`] by your model. It gives a number for each id of the vocabulary, the end included.

#![allow(clippy::print_stdout, reason = "this program prints programs")]

use std::error::Error;

use tdf::rand::RngExt as _;
use tdf::{Language, Masks, Rng, Size, TokenId, VocabularyId, rng_stream};

/// A grammar in LALRPOP's notation. The first `pub` rule is the start symbol.
const GRAMMAR: &str = r#"
    grammar;
    pub Expr: Expr = {
        "(" <left:Expr> <operator:Operator> <right:Expr> ")" => Expr::Binary { <> },
        "sin" <Expr> => Expr::Sin(<>),
        "x" => Expr::X,
        "1" => Expr::One,
    };
    Operator: Operator = { "+" => Operator::Add, "*" => Operator::Multiply };
"#;

/// The greatest size of a program, in nodes.
const BUDGET: u32 = 15;

/// A program that the model generated.
#[derive(Debug)]
pub struct Sample {
    /// Its text.
    pub text: String,
    /// Its size in nodes.
    pub size: u32,
}

fn main() -> Result<(), Box<dyn Error>> {
    for sample in run(8)? {
        println!("{:2} nodes: {}", sample.size, sample.text);
    }
    Ok(())
}

/// Samples `count` programs.
///
/// # Errors
/// A grammar that cannot be read, a budget that is too small, a model that leaves the language.
pub fn run(count: u64) -> Result<Vec<Sample>, Box<dyn Error>> {
    let language = Language::new(tdf::read_grammar("expr.lalrpop", GRAMMAR)?)?;
    let size = Size::nodes(language.grammar());
    // Tables for all prefixes of all programs: made once per language.
    let masks = Masks::new(&language, &size)?;
    (0..count)
        .map(|number| {
            let text = sample(&language, &masks, &mut rng_stream(0, number))?;
            // The program parses, and it is within the budget.
            let program = language.parse(language.grammar().start, &text)?;
            let size = size.of(program.nodes());
            Ok(Sample { text, size })
        })
        .collect()
}

/// The text of a program of at most [`BUDGET`] nodes.
fn sample(language: &Language, masks: &Masks, rng: &mut Rng) -> Result<String, Box<dyn Error>> {
    let start = language.grammar().start;
    let mut state = masks.start(start, BUDGET).ok_or("no program is within the budget")?;
    let mut tokens: Vec<TokenId> = Vec::new();
    while !state.is_done() {
        let logits = logits(masks.vocabulary().end().index() + 1, rng);
        // Ids of the tokens that can come next. Equal masks have equal ids, for instance for batches on a GPU.
        let allowed = masks.allowed(masks.mask_id(&state));
        let id = choose(allowed, &logits, rng);
        // An id that the mask does not allow is an error, and leaves the state as it was.
        masks.advance(&mut state, id)?;
        // The end of the program is an id without a token.
        tokens.extend(masks.vocabulary().token(id));
    }
    let program = language.parse_tokens(start, &tokens);
    let program = program.map_err(|index| format!("token {index} is out of place"))?;
    Ok(language.print(program.nodes()))
}

/// The model. This one guesses.
fn logits(ids: usize, rng: &mut Rng) -> Vec<f64> {
    (0..ids).map(|_| rng.random_range(-1.0..1.0)).collect()
}

/// Samples from the softmax over the allowed ids.
fn choose(allowed: &[VocabularyId], logits: &[f64], rng: &mut Rng) -> VocabularyId {
    let weight = |id: VocabularyId| logits[id.index()].exp();
    let total: f64 = allowed.iter().map(|&id| weight(id)).sum();
    let mut left = rng.random_range(0.0..total);
    for &id in allowed {
        left -= weight(id);
        if left < 0.0 {
            return id;
        }
    }
    // Rounding may leave a little of the total.
    allowed[allowed.len() - 1]
}
