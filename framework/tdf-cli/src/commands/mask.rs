use std::path::PathBuf;

use anyhow::{anyhow, bail};
use serde_json::json;
use tdf_decode::{Masks, VocabularyId};
use tdf_grammar::TokenId;
use tdf_tree::Language;

use crate::domains::{DomainArgs, MeasureArgs, StartArgs};
use crate::{input, output};

/// Prints the tokens that may come next
#[derive(Debug, clap::Args)]
pub struct Mask {
    #[command(flatten)]
    domain: DomainArgs,
    #[command(flatten)]
    measure: MeasureArgs,
    #[command(flatten)]
    start: StartArgs,
    /// Greatest size of the finished program
    #[arg(long)]
    budget: Option<u32>,
    /// Print JSON: the tokens, and whether the program may end here
    #[arg(long)]
    json: bool,
    /// The program so far; a name, number or text at its very end may go on
    #[arg(default_value = "")]
    prefix: Vec<String>,
    /// A file with the program so far; standard input if it is `-`
    #[arg(long, conflicts_with = "prefix")]
    file: Option<PathBuf>,
}

impl Mask {
    pub fn run(self) -> anyhow::Result<()> {
        let subject = self.measure.apply(self.domain.subject()?, self.budget)?;
        let (language, grammar) = (&subject.language, subject.language.grammar());
        let start = self.start.find(language)?;
        let masks = Masks::new(language, &subject.size)?;
        let budget = self.budget.unwrap_or(Masks::UNBOUNDED);
        let Some(mut state) = masks.start(start, budget) else {
            let least = subject.size.least(grammar)[start.index()];
            bail!("--budget {budget}: no program is that small, the least has size {least}");
        };
        // Messages name where the text comes from.
        let (name, prefix) = match &self.file {
            Some(file) => input::read_text(Some(file))?,
            None => ("PREFIX".to_owned(), self.prefix.join(" ")),
        };
        // The line break that ends a file does not end what may go on.
        let prefix = prefix.strip_suffix('\n').unwrap_or(&prefix);
        let tokens = language.lexer().lex_beginning(prefix);
        for lexed in tokens.map_err(|e| anyhow!("{name}: no token begins at {:?}", &prefix[e.offset..]))? {
            if !masks.allows(masks.mask_id(&state), lexed.token.into()) {
                bail!(
                    "{name}: {:?} cannot come at {:?}{}",
                    &prefix[lexed.start..lexed.end],
                    &prefix[lexed.start..],
                    names_by_level(language, lexed.token, masks.allowed(masks.mask_id(&state)))
                );
            }
            masks.advance(&mut state, lexed.token.into())?;
        }
        let allowed = masks.allowed(masks.mask_id(&state));
        let end = masks.vocabulary().end();
        let tokens = allowed.iter().filter(|&&id| id != end);
        let tokens: Vec<String> = tokens.map(|&id| grammar.tokens[id.index()].to_string()).collect();
        let may_end = allowed.contains(&end);
        if self.json {
            return output::print_json(&json!({ "tokens": tokens, "end": may_end }));
        }
        output::print_lines(tokens.into_iter().chain(may_end.then(|| "<end>".to_owned())))
    }
}

/// What to say of a name that is none of those by level: which ones are. Nothing of other tokens.
fn names_by_level(language: &Language, token: TokenId, allowed: &[VocabularyId]) -> String {
    let grammar = language.grammar();
    let text = |token: TokenId| grammar.text(token);
    let Some(kind) = language
        .name_kinds()
        .into_iter()
        .find(|kind| kind.members.iter().any(|m| m == text(token)))
    else {
        return String::new();
    };
    let is_allowed = |name: &&String| {
        allowed
            .iter()
            .any(|id| grammar.tokens.get(id.index()).is_some_and(|t| t.text == **name))
    };
    let names: Vec<&str> = kind.members.iter().filter(is_allowed).map(String::as_str).collect();
    let can = match &names[..] {
        [] => "no name can come here".to_owned(),
        [only] => format!("the only name that can come here is {only}"),
        names => format!("the names that can come here are {}", names.join(", ")),
    };
    format!(
        ": {can}, since the k-th name in scope is the k-th of `{}`; `tdf parse` renames",
        kind.names
    )
}
