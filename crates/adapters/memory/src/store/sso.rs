//! The connection of an organization, its domains, and the sessions that depend on them.

use async_trait::async_trait;
use plinth_domain::{
    OrganizationDomain, OrganizationDomainId, Session, SessionState, SsoConnection,
    SsoConnectionId, Timestamp,
};
use plinth_ports::{
    Result, Sso, SsoReader, TokenHash,
    records::sso::{CONNECTION_EXISTS, DOMAIN_EXISTS, DOMAIN_TAKEN, SECRET},
};

use super::{table::expect, unit::Unit};

#[async_trait]
impl SsoReader for Unit {
    async fn connection(&mut self) -> Result<Option<SsoConnection>> {
        let connections = &self.tables().records.sso_connections;
        Ok(connections.of(self.organization_id()).next().cloned())
    }

    async fn domains(&mut self) -> Result<Vec<OrganizationDomain>> {
        let domains = self.tables().records.organization_domains.of(self.organization_id());
        let mut domains: Vec<_> = domains.cloned().collect();
        domains.sort_by(|one, other| one.domain.cmp(&other.domain));
        Ok(domains)
    }

    async fn domain(&mut self, domain: OrganizationDomainId) -> Result<Option<OrganizationDomain>> {
        let key = (self.organization_id(), domain);
        Ok(self.tables().records.organization_domains.get(&key).cloned())
    }
}

#[async_trait]
impl Sso for Unit {
    async fn insert_connection(&mut self, connection: &SsoConnection) -> Result<()> {
        let exists = self.connection().await?.is_some();
        self.draft.forbid(exists, CONNECTION_EXISTS.0)?;
        self.put_connection(connection)
    }

    async fn update_connection(&mut self, connection: &SsoConnection) -> Result<()> {
        let stored = self.connection().await?.filter(|stored| stored.id == connection.id);
        let stored = stored.map(|stored| stored.revision.version);
        expect(stored, connection.revision.previous())?;
        self.put_connection(connection)
    }

    async fn remove_connection(&mut self, connection: &SsoConnection) -> Result<()> {
        let stored = self.connection().await?.filter(|stored| stored.id == connection.id);
        let stored = stored.map(|stored| stored.revision.version);
        expect(stored, connection.revision.version)?;
        let organization = self.organization_id();
        let records = &mut self.draft.tables.records;
        records.sso_connections.remove(&(organization, connection.id));
        records
            .sso_identities
            .retain(|(owner, _), row| *owner != organization || row.connection != connection.id);
        Ok(())
    }

    async fn insert_domain(&mut self, domain: &OrganizationDomain) -> Result<()> {
        let exists = self.domains().await?.iter().any(|other| other.domain == domain.domain);
        self.draft.forbid(exists, DOMAIN_EXISTS.0)?;
        self.put_domain(domain)
    }

    async fn update_domain(&mut self, domain: &OrganizationDomain) -> Result<()> {
        let stored = self.domain(domain.id).await?.map(|stored| stored.revision.version);
        expect(stored, domain.revision.previous())?;
        self.put_domain(domain)
    }

    async fn remove_domain(&mut self, domain: &OrganizationDomain) -> Result<()> {
        let stored = self.domain(domain.id).await?.map(|stored| stored.revision.version);
        expect(stored, domain.revision.version)?;
        let key = (self.organization_id(), domain.id);
        self.draft.tables.records.organization_domains.remove(&key);
        Ok(())
    }

    async fn end_sessions_by(&mut self, connection: SsoConnectionId, at: Timestamp) -> Result<()> {
        self.end(at, |session, _| session.connection == Some(connection));
        Ok(())
    }

    async fn end_sessions_by_none(&mut self, kept: &TokenHash, at: Timestamp) -> Result<()> {
        self.end(at, |session, access| session.connection.is_none() && access != kept);
        Ok(())
    }
}

impl Unit {
    fn put_connection(&mut self, connection: &SsoConnection) -> Result<()> {
        let organization = self.organization_id();
        let secrets = &self.tables().records.secrets;
        let secret = connection.secret.as_ref();
        let lacks_secret =
            secret.is_some_and(|secret| !secrets.contains(&(organization, secret.id)));
        self.draft.forbid(lacks_secret, SECRET.0)?;
        let row = SsoConnection { organization, ..connection.clone() };
        self.draft.tables.records.sso_connections.insert((organization, row.id), row);
        Ok(())
    }

    fn put_domain(&mut self, domain: &OrganizationDomain) -> Result<()> {
        let organization = self.organization_id();
        let mut all = self.tables().records.organization_domains.values();
        let is_taken = domain.verified_at.is_some()
            && all.any(|other| {
                other.organization != organization
                    && other.domain == domain.domain
                    && other.verified_at.is_some()
            });
        drop(all);
        self.draft.forbid(is_taken, DOMAIN_TAKEN.0)?;
        let row = OrganizationDomain { organization, ..domain.clone() };
        self.draft.tables.records.organization_domains.insert((organization, row.id), row);
        Ok(())
    }

    /// Revokes the sessions of the organization that are selected, including rotated ones.
    fn end(&mut self, at: Timestamp, is_selected: impl Fn(&Session, &TokenHash) -> bool) {
        let organization = self.organization_id();
        let sessions = self.draft.tables.sessions.values_mut();
        for row in sessions.filter(|row| row.session.organization == organization) {
            let is_over = matches!(row.session.state, SessionState::Revoked { .. });
            if !is_over && is_selected(&row.session, &row.tokens.access) {
                let revision = row.session.revision.next(at);
                row.session =
                    Session { state: SessionState::Revoked { at }, revision, ..row.session };
            }
        }
    }
}
