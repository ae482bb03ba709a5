//! The time and memory that a process has taken. Other work on the machine must not make a grammar look slow, so the time
//! is that of the processor.

use std::fs;
use std::time::{Duration, Instant};

/// Processor time of the main thread of a process; `None` where the system does not say.
fn processor_time(process: &str) -> Option<Duration> {
    let stat = fs::read_to_string(format!("/proc/{process}/schedstat")).ok()?;
    stat.split(' ').next()?.parse().ok().map(Duration::from_nanos)
}

/// The most memory that a process has occupied, in MiB; 0 where the system does not say.
pub fn peak_mb(process: &str) -> u64 {
    let status = fs::read_to_string(format!("/proc/{process}/status")).unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kb = line.and_then(|l| l.trim().trim_end_matches(" kB").parse::<u64>().ok());
    kb.unwrap_or(0) / 1024
}

/// How long a process has worked on something.
#[derive(Debug)]
pub struct Stopwatch {
    process: String,
    wall: Instant,
    processor: Option<Duration>,
}

impl Stopwatch {
    /// Begins now. `process` is an id, or `self`.
    pub fn start(process: &str) -> Self {
        Self {
            process: process.to_owned(),
            wall: Instant::now(),
            processor: processor_time(process),
        }
    }

    /// By the clock.
    pub fn wall(&self) -> Duration {
        self.wall.elapsed()
    }

    /// Time of the processor; by the clock where the system does not say.
    pub fn elapsed(&self) -> Duration {
        match (self.processor, processor_time(&self.process)) {
            (Some(begun), Some(now)) => now.saturating_sub(begun),
            _ => self.wall(),
        }
    }

    pub fn ms(&self) -> u64 {
        self.elapsed().as_millis() as u64
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[cfg(target_os = "linux")]
    fn sleep_takes_no_time_of_the_processor() {
        let watch = Stopwatch::start("self");
        // Tests have threads of their own, and the time is that of the main thread, which waits.
        std::thread::sleep(Duration::from_millis(300));
        assert!(watch.wall() >= Duration::from_millis(300));
        assert!(watch.elapsed() < watch.wall() / 2, "{:?}", watch.elapsed());
        assert!(peak_mb("self") > 0);
    }
}
