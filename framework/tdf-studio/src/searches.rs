//! The searches of a server: who looks at them, and when they are let go.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use axum::http::StatusCode;
use tokio::sync::watch;

use crate::error::ApiError;
use crate::turns::Turns;

/// Searches that are under way at most, those that wait and those that are paused among them.
const MOST_OPEN: usize = 64;

/// Searches that have ended and are kept, so that their page may be loaded again.
const MOST_ENDED: usize = 64;

/// How long a search goes on that nobody looks at: as long as a page takes to load again.
const UNSEEN: Duration = Duration::from_secs(10);

/// How long a search may be paused before it ends.
const PAUSED: Duration = Duration::from_secs(600);

/// What the page is told of a search: the name of the event and its data in JSON.
#[derive(Clone, Debug)]
pub(crate) struct Event {
    pub name: &'static str,
    pub data: Arc<str>,
}

/// A search, from when it is asked for until it is forgotten.
#[derive(Debug)]
pub(crate) struct Search {
    pub id: u64,
    /// The last thing to tell.
    pub events: watch::Sender<Event>,
    stopped: AtomicBool,
    ended: AtomicBool,
    paused: Mutex<bool>,
    resumed: Condvar,
    viewers: AtomicUsize,
    /// The animation of the way to the answer, once there is one.
    gif: Mutex<Option<Arc<[u8]>>>,
}

impl Search {
    /// Whether somebody ended it.
    pub fn is_stopped(&self) -> bool {
        self.stopped.load(Ordering::Relaxed)
    }

    /// Ends it before its limit.
    pub fn stop(&self) {
        self.stopped.store(true, Ordering::Relaxed);
        self.resumed.notify_all();
    }

    /// Pauses it, or lets it go on.
    pub fn pause(&self, paused: bool) {
        *self.lock() = paused;
        self.resumed.notify_all();
    }

    pub fn is_paused(&self) -> bool {
        *self.lock()
    }

    /// Waits until it may go on, or is to end.
    pub fn wait_while_paused(&self) {
        let waits = |paused: &mut bool| *paused && !self.is_stopped();
        let waited = self.resumed.wait_timeout_while(self.lock(), PAUSED, waits);
        let (guard, time) = waited.unwrap_or_else(PoisonError::into_inner);
        drop(guard);
        if time.timed_out() {
            self.stop();
        }
    }

    pub fn tell(&self, name: &'static str, data: &serde_json::Value) {
        let data = data.to_string().into();
        self.events.send_replace(Event { name, data });
    }

    pub fn keep_gif(&self, gif: Vec<u8>) {
        *self.gif.lock().unwrap_or_else(PoisonError::into_inner) = Some(gif.into());
    }

    pub fn gif(&self) -> Option<Arc<[u8]>> {
        self.gif.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Nothing more will be told.
    pub fn end(&self) {
        self.ended.store(true, Ordering::Release);
    }

    fn lock(&self) -> MutexGuard<'_, bool> {
        self.paused.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn has_ended(&self) -> bool {
        self.ended.load(Ordering::Acquire)
    }
}

/// All searches of a server.
#[derive(Debug, Default)]
pub(crate) struct Searches {
    all: Mutex<BTreeMap<u64, Arc<Search>>>,
    next: AtomicU64,
    pub turns: Turns,
}

impl Searches {
    /// A new search, if there are not too many.
    pub fn open(self: &Arc<Self>) -> Result<Arc<Search>, ApiError> {
        let mut all = self.lock();
        let open = all.values().filter(|search| !search.has_ended()).count();
        if open >= MOST_OPEN {
            let message = format!("{open} searches are under way: stop one, or wait until one ends");
            return Err(ApiError::with(StatusCode::TOO_MANY_REQUESTS, message));
        }
        let ended: Vec<u64> = all
            .values()
            .filter(|search| search.has_ended())
            .map(|search| search.id)
            .collect();
        for id in ended.iter().take((ended.len() + 1).saturating_sub(MOST_ENDED)) {
            all.remove(id);
        }
        let waiting = Event {
            name: "progress",
            data: r#"{"state":"waiting"}"#.into(),
        };
        let search = Arc::new(Search {
            id: self.next.fetch_add(1, Ordering::Relaxed),
            events: watch::Sender::new(waiting),
            stopped: AtomicBool::new(false),
            ended: AtomicBool::new(false),
            paused: Mutex::new(false),
            resumed: Condvar::new(),
            viewers: AtomicUsize::new(0),
            gif: Mutex::new(None),
        });
        all.insert(search.id, Arc::clone(&search));
        drop(all);
        self.stop_unless_seen(&search);
        Ok(search)
    }

    pub fn get(&self, id: u64) -> Result<Arc<Search>, ApiError> {
        let found = self.lock().get(&id).cloned();
        found.ok_or_else(|| {
            ApiError::missing(format!(
                "there is no search {id}: it was dropped when no page showed it"
            ))
        })
    }

    /// Somebody looks at a search, until this is dropped.
    pub fn view(self: &Arc<Self>, search: Arc<Search>) -> View {
        search.viewers.fetch_add(1, Ordering::SeqCst);
        View {
            searches: Arc::clone(self),
            search,
        }
    }

    /// Ends all of them.
    pub fn stop_all(&self) {
        self.lock().values().for_each(|search| search.stop());
    }

    /// Stops a search that nobody looks at in a while, if it is still under way then.
    fn stop_unless_seen(self: &Arc<Self>, search: &Arc<Search>) {
        let search = Arc::downgrade(search);
        tokio::spawn(async move {
            tokio::time::sleep(UNSEEN).await;
            if let Some(search) = search
                .upgrade()
                .filter(|search| search.viewers.load(Ordering::SeqCst) == 0)
            {
                search.stop();
            }
        });
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<u64, Arc<Search>>> {
        self.all.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A page that shows a search.
#[derive(Debug)]
pub(crate) struct View {
    searches: Arc<Searches>,
    search: Arc<Search>,
}

impl Drop for View {
    fn drop(&mut self) {
        if self.search.viewers.fetch_sub(1, Ordering::SeqCst) == 1 && !self.search.has_ended() {
            self.searches.stop_unless_seen(&self.search);
        }
    }
}
