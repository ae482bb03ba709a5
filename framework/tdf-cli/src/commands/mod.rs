//! The subcommands, one file each.

mod bench;
mod bench_network;
mod check;
mod compare;
mod completions;
mod doctor;
mod domains;
mod eval;
pub mod examples;
mod experiment;
mod export;
mod made_by;
mod man;
mod mask;
#[cfg(test)]
mod method_matrix;
mod mutate;
mod new;
mod parse;
mod path;
mod progress;
mod render;
mod sample;
mod scored;
mod search;
mod searcher;
mod searching;
mod stock;
mod tasks;
mod train;

/// What to do.
#[derive(Debug, clap::Subcommand)]
pub enum Command {
    Domains(domains::Domains),
    Doctor(doctor::Doctor),
    New(new::New),
    Check(check::Check),
    Sample(sample::Sample),
    Parse(parse::Parse),
    Mask(mask::Mask),
    Render(render::Render),
    Mutate(mutate::Mutate),
    Path(path::Path),
    Tasks(tasks::Tasks),
    Train(train::Train),
    Search(search::Search),
    Eval(eval::Eval),
    Compare(compare::Compare),
    Export(export::Export),
    Experiment(experiment::Experiment),
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
        Command::Sample(c) => c.run(),
        Command::Parse(c) => c.run(),
        Command::Mask(c) => c.run(),
        Command::Render(c) => c.run(),
        Command::Mutate(c) => c.run(),
        Command::Path(c) => c.run(),
        Command::Tasks(c) => c.run(),
        Command::Train(c) => c.run(),
        Command::Search(c) => c.run(),
        Command::Eval(c) => c.run(),
        Command::Compare(c) => c.run(),
        Command::Export(c) => c.run(),
        Command::Experiment(c) => c.run(),
        Command::Bench(c) => c.run(),
        Command::Completions(c) => c.run(),
        Command::Man(c) => c.run(),
        Command::StockLalrpop(c) => c.run(),
    }
}
