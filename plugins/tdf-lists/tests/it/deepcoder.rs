//! Programs in the form of DeepCoder, such as `x0 = INPUT | x1 = Sort x0`, in the language of this domain.

use tdf_domain::Value;

/// The value that `text` writes, such as `[ 1 -2 ]` or `3`.
pub fn parse_value(text: &str) -> Value {
    match text.trim().strip_prefix('[').and_then(|text| text.strip_suffix(']')) {
        Some(items) => Value::Integers(items.split_whitespace().map(|item| item.parse().unwrap()).collect()),
        None => Value::Integer(text.trim().parse().unwrap()),
    }
}

/// The program of the lines `text` for arguments as those of `row`.
pub fn translate(text: &str, row: &[Value]) -> String {
    let lines: Vec<&str> = text.split(" | ").collect();
    // What each name of the lines is called here.
    let mut names: Vec<(&str, String)> = Vec::new();
    let (mut lists, mut numbers) = (0, 0);
    let mut program = String::new();
    for (index, line) in lines.iter().enumerate() {
        let (name, call) = line.split_once(" = ").unwrap();
        if call == "INPUT" {
            let is_list = matches!(row.get(index), Some(Value::Integers(_)) | None);
            names.push((name, format!("{}{index}", if is_list { 'x' } else { 'n' })));
            continue;
        }
        let rename = |word: &str| match names.iter().find(|(name, _)| *name == word) {
            Some((_, renamed)) => renamed.clone(),
            None => word.to_owned(),
        };
        let words: Vec<String> = call.split(' ').map(rename).collect();
        let call = words.join(" ");
        if index + 1 == lines.len() {
            return program + &call;
        }
        let is_list = matches!(
            words[0].as_str(),
            "Take" | "Drop" | "Reverse" | "Sort" | "Map" | "Filter" | "ZipWith" | "Scanl1"
        );
        let (letter, count) = if is_list {
            ('y', &mut lists)
        } else {
            ('m', &mut numbers)
        };
        let renamed = format!("{letter}{count}");
        *count += 1;
        program += &format!("{renamed} = {call}; ");
        names.push((name, renamed));
    }
    // The last argument is the result.
    names.pop().unwrap().1
}
