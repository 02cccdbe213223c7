use std::time::Duration;

use bytes::Bytes;
use futures::{StreamExt, TryStreamExt, stream};
use plinth_domain::{BlobKey, Invalid, Upload};
use plinth_ports::{MultipartId, PartReceipt, StoreError, records::document_versions};

use super::UPLOAD_WRONG_PARTS;
use crate::{Application, Error};

/// The waits before the second, third and fourth try of the last step of an upload. Together they
/// are much shorter than a request's timeout.
pub(super) const WAITS: [Duration; 3] =
    [Duration::from_millis(100), Duration::from_millis(500), Duration::from_secs(2)];

/// The number of tails that are read at once.
const READS: usize = 8;

/// Tries `step` again after an error that may pass by itself. The step must be one that can be
/// repeated.
pub(super) async fn persist<T, F>(mut step: impl FnMut() -> F) -> Result<T, Error>
where
    F: Future<Output = Result<T, Error>>,
{
    for wait in WAITS {
        match step().await {
            Err(error) if may_pass(&error) => tokio::time::sleep(wait).await,
            done => return done,
        }
    }
    step().await
}

/// Whether the same step may succeed in a moment.
pub(super) fn may_pass(error: &Error) -> bool {
    match error {
        Error::Unavailable(_) | Error::TimedOut(_) | Error::Overloaded { .. } => true,
        // The next try takes the next number.
        Error::Conflict { code, .. } => *code == document_versions::DOCUMENT_CONCURRENT_VERSION,
        _ => false,
    }
}

/// Whether an error at the last step of an upload is an answer about the upload, and not about the
/// moment. Only then its bytes are discarded.
pub(super) fn is_refusal(error: &Error) -> bool {
    match error {
        Error::NotFound(_)
        | Error::Forbidden(_)
        | Error::Refused { .. }
        | Error::Invalid(_)
        | Error::TooLarge { .. }
        | Error::PlanLimit { .. }
        | Error::SoleOwner { .. }
        | Error::Stale
        | Error::KeyReused => true,
        Error::Conflict { .. } => !may_pass(error),
        Error::Unauthenticated { .. }
        | Error::SecondFactor { .. }
        | Error::Elsewhere { .. }
        | Error::TooManyUploads(_)
        | Error::Overloaded { .. }
        | Error::Exhausted { .. }
        | Error::UsedUp { .. }
        | Error::TimedOut(_)
        | Error::KeyInUse
        | Error::RateLimited(_)
        | Error::Unavailable(_)
        | Error::Internal(_) => false,
    }
}

impl Application {
    /// Stores a blob that fits into one part.
    pub(super) async fn put_whole(&self, key: &BlobKey, bytes: Bytes) -> Result<(), Error> {
        let blobs = &self.ports.files.blobs;
        persist(|| async { Ok(blobs.put(key, bytes.clone()).await?) }).await
    }

    /// Combines the parts of an upload into its blob of `length` bytes. It may be repeated: an
    /// earlier try may have succeeded although its answer was lost.
    pub(super) async fn put_together(
        &self,
        upload: &Upload,
        multipart: MultipartId,
        parts: Vec<PartReceipt>,
        length: u64,
    ) -> Result<(), Error> {
        let (key, blobs) = (upload.key(), &self.ports.files.blobs);
        persist(|| async {
            let Err(error) = blobs.complete(&key, &multipart, &parts).await else { return Ok(()) };
            match (blobs.find(&key).await?, error) {
                (Some(blob), _) if blob.size == length => Ok(()),
                (_, StoreError::Conflict { .. }) => Err(wrong_parts()),
                (_, error) => Err(error.into()),
            }
        })
        .await
    }

    /// The bytes of an upload's tails.
    pub(super) async fn tails_of(&self, upload: &Upload) -> Result<bytes::BytesMut, Error> {
        let tails = stream::iter(upload.progress.tails.clone());
        let reads = tails.map(async |tail| {
            let key = upload.tail_key(tail.number);
            let bytes = self.first_bytes(&key, tail.length.into()).await?;
            let whole = bytes.filter(|bytes| bytes.len() as u64 == u64::from(tail.length));
            whole.ok_or_else(|| Error::internal(format!("the tail {key} is gone")))
        });
        let joined = async |mut all: bytes::BytesMut, bytes: bytes::BytesMut| {
            all.extend_from_slice(&bytes);
            Ok(all)
        };
        reads.buffered(READS).try_fold(bytes::BytesMut::new(), joined).await
    }
}

pub(super) fn wrong_parts() -> Error {
    let detail = "not the parts that were announced, or not all of them are stored";
    Error::field("/parts", Invalid::new(UPLOAD_WRONG_PARTS, detail))
}
