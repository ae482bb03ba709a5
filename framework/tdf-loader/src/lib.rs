//! Finds domains: by name, or by a grammar file.
//!
//! So far a domain has to be built in: its plugin is linked into the program, which names it with `use`.

use std::path::Path;
use std::sync::Arc;

use tdf_domain::{DomainError, DynDomain, builtins};
use tdf_grammar::{Grammar, GrammarError};

/// A domain or grammar that cannot be opened: names it and says what to do.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum LoadError {
    /// No domain of this name.
    #[error("there is no domain `{name}`; {advice}")]
    Unknown {
        /// The name.
        name: String,
        /// Which names there are.
        advice: String,
    },
    /// The grammar belongs to no built-in domain.
    #[error(
        "{file}: the grammar belongs to no built-in domain ({domains}), so nothing can draw its programs; without pictures \
         work: check, sample, parse, mask, mutate, path"
    )]
    NoPlugin {
        /// The grammar's file.
        file: String,
        /// The built-in domains.
        domains: String,
    },
    /// Neither a name nor a file was given.
    #[error("a domain is wanted: --domain NAME or --grammar FILE")]
    Nothing,
    /// The file cannot be read as text.
    #[error("{file}: {reason}")]
    File {
        /// The file.
        file: String,
        /// Why.
        reason: String,
    },
    /// The grammar has errors.
    #[error("{0}")]
    Grammar(#[from] GrammarError),
    /// The domain is faulty.
    #[error("{0}")]
    Domain(#[from] DomainError),
}

fn names() -> String {
    builtins().iter().map(|r| r.name).collect::<Vec<_>>().join(", ")
}

fn by_name(name: &str) -> Result<Arc<dyn DynDomain>, LoadError> {
    let all = builtins();
    if let Some(found) = all.iter().find(|r| r.name == name) {
        return Ok((found.open)()?);
    }
    let near = all.iter().map(|r| r.name).min_by_key(|n| strsim::damerau_levenshtein(n, name));
    let advice = match near.filter(|n| strsim::damerau_levenshtein(n, name) <= 2) {
        Some(near) => format!("did you mean `{near}`? There is: {}", names()),
        None => format!("there is: {}", names()),
    };
    Err(LoadError::Unknown { name: name.to_owned(), advice })
}

/// The built-in domain whose grammar has the same fingerprint. Faulty domains are passed over.
pub fn builtin_of_grammar(grammar: &Grammar) -> Option<Arc<dyn DynDomain>> {
    let domains = builtins().into_iter().filter_map(|r| (r.open)().ok());
    domains.into_iter().find(|d| d.language().grammar().fingerprint == grammar.fingerprint)
}

/// The domain called `domain`, or the one that `grammar` is the grammar file of.
pub fn find(domain: Option<&str>, grammar: Option<&Path>) -> Result<Arc<dyn DynDomain>, LoadError> {
    match (domain, grammar) {
        (Some(name), _) => by_name(name),
        (None, Some(file)) => {
            let read = grammar_file(file)?;
            builtin_of_grammar(&read)
                .ok_or_else(|| LoadError::NoPlugin { file: file.display().to_string(), domains: names() })
        }
        (None, None) => Err(LoadError::Nothing),
    }
}

/// Reads a grammar file.
///
/// # Errors
/// A file that is missing, a directory, unreadable or no text; everything that is wrong with the grammar.
pub fn grammar_file(path: &Path) -> Result<Grammar, LoadError> {
    let file = path.display().to_string();
    let failed = |reason: String| LoadError::File { file: file.clone(), reason };
    if path.is_dir() {
        return Err(failed("is a directory, a .lalrpop file is wanted".to_owned()));
    }
    let bytes = std::fs::read(path).map_err(|e| failed(e.to_string()))?;
    let text = String::from_utf8(bytes)
        .map_err(|e| failed(format!("not a text file: byte {} is not UTF-8", e.utf8_error().valid_up_to())))?;
    Ok(Grammar::read(&file, &text)?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use tdf_rainbow as _;

    fn message<T>(result: Result<T, LoadError>) -> String {
        result.err().map(|e| e.to_string()).unwrap_or_default()
    }

    #[test]
    fn built_in_by_name_and_by_grammar() {
        let domain = find(Some("rainbow"), None).unwrap();
        assert_eq!(domain.name(), "rainbow");
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("mine.lalrpop");
        std::fs::write(&file, format!("// A copy.\n{}", domain.language().grammar().source)).unwrap();
        assert_eq!(find(None, Some(&file)).unwrap().name(), "rainbow");
    }

    #[test]
    fn a_foreign_grammar_says_what_works() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("mine.lalrpop");
        std::fs::write(&file, "grammar;\npub A: A = \"a\" => A;\n").unwrap();
        assert!(message(find(None, Some(&file))).contains("mine.lalrpop: the grammar belongs to no built-in domain"));
    }

    #[test]
    fn names_are_corrected() {
        assert_eq!(
            message(find(Some("rainbo"), None)),
            "there is no domain `rainbo`; did you mean `rainbow`? There is: rainbow"
        );
        assert_eq!(message(find(Some("svg"), None)), "there is no domain `svg`; there is: rainbow");
    }
}
