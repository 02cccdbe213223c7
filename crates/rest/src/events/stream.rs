use actix_web::{
    HttpRequest, HttpResponse, get,
    web::{Bytes, Data},
};
use plinth_application::events::{Delivery, Subscription, Topics};
use plinth_domain::Permission;
use plinth_ports::Span;
use tokio::time::Interval;

use super::{
    Streams, Transport,
    credential_monitor::{self, CredentialMonitor},
    parameters,
    server_sent::{self, COMMENT, COMMENT_INTERVAL, Lines, connected, every},
    streams::StreamSlot,
};
use crate::{
    list::ListQuery,
    middleware::{App, Authenticated},
    problem::ApiError,
};

/// Subscribe to events as server-sent events.
///
/// `id` is the event's number: a client that reconnects with it in `Last-Event-ID` misses no event.
/// `event: resync_required` ends a stream whose next events are no longer stored: read the records
/// again and continue after `last`. The stream ends with its credential.
#[utoipa::path(
    tag = "events",
    operation_id = "stream_events",
    params(
        ("after" = Option<i64>, Query, minimum = 0, description = "Only events after this number; by default only new events"),
        parameters::TopicsParameter,
        parameters::LastEventId,
    ),
    responses(
        (status = 200, description = "An endless stream of events", content_type = "text/event-stream", body = String),
        (status = 429, description = "streams.too_many"),
    ),
    security(("bearer" = ["event:read"])),
)]
#[get("/events/stream")]
pub(crate) async fn stream_events(
    request: HttpRequest,
    app: App,
    streams: Data<Streams>,
    Authenticated(caller): Authenticated,
    mut query: ListQuery,
) -> Result<HttpResponse, ApiError> {
    let after = parameters::after(&mut query);
    let topics = parameters::topics(&mut query);
    query.done()?;
    let after = server_sent::last_id(&request, "the number of an event")?.or(after);
    let slot = streams.enter(&caller.access, Transport::ServerSentEvents)?;
    let credential =
        plinth_application::Authenticated { access: caller.access, credential: caller.credential };
    let begin = begin(&app, &caller, topics, after).await?;
    let stream = Stream {
        begin: Some(begin),
        monitor: CredentialMonitor::new(app, credential, Permission::EventRead),
        checks: every(credential_monitor::INTERVAL),
        comments: every(COMMENT_INTERVAL),
        subscription: None,
        slot,
    };
    Ok(server_sent::respond(stream))
}

/// The beginning of a stream: a subscription, or the numbers that are available.
type Begin = Result<Box<Subscription>, Span>;

async fn begin(
    app: &App,
    caller: &plinth_application::Caller,
    topics: Topics,
    after: Option<i64>,
) -> Result<Begin, ApiError> {
    Ok(app.subscribe(caller, topics, after).await?.map(Box::new))
}

/// An open stream.
struct Stream {
    begin: Option<Begin>,
    subscription: Option<Box<Subscription>>,
    monitor: CredentialMonitor,
    checks: Interval,
    comments: Interval,
    slot: StreamSlot,
}

impl Lines for Stream {
    async fn next(&mut self) -> Option<Bytes> {
        match self.begin.take() {
            Some(Ok(subscription)) => {
                self.subscription = Some(subscription);
                return Some(connected());
            }
            Some(Err(span)) => return Some(self.resync(span)),
            None => {}
        }
        loop {
            let subscription = self.subscription.as_mut()?;
            let delivery = tokio::select! {
                biased;
                () = self.slot.ending().cancelled() => return None,
                _ = self.checks.tick() => Delivery::Doubt,
                _ = self.comments.tick() => return Some(COMMENT),
                delivery = subscription.next() => delivery,
            };
            match delivery {
                Delivery::Event(event) => {
                    let (number, json) = (event.number(), event.json());
                    return Some(format!("id: {number}\ndata: {json}\n\n").into());
                }
                Delivery::Doubt => match self.monitor.check().await {
                    Ok(access) => subscription.set_access(access),
                    Err(credential_monitor::Ended) => return None,
                },
                Delivery::ResyncRequired(span) => {
                    self.subscription = None;
                    return Some(self.resync(span));
                }
            }
        }
    }
}

impl Stream {
    fn resync(&self, Span { first, last }: Span) -> Bytes {
        self.slot.resynced();
        format!("event: resync_required\ndata: {{\"first\":{first},\"last\":{last}}}\n\n").into()
    }
}
