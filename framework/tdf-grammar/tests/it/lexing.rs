//! The lexer against a slow one that tries every token at every place.

use tdf_grammar::{Grammar, LexError, Lexer, TokenId};

use crate::support::read;

fn slow(grammar: &Grammar, text: &str) -> Result<Vec<TokenId>, LexError> {
    let mut tokens = Vec::new();
    let mut rest = text;
    loop {
        rest = rest.trim_start();
        if rest.is_empty() {
            return Ok(tokens);
        }
        let fitting = (0..grammar.tokens.len())
            .map(TokenId::new)
            .filter(|t| rest.starts_with(grammar.text(*t)));
        let Some(token) = fitting.max_by_key(|t| grammar.text(*t).len()) else {
            return Err(LexError {
                offset: text.len() - rest.len(),
            });
        };
        tokens.push(token);
        rest = &rest[grammar.text(token).len()..];
    }
}

fn grammar() -> Grammar {
    read(
        r##"pub S = { "ab" => A, "if" => B, "a" => C, "abif" => D, "<" => E, "<=" => F, "=" => G, "==" => H, r"-?[0-9]{1,2}" => N(<>), "not in" => I, "über" => U };"##,
    )
}

#[test]
fn all_short_sequences_of_tokens() {
    let g = grammar();
    let lexer = Lexer::new(&g);
    // All literals, and a few of the 200 numbers.
    let tokens: Vec<TokenId> = (0..g.tokens.len())
        .map(TokenId::new)
        .filter(|t| !g.text(*t).contains(['5', '6', '7', '8', '9', '4', '3', '2']))
        .collect();
    let mut glued = 0;
    for &a in &tokens {
        for &b in &tokens {
            for &c in tokens.iter().step_by(5) {
                let texts = [a, b, c].map(|t| g.text(t));
                for text in [
                    texts.concat(),
                    texts.join(" "),
                    format!("{}{}\n{}", texts[0], texts[1], texts[2]),
                ] {
                    let fast = lexer.lex(&text).map(|l| l.iter().map(|t| t.token).collect::<Vec<_>>());
                    assert_eq!(fast, slow(&g, &text), "{text}");
                }
                let spaced: Vec<_> = lexer.lex(&texts.join(" ")).unwrap().iter().map(|t| t.token).collect();
                assert_eq!(spaced, [a, b, c]);
                // Printing with a blank only where one is needed is read back as it was.
                let mut text = texts[0].to_owned();
                for (left, right) in [(a, b), (b, c)] {
                    if !lexer.may_touch(left, right) {
                        text.push(' ');
                    } else {
                        glued += 1;
                    }
                    text.push_str(g.text(right));
                }
                let again: Vec<_> = lexer.lex(&text).unwrap().iter().map(|t| t.token).collect();
                assert_eq!(again, [a, b, c], "{text}");
            }
        }
    }
    assert!(glued > 100);
}

#[test]
fn places() {
    let g = grammar();
    let lexed = Lexer::new(&g).lex(" ab\u{a0}-12<=").unwrap();
    let places: Vec<_> = lexed.iter().map(|l| (g.text(l.token), l.start, l.end)).collect();
    assert_eq!(places, [("ab", 1, 3), ("-12", 5, 8), ("<=", 8, 10)]);
    assert_eq!(Lexer::new(&g).lex("ab $"), Err(LexError { offset: 3 }));
    assert_eq!(Lexer::new(&g).lex("ü"), Err(LexError { offset: 0 }));
    assert_eq!(Lexer::new(&g).lex(""), Ok(vec![]));
}
