//! Bytes as the decisions that make a random grammar, which gets deeper than bytes as its text: see `tdf_tests::agree`.

#![no_main]

use libfuzzer_sys::fuzz_target;
use tdf_tests::{agree, random};

fuzz_target!(|data: &[u8]| {
    let mut bytes = data.iter();
    // When the bytes end, the least choice ends the grammar.
    let mut choose = |end: usize| bytes.next().map_or(0, |&b| usize::from(b) % end.max(1));
    let source = random::Source::random(&mut choose);
    agree::check(&source, &mut choose);
});
