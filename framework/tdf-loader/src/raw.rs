//! What crosses the boundary: texts and arrays of a plugin, texts for it, texts that it writes.

use std::ffi::{CStr, CString, c_char, c_void};

use tdf_domain::abi::Sink;

/// Greatest length of a message from a plugin, in bytes.
const LONGEST_MESSAGE: usize = 4096;

/// A text of a plugin, called `what` in messages; `None` if it is null.
///
/// # Safety
/// Null, or a text that stays.
pub(crate) unsafe fn text(what: &str, text: *const c_char) -> Result<Option<&'static str>, String> {
    if text.is_null() {
        return Ok(None);
    }
    // SAFETY: as the caller says.
    let text = unsafe { CStr::from_ptr(text) };
    match text.to_str() {
        Ok(text) => Ok(Some(text)),
        Err(_) => Err(format!("the text `{what}` is not UTF-8: {:?}", text.to_string_lossy())),
    }
}

/// An array of a plugin, called `what` in messages.
///
/// # Safety
/// Null, or an array of this length that stays.
pub(crate) unsafe fn slice<T: 'static>(what: &str, start: *const T, length: usize) -> Result<&'static [T], String> {
    match length {
        0 => Ok(&[]),
        _ if start.is_null() => Err(format!("the table `{what}` is null, and its count is {length}")),
        // SAFETY: as the caller says.
        _ => Ok(unsafe { std::slice::from_raw_parts(start, length) }),
    }
}

/// Text that a plugin writes.
pub(crate) struct Text {
    bytes: Vec<u8>,
    most: usize,
}

impl Text {
    pub(crate) fn new(most: usize) -> Self {
        Self {
            bytes: Vec::new(),
            most,
        }
    }

    pub(crate) fn message() -> Self {
        Self::new(LONGEST_MESSAGE)
    }

    pub(crate) fn sink(&mut self) -> Sink {
        Sink {
            to: std::ptr::from_mut(self).cast(),
            write: append,
        }
    }

    pub(crate) fn finish(self) -> String {
        String::from_utf8_lossy(&self.bytes).into_owned()
    }
}

/// # Safety
/// `to` is a [`Text`] that nobody else uses; `bytes` has `length` bytes.
unsafe extern "C" fn append(to: *mut c_void, bytes: *const u8, length: usize) {
    // SAFETY: as the caller says.
    let text = unsafe { &mut *to.cast::<Text>() };
    let length = length.min(text.most - text.bytes.len());
    if !bytes.is_null() {
        // SAFETY: as the caller says.
        text.bytes
            .extend_from_slice(unsafe { std::slice::from_raw_parts(bytes, length) });
    }
}

/// Texts as a plugin takes them.
pub(crate) struct Texts {
    /// What `pointers` point to.
    _texts: Vec<CString>,
    pointers: Vec<*const c_char>,
}

impl Texts {
    /// Copies that end with a zero byte. What follows a zero byte inside is lost: no text of a grammar has one.
    pub(crate) fn new<'t>(texts: impl Iterator<Item = &'t str>) -> Self {
        let whole = |text: &str| text.bytes().take_while(|&b| b != 0).collect::<Vec<u8>>();
        let texts: Vec<CString> = texts
            .map(|text| CString::new(whole(text)).unwrap_or_default())
            .collect();
        Self {
            pointers: texts.iter().map(|text| text.as_ptr()).collect(),
            _texts: texts,
        }
    }

    /// The texts, in order.
    pub(crate) fn pointers(&self) -> *const *const c_char {
        self.pointers.as_ptr()
    }

    /// The same for as long as the process lives.
    pub(crate) fn leak(self) -> &'static Self {
        Box::leak(Box::new(self))
    }
}
