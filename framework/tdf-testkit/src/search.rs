//! Noise, the way back, and masks.

use std::sync::Arc;

use rand::RngExt as _;
use tdf_decode::Masks;
use tdf_domain::Domain;
use tdf_tree::{EditPath, Mutator, NodeChoice, NoiseOptions, PathOptions, Rng, Tree};

use crate::Fixture;

/// The paper's sigma_small (section 3.1), or the least that works where a language needs larger edits: as trainings have it.
fn small<D: Domain + Default>(fixture: &Fixture<D>) -> u32 {
    EditPath::least_max_edit_size(fixture.grammar(), fixture.size()).max(2)
}

/// The edits of a path lead from one program to another.
pub fn edit_paths<D: Domain + Default>(fixture: &Fixture<D>) {
    let grammar = Arc::clone(fixture.erased.language().grammar());
    let options = PathOptions {
        max_edit_size: small(fixture),
    };
    let finder = match EditPath::new(grammar, fixture.size().clone(), options) {
        Ok(finder) => finder,
        Err(error) => panic!("{error}"),
    };
    let mut rng = fixture.rng(2);
    let programs = fixture.programs(fixture.erased.start(), 60);
    for (from, to) in programs.iter().zip(programs.iter().skip(7)) {
        let context = || {
            let print = |t: &Tree| fixture.language().print(t.nodes());
            format!("from {} to {} {}", print(from), print(to), fixture.again())
        };
        let mut tree = from.clone();
        for edit in finder.find(from, to, &mut rng) {
            edit.apply(&mut tree);
        }
        assert!(
            &tree == to,
            "the path ends at {}: {}",
            fixture.language().print(tree.nodes()),
            context()
        );
        assert!(
            finder.find(to, to, &mut rng).is_empty(),
            "there is a path from a program to itself: {}",
            context()
        );
    }
}

/// Mutations give other programs, of the language.
pub fn mutations<D: Domain + Default>(fixture: &Fixture<D>) {
    let options = NoiseOptions {
        max_edit_size: small(fixture),
        choice: NodeChoice::Size,
    };
    let grammar = Arc::clone(fixture.language().grammar());
    let mutator = Mutator::new(grammar, fixture.size().clone(), options);
    mutations_by(fixture, |tree, rng| mutator.mutate(tree, rng));
}

/// How often a program may stay as it is before it counts as one that no mutation changes: where edits have many sizes, few
/// of them may lead to another program, and [`Mutator`] gives up at some time.
const TRIES: usize = 50;

/// [`mutations`] with another process, which says whether it changed the program.
#[doc(hidden)]
pub fn mutations_by<D: Domain + Default>(fixture: &Fixture<D>, mut mutate: impl FnMut(&mut Tree, &mut Rng) -> bool) {
    let language = fixture.language();
    let mut rng = fixture.rng(3);
    let programs = fixture.programs(fixture.erased.start(), 100);
    for before in &programs {
        let mut tree = before.clone();
        let print = |tree: &Tree| language.print(tree.nodes());
        let context = |tree: &Tree| format!("{} became {} {}", print(before), print(tree), fixture.again());
        let mut changes = (0..TRIES).map(|_| {
            let changed = mutate(&mut tree, &mut rng);
            assert!(
                changed == (tree != *before),
                "what a mutation says of itself is wrong: {}",
                context(&tree)
            );
            changed
        });
        let changed = changes.any(|changed| changed);
        // The one program of a language has no other to become.
        if let Some(other) = programs.iter().find(|other| *other != before) {
            assert!(
                changed,
                "none of {TRIES} mutations changes a program, and the language has others: {} could become {} {}",
                print(before),
                print(other),
                fixture.again()
            );
        }
        assert!(
            language.parse(fixture.erased.start(), &print(&tree)).as_ref() == Ok(&tree),
            "not of the language: {}",
            context(&tree)
        );
    }
}

/// Random walks along the masks end in programs within the budget.
pub fn masks<D: Domain + Default>(fixture: &Fixture<D>) {
    const STEPS: usize = 100_000;
    let language = fixture.language();
    let masks = match Masks::new(language, fixture.size()) {
        Ok(masks) => masks,
        Err(error) => panic!("the language has no masks: {error}"),
    };
    let mut rng = fixture.rng(4);
    for start in fixture.nonterminals() {
        let least = fixture.least[start.index()];
        if let Some(too_small) = least.checked_sub(1) {
            assert!(
                masks.start(start, too_small).is_none(),
                "{} has a program below its least",
                fixture.name(start)
            );
        }
        for walk in 0..60 {
            let budget = least + walk % 8;
            let Some(mut state) = masks.start(start, budget) else {
                panic!(
                    "{} has no program of size {budget}, its least is {least}",
                    fixture.name(start)
                );
            };
            let mut tokens = Vec::new();
            while !state.is_done() {
                let allowed = masks.allowed(masks.mask_id(&state));
                assert!(
                    !allowed.is_empty(),
                    "a dead end after {tokens:?} in {} {}",
                    fixture.name(start),
                    fixture.again()
                );
                let id = allowed[rng.random_range(0..allowed.len())];
                masks.advance(&mut state, id).expect("the mask allows it");
                tokens.extend(masks.vocabulary().token(id));
                assert!(
                    tokens.len() < STEPS,
                    "no end after {STEPS} tokens of {}",
                    fixture.name(start)
                );
            }
            match language.parse_tokens(start, &tokens) {
                Ok(tree) => {
                    let size = fixture.size().of(tree.nodes());
                    assert!(
                        size <= budget,
                        "{} is of size {size}, over {budget}",
                        language.print(tree.nodes())
                    );
                }
                Err(at) => panic!(
                    "{tokens:?} is no {}, wrong at {at} {}",
                    fixture.name(start),
                    fixture.again()
                ),
            }
        }
    }
}
