//! Names in scope: how many of the programs that masks lead to are well scoped. An evaluator of the tests says it.

use anyhow::{Context, Result, bail};
use rand::RngExt as _;
use tdf_decode::{Masks, VocabularyId};
use tdf_grammar::TokenId;
use tdf_tests::scopes::{Binds, Meaning, NameKind, Toy};
use tdf_tree::{Rng, Size, rng_stream};

use crate::{llg, scoped};

/// Programs of each tool.
const PROGRAMS: usize = 5_000;

/// Longer ones are given up.
const MOST_TOKENS: usize = 200;

/// Programs, and how many of them are well scoped.
#[derive(Default)]
struct Share {
    programs: usize,
    well_scoped: usize,
    tokens: usize,
}

/// Prints a row for each tool.
pub fn compare() -> Result<()> {
    let toy = language()?;
    let grammar = toy.grammar();
    let end = grammar.tokens.len() as u32;

    let masks = Masks::new(&toy.scoped, &Size::tokens(toy.scoped.grammar()))?;
    let start = masks
        .start(toy.scoped.grammar().start, Masks::UNBOUNDED)
        .context("a program")?;
    let mut rng = rng_stream(1, 0);
    let ours = share(&toy, || {
        let mut state = start.clone();
        let mut tokens = Vec::new();
        while tokens.len() < MOST_TOKENS {
            let allowed = masks.allowed(masks.mask_id(&state));
            let id = allowed[rng.random_range(0..allowed.len())];
            if id == VocabularyId(end) {
                return Ok(Some(tokens));
            }
            masks.advance(&mut state, id)?;
            tokens.push(TokenId(id.0));
        }
        Ok(None)
    })?;
    if ours.well_scoped != ours.programs {
        bail!(
            "tdf: {} of {} programs are well scoped",
            ours.well_scoped,
            ours.programs
        );
    }

    let fresh = llg::matcher(grammar)?;
    let mut rng = rng_stream(2, 0);
    let theirs = share(&toy, || {
        let mut matcher = fresh.deep_clone();
        let mut tokens = Vec::new();
        while tokens.len() < MOST_TOKENS {
            let mask = matcher.compute_mask_or_eos()?;
            let allowed: Vec<u32> = (0..=end).filter(|&id| mask.is_allowed(id)).collect();
            let id = choice(&allowed, &mut rng);
            if id == end {
                return Ok(Some(tokens));
            }
            matcher.consume_token(id)?;
            tokens.push(TokenId(id));
        }
        Ok(None)
    })?;

    println!(
        "\nnames in scope: {PROGRAMS} programs with a binder and a reference, each token uniform among those allowed"
    );
    println!(
        "{:<12} {:>14} {:>12} {:>16}",
        "tool", "programs", "tokens each", "well scoped"
    );
    for (tool, of) in [("tdf", ours), ("llguidance", theirs)] {
        println!(
            "{tool:<12} {:>14} {:>12.1} {:>14.1} %",
            of.programs,
            of.tokens as f64 / of.programs as f64,
            100.0 * of.well_scoped as f64 / of.programs as f64
        );
    }
    Ok(())
}

fn choice(allowed: &[u32], rng: &mut Rng) -> u32 {
    allowed[rng.random_range(0..allowed.len())]
}

/// Samples programs until there are enough with something to get wrong.
fn share(toy: &Toy, mut sample: impl FnMut() -> Result<Option<Vec<TokenId>>>) -> Result<Share> {
    let grammar = toy.grammar();
    let mut share = Share::default();
    while share.programs < PROGRAMS {
        let Some(tokens) = sample()? else { continue };
        let Ok(tree) = toy.plain.parse_tokens(grammar.start, &tokens) else {
            bail!("no program: {}", grammar.words(&tokens).join(" "));
        };
        let count = |label: &[&str]| {
            let is_it = |node: &&tdf_tree::Node| match &grammar.alternative_of(node.production).label {
                tdf_grammar::Label::Variant(own) => label.contains(&own.as_str()),
                _ => false,
            };
            tree.nodes().iter().filter(is_it).count()
        };
        if count(&["Let", "Fn", "Fold"]) == 0 || count(&["Var"]) == 0 {
            continue;
        }
        share.programs += 1;
        share.tokens += tokens.len();
        share.well_scoped += usize::from(toy.meaning(tree.nodes()).is_ok());
    }
    Ok(share)
}

/// The first language of the benchmarks, with what the evaluator has to know of it.
fn language() -> Result<Toy> {
    let scoped = &scoped::LANGUAGES[0];
    let binds = |label: &str, names: &[usize], body: usize| Binds {
        label: label.to_owned(),
        kind: 0,
        names: names.to_vec(),
        bodies: vec![body],
        rest: false,
    };
    let meaning = Meaning {
        kinds: vec![NameKind {
            regex: "[a-h]".to_owned(),
            inputs: 0,
            levels: 8,
        }],
        binds: vec![binds("Let", &[0], 2), binds("Fn", &[0], 1), binds("Fold", &[2, 3], 4)],
        blocks: Vec::new(),
    };
    Toy::new(scoped.name, scoped.text, scoped.scope, meaning).map_err(anyhow::Error::msg)
}
