//! Grammars to test with, and programs enumerated in two ways that know nothing of each other.

use std::collections::BTreeMap;

use tdf_decode::{DecoderState, MaskId, Masks};
use tdf_grammar::{Grammar, NonterminalId, Symbol, TokenId};
use tdf_tree::{Language, Size};

/// Programs as token strings, each with its size.
pub type Programs = BTreeMap<Vec<TokenId>, u32>;

pub fn language(source: &str) -> Language {
    let grammar = tdf_reader::read_grammar("toy.lalrpop", source).unwrap_or_else(|e| panic!("{e}"));
    Language::new(grammar).unwrap_or_else(|e| panic!("{e}"))
}

pub const RAINBOW: &str = include_str!("../../../../grammars/rainbow.lalrpop");
pub const CSG2D: &str = include_str!("../../../../grammars/csg2d.lalrpop");
pub const TINYSVG: &str = include_str!("../../../../grammars/tinysvg.lalrpop");

/// The shipped languages with the paper's count of primitives.
pub fn shipped() -> Vec<(Language, Size)> {
    [
        (RAINBOW, &["Box", "Ball"][..]),
        (CSG2D, &["Circle", "Quad"][..]),
        (TINYSVG, &["Rectangle", "Ellipse", "Move"][..]),
    ]
    .into_iter()
    .map(|(source, primitives)| {
        let language = language(source);
        let size = Size::primitives(language.grammar(), primitives).unwrap();
        (language, size)
    })
    .collect()
}

/// Toy grammars, each with one trait that a mask automaton could get wrong.
pub const TOYS: &[(&str, &str)] = &[
    (
        "right recursion",
        r#"grammar; pub S = { "a" <S> => More(<>), "b" => Stop };"#,
    ),
    (
        "left recursion",
        r#"grammar; pub S = { <S> "a" => More(<>), "b" => Stop };"#,
    ),
    (
        "epsilon",
        r#"grammar; pub S = { "a" <A> "y" <A> "z" => Two(<>), <A> => One(<>) }; A = { "x" => X, "x" <B> "x" => Y(<>), => None };
           B = { "b" <B> => More(<>), => Nil };"#,
    ),
    (
        "nullable list",
        r#"grammar; pub S = { "[" <I*> "]" => List(<>) }; I = { "i" => Item, <S> => Inner(<>) };"#,
    ),
    (
        "list at the end",
        r#"grammar; pub S = { "s" <I+> => List(<>) }; I = { "i" => Item, "(" <S> ")" => Inner(<>) };"#,
    ),
    (
        "infix with precedence",
        r#"grammar; pub E = { <E> "+" <T> => Add(<>), <T> => Term(<>) };
           T = { <T> "*" <F> => Mul(<>), <F> => Factor(<>) }; F = { "x" => X, "(" <E> ")" => Group(<>) };"#,
    ),
    (
        "precedence by annotation",
        r#"grammar; pub E = { #[precedence(level="1")] "x" => X, "-" <E> => Neg(<>),
           #[precedence(level="2")] #[assoc(side="left")] <E> "*" <E> => Mul(<>),
           #[precedence(level="3")] #[assoc(side="right")] <E> "+" <E> => Add(<>) };"#,
    ),
    (
        "overlapping terminals",
        r#"grammar; pub S = { "(" <A> <B> ")" => Pair(<>), "0" => Zero, <B> => Only(<>) };
           A = r"[0-2]" => A(<>); B = r"[1-3]" => B(<>);"#,
    ),
    (
        "three ways",
        r#"grammar; pub S = { <A> "." <B> "," <S> => Three(<>), <A> => One(<>) }; A = { "a" => A, "(" <S> ")" => P(<>) };
           B = { "b" => B, => None };"#,
    ),
    (
        "optional symbols",
        r#"grammar; pub S = { <A?> "x" <B?> => Some(<>) }; A = { "a" => A, "b" <S> => B(<>) }; B = "b" => B;"#,
    ),
    (
        "the end decides",
        r#"grammar; pub S = { "q" <A> "x" => Left(<>), "q" <B> "y" => Right(<>) }; A = { "a" <A> => More(<>), => Nil };
           B = { "a" <B> => Again(<>), => Empty };"#,
    ),
    (
        "a program may go on",
        r#"grammar; pub S = { <S> ";" <C> => Then(<>), <C> => First(<>) };
           C = { "n" => Nop, "w" "{" <S> "}" => While(<>), "i" "{" <S> "}" "e" "{" <S> "}" => If(<>) };"#,
    ),
    (
        "names without a keyword",
        r#"grammar; pub S = { "ab" <N> "=" <S> => Let(<>), <N> => Name(<>) }; N = r"[ab]+" => Name(<>);"#,
    ),
    (
        "open terminals that share members",
        r#"grammar; pub S = { "x" <r"a+b?"> <S> => Left(<>), "y" <r"a*b"> => Right(<>), r"(aa)+" => Even(<>) };"#,
    ),
    (
        "quoted texts and numbers with a point",
        r##"grammar; pub S = { <r#"'a*'"#> => Text(<>), <r"-?1+(\.1+)?"> => Number(<>), "[" <S*> "]" => List(<>) };"##,
    ),
];

/// All programs of each nonterminal of at most `length` tokens and of size at most `budget`, straight from the
/// productions: the least fixpoint of concatenation.
pub fn derive(grammar: &Grammar, weights: &[u32], budget: u32, length: usize) -> Vec<Programs> {
    let mut all = vec![Programs::new(); grammar.nonterminals.len()];
    loop {
        let mut changed = false;
        for (production, &weight) in grammar.productions.iter().zip(weights) {
            let mut partial = Programs::from([(Vec::new(), weight)]);
            for symbol in &production.symbols {
                let parts: Programs = match *symbol {
                    Symbol::TokenClass(token_class) => grammar.token_classes[token_class.index()]
                        .tokens
                        .iter()
                        .map(|&t| (vec![t], 0))
                        .collect(),
                    Symbol::Nonterminal(n) => all[n.index()].clone(),
                };
                let mut parts: Vec<_> = parts.into_iter().collect();
                parts.sort_by_key(|(_, size)| *size);
                let mut longer = Programs::new();
                for (left, a) in partial {
                    for (right, b) in parts.iter().take_while(|(_, b)| a + b <= budget) {
                        if left.len() + right.len() <= length {
                            longer.insert([&left[..], right].concat(), a + b);
                        }
                    }
                }
                partial = longer;
            }
            let known = &mut all[production.nonterminal.index()];
            for (tokens, size) in partial.into_iter().filter(|(_, size)| *size <= budget) {
                changed |= known.insert(tokens, size) != Some(size);
            }
        }
        if !changed {
            return all;
        }
    }
}

/// All programs of at most `length` tokens that the masks lead to.
pub fn decode(masks: &Masks, start: NonterminalId, budget: u32, length: usize) -> Programs {
    fn go_on(
        masks: &Masks,
        state: &DecoderState,
        budget: u32,
        room: usize,
        tokens: &mut Vec<TokenId>,
        out: &mut Programs,
    ) {
        let mask = masks.mask_id(state);
        let allowed = masks.allowed(mask);
        assert!(!allowed.is_empty(), "dead end after {tokens:?}");
        assert!(allowed.is_sorted_by(|a, b| a < b));
        for &id in allowed {
            let Some(token) = masks.vocabulary().token(id) else {
                let mut state = state.clone();
                masks.advance(&mut state, id).unwrap();
                assert!(state.is_done());
                assert_eq!(masks.mask_id(&state), Masks::NOTHING);
                out.insert(tokens.clone(), budget.wrapping_sub(state.slack()));
                continue;
            };
            if room > 0 {
                let mut state = state.clone();
                masks.advance(&mut state, id).unwrap();
                tokens.push(token);
                go_on(masks, &state, budget, room - 1, tokens, out);
                tokens.pop();
            }
        }
    }
    let mut out = Programs::new();
    if let Some(state) = masks.start(start, budget) {
        go_on(masks, &state, budget, length, &mut Vec::new(), &mut out);
    }
    assert!(masks.allowed(MaskId(0)).is_empty());
    out
}

/// Both enumerations agree for every nonterminal and each budget; returns how many programs there were.
pub fn check_acceptance(
    name: &str,
    grammar: &Grammar,
    masks: &Masks,
    weights: &[u32],
    budgets: impl IntoIterator<Item = u32>,
    length: usize,
) -> usize {
    let mut count = 0;
    for budget in budgets {
        let expected = derive(grammar, weights, budget, length);
        for (n, expected) in expected.iter().enumerate() {
            let n = NonterminalId::new(n);
            let mut found = decode(masks, n, budget, length);
            if budget == Masks::UNBOUNDED {
                // Sizes are not counted then.
                assert!(found.values().all(|&size| size == 0));
                for (tokens, size) in &mut found {
                    *size = expected.get(tokens).copied().unwrap_or(u32::MAX);
                }
            }
            let text = |p: &Programs| -> Vec<String> {
                let join =
                    |tokens: &Vec<TokenId>| tokens.iter().map(|&t| grammar.text(t)).collect::<Vec<_>>().join(" ");
                p.iter()
                    .map(|(tokens, size)| format!("{size}: {}", join(tokens)))
                    .collect()
            };
            let rule = &grammar.nonterminals[n.index()].name;
            if &found != expected {
                panic!(
                    "{name}, {rule}, budget {budget}\n found {:#?}\n expected {:#?}",
                    text(&found),
                    text(expected)
                );
            }
            count += found.len();
        }
    }
    count
}
