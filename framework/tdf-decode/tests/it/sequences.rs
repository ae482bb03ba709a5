//! What the network reads: decisions, anchors and anchors.

use std::collections::BTreeMap;
use std::sync::Arc;

use expect_test::{Expect, expect};
use tdf_decode::{Masks, ProgramTokenizer, TokenSequence, VocabularyId};
use tdf_grammar::{NonterminalId, Symbol, TokenId};
use tdf_tree::{
    EditSites, Language, Mutator, Node, NodeChoice, NodeId, NoiseOptions, Rng, Sampler, Size, Tree, Weighting,
    rng_stream,
};

use crate::common::{RAINBOW, TOYS, language, shipped};

fn tokenizer(language: Language, size: &Size) -> ProgramTokenizer {
    let masks = Arc::new(Masks::new(&language, size).unwrap());
    ProgramTokenizer::new(Arc::new(language), size.clone(), masks)
}

/// The ids as text, an anchor token as `<anchor>`; then each site as `position nonterminal: text`.
fn show(tokenizer: &ProgramTokenizer, text: &str) -> String {
    let language = tokenizer.language();
    let grammar = language.grammar();
    let tree = language.parse(grammar.start, text).unwrap_or_else(|e| panic!("{e}"));
    let mut sequence = TokenSequence::default();
    tokenizer.sequence(grammar.start, &tree, &mut sequence);
    let name = |&id: &VocabularyId| tokenizer.vocabulary().token(id).map_or("<anchor>", |t| grammar.text(t));
    let mut out = sequence.ids.iter().map(name).collect::<Vec<_>>().join(" ");
    for (position, site) in &sequence.sites {
        let rule = &grammar.nonterminals[site.nonterminal.index()].name;
        out += &format!("\n{position} {rule}: {}", language.print(tree.subtree(site.node)));
    }
    out
}

fn check(source: &str, text: &str, expected: Expect) {
    let language = language(source);
    let size = Size::nodes(language.grammar());
    expected.assert_eq(&show(&tokenizer(language, &size), text));
}

#[test]
fn brackets_are_left_out() {
    check(
        RAINBOW,
        "(Arrange h (Box red) (Ball blue))",
        expect![[r#"
            Arrange h Box red Ball blue
            0 Scene: (Arrange h (Box red) (Ball blue))
            1 Direction: h
            2 Scene: (Box red)
            3 Color: red
            4 Scene: (Ball blue)
            5 Color: blue"#]],
    );
}

const INFIX: &str = r#"grammar; pub E = { <E> "+" <T> => Add(<>), <T> => Term(<>) };
    T = { "x" => X, "y" => Y, "(" <E> ")" => Group(<>) };"#;

#[test]
fn the_anchor_of_a_sum_is_its_operator() {
    check(
        INFIX,
        "x + (y + x)",
        expect![[r#"
        x + ( y + x )
        1 E: x + (y + x)
        0 E: x
        2 T: (y + x)
        4 E: y + x
        3 E: y
        5 T: x"#]],
    );
}

#[test]
fn empty_lists_get_a_mark() {
    let source = r#"grammar; pub S = { "[" <S*> "]" => List(<>), "x" => X }; "#;
    check(
        source,
        "[x [] x]",
        expect![[r#"
        [ <anchor> <anchor> x [ <anchor> ] x ]
        0 S: [x [] x]
        1 S*: x [] x
        2 S+: x []
        3 S+: x
        4 S: []
        5 S*: 
        7 S: x"#]],
    );
}

#[test]
fn an_optional_symbol_at_the_end_gets_a_mark_there() {
    let source = r#"grammar; pub S = { "s" <A> "t" <A> => S(<>) }; A = { "a" => A, => None };"#;
    check(
        source,
        "s a t",
        expect![[r#"
        a <anchor>
        0 A: a
        1 A: "#]],
    );
    check(
        source,
        "s t",
        expect![[r#"
        <anchor> t <anchor>
        0 A: 
        2 A: "#]],
    );
}

/// The sequence by its definition, slowly.
fn sequence_by_definition(
    tokenizer: &ProgramTokenizer,
    start: NonterminalId,
    tree: &Tree,
    size: &Size,
) -> TokenSequence {
    let (language, masks) = (tokenizer.language(), tokenizer.masks());
    let grammar = language.grammar();
    let mut tokens: Vec<TokenId> = Vec::new();
    language.tokens(tree.nodes(), &mut tokens);
    let mut state = masks.start(start, Masks::UNBOUNDED).unwrap();
    let mut forced = Vec::new();
    for token in &tokens {
        forced.push(masks.forced(&state).is_some());
        masks.advance(&mut state, (*token).into()).unwrap();
    }

    // For each node: where its tokens begin and end, and which of them its own production contributes.
    fn spans(
        language: &Language,
        tree: &Tree,
        node: NodeId,
        at: &mut usize,
        out: &mut BTreeMap<NodeId, (usize, usize, Vec<usize>)>,
    ) {
        let begin = *at;
        let mut own = Vec::new();
        let mut children = tree.children(node);
        for symbol in &language.grammar().production(tree.node(node).production).symbols {
            match symbol {
                Symbol::Nonterminal(_) => spans(language, tree, children.next().unwrap(), at, out),
                Symbol::TokenClass(_) => {
                    own.push(*at);
                    *at += 1;
                }
            }
        }
        out.insert(node, (begin, *at, own));
    }
    let mut all = BTreeMap::new();
    spans(language, tree, NodeId::ROOT, &mut 0, &mut all);

    let mut sites = Vec::new();
    EditSites::new(grammar).collect(tree, size, &mut sites);
    // What is written: (index of the token, anchors before it in order, the site's index if it is an anchor token).
    let mut anchors = Vec::new();
    let mut inserted: Vec<(usize, usize)> = Vec::new();
    for (index, site) in sites.iter().enumerate() {
        let mut bottom = site.node;
        while grammar.is_unit(tree.node(bottom).production) {
            bottom = tree.children(bottom).next().unwrap();
        }
        let own = &all[&bottom].2;
        let anchor = own.iter().copied().find(|&t| !forced[t]);
        if anchor.is_none() {
            let (begin, end, _) = all[&site.node];
            inserted.push(((begin..end).find(|&t| !forced[t]).unwrap_or(end), index));
        }
        anchors.push(anchor);
    }
    let mut sequence = TokenSequence {
        ids: Vec::new(),
        sites: sites.iter().map(|&s| (u32::MAX, s)).collect(),
    };
    for t in 0..=tokens.len() {
        for &(_, site) in inserted.iter().filter(|(at, _)| *at == t) {
            sequence.sites[site].0 = sequence.ids.len() as u32;
            sequence.ids.push(tokenizer.vocabulary().anchor());
        }
        if t < tokens.len() && !forced[t] {
            for (site, _) in anchors.iter().enumerate().filter(|(_, a)| **a == Some(t)) {
                sequence.sites[site].0 = sequence.ids.len() as u32;
            }
            sequence.ids.push(tokens[t].into());
        }
    }
    sequence
}

fn languages() -> Vec<(Language, Size, u32)> {
    let toys = TOYS.iter().map(|(_, source)| {
        let language = language(source);
        let size = Size::nodes(language.grammar());
        (language, size, 14)
    });
    shipped()
        .into_iter()
        .map(|(language, size)| (language, size, 6))
        .chain(toys)
        .collect()
}

fn random_tree(sampler: &Sampler, start: NonterminalId, greatest: u32, rng: &mut Rng) -> Option<Tree> {
    let sizes = sampler.feasible(start, 0..=greatest).ok()?;
    Some(sampler.sample(start, &sizes, rng))
}

#[test]
fn sequences_follow_their_definition_and_anchors_are_distinct() {
    for (language, size, greatest) in languages() {
        let sampler = Sampler::new(language.grammar(), &size, greatest, Weighting::Rules);
        let tokenizer = tokenizer(language, &size);
        let mut rng = rng_stream(3, 0);
        let mut sequence = TokenSequence::default();
        for n in 0..tokenizer.language().grammar().nonterminals.len() {
            let start = NonterminalId::new(n);
            for _ in 0..200 {
                let Some(tree) = random_tree(&sampler, start, greatest, &mut rng) else {
                    continue;
                };
                tokenizer.sequence(start, &tree, &mut sequence);
                assert_eq!(sequence, sequence_by_definition(&tokenizer, start, &tree, &size));
                let mut positions: Vec<u32> = sequence.sites.iter().map(|(position, _)| *position).collect();
                positions.sort_unstable();
                assert!(positions.is_sorted_by(|a, b| a < b));
                assert!(positions.iter().all(|&p| (p as usize) < sequence.ids.len()));
            }
        }
    }
}

/// What a network does that chose `decisions`: forced ids are skipped, and the tokens are parsed at the end.
fn replay(tokenizer: &ProgramTokenizer, start: NonterminalId, budget: u32, decisions: &[VocabularyId]) -> Tree {
    let masks = tokenizer.masks();
    let mut state = masks.start(start, budget).unwrap();
    let mut tokens = Vec::new();
    let mut decisions = decisions.iter();
    while masks.skip_forced(&mut state, &mut tokens).is_some() {
        let &id = decisions.next().expect("a decision for each mask");
        masks.advance(&mut state, id).unwrap();
        tokens.extend(tokenizer.vocabulary().token(id));
    }
    assert_eq!(decisions.next(), None);
    tokenizer.parse(start, &tokens).unwrap()
}

#[test]
fn steps_lead_to_the_replacement_at_a_site() {
    for (language, size, greatest) in languages() {
        let grammar = language.grammar().clone();
        let sampler = Sampler::new(&grammar, &size, greatest, Weighting::Rules);
        let max_edit_size = (0..grammar.nonterminals.len())
            .map(|n| size.least(&grammar)[n])
            .max()
            .unwrap()
            + 2;
        let options = NoiseOptions {
            max_edit_size,
            choice: NodeChoice::Size,
        };
        let mutator = Mutator::new(grammar.clone(), size.clone(), options);
        let tokenizer = tokenizer(language, &size);
        let mut rng = rng_stream(4, 0);
        let mut sequence = TokenSequence::default();
        let mut steps = Vec::new();
        for _ in 0..300 {
            let Some(tree) = random_tree(&sampler, grammar.start, greatest, &mut rng) else {
                continue;
            };
            let Some(edit) = mutator.propose(&tree, &mut rng) else {
                continue;
            };
            tokenizer.sequence(grammar.start, &tree, &mut sequence);
            let (_, site) = *sequence
                .sites
                .iter()
                .find(|(_, s)| s.node == edit.node)
                .expect("edits name sites");
            let budget = size.of(&edit.replacement).max(max_edit_size);
            tokenizer.decisions(site.nonterminal, &edit.replacement, budget, &mut steps);
            for step in &steps {
                let allowed = tokenizer.masks().allowed(step.mask);
                assert!(allowed.len() > 1 && allowed.contains(&step.id));
            }
            let decisions: Vec<VocabularyId> = steps.iter().map(|s| s.id).collect();
            let found = replay(&tokenizer, site.nonterminal, budget, &decisions);
            assert_eq!(found.nodes(), &edit.replacement[..]);
        }
    }
}

#[test]
fn steps_are_cleared_and_end_where_the_budget_ends() {
    let language = language(INFIX);
    let size = Size::nodes(language.grammar());
    let tokenizer = tokenizer(language, &size);
    let grammar = tokenizer.language().grammar().clone();
    let mut steps = vec![];
    let nodes: Vec<Node> = tokenizer
        .language()
        .parse(grammar.start, "x+y")
        .unwrap()
        .nodes()
        .to_vec();
    let mut ids = |budget: u32| {
        tokenizer.decisions(grammar.start, &nodes, budget, &mut steps);
        steps
            .iter()
            .map(|s| tokenizer.vocabulary().token(s.id).map_or("end", |t| grammar.text(t)))
            .collect::<Vec<_>>()
    };
    assert_eq!(size.of(&nodes), 4);
    assert_eq!(ids(4), ["x", "+", "y"], "no budget for more: the end is forced");
    assert_eq!(ids(Masks::UNBOUNDED), ["x", "+", "y", "end"]);
}
