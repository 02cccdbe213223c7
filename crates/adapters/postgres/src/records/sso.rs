//! The connection of an organization, its domains, and the sessions that depend on them.

use async_trait::async_trait;
use plinth_domain::{
    OrganizationDomain, OrganizationDomainId, SsoConnection, SsoConnectionId, Timestamp,
};
use plinth_ports::{Result, Sso, SsoReader, TokenHash};

use super::{organization_domains, sso_connections};
use crate::scoped::ScopedTx;

const END_BY: &str = "UPDATE sessions
    SET revoked_at = $3, updated_at = $3, version = version + 1
    WHERE organization_id = $1 AND sso_connection = $2 AND revoked_at IS NULL";

const END_BY_NONE: &str = "UPDATE sessions
    SET revoked_at = $3, updated_at = $3, version = version + 1
    WHERE organization_id = $1 AND sso_connection IS NULL AND access_hash <> $2
        AND revoked_at IS NULL";

#[async_trait]
impl SsoReader for ScopedTx {
    async fn connection(&mut self) -> Result<Option<SsoConnection>> {
        self.select::<sso_connections::Entity>().one().await
    }

    async fn domains(&mut self) -> Result<Vec<OrganizationDomain>> {
        let mut domains: Vec<OrganizationDomain> =
            self.select::<organization_domains::Entity>().all().await?;
        domains.sort_by(|one, other| one.domain.cmp(&other.domain));
        Ok(domains)
    }

    async fn domain(&mut self, domain: OrganizationDomainId) -> Result<Option<OrganizationDomain>> {
        Self::find(self, domain.uuid()).await
    }
}

#[async_trait]
impl Sso for ScopedTx {
    async fn insert_connection(&mut self, connection: &SsoConnection) -> Result<()> {
        let row = sso_connections::row(connection, self.organization());
        self.add(row).await
    }

    async fn update_connection(&mut self, connection: &SsoConnection) -> Result<()> {
        let row = sso_connections::row(connection, self.organization());
        self.save(row, connection.id.uuid(), connection.revision.previous()).await
    }

    async fn remove_connection(&mut self, connection: &SsoConnection) -> Result<()> {
        let (id, version) = (connection.id.uuid(), connection.revision.version);
        Self::remove::<sso_connections::Entity>(self, id, version).await
    }

    async fn insert_domain(&mut self, domain: &OrganizationDomain) -> Result<()> {
        let row = organization_domains::row(domain, self.organization());
        self.add(row).await
    }

    async fn update_domain(&mut self, domain: &OrganizationDomain) -> Result<()> {
        let row = organization_domains::row(domain, self.organization());
        self.save(row, domain.id.uuid(), domain.revision.previous()).await
    }

    async fn remove_domain(&mut self, domain: &OrganizationDomain) -> Result<()> {
        let (id, version) = (domain.id.uuid(), domain.revision.version);
        Self::remove::<organization_domains::Entity>(self, id, version).await
    }

    async fn end_sessions_by(&mut self, connection: SsoConnectionId, at: Timestamp) -> Result<()> {
        self.write(END_BY, vec![connection.uuid().into(), at.into()]).await.map(drop)
    }

    async fn end_sessions_by_none(&mut self, kept: &TokenHash, at: Timestamp) -> Result<()> {
        self.write(END_BY_NONE, vec![kept.to_vec().into(), at.into()]).await.map(drop)
    }
}
