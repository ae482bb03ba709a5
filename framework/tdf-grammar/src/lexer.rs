//! From text to tokens.

use crate::lexed::{LexError, Lexed};
use crate::skips::Skips;
use crate::words::{End, Words};
use crate::{Dfa, Grammar, Layout, TokenId, TokenKind};

/// Cuts program text into tokens: longest match over the words of the vocabulary and the members of open terminals,
/// what the grammar skips between tokens left out. A member of an open terminal is the tokens of its characters and
/// the one that ends it.
///
/// Blanks are the characters with Unicode's `White_Space` property, as in LALRPOP's own lexer.
#[derive(Clone, Debug)]
pub struct Lexer {
    words: Words,
    /// `glue[left * tokens + right]`, one bit each: see [`Lexer::may_touch`]. Empty for a large vocabulary.
    glue: Vec<u64>,
    texts: Vec<String>,
    open: Option<OpenLexer>,
    skips: Skips,
    layout: Option<Layout>,
    /// Of the words that begin with a token and a blank, the blanks of the longest row of them; 0 if there are none.
    inner_blanks: usize,
}

/// The open terminals.
#[derive(Clone, Debug)]
struct OpenLexer {
    /// The automata of all of them.
    members: Vec<Dfa>,
    characters: Vec<char>,
    /// The token of the first character; the others follow, and then the end.
    first: u32,
}

impl OpenLexer {
    fn new(grammar: &Grammar) -> Option<Self> {
        let members: Vec<Dfa> = grammar
            .terminals
            .iter()
            .filter_map(|t| t.open.as_ref().map(|s| s.members.clone()))
            .collect();
        (!grammar.characters.is_empty()).then(|| Self {
            members,
            characters: grammar.characters.clone(),
            first: grammar.character(0).0,
        })
    }

    fn letter(&self, character: char) -> Option<usize> {
        self.characters.binary_search(&character).ok()
    }

    /// Length in bytes of the longest member that `text` begins with; 0 if there is none.
    fn longest(&self, text: &str) -> usize {
        let mut longest = 0;
        for dfa in &self.members {
            let mut state = Dfa::START;
            for (at, c) in text.char_indices() {
                let next = self.letter(c).and_then(|letter| dfa.next(state, letter));
                let Some(next) = next else { break };
                state = next;
                if dfa.is_accepting(state) {
                    longest = longest.max(at + c.len_utf8());
                }
            }
        }
        longest
    }

    /// Whether a member begins with `left` and ends inside `right` or behind it.
    fn goes_on(&self, left: &str, right: &str) -> bool {
        self.members.iter().any(|dfa| {
            let step = |state: Option<u32>, c: char| dfa.next(state?, self.letter(c)?);
            let mut state = left.chars().fold(Some(Dfa::START), step);
            for c in right.chars() {
                state = step(state, c);
                match state {
                    None => return false,
                    Some(state) if dfa.is_accepting(state) => return true,
                    Some(_) => {}
                }
            }
            state.is_some()
        })
    }
}

/// Above this the table of pairs is left out (2 MiB at the limit) and pairs are looked at one by one.
const MAX_PAIRS: usize = 4096;

impl Lexer {
    /// The lexer of `grammar`'s vocabulary.
    pub fn new(grammar: &Grammar) -> Self {
        let words = grammar.tokens.iter().filter(|t| t.kind == TokenKind::Word);
        let texts: Vec<String> = words.map(|t| t.text.clone()).collect();
        let mut lexer = Self {
            words: Words::new(grammar),
            glue: Vec::new(),
            texts,
            open: OpenLexer::new(grammar),
            skips: Skips::new(&grammar.skips),
            layout: Layout::of(grammar).unwrap_or_default(),
            inner_blanks: 0,
        };
        lexer.inner_blanks = lexer
            .texts
            .iter()
            .map(|text| lexer.inner_blanks(text))
            .max()
            .unwrap_or(0);
        let count = lexer.texts.len();
        if count <= MAX_PAIRS {
            let mut glue = vec![0u64; (count * count).div_ceil(64)];
            for pair in 0..count * count {
                if lexer.compare(pair / count, pair % count) {
                    glue[pair / 64] |= 1 << (pair % 64);
                }
            }
            lexer.glue = glue;
        }
        lexer
    }

    /// How the language writes line breaks and indentation, if they are tokens.
    pub fn layout(&self) -> Option<&Layout> {
        self.layout.as_ref()
    }

    /// All tokens of `text`, and those that its [`Layout`] stands for.
    ///
    /// # Errors
    /// The first place where no token begins; a line whose indentation fits no other.
    ///
    /// # Examples
    ///
    /// ```
    /// use tdf_grammar::Lexer;
    ///
    /// let grammar = tdf_reader::read_grammar_file("../../grammars/rainbow.lalrpop")?;
    /// let lexer = Lexer::new(&grammar);
    /// let tokens = lexer.lex("(Box red)").expect("a text of the language");
    /// assert_eq!(grammar.text(tokens[1].token), "Box");
    /// assert_eq!(lexer.lex("(Box rot)").unwrap_err().offset, 5);
    /// # Ok::<(), tdf_reader::GrammarFileError>(())
    /// ```
    pub fn lex(&self, text: &str) -> Result<Vec<Lexed>, LexError> {
        let tokens = self.lex_words(text)?;
        match &self.layout {
            Some(layout) => layout.derive(text, tokens),
            None => Ok(tokens),
        }
    }

    /// The tokens that are written.
    fn lex_words(&self, text: &str) -> Result<Vec<Lexed>, LexError> {
        let mut tokens = Vec::new();
        // Some editors put a byte order mark before every text.
        let mut at = text.len() - text.trim_start_matches('\u{feff}').len();
        while let Some(c) = text[at..].chars().next() {
            let skipped = self.skips.longest(&text.as_bytes()[at..]);
            if c.is_whitespace() {
                at += skipped.max(c.len_utf8());
                continue;
            }
            let word = self.words.longest(&text.as_bytes()[at..]);
            let member = self.open.as_ref().map_or(0, |s| s.longest(&text[at..]));
            if skipped > member && word.is_none_or(|(_, length, _)| length < skipped) {
                at += skipped;
                continue;
            }
            match word {
                // A form of a word in any case that is a member too belongs to the terminal that wins over the word.
                Some((End::Token(token), length, any_case)) if length > member || length == member && !any_case => {
                    tokens.push(Lexed {
                        token,
                        start: at,
                        end: at + length,
                    });
                    at += length;
                }
                Some((End::Reserved, length, any_case)) if length > member || length == member && !any_case => {
                    return Err(LexError::no_token(at));
                }
                _ if member > 0 => {
                    self.push_characters(&text[..at + member], at, &mut tokens);
                    at += member;
                }
                _ => return Err(LexError::no_token(at)),
            }
        }
        Ok(tokens)
    }

    /// The tokens of a text that breaks off: a member of an open terminal at its very end is left open, so that more
    /// characters or the end may follow. Line breaks mean nothing here: tokens for layout are written as words.
    ///
    /// # Errors
    /// The first place where no token begins.
    pub fn lex_beginning(&self, text: &str) -> Result<Vec<Lexed>, LexError> {
        let lexed = self.lex_words(text);
        // The first place from which all that is left begins a member, and is no word.
        let tokens = lexed.as_ref().map_or_else(
            |error| self.lex_words(&text[..error.offset]),
            |tokens| Ok(tokens.clone()),
        )?;
        let is_word = |token: &Lexed| token.token.index() < self.texts.len();
        let begins_word = |i: &usize| *i == 0 || is_word(&tokens[i - 1]) || tokens[i - 1].start == tokens[i - 1].end;
        let places = (0..tokens.len()).filter(begins_word).map(|i| (i, tokens[i].start));
        let end = lexed.as_ref().map_or_else(|error| error.offset, |_| text.len());
        let open = |&(i, at): &(usize, usize)| {
            let whole = tokens
                .get(i)
                .is_some_and(|t| t.end == text.len() && t.token.index() < self.texts.len());
            !whole && at < text.len() && self.open.as_ref().is_some_and(|s| s.goes_on(&text[at..], ""))
        };
        let found = places.chain([(tokens.len(), end)]).find(open);
        match (found, lexed) {
            (Some((i, at)), _) => {
                let mut tokens = tokens[..i].to_vec();
                self.push_characters(text, at, &mut tokens);
                tokens.pop();
                Ok(tokens)
            }
            (None, lexed) => lexed,
        }
    }

    /// Appends the characters of `text` from `at` on, and the end.
    fn push_characters(&self, text: &str, at: usize, tokens: &mut Vec<Lexed>) {
        let Some(open) = &self.open else { return };
        let token = |letter: usize| TokenId(open.first + letter as u32);
        for (start, c) in text[at..].char_indices() {
            let start = at + start;
            tokens.extend(open.letter(c).map(|letter| Lexed {
                token: token(letter),
                start,
                end: start + c.len_utf8(),
            }));
        }
        tokens.push(Lexed {
            token: token(open.characters.len()),
            start: text.len(),
            end: text.len(),
        });
    }

    /// Whether the words `left` and `right`, written without a blank between them, are cut in the same place again,
    /// whatever follows them.
    pub fn may_touch(&self, left: TokenId, right: TokenId) -> bool {
        if self.glue.is_empty() {
            return self.compare(left.index(), right.index());
        }
        let pair = left.index() * self.texts.len() + right.index();
        self.glue[pair / 64] >> (pair % 64) & 1 == 1
    }

    /// The same for texts of which one or both are members of open terminals.
    pub fn may_touch_texts(&self, left: &str, right: &str) -> bool {
        let mut at = self.words.run(left);
        for byte in right.bytes() {
            at = self.words.step(at, byte);
            if at.is_lost() {
                break;
            }
            if self.words.end(at).is_some() {
                return false;
            }
        }
        let longer = self.open.as_ref().is_some_and(|s| s.goes_on(left, right));
        at.is_lost() && !longer && !self.skips.go_on(left, right)
    }

    /// How many blanks part `left` and `right`, so that the longest match cuts behind `left`: one, and more where a word
    /// such as `not in` begins with `left` and a blank.
    pub fn blanks(&self, left: &str, right: &str) -> usize {
        let parts = |blanks: &usize| self.may_touch_texts(left, &format!("{}{right}", " ".repeat(*blanks)));
        match self.inner_blanks {
            0 => 1,
            most => (1..=most).find(parts).unwrap_or(most + 1),
        }
    }

    /// The blanks of the longest row of them in `word`, if it begins with a token and a blank.
    fn inner_blanks(&self, word: &str) -> usize {
        let is_token = |text: &str| {
            let exact = |found: Option<(End, usize, bool)>| found.is_some_and(|(_, length, _)| length == text.len());
            let member = || self.open.as_ref().is_some_and(|open| open.longest(text) == text.len());
            exact(self.words.longest(text.as_bytes())) || member()
        };
        if !word.match_indices(' ').any(|(at, _)| is_token(&word[..at])) {
            return 0;
        }
        let rows = word.split(|c| c != ' ').map(str::len);
        rows.max().unwrap_or(0)
    }

    /// The longest match cuts behind `left` if no longer token begins like `left` and `right` together, as far as both go.
    fn compare(&self, left: usize, right: usize) -> bool {
        self.may_touch_texts(&self.texts[left], &self.texts[right])
    }
}
