//! Random walks through masks beside an Earley recogniser, which knows neither automata nor sizes.

use std::time::Duration;

use rand::RngExt as _;
use tdf_decode::{DecoderState, Masks, VocabularyId};
use tdf_grammar::{NonterminalId, TokenId};
use tdf_tests::chart::Chart;
use tdf_tree::{Language, rng_stream};

use crate::child::Fault;
use crate::event::FaultKind;
use crate::options::{Options, Plant};
use crate::usage::Stopwatch;

/// A walk without a budget may have no end.
const LONGEST: usize = 150;

/// Walks with a budget have at most this more than the least program.
const GREATEST_SLACK: u32 = 60;

/// What was compared.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Walked {
    /// Places at which the whole mask was compared.
    pub tokens: u64,
    pub walks: u64,
}

/// Walks until `options.tokens` masks are compared, or the time is over.
pub fn walks(language: &Language, masks: &Masks, options: &Options, time: Duration) -> Result<Walked, Fault> {
    let watch = Stopwatch::start("self");
    let grammar = language.grammar();
    let mut walked = Walked::default();
    let mut chart = Chart::new(grammar, grammar.start);
    while walked.tokens < options.tokens as u64 && watch.elapsed() < time {
        let mut rng = rng_stream(options.seed ^ 0x5EED, walked.walks);
        // Every fourth walk is through another part of the language: masks are for subtrees, too.
        let start = match walked.walks % 4 {
            3 => NonterminalId::new(rng.random_range(0..grammar.nonterminals.len())),
            _ => grammar.start,
        };
        let slack = (walked.walks % 2 == 0).then(|| rng.random_range(0..=GREATEST_SLACK));
        chart.restart(start);
        let mut walk = Walk {
            language,
            masks,
            plant: options.plant,
            tokens: Vec::new(),
        };
        walked.tokens += walk.run(&mut chart, start, slack, &mut rng)?;
        walked.walks += 1;
    }
    Ok(walked)
}

struct Walk<'a> {
    language: &'a Language,
    masks: &'a Masks,
    plant: Option<Plant>,
    tokens: Vec<TokenId>,
}

impl Walk<'_> {
    /// One walk. Its state without a budget must agree with the recogniser at each place. Its state with a budget may allow
    /// less, but not nothing; it leads the walk if there is one.
    fn run(
        &mut self,
        chart: &mut Chart<'_>,
        start: NonterminalId,
        slack: Option<u32>,
        rng: &mut tdf_tree::Rng,
    ) -> Result<u64, Fault> {
        let masks = self.masks;
        let mut free = masks.start(start, Masks::UNBOUNDED).expect("no budget is too small");
        let budget = slack.map(|slack| masks.least(start) + slack);
        let mut bounded = budget.map(|budget| masks.start(start, budget).expect("the least size fits"));
        let mut compared = 0;
        loop {
            let viable = self.viable(chart);
            let allowed = self.allowed(&free);
            if allowed != viable {
                return Err(self.disagreement(start, &allowed, &viable));
            }
            compared += 1;
            let within = bounded.as_ref().map_or(allowed.clone(), |state| self.allowed(state));
            if within.is_empty() {
                let message = format!("after {}: nothing may follow, budget {budget:?}", self.said());
                return Err((FaultKind::DeadEnd, message));
            }
            if let Some(wrong) = within.iter().find(|id| viable.binary_search(id).is_err()) {
                let message = format!(
                    "after {}: {} is allowed within budget {budget:?}, and leads nowhere",
                    self.said(),
                    self.word(*wrong)
                );
                return Err((FaultKind::Masks, message));
            }
            let id = self.choose(&within, rng);
            let taken = masks.advance(&mut free, id).is_ok()
                && bounded.as_mut().is_none_or(|state| masks.advance(state, id).is_ok());
            if !taken {
                let message = format!("after {}: {} is allowed and not taken", self.said(), self.word(id));
                return Err((FaultKind::Masks, message));
            }
            let Some(token) = masks.vocabulary().token(id) else {
                return self.is_program(start).map(|()| compared);
            };
            self.tokens.push(token);
            if !chart.read(self.language.grammar().tokens[token.index()].token_class) {
                unreachable!("the recogniser has allowed the token");
            }
            if self.tokens.len() == LONGEST && bounded.is_none() {
                return Ok(compared);
            }
        }
    }

    /// The ids that the recogniser allows, ascending.
    fn viable(&self, chart: &Chart<'_>) -> Vec<VocabularyId> {
        let classes = &self.language.grammar().token_classes;
        let next = chart.next();
        let tokens = next.iter().flat_map(|class| &classes[class.index()].tokens);
        let mut viable: Vec<VocabularyId> = tokens.map(|&token| token.into()).collect();
        viable.sort_unstable();
        if chart.may_end() {
            viable.push(self.masks.vocabulary().end());
        }
        viable
    }

    /// The ids that the mask allows, with the planted fault in it.
    fn allowed(&self, state: &DecoderState) -> Vec<VocabularyId> {
        let mut allowed = self.masks.allowed(self.masks.mask_id(state)).to_vec();
        let is_late = self.tokens.len() >= 2;
        match self.plant {
            Some(Plant::MaskMissing) if is_late => drop(allowed.pop()),
            Some(Plant::MaskExtra) if is_late => {
                let all = (0..=self.masks.vocabulary().end().0).map(VocabularyId);
                let extra = all.into_iter().find(|id| allowed.binary_search(id).is_err());
                allowed.extend(extra);
                allowed.sort_unstable();
            }
            Some(Plant::DeadEnd) if is_late && state.slack() < Masks::UNBOUNDED => allowed.clear(),
            _ => {}
        }
        allowed
    }

    /// An allowed id: a class of tokens first, so that letters do not crowd out keywords.
    fn choose(&self, allowed: &[VocabularyId], rng: &mut tdf_tree::Rng) -> VocabularyId {
        let grammar = self.language.grammar();
        let class = |id: &VocabularyId| grammar.tokens.get(id.index()).map(|token| token.token_class);
        let mut classes: Vec<_> = allowed.iter().map(class).collect();
        classes.sort_unstable();
        classes.dedup();
        let chosen = classes[rng.random_range(0..classes.len())];
        let of_class: Vec<VocabularyId> = allowed.iter().copied().filter(|id| class(id) == chosen).collect();
        of_class[rng.random_range(0..of_class.len())]
    }

    /// The parser takes what the masks lead to.
    fn is_program(&self, start: NonterminalId) -> Result<(), Fault> {
        match self.language.parse_tokens(start, &self.tokens) {
            Ok(_) => Ok(()),
            Err(at) => {
                let message = format!("{} may end here, and the parser stops at token {at}", self.said());
                Err((FaultKind::Masks, message))
            }
        }
    }

    fn disagreement(&self, start: NonterminalId, allowed: &[VocabularyId], viable: &[VocabularyId]) -> Fault {
        let only = |these: &[VocabularyId], others: &[VocabularyId]| {
            let only = these.iter().filter(|id| others.binary_search(id).is_err());
            only.take(8).map(|id| self.word(*id)).collect::<Vec<_>>().join(" ")
        };
        let name = &self.language.grammar().nonterminals[start.index()].name;
        let message = format!(
            "{name}, after {}: the mask alone allows [{}], the recogniser alone [{}]",
            self.said(),
            only(allowed, viable),
            only(viable, allowed)
        );
        (FaultKind::Masks, message)
    }

    fn said(&self) -> String {
        format!("{:?}", self.language.grammar().words(&self.tokens).join(" "))
    }

    fn word(&self, id: VocabularyId) -> String {
        let token = self.language.grammar().tokens.get(id.index());
        token.map_or("<end>".to_owned(), ToString::to_string)
    }
}
