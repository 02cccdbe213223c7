//! Bodies that are files: no timeout, but a minimum rate.

use std::{
    future::{Ready, ready},
    io,
    sync::LazyLock,
    time::Duration,
};

use actix_web::{
    FromRequest, HttpRequest, dev,
    error::PayloadError,
    http::StatusCode,
    web::{Bytes, Data},
};
use futures::{Stream, StreamExt, stream};
use opentelemetry::{global, metrics::Counter};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use crate::{
    config::Config, middleware::codes::SERVER_STOPPING, problem::ApiError, shutdown::BodyDeadlines,
};

plinth_domain::codes! {
    BODY_TIMEOUT = "body.timeout", "The body arrived too slowly.";
    BODY_INCOMPLETE = "body.incomplete", "The body ended before its announced length.";
}

/// The timeout of a route that receives files.
pub(crate) const TIMEOUT: Duration = Duration::from_hours(24);

/// What is taken of a body that may go on at another process, once the server is stopping: at least
/// what has come in already, which would be sent again.
const LAST_BYTES: usize = 1024 * 1024;

/// The interval in which the rate is measured.
const WINDOW: Duration = Duration::from_mins(1);

/// The minimum number of bytes per window: 1 KiB per second. A slower client
/// would hold an upload slot and the memory of a part for days.
const WINDOW_BYTES: usize = 60 * 1024;

/// The routes that receive or join files. The minimum rate replaces the request timeout there.
pub(crate) const ROUTES: [&str; 4] = [
    "/api/v1/documents",
    "/api/v1/documents/{id}/content",
    "/api/v1/uploads",
    "/api/v1/uploads/{id}",
];

/// The bytes of files that clients have sent. Parts that they send to the storage are not among them.
static RECEIVED: LazyLock<Counter<u64>> = LazyLock::new(|| {
    global::meter("plinth-rest")
        .u64_counter("plinth.upload.received")
        .with_unit("By")
        .with_description("Bytes of files that were received.")
        .build()
});

/// Why the server stopped reading a body.
#[derive(Debug, Clone, Copy, thiserror::Error)]
enum Interruption {
    #[error("the body arrives too slowly")]
    TooSlow,
    #[error("the server is stopping")]
    Stopping,
}

impl From<Interruption> for PayloadError {
    fn from(interruption: Interruption) -> Self {
        Self::Io(io::Error::other(interruption))
    }
}

/// Forwards a body while it keeps the minimum rate, never stalls, and until `stop`. A form as a
/// whole is one body: what comes before and after its file counts, too.
fn paced(
    body: dev::Payload,
    stall: Duration,
    stop: CancellationToken,
) -> impl Stream<Item = Result<Bytes, PayloadError>> {
    let begun = (body, stop, Pace::default(), LAST_BYTES);
    stream::try_unfold(begun, move |(mut body, stop, mut pace, mut last)| async move {
        let asked = Instant::now();
        let next = tokio::select! {
            biased;
            next = tokio::time::timeout(stall, body.next()), if last > 0 => next,
            () = stop.cancelled() => return Err(Interruption::Stopping.into()),
        };
        let Some(bytes) = next.map_err(|_| Interruption::TooSlow)?.transpose()? else {
            return Ok(None);
        };
        pace.count(asked.elapsed(), bytes.len())?;
        RECEIVED.add(bytes.len() as u64, &[]);
        if stop.is_cancelled() {
            last = last.saturating_sub(bytes.len());
        }
        Ok(Some((bytes, (body, stop, pace, last))))
    })
}

/// The body of a request that carries a file.
pub(crate) struct FileBody {
    body: dev::Payload,
    stall: Duration,
    deadlines: Data<BodyDeadlines>,
}

impl FileBody {
    /// The body, which no other request can continue.
    pub(crate) fn whole(self) -> impl Stream<Item = Result<Bytes, PayloadError>> {
        paced(self.body, self.stall, self.deadlines.any.clone())
    }

    /// The body, which another request can continue.
    pub(crate) fn resumable(self) -> impl Stream<Item = Result<Bytes, PayloadError>> {
        paced(self.body, self.stall, self.deadlines.resumable.clone())
    }
}

impl FromRequest for FileBody {
    type Error = ApiError;
    type Future = Ready<Result<Self, ApiError>>;

    fn from_request(request: &HttpRequest, payload: &mut dev::Payload) -> Self::Future {
        let config = request.app_data::<Data<Config>>();
        let deadlines = request.app_data::<Data<BodyDeadlines>>();
        let found = config.zip(deadlines).ok_or_else(ApiError::internal);
        let body = payload.take();
        ready(found.map(|(config, deadlines)| Self {
            body,
            stall: config.body_stall,
            deadlines: deadlines.clone(),
        }))
    }
}

/// The rate of a body in the current window. Only the time counts in which the server waits for the
/// client.
#[derive(Default)]
struct Pace {
    waited: Duration,
    bytes: usize,
}

impl Pace {
    fn count(&mut self, waited: Duration, bytes: usize) -> Result<(), Interruption> {
        self.waited += waited;
        self.bytes += bytes;
        if self.waited < WINDOW {
            return Ok(());
        }
        if self.bytes < WINDOW_BYTES {
            return Err(Interruption::TooSlow);
        }
        *self = Self::default();
        Ok(())
    }
}

/// The problem of a body that could not be read to its end.
pub(crate) fn broken(error: &PayloadError) -> ApiError {
    let interruption = match error {
        PayloadError::Io(error) => error.get_ref().and_then(|source| source.downcast_ref()),
        _ => None,
    };
    match interruption {
        Some(Interruption::TooSlow) => too_slow("the body arrives too slowly"),
        Some(Interruption::Stopping) => stopping(),
        None => ApiError::bad_request(BODY_INCOMPLETE, "the body ended too early"),
    }
}

/// The body did not arrive in time.
pub(crate) fn too_slow(detail: impl Into<String>) -> ApiError {
    ApiError::new(StatusCode::REQUEST_TIMEOUT, BODY_TIMEOUT, detail)
}

/// The server stops, and no longer waits for the body.
pub(crate) fn stopping() -> ApiError {
    let detail = "the server is stopping; send the request again";
    ApiError::new(StatusCode::SERVICE_UNAVAILABLE, SERVER_STOPPING, detail).retry_after(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn seconds(seconds: u64) -> Duration {
        Duration::from_secs(seconds)
    }

    #[test]
    fn a_body_is_as_slow_as_its_client_and_not_as_its_server() {
        let mut pace = Pace::default();
        assert!(pace.count(seconds(59), 1).is_ok());
        assert!(pace.count(seconds(1), 1).is_err());
        let mut pace = Pace::default();
        assert!(pace.count(seconds(60), WINDOW_BYTES).is_ok());
        assert!(pace.count(seconds(59), 0).is_ok(), "each window is measured anew");
        assert!(pace.count(seconds(1), 0).is_err());
    }
}
