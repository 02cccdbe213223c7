//! What kept a storage from doing as it was asked, in the port's words.

use std::{error::Error as StdError, io, iter};

use object_store::client::HttpError;
use plinth_ports::StoreError;

/// The constraint that stands against parts which the storage does not have.
const PARTS: &str = "blob_parts";
/// How `object_store` begins to tell a status that is no success.
const STATUS: &str = "status code: ";
/// The codes by which S3 says that it has no such parts.
const NO_SUCH_PARTS: [&str; 3] = ["InvalidPart", "EntityTooSmall", "NoSuchUpload"];

/// A fault that needs no other words.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Fault {
    /// The storage took too long.
    #[error("the object storage did not answer in time")]
    Late,
    /// A part is longer than a part may be.
    #[error("a part of {0} bytes is too long")]
    LongPart(usize),
    /// A range is empty, or begins at the end or beyond.
    #[error("the range {start}..{end} is not within {size} bytes")]
    Range {
        /// The first byte.
        start: u64,
        /// The first byte after it.
        end: u64,
        /// What there is.
        size: u64,
    },
}

/// The storage does not have such parts.
pub(crate) fn no_such_parts() -> StoreError {
    StoreError::Conflict { constraint: PARTS.to_owned() }
}

/// What has failed in this program, not in the storage.
pub(crate) fn other(error: impl StdError + Send + Sync + 'static) -> StoreError {
    StoreError::Other(Box::new(error))
}

/// The storage took too long.
pub(crate) fn late() -> StoreError {
    StoreError::Unavailable(Box::new(Fault::Late))
}

/// What the file system refused.
pub(crate) fn of_io(error: io::Error) -> StoreError {
    if passes(&error) { StoreError::Unavailable(Box::new(error)) } else { other(error) }
}

/// What an object store refused.
pub(crate) fn of_objects(error: object_store::Error) -> StoreError {
    let away = causes(&error).any(|cause| {
        cause.downcast_ref::<HttpError>().is_some()
            || cause.downcast_ref::<io::Error>().is_some_and(passes)
    });
    if away || status(&error).is_some_and(|status| status >= 500 || matches!(status, 408 | 429)) {
        return StoreError::Unavailable(Box::new(error));
    }
    other(error)
}

/// What an object store refused to do with the parts of an upload.
pub(crate) fn of_parts(error: object_store::Error) -> StoreError {
    let text = error.to_string();
    if NO_SUCH_PARTS.iter().any(|code| text.contains(code)) {
        no_such_parts()
    } else {
        of_objects(error)
    }
}

/// Whether trying again later may help.
fn passes(error: &io::Error) -> bool {
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

/// All that caused an error, the nearest first.
fn causes(error: &object_store::Error) -> impl Iterator<Item = &(dyn StdError + 'static)> {
    iter::successors(error.source(), |&error| error.source())
}

/// The status that a service answered with; `object_store` tells it in words alone.
fn status(error: &object_store::Error) -> Option<u16> {
    let text = error.to_string();
    let (_, rest) = text.split_once(STATUS)?;
    rest.get(..3)?.parse().ok()
}
