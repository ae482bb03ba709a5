//! The ids that networks read and write.

use tdf_grammar::{Grammar, TokenId};

/// What a network reads and writes: a token of the grammar, the end of a replacement, or the anchor token.
///
/// The ids of tokens are those of the grammar, so that they index a network's rows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct VocabularyId(pub u32);

impl VocabularyId {
    /// The id as an index.
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

impl From<TokenId> for VocabularyId {
    fn from(token: TokenId) -> Self {
        Self(token.0)
    }
}

/// As tensors of libtorch hold it.
impl From<VocabularyId> for i64 {
    fn from(id: VocabularyId) -> Self {
        id.0.into()
    }
}

impl std::fmt::Display for VocabularyId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}

/// The ids of a grammar's tokens, and two more: the end of a replacement, and an anchor token for nodes without a token.
///
/// # Examples
///
/// ```
/// use tdf_decode::{Vocabulary, VocabularyId};
/// use tdf_grammar::TokenId;
///
/// let grammar = tdf_reader::read_grammar_file("../../grammars/rainbow.lalrpop")?;
/// let vocabulary = Vocabulary::new(&grammar);
/// assert_eq!(vocabulary.len(), grammar.tokens.len() + 2);
/// assert_eq!(vocabulary.token(VocabularyId(0)), Some(TokenId(0)));
/// assert_eq!(vocabulary.token(vocabulary.end()), None);
/// # Ok::<(), tdf_reader::GrammarFileError>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Vocabulary {
    tokens: u32,
}

impl Vocabulary {
    /// The vocabulary of `grammar`.
    pub fn new(grammar: &Grammar) -> Self {
        Self {
            tokens: grammar.tokens.len() as u32,
        }
    }

    /// Number of ids.
    pub fn len(self) -> usize {
        self.tokens as usize + 2
    }

    /// Whether there are no tokens (there always are).
    pub fn is_empty(self) -> bool {
        self.tokens == 0
    }

    /// The id of the end of a replacement. Masks range over `0..=end`.
    pub fn end(self) -> VocabularyId {
        VocabularyId(self.tokens)
    }

    /// The id of the anchor token for a site that has no token of its own.
    pub fn anchor(self) -> VocabularyId {
        VocabularyId(self.tokens + 1)
    }

    /// The token with this id, unless it is the end or the anchor token.
    pub fn token(self, id: VocabularyId) -> Option<TokenId> {
        (id.0 < self.tokens).then_some(TokenId(id.0))
    }
}
