use async_trait::async_trait;
use plinth_domain::{DocumentId, DocumentVersionId, TenantScope};
use uuid::Uuid;

use crate::{Batch, Result};

/// A table with rows of an organization, as an export has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ArchivedTable {
    /// The name.
    pub name: String,
    /// The columns, in the order of each row's fields.
    pub columns: Vec<String>,
}

/// A row of a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ArchivedRow {
    /// Its identity. The rows of a table are read in the order of their identities.
    pub id: Uuid,
    /// A JSON object with a field for each column, in one line.
    pub json: String,
}

/// A version of a document whose bytes are stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ArchivedContent {
    /// The document.
    pub document: DocumentId,
    /// The version.
    pub version: DocumentVersionId,
    /// Whether it has thumbnails.
    pub has_thumbnails: bool,
}

/// The last numbered entry of the audit log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JournalHead {
    /// The number.
    pub number: i64,
    /// The hash of the chain up to it.
    pub hash: Vec<u8>,
}

/// All that a database has of an organization, in tables that it names itself.
#[async_trait]
pub trait TenantArchive: Send + Sync {
    /// Opens a view of one moment. An organization has one at once in a process; another one waits for
    /// 2 s, and then ends with [`StoreError::Busy`](crate::StoreError::Busy).
    async fn open(&self, scope: TenantScope) -> Result<Box<dyn TenantSnapshot>>;
}

/// What a database has of one organization at one moment. Secrets, and the hashes of tokens, are not
/// part of it.
#[async_trait]
pub trait TenantSnapshot: Send {
    /// Every table with an organization, `organizations` among them, except what is only of use within
    /// one installation.
    async fn tables(&mut self) -> Result<Vec<ArchivedTable>>;
    /// The next rows of a table, up to a size in bytes.
    async fn rows(
        &mut self,
        table: &ArchivedTable,
        after: Option<Uuid>,
    ) -> Result<Batch<ArchivedRow>>;
    /// The next versions of documents whose bytes are stored.
    async fn contents(
        &mut self,
        after: Option<DocumentVersionId>,
    ) -> Result<Batch<ArchivedContent>>;
    /// The last numbered entry of the audit log; `None` without one.
    async fn journal_head(&mut self) -> Result<Option<JournalHead>>;
}
