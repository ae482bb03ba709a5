//! Worker threads that make batches in order.

use std::any::Any;
use std::collections::BTreeMap;
use std::ops::Range;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;

use crate::{EncodedExample, Example, ExampleEncoder, ExampleStream};

/// Makes a batch of its examples, on the worker threads.
pub trait Collate: std::fmt::Debug + Send + Sync + 'static {
    /// The batch.
    type Batch: std::fmt::Debug + Send + 'static;

    /// A batch without examples that gets `examples` of them.
    fn begin(&self, examples: usize) -> Self::Batch;

    /// Adds the next example.
    fn add(&self, batch: &mut Self::Batch, example: &Example);
}

/// A batch is its encoded examples.
impl Collate for ExampleEncoder {
    type Batch = Vec<EncodedExample>;

    fn begin(&self, examples: usize) -> Self::Batch {
        Vec::with_capacity(examples.min(4096))
    }

    fn add(&self, batch: &mut Self::Batch, example: &Example) {
        batch.push(self.encode(example));
    }
}

/// A loader whose stream has ended: an example could not be made, or a worker panicked.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct BatchLoaderError(pub String);

/// Batches of a stream, made ahead by worker threads and handed out in order.
///
/// Dropping a loader stops its workers after the example that each is at.
///
/// # Examples
///
/// ```
/// use std::sync::Arc;
///
/// use tdf_data::{BatchLoader, ExampleEncoder, ExampleOptions, ExampleStream};
///
/// let domain = tdf_domain::erase(tdf_rainbow::Rainbow::default())?;
/// let stream = Arc::new(ExampleStream::new(Arc::clone(&domain), ExampleOptions::default(), 0)?);
/// let encoder = Arc::new(ExampleEncoder::for_domain(domain, 2)?);
/// // Batches do not depend on the number of threads.
/// let start = |threads| BatchLoader::start(Arc::clone(&stream), Arc::clone(&encoder), 0, 8, threads, 2);
/// assert_eq!(start(1).next_batch()?, start(3).next_batch()?);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct BatchLoader<C: Collate = ExampleEncoder> {
    shared: Arc<Shared<C>>,
    workers: Vec<JoinHandle<()>>,
    failure: Option<BatchLoaderError>,
}

#[derive(Debug)]
struct Shared<C: Collate> {
    stream: Arc<ExampleStream>,
    collate: Arc<C>,
    first: u64,
    batch: usize,
    part: Range<usize>,
    ahead: u64,
    queue: Mutex<Queue<C::Batch>>,
    /// Signals both ways: a batch is ready, or there is room for another.
    changed: Condvar,
    stop: AtomicBool,
}

/// Batches by number. Numbers below `handed` are gone, numbers from `claimed` on have not been begun, and
/// `claimed - handed` never exceeds the number of batches that may wait.
#[derive(Debug)]
struct Queue<B> {
    handed: u64,
    claimed: u64,
    ready: BTreeMap<u64, Result<B, BatchLoaderError>>,
}

impl<B> Default for Queue<B> {
    fn default() -> Self {
        Self {
            handed: 0,
            claimed: 0,
            ready: BTreeMap::new(),
        }
    }
}

impl<C: Collate> BatchLoader<C> {
    /// Starts `threads` workers (at least one) on batches of `batch` examples, beginning with example `first`; at most
    /// `ahead` batches (at least one) wait or are being made. Batch `k` holds the examples `first + k * batch ..`
    /// whatever the number of threads.
    pub fn start(
        stream: Arc<ExampleStream>,
        collate: Arc<C>,
        first: u64,
        batch: usize,
        threads: usize,
        ahead: usize,
    ) -> Self {
        Self::start_part(stream, collate, first, batch, 0..batch, threads, ahead)
    }

    /// As [`BatchLoader::start`], but of every batch only the examples `part` of `0..batch`: processes whose parts make up the
    /// whole see together what one loader of whole batches hands out.
    pub fn start_part(
        stream: Arc<ExampleStream>,
        collate: Arc<C>,
        first: u64,
        batch: usize,
        part: Range<usize>,
        threads: usize,
        ahead: usize,
    ) -> Self {
        let shared = Arc::new(Shared {
            stream,
            collate,
            first,
            batch,
            part,
            ahead: ahead.max(1) as u64,
            queue: Mutex::default(),
            changed: Condvar::new(),
            stop: AtomicBool::new(false),
        });
        let mut feed = Self {
            shared,
            workers: Vec::new(),
            failure: None,
        };
        for number in 0..threads.max(1) {
            let shared = Arc::clone(&feed.shared);
            let worker = std::thread::Builder::new()
                .name(format!("feed-{number}"))
                .spawn(move || shared.work());
            match worker {
                Ok(worker) => feed.workers.push(worker),
                // Fewer threads give the same batches, only later.
                Err(_) if number > 0 => break,
                Err(error) => {
                    feed.failure = Some(BatchLoaderError(format!("no worker thread could be started: {error}")))
                }
            }
        }
        feed
    }

    /// The next batch.
    ///
    /// # Errors
    /// If it could not be made; the batches before it have been handed out, none follows.
    pub fn next_batch(&mut self) -> Result<C::Batch, BatchLoaderError> {
        if let Some(failure) = &self.failure {
            return Err(failure.clone());
        }
        let mut queue = self.shared.lock();
        let batch = loop {
            let next = queue.handed;
            if let Some(batch) = queue.ready.remove(&next) {
                break batch;
            }
            queue = self.shared.changed.wait(queue).unwrap_or_else(PoisonError::into_inner);
        };
        queue.handed += 1;
        drop(queue);
        self.shared.changed.notify_all();
        batch.inspect_err(|failure| {
            self.failure = Some(failure.clone());
            self.shared.halt();
        })
    }
}

impl<C: Collate> Drop for BatchLoader<C> {
    fn drop(&mut self) {
        self.shared.halt();
        for worker in self.workers.drain(..) {
            // A worker catches the panics of its batches: there is nothing else to learn from its end.
            let _ = worker.join();
        }
    }
}

impl<C: Collate> Shared<C> {
    /// The queue. No code that can panic runs under the lock, so that a poisoned one holds nothing half-done.
    fn lock(&self) -> MutexGuard<'_, Queue<C::Batch>> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn halt(&self) {
        let queue = self.lock();
        self.stop.store(true, Ordering::Relaxed);
        drop(queue);
        self.changed.notify_all();
    }

    /// A worker: makes batches until it is stopped.
    fn work(&self) {
        let mut scratch = Example::default();
        while let Some(number) = self.claim() {
            let made = catch_unwind(AssertUnwindSafe(|| self.make(number, &mut scratch)));
            let made = made.unwrap_or_else(|panic| {
                scratch = Example::default();
                Some(Err(BatchLoaderError(format!(
                    "making training examples panicked: {}",
                    text_of(&*panic)
                ))))
            });
            let Some(batch) = made else { return };
            self.lock().ready.insert(number, batch);
            self.changed.notify_all();
        }
    }

    /// Takes the number of the next batch, as soon as there is room for it; `None` when stopped.
    fn claim(&self) -> Option<u64> {
        let mut queue = self.lock();
        loop {
            if self.stop.load(Ordering::Relaxed) {
                return None;
            }
            if queue.claimed - queue.handed < self.ahead {
                queue.claimed += 1;
                return Some(queue.claimed - 1);
            }
            queue = self.changed.wait(queue).unwrap_or_else(PoisonError::into_inner);
        }
    }

    /// Batch `number`; `None` when stopped on the way.
    fn make(&self, number: u64, scratch: &mut Example) -> Option<Result<C::Batch, BatchLoaderError>> {
        let mut batch = self.collate.begin(self.part.len());
        for i in self.part.clone() {
            if self.stop.load(Ordering::Relaxed) {
                return None;
            }
            let index = self.first + number * self.batch as u64 + i as u64;
            if let Err(error) = self.stream.example(index, scratch) {
                return Some(Err(BatchLoaderError(format!("example {index}: {error}"))));
            }
            self.collate.add(&mut batch, scratch);
        }
        Some(Ok(batch))
    }
}

fn text_of(panic: &(dyn Any + Send)) -> &str {
    let text = panic.downcast_ref::<&str>().copied();
    text.or_else(|| panic.downcast_ref::<String>().map(String::as_str))
        .unwrap_or("no message")
}
