//! The grammars in `grammars/`.

use tdf_grammar::{Action, Grammar, Lexer, Lr};

fn shipped(name: &str) -> Grammar {
    let path = format!("{}/../../grammars/{name}.lalrpop", env!("CARGO_MANIFEST_DIR"));
    let source = std::fs::read_to_string(&path).unwrap_or_else(|e| panic!("{path}: {e}"));
    Grammar::read(&path, &source).unwrap_or_else(|e| panic!("{e}"))
}

/// Whether `text` is a program of the nonterminal.
fn accepts(grammar: &Grammar, lr: &Lr, start: &str, text: &str) -> bool {
    let Ok(tokens) = Lexer::new(grammar).lex(text) else {
        return false;
    };
    let start = grammar.nonterminal(start).unwrap();
    let mut kinds = tokens.iter().map(|t| grammar.tokens[t.token.index()].kind);
    let mut stack = vec![lr.start[start.index()]];
    let mut next = kinds.next();
    loop {
        match lr.action(*stack.last().unwrap(), next) {
            Action::Error => return false,
            Action::Accept => return true,
            Action::Shift(s) => {
                stack.push(s);
                next = kinds.next();
            }
            Action::Reduce(p) => {
                let p = grammar.production(p);
                stack.truncate(stack.len() - p.symbols.len());
                stack.push(lr.goto(*stack.last().unwrap(), p.nonterminal).unwrap());
            }
        }
    }
}

#[test]
fn programs_of_the_paper_are_accepted() {
    for (grammar, start, text) in [
        ("rainbow", "Scene", "(Arrange h (Box red)(Ball blue))"),
        ("rainbow", "Color", "red"),
        (
            "csg2d",
            "Shape",
            "(- (Circle 3 8 8) (+ (Quad 8 8 4 6 45) (Circle 15 0 0)))",
        ),
        ("csg2d", "Angle", "0"),
        ("csg2d", "Number", "0"),
        (
            "tinysvg",
            "Picture",
            "(Move (Arrange h (Rectangle 3 4 red none 2) (Ellipse 1 2 none none 0) 1) + 2 - 1)",
        ),
    ] {
        let g = shipped(grammar);
        let lr = Lr::new(&g).unwrap_or_else(|e| panic!("{e}"));
        eprintln!(
            "{grammar}: {} tokens, {} kinds, {} productions, {} states",
            g.tokens.len(),
            g.kinds.len(),
            g.productions.len(),
            lr.states()
        );
        assert!(accepts(&g, &lr, start, text), "{text}");
    }
    let g = shipped("csg2d");
    let lr = Lr::new(&g).unwrap();
    for (start, text) in [
        ("Shape", "(Quad 8 8 4 6 44)"),
        ("Angle", "1"),
        ("Number", "45"),
        ("Shape", ""),
        ("Shape", "(Circle 1 2 3) 4"),
    ] {
        assert!(!accepts(&g, &lr, start, text), "{text}");
    }
}
