//! How the numbers of random streams are shared out: no two uses draw from the same stream.

/// Streams from here on are those of tasks, those below are of training examples.
pub(crate) const TASK_STREAMS: u64 = 1 << 63;

/// Streams of the scale by which tasks are hard, apart from those of tasks.
pub(crate) const SCALE_STREAMS: u64 = TASK_STREAMS | 1 << 61;

/// Streams of the programs that statistics of targets are about, apart from both.
pub(crate) const STATISTICS_STREAMS: u64 = TASK_STREAMS | 1 << 60;
