use domain::{Permission, Upload, UploadProgress};

use crate::{Command, Context, Error, Recorded};

/// Records how far an upload has come.
#[derive(Debug, Clone)]
pub(super) struct SaveUpload {
    /// The upload as it was recorded last.
    pub upload: Upload,
    /// How far it has come since.
    pub progress: UploadProgress,
}

impl Command for SaveUpload {
    const NAME: &'static str = "document.save_upload";
    const PERMISSION: Permission = Permission::DocumentRead;
    type Output = Upload;

    async fn run(self, ctx: &mut Context<'_>) -> Result<Recorded<Upload>, Error> {
        let expires_at = ctx.now + ctx.policy.upload;
        let next = self.upload.advance(self.progress, expires_at, ctx.now)?;
        ctx.unit.uploads().update(&next).await?;
        Ok(Recorded::silent(next))
    }
}
