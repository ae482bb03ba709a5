//! Bytes as a grammar file: the reader, the automaton and the generator of code end in a result or in a message.

#![no_main]

use libfuzzer_sys::fuzz_target;
use tdf_fuzz::digest;

fuzz_target!(|data: &[u8]| digest("fuzz.lalrpop", &String::from_utf8_lossy(data)));
