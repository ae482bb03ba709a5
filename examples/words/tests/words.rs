//! The conformance suite, and languages against another implementation.

use regex_automata::meta;
use tdf_domain::{Domain as _, FunctionDomain as _, Value};
use tdf_testkit::Fixture;
use tdf_words::{Words, WordsText, ast::Regex};

tdf_testkit::conformance!(Words);

mod text {
    use super::*;

    tdf_testkit::function_conformance!(WordsText);
}

/// Words of up to 9 letters in shortlex order, made by appending letters.
fn words() -> Vec<String> {
    let mut words = vec![String::new()];
    let mut at = 0;
    while words[at].len() < 9 {
        for letter in ["a", "b"] {
            words.push(words[at].clone() + letter);
        }
        at += 1;
    }
    words
}

fn show(text: &str) -> Vec<u8> {
    let program: Regex = text.parse().unwrap();
    let mut image = vec![7; 32 * 32];
    Words.render(&program, &mut image).unwrap();
    image
}

/// The words that `image` shows; its first pixel stands for none.
fn shown(image: &[u8]) -> Vec<String> {
    assert_eq!(image[0], 255);
    let words = words().into_iter().zip(&image[1..]);
    words.filter(|(_, pixel)| **pixel == 0).map(|(word, _)| word).collect()
}

#[test]
fn programs_are_regular_expressions_as_everywhere() {
    let (fixture, words) = (Fixture::<Words>::new(), words());
    assert_eq!(words.len(), 1023);
    for program in fixture.programs(fixture.erased.start(), 300) {
        let text = fixture.language().print(program.nodes());
        let regex = meta::Regex::new(&format!("^(?:{})$", text.replace(' ', ""))).unwrap();
        let expected: Vec<_> = words.iter().filter(|word| regex.is_match(*word)).collect();
        let image = fixture.render(&program);
        assert!(shown(&image).iter().eq(expected), "{text} {}", fixture.again());
    }
}

#[test]
fn a_few_words() {
    assert_eq!(shown(&show("a")), ["a"]);
    assert_eq!(shown(&show("(a b)?")), ["", "ab"]);
    assert_eq!(shown(&show("(a b)+")), ["ab", "abab", "ababab", "abababab"]);
    assert_eq!(shown(&show("((a | b) (b (a a)))*")).len(), 1 + 2 + 4);
    assert_eq!(shown(&show("(a | b)+")), words()[1..]);
}

#[test]
fn every_word_counts() {
    let solved = |a: &str, b: &str| Words.solved("same-language", &show(a), &show(b));
    assert!(solved("(a | b)*", "(a* b*)*"));
    assert!(solved("(a (b a)*)", "((a b)* a)"));
    assert!(!solved("(a | b)*", "(a | b)+"));
    let is_uninformative = |text| Words.is_uninformative(&show(text));
    assert!(
        is_uninformative("(a? | b?)") && !is_uninformative("(a? b?)"),
        "3 and 4 words"
    );
    // All words, and all but b, bb and so on: 9 words.
    assert!(is_uninformative("(a | b)*") && !is_uninformative("((b* a) (a | b)*)?"));
}

#[test]
fn deep_programs_are_refused() {
    let nested = |count: usize| format!("{}a{}", "(a ".repeat(count), ")*".repeat(count));
    tdf_testkit::deep(&Fixture::<Words>::new(), nested);
}

#[test]
fn texts_say_what_the_image_shows() {
    let fixture = Fixture::<Words>::new();
    for program in fixture.programs(fixture.erased.start(), 100) {
        let text = fixture.language().print(program.nodes());
        let program: Regex = text.parse().unwrap();
        let image = show(&text);
        let mut digits = String::new();
        for row in WordsText.sample_inputs(&mut fixture.rng(0)) {
            digits += &WordsText.run(&program, &row).unwrap().to_string();
        }
        let matches = digits.chars().flat_map(|digit| {
            let digit = digit.to_digit(16).unwrap();
            [8, 4, 2, 1].map(|bit| digit & bit != 0)
        });
        assert!(matches.eq(image.iter().map(|pixel| *pixel == 0)), "{text}");
    }
    assert_eq!(
        WordsText.run(&"a".parse().unwrap(), &[Value::Integer(1000)]),
        None,
        "there are no so many words"
    );
}
