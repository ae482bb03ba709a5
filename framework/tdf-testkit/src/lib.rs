//! The conformance suite that every domain runs in one line.
