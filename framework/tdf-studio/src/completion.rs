//! The tokens that may come next in a program.

use serde_json::{Value as Json, json};
use tdf_decode::Masks;

use crate::error::ApiError;
use crate::subject::Subject;

/// Tokens that are offered, at most.
const MOST: usize = 200;

/// What may follow `prefix`, or what is wrong with it.
pub(crate) fn completion(subject: &Subject, prefix: &str) -> Result<Json, ApiError> {
    let language = subject.domain.language();
    let grammar = language.grammar();
    let masks = Masks::new(language, subject.domain.size()).map_err(ApiError::refused)?;
    let Some(mut state) = masks.start(subject.domain.start(), Masks::UNBOUNDED) else {
        return Err(ApiError::refused("the language has no programs"));
    };
    let wrong =
        |message: &str, at: usize| json!({ "tokens": [], "end": false, "error": { "message": message, "at": at } });
    let tokens = match language.lexer().lex_beginning(prefix) {
        Ok(tokens) => tokens,
        Err(error) => return Ok(wrong("no token begins here", error.offset)),
    };
    for lexed in tokens {
        if !masks.allows(masks.mask_id(&state), lexed.token.into()) {
            let message = format!("{:?} cannot come here", &prefix[lexed.start..lexed.end]);
            return Ok(wrong(&message, lexed.start));
        }
        masks
            .advance(&mut state, lexed.token.into())
            .map_err(ApiError::refused)?;
    }
    let allowed = masks.allowed(masks.mask_id(&state));
    let end = masks.vocabulary().end();
    let texts = allowed.iter().filter(|&&id| id != end).take(MOST);
    let texts: Vec<String> = texts.map(|&id| grammar.tokens[id.index()].to_string()).collect();
    Ok(json!({ "tokens": texts, "end": allowed.contains(&end), "error": null }))
}
