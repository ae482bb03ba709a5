//! Text that a call hands to the program.

use crate::abi::Sink;

/// # Safety
/// `sink` is one.
pub(super) unsafe fn write(sink: *const Sink, text: &str) {
    // SAFETY: a sink of the program: its `write` takes the pointer beside it, and bytes that are borrowed until it returns.
    unsafe { ((*sink).write)((*sink).to, text.as_ptr(), text.len()) }
}
