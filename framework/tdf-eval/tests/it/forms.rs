//! Text from outside in every form that is written.

use pulldown_cmark::{Event, Options, Parser, Tag};
use serde_json::json;
use tdf_eval::{Comparison, Provenance, write_comparison};

use crate::compare::{MORE, SOME, TestFolder, read, results};

/// What people, other programs and attackers put into names.
const NASTY: [&str; 16] = [
    "\u{1b}[2J\u{1b}]0;title\u{7}",
    "\u{9b}31m\u{0}\u{8}\u{7f}",
    "abc\u{202e}gpj.exe\u{2066}",
    "=cmd|' /C calc'!A0",
    "+1+1",
    "-2+3",
    "@SUM(A1)",
    "\t=1",
    "<script>alert(1)</script>",
    "\"><img src=x onerror=alert(1)>",
    "]]></svg><!-- & --> &lt; &#x41;",
    "a|b `code` *b* _i_ ~~s~~ [x](javascript:alert(1)) ![i](http://x/y)",
    "# heading\n\n- item\r\n> said",
    "\\input{/etc/passwd} $x^2_1$ 50 % ~ # & {",
    "ééééééééééééé🦀🦀🦀🦀🦀",
    "",
];

/// The characters that a display obeys. Newlines and tabs are those of the form.
fn steers(c: char) -> bool {
    c.is_control() && c != '\n' && c != '\t' || "\u{202e}\u{2066}\u{feff}".contains(c)
}

/// The files of a comparison in which `nasty` is everywhere where text from outside can be.
fn files(nasty: &str) -> Vec<(String, String)> {
    let test = TestFolder::new();
    let change = json!({ "method": nasty, "criterion": nasty, "setting": {
        "domain": nasty, "options": { nasty: nasty }, "grammar": nasty, "network": nasty, "version": nasty,
        "commit": nasty, "hardware": nasty,
    } });
    let mut folders = vec![
        test.folder("first", change.clone(), MORE),
        test.folder("second", change, SOME),
    ];
    folders[0].name = format!("{nasty}1");
    folders[1].name = nasty.to_owned();
    for line in &mut folders[1].lines {
        line.program = nasty.to_owned();
    }
    let mut comparison = Comparison::new(folders).expect("alike");
    comparison.title = Some(nasty.to_owned());
    comparison.notes = vec![nasty.to_owned()];
    comparison.made = Provenance::default().with("run", Some(nasty));
    comparison.made.command = nasty.to_owned();
    let out = test.path("out");
    write_comparison(&comparison, &out).expect("written");
    let name =
        |entry: std::io::Result<std::fs::DirEntry>| entry.expect("an entry").file_name().into_string().expect("text");
    let names = std::fs::read_dir(&out).expect("a folder").map(name);
    names
        .filter(|name| !name.ends_with(".png"))
        .map(|name| (name.clone(), read(&out, &name)))
        .collect()
}

#[test]
fn no_form_is_broken_by_text_from_outside() {
    for nasty in NASTY {
        let files = files(nasty);
        assert_eq!(files.len(), 9, "{nasty:?}");
        for (name, text) in files {
            assert!(!text.contains(steers), "{name} obeys {nasty:?}");
            match name.rsplit('.').next().expect("an end") {
                "csv" => check_csv(&text),
                "md" => check_markdown(&text),
                "tex" => check_latex(&text),
                "svg" => drop(roxmltree::Document::parse(&text).unwrap_or_else(|e| panic!("{nasty:?}: {name}: {e}"))),
                "html" => check_html(&text),
                other => panic!("a file that ends in {other}"),
            }
        }
    }
}

/// A row for each evaluation, and nothing that a spreadsheet computes.
fn check_csv(text: &str) {
    let mut rows = csv::ReaderBuilder::new()
        .has_headers(false)
        .from_reader(text.as_bytes());
    let rows: Vec<csv::StringRecord> = rows.records().collect::<Result<_, _>>().expect("rows of one length");
    assert_eq!(rows.len(), 3);
    for cell in rows.iter().flatten() {
        let is_formula = cell.trim_start().starts_with(['=', '+', '-', '@']);
        assert!(!is_formula || cell.parse::<f64>().is_ok(), "{cell:?}");
    }
}

/// Paragraphs and one table; no HTML, no links, no headings.
fn check_markdown(text: &str) {
    let mut rows = 0;
    for event in Parser::new_ext(text, Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH) {
        match event {
            Event::Start(Tag::TableRow) => rows += 1,
            Event::Start(
                Tag::Paragraph | Tag::Strong | Tag::Table(_) | Tag::TableHead | Tag::TableCell,
            )
            | Event::End(_)
            | Event::Text(_)
            // A line break of ours in a paragraph.
            | Event::SoftBreak => (),
            other => panic!("{other:?} in\n{text}"),
        }
    }
    assert_eq!(rows, 2, "{text}");
}

/// Every character that LaTeX obeys is one of ours: what is left without our commands is plain text.
fn check_latex(text: &str) {
    assert!(!text.contains("\\input"), "{text}");
    let body = text.split_once('\n').expect("a comment and a table").1;
    let mut depth = 0i32;
    let mut characters = body.chars();
    while let Some(c) = characters.next() {
        match c {
            '\\' => drop(characters.next()),
            '{' => depth += 1,
            '}' => depth -= 1,
            '#' | '^' | '_' | '~' => panic!("{c} in\n{text}"),
            _ => (),
        }
        assert!(depth >= 0, "{text}");
    }
    assert_eq!(depth, 0, "{text}");
    assert!(!body.contains("\n\n"), "an empty line ends a caption:\n{text}");
}

/// What pages may do.
const SCRIPT: &str = include_str!("../../src/page.js");

/// The elements are ours.
fn check_html(text: &str) {
    // Attributes without values and empty elements apart, the pages are XML.
    let body = text.split_once("<body>").expect("a body").1;
    let body = body.replace("</html>", "").replace("&nbsp;", " ");
    let body = format!("<body>{body}");
    let page = roxmltree::Document::parse(&body).unwrap_or_else(|e| panic!("{e} in\n{text}"));
    for element in page.descendants().filter(roxmltree::Node::is_element) {
        let name = element.tag_name().name();
        // The last element is the script of the page: the same in all pages, whatever they show.
        let is_own = name == "script" && element.text().is_some_and(|text| text.trim() == SCRIPT.trim());
        let is_last = element.next_sibling_element().is_none() && element.parent_element() == Some(page.root_element());
        assert!(
            !matches!(name, "script" | "iframe" | "object") || is_own && is_last,
            "<{name}> in\n{text}"
        );
        let obeyed = element
            .attributes()
            .find(|attribute| attribute.name().starts_with("on"));
        assert_eq!(obeyed, None, "{text}");
    }
}

/// What is not a digest is not cut as one, wherever its characters end.
#[test]
fn networks_are_named_by_short_digests() {
    let (one, two) = ("0123456789abcdef".repeat(4), "fedcba9876543210".repeat(4));
    for (network, shown) in [
        (one.clone(), "network 0123456789ab;".to_owned()),
        (
            format!("{one}, from {two}"),
            "network 0123456789ab, from fedcba987654;".to_owned(),
        ),
        ("untrained, seed 0".to_owned(), "network untrained, seed 0;".to_owned()),
        ("ééééééééééé".to_owned(), "network ééééééééééé;".to_owned()),
        (String::new(), "network ;".to_owned()),
    ] {
        let test = TestFolder::new();
        let folder = test.write("a", json!({ "setting": { "network": network } }), &results(SOME));
        let folder = tdf_eval::read_folder("a", &folder).expect("an evaluation");
        let out = test.path("out");
        write_comparison(&Comparison::new(vec![folder]).expect("one"), &out).expect("written");
        let table = read(&out, "solve-rates.md");
        assert!(table.contains(&shown), "{table}");
    }
}

/// One seed has no deviation.
#[test]
fn one_seed_has_no_deviation() {
    let test = TestFolder::new();
    let lines: String = results(SOME).lines().take(4).map(|line| format!("{line}\n")).collect();
    let folder = test.write("a", json!({ "seeds": [0], "planned": 1 }), &lines);
    let folder = tdf_eval::read_folder("a", &folder).expect("an evaluation");
    let out = test.path("out");
    write_comparison(&Comparison::new(vec![folder]).expect("one"), &out).expect("written");
    for name in ["solve-rates.md", "domains.md", "solve-rates.tex", "index.html"] {
        let text = read(&out, name);
        assert!(!text.contains("± 0.0") && !text.contains("pm 0.0"), "{name}: {text}");
        assert!(text.contains("seed 0"), "{name}: {text}");
    }
    let csv = read(&out, "solve-rates.csv");
    let mut rows = csv::Reader::from_reader(csv.as_bytes());
    let at = rows
        .headers()
        .expect("a header")
        .iter()
        .position(|name| name == "solved_50_deviation");
    let row = rows.records().next().expect("a row").expect("a row");
    assert_eq!(row.get(at.expect("a column")), Some(""), "{csv}");
}
