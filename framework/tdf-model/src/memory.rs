//! Too little memory, as an error.

use std::any::Any;
use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};

use tch::TchError;

use crate::ModelError;

/// `error` of libtorch, met in `what`.
pub(crate) fn error(what: &str, error: &TchError) -> ModelError {
    let text = error.to_string();
    match asks_for_memory(&text) {
        Some(asked) => ModelError::OutOfMemory(asked),
        None => ModelError::Torch(format!("{what}: {text}")),
    }
}

/// Does `work`, in which any operation of libtorch may want for memory: they panic then, and there are too many of them to
/// ask each.
pub(crate) fn guarded<T>(work: impl FnOnce() -> T) -> Result<T, ModelError> {
    let before = GUARDED.replace(true);
    let done = catch_unwind(AssertUnwindSafe(work));
    GUARDED.set(before);
    done.map_err(|panic| match asks_for_memory(text_of(&*panic)) {
        Some(asked) => ModelError::OutOfMemory(asked),
        None => resume_unwind(panic),
    })
}

thread_local! {
    static GUARDED: Cell<bool> = const { Cell::new(false) };
}

/// Whether a panic of this thread that tells of too little memory becomes an error. A program's panic hook has nothing to
/// say then; elsewhere nobody waits for an error.
pub fn is_guarded() -> bool {
    GUARDED.get()
}

/// What libtorch says of an allocation that failed, in one line; `None` if `message` speaks of something else.
///
/// libtorch's C++ exceptions arrive as text alone: the type of an exception, such as `std::bad_alloc`, is part of it or lost. So
/// this function reads the text, and no other code does.
pub fn asks_for_memory(message: &str) -> Option<String> {
    // A plugin may speak of memory, too.
    if !["Torch(", "torch error"]
        .iter()
        .any(|speaker| message.contains(speaker))
    {
        return None;
    }
    let message = message.replace("\\n", "\n");
    if message.contains("std::bad_alloc") {
        return Some("libtorch could not allocate".to_owned());
    }
    if message.contains("Resource temporarily unavailable") {
        return Some("libtorch could not start a thread".to_owned());
    }
    // oneDNN says so where it has no memory for the code of an operation that worked before.
    if message.contains("could not create a primitive") {
        return Some("oneDNN could not create a primitive".to_owned());
    }
    let wants = ["out of memory", "can't allocate memory", "not enough memory"];
    let line = message
        .lines()
        .find(|line| wants.iter().any(|want| line.contains(want)))?;
    let at = ["CUDA out of memory", "DefaultCPUAllocator", "you tried to allocate"];
    let from = at.iter().filter_map(|text| line.find(text)).min().unwrap_or(0);
    let line = &line[from..];
    // Where it happened in libtorch's own sources tells a user nothing.
    let ends = ["Exception raised", ". Error code"];
    let end = ends
        .iter()
        .filter_map(|text| line.find(text))
        .min()
        .unwrap_or(line.len());
    Some(line[..end].trim().trim_end_matches(['"', ')', '.']).to_owned())
}

fn text_of(panic: &(dyn Any + Send)) -> &str {
    let text = panic.downcast_ref::<&str>().copied();
    text.or_else(|| panic.downcast_ref::<String>().map(String::as_str))
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use tch::{Device, Kind, Tensor};

    #[test]
    fn an_allocation_that_fails_is_an_error() {
        let error = guarded(|| Tensor::zeros([1 << 60], (Kind::Uint8, Device::Cpu))).unwrap_err();
        assert!(matches!(error, ModelError::OutOfMemory(_)), "{error}");
        let error = error.to_string();
        assert!(
            !error.contains('\n') && error.contains("1152921504606846976"),
            "{error}"
        );
        assert!(error.starts_with("too little memory: "), "{error}");
        let of = |said: &str| super::error("the backward pass failed", &TchError::Torch(said.to_owned()));
        assert_eq!(
            of("no graph"),
            ModelError::Torch("the backward pass failed: Internal torch error: no graph".to_owned())
        );
        assert!(matches!(of("std::bad_alloc"), ModelError::OutOfMemory(_)));
        // The C++ runtime says no more, in a panic and in an error.
        for said in [
            "called `Result::unwrap()` on an `Err` value: Torch(\"std::bad_alloc\")",
            "Internal torch error: std::bad_alloc",
            "Internal torch error: Resource temporarily unavailable",
            "called `Result::unwrap()` on an `Err` value: Torch(\"could not create a primitive\")",
        ] {
            assert!(asks_for_memory(said).is_some(), "{said}");
        }
        assert_eq!(asks_for_memory("a plugin ran out of memory"), None);
    }

    #[test]
    fn cuda_s_message() {
        let panic = "called `Result::unwrap()` on an `Err` value: Torch(\"CUDA out of memory. Tried to allocate 2.00 GiB. GPU 0 \
                     has a total capacity of 139.00 GiB\\nException raised from malloc\")";
        assert_eq!(
            asks_for_memory(panic).unwrap(),
            "CUDA out of memory. Tried to allocate 2.00 GiB. GPU 0 has a total capacity of 139.00 GiB"
        );
    }

    #[test]
    #[should_panic(expected = "something else")]
    fn other_panics_go_on() {
        let _ = guarded(|| panic!("something else"));
    }
}
