//! Standard streams that cannot be read or written, and inputs that are no regular files.
