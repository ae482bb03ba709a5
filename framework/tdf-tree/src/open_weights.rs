//! How random members of open terminals come about: short ones, of letters and digits for the most part.

use tdf_grammar::{Alternative, Grammar, NonterminalKind, ProductionId, Symbol};

/// How likely it is that a member goes on, against 1 that it ends where it may end.
const MORE: f64 = 2.0;

/// The weight of an alternative of what may follow: the end, or another character.
pub(crate) fn weight(grammar: &Grammar, alternative: &Alternative) -> f64 {
    let first = grammar.production(ProductionId(alternative.productions.start));
    if first.symbols.is_empty() { 1.0 } else { MORE + 1.0 }
}

/// Shares `weight` among the characters that `productions` begin with and appends them to `outcomes`.
///
/// Characters after which the member is over, such as a closing quote, weigh 1 together, the others [`MORE`]: by
/// number of characters, quoted texts would hardly ever close.
pub(crate) fn share<'c>(
    grammar: &Grammar,
    productions: &[ProductionId],
    weight: f64,
    choices: impl Fn(ProductionId) -> &'c Vec<u32>,
    outcomes: &mut Vec<(u32, f64)>,
) {
    let first = outcomes.len();
    let (mut closing, mut others) = (0.0, 0.0);
    let mut closes = Vec::new();
    for &production in productions {
        let symbols = &grammar.production(production).symbols;
        let [Symbol::TokenClass(token_class), rest, ..] = symbols[..] else {
            others += 1.0;
            closes.push(false);
            outcomes.extend(choices(production).iter().map(|&choice| (choice, 1.0)));
            continue;
        };
        let last = is_over(grammar, rest);
        for (&choice, token) in choices(production)
            .iter()
            .zip(&grammar.token_classes[token_class.index()].tokens)
        {
            let token = &grammar.tokens[token.index()];
            let own = token.text.chars().next().map_or(0.0, liking);
            *(if last { &mut closing } else { &mut others }) += own;
            closes.push(last);
            outcomes.push((choice, own));
        }
    }
    let (to_closing, to_others) = match (closing > 0.0, others > 0.0) {
        (true, true) => (1.0 / (1.0 + MORE), MORE / (1.0 + MORE)),
        _ => (1.0, 1.0),
    };
    for ((_, own), last) in outcomes[first..].iter_mut().zip(closes) {
        *own *= weight * if last { to_closing / closing } else { to_others / others };
    }
}

/// Whether nothing but the end of the member may come.
fn is_over(grammar: &Grammar, rest: Symbol) -> bool {
    let Symbol::Nonterminal(rest) = rest else { return false };
    let mut productions = grammar.productions_of(rest);
    debug_assert_eq!(grammar.nonterminals[rest.index()].kind, NonterminalKind::Suffix);
    productions.all(|p| grammar.production(p).symbols.is_empty())
}

/// Letters and digits make names and numbers; a point or a sign is one of few characters that may come in a number.
fn liking(character: char) -> f64 {
    match character {
        c if c.is_alphanumeric() => 1.0,
        '.' | '-' | '+' => 2.0,
        '_' | ' ' => 0.5,
        _ => 0.25,
    }
}
