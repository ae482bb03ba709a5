//! What the process of a grammar tells, as lines of JSON on its standard output.

use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "kebab-case")]
pub enum Event {
    /// The reader refuses the grammar, or it has conflicts.
    Refused { message: String, ms: u64, mb: u64 },
    /// The grammar is read and has tables.
    Read(Facts),
    /// The programs that were sampled, and came back from their texts.
    Programs {
        programs: usize,
        mutations: usize,
        /// The distinct texts, if somebody asked for them.
        texts: Vec<String>,
        ms: u64,
    },
    /// Masks that are too large to be made: a limit, no fault.
    NoMasks { message: String },
    /// The masks agree with the recogniser.
    Masks { tokens: u64, walks: u64, ms: u64 },
    /// Something is wrong.
    Fault { kind: FaultKind, message: String },
    /// The last line.
    End { mb: u64 },
}

#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Facts {
    pub ms: u64,
    pub mb: u64,
    pub tokens: usize,
    pub productions: usize,
    pub states: usize,
    pub warnings: usize,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum FaultKind {
    Panic,
    Hang,
    Memory,
    RoundTrip,
    Masks,
    DeadEnd,
}
