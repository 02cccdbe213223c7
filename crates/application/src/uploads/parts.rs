//! The parts of an upload that joins others: what follows from them, and what becomes of them.

use plinth_domain::{Id, OrganizationId, Upload, UploadId, UserId};
use sha2::{Digest, Sha256};

use crate::{Context, Error};

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

/// Abandons the parts of an upload that has become a document. Their bytes are removed afterwards.
pub(super) async fn abandon_parts(ctx: &mut Context<'_>, upload: &Upload) -> Result<(), Error> {
    for part in &upload.joins {
        let stored = ctx.unit.uploads().lock(*part).await?;
        // The client may have given it up since its bytes were read.
        if let Some(Ok(abandoned)) = stored.map(|part| part.abandon(ctx.now)) {
            ctx.unit.uploads().update(&abandoned).await?;
        }
    }
    Ok(())
}
