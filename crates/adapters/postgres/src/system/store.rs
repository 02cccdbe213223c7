use async_trait::async_trait;
use plinth_domain::{
    AddressBlock, ApiKey, ApiKeyId, Email, OrganizationId, RetentionDays, Session, Timestamp,
};
use plinth_ports::{Admission, Result, SystemStore, SystemUnit, TokenHash, TokenKey};

use super::SystemTx;
use crate::{
    PgStore,
    connection::{Begin, Reads, Work},
};

impl PgStore {
    pub(super) async fn system(&self, begin: Begin) -> Result<SystemTx> {
        self.connections().begin(begin).await.map(Work::Together).map(SystemTx::new)
    }

    /// For questions, each by itself.
    pub(super) fn system_reads(&self) -> SystemTx {
        SystemTx::new(Work::Apart(Reads::of_all(self.connections().clone())))
    }
}

#[async_trait]
impl SystemStore for PgStore {
    async fn begin(&self) -> Result<Box<dyn SystemUnit>> {
        Ok(Box::new(self.system(Begin::System).await?))
    }

    async fn begin_for(&self, organization: OrganizationId) -> Result<Box<dyn SystemUnit>> {
        Ok(Box::new(self.system(Begin::SystemFor(organization)).await?))
    }

    async fn find_session(&self, access: &TokenKey) -> Result<Option<Admission<Session>>> {
        self.system_reads().find_session(access).await
    }

    async fn find_api_key(&self, secret: &TokenKey) -> Result<Option<Admission<ApiKey>>> {
        self.system_reads().find_api_key(secret).await
    }

    async fn is_known_client(&self, email: &Email, client: AddressBlock) -> Result<bool> {
        self.system_reads().knows_client(email, client).await
    }

    async fn find_sessions(
        &self,
        access: &[(OrganizationId, TokenHash)],
    ) -> Result<Vec<(TokenHash, Admission<Session>)>> {
        self.system_reads().find_sessions(access).await
    }

    async fn find_api_keys(
        &self,
        secrets: &[(OrganizationId, TokenHash)],
    ) -> Result<Vec<(TokenHash, Admission<ApiKey>)>> {
        self.system_reads().find_api_keys(secrets).await
    }

    async fn touch_api_key(
        &self,
        organization: OrganizationId,
        key: ApiKeyId,
        at: Timestamp,
    ) -> Result<()> {
        let mut tx = self.system(Begin::System).await?;
        tx.touch_api_key(organization, key, at).await?;
        tx.close().await
    }

    async fn sweep(&self, now: Timestamp) -> Result<u64> {
        self.remove_expired(now).await
    }

    async fn retentions(
        &self,
        after: Option<OrganizationId>,
        limit: u32,
    ) -> Result<Vec<(OrganizationId, RetentionDays)>> {
        self.list_retentions(after, limit).await
    }

    async fn remove_old_entries(
        &self,
        organization: OrganizationId,
        kept: RetentionDays,
        limit: u32,
    ) -> Result<u64> {
        self.shorten_chain(organization, kept, limit).await
    }

    async fn drop_empty_partitions(&self) -> Result<u64> {
        self.drop_partitions().await
    }
}
