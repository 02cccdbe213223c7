//! How an execution is answered: whole, streamed, or not at all yet.

use std::{
    future::{Ready, ready},
    time::Duration,
};

use actix_web::{
    FromRequest, HttpRequest, HttpResponse,
    dev::Payload,
    http::{StatusCode, header},
    web::{Bytes, Data},
};
use futures::{Stream, stream};
use plinth_application::{
    Caller,
    executions::{ExecutionDetails, Follower, Mode, NewExecution, Started, Update},
};
use plinth_domain::{ExecutionId, Permission};
use plinth_ports::IdempotencyKey;
use utoipa::{
    IntoParams,
    openapi::{
        Required,
        path::{Parameter, ParameterIn},
    },
};

use super::{events, prefer::Prefer, view::ExecutionView};
use crate::{
    config::Config,
    etag,
    events::{Streams, Transport, server_sent},
    middleware::App,
    parameter::{header as request_header, text},
    problem::ApiError,
};

/// What is left of the time of a request when the answer is made.
const MARGIN: Duration = Duration::from_secs(2);

/// How the client wants the answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Wanted {
    /// The execution, once it has ended; as it is after this time.
    Whole(Duration),
    /// The text as it comes.
    Stream,
    /// The execution as it waits for a worker.
    Queued,
}

impl Wanted {
    fn of(request: &HttpRequest) -> Result<Self, ApiError> {
        let config = request.app_data::<Data<Config>>().ok_or_else(ApiError::internal)?;
        if server_sent::are_accepted(request) {
            return Ok(Self::Stream);
        }
        let preferences = request.headers().get_all("prefer");
        let prefer = Prefer::parse(preferences.filter_map(|value| value.to_str().ok()));
        if prefer.respond_async && prefer.wait.is_none() {
            return Ok(Self::Queued);
        }
        let longest = config.request_timeout.saturating_sub(MARGIN);
        Ok(Self::Whole(prefer.wait.unwrap_or(longest).min(longest)))
    }
}

impl FromRequest for Wanted {
    type Error = ApiError;
    type Future = Ready<Result<Self, ApiError>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(Self::of(request))
    }
}

impl IntoParams for Wanted {
    fn into_params(_: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        let about = "`wait=10` waits at most so many seconds; `respond-async` does not wait, and a \
                     worker runs the execution.";
        let prefer = text("^[ -~]*$").max_length(Some(200));
        vec![request_header("Prefer", Required::False, about, prefer)]
    }
}

/// Starts an execution, and answers as the client wants it.
pub(super) async fn execute(
    app: App,
    streams: &Streams,
    caller: Caller,
    key: Option<IdempotencyKey>,
    new: NewExecution,
    wanted: Wanted,
) -> Result<HttpResponse, ApiError> {
    let mode = if wanted == Wanted::Queued { Mode::Queued } else { Mode::Here };
    let slot = match wanted {
        Wanted::Stream => Some(streams.enter(&caller.access, Transport::ServerSentEvents)?),
        _ => None,
    };
    let started = app.start_execution(&caller, key, new, mode).await?;
    if let Some(slot) = slot {
        let follower = app.follow_execution(started.watched.clone(), 0);
        let permission = Permission::ExecutionCreate;
        return Ok(located(events::response(app, &caller, permission, follower, slot), &started));
    }
    if let Wanted::Whole(time) = wanted {
        app.await_execution(&started.watched, time).await?;
    }
    let details = app.execution_details(&started.watched).await?;
    let ended = details.execution.status.is_ended();
    let mut response = view(details);
    if !ended {
        *response.status_mut() = StatusCode::ACCEPTED;
    }
    Ok(located(response, &started))
}

/// The execution as it is.
pub(super) fn view(details: ExecutionDetails) -> HttpResponse {
    let version = details.execution.revision.version;
    etag::changed(&ExecutionView::from(details), version)
}

fn located(mut response: HttpResponse, started: &Started) -> HttpResponse {
    if let Ok(location) = format!("/api/v1/executions/{}", started.watched.id()).try_into() {
        response.headers_mut().insert(header::LOCATION, location);
    }
    replayed(response, started)
}

/// Says whether an earlier request with the same key did it.
pub(super) fn replayed(mut response: HttpResponse, started: &Started) -> HttpResponse {
    if started.replayed {
        let name = header::HeaderName::from_static("idempotent-replayed");
        response.headers_mut().insert(name, header::HeaderValue::from_static("true"));
    }
    response
}

/// The text of an execution until now, piece by piece.
pub(super) async fn whole_text(
    app: App,
    caller: Caller,
    id: ExecutionId,
) -> Result<impl Stream<Item = Result<Bytes, ApiError>> + 'static, ApiError> {
    let watched = app.watch_execution(&caller, id).await?;
    let details = app.execution_details(&watched).await?;
    let execution = details.with_content()?;
    let until = if execution.status.is_ended() { u32::MAX } else { execution.answer.characters };
    let follower = app.follow_execution(watched, 0);
    let next = move |mut follower: Follower| async move {
        if follower.characters() >= until {
            return Ok(None);
        }
        match follower.next().await.map_err(ApiError::from)? {
            Some(Update::Text { text, .. }) => Ok(Some((Bytes::from(text), follower))),
            Some(Update::Ended(_)) | None => Ok(None),
        }
    };
    Ok(stream::try_unfold(follower, next))
}
