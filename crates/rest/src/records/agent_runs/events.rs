//! What happens in a run, in pages or as server-sent events.

use std::{collections::VecDeque, time::Duration};

use actix_web::{
    HttpRequest, HttpResponse, get,
    web::{Bytes, Data},
};
use plinth_application::{
    Authenticated as Found, Caller,
    agents::{AgentRunUpdates, GetAgentRun, MAX_AGENT_EVENTS, ReadAgentEvents},
};
use plinth_domain::{AgentRun, AgentRunId, Permission};
use tokio::time::{Interval, MissedTickBehavior, interval};

use super::view::{AgentEventView, AgentEventsView, AgentRunView};
use crate::{
    events::{
        StreamSlot, Streams, Transport,
        credential_monitor::{self, CredentialMonitor},
        server_sent::{self, COMMENT, COMMENT_INTERVAL, Lines, connected, every},
    },
    list::{Limit, ListQuery},
    middleware::{App, Authenticated},
    path::PathId,
    problem::ApiError,
};

/// How often the events of a run, which a worker runs, are read.
const READ_EVERY: Duration = Duration::from_millis(300);

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
    let after = after.unwrap_or_default();
    if server_sent::are_accepted(&request) {
        let last = server_sent::last_id(&request, "the number of an event")?;
        return follow(app, &streams, caller, id.0, last.unwrap_or(after)).await;
    }
    let read = ReadAgentEvents { id: id.0, after, limit };
    let AgentRunUpdates { run, events, has_more } = app.query(&caller, read).await?;
    let data = events.into_iter().map(AgentEventView::from).collect();
    Ok(HttpResponse::Ok().json(AgentEventsView { data, has_more, status: run.status.name() }))
}

async fn follow(
    app: App,
    streams: &Streams,
    caller: Caller,
    id: AgentRunId,
    after: u32,
) -> Result<HttpResponse, ApiError> {
    let slot = streams.enter(&caller.access, Transport::ServerSentEvents)?;
    // A run that the caller does not see is refused, and not an empty stream.
    app.query(&caller, GetAgentRun { id }).await?;
    let credential = Found { access: caller.access, credential: caller.credential };
    let mut reads = interval(READ_EVERY);
    reads.set_missed_tick_behavior(MissedTickBehavior::Delay);
    Ok(server_sent::respond(Stream {
        monitor: CredentialMonitor::new(app.clone(), credential, Permission::AgentRunRead),
        checks: every(credential_monitor::INTERVAL),
        comments: every(COMMENT_INTERVAL),
        reads,
        app,
        caller,
        id,
        after,
        slot,
        ready: VecDeque::from([connected()]),
        is_over: false,
    }))
}

/// An open stream.
struct Stream {
    app: App,
    caller: Caller,
    id: AgentRunId,
    after: u32,
    slot: StreamSlot,
    monitor: CredentialMonitor,
    checks: Interval,
    comments: Interval,
    reads: Interval,
    ready: VecDeque<Bytes>,
    is_over: bool,
}

impl Lines for Stream {
    async fn next(&mut self) -> Option<Bytes> {
        loop {
            if let Some(lines) = self.ready.pop_front() {
                return Some(lines);
            }
            if self.is_over {
                return None;
            }
            tokio::select! {
                biased;
                () = self.slot.ending().cancelled() => return None,
                _ = self.checks.tick() => self.caller.access = self.monitor.check().await.ok()?,
                _ = self.comments.tick() => return Some(COMMENT),
                _ = self.reads.tick() => self.read().await?,
            }
        }
    }
}

impl Stream {
    /// Reads further events, or the end of the run. Without either, a client knows that it has to come
    /// again.
    async fn read(&mut self) -> Option<()> {
        let read = ReadAgentEvents { id: self.id, after: self.after, limit: MAX_AGENT_EVENTS };
        let AgentRunUpdates { run, events, has_more } =
            self.app.query(&self.caller, read).await.ok()?;
        for event in events {
            self.after = event.number;
            let event = AgentEventView::from(event);
            let data = serde_json::to_string(&event).ok()?;
            let lines = format!("id: {}\nevent: {}\ndata: {data}\n\n", event.number, event.kind);
            self.ready.push_back(lines.into());
        }
        if has_more {
            self.reads.reset_immediately();
        } else if run.status.is_ended() {
            self.is_over = true;
            let details = self.app.query(&self.caller, GetAgentRun { id: self.id }).await.ok()?;
            let view = serde_json::to_string(&AgentRunView::from(details)).ok()?;
            self.ready.push_back(format!("event: run\ndata: {view}\n\n").into());
        }
        Some(())
    }
}
