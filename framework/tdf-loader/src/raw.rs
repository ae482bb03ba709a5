//! What crosses the boundary: texts and arrays of a plugin, texts for it, texts that it writes.
//!
//! Counts and pointers in a table are a plugin's, and may be wrong. What can be told without reading is checked: null,
//! alignment, the greatest count. What remains trusted: an array that passes has as many readable elements as its count says,
//! a text that passes ends with a zero byte or is readable up to its greatest length, and neither changes any more.

use std::ffi::{CString, c_char, c_void};

use tdf_domain::abi::Sink;

/// Greatest length of a message from a plugin, in bytes.
const LONGEST_MESSAGE: usize = 4096;

/// Greatest length of a text in a table, in bytes.
const LONGEST_TEXT: usize = 1 << 16;
/// Greatest length of the text of a grammar, in bytes.
pub(crate) const LONGEST_GRAMMAR: usize = 1 << 24;

/// The greatest counts in a table.
pub(crate) mod most {
    pub(crate) const DOMAINS: usize = 1024;
    pub(crate) const FEATURES: usize = 1024;
    pub(crate) const OPTIONS: usize = 1024;
    pub(crate) const WORDS: usize = 1024;
    pub(crate) const CRITERIA: usize = 64;
    pub(crate) const COLORS: usize = 1 << 16;
}

/// A text of a plugin, called `what` in messages; `None` if it is null.
///
/// # Safety
/// Null, or a text that stays.
pub(crate) unsafe fn text(what: &str, text: *const c_char) -> Result<Option<&'static str>, String> {
    // SAFETY: `text` is null or stays, which is all that `text_within` wants of it.
    unsafe { text_within(what, text, LONGEST_TEXT) }
}

/// [`text`] of at most `longest` bytes.
///
/// # Safety
/// Null, or a text that stays.
pub(crate) unsafe fn text_within(
    what: &str,
    text: *const c_char,
    longest: usize,
) -> Result<Option<&'static str>, String> {
    if text.is_null() {
        return Ok(None);
    }
    // SAFETY: the text is readable up to its zero byte, says the caller, and nothing behind it is read; without a zero byte
    // nothing behind the greatest length.
    let length = unsafe { libc::strnlen(text, longest + 1) };
    if length > longest {
        return Err(format!("the text `{what}` has no zero byte within {longest} bytes"));
    }
    // SAFETY: these bytes were just read, and stay, says the caller.
    let bytes = unsafe { std::slice::from_raw_parts(text.cast::<u8>(), length) };
    match std::str::from_utf8(bytes) {
        Ok(text) => Ok(Some(text)),
        Err(error) => {
            // The text may be a whole grammar.
            let beginning = String::from_utf8_lossy(&bytes[..bytes.len().min(64)]);
            let offset = error.valid_up_to();
            Err(format!(
                "the text `{what}` is not UTF-8: the byte at offset {offset} of {beginning:?} is no character"
            ))
        }
    }
}

/// An array of a plugin with at most `most` elements, called `what` in messages.
///
/// # Safety
/// Null, or an array that stays. If its length is not over `most`, it is right.
pub(crate) unsafe fn slice<T: 'static>(
    what: &str,
    start: *const T,
    length: usize,
    most: usize,
) -> Result<&'static [T], String> {
    if length == 0 {
        return Ok(&[]);
    }
    if length > most {
        return Err(format!(
            "the table `{what}` has the count {length}; at most {most} are allowed"
        ));
    }
    // SAFETY: the array is null or stays, and its length is right because it is not over `most`: it has a first element.
    unsafe { element(what, start) }?.ok_or_else(|| format!("the table `{what}` is null, and its count is {length}"))?;
    // SAFETY: not null and aligned, as `element` has found. The length is right, says the caller, and so small that
    // the array ends within the address space.
    Ok(unsafe { std::slice::from_raw_parts(start, length) })
}

/// Something a pointer of a plugin leads to, called `what` in messages; `None` if it is null.
///
/// # Safety
/// Null, or a value that stays, unless it is misaligned.
pub(crate) unsafe fn element<T: 'static>(what: &str, value: *const T) -> Result<Option<&'static T>, String> {
    if !value.is_aligned() {
        return Err(format!(
            "the pointer `{what}` is {value:p}, which is no multiple of {}",
            align_of::<T>()
        ));
    }
    // SAFETY: null, or aligned and a value, as the caller says.
    Ok(unsafe { value.as_ref() })
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
/// `to` is a [`Text`] that nobody else uses; `bytes` is null or has `length` bytes, or as many as the text still takes.
unsafe extern "C" fn append(to: *mut c_void, bytes: *const u8, length: usize) {
    // SAFETY: `Text::sink` made it, and the plugin hands it back during the same call, in which nobody else uses the text.
    let text = unsafe { &mut *to.cast::<Text>() };
    let length = length.min(text.most - text.bytes.len());
    if !bytes.is_null() {
        // SAFETY: the plugin says that there are this many bytes. More than the text takes are not looked at, so that the
        // length is in range.
        let bytes = unsafe { std::slice::from_raw_parts(bytes, length) };
        text.bytes.extend_from_slice(bytes);
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_end_somewhere() {
        let read = |bytes: &'static [u8], longest| {
            // SAFETY: the bytes stay, and all of them that may be read are there.
            unsafe { text_within("name", bytes.as_ptr().cast(), longest) }
        };
        assert_eq!(read(b"four\0", 4), Ok(Some("four")));
        assert_eq!(
            read(b"fours\0", 4),
            Err("the text `name` has no zero byte within 4 bytes".to_owned())
        );
        // Without a zero byte nothing behind the limit is read.
        assert!(read(b"fours", 4).is_err());
        assert_eq!(
            read(b"fo\xff\0", 4),
            Err("the text `name` is not UTF-8: the byte at offset 2 of \"fo\u{fffd}\" is no character".to_owned())
        );
        // SAFETY: null is allowed.
        assert_eq!(unsafe { text("name", std::ptr::null()) }, Ok(None));
    }

    #[test]
    fn counts_have_bounds() {
        static NUMBERS: [u32; 3] = [1, 2, 3];
        let read = |start: *const u32, length| {
            // SAFETY: null, or three numbers that stay; a greater length is over the bound.
            unsafe { slice("numbers", start, length, 3) }
        };
        let start = NUMBERS.as_ptr();
        assert_eq!(read(start, 3), Ok(&NUMBERS[..]));
        assert_eq!(read(std::ptr::null(), 0), Ok(&[][..]));
        for length in [4, usize::MAX] {
            let expected = format!("the table `numbers` has the count {length}; at most 3 are allowed");
            assert_eq!(read(start, length), Err(expected));
        }
        let null = "the table `numbers` is null, and its count is 2".to_owned();
        assert_eq!(read(std::ptr::null(), 2), Err(null));
        let crooked = start.wrapping_byte_add(2);
        let expected = format!("the pointer `numbers` is {crooked:p}, which is no multiple of 4");
        assert_eq!(read(crooked, 1), Err(expected));
    }
}
