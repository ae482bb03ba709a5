//! See the library.

#![forbid(unsafe_code)]
// A program for the terminal, unlike the libraries the lint is meant for.
#![allow(clippy::print_stdout, clippy::print_stderr)]

use std::fs::File;
use std::io::Write as _;
use std::process::ExitCode;

use anyhow::{Context as _, bail};
use clap::Parser as _;
use tdf_field::options::Options;
use tdf_field::row::Row;
use tdf_field::{accept, child, files, parent, report, stock};

fn main() -> ExitCode {
    let options = Options::parse();
    if options.child {
        child::run(&options);
        return ExitCode::SUCCESS;
    }
    if let Some(out) = &options.stock_lalrpop {
        return if stock::run(&options, out) {
            ExitCode::SUCCESS
        } else {
            ExitCode::FAILURE
        };
    }
    match run(&options) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::from(2)
        }
    }
}

/// Whether no grammar shows a fault.
fn run(options: &Options) -> anyhow::Result<bool> {
    let files = files::find(&options.paths)?;
    if files.is_empty() {
        bail!("there is no .lalrpop and no .lark file");
    }
    let json = options.json.as_ref();
    let mut json = json
        .map(|path| File::create(path).with_context(|| format!("{} cannot be written", path.display())))
        .transpose()?;
    let mut rows: Vec<Row> = Vec::new();
    for (index, file) in files.iter().enumerate() {
        eprintln!("{} of {}: {}", index + 1, files.len(), file.name);
        let mut row = parent::look(file, options)?;
        if let Some(parser) = options.parser(&file.path.to_string_lossy())
            && !row.texts.is_empty()
        {
            row.accepted = Some(accept::ask(&parser, &row.texts)?);
        }
        row.stock = stock::ask(&file.path, options)?;
        if let Some(json) = &mut json {
            writeln!(json, "{}", serde_json::to_string(&row)?)?;
        }
        if row.is_fault() {
            eprintln!("  {:?}: {}", row.verdict, row.message.as_deref().unwrap_or_default());
        }
        rows.push(row);
    }
    println!("{}\n{}", report::table(&rows), report::sums(&rows));
    Ok(!rows.iter().any(Row::is_fault))
}
