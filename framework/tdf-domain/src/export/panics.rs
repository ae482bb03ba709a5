//! Panics inside calls, which become messages.

use std::any::Any;
use std::cell::{Cell, RefCell};
use std::panic::{AssertUnwindSafe, catch_unwind};

use super::sink::write;
use crate::abi::Sink;

/// Whether a thread is inside a call, and whether a panic in there was noted.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Inside {
    No,
    Yes,
    Noted,
}

thread_local! {
    // Set by every call: without a destructor this takes next to no time.
    static INSIDE: Cell<Inside> = const { Cell::new(Inside::No) };
    /// What the last panic said.
    static PANIC: RefCell<String> = const { RefCell::new(String::new()) };
}

/// Panics inside calls become errors of the program; they are not printed as well. The library has a copy of the
/// standard library of its own, so that this hook is not the program's.
pub(super) fn keep_quiet() {
    let before = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |info| {
        let said = said(info.payload());
        let place = info.location().map_or(String::new(), |place| format!(" at {place}"));
        let keep = |panic: &RefCell<String>| {
            if let Ok(mut panic) = panic.try_borrow_mut() {
                *panic = format!("panicked{place}: {said}");
            }
        };
        let kept = INSIDE.get() != Inside::No && PANIC.try_with(keep).is_ok();
        if kept {
            INSIDE.set(Inside::Noted);
        } else {
            before(info);
        }
    }));
}

/// The message of a panic.
fn said(payload: &(dyn Any + Send)) -> &str {
    let said = payload.downcast_ref::<&str>().copied();
    let said = said.or_else(|| payload.downcast_ref::<String>().map(String::as_str));
    said.unwrap_or("(no message)")
}

/// Runs `call`. A panic inside becomes `fault` and a message.
///
/// # Safety
/// `message` is a sink.
pub(super) unsafe fn guarded<T>(message: *const Sink, fault: T, call: impl FnOnce() -> T) -> T {
    INSIDE.set(Inside::Yes);
    let result = catch_unwind(AssertUnwindSafe(call));
    let inside = INSIDE.replace(Inside::No);
    result.unwrap_or_else(|payload| {
        // A panic that another thread had, and that this one took over, was not noted here.
        let panic = match inside {
            Inside::Noted => PANIC.take(),
            _ => format!("panicked: {}", said(&*payload)),
        };
        // SAFETY: the caller gives a sink.
        unsafe { write(message, &panic) };
        // What was thrown may have a destructor that panics as well.
        let _ = catch_unwind(AssertUnwindSafe(|| drop(payload)));
        fault
    })
}
