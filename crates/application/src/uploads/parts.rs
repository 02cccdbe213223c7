//! The parts of an upload that joins others: what follows from them, and what becomes of them.

use std::collections::HashMap;

use plinth_domain::{
    Id, OrganizationId, Permission, Timestamp, Upload, UploadId, UploadMethod, UploadState,
    UploadTarget, UserId,
};
use sha2::{Digest, Sha256};

use super::{UPLOAD_INCOMPLETE, UPLOAD_PARTIAL};
use crate::{Command, Context, Error, Recorded};

/// The identity of the upload of a user that joins these parts. It follows from the parts, so that a
/// request whose answer was lost finds its upload when it is repeated.
pub(super) fn identity(organization: OrganizationId, user: UserId, parts: &[UploadId]) -> UploadId {
    let mut digest = Sha256::new();
    digest.update("plinth joined upload 1");
    digest.update(organization.uuid());
    digest.update(user.uuid());
    for part in parts {
        digest.update(part.uuid());
    }
    let digest: [u8; 32] = digest.finalize().into();
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&digest[..16]);
    Id::from_uuid(uuid::Builder::from_custom_bytes(bytes).into_uuid())
}

/// Gives complete partial uploads to the upload that joins them, and keeps them as long as it. Each
/// belongs to one open upload: its bytes are counted once, and become one document.
pub(super) async fn claim(
    ctx: &mut Context<'_>,
    join: UploadId,
    ids: &[UploadId],
) -> Result<Vec<Upload>, Error> {
    let (user, now) = (ctx.person()?, ctx.now);
    let found = ctx.unit.uploads().lock_all(ids).await?;
    let mut found: HashMap<_, _> = found.into_iter().map(|part| (part.id, part)).collect();
    let mut parts = Vec::with_capacity(ids.len());
    for id in ids {
        let part = found.remove(id).filter(|part| is_part_of(part, user, now));
        let part = part.ok_or_else(|| no_part(*id))?;
        if part.length != Some(part.progress.offset) {
            let detail = format!("the partial upload {id} lacks bytes; send them first");
            return Err(Error::Conflict { code: UPLOAD_INCOMPLETE, detail: detail.into() });
        }
        if let Some(other) = part.joined_by.filter(|other| *other != join) {
            let other = ctx.unit.uploads().find(other).await?;
            if other.is_some_and(|other| is_open(&other, now)) {
                return Err(no_part(*id));
            }
        }
        let kept = part.give_to(join, now + ctx.policy.upload, now)?;
        ctx.unit.uploads().update(&kept).await?;
        parts.push(kept);
    }
    Ok(parts)
}

fn is_part_of(part: &Upload, user: UserId, now: Timestamp) -> bool {
    let is_partial = part.target == UploadTarget::Partial && part.method == UploadMethod::Resumable;
    is_partial && part.created_by == user && is_open(part, now)
}

fn is_open(upload: &Upload, now: Timestamp) -> bool {
    upload.state == UploadState::Open && upload.expires_at > now
}

/// Keeps the parts of an upload that goes on to join them, and answers them in their order.
pub(super) struct KeepParts {
    pub(super) join: UploadId,
    pub(super) parts: Vec<UploadId>,
}

impl Command for KeepParts {
    const NAME: &'static str = "document.keep_parts";
    const PERMISSION: Permission = Permission::DocumentCreate;
    type Output = Vec<Upload>;

    async fn run(self, ctx: &mut Context<'_>) -> Result<Recorded<Self::Output>, Error> {
        Ok(Recorded::without_audit(claim(ctx, self.join, &self.parts).await?))
    }
}

/// Abandons the parts of an upload that has become a document. Their bytes are removed afterwards.
/// A part that is not open any more has been given up, or has become another document.
pub(super) async fn abandon_parts(ctx: &mut Context<'_>, upload: &Upload) -> Result<(), Error> {
    if upload.joins.is_empty() {
        return Ok(());
    }
    let mut parts = ctx.unit.uploads().lock_all(&upload.joins).await?;
    parts.retain(|part| part.state == UploadState::Open);
    let is_lost = |id: &&UploadId| parts.iter().all(|part| part.id != **id);
    if let Some(lost) = upload.joins.iter().find(is_lost) {
        return Err(no_part(*lost));
    }
    for part in parts {
        ctx.unit.uploads().update(&part.abandon(ctx.now)?).await?;
    }
    Ok(())
}

pub(super) fn no_part(id: UploadId) -> Error {
    let detail = format!("there is no partial upload {id}, or it is used already");
    Error::Conflict { code: UPLOAD_PARTIAL, detail: detail.into() }
}
