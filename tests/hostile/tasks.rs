//! Damaged and forged task sets.

use crate::attack::{Limits, attack_within, tiny_run};
use crate::tool::TestDir;

/// Every byte of a task set may be another one: the answer is a result or one error that names the file.
#[test]
fn a_task_set_with_one_wrong_byte() {
    let place = TestDir::new();
    tiny_run(&place);
    let tasks = place.tdf("tasks --domain rainbow -n 2 --size 1..=2 --seed 7").ok();
    let limits = Limits {
        seconds: 60,
        memory_mib: Some(8192),
    };
    let mut refused = 0;
    // A prime stride meets keys, strings, numbers and braces alike.
    for (round, at) in (0..tasks.len()).step_by(23).enumerate() {
        let mut bytes = tasks.clone().into_bytes();
        bytes[at] = [b'"', b'}', 0xff, b'9', 0][round % 5];
        place.write("tasks.jsonl", bytes);
        let out = format!("out-{at}");
        let ended = attack_within(
            &place,
            &format!("eval --run run --tasks tasks.jsonl --budget 1 --out {out}"),
            limits,
        );
        if ended.code != Some(0) {
            let error = ended.fails(1);
            assert!(error.contains("tasks.jsonl"), "byte {at}: {error}");
            assert!(!place.path(&out).exists(), "byte {at}: a folder is left behind");
            refused += 1;
        }
    }
    assert!(refused > 5, "only {refused} of the damaged sets were refused");
}
