//! Which images of a plugin are drawn twice, to find out whether it always renders to the same image.

use std::cell::Cell;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};

use tdf_domain::Node;

/// The images of a domain that are drawn twice at the beginning.
const FIRST: u32 = 4;
/// Later each thread draws one image in this many twice.
const EVERY: u32 = 512;

/// What is drawn of a program.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Rendering {
    Image,
    /// With this seed.
    Observation(u64),
    /// With this seed.
    View(u64),
}

/// What a domain remembers to find out whether it always renders to the same image.
#[derive(Debug, Default)]
pub(crate) struct Repeats {
    /// Images that were drawn twice, up to [`FIRST`].
    begun: Arc<AtomicU32>,
    /// A program that was drawn some time ago.
    pub(crate) earlier: Mutex<Option<Earlier>>,
}

#[derive(Debug)]
pub(crate) struct Earlier {
    pub(crate) rendering: Rendering,
    pub(crate) nodes: Vec<Node>,
    pub(crate) image: Vec<u8>,
}

thread_local! {
    /// Images that this thread has drawn.
    static DRAWN: Cell<u32> = const { Cell::new(0) };
}

impl Repeats {
    /// For the same domain with other inputs: what is drawn twice at the beginning counts for all of them together.
    pub(crate) fn of_the_same(&self) -> Self {
        Self {
            begun: Arc::clone(&self.begun),
            earlier: Mutex::default(),
        }
    }

    /// Whether the next image is to be drawn twice.
    #[inline]
    pub(crate) fn is_due(&self) -> bool {
        let drawn = DRAWN.get().wrapping_add(1);
        DRAWN.set(drawn);
        drawn.is_multiple_of(EVERY)
            || (self.begun.load(Ordering::Relaxed) < FIRST && self.begun.fetch_add(1, Ordering::Relaxed) < FIRST)
    }
}
