//! Joins partial uploads into one (tus: concatenation). The bytes come through the intake like those
//! of a client: in constant memory, hashed, and from the last checkpoint when it is repeated.

use bytes::Bytes;
use futures::{Stream, StreamExt, TryStreamExt, stream};
use plinth_domain::{TenantScope, Upload, UploadId, UploadMethod, UploadState, UploadTarget};

use super::{
    UPLOAD_IN_USE, UPLOAD_INCOMPLETE, UPLOAD_PARTIAL, UploadGoal, UploadSource,
    begin::StartedUpload, parts::identity,
};
use crate::{Application, Caller, Error, command::person};

impl Application {
    /// Joins complete partial uploads into a document or a version. It may be repeated: it goes on
    /// where it was cut, and answers the same upload after it has succeeded.
    pub(super) async fn join_resumable(
        &self,
        caller: &Caller,
        goal: UploadGoal,
        mut source: UploadSource,
    ) -> Result<Upload, Error> {
        let user = person(caller.access.principal())?;
        let id = identity(caller.access.organization(), user, &source.joins);
        let earlier = match self.resumable(caller, id).await {
            Ok(earlier) if earlier.upload.state == UploadState::Finished => {
                return Ok(earlier.upload);
            }
            Ok(earlier) => Some(earlier),
            Err(Error::NotFound(_)) => None,
            Err(error) => return Err(error),
        };
        let parts = self.whole_parts(caller, &source.joins).await?;
        source.length = parts.iter().try_fold(0_u64, |sum, part| sum.checked_add(part.length?));
        let started = match earlier {
            Some(earlier) => earlier,
            None => self.start_upload(caller, goal, UploadMethod::Resumable, source).await?,
        };
        let bytes = self.joined(parts, started.upload.progress.offset);
        let unverified = None::<fn() -> Result<(), Error>>;
        let upload = self.append(caller, started, bytes, unverified).await?;
        if upload.state == UploadState::Finished {
            return Ok(upload);
        }
        // A second request has interrupted this one.
        Err(in_use())
    }

    /// The parts. They are kept as long as the upload that joins them.
    async fn whole_parts(&self, caller: &Caller, ids: &[UploadId]) -> Result<Vec<Upload>, Error> {
        let mut parts = Vec::with_capacity(ids.len());
        for id in ids {
            let StartedUpload { scope, upload, .. } = match self.resumable(caller, *id).await {
                Err(Error::NotFound(_)) => return Err(no_part(*id)),
                found => found?,
            };
            if upload.target != UploadTarget::Partial || upload.state != UploadState::Open {
                return Err(no_part(*id));
            }
            if upload.length != Some(upload.progress.offset) {
                let detail = format!("the partial upload {id} lacks bytes; send them first");
                return Err(Error::Conflict { code: UPLOAD_INCOMPLETE, detail: detail.into() });
            }
            let progress = upload.progress.clone();
            let kept = self.save(scope, upload, progress).await;
            parts.push(kept.map_err(|error| match error {
                Error::Stale => in_use(),
                error => error,
            })?);
        }
        Ok(parts)
    }

    /// The bytes of the parts behind the first `skipped` ones.
    fn joined(
        &self,
        parts: Vec<Upload>,
        skipped: u64,
    ) -> impl Stream<Item = Result<Bytes, Error>> + use<> {
        let mut left = skipped;
        let ranges = parts.into_iter().filter_map(move |part| {
            let length = part.length.unwrap_or_default();
            let start = left.min(length);
            left -= start;
            (start < length).then(|| (part.id, part.key(), start..length))
        });
        let blobs = self.ports.files.blobs.clone();
        let read = move |(id, key, range)| {
            let blobs = blobs.clone();
            async move {
                let bytes = blobs.read(&key, Some(range)).await?.ok_or_else(|| no_part(id))?;
                Ok::<_, Error>(bytes.map_err(Error::from))
            }
        };
        stream::iter(ranges).then(read).try_flatten()
    }

    /// Removes the stored bytes of the parts of an upload that has become a document.
    pub(super) fn discard_parts(&self, scope: TenantScope, upload: &Upload) {
        if upload.joins.is_empty() {
            return;
        }
        let (app, parts) = (self.clone(), upload.joins.clone());
        self.in_background(scope.organization().uuid(), async move {
            for part in parts {
                app.discard(scope, part).await?;
            }
            Ok(())
        });
    }
}

fn no_part(id: UploadId) -> Error {
    let detail = format!("there is no partial upload {id}, or it is used already");
    Error::Conflict { code: UPLOAD_PARTIAL, detail: detail.into() }
}

fn in_use() -> Error {
    Error::conflict(UPLOAD_IN_USE, "another request joins these uploads")
}
