//! One process: started, called, watched, stopped.

use std::collections::VecDeque;
use std::fmt;
use std::io::{BufRead as _, BufReader, ErrorKind, Write as _};
use std::path::PathBuf;
use std::process::{Child as Process, ChildStdin, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use crate::frame::{ANSWER, FAILURE, Frame, NO_IMAGE, receive};

/// Lines of standard error that are kept for the message about a process that ended.
const LAST_LINES: usize = 20;

/// How long a process may take to end when its standard input is closed, before it is killed.
const PATIENCE: Duration = Duration::from_millis(500);

/// A command that starts a process.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Command {
    /// The program and its arguments.
    pub words: Vec<String>,
    /// The working folder of the process. The program is looked for there, too, if its name has a folder.
    pub folder: PathBuf,
    /// Seconds that a call may take.
    pub limit: u64,
}

/// Why a call has no answer. The process is of no use any more, except after [`CallError::Failed`] and [`CallError::NoImage`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum CallError {
    /// The process says that it failed.
    Failed(String),
    /// The process says that the program has no image.
    NoImage(String),
    /// It could not be started, it ended, or it answered nonsense.
    Broken(String),
    /// It did not answer in time.
    Late(u64),
}

impl CallError {
    pub(crate) fn is_of_process(&self) -> bool {
        matches!(self, Self::Broken(_) | Self::Late(_))
    }
}

impl fmt::Display for CallError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Failed(why) => write!(f, "failed: {}", why.trim_end()),
            Self::NoImage(why) | Self::Broken(why) => f.write_str(why),
            Self::Late(limit) => write!(
                f,
                "has not answered after {limit} s; if it only takes long, raise `limit` in the table `domain` of the .toml \
                 beside the grammar"
            ),
        }
    }
}

type Answer = std::io::Result<(u8, Vec<u8>)>;

/// A process that runs.
pub(crate) struct Child {
    process: Process,
    input: Option<ChildStdin>,
    answers: Receiver<Answer>,
    said: Arc<Mutex<VecDeque<String>>>,
    listener: Option<JoinHandle<()>>,
    limit: u64,
    /// The number of the inputs that the process is bound to.
    pub(crate) bound: u64,
}

impl Child {
    pub(crate) fn start(command: &Command) -> Result<Self, CallError> {
        let broken = |what: String| CallError::Broken(what);
        let Some((program, arguments)) = command.words.split_first() else {
            return Err(broken("the command is empty".to_owned()));
        };
        let process = std::process::Command::new(program)
            .args(arguments)
            .current_dir(&command.folder)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn();
        let mut process = process.map_err(|error| match error.kind() {
            ErrorKind::NotFound => broken(format!("cannot be started: there is no program {program:?}")),
            _ => broken(format!("cannot be started: {program:?}: {error}")),
        })?;
        let (input, output, errors) = (process.stdin.take(), process.stdout.take(), process.stderr.take());
        let (sender, answers) = channel();
        if let Some(mut output) = output {
            // It ends with the process, or when nobody listens any more.
            std::thread::spawn(move || {
                loop {
                    let answer = receive(&mut output);
                    let is_last = answer.is_err();
                    if sender.send(answer).is_err() || is_last {
                        return;
                    }
                }
            });
        }
        let said = Arc::new(Mutex::new(VecDeque::new()));
        let kept = Arc::clone(&said);
        let listener = errors.map(|errors| {
            std::thread::spawn(move || {
                for line in BufReader::new(errors).split(b'\n').map_while(Result::ok) {
                    let line = String::from_utf8_lossy(&line).into_owned();
                    // Without standard error there is nobody to tell.
                    let _ = writeln!(std::io::stderr(), "{line}");
                    let mut kept = kept.lock().unwrap_or_else(PoisonError::into_inner);
                    if kept.len() == LAST_LINES {
                        kept.pop_front();
                    }
                    kept.push_back(line);
                }
            })
        });
        Ok(Self {
            process,
            input,
            answers,
            said,
            listener,
            limit: command.limit,
            bound: 0,
        })
    }

    /// Sends a call and waits for the answer.
    pub(crate) fn call(&mut self, frame: Frame) -> Result<Vec<u8>, CallError> {
        let sent = match &mut self.input {
            Some(input) => frame.send(input),
            None => Err(ErrorKind::BrokenPipe.into()),
        };
        if let Err(error) = sent
            && error.kind() == ErrorKind::InvalidInput
        {
            return Err(CallError::Failed(error.to_string()));
        }
        // A process that ended takes no call, and what it said last says why.
        match self.answers.recv_timeout(Duration::from_secs(self.limit)) {
            Ok(Ok((ANSWER, payload))) => Ok(payload),
            Ok(Ok((FAILURE, payload))) => Err(CallError::Failed(text(payload))),
            Ok(Ok((NO_IMAGE, payload))) => Err(CallError::NoImage(text(payload))),
            Ok(Ok((code, _))) => Err(CallError::Broken(format!(
                "answered with the code {code}, which means nothing"
            ))),
            Ok(Err(error)) if error.kind() == ErrorKind::InvalidData => Err(CallError::Broken(format!(
                "wrote to its standard output what is no answer: {error}; a program that prints has to print to standard error"
            ))),
            Ok(Err(_)) | Err(RecvTimeoutError::Disconnected) => Err(CallError::Broken(self.ended())),
            Err(RecvTimeoutError::Timeout) => Err(CallError::Late(self.limit)),
        }
    }

    /// What is said of a process that ended.
    fn ended(&mut self) -> String {
        let status = match self.wait() {
            Some(status) => format!("ended ({status})"),
            None => "closed its standard output".to_owned(),
        };
        if let Some(listener) = self.listener.take_if(|listener| listener.is_finished()) {
            let _ = listener.join();
        }
        let said = self.said.lock().unwrap_or_else(PoisonError::into_inner);
        match said.is_empty() {
            true => status,
            false => format!(
                "{status} and said\n{}",
                said.iter().cloned().collect::<Vec<_>>().join("\n")
            ),
        }
    }

    /// The exit status, if the process ends soon.
    fn wait(&mut self) -> Option<ExitStatus> {
        let begin = Instant::now();
        loop {
            if let Ok(Some(status)) = self.process.try_wait() {
                // The rest of what it said arrives.
                while begin.elapsed() < PATIENCE && self.listener.as_ref().is_some_and(|l| !l.is_finished()) {
                    std::thread::sleep(Duration::from_millis(1));
                }
                return Some(status);
            }
            if begin.elapsed() >= PATIENCE {
                return None;
            }
            std::thread::sleep(Duration::from_millis(1));
        }
    }
}

impl Drop for Child {
    /// Closes the standard input, at which a process ends; kills one that does not.
    fn drop(&mut self) {
        self.input = None;
        if self.wait().is_none() {
            let _ = self.process.kill();
            let _ = self.process.wait();
        }
    }
}

fn text(payload: Vec<u8>) -> String {
    String::from_utf8_lossy(&payload).into_owned()
}
