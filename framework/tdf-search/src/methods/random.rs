//! Rollouts of random mutations, which look at no image: the floor to compare with.

use super::rollout::{self, Rollout};
use crate::{MethodRegistration, Needs, UniformPolicy};

inventory::submit! {
    MethodRegistration {
        name: "random",
        about: "Random mutations, without a network: the floor to compare with",
        needs: |_| Needs { init: true, ..Needs::default() },
        check: rollout::check,
        describe: |options| format!("random mutations, restart after {} edits", options.restart),
        edits_per_program: |_| 1,
        policy: Some(|domain, options| Box::new(UniformPolicy::for_domain(&**domain, options.noise))),
        make: |options| Box::new(Rollout::new(options.restart)),
    }
}
