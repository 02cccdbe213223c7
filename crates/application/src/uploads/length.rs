use plinth_domain::{Permission, Upload, UploadId, UploadState, Version};
use plinth_ports::Counted;

use super::{NOT_FOUND, UPLOAD_LENGTH, UPLOAD_OFFSET, begin::StartedUpload};
use crate::{Application, Caller, Command, Context, Error, Recorded};

impl Application {
    /// Takes the length of an upload that began without one. A length that is reached already is not
    /// recorded before the upload is complete: a recorded offset at the end tells that.
    pub(super) async fn tell_length(
        &self,
        caller: &Caller,
        mut started: StartedUpload,
        length: u64,
    ) -> Result<StartedUpload, Error> {
        let refused =
            |detail: String| Error::Conflict { code: UPLOAD_LENGTH, detail: detail.into() };
        let upload = &started.upload;
        match upload.length {
            Some(known) if known == length => return Ok(started),
            Some(known) => return Err(refused(format!("the length is {known} bytes"))),
            None if length < upload.progress.offset => {
                return Err(refused(format!("{} bytes are there", upload.progress.offset)));
            }
            None => started.constraints.check_length(length)?,
        }
        let (id, seen) = (upload.id, upload.revision.version);
        started.upload = self.execute(caller, TellLength { id, seen, length }).await?;
        Ok(started)
    }
}

/// Records the length of an upload, when there is room for it.
struct TellLength {
    id: UploadId,
    /// The version whose offset was compared with that of the request.
    seen: Version,
    length: u64,
}

impl Command for TellLength {
    const NAME: &'static str = "document.tell_length";
    const PERMISSION: Permission = Permission::DocumentCreate;
    type Output = Upload;

    async fn run(self, ctx: &mut Context<'_>) -> Result<Recorded<Upload>, Error> {
        let found = ctx.unit.uploads().lock(self.id).await?;
        let upload = found.filter(|upload| upload.state == UploadState::Open).ok_or(NOT_FOUND)?;
        if upload.revision.version != self.seen {
            // The bytes of the request follow those that were stored before.
            let detail = format!("{} bytes are there", upload.progress.offset).into();
            return Err(Error::Conflict { code: UPLOAD_OFFSET, detail });
        }
        if self.length <= upload.progress.offset {
            return Ok(Recorded::without_audit(Upload { length: Some(self.length), ..upload }));
        }
        // What the storage may hold is counted already.
        let more = self.length.saturating_sub(upload.progress.held());
        if more > 0 {
            ctx.make_room_for(Counted::StoredBytes, more).await?;
        }
        let told = upload.tell_length(self.length, ctx.now + ctx.policy.upload, ctx.now)?;
        ctx.unit.uploads().update(&told).await?;
        Ok(Recorded::without_audit(told))
    }
}
