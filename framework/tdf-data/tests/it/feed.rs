//! Feeds: order, limits, and their end.

use std::sync::Arc;
use std::time::{Duration, Instant};

use tdf_data::{BatchLoader, EncodedExample, Example, ExampleStream};
use tdf_domain::DynDomain;

use crate::toy::{Fault, toy};
use crate::{encoder, options, rainbow};

fn start(domain: &Arc<dyn DynDomain>, first: u64, batch: usize, threads: usize, ahead: usize) -> BatchLoader {
    let stream = ExampleStream::new(Arc::clone(domain), options(), 11).unwrap();
    BatchLoader::start(
        Arc::new(stream),
        Arc::new(encoder(domain)),
        first,
        batch,
        threads,
        ahead,
    )
}

fn direct(domain: &Arc<dyn DynDomain>, range: std::ops::Range<u64>) -> Vec<EncodedExample> {
    let stream = ExampleStream::new(Arc::clone(domain), options(), 11).unwrap();
    let encoder = encoder(domain);
    let mut example = Example::default();
    range
        .map(|index| {
            stream.example(index, &mut example).unwrap();
            encoder.encode(&example)
        })
        .collect()
}

#[test]
fn the_stream_is_the_same_for_any_number_of_threads() {
    for domain in [rainbow(), toy(Fault::None)] {
        let expected = direct(&domain, 100..100 + 20 * 16);
        for (threads, ahead) in [(1, 1), (2, 4), (5, 3), (5, 16)] {
            let mut feed = start(&domain, 100, 16, threads, ahead);
            let found: Vec<EncodedExample> = (0..20).flat_map(|_| feed.next_batch().unwrap()).collect();
            assert!(found == expected, "{threads} threads, {ahead} ahead");
        }
    }
}

#[test]
fn parts_make_up_the_whole() {
    let domain = rainbow();
    let stream = Arc::new(ExampleStream::new(Arc::clone(&domain), options(), 11).unwrap());
    let encoder = Arc::new(encoder(&domain));
    let feed = |part| BatchLoader::start_part(stream.clone(), encoder.clone(), 5, 10, part, 2, 3);
    let mut feeds = [0..3, 3..3, 3..6, 6..10].map(feed);
    let found: Vec<EncodedExample> = (0..20 * 4).flat_map(|i| feeds[i % 4].next_batch().unwrap()).collect();
    assert!(found == direct(&domain, 5..5 + 20 * 10));
}

#[test]
fn a_feed_stops_when_dropped() {
    let domain = toy(Fault::None);
    let clock = Instant::now();
    for taken in 0..3 {
        // Workers are at work, waiting for room, or on a batch that would take hours.
        for batch in [1, 8, 1 << 30] {
            let mut feed = start(&domain, 0, batch, 3, 2);
            if batch < 100 {
                std::thread::sleep(Duration::from_millis(2));
                for _ in 0..taken {
                    feed.next_batch().unwrap();
                }
            }
        }
    }
    assert!(clock.elapsed() < Duration::from_secs(20));
}

#[test]
fn a_panic_in_a_worker_is_an_error_of_the_batch() {
    let domain = toy(Fault::PanicsOnDark);
    for threads in [1, 3] {
        let mut feed = start(&domain, 0, 4, threads, 2);
        let error = (0..100)
            .find_map(|_| feed.next_batch().err())
            .expect("dark cells are common");
        assert!(error.to_string().contains("too dark to go on"), "{error}");
        assert_eq!(feed.next_batch(), Err(error));
    }
}

#[test]
fn a_stream_that_cannot_go_on_names_the_example() {
    let domain = toy(Fault::Always);
    let mut feed = start(&domain, 40, 2, 2, 2);
    let error = feed.next_batch().unwrap_err().to_string();
    assert_eq!(
        error,
        "example 40: toy cannot draw its programs, 1000 in a row failed; the last: no light"
    );
}
