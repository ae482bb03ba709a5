//! The method `hybrid`.

use tdf_search::{Networks, Outcome, SearchOptions, Target, search};

use crate::policies::uniform;
use crate::toy::{Fault, toy};
use crate::{images, tasks};

fn hybrid(targets: &[Target<'_>], budget: u32) -> Vec<Outcome> {
    let domain = toy(Fault::None);
    let options = SearchOptions {
        chains: Some(2),
        ..SearchOptions::new("hybrid", budget)
    };
    let mut policy = uniform(&domain);
    search(&domain, targets, Networks::policy(&mut policy), &options, &mut |_| true).unwrap()
}

#[test]
fn annealing_begins_where_the_budget_allows_it() {
    let domain = toy(Fault::None);
    let noise: Vec<u8> = (0..domain.observation_spec().bytes())
        .map(|i| (i * 101 % 251) as u8)
        .collect();
    let target = [Target::seen(&noise)];
    // With few expansions the network has all of them.
    let few = &hybrid(&target, 500)[0];
    assert_eq!((few.expansions, few.solved), (500, false));
    assert!(few.network_calls >= 400, "{}", few.network_calls);
    // With many, it is asked until it is of no more use.
    let many = &hybrid(&target, 60_000)[0];
    assert_eq!((many.expansions, many.spent, many.solved), (60_000, 60_000, false));
    assert!(many.network_calls < 20_000, "{}", many.network_calls);
    assert!(many.best.difference <= few.best.difference);
}

#[test]
fn hybrid_searches_repeat() {
    let domain = toy(Fault::None);
    let tasks = tasks(&domain, 8);
    let line = |o: &Outcome| format!("{} {} {} {:?}", o.expansions, o.network_calls, o.solved, o.best);
    let [one, two] = [(); 2].map(|()| hybrid(&images(&tasks), 30_000));
    assert!(one.iter().filter(|outcome| outcome.solved).count() >= 6);
    let [one, two] = [one, two].map(|all| all.iter().map(line).collect::<Vec<_>>());
    assert_eq!(one, two);
}
