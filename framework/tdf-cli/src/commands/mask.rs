use anyhow::bail;
use serde_json::json;
use tdf_decode::Masks;

use crate::domains::{DomainArgs, StartArgs};
use crate::output;

/// Prints the tokens that may come next
#[derive(Debug, clap::Args)]
pub struct Mask {
    #[command(flatten)]
    domain: DomainArgs,
    #[command(flatten)]
    start: StartArgs,
    /// Greatest size of the finished program
    #[arg(long)]
    budget: Option<u32>,
    /// Print JSON: the tokens, and whether the program may end here
    #[arg(long)]
    json: bool,
    /// The tokens so far, parted by blanks
    #[arg(default_value = "")]
    prefix: Vec<String>,
}

impl Mask {
    pub fn run(self) -> anyhow::Result<()> {
        let subject = self.domain.subject()?;
        let (language, grammar) = (&subject.language, subject.language.grammar());
        let start = self.start.find(language)?;
        let masks = Masks::new(language, &subject.size)?;
        let budget = self.budget.unwrap_or(Masks::UNBOUNDED);
        let Some(mut state) = masks.start(start, budget) else {
            let least = subject.size.least(grammar)[start.index()];
            bail!("--budget {budget}: no program is that small, the least has size {least}");
        };
        let prefix = self.prefix.join(" ");
        for (number, word) in prefix.split_whitespace().enumerate() {
            let id = grammar.tokens.iter().position(|t| t.text == word).map(|i| i as u32);
            let mask = masks.mask_id(&state);
            match id {
                Some(id) if masks.allows(mask, id) => masks.advance(&mut state, id),
                Some(_) => bail!("PREFIX: token {} ({word:?}) cannot come here", number + 1),
                None => bail!("PREFIX: token {} ({word:?}) is not in the vocabulary", number + 1),
            }
        }
        let allowed = masks.allowed(masks.mask_id(&state));
        let end = masks.vocabulary().end();
        let tokens: Vec<&str> = allowed
            .iter()
            .filter(|&&id| id != end)
            .map(|&id| grammar.tokens[id as usize].text.as_str())
            .collect();
        let may_end = allowed.contains(&end);
        if self.json {
            return output::print_json(&json!({ "tokens": tokens, "end": may_end }));
        }
        output::print_lines(tokens.into_iter().chain(may_end.then_some("<end>")))
    }
}
