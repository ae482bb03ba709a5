//! The functions of the table that only domains with inputs have.

use std::ffi::c_void;
use std::panic::{AssertUnwindSafe, catch_unwind};

use tdf_tree::Node;

use super::calls::{Instance, instance};
use super::panics::guarded;
use super::sink::write;
use crate::Inputs;
use crate::abi::{self, FAULT, RowSink, Signature, Sink};
use crate::abi_values::{RawRows, bits_of, row};

/// # Safety
/// As [`instance`]; `signature` can be written.
pub(super) unsafe extern "C" fn signature(domain: *mut c_void, signature: *mut Signature) {
    // SAFETY: `domain` is an instance, says the caller.
    let Ok(Some(found)) = catch_unwind(AssertUnwindSafe(|| unsafe { instance(domain) }.signature())) else {
        // What stays there is no signature, which is an error of the program.
        return;
    };
    let number = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
    // SAFETY: the caller gives a signature that can be written, and nobody else uses it until this function returns.
    unsafe {
        *signature = Signature {
            least_arguments: number(found.arguments.0),
            greatest_arguments: number(found.arguments.1),
            argument_kinds: bits_of(found.argument_kinds),
            output_kinds: bits_of(found.output_kinds),
            usual_output: found.output_kinds.first().map_or(0, |kind| *kind as u32),
            max_output: found.max_output,
        }
    };
}

/// # Safety
/// As [`instance`]; `inputs` are rows of values, and there is a sink.
pub(super) unsafe extern "C" fn bind(
    domain: *mut c_void,
    inputs: *const abi::Inputs,
    message: *const Sink,
) -> *mut c_void {
    let make = || {
        // SAFETY: the caller gives inputs, which live until the domain that is made is closed.
        let table = unsafe { &*inputs };
        let rows: Result<Vec<_>, String> = (0..table.rows)
            // SAFETY: there are `rows` times `arguments` values, says the caller.
            .map(|at| unsafe { row(table.values.add(at * table.arguments), table.arguments) })
            .collect();
        // SAFETY: `domain` is an instance, says the caller.
        let domain = unsafe { instance(domain) };
        let bound = rows.and_then(|rows| domain.bind(&Inputs::new(rows)).map_err(|error| error.0));
        match bound {
            Ok(Some(bound)) => Box::into_raw(Box::<Instance>::new(bound)).cast(),
            Ok(None) => std::ptr::null_mut(),
            Err(why) => {
                // SAFETY: the caller gives a sink.
                unsafe { write(message, &why) };
                std::ptr::null_mut()
            }
        }
    };
    // SAFETY: the caller gives a sink.
    unsafe { guarded(message, std::ptr::null_mut(), make) }
}

/// # Safety
/// As [`instance`]; there are two sinks.
pub(super) unsafe extern "C" fn sample_inputs(
    domain: *mut c_void,
    seed: u64,
    rows: *const RowSink,
    message: *const Sink,
) -> i64 {
    let call = || {
        // SAFETY: `domain` is an instance, says the caller.
        let inputs = unsafe { instance(domain) }.inputs_of_seed(seed);
        for row in RawRows::new(&inputs).rows() {
            // SAFETY: the caller gives a sink, whose `row` borrows the values until it returns.
            unsafe { ((*rows).row)((*rows).to, row.as_ptr(), row.len()) };
        }
        0
    };
    // SAFETY: the caller gives a sink.
    unsafe { guarded(message, FAULT, call) }
}

/// # Safety
/// As [`instance`]; the target has `bytes` bytes, and there are two sinks.
pub(super) unsafe extern "C" fn constants(
    domain: *mut c_void,
    target: *const u8,
    bytes: usize,
    texts: *const Sink,
    message: *const Sink,
) -> i64 {
    let call = || {
        // SAFETY: `domain` is an instance, and the target has this many bytes, says the caller.
        let (domain, target) = unsafe { (instance(domain), std::slice::from_raw_parts(target, bytes)) };
        for constant in domain.constants(target) {
            let text = domain.language().print(constant.nodes()) + "\0";
            // SAFETY: the caller gives a sink for the texts.
            unsafe { write(texts, &text) };
        }
        0
    };
    // SAFETY: the caller gives a sink.
    unsafe { guarded(message, FAULT, call) }
}

/// # Safety
/// As [`instance`]; there are `count` nodes, a target of `bytes` bytes, a number that can be written, and two sinks.
pub(super) unsafe extern "C" fn refined(
    domain: *mut c_void,
    nodes: *const Node,
    count: usize,
    target: *const u8,
    bytes: usize,
    text: *const Sink,
    runs: *mut u32,
    message: *const Sink,
) -> i64 {
    let call = || {
        // SAFETY: `domain` is an instance, and there are this many nodes and bytes, says the caller.
        let (domain, nodes, target) = unsafe {
            (
                instance(domain),
                std::slice::from_raw_parts(nodes, count),
                std::slice::from_raw_parts(target, bytes),
            )
        };
        let (program, count) = domain.refined(nodes, target);
        // SAFETY: the caller gives a number that can be written, and nobody else uses it until this function returns.
        unsafe { *runs = count };
        if let Some(program) = &program {
            // SAFETY: the caller gives a sink for the text.
            unsafe { write(text, &domain.language().print(program.nodes())) };
        }
        program.is_some().into()
    };
    // SAFETY: the caller gives a sink.
    unsafe { guarded(message, FAULT, call) }
}

/// # Safety
/// As [`instance`]; there are `count` nodes, and two sinks.
pub(super) unsafe extern "C" fn shown(
    domain: *mut c_void,
    nodes: *const Node,
    count: usize,
    text: *const Sink,
    message: *const Sink,
) -> i64 {
    let call = || {
        // SAFETY: `domain` is an instance, and there are this many nodes, says the caller.
        let shown = unsafe { instance(domain).shown(std::slice::from_raw_parts(nodes, count)) };
        if let Some(shown) = &shown {
            // SAFETY: the caller gives a sink for the text.
            unsafe { write(text, shown) };
        }
        shown.is_some().into()
    };
    // SAFETY: the caller gives a sink.
    unsafe { guarded(message, FAULT, call) }
}
