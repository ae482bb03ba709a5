//! Batches on their way to the network.

use std::sync::mpsc::{Receiver, sync_channel};
use std::thread::JoinHandle;

use tch::Device;
use tdf_data::BatchLoader;
use tdf_model::{Model, Prepared};

use crate::TrainError;

/// Batches of a feed, made ready for the model's device. For a GPU a thread of its own does that, while the device works
/// on the batch before.
#[derive(Debug)]
pub(crate) enum Prefetcher {
    Inline(BatchLoader, Model),
    Background(Option<Receiver<Result<Prepared, TrainError>>>, Option<JoinHandle<()>>),
}

/// Batches that wait on the device.
const WAITING: usize = 2;

impl Prefetcher {
    pub(crate) fn of(feed: BatchLoader, model: &Model) -> Self {
        match model.device() {
            Device::Cuda(_) => Self::in_a_thread(feed, model.shallow_clone()),
            _ => Self::Inline(feed, model.shallow_clone()),
        }
    }

    fn in_a_thread(mut feed: BatchLoader, model: Model) -> Self {
        let (sender, receiver) = sync_channel(WAITING);
        let work = move || {
            loop {
                let prepared = next(&mut feed, &model);
                let last = prepared.is_err();
                // Nobody listens any more when the training has ended.
                if sender.send(prepared).is_err() || last {
                    return;
                }
            }
        };
        let thread = std::thread::Builder::new().name("ahead".to_owned()).spawn(work);
        Self::Background(Some(receiver), thread.ok())
    }

    /// The next batch.
    ///
    /// # Errors
    /// If it could not be made or sent.
    pub(crate) fn next_batch(&mut self) -> Result<Prepared, TrainError> {
        match self {
            Self::Inline(feed, model) => next(feed, model),
            Self::Background(receiver, _) => {
                let next = receiver.as_ref().and_then(|receiver| receiver.recv().ok());
                let gone = "the thread that prepares batches could not be started, or has ended";
                next.unwrap_or_else(|| Err(tdf_data::BatchLoaderError(gone.to_owned()).into()))
            }
        }
    }
}

impl Drop for Prefetcher {
    fn drop(&mut self) {
        if let Self::Background(receiver, thread) = self {
            // It waits for room to send, or for the feed, which is never long.
            drop(receiver.take());
            if let Some(thread) = thread.take() {
                let _ = thread.join();
            }
        }
    }
}

fn next(feed: &mut BatchLoader, model: &Model) -> Result<Prepared, TrainError> {
    Ok(model.prepare(feed.next_batch()?)?)
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::tokenizer;
    use tdf_config::Config;
    use tdf_data::{ExampleEncoder, ExampleStream};
    use tdf_rainbow as _;

    /// What a GPU gets is what a processor gets, and a training may end at any time.
    #[test]
    fn a_thread_hands_out_the_same_batches() {
        let domain = tdf_domain::builtin("rainbow").unwrap().open().unwrap();
        let config = Config::preset("tiny").unwrap();
        let tokenizer = tokenizer(&*domain).unwrap();
        let model = Model::new(&config.model, &tokenizer, domain.observation_spec(), Device::Cpu, 0).unwrap();
        let stream = Arc::new(ExampleStream::new(domain.clone(), config.example_options(), 0).unwrap());
        let encoder = Arc::new(ExampleEncoder::new(domain, tokenizer, config.noise.max_edit_size));
        let feed = || BatchLoader::start(stream.clone(), encoder.clone(), 0, 8, 2, 4);
        let mut here = Prefetcher::of(feed(), &model);
        let mut there = Prefetcher::in_a_thread(feed(), model.shallow_clone());
        for _ in 0..20 {
            assert_eq!(
                here.next_batch().unwrap().examples,
                there.next_batch().unwrap().examples
            );
        }
        drop(there);
        drop(Prefetcher::in_a_thread(feed(), model.shallow_clone()));
    }
}
