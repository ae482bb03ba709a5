//! Distances of programs as trees.

use rand::Rng as _;
use tdf_eval::edit_distance;
use tdf_tree::{Language, Tree, rng_stream};

fn language(rules: &str) -> Language {
    let text = format!("grammar;\n{rules}");
    let grammar = tdf_reader::read_grammar("toy.lalrpop", &text).unwrap_or_else(|e| panic!("{e}"));
    Language::new(grammar).unwrap_or_else(|e| panic!("{e}"))
}

fn parse(language: &Language, text: &str) -> Tree {
    let start = language.grammar().start;
    language.parse(start, text).unwrap_or_else(|e| panic!("{text}: {e}"))
}

fn distance(language: &Language, a: &str, b: &str) -> u32 {
    let (a, b) = (parse(language, a), parse(language, b));
    let there = edit_distance(language, a.nodes(), b.nodes());
    assert_eq!(there, edit_distance(language, b.nodes(), a.nodes()), "symmetric");
    there.expect("small programs")
}

/// Left-recursive infix expressions: chains of unit productions.
const INFIX: &str = r#"
pub Expr = { <left:Expr> "+" <right:Term> => Add { <> }, Term => Sum };
Term = { <left:Term> "*" <right:Factor> => Multiply { <> }, Factor => Product };
Factor = { r"[0-9]" => Number, "(" <Expr> ")" => Parens };
"#;

#[test]
fn units_do_not_count_and_brackets_do() {
    let infix = language(INFIX);
    assert_eq!(distance(&infix, "1 + 2 * 3", "1 + 2 * 3"), 0);
    assert_eq!(distance(&infix, "1 + 2", "1 + 3"), 1);
    assert_eq!(distance(&infix, "1 + 2", "1 * 2"), 1);
    assert_eq!(distance(&infix, "1", "1 + 2"), 2);
    assert_eq!(distance(&infix, "1 * 2", "( 1 * 2 )"), 1);
}

#[test]
fn lists_and_members_of_spelled_terminals_are_as_they_are_read() {
    let lists = language(
        r#"
pub List = "[" <items:Item*> "]" => List;
Item = { r"[a-z]+" => Name, List => Inner };
"#,
    );
    assert_eq!(distance(&lists, "[]", "[ab]"), 1);
    assert_eq!(distance(&lists, "[ab cd]", "[ab xyz cd]"), 1);
    assert_eq!(distance(&lists, "[ab cd]", "[abcdefgh cd]"), 1);
    // The children of a deleted list take its place.
    assert_eq!(distance(&lists, "[[ab cd] ef]", "[ab cd ef]"), 1);
    assert_eq!(distance(&lists, "[[] []]", "[[[]]]"), 2);
}

/// A random tree: nodes are lists of any length, their labels one of three.
const BUSH: &str = r#"
pub Bush = { "a" "(" <Bush*> ")" => A, "b" "(" <Bush*> ")" => B, "c" "(" <Bush*> ")" => C };
"#;

/// In post-order: labels, and the leftmost leaf below each node.
#[derive(Debug, Default)]
struct Ordered {
    labels: Vec<u8>,
    leftmost: Vec<usize>,
}

/// A random tree of at most `most` nodes and its text.
fn random(rng: &mut tdf_tree::Rng, most: u32) -> (Ordered, String) {
    let mut tree = Ordered::default();
    // Trees so far that have no parent: leftmost leaves and texts.
    let mut loose: Vec<(usize, String)> = Vec::new();
    let count = 1 + rng.next_u32() % most;
    for node in 0..count {
        let is_last = node + 1 == count;
        let children = if is_last {
            loose.len()
        } else {
            (rng.next_u32() as usize % 4).min(loose.len())
        };
        let below = loose.split_off(loose.len() - children);
        let leftmost = below.first().map_or(node as usize, |(leaf, _)| *leaf);
        let label = b'a' + (rng.next_u32() % 3) as u8;
        let inside: Vec<String> = below.into_iter().map(|(_, text)| text).collect();
        loose.push((leftmost, format!("{}({})", char::from(label), inside.join(" "))));
        tree.labels.push(label);
        tree.leftmost.push(leftmost);
    }
    let text = loose.pop().map_or(String::new(), |(_, text)| text);
    (tree, text)
}

/// The definition: a mapping between nodes that keeps order and ancestors costs its relabellings and all nodes that are left out.
fn least(a: &Ordered, b: &Ordered, node: usize, mapped: &mut Vec<(usize, usize)>) -> usize {
    let (n, m) = (a.labels.len(), b.labels.len());
    if node == n {
        let relabelled = mapped.iter().filter(|(x, y)| a.labels[*x] != b.labels[*y]).count();
        return n + m - 2 * mapped.len() + relabelled;
    }
    let mut best = least(a, b, node + 1, mapped);
    let is_below = |tree: &Ordered, low: usize, high: usize| low < high && tree.leftmost[high] <= low;
    for other in 0..m {
        let fits = |&(x, y): &(usize, usize)| y < other && is_below(a, x, node) == is_below(b, y, other);
        if mapped.iter().all(fits) {
            mapped.push((node, other));
            best = best.min(least(a, b, node + 1, mapped));
            mapped.pop();
        }
    }
    best
}

#[test]
fn agrees_with_the_definition() {
    let bush = language(BUSH);
    for case in 0..300 {
        let mut rng = rng_stream(3, case);
        let ((a, a_text), (b, b_text)) = (random(&mut rng, 7), random(&mut rng, 7));
        let expected = least(&a, &b, 0, &mut Vec::new()) as u32;
        assert_eq!(distance(&bush, &a_text, &b_text), expected, "{a_text} {b_text}");
    }
}

#[test]
fn programs_that_are_too_large_have_none() {
    let infix = language(INFIX);
    let large = parse(&infix, &vec!["1"; 20_000].join(" + "));
    assert_eq!(edit_distance(&infix, large.nodes(), large.nodes()), None);
    let small = parse(&infix, "1");
    assert_eq!(edit_distance(&infix, large.nodes(), small.nodes()), Some(39_998));
}
