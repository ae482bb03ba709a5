//! What shim.cpp exports.

use std::ffi::{CStr, c_char, c_int, c_void};

use tch::Tensor;
use torch_sys::C_tensor;

/// A `tdf_group` of shim.cpp.
#[repr(C)]
pub(super) struct RawGroup {
    _private: [u8; 0],
}

/// An event of libtorch.
#[repr(C)]
pub(super) struct RawEvent {
    _private: [u8; 0],
}

unsafe extern "C" {
    fn tdf_message_free(text: *mut c_char);
    pub(super) fn tdf_group_join(
        host: *const c_char,
        port: u16,
        serves: bool,
        awaits_all: bool,
        prefix: *const c_char,
        rank: c_int,
        size: c_int,
        milliseconds: i64,
        interface: *const c_char,
        joined: *mut *mut RawGroup,
    ) -> *mut c_char;
    pub(super) fn tdf_group_leave(group: *mut RawGroup);
    pub(super) fn tdf_all_reduce(group: *mut RawGroup, tensor: *const C_tensor) -> *mut c_char;
    pub(super) fn tdf_broadcast(group: *mut RawGroup, tensor: *const C_tensor) -> *mut c_char;
    pub(super) fn tdf_cuda_use_device(index: c_int) -> *mut c_char;
    pub(super) fn tdf_cuda_stream(index: c_int, stream: *mut *mut c_void) -> *mut c_char;
    pub(super) fn tdf_cuda_record(index: c_int, recorded: *mut *mut RawEvent) -> *mut c_char;
    pub(super) fn tdf_cuda_query(event: *mut RawEvent, passed: *mut bool) -> *mut c_char;
    pub(super) fn tdf_cuda_forget(event: *mut RawEvent);
}

/// The message that a function of the shim returned, in one line.
///
/// # Safety
/// `text` comes from a function of the shim, and is not used again.
pub(super) unsafe fn outcome(text: *mut c_char) -> Result<(), String> {
    if text.is_null() {
        return Ok(());
    }
    // SAFETY: the caller passes what the shim returned. That is not null here, ends in a zero, and is freed below only.
    let message = unsafe { CStr::from_ptr(text) }.to_string_lossy().into_owned();
    // SAFETY: the shim allocated it, the caller gives it up, and `message` is a copy.
    unsafe { tdf_message_free(text) };
    Err(message.split_whitespace().collect::<Vec<_>>().join(" "))
}

/// Where the tensor is; the C++ side takes it for an `at::Tensor*`, which it is.
pub(super) fn raw(tensor: &Tensor) -> *const C_tensor {
    tensor.as_ptr()
}
