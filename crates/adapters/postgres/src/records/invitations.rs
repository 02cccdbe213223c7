use async_trait::async_trait;
use plinth_domain::{
    ApiKeyId, CustomRoleId, Id, Invitation, InvitationState, OrganizationId, Role, RoleRef,
    Timestamp, UserId,
};
use plinth_ports::{InvitationSort, Invitations, Result, TokenHash};
use sea_orm::{
    Condition, NotSet, QuerySelect, QueryTrait, Set, entity::prelude::*, sea_query::LockType,
};

use super::{
    Stored, member_roles, members,
    roles::{self, STAND_IN},
};
use crate::{
    row::{FromRow, Row},
    scoped::ScopedTx,
    value::set,
};

/// A row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "invitations")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub organization_id: Uuid,
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub email: String,
    pub role: String,
    pub custom_role: Option<Uuid>,
    pub token_hash: Vec<u8>,
    pub names_organization: bool,
    pub invited_by: Uuid,
    pub api_key_id: Option<Uuid>,
    pub proves_address: bool,
    pub expires_at: DateTimeUtc,
    pub accepted_at: Option<DateTimeUtc>,
    pub revoked_at: Option<DateTimeUtc>,
    pub version: i64,
    pub created_at: DateTimeUtc,
    pub updated_at: DateTimeUtc,
}

crate::scoped::tenant_table!();

impl FromRow for Invitation {
    type Entity = Entity;

    fn from_row(row: &Row<'_, Entity>) -> Result<Self> {
        let state = match (row.get(Column::AcceptedAt)?, row.get(Column::RevokedAt)?) {
            (Some(at), _) => InvitationState::Accepted { at },
            (None, Some(at)) => InvitationState::Revoked { at },
            (None, None) => InvitationState::Pending,
        };
        Ok(Self {
            id: row.value(Column::Id)?,
            organization: row.value(Column::OrganizationId)?,
            email: row.value(Column::Email)?,
            role: role(row)?,
            invited_by: row.value(Column::InvitedBy)?,
            api_key: row.optional_id(Column::ApiKeyId)?,
            proves_address: row.get(Column::ProvesAddress)?,
            expires_at: row.get(Column::ExpiresAt)?,
            state,
            revision: row.revision(Column::Version, Column::CreatedAt, Column::UpdatedAt)?,
        })
    }
}

fn role(row: &Row<'_, Entity>) -> Result<RoleRef> {
    let built_in: Role = row.value(Column::Role)?;
    let custom = row.optional_id(Column::CustomRole)?.filter(|_| built_in == STAND_IN);
    Ok(custom.map_or_else(|| built_in.into(), RoleRef::Custom))
}

impl Stored for Invitation {
    type Row = ActiveModel;

    /// Without the hash of its token, which an update does not change.
    fn to_row(&self, organization: OrganizationId) -> ActiveModel {
        let (accepted_at, revoked_at) = match self.state {
            InvitationState::Pending => (None, None),
            InvitationState::Accepted { at } => (Some(at), None),
            InvitationState::Revoked { at } => (None, Some(at)),
        };
        ActiveModel {
            organization_id: set(&organization),
            id: set(&self.id),
            email: set(&self.email),
            role: Set(roles::column(self.role)),
            custom_role: Set(self.role.custom().map(Id::uuid)),
            token_hash: NotSet,
            names_organization: NotSet,
            invited_by: set(&self.invited_by),
            api_key_id: Set(self.api_key.map(Id::uuid)),
            proves_address: Set(self.proves_address),
            expires_at: Set(self.expires_at),
            accepted_at: Set(accepted_at),
            revoked_at: Set(revoked_at),
            version: Set(self.revision.version.number()),
            created_at: Set(self.revision.created_at),
            updated_at: Set(self.revision.updated_at),
        }
    }

    fn condition((): &()) -> Condition {
        Condition::all()
    }

    fn column(sort: InvitationSort) -> Column {
        match sort {
            InvitationSort::CreatedAt => Column::CreatedAt,
        }
    }
}

#[async_trait]
impl Invitations for ScopedTx {
    async fn insert(&mut self, invitation: &Invitation, token: &TokenHash) -> Result<()> {
        let row = invitation.to_row(self.organization());
        let (token_hash, names_organization) = (Set(token.to_vec()), Set(true));
        self.add(ActiveModel { token_hash, names_organization, ..row }).await
    }

    async fn expired(&mut self, now: Timestamp) -> Result<Vec<Invitation>> {
        let expired = pending().add(Column::ExpiresAt.lte(now));
        self.select::<Entity>().filter(expired).lock(LockType::NoKeyUpdate).all().await
    }

    async fn pending_of(&mut self, user: UserId) -> Result<Vec<Invitation>> {
        let own = pending().add(Column::InvitedBy.eq(user.uuid()));
        self.select::<Entity>().filter(own).lock(LockType::NoKeyUpdate).all().await
    }

    async fn pending_by(&mut self, keys: &[ApiKeyId]) -> Result<Vec<Invitation>> {
        let keys = keys.iter().map(|key| key.uuid());
        let own = pending().add(Column::ApiKeyId.is_in(keys));
        self.select::<Entity>().filter(own).lock(LockType::NoKeyUpdate).all().await
    }

    async fn pending_of_role(&mut self, role: CustomRoleId) -> Result<Vec<Invitation>> {
        let with_role = member_roles::memberships(self.organization(), Some(vec![role]));
        let users = members::Entity::find()
            .select_only()
            .column(members::Column::UserId)
            .filter(members::Column::OrganizationId.eq(self.organization().uuid()))
            .filter(members::Column::Id.in_subquery(with_role));
        let own = pending().add(Column::InvitedBy.in_subquery(users.into_query()));
        self.select::<Entity>().filter(own).lock(LockType::NoKeyUpdate).all().await
    }

    async fn pending_with(&mut self, role: CustomRoleId) -> Result<Vec<Invitation>> {
        let offers = pending().add(Column::CustomRole.eq(role.uuid()));
        self.select::<Entity>().filter(offers).lock(LockType::NoKeyUpdate).all().await
    }
}

/// Neither accepted nor revoked.
fn pending() -> Condition {
    Condition::all().add(Column::AcceptedAt.is_null()).add(Column::RevokedAt.is_null())
}
