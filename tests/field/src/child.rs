//! The process of one grammar: reads it, samples programs, brings them back from their texts, and walks through masks.

use std::collections::BTreeSet;
use std::io::Write as _;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use tdf_decode::Masks;
use tdf_tree::{Language, Mutator, NoiseOptions, Sampler, Size, Tree, Weighting, rng_stream};

use crate::event::{Event, Facts, FaultKind};
use crate::options::{Options, Plant};
use crate::usage::{Stopwatch, peak_mb};
use crate::walk;

/// The greatest sizes of the three groups of programs, in tokens beyond the least program.
const GROUPS: [u32; 3] = [4, 16, 48];

/// Mutations of each program, one after the other.
const MUTATIONS: usize = 3;

/// The greatest size of what a mutation replaces, in tokens.
const MAX_EDIT_SIZE: u32 = 6;

/// A fault and its words.
pub type Fault = (FaultKind, String);

/// Looks at the grammar of `options`, and tells what it sees.
pub fn run(options: &Options) {
    let path = &options.paths[0];
    if let Err((kind, message)) = look(path, options) {
        tell(&Event::Fault { kind, message });
    }
    tell(&Event::End { mb: peak_mb("self") });
}

/// A line on the standard output. Nobody listens any more if it cannot be written.
fn tell(event: &Event) {
    let line = serde_json::to_string(event).expect("events are plain data");
    let mut out = std::io::stdout().lock();
    let _ = writeln!(out, "{line}").and_then(|()| out.flush());
}

fn look(path: &Path, options: &Options) -> Result<(), Fault> {
    let watch = Stopwatch::start("self");
    match options.plant {
        Some(Plant::Panic) => panic!("a planted panic"),
        Some(Plant::Hang) => loop {
            std::hint::spin_loop();
        },
        Some(Plant::Block) => std::thread::sleep(Duration::from_secs(3600)),
        Some(Plant::Memory) => {
            let full = vec![1u8; (options.memory as usize + 64) << 20];
            std::thread::sleep(Duration::from_secs(3600));
            drop(full);
        }
        _ => {}
    }
    let grammar = tdf_reader::read_grammar_file(path).map_err(|e| e.to_string());
    let warnings = grammar.as_ref().map_or(0, |g| g.warnings.len());
    let language = grammar.and_then(|grammar| Language::new(grammar).map_err(|e| e.to_string()));
    let language = match language {
        Ok(language) => language,
        Err(message) => {
            let (ms, mb) = (watch.ms(), peak_mb("self"));
            tell(&Event::Refused { message, ms, mb });
            return Ok(());
        }
    };
    let grammar = language.grammar();
    tell(&Event::Read(Facts {
        ms: watch.ms(),
        mb: peak_mb("self"),
        tokens: grammar.tokens.len(),
        productions: grammar.productions.len(),
        states: language.lr().states(),
        warnings,
    }));
    programs(&language, options)?;
    masks(&language, options)
}

fn programs(language: &Language, options: &Options) -> Result<(), Fault> {
    let watch = Stopwatch::start("self");
    let grammar = language.grammar();
    let size = Size::tokens(grammar);
    let least = size.least(grammar)[grammar.start.index()];
    let sampler = Sampler::new(grammar, &size, least + GROUPS[2], Weighting::Rules);
    let edits = NoiseOptions {
        max_edit_size: MAX_EDIT_SIZE,
        ..NoiseOptions::default()
    };
    let mutator = Mutator::new(Arc::clone(grammar), size, edits);
    let mut texts = BTreeSet::new();
    let (mut programs, mut mutations) = (0, 0);
    for index in 0..options.programs {
        let group = index % GROUPS.len();
        let from = if group == 0 {
            least
        } else {
            least + GROUPS[group - 1] + 1
        };
        // A language may have no program of such sizes.
        let Ok(sizes) = sampler.feasible(grammar.start, from..=least + GROUPS[group]) else {
            continue;
        };
        let mut rng = rng_stream(options.seed, index as u64);
        let mut tree = sampler.sample(grammar.start, &sizes, &mut rng);
        texts.insert(round_trip(language, &tree, options.plant)?);
        programs += 1;
        for _ in 0..MUTATIONS {
            if !mutator.mutate(&mut tree, &mut rng) {
                break;
            }
            round_trip(language, &tree, options.plant)?;
            mutations += 1;
        }
    }
    tell(&Event::Programs {
        programs,
        mutations,
        texts: texts.into_iter().filter(|_| options.texts).collect(),
        ms: watch.ms(),
    });
    Ok(())
}

/// A program's text, which the parser must read as the same tree; and so its tokens. The result has line breaks and indentation
/// where the language has tokens for them: so real parsers want it.
fn round_trip(language: &Language, tree: &Tree, plant: Option<Plant>) -> Result<String, Fault> {
    let start = language.grammar().start;
    let mut text = language.print(tree.nodes());
    if plant == Some(Plant::Print) {
        text.pop();
    }
    let fault = |message: String| (FaultKind::RoundTrip, message);
    let parsed = language.parse(start, &text);
    let parsed = parsed.map_err(|e| fault(format!("{text:?} is a program, but cannot be parsed: {e}")))?;
    if parsed != *tree {
        return Err(fault(format!("{text:?} is parsed as another program")));
    }
    let mut tokens = Vec::new();
    language.tokens(tree.nodes(), &mut tokens);
    if language.parse_tokens(start, &tokens).as_ref() != Ok(tree) {
        return Err(fault(format!("the tokens of {text:?} are parsed as another program")));
    }
    Ok(language.print_layout(tree.nodes()).unwrap_or(text))
}

fn masks(language: &Language, options: &Options) -> Result<(), Fault> {
    let watch = Stopwatch::start("self");
    let masks = match Masks::new(language, &Size::tokens(language.grammar())) {
        Ok(masks) => masks,
        Err(error) => {
            let message = error.to_string();
            tell(&Event::NoMasks { message });
            return Ok(());
        }
    };
    // A slow grammar has fewer tokens compared: it must not look like one that hangs.
    let time = Duration::from_secs(options.rest_seconds) / 2;
    let walked = walk::walks(language, &masks, options, time)?;
    tell(&Event::Masks {
        tokens: walked.tokens,
        walks: walked.walks,
        ms: watch.ms(),
    });
    Ok(())
}
