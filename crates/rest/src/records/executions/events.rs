//! The text of an execution as server-sent events.

use actix_web::{
    HttpRequest, HttpResponse, get,
    web::{Bytes, Data},
};
use plinth_application::{
    Authenticated as Found, Caller,
    executions::{Follower, Update},
};
use plinth_domain::{Execution, Permission};
use serde_json::json;
use tokio::time::Interval;

use super::view::ExecutionView;
use crate::{
    events::{
        StreamSlot, Streams, Transport,
        credential_monitor::{self, CredentialMonitor},
        server_sent::{self, COMMENT, COMMENT_INTERVAL, Lines, connected, every},
    },
    list::ListQuery,
    middleware::{App, Authenticated},
    path::PathId,
    problem::ApiError,
};

/// Follow an execution as server-sent events, over any server, while it runs and afterwards.
///
/// `event: output` has the next piece of the text; its `id` is the number of characters with it: a
/// client that reconnects with it in `Last-Event-ID` misses nothing. `event: ended` has the execution,
/// and ends the stream. A client that goes away does not end the execution. The stream ends with its
/// credential.
#[utoipa::path(
    tag = "executions",
    operation_id = "stream_execution",
    params(
        ("id" = Uuid, Path),
        ("after" = Option<i64>, Query, minimum = 0, maximum = 4_294_967_295_i64, description = "Only the text behind this many characters"),
        ("Last-Event-ID" = Option<i64>, Header, minimum = 0, description = "The last id that a client saw; it counts before `after`"),
    ),
    responses(
        (status = 200, description = "The text, and then the execution", content_type = "text/event-stream", body = String),
        (status = 429, description = "streams.too_many"),
    ),
    security(("bearer" = ["execution:read"])),
)]
#[get("/executions/{id}/events")]
pub(crate) async fn stream_execution(
    request: HttpRequest,
    app: App,
    streams: Data<Streams>,
    Authenticated(caller): Authenticated,
    id: PathId<Execution>,
    mut query: ListQuery,
) -> Result<HttpResponse, ApiError> {
    let after = query.take("after", "a number of characters", |text| text.parse().ok());
    query.done()?;
    let last = server_sent::last_id(&request, "a number of characters")?;
    let slot = streams.enter(&caller.access, Transport::ServerSentEvents)?;
    let after = last.or(after).unwrap_or_default();
    let watched = app.watch_execution(&caller, id.0).await?;
    let follower = app.follow_execution(watched, after);
    Ok(response(app, &caller, Permission::ExecutionRead, follower, slot))
}

/// The stream of a follower, as long as the caller has the permission.
pub(super) fn response(
    app: App,
    caller: &Caller,
    permission: Permission,
    follower: Follower,
    slot: StreamSlot,
) -> HttpResponse {
    let credential = Found { access: caller.access, credential: caller.credential };
    let stream = Stream {
        monitor: CredentialMonitor::new(app.clone(), credential, permission),
        checks: every(credential_monitor::INTERVAL),
        comments: every(COMMENT_INTERVAL),
        app,
        follower,
        slot,
        state: State::Opened,
    };
    server_sent::respond(stream)
}

/// An open stream.
struct Stream {
    app: App,
    follower: Follower,
    slot: StreamSlot,
    monitor: CredentialMonitor,
    checks: Interval,
    comments: Interval,
    state: State,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    /// Nothing was sent.
    Opened,
    /// The text follows.
    Following,
    /// The end was sent.
    Over,
}

impl Lines for Stream {
    async fn next(&mut self) -> Option<Bytes> {
        match self.state {
            State::Opened => {
                self.state = State::Following;
                return Some(connected());
            }
            State::Following => {}
            State::Over => return None,
        }
        let update = loop {
            tokio::select! {
                biased;
                () = self.slot.ending().cancelled() => return None,
                _ = self.checks.tick() => self.monitor.check().await.ok().map(drop)?,
                _ = self.comments.tick() => return Some(COMMENT),
                update = self.follower.next() => break update,
            }
        };
        match update {
            Ok(Some(Update::Text { text, characters })) => {
                let data = json!({"text": text});
                Some(format!("id: {characters}\nevent: output\ndata: {data}\n\n").into())
            }
            Ok(Some(Update::Ended(_))) => {
                self.state = State::Over;
                let details = self.app.execution_details(self.follower.watched()).await.ok()?;
                let view = serde_json::to_string(&ExecutionView::from(details)).ok()?;
                Some(format!("event: ended\ndata: {view}\n\n").into())
            }
            // Without `ended`, the client knows that it has to come again.
            Ok(None) | Err(_) => None,
        }
    }
}
