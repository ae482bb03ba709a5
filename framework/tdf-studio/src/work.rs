//! A search at work, on a thread of its own.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::time::{Duration, Instant};

use serde::Deserialize;
use serde_json::{Map, Value as Json, json};
use tdf_domain::Criterion;
use tdf_search::{MAX_BUDGET, Networks, Outcome, SearchOptions, SearchView, TaskView};

use crate::error::ApiError;
use crate::history::{Improvements, Path};
use crate::searches::{Search, Searches};
use crate::subject::{SECONDS, Subject};
use crate::target::{OwnedTarget, Sent};
use crate::{image, language, rendered};

/// What the page asks for.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Request {
    pub subject: String,
    target: Sent,
    method: Option<String>,
    seconds: Option<f64>,
    budget: Option<u32>,
    renders: Option<u64>,
    #[serde(default)]
    seed: u64,
    start: Option<String>,
    criterion: Option<String>,
}

/// A search that can begin.
pub(crate) struct Work {
    subject: Arc<Subject>,
    target: OwnedTarget,
    criterion: Criterion,
    options: SearchOptions,
    /// Seconds of turns.
    seconds: Option<f64>,
    /// The line that does the same.
    pub command: String,
}

/// The longest search in seconds.
const LONGEST: f64 = 3600.0;

/// How often the page is told.
const TOLD: Duration = Duration::from_millis(200);

/// Members of a beam that are shown, at most.
const MEMBERS: usize = 12;

/// Frames of an animation, at most, and its height in pixels.
const FRAMES: usize = 60;
const HEIGHT: u32 = 256;

impl Work {
    pub fn new(subject: &Arc<Subject>, request: &Request) -> Result<Self, ApiError> {
        let domain = &subject.domain;
        let name = request.method.as_deref().unwrap_or_else(|| subject.method());
        let can = subject.methods();
        if !can.iter().any(|method| method.name == name) {
            let known: Vec<&str> = can.iter().map(|method| method.name).collect();
            return Err(ApiError::refused(format!(
                "there is no method {name:?} here; there are {}",
                known.join(", ")
            )));
        }
        let is_limited = request.budget.is_some() || request.renders.is_some();
        let seconds = request.seconds.or((!is_limited).then_some(SECONDS));
        if !seconds.is_none_or(|seconds| seconds > 0.0 && seconds <= LONGEST) {
            return Err(ApiError::refused(format!(
                "seconds have to be above 0 and at most {LONGEST}"
            )));
        }
        let start = request
            .start
            .as_deref()
            .map(|text| language::parse(&**domain, text))
            .transpose()?;
        if start.is_some() && ["sample", "enumerate"].contains(&name) {
            return Err(ApiError::refused(format!(
                "the method {name} has no initial programs: choose another one"
            )));
        }
        let mut options = subject.config.search_options(request.seed);
        options.method = name.to_owned();
        options.budget = request.budget.unwrap_or(MAX_BUDGET).clamp(1, MAX_BUDGET);
        options.renders = request.renders.map(|renders| renders.max(1));
        options.seconds = None;
        options.start = start;
        if let Some(criterion) = &request.criterion {
            options.criterion.clone_from(criterion);
        }
        let criterion = domain.criterion(&options.criterion).map_err(ApiError::refused)?;
        let target = OwnedTarget::of(subject, &request.target)?;
        let command = command(subject, request, name, seconds, target.file);
        Ok(Self {
            subject: Arc::clone(subject),
            target,
            criterion,
            options,
            seconds,
            command,
        })
    }

    /// Searches, tells `search` of it, and ends it. Returns when the search has ended.
    pub fn run(self, search: &Search, searches: &Searches) {
        let worked = catch_unwind(AssertUnwindSafe(|| self.work(search, searches)));
        searches.turns.end(search.id);
        match worked {
            Ok(Ok(end)) => search.tell("end", &end),
            Ok(Err(message)) => search.tell("failure", &json!({ "message": message })),
            Err(_) => search.tell(
                "failure",
                &json!({ "message": "the search failed: this is a fault of tdf" }),
            ),
        }
        search.end();
    }

    fn work(&self, search: &Search, searches: &Searches) -> Result<Json, String> {
        if !searches.turns.wait(search.id, &|| search.is_stopped()) {
            return Err("stopped before it began".to_owned());
        }
        let mut networks = self.subject.networks.as_ref().map(|make| make());
        let networks = match &mut networks {
            Some(networks) => networks.networks(),
            None => Networks::default(),
        };
        let mut watch = Watch::new(self, search, searches);
        let domain = &self.subject.domain;
        let targets = [self.target.target()];
        let mut observe = |view: &SearchView<'_, '_>| watch.observe(view);
        let found = tdf_search::search_viewed(domain, &targets, networks, &self.options, &mut observe);
        let mut outcome = found
            .map_err(|error| error.to_string())?
            .pop()
            .ok_or("nothing was searched")?;
        if let Some(known) = &self.target.known {
            tdf_search::refine_outcome(&self.target.domain, self.criterion, known, &mut outcome);
        }
        let seconds = watch.clock.seconds();
        let path = watch.improvements.path(&outcome.best);
        if let Some(gif) = self.gif(&path) {
            search.keep_gif(gif);
        }
        self.end(&outcome, seconds, &path, search.is_stopped())
            .map_err(|error| error.message)
    }

    /// What is told at the end.
    fn end(&self, outcome: &Outcome, seconds: f64, path: &Path, stopped: bool) -> Result<Json, ApiError> {
        let result = rendered::rendered(&self.subject, &outcome.best.program, Some(&self.target), self.criterion)?;
        let mut all = match &result {
            Json::Object(result) => result.clone(),
            _ => Map::new(),
        };
        for part in ["tree", "svg", "shown", "size"] {
            all.remove(part);
        }
        if let Ok((seen, _)) = rendered::nearness(&self.target, &outcome.best.program, self.criterion) {
            all.insert("image".into(), image::shown(&*self.target.domain, &seen).into());
        }
        let language = self.subject.domain.language();
        let front = outcome.front.iter().map(|entry| {
            json!({
                "size": entry.size,
                "difference": entry.difference,
                "program": language.print(entry.program.nodes()),
            })
        });
        let spent = [
            ("state", json!("ended")),
            ("expansions", json!(outcome.expansions)),
            ("renders", json!(outcome.renders)),
            ("network_calls", json!(outcome.network_calls)),
            ("seconds", json!(seconds)),
            ("beam", json!([])),
            ("front", front.collect()),
        ];
        all.extend(spent.map(|(name, value)| (name.to_owned(), value)));
        let reason = match (outcome.solved, stopped) {
            (true, _) => "solved",
            (false, true) => "stopped",
            (false, false) => "limit",
        };
        all.insert("solved".into(), outcome.solved.into());
        all.insert("reason".into(), reason.into());
        all.insert("result".into(), result);
        all.insert("path".into(), path.json(&self.target, self.criterion));
        all.insert("command".into(), self.command.clone().into());
        Ok(Json::Object(all))
    }

    fn gif(&self, path: &Path) -> Option<Vec<u8>> {
        let domain = &self.target.domain;
        let canvas = domain.canvas()?;
        // The end matters more than the middle.
        let left_out = path.steps.len().saturating_sub(FRAMES);
        let shown = path
            .steps
            .iter()
            .enumerate()
            .filter(|(at, _)| *at == 0 || *at > left_out);
        let frames = shown.filter_map(|(_, (program, _))| tdf_eval::render(domain, program).ok());
        let scale = HEIGHT.div_ceil(canvas.height.max(1)).max(1);
        tdf_eval::denoising_gif(canvas, &frames.collect::<Vec<_>>(), &self.target.observation, scale).ok()
    }

    /// What is told of a search that is under way.
    fn progress(&self, task: &TaskView<'_, '_>, state: &str, seconds: f64) -> Json {
        let domain = &*self.target.domain;
        let language = domain.language();
        let (expansions, renders, calls) = task.spent();
        let mut all = Map::new();
        if let Some((best, _)) = task.best()
            && let Ok((seen, near)) = rendered::nearness(&self.target, &best.program, self.criterion)
        {
            all = near;
            all.insert("program".into(), language.print(best.program.nodes()).into());
            all.insert("image".into(), image::shown(domain, &seen).into());
            let rows = rendered::rows(&self.subject, &self.target, &best.program);
            all.insert("rows".into(), rows.unwrap_or_default());
        }
        let members = task.members().iter().take(MEMBERS).map(|member| {
            json!({
                "program": language.print(member.program.nodes()),
                "image": image::shown(domain, &member.image),
                "difference": member.difference,
            })
        });
        all.insert("beam".into(), members.collect());
        all.insert("state".into(), state.into());
        all.insert("expansions".into(), expansions.into());
        all.insert("renders".into(), renders.into());
        all.insert("network_calls".into(), calls.into());
        all.insert("seconds".into(), seconds.into());
        Json::Object(all)
    }
}

/// The line on the command line that searches in the same way.
fn command(subject: &Subject, request: &Request, method: &str, seconds: Option<f64>, file: &str) -> String {
    let option = if subject.domain.signature().is_some() {
        "--examples"
    } else {
        "--target"
    };
    let mut words: Vec<String> = ["tdf", "search"].map(str::to_owned).to_vec();
    words.extend(subject.arguments.iter().cloned());
    words.extend([option, file, "--method", method, "--seed"].map(str::to_owned));
    words.push(request.seed.to_string());
    let limits = [
        ("--budget", request.budget.map(|budget| budget.to_string())),
        ("--renders", request.renders.map(|renders| renders.to_string())),
        ("--seconds", seconds.map(|seconds| seconds.to_string())),
        ("--start", request.start.clone()),
        (
            "--set",
            request
                .criterion
                .as_ref()
                .map(|name| format!("search.criterion={name}")),
        ),
    ];
    for (name, value) in limits {
        words.extend(value.into_iter().flat_map(|value| [name.to_owned(), value]));
    }
    let words = words.iter().map(String::as_str);
    // Only a zero byte cannot be quoted, and no text of a page that was parsed has one.
    shlex::try_join(words).unwrap_or_default()
}

/// Seconds in which a search had its turn.
struct Clock {
    before: Duration,
    since: Instant,
}

impl Clock {
    fn seconds(&self) -> f64 {
        (self.before + self.since.elapsed()).as_secs_f64()
    }

    /// Leaves out what `wait` takes.
    fn without<T>(&mut self, wait: impl FnOnce() -> T) -> T {
        self.before += self.since.elapsed();
        let waited = wait();
        self.since = Instant::now();
        waited
    }
}

/// What happens between two rounds.
struct Watch<'a> {
    work: &'a Work,
    search: &'a Search,
    searches: &'a Searches,
    clock: Clock,
    told: Option<Instant>,
    improvements: Improvements,
    difference: f64,
}

impl<'a> Watch<'a> {
    fn new(work: &'a Work, search: &'a Search, searches: &'a Searches) -> Self {
        Self {
            work,
            search,
            searches,
            clock: Clock {
                before: Duration::ZERO,
                since: Instant::now(),
            },
            told: None,
            improvements: Improvements::default(),
            difference: f64::INFINITY,
        }
    }

    /// Tells how far it is and waits where it must. Returns whether it goes on.
    fn observe(&mut self, view: &SearchView<'_, '_>) -> bool {
        if let Some(task) = view.task(0) {
            if let Some(difference) = task.difference().filter(|difference| *difference < self.difference) {
                self.difference = difference;
                if let Some((best, _)) = task.best() {
                    self.improvements.add(&best.program);
                }
            }
            if self.told.is_none_or(|told| told.elapsed() >= TOLD) {
                self.tell(&task, "running");
            }
            let paused = self.search.is_paused();
            if paused {
                self.tell(&task, "paused");
            }
            if (paused || self.searches.turns.is_over(self.search.id)) && !self.give_way() {
                return false;
            }
        }
        !self.search.is_stopped() && self.work.seconds.is_none_or(|limit| self.clock.seconds() < limit)
    }

    /// Lets others have their turn, waits while it is paused, and takes a turn again. Returns false if it is to end.
    fn give_way(&mut self) -> bool {
        let (search, turns) = (self.search, &self.searches.turns);
        turns.end(search.id);
        self.clock.without(|| {
            search.wait_while_paused();
            turns.wait(search.id, &|| search.is_stopped())
        })
    }

    fn tell(&mut self, task: &TaskView<'_, '_>, state: &str) {
        let progress = self.work.progress(task, state, self.clock.seconds());
        self.search.tell("progress", &progress);
        self.told = Some(Instant::now());
    }
}
