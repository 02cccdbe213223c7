use plinth_domain::{DocumentId, DocumentVersionId, Permission};
use serde::{Deserialize, Serialize};

use super::NOT_FOUND;
use crate::{AuditRecord, Command, Context, Error, Expected, JobKind, Recorded, job_kind};

/// Removes the files of versions that are gone from the object storage.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct PurgeDocument {
    /// The document that they belonged to.
    #[serde(rename = "document_id", with = "job_kind::id")]
    pub document: DocumentId,
    /// At most 100 versions: a payload is bounded.
    #[serde(rename = "version_ids", with = "job_kind::ids")]
    pub versions: Vec<DocumentVersionId>,
}

impl JobKind for PurgeDocument {
    const KIND: &'static str = "document.purge";
}

/// Removes a document with all its versions. Its files follow by a job that is
/// committed with the removal, so that none is forgotten.
#[derive(Debug, Clone, Copy)]
pub struct DeleteDocument {
    /// Which.
    pub id: DocumentId,
    /// The version that the caller saw.
    pub expected: Expected,
}

impl Command for DeleteDocument {
    const NAME: &'static str = "document.delete";
    const PERMISSION: Permission = Permission::DocumentDelete;
    type Output = ();

    async fn run(self, ctx: &mut Context<'_>) -> Result<Recorded<()>, Error> {
        let document = ctx.unit.documents().find(self.id).await?.ok_or(NOT_FOUND)?;
        self.expected.check(&document.revision)?;
        let versions = ctx.unit.document_contents().version_ids(self.id).await?;
        ctx.unit.documents().remove(&document).await?;
        for versions in versions.chunks(100) {
            let versions = versions.to_vec();
            ctx.enqueue(PurgeDocument { document: self.id, versions }).await?;
        }
        Ok(Recorded::new((), AuditRecord::removed("document.deleted", &document)?))
    }
}
