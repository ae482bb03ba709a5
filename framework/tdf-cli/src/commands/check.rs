use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;

use anyhow::bail;
use clap_complete::ArgValueCandidates;
use serde_json::json;
use tdf_build::{LALRPOP_VERSION, Limits, Verdict};
use tdf_data::{TargetStatistics, target_statistics};
use tdf_domain::DynDomain;
use tdf_grammar::{Grammar, Label, Layout, NonterminalKind, Overlap, Terminal, TerminalId, TerminalText};
use tdf_loader::DomainSource;
use tdf_tree::{Language, Sampler, Size, SizeRange, Weighting, rng_stream};

use super::check_messages::{self, Message};
use super::check_scopes;
use super::check_watch;
use crate::domains::{self, Features};
use crate::output::{self, counted, note};
use crate::{complete, waiting};

/// Reads a grammar and says what is in it, or what is wrong with it. With --domain or --plugin also how much random targets of
/// the domain are worth: how many its default criterion takes for equal, and how many show next to nothing
#[derive(Debug, clap::Args)]
pub struct Check {
    /// The grammar file
    #[arg(required_unless_present_any = ["domain", "plugin"], conflicts_with_all = ["domain", "plugin"])]
    grammar: Option<PathBuf>,
    /// A domain in place of a grammar file (`tdf domains` lists them)
    #[arg(long, value_name = "NAME", conflicts_with_all = ["strict", "watch"], add = ArgValueCandidates::new(complete::domains))]
    domain: Option<String>,
    /// A shared library with the domain; if it has several, --domain names one
    #[arg(long, value_name = "LIB", conflicts_with_all = ["strict", "watch"])]
    plugin: Option<PathBuf>,
    #[command(flatten)]
    features: Features,
    /// Ask LALRPOP too whether it takes the file as it is
    #[arg(long)]
    strict: bool,
    /// Print JSON: a summary, and every finding with its place
    #[arg(long)]
    json: bool,
    /// Check again at every save, and show five random programs, until Ctrl-C; with --json a line each time
    #[arg(long)]
    watch: bool,
    /// Print the normal form: rules, alternatives and tokens as they are read
    #[arg(long, conflicts_with = "json")]
    normal_form: bool,
}

/// Reasons that are printed; the rest is counted.
const SHOWN_REASONS: usize = 10;

/// Random programs that `--watch` shows.
const SHOWN_PROGRAMS: u64 = 5;

/// What has been found out about a file.
struct Checked {
    language: Arc<Language>,
    /// Of the targets of a domain.
    targets: Option<TargetStatistics>,
    warnings: Vec<Message>,
    /// What keeps a typed tree from being made.
    untyped: Vec<Message>,
}

impl Check {
    pub fn run(self) -> anyhow::Result<()> {
        if let (true, Some(grammar)) = (self.watch, &self.grammar) {
            return check_watch::watch(grammar, || self.tell_again());
        }
        match self.check() {
            Ok(checked) => self.tell(&checked, Self::lines),
            Err(error) if self.json => {
                output::print_json(&self.failure(&error))?;
                Err(output::Told.into())
            }
            Err(error) => Err(error),
        }
    }

    /// One of the rounds of `--watch`: an error does not end it.
    fn tell_again(&self) -> anyhow::Result<()> {
        match self.check() {
            Ok(checked) => self.tell(&checked, |check, checked| {
                let mut lines = check.headings(checked);
                lines.push(String::new());
                lines.extend(programs(&checked.language));
                lines
            }),
            Err(error) if self.json => output::print_json(&self.failure(&error)),
            Err(error) => output::print_report([crate::message(&error)]),
        }
    }

    fn check(&self) -> anyhow::Result<Checked> {
        let (language, targets) = match &self.grammar {
            Some(grammar) => {
                let language = domains::language_of(grammar, &self.features.options())?;
                if self.strict {
                    self.ask_lalrpop(grammar)?;
                }
                (Arc::new(language), None)
            }
            None => {
                let domain = self.open()?;
                let targets = waiting::show("comparing random targets", || targets(&*domain))?;
                (domain.language().clone(), Some(targets))
            }
        };
        let grammar = language.written();
        let warnings = check_messages::warnings(grammar);
        let untyped = waiting::show("making types", || check_messages::untyped(grammar));
        Ok(Checked {
            language,
            targets,
            warnings,
            untyped,
        })
    }

    fn tell(&self, checked: &Checked, lines: impl Fn(&Self, &Checked) -> Vec<String>) -> anyhow::Result<()> {
        if self.json {
            return output::print_json(&self.summary(checked));
        }
        let grammar = checked.language.written();
        for warning in &grammar.warnings {
            note!("{}\n", warning.render("warning", &grammar.file, &grammar.source));
        }
        for warning in checked.targets.iter().flat_map(TargetStatistics::warnings) {
            note!("warning: {warning}\n");
        }
        match self.normal_form {
            true => output::print_report([grammar.to_string().trim_end()]),
            false => output::print_report(lines(self, checked)),
        }
    }

    /// The domain that is named in place of a grammar file.
    fn open(&self) -> anyhow::Result<Arc<dyn DynDomain>> {
        if let Some(feature) = self.features.features.first() {
            bail!("--feature {feature}: features are those of a grammar file: name it in place of a domain");
        }
        let source = DomainSource {
            domain: self.domain.clone(),
            grammar: None,
            plugin: self.plugin.clone(),
            reading: self.features.options(),
        };
        Ok(domains::open(&domains::find(&source)?, &[])?)
    }

    fn failure(&self, error: &anyhow::Error) -> serde_json::Value {
        let file = self.grammar.as_deref().unwrap_or(Path::new("")).to_string_lossy();
        json!({ "ok": false, "diagnostics": check_messages::of_error(&file, error) })
    }

    fn summary(&self, checked: &Checked) -> serde_json::Value {
        let grammar = checked.language.written();
        let rules = || rules(grammar).map(|(_, name)| name);
        let least = least_tokens(grammar);
        let sizes: serde_json::Map<_, _> = rules().zip(&least).map(|(n, l)| (n.to_owned(), json!(l))).collect();
        let open = grammar.terminals.iter().filter(|t| t.open.is_some());
        let diagnostics: Vec<&Message> = checked.warnings.iter().chain(&checked.untyped).collect();
        let mut summary = json!({
            "ok": true,
            "diagnostics": diagnostics,
            "start": grammar.nonterminals[grammar.start.index()].name,
            "nonterminals": rules().collect::<Vec<_>>(),
            "productions": grammar.productions.len(),
            "vocabulary": grammar.tokens.iter().map(ToString::to_string).collect::<Vec<_>>(),
            "min_size": sizes,
            "open_terminals": open.map(|t| t.text.to_string()).collect::<Vec<_>>(),
            "typed": checked.untyped.is_empty(),
        });
        if !checked.language.name_kinds().is_empty() {
            summary["scopes"] = check_scopes::json(&checked.language);
        }
        if self.strict {
            summary["strict"] = json!(true);
        }
        if let Some(targets) = &checked.targets {
            summary["targets"] = json!(targets);
            summary["targets"]["warnings"] = json!(targets.warnings());
        }
        summary
    }

    /// The lines of the report about the whole.
    fn headings(&self, checked: &Checked) -> Vec<String> {
        let (grammar, reasons) = (checked.language.written(), &checked.untyped);
        let nonterminals = grammar
            .nonterminals
            .iter()
            .filter(|n| n.kind != NonterminalKind::Suffix);
        let mut lines = vec![
            format!("grammar {} ({})", grammar.name, &grammar.fingerprint[..12]),
            format!(
                "{}, {}, {}; LR(1) without conflicts",
                counted(nonterminals.count(), "nonterminal"),
                counted(grammar.productions.len(), "production"),
                counted(grammar.tokens.len(), "token")
            ),
        ];
        if self.strict {
            lines.push(format!("LALRPOP {LALRPOP_VERSION} takes the file as it is"));
        }
        match Layout::of(grammar) {
            Ok(None) => {}
            Ok(Some(_)) => lines.push("layout: yes".to_owned()),
            Err(why) => lines.push(format!("layout: no, {why}")),
        }
        lines.push(format!("typed AST: {}", if reasons.is_empty() { "yes" } else { "no" }));
        lines.extend(reasons.iter().take(SHOWN_REASONS).map(|r| format!("  {}", r.line())));
        if let more @ 1.. = reasons.len().saturating_sub(SHOWN_REASONS) {
            lines.push(format!("  and {}", counted(more, "more reason")));
        }
        lines
    }

    fn lines(&self, checked: &Checked) -> Vec<String> {
        let grammar = checked.language.written();
        let mut lines = self.headings(checked);
        if let Some(targets) = &checked.targets {
            lines.push(targets.to_string());
        }
        lines.push(String::new());
        lines.push(format!("{:<20} {:>12}  alternatives", "nonterminal", "least tokens"));
        for ((i, name), least) in rules(grammar).zip(least_tokens(grammar)) {
            lines.push(format!("{name:<20} {least:>12}  {}", alternatives(grammar, i)));
        }
        lines.push(String::new());
        lines.push("vocabulary".to_owned());
        let regexes = grammar
            .terminals
            .iter()
            .filter(|t| matches!(t.text, TerminalText::Regex(_)));
        lines.extend(regexes.map(|t| format!("  {}: {}", t.text, members(grammar, t))));
        let literals = grammar
            .terminals
            .iter()
            .filter(|t| matches!(t.text, TerminalText::Literal(_)));
        let literals: Vec<String> = literals.map(|t| t.text.to_string()).collect();
        lines.push(format!("  {}", literals.join(" ")));
        lines.extend(shared(grammar));
        lines.extend(check_scopes::lines(&checked.language));
        lines
    }

    /// Fails with LALRPOP's own message if it does not take the file.
    fn ask_lalrpop(&self, grammar: &Path) -> anyhow::Result<()> {
        let file = grammar.display();
        if grammar.extension().is_some_and(|ending| ending == "lark") {
            bail!(
                "{file}: --strict asks LALRPOP, which reads no grammar of Lark; `tdf convert {file}` prints one that it reads"
            );
        }
        let tdf = std::env::current_exe()?;
        let command = |out: &Path| {
            let mut command = Command::new(tdf);
            command.arg("stock-lalrpop").arg("--out").arg(out);
            for feature in &self.features.features {
                command.arg("--feature").arg(feature);
            }
            command.arg("--").arg(grammar);
            command
        };
        match tdf_build::strict(command, Limits::default())? {
            Verdict::Taken => Ok(()),
            Verdict::Refused(text) => {
                bail!("{file}: error: LALRPOP {LALRPOP_VERSION} does not take this file as it is\n\n{text}")
            }
            Verdict::Failed(text) => bail!("{file}: error: LALRPOP {LALRPOP_VERSION} comes to no end\n\n{text}"),
        }
    }
}

/// Statistics of targets of the sizes that tasks have by default, or of the least one.
fn targets(domain: &dyn DynDomain) -> anyhow::Result<TargetStatistics> {
    let least = domain.size().least(domain.language().grammar())[domain.start().index()];
    Ok(target_statistics(domain, domain.criterion("")?, 2..=least.max(8), 0)?)
}

/// Random programs of the sizes that `tdf sample` has by default, or of the least one.
fn programs(language: &Language) -> Vec<String> {
    let grammar = language.grammar();
    let size = Size::nodes(grammar);
    let least = size.least(grammar)[grammar.start.index()];
    let sizes = SizeRange {
        least: 1,
        greatest: least.max(8),
    };
    let sampler = Sampler::new(grammar, &size, sizes.greatest, Weighting::Rules);
    let Ok(sizes) = sampler.feasible(grammar.start, sizes.range()) else {
        return Vec::new();
    };
    let program = |index| {
        let tree = sampler.sample(grammar.start, &sizes, &mut rng_stream(0, index));
        language.print(tree.nodes())
    };
    (0..SHOWN_PROGRAMS).map(program).collect()
}

fn rules(grammar: &Grammar) -> impl Iterator<Item = (usize, &str)> {
    let rules = grammar.nonterminals.iter().enumerate();
    rules
        .filter(|(_, n)| n.kind == NonterminalKind::Rule)
        .map(|(i, n)| (i, n.name.as_str()))
}

/// Tokens of the least program of each rule; the one size that every grammar has.
fn least_tokens(grammar: &Grammar) -> Vec<u32> {
    let least = Size::tokens(grammar).least(grammar);
    rules(grammar).map(|(i, _)| least[i]).collect()
}

fn alternatives(grammar: &Grammar, nonterminal: usize) -> String {
    let range = grammar.nonterminals[nonterminal].alternatives.clone();
    let names = range.map(|a| match &grammar.alternatives[a as usize].label {
        Label::Variant(name) => name.as_str(),
        Label::Transparent => "<>",
        Label::Unnamed => "_",
    });
    names.collect::<Vec<_>>().join(" ")
}

/// The terminals that share members, if there are any.
fn shared(grammar: &Grammar) -> Vec<String> {
    let text = |t: TerminalId| &grammar.terminals[t.index()].text;
    let line = |overlap: &Overlap| {
        let (a, b) = overlap.terminals;
        let like = if grammar.is_open(a) { "such as " } else { "" };
        let words = grammar.words(&overlap.tokens);
        format!("  {} and {}: {like}{}", text(a), text(b), abbreviate(&words))
    };
    let mut lines: Vec<String> = grammar.overlaps().iter().map(line).collect();
    if !lines.is_empty() {
        lines.insert(0, "shared members; the rules say which terminal is meant".to_owned());
        lines.insert(0, String::new());
    }
    lines
}

fn abbreviate(words: &[String]) -> String {
    match words {
        [first, second, .., last] if words.len() > 12 => format!("{first} {second} .. {last}"),
        _ => words.join(" "),
    }
}

fn members(grammar: &Grammar, terminal: &Terminal) -> String {
    if let Some(open) = &terminal.open {
        return format!("open, at most {} characters", open.longest);
    }
    let members = grammar.words(&terminal.tokens);
    format!("{}: {}", counted(members.len(), "token"), abbreviate(&members))
}
