//! Tables of people.

use tdf_data::read_examples;
use tdf_domain::Value;

use crate::domain;

#[test]
fn a_table_is_one_run() {
    let domain = domain();
    let text = "length,width,area\n1,2,2\n1.5,2,3\n-2e1, 1 ,-20\n";
    let table = read_examples(&*domain, "areas.csv", text.as_bytes()).unwrap();
    assert_eq!(table.columns, ["length", "width", "area"]);
    assert_eq!(table.rows.len(), 1);
    let row = &table.rows[0];
    let column = |numbers: &[f64]| Value::Numbers(numbers.to_vec());
    assert_eq!(row.inputs, [column(&[1.0, 1.5, -20.0]), column(&[2.0, 2.0, 1.0])]);
    assert_eq!(row.output, Some(column(&[2.0, 3.0, -20.0])));
    // It is written as it was read, but for the form of the numbers.
    let written = table.filled("areas.csv", &[None]).unwrap();
    let expected = "length,width,area\n1,2,2\n1.5,2,3\n-20,1,-20\n";
    assert_eq!(String::from_utf8(written).unwrap(), expected);
    // Lines of JSON have a run each.
    let text = r#"{"inputs": [[1, 2], [3, 4]], "output": [4, 6]}"#;
    let table = read_examples(&*domain, "sums.jsonl", text.as_bytes()).unwrap();
    assert_eq!(table.rows[0].output, Some(column(&[4.0, 6.0])));
}

#[test]
fn wrong_tables_are_refused() {
    let domain = domain();
    for (text, message) in [
        ("x,y\n1,2\n3,\n", "t.csv:3: no output"),
        ("x,y\n1,2\n3,four\n", "t.csv:3: column \"y\": \"four\" is not a number"),
        ("x,y\n1,inf\n", "t.csv:2: column \"y\": \"inf\" is not a number"),
        ("x,y\n", "t.csv: no row has an output"),
        ("y\n1\n", "t.csv:1: one column"),
    ] {
        let error = read_examples(&*domain, "t.csv", text.as_bytes()).unwrap_err();
        assert!(error.0.starts_with(message), "{error}");
    }
    let long: String = (0..1001).map(|i| format!("{i},{i}\n")).collect();
    let error = read_examples(&*domain, "t.csv", format!("x,y\n{long}").as_bytes()).unwrap_err();
    assert!(error.0.contains("8008 bytes"), "{error}");
}
