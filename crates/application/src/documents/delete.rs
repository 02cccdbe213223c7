use plinth_domain::{DocumentId, JobDraft, JsonObject, Permission};
use serde_json::json;

use super::NOT_FOUND;
use crate::{Command, Context, Error, Expected, Fact, Recorded};

/// The kind of job that removes a document's files from the object storage.
pub const PURGE: &str = "document.purge";

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
        let versions = ctx.unit.documents().remove(&document).await?;
        // A payload is bounded, a document's versions are not.
        for some in versions.chunks(100) {
            let versions: Vec<_> = some.iter().map(|version| version.uuid()).collect();
            let payload = json!({ "document_id": self.id.uuid(), "version_ids": versions });
            let payload = JsonObject::from_parsed(payload.to_string());
            ctx.enqueue(JobDraft::new(PURGE, payload)).await?;
        }
        Ok(Recorded::new((), Fact::removed("document.deleted", &document)?))
    }
}
