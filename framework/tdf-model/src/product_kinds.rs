//! For the unit tests: the kinds of tensors that matrix products and convolutions took and gave.

use std::cell::RefCell;

use tch::{Kind, Tensor};

thread_local! {
    static KINDS: RefCell<Vec<Kind>> = const { RefCell::new(Vec::new()) };
}

/// Notes what a product took and gave.
pub(crate) fn note_kinds(inputs: &[&Tensor], output: &Tensor) {
    let kinds = inputs.iter().map(|input| input.kind()).chain([output.kind()]);
    KINDS.with_borrow_mut(|noted| noted.extend(kinds));
}

/// Does `work` and says the kinds of what products took and gave in it, on this thread.
pub(crate) fn kinds<T>(work: impl FnOnce() -> T) -> (T, Vec<Kind>) {
    KINDS.take();
    let result = work();
    (result, KINDS.take())
}
