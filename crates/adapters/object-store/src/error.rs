//! Maps errors of the backends to errors of the port.

use std::{error::Error as StdError, io, iter};

use object_store::client::HttpError;
use plinth_ports::{Result, StoreError};

/// The constraint that is violated by parts which are not stored.
const PARTS: &str = "blob_parts";
/// The text before the HTTP status in messages of `object_store`.
const STATUS: &str = "status code: ";
/// The error codes of S3 for unknown or unusable parts.
const NO_SUCH_PARTS: [&str; 3] = ["InvalidPart", "EntityTooSmall", "NoSuchUpload"];

/// An error without a source.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Fault {
    /// A call exceeded its timeout.
    #[error("the object storage timed out")]
    Late,
    /// A part exceeds `PART_BYTES`.
    #[error("a part of {0} bytes is too long")]
    LongPart(usize),
    /// A range is empty, or begins after the last byte.
    #[error("the range {start}..{end} is not within {size} bytes")]
    Range {
        /// The first byte.
        start: u64,
        /// The first byte after it.
        end: u64,
        /// The size of the blob, in bytes.
        size: u64,
    },
}

/// The conflict of an upload with parts that are not stored.
pub(crate) fn no_such_parts() -> StoreError {
    StoreError::Conflict { constraint: PARTS.to_owned() }
}

/// A failure of this program, not of the storage.
pub(crate) fn other(error: impl StdError + Send + Sync + 'static) -> StoreError {
    StoreError::Other(Box::new(error))
}

/// A timeout.
pub(crate) fn late() -> StoreError {
    StoreError::Unavailable(Box::new(Fault::Late))
}

/// An error of the file system.
pub(crate) fn of_io(error: io::Error) -> StoreError {
    if is_transient(&error) { StoreError::Unavailable(Box::new(error)) } else { other(error) }
}

/// An error of `object_store`.
pub(crate) fn of_objects(error: object_store::Error) -> StoreError {
    let unreachable = causes(&error).any(|cause| {
        cause.downcast_ref::<HttpError>().is_some()
            || cause.downcast_ref::<io::Error>().is_some_and(is_transient)
    });
    if unreachable
        || status(&error).is_some_and(|status| status >= 500 || matches!(status, 408 | 429))
    {
        return StoreError::Unavailable(Box::new(error));
    }
    other(error)
}

/// `None` when the object does not exist.
pub(crate) fn present<T>(result: object_store::Result<T>) -> Result<Option<T>> {
    match result {
        Ok(found) => Ok(Some(found)),
        Err(object_store::Error::NotFound { .. }) => Ok(None),
        Err(error) => Err(of_objects(error)),
    }
}

/// An error of `object_store` about the parts of an upload.
pub(crate) fn of_parts(error: object_store::Error) -> StoreError {
    let text = error.to_string();
    if NO_SUCH_PARTS.iter().any(|code| text.contains(code)) {
        no_such_parts()
    } else {
        of_objects(error)
    }
}

/// Whether a later retry may succeed.
fn is_transient(error: &io::Error) -> bool {
    use io::ErrorKind::{
        Interrupted, QuotaExceeded, ResourceBusy, StaleNetworkFileHandle, StorageFull, TimedOut,
    };
    matches!(
        error.kind(),
        Interrupted
            | QuotaExceeded
            | ResourceBusy
            | StaleNetworkFileHandle
            | StorageFull
            | TimedOut
    )
}

/// The chain of causes of an error, the nearest first.
fn causes(error: &object_store::Error) -> impl Iterator<Item = &(dyn StdError + 'static)> {
    iter::successors(error.source(), |&error| error.source())
}

/// The HTTP status of the response, which `object_store` contains only in its message.
fn status(error: &object_store::Error) -> Option<u16> {
    let text = error.to_string();
    let (_, rest) = text.split_once(STATUS)?;
    rest.get(..3)?.parse().ok()
}
