//! What pages say of how they were made.

use tdf_eval::Provenance;

/// The version of tdf.
pub const VERSION: &str = env!("CARGO_PKG_VERSION");

/// The commit that it was built from, if that is known.
pub const COMMIT: Option<&str> = option_env!("TDF_COMMIT");

/// The command that runs, as a shell reads it.
pub fn this_command() -> Provenance {
    let words = std::env::args_os().skip(1);
    let words: Vec<String> = words.map(|word| word.to_string_lossy().into_owned()).collect();
    let words = words.iter().map(String::as_str);
    // No argument of a process holds the byte 0, which alone cannot be quoted.
    let command = shlex::try_join(std::iter::once("tdf").chain(words)).unwrap_or_default();
    Provenance {
        command,
        facts: Vec::new(),
    }
}

/// The command that runs, and the version that runs it.
pub fn this_command_and_version() -> Provenance {
    this_command().with("tdf version", Some(VERSION)).with("commit", COMMIT)
}
