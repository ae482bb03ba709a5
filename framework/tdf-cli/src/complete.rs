//! Completion in shells: the script of `tdf completions` calls `tdf`, which says how the line at hand may go on.
//!
//! So values are completed that a script alone could not know: keys of configurations and their values, presets, domains.

use std::ffi::{OsStr, OsString};
use std::io::{Error, Write};
use std::path::Path;
use tdf_config::{Config, Key};

use clap_complete::env::{Bash, Elvish, EnvCompleter, Fish, Powershell, Shells, Zsh};
use clap_complete::{CompleteEnv, CompletionCandidate};

/// The variable that makes `tdf` complete a line: its value is the name of the shell. A name of our own, since others use
/// the customary `COMPLETE`.
pub const VARIABLE: &str = "TDF_COMPLETE";

/// The shells that there are scripts for.
pub const SHELLS: Shells<'static> = Shells(&[&WholeWords, &Elvish, &Fish, &Powershell, &Zsh]);

/// Completes the line that a shell asks about, if it is a shell that calls, and ends the process then.
pub fn answer_shells(command_line: fn() -> clap::Command) {
    CompleteEnv::with_factory(command_line)
        .var(VARIABLE)
        .shells(SHELLS)
        .complete();
}

/// Bash, which breaks words at `=` and `:`. The script puts them together again, so that `--set noise.choice=` can be
/// completed, and takes what stands before the last break off the answers.
struct WholeWords;

const BASH: &str = r#"_tdf() {
    local IFS=$'\013' words=() word last i
    for ((i = 0; i <= COMP_CWORD; i++)); do
        word="${COMP_WORDS[i]}"
        if ((i == COMP_CWORD)) && [[ $word != [=:]* ]]; then
            word="$2"
        fi
        last=$((${#words[@]} - 1))
        if ((last > 0)) && [[ $word == [=:]* || ${words[last]} == *[=:] ]]; then
            words[last]+="$word"
        else
            words+=("$word")
        fi
    done
    last=$((${#words[@]} - 1))
    local before=""
    if [[ ${words[last]} != "${COMP_WORDS[COMP_CWORD]}" && ${words[last]} != "$2" ]]; then
        before="${words[last]%"$2"}"
    fi
    COMPREPLY=($(_CLAP_IFS="$IFS" _CLAP_COMPLETE_INDEX="$last" VARIABLE=bash COMPLETER -- "${words[@]}" 2>/dev/null))
    COMPREPLY=("${COMPREPLY[@]#"$before"}")
    if [[ ${COMPREPLY-} == *[=/:.] ]] && compopt -o nospace 2>/dev/null; then
        :
    fi
}
complete -o bashdefault -o nosort -F _tdf BIN 2>/dev/null || complete -o bashdefault -F _tdf BIN
"#;

impl EnvCompleter for WholeWords {
    fn name(&self) -> &'static str {
        Bash.name()
    }

    fn is(&self, name: &str) -> bool {
        Bash.is(name)
    }

    fn write_registration(
        &self,
        variable: &str,
        _name: &str,
        bin: &str,
        completer: &str,
        script: &mut dyn Write,
    ) -> Result<(), Error> {
        let text = BASH
            .replace("VARIABLE", variable)
            .replace("COMPLETER", completer)
            .replace("BIN", bin);
        script.write_all(text.as_bytes())
    }

    fn write_complete(
        &self,
        command: &mut clap::Command,
        words: Vec<OsString>,
        folder: Option<&Path>,
        answer: &mut dyn Write,
    ) -> Result<(), Error> {
        Bash.write_complete(command, words, folder, answer)
    }
}

/// The names of the presets.
pub fn presets() -> Vec<CompletionCandidate> {
    Config::PRESETS.iter().map(CompletionCandidate::new).collect()
}

/// The names of the built-in domains.
pub fn domains() -> Vec<CompletionCandidate> {
    let names = tdf_domain::builtins().into_iter().map(|domain| domain.name);
    names.map(CompletionCandidate::new).collect()
}

/// `KEY=VALUE`, with any key of a configuration.
pub fn settings(typed: &OsStr) -> Vec<CompletionCandidate> {
    let groups = Config::reference();
    let keys = groups.into_iter().flat_map(|group| group.keys);
    complete(typed, keys.chain(domain_keys()).collect())
}

/// `domain.KEY=VALUE`.
pub fn domain_settings(typed: &OsStr) -> Vec<CompletionCandidate> {
    complete(typed, domain_keys())
}

/// The options of all built-in domains. Several domains may have one of the same name; the first counts.
fn domain_keys() -> Vec<Key> {
    let mut keys: Vec<Key> = Vec::new();
    for option in tdf_domain::builtins().into_iter().flat_map(|domain| domain.options) {
        let key = Key::of_option(option);
        if keys.iter().all(|known| known.name != key.name) {
            keys.push(key);
        }
    }
    keys
}

/// The keys that begin as typed; the values of a key behind its `=`.
fn complete(typed: &OsStr, keys: Vec<Key>) -> Vec<CompletionCandidate> {
    let Some(typed) = typed.to_str() else {
        return Vec::new();
    };
    let Some((name, value)) = typed.split_once('=') else {
        let begun = keys.into_iter().filter(|key| key.name.starts_with(typed));
        return begun
            .map(|key| CompletionCandidate::new(format!("{}=", key.name)).help(Some(key.about.into())))
            .collect();
    };
    let Some(key) = keys.into_iter().find(|key| key.name == name) else {
        return Vec::new();
    };
    let truths = ["true", "false"].map(|word| (word.to_owned(), String::new()));
    let words = match key.allowed.as_str() {
        "true or false" => truths.to_vec(),
        _ => key.words,
    };
    let begun = words.into_iter().filter(|(word, _)| word.starts_with(value));
    begun
        .map(|(word, meaning)| {
            let help = (!meaning.is_empty()).then(|| meaning.into());
            CompletionCandidate::new(format!("{name}={word}")).help(help)
        })
        .collect()
}
