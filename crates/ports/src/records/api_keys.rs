//! API keys.

use async_trait::async_trait;
use plinth_domain::{ApiKey, ApiKeyId, Id, OrganizationId, Revision, UserId};

use super::{Record, RecordUpdater};
use crate::{Result, SortValue, TokenHash, page::sort_keys};

sort_keys! {
    /// The orders of a list of API keys.
    ApiKeySort of ApiKey, by |k| k.id.uuid();
    CreatedAt = "created_at" => |k| SortValue::Time(k.revision.created_at),
}

impl Record for ApiKey {
    const TABLE: &'static str = "api_keys";
    type Filter = ();
    type Sort = ApiKeySort;

    fn id(&self) -> Id<Self> {
        self.id
    }
    fn revision(&self) -> &Revision {
        &self.revision
    }
    fn owned_by(self, organization: OrganizationId) -> Self {
        Self { organization, ..self }
    }
    /// Keys of runs are not listed.
    fn matches(&self, (): &()) -> bool {
        self.agent_run.is_none()
    }
}

/// Reads and writes API keys. A key is never removed: a revoked key stays listed.
#[async_trait]
pub trait ApiKeys: RecordUpdater<ApiKey> {
    /// Stores a new key with its secret's hash.
    async fn insert(&mut self, key: &ApiKey, secret: &TokenHash) -> Result<()>;
    /// Gives a key another secret, by its hash; the one before opens nothing any more.
    async fn replace_secret(&mut self, key: ApiKeyId, secret: &TokenHash) -> Result<()>;
    /// The keys that are not revoked among those that `ancestor` created, the keys that these
    /// created, and so on.
    async fn descendants(&mut self, ancestor: ApiKeyId) -> Result<Vec<ApiKey>>;
    /// The keys that are not revoked among those that the user created, in person or by a key.
    async fn created_by(&mut self, user: UserId) -> Result<Vec<ApiKey>>;
}
