//! Server-sent events: what a request says of them, and the response that carries them.

use std::{convert::Infallible, str::FromStr, time::Duration};

use actix_web::{
    HttpRequest, HttpResponse,
    http::header::{ACCEPT, CACHE_CONTROL, CONTENT_TYPE},
    web::Bytes,
};
use futures::stream;
use tokio::time::{Instant, Interval, MissedTickBehavior, interval_at};

use super::spread;
use crate::{
    list::codes::QUERY_VALUE,
    problem::{ApiError, Fault},
};

/// The interval of comment lines, which keep proxies from closing an idle connection.
pub(crate) const COMMENT_INTERVAL: Duration = Duration::from_secs(15);

/// A comment line.
pub(crate) const COMMENT: Bytes = Bytes::from_static(b":\n\n");

/// How long a client waits before it reconnects: at least this long, and a part of the spread.
const RETRY_AFTER: Duration = Duration::from_secs(1);
const RETRY_SPREAD: Duration = Duration::from_secs(4);

/// What a response sends.
pub(crate) trait Lines: 'static {
    /// The next lines; `None` at the end.
    async fn next(&mut self) -> Option<Bytes>;
}

/// The response that sends these lines.
pub(crate) fn respond(lines: impl Lines) -> HttpResponse {
    let lines = stream::unfold(lines, |mut lines| async move {
        let text = lines.next().await?;
        Some((Ok::<_, Infallible>(text), lines))
    });
    HttpResponse::Ok()
        .insert_header((CONTENT_TYPE, "text/event-stream"))
        .insert_header((CACHE_CONTROL, "no-cache"))
        // Turns off nginx's response buffering.
        .insert_header(("X-Accel-Buffering", "no"))
        .streaming(lines)
}

/// The first lines, which are sent at once, so that the client knows that it is connected, and when to
/// come again.
pub(crate) fn connected() -> Bytes {
    let retry = (RETRY_AFTER + spread::part_of(RETRY_SPREAD)).as_millis();
    format!("retry: {retry}\n: connected\n\n").into()
}

/// Ticks that begin at a random time of the first period.
pub(crate) fn every(period: Duration) -> Interval {
    let mut ticks = interval_at(Instant::now() + spread::part_of(period), period);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    ticks
}

/// Whether the client asks for server-sent events.
pub(crate) fn are_accepted(request: &HttpRequest) -> bool {
    let accepted = request.headers().get_all(ACCEPT).filter_map(|value| value.to_str().ok());
    accepted.into_iter().any(|value| value.contains("text/event-stream"))
}

/// `Last-Event-ID` of a client that reconnects; `what` names the number in the error.
pub(crate) fn last_id<N: FromStr>(
    request: &HttpRequest,
    what: &str,
) -> Result<Option<N>, ApiError> {
    let Some(value) = request.headers().get("last-event-id") else { return Ok(None) };
    // A sign is no part of the form.
    let text = value.to_str().ok().filter(|text| text.bytes().all(|b| b.is_ascii_digit()));
    let number = text.and_then(|text| text.parse().ok());
    number.map(Some).ok_or_else(|| {
        let detail = format!("must be {what}");
        ApiError::invalid_query(vec![Fault::of("Last-Event-ID", QUERY_VALUE, detail)])
    })
}
