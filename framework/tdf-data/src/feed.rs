//! Worker threads that make batches in order.

use std::sync::Arc;

use crate::{Encoded, Encoder, ExampleStream};

/// Batches of a stream, made ahead by worker threads and handed out in order.
#[derive(Debug)]
pub struct Feed {}

impl Feed {
    /// Starts `threads` workers on batches of `batch` examples, beginning with example `first`; at most `ahead` batches
    /// wait. Batch `k` holds the examples `first + k * batch ..` whatever the number of threads.
    pub fn start(
        stream: Arc<ExampleStream>,
        encoder: Arc<Encoder>,
        first: u64,
        batch: usize,
        threads: usize,
        ahead: usize,
    ) -> Self {
        let _ = (stream, encoder, first, batch, threads, ahead);
        unimplemented!()
    }

    /// The next batch.
    pub fn next_batch(&mut self) -> Vec<Encoded> {
        unimplemented!()
    }
}
