//! The subcommands, one file each.

mod bench;
mod bench_args;
#[cfg(feature = "torch")]
mod bench_network;
mod check;
mod check_messages;
mod check_scopes;
mod check_watch;
mod compare;
mod completions;
mod convert;
mod doctor;
mod domains;
mod eval;
pub mod examples;
#[cfg(feature = "torch")]
mod experiment;
#[cfg(feature = "torch")]
mod export;
mod made_by;
mod man;
mod mask;
mod merge;
#[cfg(all(test, feature = "torch"))]
mod method_matrix;
mod mutate;
#[cfg(not(feature = "torch"))]
mod needs_torch;
mod new;
mod parse;
mod path;
mod progress;
mod render;
mod sample;
mod scored;
mod search;
mod search_args;
mod search_files;
mod search_result;
mod search_rows;
#[cfg(feature = "torch")]
mod search_run;
mod search_targets;
mod searcher;
mod stock;
mod studio;
mod tasks;
#[cfg(feature = "torch")]
mod train;

/// What to do.
#[derive(Debug, clap::Subcommand)]
pub enum Command {
    Domains(domains::Domains),
    Doctor(doctor::Doctor),
    New(new::New),
    Check(check::Check),
    Convert(convert::Convert),
    Sample(sample::Sample),
    Parse(parse::Parse),
    Mask(mask::Mask),
    Render(render::Render),
    Mutate(mutate::Mutate),
    Path(path::Path),
    Tasks(tasks::Tasks),
    #[cfg(feature = "torch")]
    Train(train::Train),
    #[cfg(not(feature = "torch"))]
    Train(needs_torch::NeedsTorch),
    Search(search::Search),
    Studio(studio::Studio),
    Eval(eval::Eval),
    Merge(merge::Merge),
    Compare(compare::Compare),
    #[cfg(feature = "torch")]
    Export(export::Export),
    #[cfg(not(feature = "torch"))]
    Export(needs_torch::NeedsTorch),
    #[cfg(feature = "torch")]
    Experiment(experiment::Experiment),
    #[cfg(not(feature = "torch"))]
    Experiment(needs_torch::NeedsTorch),
    Bench(bench::Bench),
    Completions(completions::Completions),
    Man(man::Man),
    #[command(hide = true)]
    StockLalrpop(stock::StockLalrpop),
}

/// Runs a command.
pub fn run(command: Command) -> anyhow::Result<()> {
    match command {
        Command::Domains(c) => c.run(),
        Command::Doctor(c) => c.run(),
        Command::New(c) => c.run(),
        Command::Check(c) => c.run(),
        Command::Convert(c) => c.run(),
        Command::Sample(c) => c.run(),
        Command::Parse(c) => c.run(),
        Command::Mask(c) => c.run(),
        Command::Render(c) => c.run(),
        Command::Mutate(c) => c.run(),
        Command::Path(c) => c.run(),
        Command::Tasks(c) => c.run(),
        #[cfg(feature = "torch")]
        Command::Train(c) => c.run(),
        #[cfg(not(feature = "torch"))]
        Command::Train(c) => c.run("train"),
        Command::Search(c) => c.run(),
        Command::Studio(c) => c.run(),
        Command::Eval(c) => c.run(),
        Command::Merge(c) => c.run(),
        Command::Compare(c) => c.run(),
        #[cfg(feature = "torch")]
        Command::Export(c) => c.run(),
        #[cfg(not(feature = "torch"))]
        Command::Export(c) => c.run("export"),
        #[cfg(feature = "torch")]
        Command::Experiment(c) => c.run(),
        #[cfg(not(feature = "torch"))]
        Command::Experiment(c) => c.run("experiment"),
        Command::Bench(c) => c.run(),
        Command::Completions(c) => c.run(),
        Command::Man(c) => c.run(),
        Command::StockLalrpop(c) => c.run(),
    }
}
