//! Logins by the connections of organizations.

use async_trait::async_trait;
use plinth_domain::{
    DomainName, OrganizationDomain, OrganizationId, OrganizationStatus, Role, SecretId, Slug,
    SsoConnection, SsoConnectionId, SsoIdentity, Timestamp, UserId, UserStatus,
};
use plinth_ports::{Member, Result, SealedSecret, SsoLogins};
use sea_orm::{
    ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, sea_query::LockType,
};

use super::SystemTx;
use crate::{
    records::{members, organization_domains, organizations, secrets, sso_connections},
    row::named,
    sql::Sql,
};

/// The most owners who are told of something.
const MAX_OWNERS: u64 = 20;

const PROVE: &str = "UPDATE sso_connections SET proven_at = $3, version = version + 1
    WHERE organization_id = $1 AND id = $2 AND proven_at IS NULL";

const BREAK_GLASS_OWNERS: &str = "SELECT m.user_id
    FROM memberships m JOIN users u ON u.id = m.user_id
    WHERE m.organization_id = $1 AND m.role = $2 AND m.suspended_at IS NULL AND u.status = $3
        AND (u.second_factor ->> 'confirmed_at') IS NOT NULL
    LIMIT 2";

const FIND_IDENTITY: &str = "SELECT user_id FROM sso_identities
    WHERE organization_id = $1 AND connection_id = $2 AND subject = $3";

const INSERT_IDENTITY: &str = "INSERT INTO sso_identities
    (organization_id, id, connection_id, subject, user_id, created_at, updated_at)
    VALUES ($1, $2, $3, $4, $5, $6, $6)";

#[async_trait]
impl SsoLogins for SystemTx {
    async fn find_sso(&mut self, connection: SsoConnectionId) -> Result<Option<SsoConnection>> {
        let found = sso_connections::Entity::find()
            .filter(sso_connections::Column::Id.eq(connection.uuid()));
        self.one(found).await
    }

    async fn find_sso_of_domain(&mut self, domain: &DomainName) -> Result<Option<SsoConnection>> {
        use organization_domains::{Column, Entity};
        let proven = Entity::find()
            .filter(Column::Domain.eq(domain.as_str()))
            .filter(Column::VerifiedAt.is_not_null());
        match self.one::<OrganizationDomain>(proven).await? {
            Some(proven) => self.sso_of(proven.organization).await,
            None => Ok(None),
        }
    }

    async fn find_sso_of_slug(&mut self, slug: &Slug) -> Result<Option<SsoConnection>> {
        use organizations::{Column, Entity};
        let named = Entity::find()
            .filter(Column::Slug.eq(slug.as_str()))
            .filter(Column::Status.eq(OrganizationStatus::Active.name()));
        match self.one::<plinth_domain::Organization>(named).await? {
            Some(organization) => self.sso_of(organization.id).await,
            None => Ok(None),
        }
    }

    async fn lock_sso(&mut self, organization: OrganizationId) -> Result<Option<SsoConnection>> {
        self.one(of(organization).lock(LockType::Share)).await
    }

    async fn lock_proven_domain(
        &mut self,
        organization: OrganizationId,
        domain: &DomainName,
    ) -> Result<bool> {
        use organization_domains::{Column, Entity};
        let proven = Entity::find()
            .filter(Column::OrganizationId.eq(organization.uuid()))
            .filter(Column::Domain.eq(domain.as_str()))
            .filter(Column::VerifiedAt.is_not_null())
            .lock(LockType::Share);
        Ok(self.one::<OrganizationDomain>(proven).await?.is_some())
    }

    async fn prove_sso(&mut self, connection: &SsoConnection, at: Timestamp) -> Result<()> {
        let organization = connection.organization.uuid();
        let values = vec![organization.into(), connection.id.uuid().into(), at.into()];
        self.execute(Sql::fixed(PROVE, values)).await.map(drop)
    }

    async fn update_sso(&mut self, connection: &SsoConnection) -> Result<()> {
        let (organization, id) = (connection.organization, connection.id.uuid());
        let row = sso_connections::row(connection, organization);
        self.save(row, organization, id, connection.revision.previous()).await
    }

    async fn find_secret(
        &mut self,
        organization: OrganizationId,
        secret: SecretId,
    ) -> Result<Option<SealedSecret>> {
        self.one(secrets::Entity::find_by_id((organization.uuid(), secret.uuid()))).await
    }

    async fn find_sso_identity(
        &mut self,
        connection: &SsoConnection,
        subject: &str,
    ) -> Result<Option<UserId>> {
        let organization = connection.organization.uuid();
        let values = vec![organization.into(), connection.id.uuid().into(), subject.into()];
        let rows = self.rows(Sql::fixed(FIND_IDENTITY, values)).await?;
        rows.first().map(|row| named(row, "user_id").map(UserId::from_uuid)).transpose()
    }

    async fn insert_sso_identity(&mut self, identity: &SsoIdentity) -> Result<()> {
        let values = vec![
            identity.organization.uuid().into(),
            identity.id.uuid().into(),
            identity.connection.uuid().into(),
            identity.subject.as_str().into(),
            identity.user.uuid().into(),
            identity.created_at.into(),
        ];
        self.execute(Sql::fixed(INSERT_IDENTITY, values)).await.map(drop)
    }

    async fn owners(&mut self, organization: OrganizationId) -> Result<Vec<Member>> {
        use members::{Column, Entity};
        let owners = members::with_roles(Entity::find())
            .filter(Column::OrganizationId.eq(organization.uuid()))
            .filter(Column::Role.eq(Role::Owner.name()))
            .filter(Column::SuspendedAt.is_null())
            .order_by_asc(Column::CreatedAt)
            .order_by_asc(Column::Id)
            .limit(MAX_OWNERS);
        self.all(owners).await
    }

    async fn break_glass_owners(&mut self, organization: OrganizationId) -> Result<Vec<UserId>> {
        let values = vec![
            organization.uuid().into(),
            Role::Owner.name().into(),
            UserStatus::Active.name().into(),
        ];
        let rows = self.rows(Sql::fixed(BREAK_GLASS_OWNERS, values)).await?;
        rows.iter().map(|row| named(row, "user_id").map(UserId::from_uuid)).collect()
    }
}

impl SystemTx {
    async fn sso_of(&mut self, organization: OrganizationId) -> Result<Option<SsoConnection>> {
        self.one(of(organization)).await
    }
}

/// The connection of an organization.
fn of(organization: OrganizationId) -> sea_orm::Select<sso_connections::Entity> {
    sso_connections::Entity::find()
        .filter(sso_connections::Column::OrganizationId.eq(organization.uuid()))
}
