//! llguidance: an Earley parser over bytes, and a trie of the vocabulary.

use std::fmt::Write as _;
use std::sync::Arc;
use std::time::Instant;

use anyhow::Result;
use llguidance::api::TopLevelGrammar;
use llguidance::toktrie::{ApproximateTokEnv, TokEnv, TokRxInfo, TokTrie};
use llguidance::{Matcher, ParserFactory};
use tdf_grammar::Grammar;

use crate::Answer;
use crate::subject::{Subject, rules};

/// A matcher at the start of a program of `grammar`; the end is the number of tokens.
pub fn matcher(grammar: &Grammar) -> Result<Matcher> {
    // The trailing blank makes bytes and tokens the same thing; the end is a special token, marked as such.
    let mut words: Vec<Vec<u8>> = grammar.tokens.iter().map(|t| format!("{t} ").into_bytes()).collect();
    words.push(b"\xff<end>".to_vec());
    let trie = TokTrie::from(&TokRxInfo::new(words.len() as u32, grammar.tokens.len() as u32), &words);
    let environment: TokEnv = Arc::new(ApproximateTokEnv::new(trie));
    let mut factory = ParserFactory::new_simple(&environment)?;
    let factory = factory.quiet();
    let mut text = rules(grammar);
    for (kind, members) in grammar.token_classes.iter().enumerate() {
        let members = members
            .tokens
            .iter()
            .map(|&t| format!("{:?}", format!("{} ", grammar.tokens[t.index()])));
        let _ = writeln!(text, "K{kind}: {}", members.collect::<Vec<_>>().join(" | "));
    }
    Ok(Matcher::new(factory.create_parser(TopLevelGrammar::from_lark(text))))
}

/// Walks through all programs; the first of three walks is for the tokens allowed.
pub fn steps(subject: &Subject) -> Result<Answer> {
    let fresh = matcher(subject.language.grammar())?;
    let mut allowed: Vec<Vec<Vec<u32>>> = Vec::new();
    for program in &subject.programs {
        let mut matcher = fresh.deep_clone();
        let mut steps = Vec::new();
        for &id in program.iter().chain([&subject.end()]) {
            let mask = matcher.compute_mask_or_eos()?;
            steps.push((0..=subject.end()).filter(|&id| mask.is_allowed(id)).collect());
            // Where nothing but the end may come, it has stopped by itself.
            if !matcher.is_stopped() && matcher.consume_token(id).is_err() {
                break;
            }
        }
        allowed.push(steps);
    }
    let mut best = f64::INFINITY;
    for _ in 0..3 {
        let mut matchers: Vec<Matcher> = subject.programs.iter().map(|_| fresh.deep_clone()).collect();
        let begin = Instant::now();
        for (matcher, program) in matchers.iter_mut().zip(&subject.programs) {
            for &id in program.iter().chain([&subject.end()]) {
                std::hint::black_box(matcher.compute_mask_or_eos()?);
                if !matcher.is_stopped() {
                    matcher.consume_token(id)?;
                }
            }
        }
        best = best.min(begin.elapsed().as_nanos() as f64 / subject.steps() as f64);
    }
    Ok(Answer {
        allowed,
        nanoseconds: best,
    })
}
