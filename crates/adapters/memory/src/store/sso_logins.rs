//! Logins by the connections of organizations.

use async_trait::async_trait;
use plinth_domain::{
    DomainName, OrganizationId, OrganizationStatus, SecretId, Slug, SsoConnection, SsoConnectionId,
    SsoIdentity, Timestamp, UserId, UserStatus,
};
use plinth_ports::{Member, Result, SSO_IDENTITY_TAKEN, SealedSecret, SsoLogins};

use super::{members::member, system_unit::SystemDraft, table::expect};

/// The most owners who are told of something.
const MAX_OWNERS: usize = 20;

#[async_trait]
impl SsoLogins for SystemDraft {
    async fn find_sso(&mut self, connection: SsoConnectionId) -> Result<Option<SsoConnection>> {
        let mut all = self.0.tables.records.sso_connections.values();
        Ok(all.find(|row| row.id == connection).cloned())
    }

    async fn find_sso_of_domain(&mut self, domain: &DomainName) -> Result<Option<SsoConnection>> {
        let mut all = self.0.tables.records.organization_domains.values();
        let proven = all.find(|row| row.domain == *domain && row.verified_at.is_some());
        let organization = proven.map(|row| row.organization);
        Ok(organization.and_then(|organization| self.sso_of(organization)))
    }

    async fn find_sso_of_slug(&mut self, slug: &Slug) -> Result<Option<SsoConnection>> {
        let mut all = self.0.tables.organizations.values();
        let named = all.find(|row| row.slug == *slug && row.status == OrganizationStatus::Active);
        let organization = named.map(|row| row.id);
        Ok(organization.and_then(|organization| self.sso_of(organization)))
    }

    async fn lock_sso(&mut self, organization: OrganizationId) -> Result<Option<SsoConnection>> {
        Ok(self.sso_of(organization))
    }

    async fn lock_proven_domain(
        &mut self,
        organization: OrganizationId,
        domain: &DomainName,
    ) -> Result<bool> {
        let mut own = self.0.tables.records.organization_domains.of(organization);
        Ok(own.any(|row| row.domain == *domain && row.verified_at.is_some()))
    }

    async fn prove_sso(&mut self, connection: &SsoConnection, at: Timestamp) -> Result<()> {
        let key = (connection.organization, connection.id);
        let stored = self.0.tables.records.sso_connections.get_mut(&key);
        if let Some(row) = stored.filter(|row| row.proven_at.is_none()) {
            row.proven_at = Some(at);
            let updated_at = row.revision.updated_at;
            row.revision = row.revision.next(updated_at);
        }
        Ok(())
    }

    async fn update_sso(&mut self, connection: &SsoConnection) -> Result<()> {
        let key = (connection.organization, connection.id);
        let connections = &mut self.0.tables.records.sso_connections;
        let stored = connections.get(&key).map(|row| row.revision.version);
        expect(stored, connection.revision.previous())?;
        connections.insert(key, connection.clone());
        Ok(())
    }

    async fn find_secret(
        &mut self,
        organization: OrganizationId,
        secret: SecretId,
    ) -> Result<Option<SealedSecret>> {
        Ok(self.0.tables.records.secrets.get(&(organization, secret)).cloned())
    }

    async fn find_sso_identity(
        &mut self,
        connection: &SsoConnection,
        subject: &str,
    ) -> Result<Option<UserId>> {
        let mut own = self.0.tables.records.sso_identities.of(connection.organization);
        let found = own.find(|row| row.connection == connection.id && row.subject == subject);
        Ok(found.map(|row| row.user))
    }

    async fn insert_sso_identity(&mut self, identity: &SsoIdentity) -> Result<()> {
        let organization = identity.organization;
        let records = &self.0.tables.records;
        let is_taken = records
            .sso_identities
            .of(organization)
            .any(|row| row.connection == identity.connection && row.subject == identity.subject);
        let lacks_connection =
            !records.sso_connections.contains(&(organization, identity.connection));
        let is_stranger = !self.0.tables.memberships.contains(&(organization, identity.user));
        self.0.forbid(is_taken, SSO_IDENTITY_TAKEN.0)?;
        let connection = "sso_identities_organization_id_connection_id_fkey";
        self.0.forbid(lacks_connection, connection)?;
        self.0.forbid(is_stranger, "sso_identities_organization_id_user_id_fkey")?;
        let key = (organization, identity.id);
        self.0.tables.records.sso_identities.insert(key, identity.clone());
        Ok(())
    }

    async fn owners(&mut self, organization: OrganizationId) -> Result<Vec<Member>> {
        let tables = &self.0.tables;
        let owners = tables
            .memberships
            .of(organization)
            .filter(|row| row.role.is_owner() && row.is_active());
        let mut owners: Vec<_> = owners.filter_map(|row| member(tables, row)).collect();
        owners.sort_by_key(|owner| (owner.membership.revision.created_at, owner.membership.id));
        owners.truncate(MAX_OWNERS);
        Ok(owners)
    }

    async fn break_glass_owners(&mut self, organization: OrganizationId) -> Result<Vec<UserId>> {
        let tables = &self.0.tables;
        let owners = tables
            .memberships
            .of(organization)
            .filter(|row| row.role.is_owner() && row.is_active())
            .map(|row| row.user);
        let with_factor = owners.filter(|user| {
            let login = tables.users.get(user);
            login.is_some_and(|login| {
                login.user.status == UserStatus::Active && login.needs_factor()
            })
        });
        Ok(with_factor.take(2).collect())
    }
}

impl SystemDraft {
    fn sso_of(&self, organization: OrganizationId) -> Option<SsoConnection> {
        self.0.tables.records.sso_connections.of(organization).next().cloned()
    }
}
