use plinth_domain::{Document, DocumentChanges, DocumentId, Permission};

use super::{NOT_FOUND, no_such_project};
use crate::{AuditRecord, Command, Context, Error, Expected, MetadataPatch, Recorded, metadata};

/// Changes what is known of a document besides its content.
#[derive(Debug, Clone)]
pub struct UpdateDocument {
    /// Which.
    pub id: DocumentId,
    /// The version that the caller saw.
    pub expected: Expected,
    /// What changes.
    pub changes: DocumentChanges,
    /// What changes inside the metadata.
    pub metadata: Option<MetadataPatch>,
}

impl Command for UpdateDocument {
    const NAME: &'static str = "document.update";
    const PERMISSION: Permission = Permission::DocumentUpdate;
    type Output = Document;

    async fn run(mut self, ctx: &mut Context<'_>) -> Result<Recorded<Document>, Error> {
        let before = ctx.unit.documents().find(self.id).await?.ok_or(NOT_FOUND)?;
        self.expected.check(&before.revision)?;
        if let Some(patch) = self.metadata {
            self.changes.metadata = Some(metadata::merge(&before.metadata, patch)?);
        }
        let after = before
            .clone()
            .change(self.changes, ctx.now)
            .map_err(|invalid| Error::field("/name", invalid))?;
        ctx.unit.documents().update(&after).await.map_err(no_such_project)?;
        let audit = AuditRecord::changed("document.updated", &before, &after)?;
        Ok(Recorded::new(after, audit))
    }
}
