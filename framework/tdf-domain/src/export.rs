//! The side of a Rust plugin: the registered domains of a shared library behind the tables of [`crate::abi`].

use std::any::Any;
use std::cell::{Cell, RefCell};
use std::ffi::{CStr, CString, c_char, c_void};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, OnceLock};

use tdf_grammar::{Grammar, ReadOptions};
use tdf_tree::Node;

use crate::abi::{self, Canvas, DrawSeeded, FAULT, NO_PICTURE, Names, OptionTable, Plugin, Sink};
use crate::{Allowed, DynDomain, Goal, Registration, RenderError, builtins};

/// The tables, which are made once and stay.
struct Tables(Plugin);

// SAFETY: what the tables point to is never written again, and never freed.
unsafe impl Send for Tables {}
// SAFETY: as above.
unsafe impl Sync for Tables {}

/// What a shared library with registered domains exports.
#[unsafe(no_mangle)]
extern "C" fn tdf_plugin() -> *const Plugin {
    exported()
}

/// The domains that are linked into this program or library, as the table that a library exports.
#[doc(hidden)]
pub fn exported() -> &'static Plugin {
    static TABLES: OnceLock<Tables> = OnceLock::new();
    let tables = TABLES.get_or_init(|| {
        keep_panics_quiet();
        let domains: Vec<abi::Domain> = builtins().into_iter().map(table).collect();
        let (domains, domain_count) = leak(domains);
        Tables(Plugin {
            api: abi::API,
            build: text(abi::BUILD),
            domains,
            domain_count,
        })
    });
    &tables.0
}

fn table(registration: &'static Registration) -> abi::Domain {
    let features = registration.grammar_features;
    let reading = ReadOptions::with_features(features.iter().copied());
    let file = format!("{}.lalrpop", registration.grammar_name);
    // A grammar with errors is told by the program, which reads it as well.
    let fingerprint = match Grammar::read_with(&file, registration.grammar, &reading) {
        Ok(grammar) => text(&grammar.fingerprint),
        Err(_) => std::ptr::null(),
    };
    let (features, feature_count) = leak(features.iter().map(|feature| text(feature)).collect());
    let (options, option_count) = leak(registration.options.iter().map(option).collect());
    abi::Domain {
        context: std::ptr::from_ref(registration).cast(),
        name: text(registration.name),
        grammar_name: text(registration.grammar_name),
        grammar: text(registration.grammar),
        features,
        feature_count,
        fingerprint,
        options,
        option_count,
        palette: registration.palette.as_ptr(),
        palette_count: registration.palette.len(),
        size: std::ptr::null(),
        open: Some(open),
        close: Some(close),
        canvas: Some(canvas),
        weights: Some(weights),
        render: Some(render),
        render_samples: None,
        observe: registration.observes.then_some(observe as DrawSeeded),
        view: registration.observes.then_some(view as DrawSeeded),
        solved: Some(solved),
        near_empty: Some(near_empty),
        svg: Some(svg),
        canonical: Some(canonical),
    }
}

fn option(spec: &crate::OptionSpec) -> OptionTable {
    let (words, least, greatest): (&[&str], u32, u32) = match spec.allowed {
        Allowed::OneOf(words) => (words, 0, 0),
        Allowed::Whole { least, greatest } => (&[], least, greatest),
    };
    let (words, word_count) = leak(words.iter().map(|word| text(word)).collect());
    OptionTable {
        name: text(spec.name),
        default: text(spec.default),
        about: text(spec.about),
        words,
        word_count,
        least,
        greatest,
    }
}

fn leak<T: 'static>(items: Vec<T>) -> (*const T, usize) {
    let items: &'static [T] = items.leak();
    (items.as_ptr(), items.len())
}

/// A copy that ends with a zero byte. What follows a zero byte inside is lost: no text of a grammar has one.
fn text(text: &str) -> *const c_char {
    let bytes: Vec<u8> = text.bytes().take_while(|&b| b != 0).collect();
    CString::new(bytes).unwrap_or_default().into_raw()
}

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
fn keep_panics_quiet() {
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
unsafe fn guarded<T>(message: *const Sink, fault: T, call: impl FnOnce() -> T) -> T {
    INSIDE.set(Inside::Yes);
    let result = catch_unwind(AssertUnwindSafe(call));
    let inside = INSIDE.replace(Inside::No);
    result.unwrap_or_else(|payload| {
        // A panic that another thread had, and that this one took over, was not noted here.
        let panic = match inside {
            Inside::Noted => PANIC.take(),
            _ => format!("panicked: {}", said(&*payload)),
        };
        // SAFETY: as the caller says.
        unsafe { write(message, &panic) };
        // What was thrown may have a destructor that panics as well.
        let _ = catch_unwind(AssertUnwindSafe(|| drop(payload)));
        fault
    })
}

/// # Safety
/// `sink` is one.
unsafe fn write(sink: *const Sink, text: &str) {
    // SAFETY: as the caller says.
    unsafe { ((*sink).write)((*sink).to, text.as_ptr(), text.len()) }
}

/// # Safety
/// `context` and `values` are those of a table of this library and of its options.
unsafe extern "C" fn open(
    context: *const c_void,
    _names: *const Names,
    values: *const *const c_char,
    message: *const Sink,
) -> *mut c_void {
    let make = || {
        // SAFETY: `table` made it of a static registration.
        let registration = unsafe { &*context.cast::<Registration>() };
        let value = |i: usize| {
            // SAFETY: the caller gives as many values as there are options.
            unsafe { CStr::from_ptr(*values.add(i)) }.to_string_lossy()
        };
        let values: Vec<_> = (0..registration.options.len()).map(value).collect();
        let names = registration.options.iter().map(|spec| spec.name);
        match registration.open_with(names.zip(values.iter().map(|value| &**value))) {
            Ok(domain) => {
                // If it panics, then here, where there is room for a message.
                let _ = domain.canvas();
                Box::into_raw(Box::new(domain)).cast()
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

type Instance = Arc<dyn DynDomain>;

/// # Safety
/// `open` made `domain`, and nobody uses it any more.
unsafe extern "C" fn close(domain: *mut c_void) {
    let drop_it = || {
        // SAFETY: as the caller says.
        drop(unsafe { Box::from_raw(domain.cast::<Instance>()) });
    };
    // A destructor that panics has nobody to tell.
    let _ = catch_unwind(AssertUnwindSafe(drop_it));
}

/// # Safety
/// `open` made `domain`, which nobody has closed.
unsafe fn instance<'a>(domain: *mut c_void) -> &'a dyn DynDomain {
    // SAFETY: as the caller says.
    unsafe { &**domain.cast::<Instance>() }
}

/// # Safety
/// As [`instance`]; `canvas` can be written.
unsafe extern "C" fn canvas(domain: *mut c_void, canvas: *mut Canvas) {
    // SAFETY: as the caller says.
    let Ok(form) = catch_unwind(AssertUnwindSafe(|| unsafe { instance(domain) }.canvas())) else {
        // What stays there is no canvas, which is an error of the program.
        return;
    };
    // SAFETY: as the caller says.
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
unsafe extern "C" fn weights(domain: *mut c_void, weights: *mut u32, count: usize) {
    let write = || {
        // SAFETY: as the caller says.
        let (size, weights) = unsafe { (instance(domain).size(), std::slice::from_raw_parts_mut(weights, count)) };
        for (place, weight) in weights.iter_mut().zip(size.weights()) {
            *place = *weight;
        }
    };
    // What stays there is no weight, which is an error of the program.
    let _ = catch_unwind(AssertUnwindSafe(write));
}

/// # Safety
/// As [`Draw`](abi::Draw).
unsafe fn draw(
    nodes: (*const Node, usize),
    picture: (*mut u8, usize),
    message: *const Sink,
    by: impl FnOnce(&[Node], &mut [u8]) -> Result<(), RenderError>,
) -> i64 {
    let call = || {
        // SAFETY: as the caller says.
        let (nodes, picture) = unsafe {
            (
                std::slice::from_raw_parts(nodes.0, nodes.1),
                std::slice::from_raw_parts_mut(picture.0, picture.1),
            )
        };
        match by(nodes, picture) {
            Ok(()) => picture.len() as i64,
            Err(error) => {
                // SAFETY: the caller gives a sink.
                unsafe { write(message, &error.0) };
                NO_PICTURE
            }
        }
    };
    // SAFETY: the caller gives a sink.
    unsafe { guarded(message, FAULT, call) }
}

/// # Safety
/// As [`Draw`](abi::Draw).
unsafe extern "C" fn render(
    domain: *mut c_void,
    nodes: *const Node,
    count: usize,
    picture: *mut u8,
    bytes: usize,
    message: *const Sink,
) -> i64 {
    // SAFETY: as the caller says.
    unsafe {
        draw((nodes, count), (picture, bytes), message, |n, p| {
            instance(domain).render(n, p)
        })
    }
}

/// # Safety
/// As [`DrawSeeded`].
unsafe extern "C" fn observe(
    domain: *mut c_void,
    nodes: *const Node,
    count: usize,
    seed: u64,
    picture: *mut u8,
    bytes: usize,
    message: *const Sink,
) -> i64 {
    let by = |n: &[Node], p: &mut [u8]| {
        // SAFETY: as the caller says.
        unsafe { instance(domain) }.observe(n, seed, p)
    };
    // SAFETY: as the caller says.
    unsafe { draw((nodes, count), (picture, bytes), message, by) }
}

/// # Safety
/// As [`DrawSeeded`].
unsafe extern "C" fn view(
    domain: *mut c_void,
    nodes: *const Node,
    count: usize,
    seed: u64,
    picture: *mut u8,
    bytes: usize,
    message: *const Sink,
) -> i64 {
    let by = |n: &[Node], p: &mut [u8]| {
        // SAFETY: as the caller says.
        unsafe { instance(domain) }.view(n, seed, p)
    };
    // SAFETY: as the caller says.
    unsafe { draw((nodes, count), (picture, bytes), message, by) }
}

/// # Safety
/// As [`instance`]; both pictures have `bytes` bytes.
unsafe extern "C" fn solved(
    domain: *mut c_void,
    goal: u32,
    picture: *const u8,
    target: *const u8,
    bytes: usize,
    message: *const Sink,
) -> i64 {
    let goal = if goal == 0 { Goal::Paper } else { Goal::Code };
    let call = || {
        // SAFETY: as the caller says.
        let slice = |start| unsafe { std::slice::from_raw_parts(start, bytes) };
        // SAFETY: as the caller says.
        unsafe { instance(domain) }
            .solved(goal, slice(picture), slice(target))
            .into()
    };
    // SAFETY: the caller gives a sink.
    unsafe { guarded(message, FAULT, call) }
}

/// # Safety
/// As [`instance`]; the picture has `bytes` bytes.
unsafe extern "C" fn near_empty(domain: *mut c_void, picture: *const u8, bytes: usize, message: *const Sink) -> i64 {
    let call = || {
        // SAFETY: as the caller says.
        unsafe { instance(domain).near_empty(std::slice::from_raw_parts(picture, bytes)) }.into()
    };
    // SAFETY: the caller gives a sink.
    unsafe { guarded(message, FAULT, call) }
}

/// # Safety
/// As [`instance`]; there are `count` nodes, and two sinks.
unsafe extern "C" fn svg(
    domain: *mut c_void,
    nodes: *const Node,
    count: usize,
    svg: *const Sink,
    message: *const Sink,
) -> i64 {
    let call = || {
        // SAFETY: as the caller says.
        let document = unsafe { instance(domain).svg(std::slice::from_raw_parts(nodes, count)) };
        if let Some(document) = &document {
            // SAFETY: the caller gives a sink.
            unsafe { write(svg, document) };
        }
        document.is_some().into()
    };
    // SAFETY: the caller gives a sink.
    unsafe { guarded(message, FAULT, call) }
}

/// # Safety
/// As [`instance`]; there are `count` nodes, and two sinks.
unsafe extern "C" fn canonical(
    domain: *mut c_void,
    nodes: *const Node,
    count: usize,
    text: *const Sink,
    message: *const Sink,
) -> i64 {
    let call = || {
        // SAFETY: as the caller says.
        let (domain, nodes) = unsafe { (instance(domain), std::slice::from_raw_parts(nodes, count)) };
        let canonical = domain.canonical(nodes);
        if let Some(canonical) = &canonical {
            // SAFETY: the caller gives a sink.
            unsafe { write(text, &domain.language().print(canonical)) };
        }
        canonical.is_some().into()
    };
    // SAFETY: the caller gives a sink.
    unsafe { guarded(message, FAULT, call) }
}
