//! A grammar in Lark's syntax has the programs of its twin in LALRPOP's.

use tdf_tree::{Language, Sampler, Size, Weighting, rng_stream};

fn language(path: &str) -> Language {
    let path = format!("{}/../{path}", env!("CARGO_MANIFEST_DIR"));
    Language::new(tdf_reader::read_grammar_file(path).unwrap_or_else(|error| panic!("{error}"))).unwrap()
}

fn samples(language: &Language, primitives: &[&str]) -> Vec<String> {
    let grammar = language.grammar();
    let size = Size::primitives(grammar, primitives).unwrap();
    let sampler = Sampler::new(grammar, &size, 6, Weighting::Rules);
    let sizes = sampler.feasible(grammar.start, 1..=6).unwrap();
    let sample = |i| language.print(sampler.sample(grammar.start, &sizes, &mut rng_stream(3, i)).nodes());
    (0..2_000).map(sample).collect()
}

fn words(program: &str) -> Vec<String> {
    let parted = program.replace('(', "( ").replace(')', " )");
    parted.split_whitespace().map(str::to_owned).collect()
}

const ANGLES: [&str; 8] = ["0", "45", "90", "135", "180", "225", "270", "315"];

/// The letter of the paper's code for an operand of ours.
fn letter(operand: &str, is_angle: bool) -> String {
    let digits: Vec<char> = "0123456789ABCDEF".chars().collect();
    let letter = match is_angle {
        true => {
            ANGLES
                .iter()
                .zip('G'..)
                .find(|(angle, _)| **angle == operand)
                .unwrap()
                .1
        }
        false => digits[operand.parse::<usize>().unwrap()],
    };
    letter.to_string()
}

#[test]
fn csg2d_of_the_public_code_is_ours() {
    let ours = language("grammars/csg2d.lalrpop");
    let lark = language("tests/grammars/lark/csg2d.lark");
    assert_eq!(lark.grammar().nonterminals[lark.grammar().start.index()].name, "S");
    let parses = |language: &Language, text: &str| language.parse(language.grammar().start, text).is_ok();

    for program in samples(&lark, &["Circle", "Quad"]) {
        let ours_words = words(&program).into_iter().map(|word| match word.chars().next() {
            Some(c) if word.len() == 1 && c.is_ascii_hexdigit() => c.to_digit(16).unwrap().to_string(),
            Some(c @ 'G'..='N') if word.len() == 1 => ANGLES[c as usize - 'G' as usize].to_owned(),
            _ => word,
        });
        let text = ours_words.collect::<Vec<_>>().join(" ");
        assert!(parses(&ours, &text), "{program}: {text}");
    }
    for program in samples(&ours, &["Circle", "Quad"]) {
        let words = words(&program);
        let word = |(i, word): (usize, &String)| match word.parse::<u32>() {
            Ok(_) => letter(word, i >= 5 && words[i - 5] == "Quad"),
            Err(_) => word.clone(),
        };
        let text = words.iter().enumerate().map(word).collect::<Vec<_>>().join(" ");
        assert!(parses(&lark, &text), "{program}: {text}");
    }
}
