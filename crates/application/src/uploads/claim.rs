use plinth_domain::{Name, Permission, UploadId, UploadMethod, UploadState, UploadTarget};

use super::{NOT_FOUND, UploadConstraints, begin::Begun};
use crate::{Command, Context, Error, Recorded, documents};

/// Finds an upload that takes several requests.
pub(super) struct ClaimUpload {
    pub(super) id: UploadId,
    /// The method of the upload; an upload by another method is not found.
    pub(super) method: UploadMethod,
}

impl Command for ClaimUpload {
    const NAME: &'static str = "document.claim_upload";
    const PERMISSION: Permission = Permission::DocumentCreate;
    type Output = Begun;

    async fn run(self, ctx: &mut Context<'_>) -> Result<Recorded<Self::Output>, Error> {
        let upload = ctx.unit.uploads().find(self.id).await?.ok_or(NOT_FOUND)?;
        let is_over = upload.state == UploadState::Abandoned || upload.expires_at <= ctx.now;
        // Parts, and what is made of them, belong to one user.
        let is_joining = upload.target == UploadTarget::Partial || !upload.joins.is_empty();
        let is_own = !is_joining || upload.created_by == ctx.person()?;
        if is_over || !is_own || upload.method != self.method {
            return Err(NOT_FOUND);
        }
        let name = match &upload.target {
            UploadTarget::NewDocument(draft) => Some(draft.name.clone()),
            UploadTarget::NewVersion => {
                let document = ctx.unit.documents().find(upload.document).await?;
                Some(document.ok_or(documents::NOT_FOUND)?.name)
            }
            UploadTarget::Partial => None,
        };
        let name = name.as_ref().map_or("", Name::as_str);
        let constraints = UploadConstraints::find(ctx, &upload.target, name).await?;
        Ok(Recorded::without_audit(Begun { upload, constraints, parts: Vec::new() }))
    }
}
