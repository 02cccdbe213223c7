//! Bodies that are files: any length, at a pace of their own.

use std::time::{Duration, Instant};

use actix_web::{http::StatusCode, web::Bytes};
use futures::{Stream, StreamExt, stream};

use crate::problem::ApiError;

plinth_domain::codes! {
    BODY_TIMEOUT = "body.timeout", "The body arrived too slowly.";
    BODY_INCOMPLETE = "body.incomplete", "The body ended before its announced length.";
}

/// How long nothing may arrive.
pub(crate) const STALL: Duration = Duration::from_secs(30);

/// How long a file may take in all.
pub(crate) const TIMEOUT: Duration = Duration::from_hours(24);

/// How often the pace is looked at.
const WINDOW: Duration = Duration::from_mins(1);

/// How many bytes must arrive in a window: 1 KiB a second. Slower than that is
/// nobody's line, and would hold a place and a part's memory for days.
const WINDOW_BYTES: usize = 60 * 1024;

/// The routes that files come in by. The time that a request may take does not
/// hold for them: they keep to a pace instead.
pub(crate) const ROUTES: [&str; 3] =
    ["/api/v1/documents", "/api/v1/documents/{id}/content", "/api/v1/uploads/{id}"];

/// Passes a body on as long as it keeps to its pace.
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

/// The body broke off.
pub(crate) fn incomplete<E>(_: E) -> ApiError {
    ApiError::bad_request(BODY_INCOMPLETE, "the body ended too early")
}
