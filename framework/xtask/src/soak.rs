//! `cargo xtask soak`: trainings and evaluations that are killed, stopped and run out of disk at random moments.
//!
//! Each is resumed until it is done. What it learnt or found has to be that of one that nothing has happened to, bit for bit.

use std::fs::{self, File};
use std::io::Write as _;
use std::os::unix::process::ExitStatusExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail, ensure};
use serde_json::Value;

use crate::build;
use crate::workspace::Workspace;

const FOLDER: &str = "target/soak";
/// Room for a run and an evaluation, several times over.
const DISK: &str = "size=32m";
/// The longest that a process is left to work, in milliseconds; a whole one takes about twice that.
const LONGEST: u64 = 4000;

const TRAIN: &str = "train --domain rainbow --run RUN --set model.width=16 --set model.layers=1 --set model.heads=2 \
     --set model.channels=[8,8,8] --set train.batch=8 --set program.size=1..=2 --set train.threads=1 \
     --set train.log_every=7 --set train.checkpoint_every=100ms --set train.evaluate_every=40 \
     --set evaluate.tasks=4 --set evaluate.budget=5 --set train.steps=200";
const EVAL: &str = "eval --run WHOLE/run --tasks WHOLE/tasks.jsonl --seeds 20 --budget 60 --out OUT";

#[derive(Debug, clap::Args)]
pub struct Options {
    /// Minutes, at least: the last round is finished
    #[arg(long, value_name = "M", default_value_t = 5.0)]
    minutes: f64,
    /// Seed of the moments and of what happens at them
    #[arg(long, default_value_t = 0)]
    seed: u64,
    /// A tdf that is there, instead of building one
    #[arg(long, value_name = "FILE")]
    tdf: Option<PathBuf>,
}

/// What happens to a process.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Blow {
    Kill,
    Term,
    Hup,
    Int,
    FullDisk,
}

impl Blow {
    const ALL: [Self; 5] = [Self::Kill, Self::Term, Self::Hup, Self::Int, Self::FullDisk];

    fn name(self) -> &'static str {
        match self {
            Self::Kill => "SIGKILL",
            Self::Term => "SIGTERM",
            Self::Hup => "SIGHUP",
            Self::Int => "SIGINT",
            Self::FullDisk => "full disk",
        }
    }

    /// The number of the signal.
    fn signal(self) -> Option<i32> {
        match self {
            Self::Kill => Some(9),
            Self::Term => Some(15),
            Self::Hup => Some(1),
            Self::Int => Some(2),
            Self::FullDisk => None,
        }
    }

    /// Whether a process that it has met at work may end so. Signals end one that has nothing to save yet.
    fn explains(self, status: ExitStatus) -> bool {
        match self.signal() {
            Some(signal) if status.signal() == Some(signal) => true,
            Some(signal) => self != Self::Kill && status.code() == Some(128 + signal),
            None => status.code() == Some(1),
        }
    }
}

/// A small file system, where that can be had.
struct Disk {
    path: PathBuf,
}

impl Disk {
    fn mount(path: PathBuf) -> Result<Self> {
        fs::create_dir_all(&path)?;
        let output = Command::new("mount")
            .args(["-t", "tmpfs", "-o", DISK, "tmpfs"])
            .arg(&path)
            .output()
            .context("mount could not be started")?;
        ensure!(
            output.status.success(),
            "{}",
            String::from_utf8_lossy(&output.stderr).trim()
        );
        Ok(Self { path })
    }

    /// Fills what is left of it; the file is removed when the disk is to have room again.
    fn fill(&self) -> Result<PathBuf> {
        let path = self.path.join("filler");
        let mut file = File::create(&path)?;
        let block = vec![0; 1 << 16];
        while file.write_all(&block).is_ok() {}
        while file.write_all(&[0]).is_ok() {}
        Ok(path)
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        // What cannot be unmounted is seen at the next mount.
        let _ = Command::new("umount").arg(&self.path).status();
    }
}

/// What has happened so far.
#[derive(Debug, Default)]
struct Tally {
    rounds: u32,
    /// By [`Blow::ALL`]: processes met at work, and processes that had ended by themselves.
    met: [u32; 5],
    missed: u32,
}

struct Soak {
    tdf: PathBuf,
    whole: PathBuf,
    disk: Option<Disk>,
    /// Where the rounds work.
    place: PathBuf,
    random: u64,
    tally: Tally,
}

pub fn soak(workspace: &Workspace, options: &Options) -> Result<()> {
    let root = workspace.root();
    let tdf = match &options.tdf {
        Some(tdf) => std::path::absolute(tdf)?,
        None => root.join(build::build(workspace)?),
    };
    let folder = root.join(FOLDER);
    if folder.exists() {
        fs::remove_dir_all(&folder).with_context(|| format!("{FOLDER} could not be removed"))?;
    }
    let whole = folder.join("whole");
    fs::create_dir_all(&whole)?;
    let disk = match Disk::mount(folder.join("disk")) {
        Ok(disk) => Some(disk),
        Err(error) => {
            println!("no full disks: a small file system cannot be mounted here ({error:#})");
            None
        }
    };
    let place = disk
        .as_ref()
        .map_or(folder.join("place"), |disk| disk.path.join("place"));
    let mut soak = Soak {
        tdf,
        whole,
        disk,
        place,
        random: options.seed,
        tally: Tally::default(),
    };
    soak.make_whole()?;
    let begin = Instant::now();
    while begin.elapsed() < Duration::from_secs_f64(60.0 * options.minutes.max(0.0)) {
        soak.round().with_context(|| {
            let round = soak.tally.rounds;
            format!(
                "--seed {}, round {round}; {} holds what there is",
                options.seed,
                soak.place.display()
            )
        })?;
    }
    println!("{}", soak.tally.report());
    Ok(())
}

impl Tally {
    fn report(&self) -> String {
        let met: Vec<String> = Blow::ALL
            .iter()
            .zip(self.met)
            .map(|(blow, number)| format!("{number} {}", blow.name()))
            .collect();
        format!(
            "{} rounds, each a training and an evaluation, all as without: {}; {} processes had ended before",
            self.rounds,
            met.join(", "),
            self.missed
        )
    }
}

impl Soak {
    /// What nothing happens to.
    fn make_whole(&self) -> Result<()> {
        let run = |line: &str| {
            let output = self.command(line).output().context("tdf could not be started")?;
            let err = String::from_utf8_lossy(&output.stderr);
            ensure!(output.status.success(), "tdf {line}: {err}");
            Ok(output.stdout)
        };
        let whole = |name: &str| self.whole.join(name).display().to_string();
        run(&TRAIN.replace("RUN", &whole("run")))?;
        let tasks = run("tasks --domain rainbow -n 8 --size 2..=4")?;
        fs::write(self.whole.join("tasks.jsonl"), tasks)?;
        run(&self.evaluation(&whole("eval")))?;
        Ok(())
    }

    fn evaluation(&self, out: &str) -> String {
        EVAL.replace("WHOLE", &self.whole.display().to_string())
            .replace("OUT", out)
    }

    fn round(&mut self) -> Result<()> {
        if self.place.exists() {
            fs::remove_dir_all(&self.place)?;
        }
        fs::create_dir_all(&self.place)?;
        let (run, out) = (self.place.join("run"), self.place.join("eval"));
        self.work(&TRAIN.replace("RUN", &run.display().to_string()), &run)?;
        let name = "checkpoints/model.safetensors";
        ensure!(
            fs::read(run.join(name))? == fs::read(self.whole.join("run").join(name))?,
            "the training has learnt something else"
        );
        self.work(&self.evaluation(&out.display().to_string()), &out)?;
        ensure!(
            results(&out)? == results(&self.whole.join("eval"))?,
            "the evaluation has found something else"
        );
        self.tally.rounds += 1;
        println!("{}", self.tally.report());
        Ok(())
    }

    /// Runs `line` until it is done, whatever happens to it; it works in `folder`.
    fn work(&mut self, line: &str, folder: &Path) -> Result<()> {
        loop {
            // A training is resumed once it has begun, an evaluation at any time.
            let begun = folder.join("config.toml").exists();
            let line = if begun {
                format!("{line} --resume")
            } else {
                line.to_owned()
            };
            let child = self
                .command(&line)
                .stdout(Stdio::null())
                .stderr(Stdio::piped())
                .spawn()
                .context("tdf could not be started")?;
            if self.strike(child, &line)? {
                return Ok(());
            }
        }
    }

    /// Lets something happen to `child` after a while; whether it was done by itself.
    fn strike(&mut self, mut child: Child, line: &str) -> Result<bool> {
        let kinds = if self.disk.is_some() { 5 } else { 4 };
        let number = self.draw(kinds) as usize;
        let blow = Blow::ALL[number];
        std::thread::sleep(Duration::from_millis(self.draw(LONGEST)));
        let mut filler = None;
        if child.try_wait()?.is_none() {
            match blow.signal() {
                Some(signal) => {
                    let words = [format!("-{signal}"), child.id().to_string()];
                    // It may have ended in the meantime.
                    Command::new("kill").args(words).stderr(Stdio::null()).status()?;
                }
                None => filler = self.disk.as_ref().map(Disk::fill).transpose()?,
            }
        }
        let output = child.wait_with_output()?;
        if let Some(filler) = filler {
            fs::remove_file(filler)?;
        }
        let err = String::from_utf8_lossy(&output.stderr);
        ensure!(!err.contains("panicked"), "tdf {line}: {err}");
        if output.status.success() {
            // The blow has come too late, or between the last write and the end.
            self.tally.missed += 1;
            return Ok(true);
        }
        if !blow.explains(output.status) {
            bail!("tdf {line}: {} after {}: {err}", output.status, blow.name());
        }
        self.tally.met[number] += 1;
        Ok(false)
    }

    fn command(&self, line: &str) -> Command {
        let mut command = Command::new("env");
        // As a terminal has them: in the background some are ignored.
        command
            .arg("--default-signal=INT,TERM,HUP")
            .arg(&self.tdf)
            .args(line.split_whitespace())
            .stdin(Stdio::null());
        command
    }

    /// A number below `limit`: SplitMix64.
    fn draw(&mut self, limit: u64) -> u64 {
        self.random = self.random.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut bits = self.random;
        bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (bits ^ (bits >> 31)) % limit
    }
}

/// The lines of an evaluation without what the clock says.
fn results(out: &Path) -> Result<Vec<Value>> {
    let text = fs::read_to_string(out.join("results.jsonl"))?;
    let line = |line: &str| {
        let mut line: Value = serde_json::from_str(line)?;
        line.as_object_mut()
            .context("a line that is no object")?
            .remove("seconds");
        Ok(line)
    };
    text.lines().map(line).collect()
}
