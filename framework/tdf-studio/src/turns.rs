//! Turns: searches share the machine one at a time, each for a slice.
//!
//! A search runs on a thread of its own and uses all cores while it has its turn. Between two of its rounds it gives way if its slice is
//! over and another one waits. So every search comes on again after all others had a slice, however long each takes.

use std::collections::VecDeque;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// The length of a turn.
const SLICE: Duration = Duration::from_millis(100);

/// A queue of searches for the machine.
#[derive(Debug, Default)]
pub(crate) struct Turns {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Debug, Default)]
struct State {
    /// Whose turn it is, and since when.
    running: Option<(u64, Instant)>,
    /// Who waits, the first to come first.
    waiting: VecDeque<u64>,
}

impl Turns {
    /// Waits for a turn of the search `id`. Returns false, without one, as soon as `gives_up` says so.
    pub fn wait(&self, id: u64, gives_up: &dyn Fn() -> bool) -> bool {
        let mut state = self.lock();
        state.waiting.push_back(id);
        loop {
            if gives_up() {
                state.waiting.retain(|other| *other != id);
                self.changed.notify_all();
                return false;
            }
            if state.running.is_none() && state.waiting.front() == Some(&id) {
                state.waiting.pop_front();
                state.running = Some((id, Instant::now()));
                return true;
            }
            // Who gives up is asked now and then: nobody tells.
            let waited = self.changed.wait_timeout(state, SLICE);
            state = waited.unwrap_or_else(PoisonError::into_inner).0;
        }
    }

    /// Ends the turn of the search `id`, if it has one.
    pub fn end(&self, id: u64) {
        let mut state = self.lock();
        if state.running.is_some_and(|(other, _)| other == id) {
            state.running = None;
            self.changed.notify_all();
        }
    }

    /// Whether the slice of the search `id` is over and another one waits.
    pub fn is_over(&self, id: u64) -> bool {
        let state = self.lock();
        let over = |(other, since): (u64, Instant)| other == id && since.elapsed() >= SLICE;
        !state.waiting.is_empty() && state.running.is_some_and(over)
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;

    /// Ten that never end by themselves all come on, one at a time and about as often.
    #[test]
    fn everyone_comes_on() {
        let (turns, at_once) = (Turns::default(), AtomicUsize::new(0));
        let counts = [const { AtomicUsize::new(0) }; 10];
        let end = Instant::now() + 4 * 10 * SLICE;
        std::thread::scope(|scope| {
            for (id, count) in (0..).zip(&counts) {
                let (turns, at_once) = (&turns, &at_once);
                scope.spawn(move || {
                    while turns.wait(id, &|| Instant::now() >= end) {
                        assert_eq!(at_once.fetch_add(1, Ordering::SeqCst), 0);
                        count.fetch_add(1, Ordering::SeqCst);
                        while !turns.is_over(id) && Instant::now() < end {
                            std::thread::sleep(Duration::from_millis(1));
                        }
                        at_once.fetch_sub(1, Ordering::SeqCst);
                        turns.end(id);
                    }
                });
            }
        });
        let counts = counts.map(AtomicUsize::into_inner);
        let (least, most) = (counts.iter().min().unwrap(), counts.iter().max().unwrap());
        assert!(*least >= 1 && most - least <= 1, "{counts:?}");
    }
}
