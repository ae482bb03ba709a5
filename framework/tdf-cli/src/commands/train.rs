use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::bail;
use clap_complete::{ArgValueCandidates, ArgValueCompleter};
use tch::Device;
use tdf_config::Config;
use tdf_domain::DynDomain;
use tdf_loader::ResolvedDomain;
use tdf_parallel::{Communicator, ProcessRank};
use tdf_train::{
    Measured, Observer, Progress as Report, Stage, Summary, check_run, run_config, run_header, train_together,
};

use crate::commands::progress::Progress;
use crate::device::DeviceChoice;
use crate::domains::{DomainName, tell_faults};
use crate::output::counted;
use crate::recorded::Recorded;
use crate::torch;
use crate::{complete, interrupt, output};

/// Trains the network of a domain
#[derive(Debug, clap::Args)]
pub struct Train {
    #[command(flatten)]
    domain: DomainName,
    /// Values to begin with; a resumed run has its own [default: tiny]
    #[arg(long, add = ArgValueCandidates::new(complete::presets))]
    preset: Option<String>,
    /// A TOML file with keys that differ from the preset
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// Set a key, such as train.minutes=10 or domain.canvas=64; wins over the file
    #[arg(long = "set", value_name = "KEY=VALUE", add = ArgValueCompleter::new(complete::settings))]
    sets: Vec<String>,
    /// Run folder; default: runs/DOMAIN-PRESET
    #[arg(long, value_name = "DIR")]
    run: Option<PathBuf>,
    /// Go on with the run in the folder, as if it had not stopped
    #[arg(long)]
    resume: bool,
    /// Where the network runs
    #[arg(long, value_enum, default_value_t = DeviceChoice::Auto)]
    device: DeviceChoice,
    /// Print the configuration with all keys and stop
    #[arg(long)]
    print_config: bool,
}

impl Train {
    pub fn run(self) -> anyhow::Result<()> {
        if let (Some(run), false) = (&self.run, self.print_config)
            && ProcessRank::from_environment()?.is_none()
        {
            check_run(run, self.resume)?;
        }
        let found = self.domain.find()?;
        let domain = found.open(&[])?;
        let run = self.run.clone().unwrap_or_else(|| {
            ["runs", &format!("{}-{}", domain.name(), self.preset_name())]
                .iter()
                .collect()
        });
        let group = Communicator::from_environment()?;
        let leads = group.as_ref().is_none_or(|group| group.rank() == 0);
        let config = match &group {
            None => self.configuration(&*domain, &run)?,
            Some(group) => shared(group, || self.configuration(&*domain, &run))?,
        };
        let domain = open(&found, &config)?;
        if self.print_config {
            return if leads {
                output::print(&config.to_commented_toml(found.options()))
            } else {
                Ok(())
            };
        }
        let device = torch::device(self.device)?;
        let device = group.as_ref().map_or(Ok(device), |group| own(device, group))?;
        if !leads {
            interrupt::watch_silently();
            train_together(group, domain.clone(), &config, &run, self.resume, device, &mut Silent)?;
            tell_faults(&*domain);
            return Ok(());
        }
        interrupt::watch();
        let summary = work(group, &domain, &config, &run, self.resume, device)?;
        let mut lines = vec![format!(
            "{}, {} in {:.0} s ({:.0} a second)",
            counted(summary.step, "step"),
            counted(summary.examples, "example"),
            summary.seconds,
            summary.examples as f64 / summary.seconds.max(1e-9)
        )];
        let Measured {
            tokens_per_second,
            memory,
            mfu,
        } = summary.measured;
        let took: Vec<String> = [
            tokens_per_second.map(|rate| format!("{rate:.0} tokens a second")),
            memory.map(|bytes| format!("{} MB", bytes / 1_000_000)),
            mfu.map(|share| format!("{:.1} % of the device's peak", 100.0 * share)),
        ]
        .into_iter()
        .flatten()
        .collect();
        if !took.is_empty() {
            lines.push(took.join(", "));
        }
        if let (Some(before), Some(after)) = (summary.untrained_solve_rate, summary.solve_rate) {
            let first = if config.train.from.is_empty() {
                "untrained"
            } else {
                "at first"
            };
            lines.push(format!(
                "solve rate {:.1} % ({first} {:.1} %)",
                100.0 * after,
                100.0 * before
            ));
        }
        if let Some(best) = &summary.best {
            lines.push(format!(
                "best solve rate {:.1} % after step {}: {} (--checkpoint best)",
                100.0 * best.solve_rate,
                best.step,
                best.model.display()
            ));
        }
        if summary.out_of_patience {
            lines.push(format!(
                "ended early: {} evaluations in a row brought no better solve rate (train.patience)",
                config.train.patience
            ));
        }
        if summary.render_failures > 0 {
            lines.push(format!(
                "{} without an image, or with a plugin that failed: others were taken in their place",
                counted(summary.render_failures, "program")
            ));
        }
        if summary.stopped {
            lines.push(format!("stopped early; go on with --resume --run {}", run.display()));
        }
        lines.push(format!("network: {}", summary.model.display()));
        output::print_report(lines)
    }

    fn configuration(&self, domain: &dyn DynDomain, run: &Path) -> anyhow::Result<Config> {
        // A resumed run goes on with its own configuration; the command line may change keys of it.
        let base = match self.resume {
            true => self.resumed(run)?,
            false => self.preset()?,
        };
        Ok(base.for_domain(domain).layer(self.config.as_deref(), &self.sets)?)
    }

    /// The configuration of the run to go on with. A preset would change nothing, so it has to be that of the run.
    fn resumed(&self, run: &Path) -> anyhow::Result<Config> {
        let config = run_config(run)?;
        if self.preset.is_some() {
            let (nearest, others) = config.nearest_preset();
            let differing = self.preset()?.differences(&config).len();
            if differing > others.len() {
                bail!(
                    "--resume --preset {}: a resumed run goes on with its own configuration, and that of {} is nearest to the \
                     preset {nearest}: leave out --preset, or begin another run with --run",
                    self.preset_name(),
                    run.display()
                );
            }
        }
        Ok(config)
    }

    fn preset_name(&self) -> &str {
        self.preset.as_deref().unwrap_or("tiny")
    }

    fn preset(&self) -> anyhow::Result<Config> {
        let name = self.preset_name();
        match Config::preset(name) {
            Some(config) => Ok(config),
            None => bail!(
                "--preset {name}: there is no such preset; there are {}",
                Config::PRESETS.join(", ")
            ),
        }
    }
}

/// The domain under the options of `config`.
pub fn open(found: &ResolvedDomain, config: &Config) -> anyhow::Result<Arc<dyn DynDomain>> {
    let options = config.domain_options();
    let options: Vec<(&str, &str)> = options.iter().map(|(name, value)| (&**name, &**value)).collect();
    Ok(found.open(&options)?)
}

/// Trains in the folder `run` and shows how far it is.
pub fn work(
    group: Option<Communicator>,
    domain: &Arc<dyn DynDomain>,
    config: &Config,
    run: &Path,
    resume: bool,
    device: Device,
) -> anyhow::Result<Summary> {
    if resume && let (Some(from), Ok(header)) = (domain.provenance(), run_header(run)) {
        Recorded::in_run(run, &header).compare_plugin(&from.digest);
    }
    let mut display = Display {
        progress: Progress::new("trained"),
        solve_rate: None,
    };
    let summary = train_together(group, domain.clone(), config, run, resume, device, &mut display)?;
    display.progress.finish();
    tell_faults(&**domain);
    Ok(summary)
}

/// The configuration that process 0 makes: only its machine need have the run folder and the file.
fn shared(group: &Communicator, make: impl FnOnce() -> anyhow::Result<Config>) -> anyhow::Result<Config> {
    let made = (group.rank() == 0).then(make).transpose();
    let text = made
        .as_ref()
        .ok()
        .map(|config| config.as_ref().map_or(String::new(), Config::to_toml));
    let heard = group.broadcast_bytes(text.as_deref().map(str::as_bytes));
    match (made?, heard?) {
        (Some(config), _) => Ok(config),
        (None, Some(text)) => Ok(Config::from_toml(&String::from_utf8_lossy(&text))?),
        (None, None) => bail!(
            "process {} of {}: process 0 has failed; its own message says why",
            group.rank(),
            group.size()
        ),
    }
}

/// The device of this process, by its number on the machine.
fn own(device: Device, group: &Communicator) -> anyhow::Result<Device> {
    let (rank, gpus) = (group.process_rank(), tch::Cuda::device_count());
    match device {
        Device::Cuda(_) if rank.local_rank as i64 >= gpus => bail!(
            "process {} of {} is number {} on its machine (LOCAL_RANK), which has {gpus} GPUs: start as many processes as it has GPUs, or use --device cpu",
            rank.rank,
            rank.size,
            rank.local_rank
        ),
        Device::Cuda(_) => Ok(Device::Cuda(rank.local_rank)),
        device => Ok(device),
    }
}

/// Looks on for a process that is not the first: the first one tells.
struct Silent;

impl Observer for Silent {
    fn progress(&mut self, _: &Report) -> bool {
        !interrupt::requested()
    }
}

struct Display {
    progress: Progress,
    solve_rate: Option<f64>,
}

impl Observer for Display {
    fn progress(&mut self, report: &Report) -> bool {
        let mut remark = format!("step {}, {:.0} examples/s", report.step, report.examples_per_second);
        if let Some(losses) = report.losses {
            remark.push_str(&format!(", loss {:.3}", losses.loss));
        }
        if let Stage::Evaluating { ended, tasks } = report.stage {
            remark.push_str(&format!(", evaluating: {ended} of {} ended", counted(tasks, "task")));
        }
        if let Some(left) = report.seconds_left {
            remark.push_str(&format!(", {:.0} s left", left));
        }
        self.progress.update(report.done, &remark);
        if report.solve_rate != self.solve_rate {
            self.solve_rate = report.solve_rate;
            if let Some(rate) = report.solve_rate {
                // The rate is told with the step after the one that it was measured at.
                let step = report.step.saturating_sub(1);
                self.progress
                    .note(&format!("after step {step}: solve rate {:.1} %", 100.0 * rate));
            }
        }
        !interrupt::requested()
    }

    fn message(&mut self, text: &str) {
        self.progress.note(text);
    }
}
