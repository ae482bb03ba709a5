//! From a Lark grammar to the text of a LALRPOP grammar.

use std::collections::BTreeMap;
use std::ops::Range;
use std::path::Path;

use tdf_diagnostic::{Diagnostic, GrammarError, MAX_SOURCE};

use crate::imports::definitions;
use crate::output::{Output, literal, origin, raw};
use crate::rules::Rules;
use crate::syntax::Definition;
use crate::terminal::Text;
use crate::used::Used;

/// How to convert a grammar.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Options {
    /// The rule that programs begin with. `None` stands for `start`, or for the first rule.
    pub start: Option<String>,
}

/// A converted grammar.
#[derive(Clone, Debug)]
pub struct Converted {
    /// The grammar in LALRPOP's syntax.
    pub text: String,
    /// What was left out, with positions in the Lark file.
    pub warnings: Vec<Diagnostic>,
    origins: Vec<(Range<usize>, Range<usize>)>,
}

impl Converted {
    /// The range of the Lark file that a range of the text comes from, in bytes.
    pub fn origin(&self, span: &Range<usize>) -> Range<usize> {
        origin(&self.origins, span)
    }
}

/// Converts the text of a `.lark` file. `file` is its path: messages name it, and relative imports start at its folder.
///
/// # Errors
/// Everything that is wrong with the file, and what LALRPOP cannot say.
pub fn convert(file: &str, source: &str, options: &Options) -> Result<Converted, GrammarError> {
    let mut findings = Vec::new();
    let fail = |findings| Err(GrammarError::new(file, source, findings));
    if source.len() > MAX_SOURCE {
        let message = format!("this is no grammar: {} bytes, where 1 MiB are allowed", source.len());
        return fail(vec![Diagnostic::new(0..0, message)]);
    }
    let folder = Path::new(file).parent().unwrap_or(Path::new(""));
    let found = definitions(source, folder, &mut findings);
    if !findings.is_empty() {
        return fail(findings);
    }
    let Some(start) = start(&found.list, options, &mut findings) else {
        return fail(findings);
    };
    let mut rules = Rules::new(&found.list, &found.declared);
    let mut warnings = Vec::new();
    for definition in found.list.iter().filter(|d| !d.name.is_terminal()) {
        if definition.priority != 0 {
            let message = "priorities of rules are left out: a conflict of the grammar is an error";
            warnings.push(Diagnostic::new(definition.name.span.clone(), message));
        }
        rules.rule(definition, definition.name.text == start);
    }
    for name in &found.declared {
        let text = name.text.trim_matches('_').to_lowercase();
        let message = format!("a token of a lexer outside of this file: programs write it as `{text}`");
        warnings.push(Diagnostic::new(name.span.clone(), message));
    }
    let mut ignored = Vec::new();
    for what in &found.ignored {
        let span = what.first().map_or(0..0, |alternative| alternative.span.clone());
        ignored.extend(rules.terminals.anonymous(what, &span).map(|text| (text, span)));
    }
    if !rules.terminals.findings.is_empty() {
        return fail(rules.terminals.findings);
    }
    warnings.append(&mut rules.terminals.warnings);
    let skips_blanks = ignored.iter().any(|(text, _)| text.is_blank());
    if !skips_blanks && !rules.has_blanks {
        let message = "this grammar ignores no blanks: programs are written with blanks between tokens all the same";
        warnings.push(Diagnostic::new(0..0, message).help("add `%ignore \" \"`"));
    }
    let mut out = Output::default();
    out.push("grammar;\n");
    matching(&mut out, &rules.used.0, &ignored);
    let before = out.text.len();
    out.push(&rules.out.text);
    let moved = |range: &Range<usize>| range.start + before..range.end + before;
    out.origins.extend(
        rules
            .out
            .origins
            .iter()
            .map(|(range, origin)| (moved(range), origin.clone())),
    );
    warnings.sort_by_key(|warning| warning.span.start);
    warnings.dedup();
    Ok(Converted {
        text: out.text,
        warnings,
        origins: out.origins,
    })
}

/// The name of the rule that programs begin with.
fn start(definitions: &[Definition], options: &Options, findings: &mut Vec<Diagnostic>) -> Option<String> {
    let mut rules = definitions.iter().filter(|d| !d.name.is_terminal());
    let wanted = options.start.as_deref();
    let name = wanted.unwrap_or("start");
    let first = rules.clone().next().filter(|_| wanted.is_none());
    let found = rules.find(|d| d.name.text == name).or(first);
    let Some(found) = found else {
        let message = match wanted {
            Some(name) => format!("there is no rule `{name}` to begin with"),
            None => "this grammar has no rules".to_owned(),
        };
        findings.push(Diagnostic::new(0..0, message));
        return None;
    };
    if let Some(parameter) = found.parameters.first() {
        let message = "the rule that programs begin with has no parameters";
        findings.push(Diagnostic::new(parameter.span.clone(), message));
        return None;
    }
    Some(found.name.text.clone())
}

/// `match { } else { }`: the names of terminals, their priorities, and what is skipped.
fn matching(out: &mut Output, used: &BTreeMap<Text, Used>, ignored: &[(Text, Range<usize>)]) {
    let mut branches: BTreeMap<i64, Vec<(&Text, &Used)>> = BTreeMap::new();
    let negative = used.values().any(|used| used.priority < 0);
    for (text, terminal) in used {
        if terminal.name.is_some() || negative {
            branches.entry(terminal.priority).or_default().push((text, terminal));
        }
    }
    // LALRPOP skips white space, unless the block skips something.
    let skipped: Vec<_> = ignored.iter().filter(|(text, _)| !text.is_space()).collect();
    if branches.is_empty() && skipped.is_empty() {
        return;
    }
    branches.entry(0).or_default();
    let last = branches.keys().next().copied();
    out.push("\nmatch ");
    for (count, (priority, mut terminals)) in branches.into_iter().rev().enumerate() {
        out.push(if count > 0 { " else {\n" } else { "{\n" });
        terminals.sort_by_key(|(_, terminal)| terminal.span.start);
        for (text, terminal) in terminals {
            let start = out.text.len();
            out.push("    ");
            out.push(&written(text));
            if let Some(name) = &terminal.name {
                out.push(" => ");
                out.push(name);
            }
            out.push(",\n");
            out.mark(start, &terminal.span);
        }
        if priority == 0 {
            for (text, span) in &skipped {
                let start = out.text.len();
                out.push(&format!("    {} => {{ }},\n", written(text)));
                out.mark(start, span);
            }
            if !skipped.is_empty() {
                out.push("    r\"\\s+\" => { },\n");
            }
        }
        if Some(priority) == last && !negative {
            out.push("    _,\n");
        }
        out.push("}");
    }
    out.push("\n");
}

fn written(text: &Text) -> String {
    match text {
        Text::Literal(text) => literal(text),
        Text::Regex(regex) => raw(regex),
    }
}
