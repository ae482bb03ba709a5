//! Several processes in one folder.
