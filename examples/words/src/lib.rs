//! Words: a program is a regular expression, what is seen of it is which words it matches.
//!
//! That is no image by nature: a pixel for each word. A program is found when it matches the same words, however it
//! is written. The domain `words-text` shows the same as texts.

#![forbid(unsafe_code)]

use tdf_domain::{Canvas, Domain, Grammar, RenderError, Size, SizeError, declare_domain};

mod text;

use ast::{Atom, Regex, Times};
pub use text::WordsText;

/// The syntax tree, generated from `words.lalrpop`.
pub mod ast {
    tdf_domain::include_grammar!("words");
}

/// Width and height of the canvas in pixels.
const CANVAS: usize = 32;

/// A word is the number whose binary digits are a 1 and its letters, 0 for a and 1 for b: so all words of up to 9
/// letters are the numbers from 1 to 1023, in shortlex order.
const WORDS: usize = CANVAS * CANVAS;

/// The word without letters.
const EMPTY: usize = 1;

/// Targets that match fewer words, or all but fewer, are passed over.
const FEWEST: usize = 4;

/// Which words a language has. Parts of a word are no longer than the word, so that longer words need not be known.
type Language = Vec<bool>;

/// The domain.
#[derive(Debug, Default)]
pub struct Words;

impl Domain for Words {
    type Program = Regex;

    const NAME: &'static str = "words";
    const CRITERIA: &'static [&'static str] = &["same-language"];

    fn canvas(&self) -> Canvas {
        Canvas {
            width: CANVAS as u32,
            height: CANVAS as u32,
            channels: 1,
            background: 255,
        }
    }

    fn render(&self, program: &Regex, image: &mut [u8]) -> Result<(), RenderError> {
        let language = language(program);
        for (pixel, matches) in image.iter_mut().zip(language) {
            *pixel = if matches { 0 } else { 255 };
        }
        Ok(())
    }

    /// Letters: the alphabetic width. What repeats and joins them comes with them.
    fn size(&self, grammar: &Grammar) -> Result<Size, SizeError> {
        Size::primitives(grammar, &["A", "B"])
    }

    /// One word is enough to tell two languages apart.
    fn solved(&self, _criterion: &str, image: &[u8], target: &[u8]) -> bool {
        image == target
    }

    fn is_uninformative(&self, image: &[u8]) -> bool {
        let matched = image.iter().filter(|pixel| **pixel == 0).count();
        !(FEWEST..WORDS - FEWEST).contains(&matched)
    }
}

fn language(regex: &Regex) -> Language {
    match regex {
        Regex::Once(atom) => matches(atom),
        Regex::Repeat { of, times } => {
            let once = matches(of);
            let mut words = once.clone();
            words[EMPTY] = true;
            if *times != Times::Optional {
                // Each round doubles the number of repetitions: 16 are more than a word has letters.
                words = (0..4).fold(words, |words, _| sequence(&words, &words));
            }
            if *times == Times::Plus {
                sequence(&once, &words)
            } else {
                words
            }
        }
    }
}

fn matches(atom: &Atom) -> Language {
    match atom {
        Atom::A => one(0b10),
        Atom::B => one(0b11),
        Atom::Sequence { first, second } => sequence(&language(first), &language(second)),
        Atom::Either { left, right } => {
            let either = language(left).into_iter().zip(language(right));
            either.map(|(left, right)| left || right).collect()
        }
    }
}

/// The language of one word.
fn one(word: usize) -> Language {
    (0..WORDS).map(|other| other == word).collect()
}

/// All words that are one of `first` and then one of `second`.
fn sequence(first: &[bool], second: &[bool]) -> Language {
    let mut words = vec![false; WORDS];
    for begin in (EMPTY..WORDS).filter(|word| first[*word]) {
        // The words of one length are neighbours; so are those that begin with `begin`, in the same order.
        let lengths = std::iter::successors(Some(1), |count| Some(2 * count));
        for count in lengths.take_while(|count| begin * count < WORDS) {
            let found = &mut words[begin * count..][..count];
            for (found, end) in found.iter_mut().zip(&second[count..]) {
                *found |= end;
            }
        }
    }
    words
}

declare_domain!(Words);
