//! The functions on examples: those of Excel's documentation, and the edges.

use tdf_domain::Value;

use crate::value;

/// Formulas over the cells `row`, each with its text.
#[track_caller]
fn texts(row: &[&str], cases: &[(&str, &str)]) {
    for &(formula, expected) in cases {
        assert_eq!(value(formula, row), Some(expected.into()), "{formula}");
    }
}

#[track_caller]
fn numbers(row: &[&str], cases: &[(&str, i64)]) {
    for &(formula, expected) in cases {
        assert_eq!(value(formula, row), Some(Value::Integer(expected)), "{formula}");
    }
}

#[track_caller]
fn truths(row: &[&str], cases: &[(&str, bool)]) {
    for &(formula, expected) in cases {
        assert_eq!(value(formula, row), Some(Value::Boolean(expected)), "{formula}");
    }
}

#[track_caller]
fn failures(row: &[&str], formulas: &[&str]) {
    for formula in formulas {
        assert_eq!(value(formula, row), None, "{formula}");
    }
}

#[test]
fn cells_and_constants() {
    texts(
        &["a", "b", "c", "d"],
        &[("A1", "a"), ("B1", "b"), ("C1", "c"), ("D1", "d")],
    );
    failures(&["a"], &["B1", "LEN(D1)", "CONCATENATE(A1, B1)"]);
    texts(&[""], &[("A1", "")]);
    texts(
        &["a"],
        &[
            (r#""""#, ""),
            (r#"" ""#, " "),
            (r#""Dr. ""#, "Dr. "),
            (r#""don't""#, "don't"),
            (r#""""""#, "\""),
        ],
    );
    numbers(&["a"], &[("0", 0), ("7", 7), ("99", 99)]);
}

#[test]
fn parts_of_texts() {
    let row = ["Sale Price", "Fluid Flow"];
    texts(
        &row,
        &[
            ("LEFT(A1, 4)", "Sale"),
            ("LEFT(A1, 0)", ""),
            ("LEFT(A1, 99)", "Sale Price"),
            ("RIGHT(A1, 5)", "Price"),
            ("RIGHT(A1, 0)", ""),
            ("RIGHT(A1, 99)", "Sale Price"),
            ("MID(B1, 1, 5)", "Fluid"),
            ("MID(B1, 7, 20)", "Flow"),
            ("MID(B1, 20, 5)", ""),
            ("MID(B1, 10, 1)", "w"),
            ("MID(B1, 11, 1)", ""),
            ("MID(B1, 3, 0)", ""),
        ],
    );
    failures(
        &row,
        &[
            "LEFT(A1, (0 - 1))",
            "RIGHT(A1, (0 - 1))",
            "MID(A1, 0, 1)",
            "MID(A1, (0 - 1), 1)",
            "MID(A1, 1, (0 - 1))",
        ],
    );
}

#[test]
fn replacing() {
    texts(
        &["abcdefghijk", "2009", "123456"],
        &[
            (r#"REPLACE(A1, 6, 5, "*")"#, "abcde*k"),
            (r#"REPLACE(B1, 3, 2, "10")"#, "2010"),
            (r#"REPLACE(C1, 1, 3, "@")"#, "@456"),
            (r#"REPLACE(C1, 4, 0, "-")"#, "123-456"),
            (r#"REPLACE(C1, 50, 3, "x")"#, "123456x"),
            (r#"REPLACE(C1, 5, 99, "")"#, "1234"),
        ],
    );
    failures(&["abc"], &["REPLACE(A1, 0, 1, A1)", "REPLACE(A1, 1, (0 - 1), A1)"]);
    texts(
        &["Sales Data", "Quarter 1, 2008", "Quarter 1, 2011"],
        &[
            (r#"SUBSTITUTE(A1, "Sales", "Cost")"#, "Cost Data"),
            (r#"SUBSTITUTE(B1, "1", "2", 1)"#, "Quarter 2, 2008"),
            (r#"SUBSTITUTE(C1, "1", "2", 3)"#, "Quarter 1, 2012"),
            (r#"SUBSTITUTE(C1, "1", "2")"#, "Quarter 2, 2022"),
            (r#"SUBSTITUTE(C1, "1", "2", 4)"#, "Quarter 1, 2011"),
            (r#"SUBSTITUTE(A1, "sales", "Cost")"#, "Sales Data"),
            (r#"SUBSTITUTE(A1, "", "x")"#, "Sales Data"),
            (r#"SUBSTITUTE(A1, "", "x", 1)"#, "Sales Data"),
            (r#"SUBSTITUTE(A1, "a", "")"#, "Sles Dt"),
        ],
    );
    texts(
        &["aaa"],
        &[
            (r#"SUBSTITUTE(A1, "aa", "b")"#, "ba"),
            (r#"SUBSTITUTE(A1, "aa", "b", 1)"#, "ba"),
            (r#"SUBSTITUTE(A1, "aa", "b", 2)"#, "aaa"),
        ],
    );
    failures(
        &["abc"],
        &["SUBSTITUTE(A1, A1, A1, 0)", "SUBSTITUTE(A1, A1, A1, (0 - 1))"],
    );
}

#[test]
fn whole_texts() {
    texts(
        &[" First Quarter   Earnings ", "   ", "E. E. Cummings", "a\u{a0} b"],
        &[
            ("TRIM(A1)", "First Quarter Earnings"),
            ("TRIM(B1)", ""),
            ("TRIM(C1)", "E. E. Cummings"),
            ("TRIM(D1)", "a\u{a0} b"),
            ("LOWER(C1)", "e. e. cummings"),
            ("UPPER(C1)", "E. E. CUMMINGS"),
            ("TRIM(CONCATENATE(\" \", C1))", "E. E. Cummings"),
        ],
    );
    texts(
        &["this is a TITLE", "2-way street", "76BudGet", "don't o'neil"],
        &[
            ("PROPER(A1)", "This Is A Title"),
            ("PROPER(B1)", "2-Way Street"),
            ("PROPER(C1)", "76Budget"),
            ("PROPER(D1)", "Don'T O'Neil"),
        ],
    );
    texts(
        &["x"],
        &[
            (r#"REPT("*-", 3)"#, "*-*-*-"),
            ("REPT(A1, 0)", ""),
            (r#"REPT("", 99)"#, ""),
            (r#"CONCATENATE("a", A1)"#, "ax"),
            (r#"CONCATENATE(A1, "")"#, "x"),
        ],
    );
    failures(&["x"], &["REPT(A1, (0 - 1))", "REPT(REPT(A1, 99), 3)"]);
    texts(
        &["x"],
        &[
            (r##"TEXT(0, "#0")"##, "0"),
            (r##"TEXT(42, "#0")"##, "42"),
            (r##"TEXT((1 - 8), "#0")"##, "-7"),
        ],
    );
}

#[test]
fn positions_and_numbers() {
    numbers(
        &["Miriam McGovern", "Ceramic Insulators #124-TD45-87", "Phoenix, AZ", ""],
        &[
            (r#"FIND("M", A1)"#, 1),
            (r#"FIND("m", A1)"#, 6),
            (r#"FIND("M", A1, 3)"#, 8),
            (r##"FIND("#", B1, 1)"##, 20),
            (r#"FIND("", A1)"#, 1),
            (r#"FIND("", D1)"#, 1),
            (r#"FIND("", A1, 4)"#, 4),
            (r#"FIND("n", A1, 15)"#, 15),
            ("LEN(C1)", 11),
            ("LEN(D1)", 0),
            ("(LEN(C1) + 2)", 13),
            ("(2 - LEN(C1))", -9),
        ],
    );
    failures(
        &["Miriam", ""],
        &[
            r#"FIND("x", A1)"#,
            r#"FIND("M", A1, 2)"#,
            r#"FIND("M", A1, 0)"#,
            r#"FIND("M", A1, 7)"#,
            r#"FIND("", A1, 7)"#,
            r#"FIND("", B1, 1)"#,
            r#"FIND("Miriam M", A1)"#,
        ],
    );
    numbers(
        &[" 12 ", "-3", "12.0", "x"],
        &[("VALUE(A1)", 12), ("VALUE(B1)", -3), ("VALUE(C1)", 12)],
    );
    failures(
        &["1.5", "", "abc", "1 2"],
        &["VALUE(A1)", "VALUE(B1)", "VALUE(C1)", "VALUE(D1)"],
    );
}

#[test]
fn truth_values() {
    truths(
        &["word", "Word", "w ord", "5.125"],
        &[
            ("EXACT(A1, A1)", true),
            ("EXACT(A1, B1)", false),
            ("EXACT(A1, C1)", false),
            ("(2 > 1)", true),
            ("(2 > 2)", false),
            ("(2 >= 2)", true),
            ("(1 >= 2)", false),
            ("ISNUMBER(VALUE(A1))", false),
            (r#"ISNUMBER(VALUE("12"))"#, true),
            ("ISNUMBER(VALUE(D1))", true),
            (r#"ISNUMBER(FIND("w", A1))"#, true),
            (r#"ISNUMBER(FIND("w", B1))"#, false),
            ("ISNUMBER(7)", true),
        ],
    );
    failures(&["word"], &["EXACT(A1, B1)", "(VALUE(A1) > 1)"]);
}

#[test]
fn one_branch_is_evaluated() {
    texts(
        &["word"],
        &[
            (r#"IF((LEN(A1) > 3), "long", "short")"#, "long"),
            (r#"IF((LEN(A1) > 4), "long", "short")"#, "short"),
            ("IF((2 > 1), A1, B1)", "word"),
            ("IF((1 > 2), B1, A1)", "word"),
        ],
    );
    failures(&["word"], &["IF((2 > 1), B1, A1)", "IF(EXACT(A1, B1), A1, A1)"]);
}

#[test]
fn texts_beyond_ascii() {
    texts(
        &["Ärger über Öl", "日本語テキスト"],
        &[
            ("LEFT(A1, 1)", "Ä"),
            ("MID(A1, 7, 4)", "über"),
            ("RIGHT(A1, 2)", "Öl"),
            ("UPPER(A1)", "ÄRGER ÜBER ÖL"),
            ("LOWER(A1)", "ärger über öl"),
            ("PROPER(A1)", "Ärger Über Öl"),
            ("MID(B1, 3, 2)", "語テ"),
            (r#"REPLACE(B1, 2, 1, "-")"#, "日-語テキスト"),
            ("SUBSTITUTE(B1, MID(B1, 2, 1), A1, 1)", "日Ärger über Öl語テキスト"),
        ],
    );
    numbers(
        &["Ärger über Öl", "日本語"],
        &[("LEN(A1)", 13), ("LEN(B1)", 3), (r#"FIND("l", A1)"#, 13)],
    );
}
