use std::{convert::Infallible, time::Duration};

use actix_web::{
    HttpRequest, HttpResponse, get,
    http::header::{self, HeaderValue},
    web::{Bytes, Data},
};
use futures::stream;
use plinth_application::events::{Delivery, Subscription, Topics};
use plinth_domain::Permission;
use plinth_ports::Span;
use tokio::time::{Instant, Interval, MissedTickBehavior, interval_at};

use super::{
    Streams,
    credential_monitor::{self, CredentialMonitor},
    parameters, spread,
    streams::StreamSlot,
};
use crate::{
    list::ListQuery,
    list::codes::QUERY_VALUE,
    middleware::{App, Authenticated},
    problem::{ApiError, Fault},
};

/// The interval of comment lines, which keep proxies from closing an idle
/// connection.
const COMMENT_INTERVAL: Duration = Duration::from_secs(15);

/// How long a client waits before it reconnects: at least this long, and a part of the spread.
const RETRY_AFTER: Duration = Duration::from_secs(1);
const RETRY_SPREAD: Duration = Duration::from_secs(4);

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
    let after = last_event(&request)?.or(after);
    let slot = streams.enter(&caller.access)?;
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
    let lines = stream::unfold(stream, |mut stream| async move {
        let text = stream.next().await?;
        Some((Ok::<_, Infallible>(text), stream))
    });
    Ok(HttpResponse::Ok()
        .insert_header((header::CONTENT_TYPE, "text/event-stream"))
        .insert_header((header::CACHE_CONTROL, HeaderValue::from_static("no-cache")))
        // Turns off nginx's response buffering.
        .insert_header(("X-Accel-Buffering", "no"))
        .streaming(lines))
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

/// `Last-Event-ID` of a client that reconnects.
fn last_event(request: &HttpRequest) -> Result<Option<i64>, ApiError> {
    let Some(value) = request.headers().get("last-event-id") else { return Ok(None) };
    let number = value.to_str().ok().and_then(parameters::number);
    number.map(Some).ok_or_else(|| {
        let detail = "must be the number of an event";
        ApiError::invalid_query(vec![Fault::of("Last-Event-ID", QUERY_VALUE, detail)])
    })
}

/// Ticks that begin at a random time of the first period.
pub(crate) fn every(period: Duration) -> Interval {
    let mut ticks = interval_at(Instant::now() + spread::part_of(period), period);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    ticks
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

impl Stream {
    /// The next lines; `None` at the end.
    async fn next(&mut self) -> Option<Bytes> {
        match self.begin.take() {
            Some(Ok(subscription)) => {
                self.subscription = Some(subscription);
                return Some(connected());
            }
            Some(Err(span)) => return Some(resync(span)),
            None => {}
        }
        loop {
            let subscription = self.subscription.as_mut()?;
            let delivery = tokio::select! {
                biased;
                () = self.slot.ending().cancelled() => return None,
                _ = self.checks.tick() => Delivery::Doubt,
                _ = self.comments.tick() => return Some(Bytes::from_static(b":\n\n")),
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
                    return Some(resync(span));
                }
            }
        }
    }
}

/// The first lines, which are sent at once, so that the client knows that it is connected, and when to
/// come again.
pub(crate) fn connected() -> Bytes {
    let retry = (RETRY_AFTER + spread::part_of(RETRY_SPREAD)).as_millis();
    format!("retry: {retry}\n: connected\n\n").into()
}

fn resync(Span { first, last }: Span) -> Bytes {
    format!("event: resync_required\ndata: {{\"first\":{first},\"last\":{last}}}\n\n").into()
}
