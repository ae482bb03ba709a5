//! The command line.

use std::path::PathBuf;

use clap::ValueEnum;

use crate::accept::Parser;

/// Looks at the grammars of folders: are they read, in which time and memory, do the masks agree with an Earley recogniser?
#[derive(Debug, Clone, clap::Parser)]
///
/// In a COMMAND, `{}` is the path of the grammar.
#[command(name = "tdf-field")]
pub struct Options {
    /// Grammar files (.lalrpop, .lark), and folders that hold some at any depth
    #[arg(required = true)]
    pub paths: Vec<PathBuf>,
    /// Programs that are sampled from each grammar, in three groups of sizes
    #[arg(long, default_value_t = 60)]
    pub programs: usize,
    /// Tokens of random walks at which the masks of each grammar are compared
    #[arg(long, default_value_t = 5_000)]
    pub tokens: usize,
    /// Seed of the programs and walks
    #[arg(long, default_value_t = 0)]
    pub seed: u64,
    /// Seconds of the processor for reading a grammar; by the clock it may take five times as long
    #[arg(long, default_value_t = 5)]
    pub read_seconds: u64,
    /// The same for everything else
    #[arg(long, default_value_t = 120)]
    pub rest_seconds: u64,
    /// MiB of memory that the process of a grammar may take
    #[arg(long, default_value_t = 4096)]
    pub memory: u64,
    /// A command of a real parser: it gets each sampled program on its standard input, and succeeds if it accepts it
    #[arg(long, value_name = "COMMAND")]
    pub accept: Option<String>,
    /// The same for the grammars whose path ends with ENDING; the first that fits counts
    #[arg(long, num_args = 2, value_names = ["ENDING", "COMMAND"])]
    pub accept_for: Vec<String>,
    /// A command that gets each program as a line of JSON, and answers each with a line: 1 if it accepts it
    #[arg(long, num_args = 2, value_names = ["ENDING", "COMMAND"])]
    pub accept_lines_for: Vec<String>,
    /// Ask LALRPOP itself about each .lalrpop file
    #[arg(long)]
    pub lalrpop: bool,
    /// A command of the tool that a grammar was written for, if its path ends with ENDING: it succeeds if the tool takes the
    /// grammar
    #[arg(long, num_args = 2, value_names = ["ENDING", "COMMAND"])]
    pub stock_for: Vec<String>,
    /// Write a line of JSON for each grammar to this file
    #[arg(long, value_name = "FILE")]
    pub json: Option<PathBuf>,
    /// Make this fault in every grammar, to see that it is found
    #[arg(long, value_enum, hide = true)]
    pub plant: Option<Plant>,
    /// This is the process of one grammar
    #[arg(long, hide = true)]
    pub child: bool,
    /// Print the texts of the programs, for a real parser
    #[arg(long, hide = true)]
    pub texts: bool,
    /// This is the process of LALRPOP; its parser goes to this folder
    #[arg(long, hide = true, value_name = "DIR")]
    pub stock_lalrpop: Option<PathBuf>,
}

/// Faults that the tests plant: a check that cannot fail checks nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Plant {
    /// A mask leaves out a token.
    MaskMissing,
    /// A mask allows a token more.
    MaskExtra,
    /// A mask allows nothing.
    DeadEnd,
    /// The printed text loses its last character.
    Print,
    /// The reader panics.
    Panic,
    /// The reader never ends.
    Hang,
    /// The reader waits for something that never comes.
    Block,
    /// The reader takes all memory.
    Memory,
}

impl Options {
    /// The real parser for the grammar at `path`.
    pub fn parser(&self, path: &str) -> Option<Parser> {
        let each = command(&self.accept_for, path).map(Parser::Each);
        let lines = || command(&self.accept_lines_for, path).map(Parser::Lines);
        let common = || {
            self.accept
                .as_ref()
                .map(|command| Parser::Each(command.replace("{}", path)))
        };
        each.or_else(lines).or_else(common)
    }

    /// The command that asks the tool which the grammar at `path` was written for.
    pub fn stock(&self, path: &str) -> Option<String> {
        command(&self.stock_for, path)
    }
}

/// The command for the grammar at `path`, of pairs of endings and commands.
fn command(pairs: &[String], path: &str) -> Option<String> {
    let own = pairs.chunks_exact(2).find(|pair| path.ends_with(&pair[0]));
    own.map(|pair| pair[1].replace("{}", path))
}

#[cfg(test)]
mod tests {
    use clap::Parser as _;

    use super::*;

    #[test]
    fn a_grammar_has_its_own_parser_or_the_common_one() {
        let words = "field . --accept true --accept-for json.lark J --accept-for b.lark B --accept-lines-for .lark {}";
        let options = Options::try_parse_from(words.split(' ')).unwrap();
        let each = |command: &str| Some(Parser::Each(command.to_owned()));
        assert_eq!(options.parser("a/json.lark"), each("J"));
        assert_eq!(options.parser("b.lark"), each("B"));
        assert_eq!(options.parser("c.lark"), Some(Parser::Lines("c.lark".to_owned())));
        assert_eq!(options.parser("c.lalrpop"), each("true"));
    }
}
