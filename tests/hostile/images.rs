//! Damaged, huge and foreign images.
