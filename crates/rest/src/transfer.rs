//! Bodies that are files: no timeout, but a minimum rate.

use std::time::{Duration, Instant};

use actix_web::{http::StatusCode, web::Bytes};
use futures::{Stream, StreamExt, stream};

use crate::problem::ApiError;

plinth_domain::codes! {
    BODY_TIMEOUT = "body.timeout", "The body arrived too slowly.";
    BODY_INCOMPLETE = "body.incomplete", "The body ended before its announced length.";
}

/// The maximum time without a byte.
pub(crate) const STALL: Duration = Duration::from_secs(30);

/// The timeout of a route that receives files.
pub(crate) const TIMEOUT: Duration = Duration::from_hours(24);

/// The interval in which the rate is measured.
const WINDOW: Duration = Duration::from_mins(1);

/// The minimum number of bytes per window: 1 KiB per second. A slower client
/// would hold an upload slot and the memory of a part for days.
const WINDOW_BYTES: usize = 60 * 1024;

/// The routes that receive files. The minimum rate replaces the request timeout there.
pub(crate) const ROUTES: [&str; 3] =
    ["/api/v1/documents", "/api/v1/documents/{id}/content", "/api/v1/uploads/{id}"];

/// Forwards a body while it keeps the minimum rate.
pub(crate) fn paced<E>(
    body: impl Stream<Item = Result<Bytes, E>> + Unpin,
    broken: impl Fn(E) -> ApiError,
) -> impl Stream<Item = Result<Bytes, ApiError>> {
    let pace = Pace { since: Instant::now(), bytes: 0 };
    stream::try_unfold((body, broken, pace), |(mut body, broken, mut pace)| async move {
        let next = tokio::time::timeout(STALL, body.next()).await;
        match next.map_err(|_| too_slow())? {
            None => Ok(None),
            Some(Err(error)) => Err(broken(error)),
            Some(Ok(bytes)) => {
                pace.count(bytes.len())?;
                Ok(Some((bytes, (body, broken, pace))))
            }
        }
    })
}

struct Pace {
    since: Instant,
    bytes: usize,
}

impl Pace {
    fn count(&mut self, bytes: usize) -> Result<(), ApiError> {
        self.bytes += bytes;
        if self.since.elapsed() < WINDOW {
            return Ok(());
        }
        if self.bytes < WINDOW_BYTES {
            return Err(too_slow());
        }
        *self = Self { since: Instant::now(), bytes: 0 };
        Ok(())
    }
}

pub(crate) fn too_slow() -> ApiError {
    ApiError::new(StatusCode::REQUEST_TIMEOUT, BODY_TIMEOUT, "the body arrives too slowly")
}

/// The body ended early.
pub(crate) fn incomplete<E>(_: E) -> ApiError {
    ApiError::bad_request(BODY_INCOMPLETE, "the body ended too early")
}
