//! Training: example stream, one loop, run folders, metrics.
