//! The server: where it listens, and how it ends.

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use tokio::net::TcpListener;

use crate::access::Access;
use crate::routes::{Shared, router};
use crate::searches::Searches;
use crate::subject::Subject;

/// Threads that answer requests, and threads that render for them.
const ANSWERING: usize = 2;
const RENDERING: usize = 4;

/// What is served.
#[derive(Debug)]
pub struct Studio {
    /// What the page can search on, the first one shown first.
    pub subjects: Vec<Subject>,
    /// The port on 127.0.0.1; 0 for any that is free.
    pub port: u16,
}

/// A server that cannot begin.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StudioError {
    /// The port is taken, or may not be listened on.
    #[error("127.0.0.1:{port}: {error}; another port: --port N")]
    Port {
        /// The port.
        port: u16,
        /// What the system says.
        error: std::io::Error,
    },
    /// There is nothing to search on.
    #[error("there is nothing to search on: name a run folder with --run DIR")]
    NoSubject,
    /// The system gives no random numbers for the token.
    #[error("no random numbers for a token: {0}")]
    Random(#[from] getrandom::Error),
    /// Anything else of the system.
    #[error(transparent)]
    Io(#[from] std::io::Error),
}

/// How often it is asked whether to end.
const ASKED: Duration = Duration::from_millis(100);

/// Serves the page on 127.0.0.1 until `ends` says so. `begun` is told the address, which has the token.
///
/// # Errors
/// See [`StudioError`].
pub fn serve(studio: Studio, begun: impl FnOnce(&str), ends: impl Fn() -> bool) -> Result<(), StudioError> {
    if studio.subjects.is_empty() {
        return Err(StudioError::NoSubject);
    }
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(ANSWERING)
        .max_blocking_threads(RENDERING)
        .enable_all()
        .build()?;
    let searches = Arc::new(Searches::default());
    let shared = Shared {
        subjects: studio.subjects.into_iter().map(Arc::new).collect(),
        searches: Arc::clone(&searches),
    };
    let served = runtime.block_on(async move {
        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, studio.port));
        let port = studio.port;
        let listener = TcpListener::bind(address)
            .await
            .map_err(|error| StudioError::Port { port, error })?;
        let access = Access::new(listener.local_addr()?.port())?;
        begun(&access.url());
        let router = router(Arc::new(shared), access);
        // Streams of events do not end by themselves, so that nobody waits for them.
        tokio::select! {
            served = async { axum::serve(listener, router).await } => served.map_err(StudioError::from),
            () = until(&ends) => Ok(()),
        }
    });
    searches.stop_all();
    runtime.shutdown_background();
    served
}

async fn until(ends: &impl Fn() -> bool) {
    while !ends() {
        tokio::time::sleep(ASKED).await;
    }
}
