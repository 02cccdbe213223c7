//! Chunks of documents whose text was stored before there were chunks.

use plinth_domain::Permission;
use serde::{Deserialize, Serialize};

use crate::{Command, Context, Error, JobKind, Recorded, documents::VersionRef};

/// The job that reads a file again to divide its text into chunks.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ChunkDocument {
    /// The version; nothing is done where it is not the newest one any more.
    pub version: VersionRef,
}

impl JobKind for ChunkDocument {
    const KIND: &'static str = "document.chunk";
    /// Behind the vectors of new texts.
    const PRIORITY: i16 = -20;

    fn dedup_key(&self) -> Option<String> {
        Some(format!("{}/{}", Self::KIND, self.version.version))
    }
}

/// Stores the text of a version that was processed before, with its chunks.
#[derive(Debug, Clone)]
pub struct StoreChunks {
    /// The version.
    pub of: VersionRef,
    /// Its text.
    pub text: String,
}

impl Command for StoreChunks {
    const NAME: &'static str = "document.store_chunks";
    const PERMISSION: Permission = Permission::DocumentUpdate;
    type Output = ();

    /// Without an audit record: nothing that a member has entered changes.
    async fn run(self, ctx: &mut Context<'_>) -> Result<Recorded<()>, Error> {
        let document = ctx.unit.documents().find(self.of.document).await?;
        if let Some(document) = document.filter(|one| one.current.id == self.of.version) {
            super::index(ctx, &document, self.of.version, &self.text).await?;
        }
        Ok(Recorded::without_audit(()))
    }
}
