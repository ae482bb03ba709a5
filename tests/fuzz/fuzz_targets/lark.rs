//! Bytes as a grammar in Lark's syntax: the converter, and all that comes behind it, end in a result or in a message.

#![no_main]

use libfuzzer_sys::fuzz_target;
use tdf_fuzz::digest_lark;

fuzz_target!(|data: &[u8]| digest_lark(&String::from_utf8_lossy(data)));
