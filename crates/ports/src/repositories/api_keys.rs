use async_trait::async_trait;
use plinth_domain::{ApiKey, ApiKeyId};

use crate::{Page, PageRequest, Result, SortValue, TokenHash};

super::sort_keys! {
    /// The orders of a list of API keys.
    ApiKeySort of ApiKey, by |k| k.id.uuid();
    CreatedAt = "created_at" => |k| SortValue::Time(k.revision.created_at),
}

/// Reads API keys.
#[async_trait]
pub trait ApiKeyReader: Send {
    /// Finds one.
    async fn find(&mut self, id: ApiKeyId) -> Result<Option<ApiKey>>;
    /// Lists them, the revoked ones too.
    async fn list(&mut self, page: &PageRequest<ApiKeySort>) -> Result<Page<ApiKey>>;
}

/// Reads and writes API keys.
#[async_trait]
pub trait ApiKeys: ApiKeyReader {
    /// Stores a new one with its secret's hash.
    async fn insert(&mut self, key: &ApiKey, secret: &TokenHash) -> Result<()>;
    /// Stores the next revision; `Stale` unless the one before it is stored.
    async fn update(&mut self, key: &ApiKey) -> Result<()>;
}
