//! Bytes as a program: parser, printer and masks agree.

#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| tdf_fuzz::program(data));
