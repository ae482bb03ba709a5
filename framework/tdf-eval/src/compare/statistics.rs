//! What a domain and its tasks are like.

use tdf_decode::Masks;

use crate::Group;

/// Of the programs of the tasks, and of their grammar.
#[derive(Clone, Debug)]
pub(crate) struct DomainStatistics {
    /// Mean size.
    pub(crate) size: f64,
    /// Mean number of tokens.
    pub(crate) tokens: f64,
    /// Tokens of the grammar.
    pub(crate) vocabulary: usize,
    /// Distinct masks.
    pub(crate) masks: usize,
    /// Mean number of tokens that may come next.
    pub(crate) branching: f64,
}

/// `None` without a domain, if its programs are not of this domain, or if its masks cannot be made.
pub(crate) fn domain_statistics(group: &Group) -> Option<DomainStatistics> {
    let domain = group.domain.as_ref()?;
    let language = domain.language();
    let masks = Masks::new(language, domain.size()).ok()?;
    let folder = &group.folders[0];
    let (mut size, mut count, mut steps, mut allowed) = (0u64, 0usize, 0usize, 0usize);
    let mut tokens = Vec::new();
    for line in &folder.lines[..folder.summary.tasks] {
        let program = language.parse(domain.start(), &line.target).ok()?;
        size += u64::from(domain.size().of(program.nodes()));
        tokens.clear();
        language.tokens(program.nodes(), &mut tokens);
        count += tokens.len();
        let mut state = masks.start(domain.start(), Masks::UNBOUNDED)?;
        for token in &tokens {
            allowed += masks.allowed(masks.mask_id(&state)).len();
            steps += 1;
            masks.advance(&mut state, (*token).into()).expect("the mask allows it");
        }
    }
    let tasks = folder.summary.tasks as f64;
    Some(DomainStatistics {
        size: size as f64 / tasks,
        tokens: count as f64 / tasks,
        vocabulary: language.grammar().tokens.len(),
        masks: masks.mask_count(),
        branching: allowed as f64 / steps.max(1) as f64,
    })
}
