//! Forged evaluation folders.
