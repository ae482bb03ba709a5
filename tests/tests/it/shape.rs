//! The types are those that one would write by hand.

use tdf_tests::{csg2d, ladder, mutual, notes};

#[test]
fn numbers_are_newtypes_over_the_smallest_integer() {
    let shape: csg2d::Shape = "(+ (Circle 3 8 15) (Quad 8 8 4 6 315))".parse().unwrap();
    let circle = csg2d::Shape::Circle {
        r: csg2d::Number(3),
        x: csg2d::Number(8),
        y: csg2d::Number(15u8),
    };
    let csg2d::Shape::Combine {
        op: csg2d::Operator::Add,
        left,
        right,
    } = &shape
    else {
        panic!("{shape:?}")
    };
    assert_eq!(**left, circle);
    assert!(
        matches!(
            **right,
            csg2d::Shape::Quad {
                theta: csg2d::Angle(315u16),
                ..
            }
        ),
        "{right:?}"
    );
}

#[test]
fn levels_of_precedence_are_one_type() {
    let number = |n: u8| Box::new(ladder::Expr::Number(n));
    let sum = ladder::Expr::Add {
        left: number(1),
        right: number(2),
    };
    let product: ladder::Term = ladder::Expr::Multiply {
        left: Box::new(sum.clone()),
        right: number(3),
    };
    assert_eq!("((1)+2)*(3)".parse(), Ok(product.clone()));
    // Brackets come back where the tree needs them, and nowhere else.
    assert_eq!(
        "(1+2)*3".parse::<ladder::Expr>().unwrap().to_string(),
        product.to_string()
    );
    let tall = ladder::Expr::Add {
        left: Box::new(product),
        right: Box::new(sum),
    };
    assert_eq!(tall.to_string().parse(), Ok(tall.clone()));
    assert_eq!(tall.to_string().matches('(').count(), 2, "{tall}");
}

#[test]
#[should_panic(expected = "77 is not a Number of the grammar")]
fn a_number_out_of_range_has_no_text() {
    let shape = csg2d::Shape::Circle {
        r: csg2d::Number(77),
        x: csg2d::Number(1),
        y: csg2d::Number(1),
    };
    let _ = shape.to_string();
}

#[test]
fn a_cycle_is_boxed_where_it_comes_back() {
    use mutual::{Branch, Tree, Twig};
    let twig = Twig(Some(Box::new(Tree::Leaf)));
    let tree = Tree::Node(Branch::Short(twig), None);
    assert_eq!("node short . leaf ; ;".parse(), Ok(tree));
    assert_eq!(
        "list [ leaf leaf ]".parse(),
        Ok(Tree::List(vec![Tree::Leaf, Tree::Leaf]))
    );
    let pair = Tree::Pair((Box::new(Tree::Leaf), Branch::Long(Box::new(Tree::Leaf))));
    assert_eq!("pair leaf , long leaf".parse(), Ok(pair));
}

#[test]
fn spelled_terminals_are_texts_and_numbers() {
    let note: notes::Note = "let  pi=3.250 ;".parse().unwrap();
    let notes::Note::Let {
        name,
        value: notes::Value::Number(number),
    } = &note
    else {
        panic!("{note:?}")
    };
    assert_eq!(
        (name.text.as_str(), number.text(), number.value()),
        ("pi", "3.250", 3.25)
    );
    assert_eq!(note.to_string(), "let pi = 3.250;");
    let by_hand = notes::Note::Call {
        name: notes::Name { text: "f".to_owned() },
        argument: Some(notes::Value::Text(r#""a \" b""#.to_owned())),
    };
    assert_eq!(by_hand.to_string(), r#"call f ("a \" b")"#);
    assert_eq!(by_hand.to_string().parse(), Ok(by_hand));
}

#[test]
#[should_panic(expected = "is not a Name of the grammar")]
fn a_keyword_is_no_name() {
    let note = notes::Note::Call {
        name: notes::Name { text: "let".to_owned() },
        argument: None,
    };
    note.to_nodes();
}

#[test]
fn groups_without_data_are_flags_and_counts() {
    use tdf_domain::Program as _;
    use tdf_tests::types::flags::{Order, Tail};
    for (text, fast, ticks) in [
        ("k l abc ; b / and", true, 0),
        ("abc t . t . ; b / b / n and x y x y", false, 2),
        ("k l abc ; b / n o p q r s or u u ; abc abc", true, 0),
        ("abc ; b / with v w abc abc", false, 0),
        ("abc ; b / to c d c d , c d ,", false, 0),
        ("abc ; b / in e f g h g h i", false, 0),
    ] {
        let order: Order = text.parse().unwrap();
        assert_eq!((order.fast, order.ticks), (fast, ticks), "{text}");
        let tokens = |text: &str| text.replace(' ', "");
        assert_eq!(tokens(&order.to_string()), tokens(text));
        assert_eq!(Order::from_nodes(&order.to_nodes()), order, "{text}");
    }
    let order: Order = "abc ; b / and x y x y".parse().unwrap();
    assert_eq!((order.bars, &order.tail), (1, &Tail::Counts(Some(2))));
}
