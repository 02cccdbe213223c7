//! What happens in a run, in pages or as server-sent events.

use std::{collections::VecDeque, convert::Infallible, time::Duration};

use actix_web::{
    HttpRequest, HttpResponse, get,
    http::header,
    web::{Bytes, Data},
};
use futures::stream;
use plinth_application::{
    Caller,
    agents::{AgentRunUpdates, GetAgentRun, MAX_AGENT_EVENTS, ReadAgentEvents},
};
use plinth_domain::{AgentRun, AgentRunId};
use tokio::time::{Interval, MissedTickBehavior, interval};

use super::view::{AgentEventView, AgentEventsView, AgentRunView};
use crate::{
    events::{StreamSlot, Streams},
    list::{Limit, ListQuery, codes::QUERY_VALUE},
    middleware::{App, Authenticated},
    path::PathId,
    problem::{ApiError, Fault},
};

/// The interval of comment lines, which keep proxies from closing an idle connection.
const COMMENT_INTERVAL: Duration = Duration::from_secs(15);

/// How often a run is looked at, which a worker runs.
const LOOK_EVERY: Duration = Duration::from_millis(300);

/// Read what happened in a run, or follow it over any server.
///
/// With `Accept: text/event-stream` it is streamed as it happens: `event` is the kind, `id` the number,
/// `data` the event; a client that reconnects with `Last-Event-ID` misses nothing. After the last event
/// of an ended run, `event: run` has the run, and ends the stream.
#[utoipa::path(
    tag = "agents",
    operation_id = "get_agent_run_events",
    params(
        ("id" = Uuid, Path),
        ("after" = Option<i64>, Query, minimum = 0, maximum = 4_294_967_295_i64, description = "Only events behind this number"),
        Limit,
        ("Last-Event-ID" = Option<i64>, Header, minimum = 0, description = "The last id that a client of the stream saw; it counts before `after`"),
    ),
    responses(
        (status = 200, body = AgentEventsView),
        (status = 429, description = "streams.too_many"),
    ),
    security(("bearer" = ["agent_run:read"])),
)]
#[get("/agents/runs/{id}/events")]
pub(crate) async fn get_agent_run_events(
    request: HttpRequest,
    app: App,
    streams: Data<Streams>,
    Authenticated(caller): Authenticated,
    id: PathId<AgentRun>,
    mut query: ListQuery,
) -> Result<HttpResponse, ApiError> {
    let after = query.take("after", "the number of an event", |text| text.parse().ok());
    let limit = query.limit();
    query.done()?;
    let accepts = request.headers().get_all(header::ACCEPT);
    let is_stream = accepts
        .filter_map(|value| value.to_str().ok())
        .any(|value| value.contains("text/event-stream"));
    let after = after.unwrap_or_default();
    if is_stream {
        let after = last_event(&request)?.unwrap_or(after);
        return follow(app, &streams, caller, id.0, after).await;
    }
    let read = ReadAgentEvents { id: id.0, after, limit };
    let AgentRunUpdates { run, events, has_more } = app.query(&caller, read).await?;
    let data = events.into_iter().map(AgentEventView::from).collect();
    Ok(HttpResponse::Ok().json(AgentEventsView { data, has_more, status: run.status.name() }))
}

/// `Last-Event-ID` of a client that reconnects.
fn last_event(request: &HttpRequest) -> Result<Option<u32>, ApiError> {
    let Some(value) = request.headers().get("last-event-id") else { return Ok(None) };
    let number = value.to_str().ok().and_then(|text| text.parse().ok());
    number.map(Some).ok_or_else(|| {
        let detail = "must be the number of an event";
        ApiError::invalid_query(vec![Fault::of("Last-Event-ID", QUERY_VALUE, detail)])
    })
}

async fn follow(
    app: App,
    streams: &Streams,
    caller: Caller,
    id: AgentRunId,
    after: u32,
) -> Result<HttpResponse, ApiError> {
    let slot = streams.enter(&caller.access)?;
    // A run that the caller does not see is refused, and not an empty stream.
    app.query(&caller, GetAgentRun { id }).await?;
    let mut comments = interval(COMMENT_INTERVAL);
    comments.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let ready = VecDeque::new();
    let lines = Lines { app, caller, id, after, slot, comments, ready, is_over: false };
    let lines = stream::unfold(lines, |mut lines| async move {
        let text = lines.next().await?;
        Some((Ok::<_, Infallible>(text), lines))
    });
    Ok(HttpResponse::Ok()
        .insert_header((header::CONTENT_TYPE, "text/event-stream"))
        .insert_header((header::CACHE_CONTROL, "no-cache"))
        // Turns off nginx's response buffering.
        .insert_header(("X-Accel-Buffering", "no"))
        .streaming(lines))
}

/// An open stream.
struct Lines {
    app: App,
    caller: Caller,
    id: AgentRunId,
    after: u32,
    slot: StreamSlot,
    comments: Interval,
    ready: VecDeque<Bytes>,
    is_over: bool,
}

impl Lines {
    /// The next lines; `None` at the end. The first is a comment, sent at once, so that the client
    /// knows that it is connected.
    async fn next(&mut self) -> Option<Bytes> {
        if let Some(lines) = self.ready.pop_front() {
            return Some(lines);
        }
        if self.is_over {
            return None;
        }
        tokio::select! {
            biased;
            () = self.slot.ending().cancelled() => return None,
            _ = self.comments.tick() => return Some(Bytes::from_static(b":\n\n")),
            found = look(&self.app, &self.caller, self.id, self.after) => {
                let AgentRunUpdates { run, events, has_more } = found?;
                for event in events {
                    self.after = event.number;
                    let event = AgentEventView::from(event);
                    let data = serde_json::to_string(&event).ok()?;
                    let lines = format!("id: {}\nevent: {}\ndata: {data}\n\n", event.number, event.kind);
                    self.ready.push_back(lines.into());
                }
                if run.status.is_ended() && !has_more {
                    self.is_over = true;
                    let details = self.app.query(&self.caller, GetAgentRun { id: self.id }).await.ok()?;
                    let view = serde_json::to_string(&AgentRunView::from(details)).ok()?;
                    self.ready.push_back(format!("event: run\ndata: {view}\n\n").into());
                }
            }
        }
        self.ready.pop_front()
    }
}

/// Waits for further events, or for the end of the run. Without either, a client whose rights have
/// ended, say, knows that it has to come again.
async fn look(app: &App, caller: &Caller, id: AgentRunId, after: u32) -> Option<AgentRunUpdates> {
    loop {
        let read = ReadAgentEvents { id, after, limit: MAX_AGENT_EVENTS };
        let updates = app.query(caller, read).await.ok()?;
        if !updates.events.is_empty() || updates.run.status.is_ended() {
            return Some(updates);
        }
        tokio::time::sleep(LOOK_EVERY).await;
    }
}
