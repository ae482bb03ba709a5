//! What the network reads and writes.

use std::cell::RefCell;
use std::sync::Arc;

use tdf_grammar::{NonterminalId, TokenId};
use tdf_tree::{EditSite, EditSites, Language, Node, Size, Tree};

use crate::walk::{Frame, NO_SITE, Visitor, Walker};
use crate::{DecoderState, MaskError, MaskId, Masks, Vocabulary, VocabularyId};

/// A program as the network reads it: the ids of its tokens in text order, without those that the derivation forces
/// (brackets, keywords that are the only choice), and an anchor token before each site that would have no token of its own.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct TokenSequence {
    /// Vocabulary ids.
    pub ids: Vec<VocabularyId>,
    /// The sites in pre-order, each with its position in `ids`. Positions are distinct.
    pub sites: Vec<(u32, EditSite)>,
}

/// One decision of a replacement: the mask it is made under, and the id taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Decision {
    /// The mask; it allows two ids or more.
    pub mask: MaskId,
    /// The id.
    pub id: VocabularyId,
}

/// Turns programs and replacements into sequences and back.
///
/// # Examples
///
/// ```
/// use std::sync::Arc;
///
/// use tdf_decode::{ProgramTokenizer, TokenSequence};
/// use tdf_tree::{Language, Size};
///
/// let language = Arc::new(Language::new(tdf_reader::read_grammar_file("../../grammars/rainbow.lalrpop")?)?);
/// let grammar = language.grammar();
/// let tokenizer = ProgramTokenizer::with_masks(Arc::clone(&language), Size::nodes(grammar))?;
/// let program = language.parse(grammar.start, "(Box red)")?;
///
/// // Brackets are forced: the network reads `Box` and `red`. Both are edit sites.
/// let mut sequence = TokenSequence::default();
/// tokenizer.sequence(grammar.start, &program, &mut sequence);
/// let tokens: Vec<&str> = sequence.ids.iter().map(|&id| grammar.text(tokenizer.vocabulary().token(id).unwrap())).collect();
/// assert_eq!(tokens, ["Box", "red"]);
/// assert_eq!(sequence.sites.len(), 2);
///
/// // A replacement is a decision per id that is not forced.
/// let mut decisions = Vec::new();
/// tokenizer.decisions(grammar.start, program.nodes(), 2, &mut decisions);
/// assert_eq!(decisions.len(), 2);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct ProgramTokenizer {
    language: Arc<Language>,
    size: Size,
    masks: Arc<Masks>,
    sites: EditSites,
    walker: Walker,
}

/// Memory that is used again from call to call.
#[derive(Default)]
struct Scratch {
    state: DecoderState,
    frames: Vec<Frame>,
    sites: Vec<EditSite>,
    begins: Vec<u32>,
    anchors: Vec<u32>,
}

thread_local! {
    static SCRATCH: RefCell<Scratch> = RefCell::default();
}

impl ProgramTokenizer {
    /// Prepares a language under a size.
    pub fn new(language: Arc<Language>, size: Size, masks: Arc<Masks>) -> Self {
        let sites = EditSites::new(language.grammar());
        let walker = Walker::new(language.grammar());
        Self {
            language,
            size,
            masks,
            sites,
            walker,
        }
    }

    /// Prepares a language under a size, and makes its masks.
    ///
    /// # Errors
    /// As [`Masks::new`].
    pub fn with_masks(language: Arc<Language>, size: Size) -> Result<Self, MaskError> {
        let masks = Arc::new(Masks::new(&language, &size)?);
        Ok(Self::new(language, size, masks))
    }

    /// The vocabulary.
    pub fn vocabulary(&self) -> Vocabulary {
        self.masks.vocabulary()
    }

    /// The masks.
    pub fn masks(&self) -> &Arc<Masks> {
        &self.masks
    }

    /// The language.
    pub fn language(&self) -> &Arc<Language> {
        &self.language
    }

    /// The sequence of `tree` as a program of `start`, into `out` (cleared first).
    ///
    /// # Panics
    /// If `tree` is not a program of `start`.
    pub fn sequence(&self, start: NonterminalId, tree: &Tree, out: &mut TokenSequence) {
        SCRATCH.with_borrow_mut(|scratch| {
            let Scratch {
                state,
                frames,
                sites,
                begins,
                anchors,
            } = scratch;
            self.sites.collect(tree, &self.size, sites);
            self.masks.restart(state, start, Masks::UNBOUNDED);
            begins.clear();
            out.ids.clear();
            out.sites.clear();
            out.sites.extend(sites.iter().map(|&site| (UNPLACED, site)));
            let mut placing = Placing {
                masks: &self.masks,
                state,
                begins,
                out,
            };
            self.walker.walk(tree.nodes(), sites, frames, &mut placing);
            if out.sites.iter().any(|&(position, _)| position == UNPLACED) {
                insert_anchors(self.vocabulary().anchor(), begins, anchors, out);
            }
        });
    }

    /// The decisions that lead to `replacement`, a program of `nonterminal` of size at most `budget`: one step per id
    /// (the end included) that is not the only one its mask allows. Into `out` (cleared first).
    ///
    /// # Panics
    /// If `replacement` is not such a program.
    pub fn decisions(&self, nonterminal: NonterminalId, replacement: &[Node], budget: u32, out: &mut Vec<Decision>) {
        out.clear();
        SCRATCH.with_borrow_mut(|scratch| {
            let Scratch { state, frames, .. } = scratch;
            self.masks.restart(state, nonterminal, budget);
            let mut deciding = Deciding {
                masks: &self.masks,
                state,
                out,
            };
            self.walker.walk(replacement, &[], frames, &mut deciding);
            deciding.take(self.vocabulary().end());
        });
    }

    /// The program of `nonterminal` with these tokens, as nodes in pre-order; `None` if they are not one.
    pub fn parse(&self, nonterminal: NonterminalId, tokens: &[TokenId]) -> Option<Tree> {
        self.language.parse_tokens(nonterminal, tokens).ok()
    }
}

const UNPLACED: u32 = u32::MAX;

/// Collects ids that are decisions, and the anchors of sites.
struct Placing<'a> {
    masks: &'a Masks,
    state: &'a mut DecoderState,
    /// Number of ids before each site.
    begins: &'a mut Vec<u32>,
    out: &'a mut TokenSequence,
}

impl Visitor for Placing<'_> {
    fn enter(&mut self, _: u32) {
        self.begins.push(self.out.ids.len() as u32);
    }

    fn token(&mut self, token: TokenId, site: u32) {
        if self.masks.forced(self.state).is_none() {
            if site != NO_SITE {
                let position = &mut self.out.sites[site as usize].0;
                *position = (*position).min(self.out.ids.len() as u32);
            }
            self.out.ids.push(token.into());
        }
        self.masks
            .advance(self.state, token.into())
            .expect("the mask allows it");
    }
}

/// Gives an anchor token to each site that has no position, before the ids of its tokens, and moves the other positions.
fn insert_anchors(anchor: VocabularyId, begins: &[u32], scratch: &mut Vec<u32>, out: &mut TokenSequence) {
    // EditSites begin in the order of the tree, so the anchors come in ascending order.
    let anchors = scratch;
    anchors.clear();
    anchors.extend(
        out.sites
            .iter()
            .zip(begins)
            .filter(|((p, _), _)| *p == UNPLACED)
            .map(|(_, &begin)| begin),
    );
    let mut marked = 0;
    for ((position, _), &begin) in out.sites.iter_mut().zip(begins) {
        if *position == UNPLACED {
            *position = begin + marked;
            marked += 1;
        } else {
            *position += anchors.partition_point(|m| *m <= *position) as u32;
        }
    }
    let mut end = out.ids.len();
    out.ids.resize(end + anchors.len(), anchor);
    for (before, &begin) in anchors.iter().enumerate().rev() {
        out.ids.copy_within(begin as usize..end, begin as usize + before + 1);
        end = begin as usize;
        out.ids[end + before] = anchor;
    }
}

/// Collects the decisions.
struct Deciding<'a> {
    masks: &'a Masks,
    state: &'a mut DecoderState,
    out: &'a mut Vec<Decision>,
}

impl Deciding<'_> {
    fn take(&mut self, id: VocabularyId) {
        let mask = self.masks.mask_id(self.state);
        if self.masks.forced(self.state).is_none() {
            self.out.push(Decision { mask, id });
        }
        self.masks.advance(self.state, id).expect("the mask allows it");
    }
}

impl Visitor for Deciding<'_> {
    fn enter(&mut self, _: u32) {}

    fn token(&mut self, token: TokenId, _: u32) {
        self.take(token.into());
    }
}
