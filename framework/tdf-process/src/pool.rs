//! The processes of a domain: as many as threads that call at once, up to a limit.

use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};

use crate::child::{CallError, Child, Command};
use crate::frame::{Frame, Function};

/// Processes that do not start, one after the other, before no more is started. One that starts and fails later is replaced as often as
/// that happens: it costs one program.
const MOST_FAILURES: u32 = 5;

/// Processes that are started when they are needed.
pub(crate) struct Pool {
    command: Command,
    /// The greatest number of processes.
    most: usize,
    /// What each process is told at its beginning.
    greetings: Vec<Frame>,
    state: Mutex<State>,
    changed: Condvar,
}

struct State {
    idle: Vec<Child>,
    running: usize,
    /// Processes that did not start since the last one that did.
    failures: u32,
    /// What the last of them said.
    last: String,
}

impl Pool {
    /// Of a process that runs and has got the `greetings`.
    pub(crate) fn new(command: Command, most: usize, greetings: Vec<Frame>, first: Child) -> Arc<Self> {
        Arc::new(Self {
            command,
            most: most.max(1),
            greetings,
            state: Mutex::new(State {
                idle: vec![first],
                running: 1,
                failures: 0,
                last: String::new(),
            }),
            changed: Condvar::new(),
        })
    }

    /// Calls a function in one of the processes.
    pub(crate) fn call(&self, frame: Frame) -> Result<Vec<u8>, CallError> {
        self.with(|child| child.call(frame))
    }

    /// Calls a function on programs that run on the inputs with this number, which is not 0.
    pub(crate) fn call_bound(&self, number: u64, inputs: &Frame, frame: Frame) -> Result<Vec<u8>, CallError> {
        self.with(|child| {
            if child.bound != number {
                child.call(inputs.clone())?;
                child.bound = number;
            }
            child.call(frame)
        })
    }

    fn with<T>(&self, work: impl FnOnce(&mut Child) -> Result<T, CallError>) -> Result<T, CallError> {
        let mut child = self.take()?;
        let result = work(&mut child);
        match &result {
            Err(error) if error.is_of_process() => {
                drop(child);
                self.state().running -= 1;
            }
            _ => self.state().idle.push(child),
        }
        self.changed.notify_one();
        result
    }

    fn take(&self) -> Result<Child, CallError> {
        let mut state = self.state();
        loop {
            // The one that was used last: it is likely to be bound to the same inputs.
            if let Some(child) = state.idle.pop() {
                return Ok(child);
            }
            if state.failures >= MOST_FAILURES {
                let last = &state.last;
                return Err(CallError::Failed(format!(
                    "{MOST_FAILURES} processes did not start, one after the other, and no more is started; the last one {last}"
                )));
            }
            if state.running < self.most {
                state.running += 1;
                drop(state);
                let started = self.start();
                let mut state = self.state();
                match &started {
                    Ok(_) => state.failures = 0,
                    Err(error) => {
                        state.running -= 1;
                        state.failures += 1;
                        state.last = error.to_string();
                    }
                }
                drop(state);
                self.changed.notify_all();
                return started;
            }
            state = self.changed.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
    }

    fn start(&self) -> Result<Child, CallError> {
        let mut child = Child::start(&self.command)?;
        for greeting in &self.greetings {
            child.call(greeting.clone()).map_err(|error| match error {
                CallError::Failed(why) => CallError::Broken(format!("did not open: {why}")),
                error => error,
            })?;
        }
        Ok(child)
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A call of a function without arguments.
pub(crate) fn frame(function: Function) -> Frame {
    Frame::new(function as u8)
}
