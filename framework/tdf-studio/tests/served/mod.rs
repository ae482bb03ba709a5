//! A server of its own for a test.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc;
use std::thread::JoinHandle;

use tdf_config::Config;
use tdf_studio::{MakeNetworks, Studio, Subject, serve};

// They register themselves.
use tdf_csg2d as _;
use tdf_formulas as _;
use tdf_rainbow as _;

/// The built-in domain of this name.
pub fn subject(name: &str, networks: Option<MakeNetworks>) -> Subject {
    let domain = tdf_domain::builtin(name).unwrap().open().unwrap();
    Subject {
        id: name.to_owned(),
        title: name.to_owned(),
        config: Config::preset("tiny").unwrap().for_domain(&*domain),
        domain,
        networks,
        arguments: vec!["--domain".to_owned(), name.to_owned()],
        folder: None,
    }
}

/// A server that ends with the test.
pub struct Served {
    /// The address, with the token.
    pub url: String,
    ends: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Served {
    pub fn new(subjects: impl FnOnce() -> Vec<Subject> + Send + 'static) -> Self {
        let (send, receive) = mpsc::channel();
        let ends = Arc::new(AtomicBool::new(false));
        let until = Arc::clone(&ends);
        let thread = std::thread::spawn(move || {
            let studio = Studio {
                subjects: subjects(),
                port: 0,
            };
            let begun = |url: &str| send.send(url.to_owned()).unwrap();
            serve(studio, begun, || until.load(Ordering::Relaxed)).unwrap();
        });
        Self {
            url: receive.recv().unwrap(),
            ends,
            thread: Some(thread),
        }
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        self.ends.store(true, Ordering::Relaxed);
        if let Some(thread) = self.thread.take() {
            thread.join().unwrap();
        }
    }
}
