//! Finds domains: built in, or in a shared library.
