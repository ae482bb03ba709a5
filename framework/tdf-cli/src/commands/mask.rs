use anyhow::{anyhow, bail};
use serde_json::json;
use tdf_decode::Masks;

use crate::domains::{DomainArgs, MeasureArgs, StartArgs};
use crate::output;

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
        let prefix = self.prefix.join(" ");
        let tokens = language.lexer().lex_beginning(&prefix);
        for lexed in tokens.map_err(|e| anyhow!("PREFIX: no token begins at {:?}", &prefix[e.offset..]))? {
            if !masks.allows(masks.mask_id(&state), lexed.token.into()) {
                bail!(
                    "PREFIX: {:?} cannot come at {:?}",
                    &prefix[lexed.start..lexed.end],
                    &prefix[lexed.start..]
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
