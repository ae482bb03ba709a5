//! The functions of the table of a domain.

use std::ffi::{CStr, c_char, c_void};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use tdf_tree::Node;

use super::panics::guarded;
use super::sink::write;
#[cfg(doc)]
use crate::abi::{self, RenderSeeded};
use crate::abi::{COMPARISONS, Canvas, FAULT, Measure, NO_IMAGE, Names, Sink};
use crate::{Criterion, DomainError, DynDomain, Options, Registration, RenderError};

/// # Safety
/// `context` and `values` are those of a table of this library and of its options.
pub(super) unsafe extern "C" fn open(
    context: *const c_void,
    _names: *const Names,
    values: *const *const c_char,
    message: *const Sink,
) -> *mut c_void {
    let make = || {
        // SAFETY: the context is that of `table`, which took it of a static registration.
        let registration = unsafe { &*context.cast::<Registration>() };
        let value = |i: usize| {
            // SAFETY: the caller gives a text for each option, which lives until this function returns, and `i` is below their number.
            unsafe { CStr::from_ptr(*values.add(i)) }.to_string_lossy()
        };
        let values: Vec<_> = (0..registration.options.len()).map(value).collect();
        let names = registration.options.iter().map(|spec| spec.name);
        match Options::new(registration.options, names.zip(values.iter().map(|value| &**value)))
            .map_err(DomainError::from)
            .and_then(registration.make_unscoped)
        {
            Ok(domain) => {
                // If it panics, then here, where there is room for a message.
                domain.observation_spec();
                Box::into_raw(Box::<Instance>::new(domain)).cast()
            }
            Err(error) => {
                // SAFETY: the caller gives a sink.
                unsafe { write(message, &error.to_string()) };
                std::ptr::null_mut()
            }
        }
    };
    // SAFETY: the caller gives a sink.
    unsafe { guarded(message, std::ptr::null_mut(), make) }
}

/// What `open` and `bind` make.
pub(super) type Instance = Arc<dyn DynDomain>;

/// # Safety
/// `open` made `domain`, and nobody uses it any more.
pub(super) unsafe extern "C" fn close(domain: *mut c_void) {
    let drop_it = || {
        // SAFETY: `open` made it of a box, and the caller calls this once, after all else.
        drop(unsafe { Box::from_raw(domain.cast::<Instance>()) });
    };
    // A destructor that panics has nobody to tell.
    let _ = catch_unwind(AssertUnwindSafe(drop_it));
}

/// # Safety
/// `open` made `domain`, which nobody has closed.
pub(super) unsafe fn instance<'a>(domain: *mut c_void) -> &'a dyn DynDomain {
    // SAFETY: `open` made the instance, and the caller has not closed it. A shared borrow: all functions only read it.
    unsafe { &**domain.cast::<Instance>() }
}

/// # Safety
/// As [`instance`]; `canvas` can be written.
pub(super) unsafe extern "C" fn canvas(domain: *mut c_void, canvas: *mut Canvas) {
    // SAFETY: `domain` is an instance, says the caller.
    let Ok(Some(form)) = catch_unwind(AssertUnwindSafe(|| unsafe { instance(domain) }.canvas())) else {
        // What stays there is no canvas, which is an error of the program.
        return;
    };
    // SAFETY: the caller gives a canvas that can be written, and nobody else uses it until this function returns.
    unsafe {
        *canvas = Canvas {
            width: form.width,
            height: form.height,
            channels: form.channels,
            background: form.background.into(),
        }
    };
}

/// # Safety
/// As [`instance`]; `weights` has `count` places.
pub(super) unsafe extern "C" fn weights(domain: *mut c_void, weights: *mut u32, count: usize) {
    let write = || {
        // SAFETY: `domain` is an instance, and there are `count` weights that nobody else uses and that have values, says the caller.
        let (size, weights) = unsafe { (instance(domain).size(), std::slice::from_raw_parts_mut(weights, count)) };
        for (place, weight) in weights.iter_mut().zip(size.weights()) {
            *place = *weight;
        }
    };
    // What stays there is no weight, which is an error of the program.
    let _ = catch_unwind(AssertUnwindSafe(write));
}

/// # Safety
/// As [`Render`](abi::Render).
unsafe fn render_with(
    nodes: (*const Node, usize),
    image: (*mut u8, usize),
    message: *const Sink,
    by: impl FnOnce(&[Node], &mut [u8]) -> Result<(), RenderError>,
) -> i64 {
    let call = || {
        // SAFETY: the caller gives as many nodes and bytes as the counts say, all with values, and nobody else uses the bytes until this
        // function returns.
        let (nodes, image) = unsafe {
            (
                std::slice::from_raw_parts(nodes.0, nodes.1),
                std::slice::from_raw_parts_mut(image.0, image.1),
            )
        };
        match by(nodes, image) {
            Ok(()) => image.len() as i64,
            Err(error) => {
                // SAFETY: the caller gives a sink.
                unsafe { write(message, &error.0) };
                NO_IMAGE
            }
        }
    };
    // SAFETY: the caller gives a sink.
    unsafe { guarded(message, FAULT, call) }
}

/// # Safety
/// As [`Render`](abi::Render).
pub(super) unsafe extern "C" fn render(
    domain: *mut c_void,
    nodes: *const Node,
    count: usize,
    image: *mut u8,
    bytes: usize,
    message: *const Sink,
) -> i64 {
    // SAFETY: the caller keeps the promises of `Draw`: these are an instance, nodes, bytes and a sink.
    unsafe {
        render_with((nodes, count), (image, bytes), message, |n, p| {
            instance(domain).render(n, p)
        })
    }
}

/// # Safety
/// As [`RenderSeeded`].
pub(super) unsafe extern "C" fn observe_target(
    domain: *mut c_void,
    nodes: *const Node,
    count: usize,
    seed: u64,
    image: *mut u8,
    bytes: usize,
    message: *const Sink,
) -> i64 {
    let by = |n: &[Node], p: &mut [u8]| {
        // SAFETY: `domain` is an instance, says the caller.
        unsafe { instance(domain) }.observe_target(n, seed, p)
    };
    // SAFETY: the caller keeps the promises of `RenderSeeded`, which are those of `draw`.
    unsafe { render_with((nodes, count), (image, bytes), message, by) }
}

/// # Safety
/// As [`RenderSeeded`].
pub(super) unsafe extern "C" fn observe_current(
    domain: *mut c_void,
    nodes: *const Node,
    count: usize,
    seed: u64,
    image: *mut u8,
    bytes: usize,
    message: *const Sink,
) -> i64 {
    let by = |n: &[Node], p: &mut [u8]| {
        // SAFETY: `domain` is an instance, says the caller.
        unsafe { instance(domain) }.observe_current(n, seed, p)
    };
    // SAFETY: the caller keeps the promises of `RenderSeeded`, which are those of `draw`.
    unsafe { render_with((nodes, count), (image, bytes), message, by) }
}

/// # Safety
/// As [`instance`]; both images have `bytes` bytes.
pub(super) unsafe extern "C" fn solved(
    domain: *mut c_void,
    criterion: u32,
    image: *const u8,
    target: *const u8,
    bytes: usize,
    message: *const Sink,
) -> i64 {
    let criterion = Criterion::new(criterion as usize);
    let call = || {
        // SAFETY: both images have this many bytes, which nobody writes until this function returns, says the caller.
        let slice = |start| unsafe { std::slice::from_raw_parts(start, bytes) };
        // SAFETY: `domain` is an instance, says the caller.
        unsafe { instance(domain) }
            .solved(criterion, slice(image), slice(target))
            .into()
    };
    // SAFETY: the caller gives a sink.
    unsafe { guarded(message, FAULT, call) }
}

/// # Safety
/// As [`instance`]; both images have `bytes` bytes, `measure` can be written, and there are two sinks.
pub(super) unsafe extern "C" fn measure(
    domain: *mut c_void,
    criterion: u32,
    image: *const u8,
    target: *const u8,
    bytes: usize,
    measure: *mut Measure,
    name: *const Sink,
    message: *const Sink,
) -> i64 {
    let criterion = Criterion::new(criterion as usize);
    let call = || {
        // SAFETY: both images have this many bytes, which nobody writes until this function returns, says the caller.
        let slice = |start| unsafe { std::slice::from_raw_parts(start, bytes) };
        // SAFETY: `domain` is an instance, says the caller.
        let measured = unsafe { instance(domain) }.measure(criterion, slice(image), slice(target));
        let Some(measured) = measured else { return 0 };
        let comparison = COMPARISONS
            .iter()
            .position(|comparison| *comparison == measured.comparison);
        // SAFETY: the caller gives a measure that can be written, nobody else uses it until this function returns, and a sink for
        // the name.
        unsafe {
            *measure = Measure {
                value: measured.value,
                threshold: measured.threshold,
                comparison: comparison.map_or(u32::MAX, |index| index as u32),
            };
            write(name, &measured.name);
        }
        1
    };
    // SAFETY: the caller gives a sink for the message.
    unsafe { guarded(message, FAULT, call) }
}

/// # Safety
/// As [`instance`]; both images have `bytes` bytes.
pub(super) unsafe extern "C" fn distance(
    domain: *mut c_void,
    image: *const u8,
    target: *const u8,
    bytes: usize,
    message: *const Sink,
) -> f64 {
    let call = || {
        // SAFETY: both images have this many bytes, which nobody writes until this function returns, says the caller.
        let slice = |start| unsafe { std::slice::from_raw_parts(start, bytes) };
        // SAFETY: `domain` is an instance, says the caller.
        unsafe { instance(domain) }.distance(slice(image), slice(target))
    };
    // SAFETY: the caller gives a sink.
    unsafe { guarded(message, FAULT as f64, call) }
}

/// # Safety
/// As [`instance`]; the image has `bytes` bytes.
pub(super) unsafe extern "C" fn is_uninformative(
    domain: *mut c_void,
    image: *const u8,
    bytes: usize,
    message: *const Sink,
) -> i64 {
    let call = || {
        // SAFETY: `domain` is an instance, and the image has this many bytes, says the caller.
        unsafe { instance(domain).is_uninformative(std::slice::from_raw_parts(image, bytes)) }.into()
    };
    // SAFETY: the caller gives a sink.
    unsafe { guarded(message, FAULT, call) }
}

/// # Safety
/// As [`instance`]; there are `count` nodes, and two sinks.
pub(super) unsafe extern "C" fn svg(
    domain: *mut c_void,
    nodes: *const Node,
    count: usize,
    svg: *const Sink,
    message: *const Sink,
) -> i64 {
    let call = || {
        // SAFETY: `domain` is an instance, and there are this many nodes, says the caller.
        let document = unsafe { instance(domain).svg(std::slice::from_raw_parts(nodes, count)) };
        if let Some(document) = &document {
            // SAFETY: the caller gives a sink for the document.
            unsafe { write(svg, document) };
        }
        document.is_some().into()
    };
    // SAFETY: the caller gives a sink for the message.
    unsafe { guarded(message, FAULT, call) }
}

/// # Safety
/// As [`instance`]; there are `count` nodes, and two sinks.
pub(super) unsafe extern "C" fn canonical(
    domain: *mut c_void,
    nodes: *const Node,
    count: usize,
    text: *const Sink,
    message: *const Sink,
) -> i64 {
    let call = || {
        // SAFETY: `domain` is an instance, and there are this many nodes, says the caller.
        let (domain, nodes) = unsafe { (instance(domain), std::slice::from_raw_parts(nodes, count)) };
        let canonical = domain.canonical(nodes);
        if let Some(canonical) = &canonical {
            // SAFETY: the caller gives a sink for the text.
            unsafe { write(text, &domain.language().print(canonical)) };
        }
        canonical.is_some().into()
    };
    // SAFETY: the caller gives a sink for the message.
    unsafe { guarded(message, FAULT, call) }
}
