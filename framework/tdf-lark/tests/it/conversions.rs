//! Grammars and what they become.

use expect_test::expect;
use tdf_lark::{Options, convert};

fn text(lark: &str) -> String {
    let converted = convert("test.lark", lark, &Options::default()).unwrap_or_else(|error| panic!("{error}"));
    let warnings = converted
        .warnings
        .iter()
        .map(|warning| format!("\nwarning: {}", warning.message));
    converted.text + &warnings.collect::<String>()
}

#[test]
fn a_calculator() {
    let lark = r#"
        ?start: sum
              | NAME "=" sum    -> assign_var

        ?sum: product
            | sum "+" product   -> add
            | sum "-" product   -> sub

        ?product: atom
            | product "*" atom  -> mul
            | product "/" atom  -> div

        ?atom: NUMBER           -> number
             | "-" atom         -> neg
             | NAME             -> var
             | "(" sum ")"

        %import common.CNAME -> NAME
        %import common.NUMBER
        %import common.WS_INLINE
        %ignore WS_INLINE
    "#;
    expect![[r#"
        grammar;

        match {
            r"[A-Za-z_][A-Za-z_0-9]*" => NAME,
            r"[0-9]+(?:\.[0-9]*)?(?:[eE][+\-]?[0-9]+)?|\.[0-9]+(?:[eE][+\-]?[0-9]+)?" => NUMBER,
            _,
        }

        pub Start = {
            <Sum> => <>,
            <NAME> "=" <Sum> => AssignVar(<>),
        };

        Sum = {
            <Product> => <>,
            <Sum> "+" <Product> => Add(<>),
            <Sum> "-" <Product> => Sub(<>),
        };

        Product = {
            <Atom> => <>,
            <Product> "*" <Atom> => Mul(<>),
            <Product> "/" <Atom> => Div(<>),
        };

        Atom = {
            <NUMBER> => Number(<>),
            "-" <Atom> => Neg(<>),
            <NAME> => Var(<>),
            "(" <Sum> ")" => <>,
        };
    "#]]
    .assert_eq(&text(lark));
}

#[test]
fn brackets_and_repetitions() {
    let lark = r#"
        start: (a | b "x")+ [c] d ~ 2 d ~ 1..3 (a*)* ("y") (" " a)? (a " ")*
        a: "a" |
        b: ("b" | "bb"i) -> two
        c: ("c" a | a)
        d: "d" " "
        %ignore " "
    "#;
    expect![[r#"
        grammar;

        pub Start = {
            StartGroup+ C? D D D (D D?)? A* "y" A? A*,
        };

        #[inline]
        StartGroup = {
            A,
            B "x",
        };

        A = {
            "a",
            () => Empty,
        };

        B = {
            <BGroup> => Two(<>),
        };

        #[inline]
        BGroup = {
            "b",
            r"(?i:bb)",
        };

        C = {
            "c" A,
            A,
        };

        D = {
            "d",
        };
    "#]]
    .assert_eq(&text(lark));
}

#[test]
fn blanks_are_left_out_wherever_they_stand() {
    let lark = r#"
        start: "a" " " ~ 1..3 ("x" | "y") ~ 3..5 _sep{"b", " "} [" "] (" ")*
        _sep{x, d}: x (d x)*
    "#;
    expect![[r#"
        grammar;

        pub Start = {
            "a" StartGroup StartGroup StartGroup (StartGroup StartGroup?)? Sep<"b", ()>,
        };

        #[inline]
        StartGroup = {
            "x",
            "y",
        };

        Sep<X, D> = {
            X (D X)*,
        };
    "#]]
    .assert_eq(&text(lark));
}

#[test]
fn templates() {
    let lark = r#"
        start: "[" _list{value, ","} "]"
        _list{item, _sep}: (item | "_") (_sep item)*
        ?value: NUMBER | pair{NUMBER, "v"}
        pair{a, b}: a ":" b -> pair
        NUMBER: "0".."9"
        %ignore " "
    "#;
    expect![[r#"
        grammar;

        match {
            r"[0-9]" => NUMBER,
            _,
        }

        pub Start = {
            "[" List<Value, ","> "]",
        };

        List<Item, Sep> = {
            ListGroup<Item, Sep> (Sep Item)*,
        };

        #[inline]
        ListGroup<Item, Sep> = {
            Item,
            "_",
        };

        Value = {
            NUMBER,
            Pair<NUMBER, "v">,
        };

        Pair<A, B> = {
            <A> ":" <B> => Pair(<>),
        };
    "#]]
    .assert_eq(&text(lark));
}

#[test]
fn terminals() {
    let lark = r#"
        start: "if"i NAME STRING PLUS "+" HEX COMMENT LONG OLD | /a{2}[&&\]-]\/\-{/i
        NAME: ("a".."z" | "_")+
        HEX.2: "0x" ("0".."9" | /[a-f]/i) ~ 1..4
        OLD.-1: /\d+(?!x)/
        PLUS: "+"
        STRING: /"(?!"").*?(?<!\\)(\\\\)*?"/
        LONG: /""".*?"""/s
        COMMENT: "/*" /(.|\n)*?/ "*/"
        %ignore /[ \t]+/
        %ignore /#[^\n]*/
    "#;
    expect![[r##"
        grammar;

        match {
            r"0x(?:[0-9]|(?i:[a-f])){1,4}" => HEX,
        } else {
            r"(?i:if)",
            r"(?i:a{2}[\&\&\]\-]/-\{)",
            r"(?:[a-z]|_)+" => NAME,
            "+" => PLUS,
            r#""(?:[[^\n]--["\\]]|\\.)*""# => STRING,
            r#""""(?:[[\s\S]--["]]|"(?:[[\s\S]--["]]|"[[\s\S]--["]]))*""""# => LONG,
            r"/\*(?:[[[^\n]\n]--[*/]]|/|\*\**[[[^\n]\n]--[*/]])*\*\**/" => COMMENT,
            r"#.*" => { },
            r"\s+" => { },
        } else {
            r"\d+" => OLD,
        }

        pub Start = {
            r"(?i:if)" NAME STRING PLUS PLUS HEX COMMENT LONG OLD,
            r"(?i:a{2}[\&\&\]\-]/-\{)",
        };

        warning: `(?=`, `(?!`, `(?<=` and `(?<!` are left out: this terminal matches more than Lark's
        warning: `(?=`, `(?!`, `(?<=` and `(?<!` are left out: this terminal matches more than Lark's"##]]
    .assert_eq(&text(lark));
}

#[test]
fn declared_terminals_are_words() {
    let lark = "start: _INDENT \"x\" _DEDENT\n%declare _INDENT _DEDENT\n%ignore \" \"";
    expect![[r#"
        grammar;

        match {
            "indent" => _INDENT,
            "dedent" => _DEDENT,
            _,
        }

        pub Start = {
            _INDENT "x" _DEDENT,
        };

        warning: a token of a lexer outside of this file: programs write it as `indent`
        warning: a token of a lexer outside of this file: programs write it as `dedent`"#]]
    .assert_eq(&text(lark));
}

#[test]
fn names_do_not_collide() {
    let lark =
        "start: a A _a a_b aB self\na: \"1\"\n_a: \"2\"\na_b: \"3\"\naB: \"4\"\nself: \"5\"\nA: /x+/\n%ignore \" \"";
    expect![[r#"
        grammar;

        match {
            r"x+" => A,
            _,
        }

        pub Start = {
            A2 A A3 AB AB2 SelfRule,
        };

        A2 = {
            "1",
        };

        A3 = {
            "2",
        };

        AB = {
            "3",
        };

        AB2 = {
            "4",
        };

        SelfRule = {
            "5",
        };
    "#]]
    .assert_eq(&text(lark));
}

#[test]
fn files_are_imported() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| std::fs::write(folder.path().join(name), text).unwrap();
    write(
        "numbers.lark",
        "value: DIGITS | \"(\" pair \")\"\npair: value \",\" value\nDIGITS: DIGIT+\nDIGIT: /[0-9]/",
    );
    let lark = "start: number WORD\n%import .numbers.value -> number\n%import common (WORD, WS)\n%ignore WS\n\
        %extend number: \"none\"\n%override WORD: /[a-z]/";
    let main = folder.path().join("main.lark");
    let converted =
        convert(main.to_str().unwrap(), lark, &Options::default()).unwrap_or_else(|error| panic!("{error}"));
    expect![[r#"
        grammar;

        match {
            r"[0-9]+" => NUMBERS__DIGITS,
            r"[a-z]" => WORD,
            _,
        }

        NumbersPair = {
            Number "," Number,
        };

        Number = {
            NUMBERS__DIGITS,
            "(" NumbersPair ")",
            "none",
        };

        pub Start = {
            Number WORD,
        };
    "#]]
    .assert_eq(&converted.text);
}

#[test]
fn the_start_can_be_chosen() {
    let lark = "a: \"x\" b\nb: \"y\"\n%ignore \" \"";
    let start = |start: Option<&str>| {
        let options = Options {
            start: start.map(str::to_owned),
        };
        let text = convert("test.lark", lark, &options).unwrap().text;
        text.lines().find(|line| line.starts_with("pub")).unwrap().to_owned()
    };
    assert_eq!(start(None), "pub A = {");
    assert_eq!(start(Some("b")), "pub B = {");
}
