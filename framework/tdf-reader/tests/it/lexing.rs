//! The lexer against a slow one that tries every token at every place.

use tdf_grammar::{Grammar, LexError, LexErrorKind, Lexed, Lexer, TokenId, TokenKind};

use crate::support::read;

fn no_token(offset: usize) -> LexError {
    LexError {
        offset,
        kind: LexErrorKind::NoToken,
    }
}

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
            return Err(no_token(text.len() - rest.len()));
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
    assert_eq!(Lexer::new(&g).lex("ab $"), Err(no_token(3)));
    assert_eq!(Lexer::new(&g).lex("ü"), Err(no_token(0)));
    assert_eq!(Lexer::new(&g).lex(""), Ok(vec![]));
}

/// Words and members of open terminals, by trying every prefix of the rest on every regular expression.
fn slow_words(literals: &[&str], regexes: &[&str], text: &str) -> Result<Vec<String>, usize> {
    use regex_automata::meta::Regex;
    let whole = |regex: &&str| Regex::new(&format!("^(?:{regex})$")).unwrap();
    let regexes: Vec<Regex> = regexes.iter().map(whole).collect();
    let mut words = Vec::new();
    let mut rest = text;
    loop {
        rest = rest.trim_start();
        if rest.is_empty() {
            return Ok(words);
        }
        let ends = rest.char_indices().map(|(at, c)| at + c.len_utf8());
        let is_word = |word: &str| literals.contains(&word) || regexes.iter().any(|r| r.is_match(word));
        match ends.rev().find(|end| is_word(&rest[..*end])) {
            Some(end) => {
                words.push(rest[..end].to_owned());
                rest = &rest[end..];
            }
            None => return Err(text.len() - rest.len()),
        }
    }
}

#[test]
fn members_of_spelled_terminals() {
    let regexes = [
        "[a-z][a-z0-9]*",
        r"-?[0-9]+(\.[0-9]+)?",
        r#""([^"\\]|\\.)*""#,
        "->[a-b]+<",
    ];
    let literals = ["let", "-", "->", ".", "b2b"];
    let g = read(
        r##"pub S = { "let" => L, "-" => M, "->" => A, "." => D, "b2b" => B, r"[a-z][a-z0-9]*" => N(<>), "x" <r"-?[0-9]+(\.[0-9]+)?"> => R(<>),
            r#""([^"\\]|\\.)*""# => T(<>), "->" <r"->[a-b]+<"> => W(<>) };"##,
    );
    let lexer = Lexer::new(&g);
    let mut random = crate::support::Random(3);
    let (mut good, mut long) = (0, 0);
    for _ in 0..5_000 {
        let length = random.next() % 12;
        let text: String = (0..length)
            .map(|_| ["l", "e", "t", "b", "2", "-", ">", "<", ".", "\"", "\\", " "][random.next() as usize % 12])
            .collect();
        let words = lexer.lex(&text).map(|lexed| {
            let spans = lexed.chunk_by(|a, b| a.end == b.start && g.letter(a.token).is_some());
            let words = spans.map(|word| text[word[0].start..word[word.len() - 1].end].to_owned());
            let tokens: Vec<TokenId> = lexed.iter().map(|l| l.token).collect();
            let words: Vec<String> = words.collect();
            assert_eq!(g.words(&tokens), words, "{text:?}");
            words
        });
        good += usize::from(words.is_ok());
        long += usize::from(words.as_ref().is_ok_and(|w| w.len() < text.len() / 2));
        assert_eq!(
            words.map_err(|e| e.offset),
            slow_words(&literals, &regexes, &text),
            "{text:?}"
        );
    }
    assert!(good > 1_000 && long > 80, "{good} {long}");
}

#[test]
fn words_that_touch() {
    let g = read(
        r##"pub S = { "(" <r"[a-z]+"> ")" => N(<>), "ab" => AB, "(+" => P, "." => D, r"[0-9]+(\.[0-9]+)?" => R(<>) };"##,
    );
    let lexer = Lexer::new(&g);
    for (left, right, may) in [
        ("(", "x", true),
        ("x", ")", true),
        ("x", "y", false),
        ("ab", "c", false),
        ("x", "1", true),
        ("1", ".", false),
        ("1.5", ".", true),
        ("(", "+", false),
        ("1", "x", true),
    ] {
        assert_eq!(lexer.may_touch_texts(left, right), may, "{left} {right}");
    }
}

#[test]
fn texts_that_break_off() {
    let g = read(r##"pub S = { "let" <r"[a-z]+"> => N(<>), r#""[^"]*""# => T(<>) };"##);
    let lexer = Lexer::new(&g);
    let tokens = |text: &str| -> Result<String, LexError> {
        let tokens = lexer.lex_beginning(text)?;
        Ok(tokens
            .iter()
            .map(|t| g.tokens[t.token.index()].to_string())
            .collect::<Vec<_>>()
            .join(" "))
    };
    assert_eq!(tokens("let ab"), Ok("let 'a' 'b'".to_owned()));
    assert_eq!(tokens("let ab "), Ok("let 'a' 'b' ''".to_owned()));
    assert_eq!(tokens("let \"a "), Ok("let '\"' 'a' ' '".to_owned()));
    assert_eq!(tokens("let"), Ok("let".to_owned()));
    assert_eq!(tokens("le"), Ok("'l' 'e'".to_owned()));
    assert_eq!(tokens("let \"a b\""), Ok("let '\"' 'a' ' ' 'b' '\"'".to_owned()));
    assert_eq!(tokens("let let"), Ok("let let".to_owned()));
    assert_eq!(tokens("let 1"), Err(no_token(4)));
    let g = read(r##"pub S = { "x" => X, "." => D, r"[0-9]+(\.[0-9]+)?" => N(<>), "(" <S> ")" => P };"##);
    let lexer = Lexer::new(&g);
    let count = |text: &str| lexer.lex_beginning(text).map(|tokens| tokens.len());
    assert_eq!(
        (count("1."), count("1.5"), count("1.)"), count("(1 ."), count("1.5.")),
        (Ok(2), Ok(3), Ok(4), Ok(4), Ok(5))
    );
    assert_eq!(count("x y"), Err(no_token(2)));
}

/// What `slow_words` finds, where the longest of the words and of what `skips` match decides, a word if both are as long.
fn slow_words_and_skips(words: &[&str], skips: &[&str], text: &str) -> Result<Vec<String>, usize> {
    use regex_automata::meta::Regex;
    let whole = |regex: &&str| Regex::new(&format!("^(?:{regex})$")).unwrap();
    let (words, skips): (Vec<Regex>, Vec<Regex>) =
        (words.iter().map(whole).collect(), skips.iter().map(whole).collect());
    let mut found = Vec::new();
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let longest = |regexes: &[Regex]| {
            let ends = rest.char_indices().map(|(at, c)| at + c.len_utf8()).rev();
            let mut ends = ends.filter(|end| regexes.iter().any(|r| r.is_match(&rest[..*end])));
            ends.next().unwrap_or(0)
        };
        let (word, mut skip) = (longest(&words), longest(&skips));
        if c.is_whitespace() {
            skip = skip.max(c.len_utf8());
        }
        if word.max(skip) == 0 {
            return Err(text.len() - rest.len());
        }
        if word >= skip {
            found.push(rest[..word].to_owned());
        }
        rest = &rest[word.max(skip)..];
    }
    Ok(found)
}

#[test]
fn comments() {
    const SKIPS: [&str; 4] = ["//[^\n]*", r"/\*([^*]|\*+[^*/])*\*+/", "\n#[^\n]*", "<-+>"];
    let skips = SKIPS.map(|s| format!("r\"{s}\" => {{ }},")).concat();
    let finite =
        r#"pub S = { <S> "/" => A(<>), "*" => B, "<" => C, "-" => D, ">" => E, r"[ab/]{1,2}" => F(<>), "<--" => G };"#;
    let open =
        r#"pub S = { <S> "/" => A(<>), "*" => B, "<" => C, "-" => D, ">" => E, r"[ab/*]+" => F(<>), "<--" => G };"#;
    for (rules, own) in [
        // `//` begins a comment, `/*` may, and `<--` may become one.
        (finite, ["[ab/]{1,2}"].as_slice()),
        (open, &["[ab/*]+"]),
    ] {
        let g = read(&format!("match {{ {skips} r\"\\s+\" => {{ }}, _ }}\n{rules}"));
        assert_eq!(g.skips.len(), 4);
        let lexer = Lexer::new(&g);
        let starts_comment = |m: &str| m.starts_with("//") || m.starts_with("/*");
        let words = [&["/", r"\*", "<", "-", ">", "<--"], own].concat();
        let text_of = |l: &[Lexed], text: &str| -> Vec<String> {
            let mut words = Vec::new();
            let mut open = String::new();
            for lexed in l {
                match g.tokens[lexed.token.index()].kind {
                    TokenKind::Word => words.push(text[lexed.start..lexed.end].to_owned()),
                    TokenKind::End => words.push(std::mem::take(&mut open)),
                    _ => open += &text[lexed.start..lexed.end],
                }
            }
            words
        };
        let mut random = crate::support::Random(7);
        let pieces = ["/", "*", "<", "-", ">", "a", "b", " ", "\n", "#", "//", "/*", "*/"];
        for _ in 0..1_000 {
            let text: String = (0..random.below(12))
                .map(|_| pieces[random.below(pieces.len())])
                .collect();
            let fast = lexer.lex(&text).map(|l| text_of(&l, &text)).map_err(|e| e.offset);
            let slow = slow_words_and_skips(&words, &SKIPS, &text);
            // A member that begins a comment is none, and the words here do not know that.
            if !slow.as_ref().is_ok_and(|w| w.iter().any(|w| starts_comment(w))) && !text.contains("//") {
                assert_eq!(fast, slow, "{text:?}");
            }
            // Whatever is read is read again as it is printed.
            if let Ok(words) = &fast {
                let mut printed = String::new();
                for (i, word) in words.iter().enumerate() {
                    if i > 0 && !lexer.may_touch_texts(&words[i - 1], word) {
                        printed.push(' ');
                    }
                    printed += word;
                }
                let again = lexer.lex(&printed).map(|l| text_of(&l, &printed)).map_err(|e| e.offset);
                assert_eq!(again.as_ref(), Ok(words), "{text:?} {printed:?}");
            }
        }
    }
}
