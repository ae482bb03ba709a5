//! The addresses of a server.

use std::convert::Infallible;
use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, Path, Query, State};
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderMap, StatusCode};
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router, middleware};
use futures_core::Stream;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use tokio_stream::StreamExt as _;
use tokio_stream::wrappers::WatchStream;

use crate::access::{self, Access};
use crate::error::ApiError;
use crate::searches::Searches;
use crate::subject::Subject;
use crate::target::{OwnedTarget, Sent};
use crate::work::{Request, Work};
use crate::{assets, completion, image, language, proposals, rendered, runs, surprise};

/// Bytes of a request, at most.
const LARGEST: usize = 32 << 20;

/// What all requests share.
pub(crate) struct Shared {
    pub subjects: Vec<Arc<Subject>>,
    pub searches: Arc<Searches>,
}

impl Shared {
    fn subject(&self, id: &str) -> Result<Arc<Subject>, ApiError> {
        let found = self.subjects.iter().find(|subject| subject.id == id);
        found
            .cloned()
            .ok_or_else(|| ApiError::missing(format!("there is no {id:?} to search on")))
    }
}

type Studio = State<Arc<Shared>>;
type Answer = Result<Json<Value>, ApiError>;

pub(crate) fn router(shared: Arc<Shared>, access: Access) -> Router {
    Router::new()
        .route("/", get(assets::index))
        .route("/{*path}", get(assets::asset))
        .route("/api/subjects", get(subjects))
        .route("/api/subjects/{id}/program", post(program))
        .route("/api/subjects/{id}/complete", post(complete))
        .route("/api/subjects/{id}/surprise", post(surprise))
        .route("/api/subjects/{id}/image", post(import))
        .route("/api/subjects/{id}/proposals", post(propose))
        .route("/api/searches", post(search))
        .route("/api/searches/{id}/events", get(events))
        .route("/api/searches/{id}/path.gif", get(gif))
        .route("/api/searches/{id}/{what}", post(control))
        .route("/api/runs", get(list_runs))
        .route("/api/runs/{id}", get(run))
        .layer(DefaultBodyLimit::max(LARGEST))
        .layer(middleware::from_fn(refuse_large))
        .layer(middleware::from_fn_with_state(access, access::check))
        .with_state(shared)
}

/// Refuses a body that says itself that it is too large, before it comes. The limit of the layer above counts those that say nothing.
async fn refuse_large(request: axum::extract::Request, next: middleware::Next) -> Response {
    let length = request.headers().get(axum::http::header::CONTENT_LENGTH);
    let length = length.and_then(|value| value.to_str().ok()?.parse::<u64>().ok());
    if length.is_some_and(|length| length > LARGEST as u64) {
        let message = format!("requests of more than {} MB are refused", LARGEST >> 20);
        return ApiError::with(StatusCode::PAYLOAD_TOO_LARGE, message).into_response();
    }
    next.run(request).await
}

/// Works on another thread: to render or to parse may take a while.
async fn apart<T: Send + 'static>(work: impl FnOnce() -> Result<T, ApiError> + Send + 'static) -> Result<T, ApiError> {
    let worked = tokio::task::spawn_blocking(work).await;
    let failed = |_| ApiError::with(StatusCode::INTERNAL_SERVER_ERROR, "this failed: it is a fault of tdf");
    worked.map_err(failed)?
}

/// What was sent, in JSON whatever the header says of it.
fn read<T: DeserializeOwned>(body: &[u8]) -> Result<T, ApiError> {
    serde_json::from_slice(body).map_err(|error| ApiError::refused(format!("what was sent is not understood: {error}")))
}

async fn subjects(State(shared): Studio) -> Answer {
    apart(move || Ok(Json(shared.subjects.iter().map(|subject| subject.describe()).collect()))).await
}

#[derive(Deserialize)]
struct Asked {
    program: String,
    target: Option<Sent>,
    #[serde(default)]
    seed: u64,
}

/// Answers what was asked of a subject, in JSON.
async fn of_subject<T: DeserializeOwned>(
    shared: Arc<Shared>,
    id: String,
    body: Bytes,
    work: impl FnOnce(&Subject, T) -> Result<Value, ApiError> + Send + 'static,
) -> Answer {
    apart(move || work(&*shared.subject(&id)?, read(&body)?).map(Json)).await
}

async fn program(State(shared): Studio, Path(id): Path<String>, body: Bytes) -> Answer {
    of_subject(shared, id, body, |subject, asked: Asked| {
        let program = language::parse(&*subject.domain, &asked.program)?;
        let target = asked.target.map(|sent| OwnedTarget::of(subject, &sent)).transpose()?;
        let criterion = subject
            .domain
            .criterion(&subject.config.search.criterion)
            .unwrap_or_default();
        rendered::rendered(subject, &program, target.as_ref(), criterion)
    })
    .await
}

async fn propose(State(shared): Studio, Path(id): Path<String>, body: Bytes) -> Answer {
    of_subject(shared, id, body, |subject, asked: Asked| {
        let program = language::parse(&*subject.domain, &asked.program)?;
        let sent = asked.target.ok_or_else(|| ApiError::refused("a target is wanted"))?;
        let target = OwnedTarget::of(subject, &sent)?;
        proposals::proposals(subject, &program, &target, asked.seed)
    })
    .await
}

#[derive(Deserialize)]
struct Prefix {
    prefix: String,
}

async fn complete(State(shared): Studio, Path(id): Path<String>, body: Bytes) -> Answer {
    of_subject(shared, id, body, |subject, asked: Prefix| {
        completion::completion(subject, &asked.prefix)
    })
    .await
}

#[derive(Deserialize)]
struct Seed {
    #[serde(default)]
    seed: u64,
}

async fn surprise(State(shared): Studio, Path(id): Path<String>, body: Bytes) -> Answer {
    of_subject(shared, id, body, |subject, asked: Seed| {
        surprise::surprise(subject, asked.seed)
    })
    .await
}

#[derive(Deserialize)]
struct Invert {
    #[serde(default)]
    invert: u8,
}

async fn import(State(shared): Studio, Path(id): Path<String>, Query(asked): Query<Invert>, body: Bytes) -> Answer {
    apart(move || {
        let subject = shared.subject(&id)?;
        let domain = &subject.domain;
        let canvas = domain
            .canvas()
            .ok_or_else(|| ApiError::refused("programs take inputs here: a table is wanted"))?;
        let imported = tdf_eval::import_image(canvas, domain.palette(), &body).map_err(ApiError::refused)?;
        let (mut picture, mut changes) = (imported.image, imported.changes);
        if asked.invert != 0 {
            picture = tdf_eval::inverted(&picture);
            changes.push("light and dark swapped".to_owned());
        }
        let inverted = canvas.channels == 1 && tdf_eval::looks_inverted(canvas, &picture);
        Ok(Json(json!({
            "image": image::address(canvas, &picture),
            "changes": changes,
            "looks_inverted": inverted,
        })))
    })
    .await
}

async fn search(State(shared): Studio, body: Bytes) -> Result<(StatusCode, Json<Value>), ApiError> {
    let prepare = Arc::clone(&shared);
    let work = apart(move || {
        let request = read::<Request>(&body)?;
        Work::new(&prepare.subject(&request.subject)?, &request)
    })
    .await?;
    let search = shared.searches.open()?;
    let answer = json!({ "id": search.id, "command": work.command });
    let (searches, own) = (Arc::clone(&shared.searches), Arc::clone(&search));
    let thread = std::thread::Builder::new().name(format!("search {}", search.id));
    if let Err(error) = thread.spawn(move || work.run(&own, &searches)) {
        search.end();
        return Err(ApiError::with(
            StatusCode::SERVICE_UNAVAILABLE,
            format!("no search can begin now: {error}"),
        ));
    }
    Ok((StatusCode::CREATED, Json(answer)))
}

async fn events(
    State(shared): Studio,
    Path(id): Path<u64>,
) -> Result<Sse<impl Stream<Item = Result<Event, Infallible>>>, ApiError> {
    let search = shared.searches.get(id)?;
    let stream = WatchStream::new(search.events.subscribe());
    let view = shared.searches.view(search);
    let told = stream.map(move |event| {
        // As long as somebody reads this, the search is looked at.
        let _view = &view;
        Ok(Event::default().event(event.name).data(&*event.data))
    });
    Ok(Sse::new(told).keep_alive(KeepAlive::default()))
}

async fn control(State(shared): Studio, Path((id, what)): Path<(u64, String)>) -> Result<StatusCode, ApiError> {
    let search = shared.searches.get(id)?;
    match what.as_str() {
        "stop" => search.stop(),
        "pause" => search.pause(true),
        "resume" => search.pause(false),
        _ => return Err(ApiError::missing(format!("a search does not {what:?}"))),
    }
    Ok(StatusCode::NO_CONTENT)
}

async fn gif(State(shared): Studio, Path(id): Path<u64>) -> Result<Response, ApiError> {
    let gif = shared.searches.get(id)?.gif();
    let gif = gif.ok_or_else(|| ApiError::missing("there is no animation of this search"))?;
    let mut headers = HeaderMap::new();
    headers.insert(CONTENT_TYPE, axum::http::HeaderValue::from_static("image/gif"));
    Ok((headers, gif.to_vec()).into_response())
}

async fn list_runs(State(shared): Studio) -> Answer {
    apart(move || Ok(Json(runs::list(&shared.subjects)))).await
}

async fn run(State(shared): Studio, Path(id): Path<String>) -> Answer {
    apart(move || {
        let subject = shared.subject(&id)?;
        runs::course(&subject).map(Json)
    })
    .await
}
