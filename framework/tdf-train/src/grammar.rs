//! The grammar of a run: its text, and what has changed about it since.

use std::path::Path;

use similar::{ChangeTag, TextDiff};
use tdf_tree::Language;

use crate::run_paths::{GRAMMAR_FILE, SCOPE_FILE};
use crate::{RunError, RunHeader, RunInfo};

/// Greatest length of the text in bytes: it is only read to say what has changed.
const LONGEST: u64 = 1 << 18;
/// Greatest number of lines that a message quotes, and of characters of a line.
const LINES: usize = 12;
const CHARACTERS: usize = 120;

/// Fails unless `language` is the one that the network of `run` was trained for.
///
/// # Errors
/// Another grammar: says what has changed since, and what to do.
pub fn check_grammar(run: &RunInfo, language: &Language) -> Result<(), RunError> {
    check(&run.folder, &run.header, language)
}

/// As [`check_grammar`], for the run with this header in `folder`.
pub(crate) fn check(folder: &Path, header: &RunHeader, language: &Language) -> Result<(), RunError> {
    let grammar = language.grammar();
    if header.fingerprint == grammar.fingerprint {
        return Ok(());
    }
    let file = folder.join(GRAMMAR_FILE);
    let kept = kept(&file);
    let advice = match &kept {
        Some(_) => format!(
            "build the plugin from the grammar of then, which is kept in {}",
            file.display()
        ),
        None => "build the plugin from the grammar of then, whose text this folder does not hold".to_owned(),
    };
    Err(RunError::OtherGrammar(format!(
        "{}: the grammar `{}` is not the one that this network was trained for (fingerprint {}, now {}){}\n\
         Train again in another run folder (`tdf train --run`), or {advice}",
        folder.display(),
        grammar.name,
        short(&header.fingerprint),
        short(&grammar.fingerprint),
        match kept {
            Some(text) => changes(folder, header, &text, language),
            None => String::new(),
        }
    )))
}

/// The text in `file`, if it is one of a likely length.
fn kept(file: &Path) -> Option<String> {
    tdf_files::read_text(file, LONGEST).ok()
}

/// What has changed from `text`, which the run keeps, to `grammar`; the rest of a sentence.
fn changes(folder: &Path, header: &RunHeader, text: &str, language: &Language) -> String {
    let grammar = language.written();
    let (before, now) = (lines(text), lines(&grammar.lalrpop));
    let diff = TextDiff::from_slices(&before, &now);
    let changed: Vec<String> = diff
        .iter_all_changes()
        .filter_map(|change| match change.tag() {
            ChangeTag::Equal => None,
            ChangeTag::Delete => Some(quoted('-', change.value())),
            ChangeTag::Insert => Some(quoted('+', change.value())),
        })
        .collect();
    if !changed.is_empty() {
        let more = changed.len().saturating_sub(LINES);
        let more = match more {
            0 => String::new(),
            more => format!("\n  and {more} lines more"),
        };
        let shown = &changed[..changed.len().min(LINES)];
        return format!(". What has changed (- then, + now):\n{}{more}", shown.join("\n"));
    }
    let now: Vec<&String> = grammar.features.iter().collect();
    if header.features.iter().ne(now.iter().copied()) {
        return format!(
            ". The text is the same; it was read with the features {:?}, now with {now:?}",
            header.features
        );
    }
    let scope = kept(&folder.join(SCOPE_FILE));
    if scope.as_deref() != language.scope_text() {
        return match scope {
            Some(_) => format!(
                ". The text is the same; other names are in scope: {SCOPE_FILE} holds the table `scope` of then"
            ),
            None => ". The text is the same; names are in scope now, and were tokens like others then".to_owned(),
        };
    }
    format!(
        ". The text is the same; tdf {} read it otherwise than tdf {} does",
        header.version.escape_debug(),
        env!("CARGO_PKG_VERSION")
    )
}

/// The lines that mean something: no blanks around them, no comments.
fn lines(text: &str) -> Vec<&str> {
    let lines = text.lines().map(str::trim);
    lines
        .filter(|line| !line.is_empty() && !line.starts_with("//"))
        .collect()
}

/// A line of somebody's file as a terminal may show it.
fn quoted(sign: char, line: &str) -> String {
    let shown: String = line
        .chars()
        .map(|c| if c.is_control() { char::REPLACEMENT_CHARACTER } else { c })
        .take(CHARACTERS)
        .collect();
    format!("  {sign} {shown}")
}

/// The first twelve digits of a fingerprint.
fn short(fingerprint: &str) -> String {
    fingerprint.chars().take(12).flat_map(char::escape_debug).collect()
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::*;

    const THEN: &str = "grammar;\n// All scenes.\npub Scene: Scene = {\n    \"box\" => Scene::Box,\n};\n";

    /// What is said of `now` in a run folder that holds `kept`.
    fn message(kept: Option<&str>, now: &str, header: RunHeader) -> Result<(), String> {
        let folder = tempfile::tempdir().unwrap();
        if let Some(text) = kept {
            std::fs::write(folder.path().join(GRAMMAR_FILE), text).unwrap();
        }
        let grammar = tdf_reader::read_grammar("scene.lalrpop", now).unwrap();
        let place = folder.path().display().to_string();
        let fingerprint = short(&grammar.fingerprint);
        let language = Language::new(grammar).unwrap();
        check(folder.path(), &header, &language)
            .map_err(|error| error.to_string().replace(&place, "RUN").replace(&fingerprint, "NOW"))
    }

    fn header() -> RunHeader {
        RunHeader {
            version: "0.0.1".to_owned(),
            fingerprint: "60129e0123456789".to_owned(),
            ..RunHeader::default()
        }
    }

    #[test]
    fn what_has_changed_is_said() {
        let now = THEN
            .replace("};", "    \"ball\" => Scene::Ball,\n};")
            .replace("All", "Many");
        expect![[r#"
            RUN: the grammar `scene` is not the one that this network was trained for (fingerprint 60129e012345, now NOW). What has changed (- then, + now):
              + "ball" => Scene::Ball,
            Train again in another run folder (`tdf train --run`), or build the plugin from the grammar of then, which is kept in RUN/grammar.lalrpop"#]]
        .assert_eq(&message(Some(THEN), &now, header()).unwrap_err());
        expect![[r#"
            RUN: the grammar `scene` is not the one that this network was trained for (fingerprint 60129e012345, now NOW)
            Train again in another run folder (`tdf train --run`), or build the plugin from the grammar of then, whose text this folder does not hold"#]]
        .assert_eq(&message(None, &now, header()).unwrap_err());
        let read_otherwise = message(Some(THEN), THEN, header()).unwrap_err();
        assert!(
            read_otherwise.contains("The text is the same; tdf 0.0.1 read it otherwise"),
            "{read_otherwise}"
        );
        let with_features = RunHeader {
            features: vec!["round".to_owned()],
            ..header()
        };
        let other_features = message(Some(THEN), THEN, with_features).unwrap_err();
        assert!(
            other_features.contains("read with the features [\"round\"], now with []"),
            "{other_features}"
        );
        let same = RunHeader {
            fingerprint: tdf_reader::read_grammar("scene.lalrpop", THEN).unwrap().fingerprint,
            ..header()
        };
        message(Some("something else"), THEN, same).unwrap();
    }

    /// The text is somebody's: it cannot fill the screen or steer the terminal.
    #[test]
    fn a_text_of_somebody_is_quoted_with_care() {
        let many: String = (0..1000)
            .map(|line| format!("\x1b[2J{line} {}\n", "x".repeat(200)))
            .collect();
        let said = message(Some(&many), THEN, header()).unwrap_err();
        assert!(said.contains("and 992 lines more") && !said.contains('\x1b'), "{said}");
        assert!(said.lines().count() < 20 && said.len() < 4000, "{said}");
        let long = "x".repeat(1 << 19);
        let said = message(Some(&long), THEN, header()).unwrap_err();
        assert!(said.contains("whose text this folder does not hold"), "{said}");
    }
}
