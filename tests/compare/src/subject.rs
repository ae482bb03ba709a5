//! A grammar with programs to walk through, and its text for the other tools.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::Path;

use anyhow::Result;
use tdf_decode::Masks;
use tdf_grammar::{Grammar, Symbol, TokenId};
use tdf_tree::{Language, Sampler, Size, Weighting, rng_stream};

/// A grammar and some of its programs.
#[derive(Debug)]
pub struct Subject {
    pub name: String,
    pub language: Language,
    /// Under the count of primitives for the shipped grammars, of tokens for the others.
    pub masks: Masks,
    /// Ids of tokens; the end is left out.
    pub programs: Vec<Vec<u32>>,
}

/// What the paper counts in the shipped languages.
const PRIMITIVES: [(&str, &[&str]); 3] = [
    ("csg2d", &["Circle", "Quad"]),
    ("tinysvg", &["Rectangle", "Ellipse", "Move"]),
    ("rainbow", &["Box", "Ball"]),
];

pub fn name(path: &Path) -> String {
    path.file_stem().unwrap_or_default().to_string_lossy().into_owned()
}

impl Subject {
    /// `None` for a vocabulary that bytes with blanks cannot hold, or without programs of a fitting size.
    pub fn read(path: &Path, programs: usize) -> Result<Option<Self>> {
        let source = std::fs::read_to_string(path)?;
        let language = Language::new(tdf_reader::read_grammar(&path.to_string_lossy(), &source)?)?;
        let grammar = language.grammar().clone();
        let name = name(path);
        let primitives = PRIMITIVES.iter().find(|(of, _)| *of == name);
        let (size, sizes) = match primitives {
            Some((_, names)) => (Size::primitives(&grammar, names)?, 8..=8),
            None => (Size::tokens(&grammar), 1..=24),
        };
        let texts: BTreeSet<String> = grammar.tokens.iter().map(ToString::to_string).collect();
        if texts.len() < grammar.tokens.len() || texts.iter().any(|text| text.contains(' ')) {
            return Ok(None);
        }
        let sampler = Sampler::new(&grammar, &size, *sizes.end(), Weighting::Rules);
        let Ok(sizes) = sampler.feasible(grammar.start, sizes) else {
            return Ok(None);
        };
        let program = |index: usize| {
            let tree = sampler.sample(grammar.start, &sizes, &mut rng_stream(5, index as u64));
            let mut tokens: Vec<TokenId> = Vec::new();
            language.tokens(tree.nodes(), &mut tokens);
            tokens.into_iter().map(|t| t.0).collect()
        };
        let programs = (0..programs).map(program).collect();
        Ok(Some(Self {
            masks: Masks::new(&language, &size)?,
            name,
            programs,
            language,
        }))
    }

    pub fn end(&self) -> u32 {
        self.language.grammar().tokens.len() as u32
    }

    /// One for each token, one for the end of each program.
    pub fn steps(&self) -> usize {
        self.programs.iter().map(|p| p.len() + 1).sum()
    }

    pub fn words(&self, ids: &[u32]) -> Vec<String> {
        let grammar = self.language.grammar();
        let word = |&id: &u32| match grammar.tokens.get(id as usize) {
            Some(token) => token.to_string(),
            None => "<end>".to_owned(),
        };
        ids.iter().map(word).collect()
    }
}

/// The productions in Lark's notation, with a terminal `K0`, `K1`, ... for each token class.
pub fn rules(grammar: &Grammar) -> String {
    let mut text = format!("start: n{}\n", grammar.start.index());
    for (index, nonterminal) in grammar.nonterminals.iter().enumerate() {
        let mut alternatives = Vec::new();
        for p in nonterminal.productions.clone() {
            let symbols = grammar.productions[p as usize].symbols.iter().map(|s| match s {
                Symbol::TokenClass(token_class) => format!("K{}", token_class.index()),
                Symbol::Nonterminal(n) => format!("n{}", n.index()),
            });
            alternatives.push(symbols.collect::<Vec<_>>().join(" "));
        }
        let _ = writeln!(text, "n{index}: {}", alternatives.join(" | "));
    }
    text
}
