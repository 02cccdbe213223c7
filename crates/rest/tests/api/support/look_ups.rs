use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use async_trait::async_trait;
use plinth_domain::{
    AddressBlock, ApiKey, ApiKeyId, Email, OrganizationId, RetentionDays, Session, Timestamp,
};
use plinth_ports::{Admission, Result, SystemStore, SystemUnit, TokenHash, TokenKey};

/// Counts the look-ups of credentials in the store.
pub struct CountedLookUps {
    pub store: Arc<dyn SystemStore>,
    pub count: Arc<AtomicUsize>,
}

#[async_trait]
impl SystemStore for CountedLookUps {
    async fn begin(&self) -> Result<Box<dyn SystemUnit>> {
        self.store.begin().await
    }

    async fn begin_for(&self, organization: OrganizationId) -> Result<Box<dyn SystemUnit>> {
        self.store.begin_for(organization).await
    }

    async fn find_session(&self, access: &TokenKey) -> Result<Option<Admission<Session>>> {
        self.count.fetch_add(1, Ordering::SeqCst);
        self.store.find_session(access).await
    }

    async fn find_api_key(&self, secret: &TokenKey) -> Result<Option<Admission<ApiKey>>> {
        self.count.fetch_add(1, Ordering::SeqCst);
        self.store.find_api_key(secret).await
    }

    async fn is_known_client(&self, email: &Email, client: AddressBlock) -> Result<bool> {
        self.store.is_known_client(email, client).await
    }

    async fn find_sessions(
        &self,
        access: &[(OrganizationId, TokenHash)],
    ) -> Result<Vec<(TokenHash, Admission<Session>)>> {
        self.count.fetch_add(1, Ordering::SeqCst);
        self.store.find_sessions(access).await
    }

    async fn find_api_keys(
        &self,
        secrets: &[(OrganizationId, TokenHash)],
    ) -> Result<Vec<(TokenHash, Admission<ApiKey>)>> {
        self.count.fetch_add(1, Ordering::SeqCst);
        self.store.find_api_keys(secrets).await
    }

    async fn touch_api_key(
        &self,
        organization: OrganizationId,
        key: ApiKeyId,
        at: Timestamp,
    ) -> Result<()> {
        self.store.touch_api_key(organization, key, at).await
    }

    async fn sweep(&self, now: Timestamp) -> Result<u64> {
        self.store.sweep(now).await
    }

    async fn retentions(
        &self,
        after: Option<OrganizationId>,
        limit: u32,
    ) -> Result<Vec<(OrganizationId, RetentionDays)>> {
        self.store.retentions(after, limit).await
    }

    async fn remove_old_entries(
        &self,
        organization: OrganizationId,
        kept: RetentionDays,
        limit: u32,
    ) -> Result<u64> {
        self.store.remove_old_entries(organization, kept, limit).await
    }

    async fn drop_empty_partitions(&self) -> Result<u64> {
        self.store.drop_empty_partitions().await
    }
}
