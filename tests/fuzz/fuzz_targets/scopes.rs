//! Bytes as a grammar, a table `scope` of it and a program: see `tdf_fuzz::scopes`.

#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| tdf_fuzz::scopes(&String::from_utf8_lossy(data)));
