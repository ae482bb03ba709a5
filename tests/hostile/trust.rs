//! Folders that try to have code run.
