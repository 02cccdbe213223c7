//! Joins partial uploads into one (tus: concatenation). The bytes come through the intake like those
//! of a client: in constant memory, hashed, and from the last checkpoint when it is repeated.

use std::mem;

use bytes::Bytes;
use futures::{Stream, StreamExt, TryStreamExt, stream};
use plinth_domain::{TenantScope, Upload, UploadMethod, UploadState};

use super::{
    UPLOAD_IN_USE, UploadGoal, UploadSource,
    parts::{KeepParts, identity, no_part},
};
use crate::{Application, Caller, Error, command::person};

impl Application {
    /// Joins complete partial uploads into a document or a version. It may be repeated: it goes on
    /// where it was cut, and answers the same upload after it has succeeded.
    pub(super) async fn join_resumable(
        &self,
        caller: &Caller,
        goal: UploadGoal,
        source: UploadSource,
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
        // Before up to 256 uploads are locked.
        let slot = self.upload_slot(caller)?;
        let (started, parts) = if let Some(earlier) = earlier {
            let parts = self.execute(caller, KeepParts { join: id, parts: source.joins }).await?;
            (earlier, parts)
        } else {
            let method = UploadMethod::Resumable;
            let mut started = self.start_upload(caller, goal, method, source).await?;
            let parts = mem::take(&mut started.parts);
            (started, parts)
        };
        let bytes = self.joined(parts, started.upload.progress.offset);
        let unverified = None::<fn() -> Result<(), Error>>;
        let upload = self.append(caller, started, Some(slot), bytes, unverified).await?;
        if upload.state == UploadState::Finished {
            return Ok(upload);
        }
        // A second request has interrupted this one.
        Err(Error::conflict(UPLOAD_IN_USE, "another request joins these uploads"))
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
