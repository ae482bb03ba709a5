//! Which tokens may come next: exact under a size budget, without dead ends.

use tdf_grammar::{NonterminalId, TokenId};
use tdf_tree::{Language, Size};

use crate::classes::{Classes, NONE};
use crate::costs::Costs;
use crate::table::{MaskId, MaskTable};
use crate::{MaskError, NotAllowed, Vocabulary, VocabularyId, builder};

/// A decoder state: a stack of class ids and the slack. It belongs to the [`Masks`] that made it.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Default)]
pub struct DecoderState {
    /// Classes, innermost last; empty when the program is finished.
    pub(crate) stack: Vec<u32>,
    /// The budget minus the least size of a complete program.
    pub(crate) slack: u32,
}

/// The mask automaton of a language under an additive size.
///
/// # Examples
///
/// ```
/// use tdf_decode::{Masks, VocabularyId};
/// use tdf_tree::{Language, Size};
///
/// let language = Language::new(tdf_reader::read_grammar_file("../../grammars/rainbow.lalrpop")?)?;
/// let grammar = language.grammar();
/// let masks = Masks::new(&language, &Size::nodes(grammar))?;
/// let mut state = masks.start(grammar.start, Masks::UNBOUNDED).expect("no budget is too small");
/// for word in ["(", "Ball", "red", ")"] {
///     let allowed = masks.allowed(masks.mask_id(&state));
///     let is_word = |id: &&VocabularyId| masks.vocabulary().token(**id).is_some_and(|token| grammar.text(token) == word);
///     let id = *allowed.iter().find(is_word).expect("the mask allows it");
///     masks.advance(&mut state, id)?;
/// }
/// // Nothing but the end can follow.
/// assert_eq!(masks.forced(&state), Some(masks.vocabulary().end()));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct Masks {
    vocabulary: Vocabulary,
    /// Column of each id, the end included.
    column: Vec<u32>,
    classes: Classes,
    table: MaskTable,
}

impl DecoderState {
    /// Whether the end has been taken.
    pub fn is_done(&self) -> bool {
        self.stack.is_empty()
    }

    /// The budget minus the least size of a complete program. When the state is done, the budget minus the size of the
    /// program. [`Masks::UNBOUNDED`] if sizes are not counted.
    pub fn slack(&self) -> u32 {
        self.slack
    }
}

impl Masks {
    /// Budget for "any size".
    pub const UNBOUNDED: u32 = u32::MAX / 4;

    /// The mask that allows nothing: that of a state that is done.
    pub const NOTHING: MaskId = MaskTable::NOTHING;

    /// The automaton for programs of every nonterminal under `size`.
    ///
    /// # Errors
    /// If the automaton would have more than 400,000 classes, or if a least program is too large to count.
    pub fn new(language: &Language, size: &Size) -> Result<Self, MaskError> {
        Self::with_weights(language, size.weights())
    }

    /// As [`Masks::new`], with a weight per production. Weights may be such that infinitely many programs have one size,
    /// which a [`Size`] may not.
    ///
    /// # Errors
    /// As [`Masks::new`].
    pub fn with_weights(language: &Language, weights: &[u32]) -> Result<Self, MaskError> {
        let grammar = language.grammar();
        let costs = Costs::new(grammar, language.lr(), weights);
        let mut classes = builder::build(grammar, &costs)?;
        classes.shorten();
        let mut column: Vec<u32> = grammar.tokens.iter().map(|t| t.token_class.0).collect();
        column.push(grammar.token_classes.len() as u32);
        Ok(Self {
            vocabulary: Vocabulary::new(grammar),
            column,
            table: MaskTable::new(grammar, &classes),
            classes,
        })
    }

    /// The vocabulary that masks range over (`0..=vocabulary.end()`).
    pub fn vocabulary(&self) -> Vocabulary {
        self.vocabulary
    }

    /// The least size of a program of `start`.
    ///
    /// # Panics
    /// If `start` is no nonterminal of the language.
    pub fn least(&self, start: NonterminalId) -> u32 {
        self.classes.least[start.index()]
    }

    /// Number of classes of decoder states.
    pub fn class_count(&self) -> usize {
        self.classes.len()
    }

    /// The greatest slack of a decoder with a budget: 2^28 - 1 for nearly all grammars, at least 15. Masks are exact for
    /// budgets up to this number. A greater slack is lowered to it: then masks leave out the largest programs within the
    /// budget. Few grammars have a small number: those in which the costs of two derivations differ without bound.
    /// [`Masks::UNBOUNDED`] is never lowered.
    pub fn greatest_slack(&self) -> u32 {
        self.classes.bound - 1
    }

    /// Begins a program of `start` of size at most `budget`; `None` if the least one is larger.
    ///
    /// # Examples
    ///
    /// ```
    /// use tdf_decode::Masks;
    /// use tdf_tree::{Language, Size};
    ///
    /// let language = Language::new(tdf_reader::read_grammar_file("../../grammars/rainbow.lalrpop")?)?;
    /// let grammar = language.grammar();
    /// let masks = Masks::new(&language, &Size::nodes(grammar))?;
    /// assert_eq!(masks.least(grammar.start), 2);
    /// assert!(masks.start(grammar.start, 1).is_none());
    /// assert_eq!(masks.start(grammar.start, 9).map(|state| state.slack()), Some(7));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Panics
    /// If `start` is no nonterminal of the language.
    pub fn start(&self, start: NonterminalId, budget: u32) -> Option<DecoderState> {
        let mut state = DecoderState::default();
        self.restart(&mut state, start, budget).then_some(state)
    }

    /// Makes `state` begin anew as [`Masks::start`] does, and uses its memory again. Returns whether the budget is enough.
    /// If it is not, the state is done.
    ///
    /// # Panics
    /// If `start` is no nonterminal of the language.
    pub fn restart(&self, state: &mut DecoderState, start: NonterminalId, budget: u32) -> bool {
        state.stack.clear();
        let least = self.least(start);
        if least > budget {
            return false;
        }
        state.stack.push(self.classes.start[start.index()]);
        state.slack = if budget >= Self::UNBOUNDED {
            Self::UNBOUNDED
        } else {
            (budget - least).min(self.greatest_slack())
        };
        true
    }

    /// The mask in `state`. Never empty unless the state is done.
    ///
    /// # Panics
    /// It may panic if other [`Masks`] made `state`.
    #[inline]
    pub fn mask_id(&self, state: &DecoderState) -> MaskId {
        state.stack.last().map_or(Self::NOTHING, |&class| {
            self.table.of(self.classes.row_of(class), state.slack)
        })
    }

    /// Number of distinct masks. A [`MaskId`] is below it.
    pub fn mask_count(&self) -> usize {
        self.table.count()
    }

    /// The ids allowed by `mask`, ascending; the last may be the end.
    ///
    /// # Panics
    /// If `mask` is not below [`Masks::mask_count`].
    #[inline]
    pub fn allowed(&self, mask: MaskId) -> &[VocabularyId] {
        self.table.allowed(mask)
    }

    /// Whether `mask` allows `id`. It allows no id outside the vocabulary.
    ///
    /// # Panics
    /// If `mask` is not below [`Masks::mask_count`].
    pub fn allows(&self, mask: MaskId, id: VocabularyId) -> bool {
        self.allowed(mask).binary_search(&id).is_ok()
    }

    /// All masks as a dense matrix of zeros and ones, row-major: `[mask_count, vocabulary.end() + 1]`. It has a byte per
    /// entry: `mask_count * (vocabulary.end() + 1)` bytes.
    ///
    /// # Examples
    ///
    /// ```
    /// use tdf_decode::Masks;
    /// use tdf_tree::{Language, Size};
    ///
    /// let language = Language::new(tdf_reader::read_grammar_file("../../grammars/rainbow.lalrpop")?)?;
    /// let grammar = language.grammar();
    /// let masks = Masks::new(&language, &Size::nodes(grammar))?;
    /// let width = masks.vocabulary().end().index() + 1;
    /// let matrix = masks.matrix();
    /// assert_eq!(matrix.len(), masks.mask_count() * width);
    /// // The first mask allows nothing.
    /// assert!(matrix[..width].iter().all(|&allowed| allowed == 0));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn matrix(&self) -> Vec<u8> {
        let width = self.vocabulary.end().index() + 1;
        let mut matrix = vec![0; self.mask_count() * width];
        for (mask, row) in matrix.chunks_exact_mut(width).enumerate() {
            for &id in self.allowed(MaskId(mask as u32)) {
                row[id.index()] = 1;
            }
        }
        matrix
    }

    /// The only id that may come next, if there is only one.
    #[inline]
    pub fn forced(&self, state: &DecoderState) -> Option<VocabularyId> {
        let only = self.table.only(self.mask_id(state));
        (only != NONE).then_some(VocabularyId(only))
    }

    /// Takes ids for as long as there is only one, and appends their tokens. Returns the mask of the decision that is
    /// due, or `None` when the state is done.
    ///
    /// # Examples
    ///
    /// ```
    /// use tdf_decode::Masks;
    /// use tdf_tree::{Language, Size};
    ///
    /// let language = Language::new(tdf_reader::read_grammar_file("../../grammars/rainbow.lalrpop")?)?;
    /// let grammar = language.grammar();
    /// let masks = Masks::new(&language, &Size::nodes(grammar))?;
    /// let mut state = masks.start(grammar.start, Masks::UNBOUNDED).expect("no budget is too small");
    /// let mut tokens = Vec::new();
    /// let mask = masks.skip_forced(&mut state, &mut tokens).expect("a decision is due");
    /// assert_eq!(grammar.words(&tokens), ["("]);
    /// assert_eq!(masks.allowed(mask).len(), 3);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn skip_forced(&self, state: &mut DecoderState, tokens: &mut Vec<TokenId>) -> Option<MaskId> {
        // Ends: the shortest of the programs that are left begins with the forced ids.
        while !state.is_done() {
            let mask = self.mask_id(state);
            let &[only] = self.allowed(mask) else { return Some(mask) };
            tokens.extend(self.vocabulary.token(only));
            self.advance(state, only).expect("the mask allows it");
        }
        None
    }

    /// Takes `id`.
    ///
    /// # Errors
    /// An id that the mask of `state` does not allow; `state` is as it was.
    ///
    /// # Examples
    ///
    /// ```
    /// use tdf_decode::Masks;
    /// use tdf_tree::{Language, Size};
    ///
    /// let language = Language::new(tdf_reader::read_grammar_file("../../grammars/rainbow.lalrpop")?)?;
    /// let grammar = language.grammar();
    /// let masks = Masks::new(&language, &Size::nodes(grammar))?;
    /// let mut state = masks.start(grammar.start, Masks::UNBOUNDED).expect("no budget is too small");
    /// let before = state.clone();
    /// // A program is not finished before it has begun.
    /// let error = masks.advance(&mut state, masks.vocabulary().end()).unwrap_err();
    /// assert_eq!(error.id, masks.vocabulary().end());
    /// assert_eq!(state, before);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[inline]
    pub fn advance(&self, state: &mut DecoderState, id: VocabularyId) -> Result<(), NotAllowed> {
        let (Some(&column), Some(&top)) = (self.column.get(id.index()), state.stack.last()) else {
            return Err(NotAllowed { id });
        };
        let (column, mut top) = (column as usize, top);
        let step = self.classes.step(top, column).filter(|(need, _)| *need <= state.slack);
        let Some((need, mut code)) = step else {
            return Err(NotAllowed { id });
        };
        if state.slack != Self::UNBOUNDED {
            state.slack -= need;
        }
        loop {
            if let Some(next) = code.as_shift() {
                state.stack.push(next);
                return Ok(());
            }
            let Some(reduction) = code.as_reduce() else {
                state.stack.clear();
                return Ok(());
            };
            let (len, nonterminal) = self.classes.reduction(reduction);
            state.stack.truncate(state.stack.len() - len as usize);
            top = self.classes.goto(state.stack[state.stack.len() - 1], nonterminal);
            state.stack.push(top);
            code = self.classes.action(top, column);
        }
    }
}
