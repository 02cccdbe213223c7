use async_trait::async_trait;
use plinth_domain::{
    ApiKey, ApiKeyId, BoundPrompts, Grant, Id, Membership, OrganizationId, Permission, UserId,
};
use plinth_ports::{Admission, ApiKeySort, ApiKeys, Result, StoreError, TokenHash};
use sea_orm::{Condition, NotSet, Set, entity::prelude::*, sea_query::Expr};

use super::{HAS_FACTOR, IS_SUSPENDED, REQUIRES_FACTOR, Stored};
use crate::{
    row::{FromRow, Row},
    scoped::ScopedTx,
    value::set,
};

/// The prefix of every secret.
const PREFIX: &str = "plk_";

/// The condition on the keys that descend from one. `$1` is the organization, `$2` the ancestor.
const DESCENDS: &str = "id IN (WITH RECURSIVE descendants AS (
        SELECT id FROM api_keys WHERE organization_id = $1 AND parent_id = $2
        UNION SELECT child.id FROM api_keys child JOIN descendants d ON d.id = child.parent_id
            WHERE child.organization_id = $1)
    SELECT id FROM descendants)";

const REPLACE: &str = "UPDATE api_keys SET secret_hash = $3 WHERE organization_id = $1 AND id = $2";

/// A row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "api_keys")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub organization_id: Uuid,
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub name: String,
    pub prefix: String,
    pub last_four: String,
    pub secret_hash: Vec<u8>,
    pub names_organization: bool,
    pub role: Option<String>,
    pub permissions: Option<Vec<String>>,
    pub prompts: Option<Vec<Uuid>>,
    pub expires_at: Option<DateTimeUtc>,
    pub last_used_at: Option<DateTimeUtc>,
    pub revoked_at: Option<DateTimeUtc>,
    pub created_by: Uuid,
    pub parent_id: Option<Uuid>,
    pub agent_run_id: Option<Uuid>,
    pub version: i64,
    pub created_at: DateTimeUtc,
    pub updated_at: DateTimeUtc,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {
    #[sea_orm(
        belongs_to = "super::members::Entity",
        from = "(Column::OrganizationId, Column::CreatedBy)",
        to = "(super::members::Column::OrganizationId, super::members::Column::UserId)"
    )]
    Creator,
}

crate::scoped::tenant_table!(related);

impl FromRow for ApiKey {
    type Entity = Entity;

    fn from_row(row: &Row<'_, Entity>) -> Result<Self> {
        Ok(Self {
            id: row.value(Column::Id)?,
            organization: row.value(Column::OrganizationId)?,
            name: row.value(Column::Name)?,
            last_four: row.get(Column::LastFour)?,
            grant: grant(row)?,
            prompts: prompts(row)?,
            created_by: row.value(Column::CreatedBy)?,
            parent: row.optional_id(Column::ParentId)?,
            agent_run: row.get(Column::AgentRunId)?,
            expires_at: row.get(Column::ExpiresAt)?,
            last_used_at: row.get(Column::LastUsedAt)?,
            revoked_at: row.get(Column::RevokedAt)?,
            revision: row.revision(Column::Version, Column::CreatedAt, Column::UpdatedAt)?,
        })
    }
}

/// A key has either a role or a list of permissions.
fn grant(row: &Row<'_, Entity>) -> Result<Grant> {
    if !row.is_null(Column::Role)? {
        return row.value(Column::Role).map(Grant::Role);
    }
    // A permission that no longer exists in this version is ignored.
    let names: Vec<String> = row.get(Column::Permissions)?;
    Ok(Grant::Permissions(names.iter().filter_map(|name| Permission::from_name(name)).collect()))
}

fn prompts(row: &Row<'_, Entity>) -> Result<Option<BoundPrompts>> {
    let ids: Option<Vec<Uuid>> = row.get(Column::Prompts)?;
    let prompts = ids.map(|ids| BoundPrompts::new(ids.into_iter().map(Id::from_uuid).collect()));
    prompts.transpose().map_err(|invalid| StoreError::Other(invalid.detail.into()))
}

impl FromRow for Admission<ApiKey> {
    type Entity = Entity;

    /// Joined with `memberships`.
    fn from_row(row: &Row<'_, Entity>) -> Result<Self> {
        Ok(Self {
            credential: ApiKey::from_row(row)?,
            membership: Membership::from_row(&row.joined())?,
            has_factor: row.computed(HAS_FACTOR)?,
            requires_factor: row.computed(REQUIRES_FACTOR)?,
            is_suspended: row.computed(IS_SUSPENDED)?,
        })
    }
}

impl Stored for ApiKey {
    type Row = ActiveModel;

    /// Without the hash of its secret, and without the time of its last use, which every request
    /// with the key writes separately.
    fn to_row(&self, organization: OrganizationId) -> ActiveModel {
        let (role, permissions) = match self.grant {
            Grant::Role(role) => (Some(role.name().to_owned()), None),
            Grant::Permissions(set) => {
                (None, Some(set.iter().map(|permission| permission.name().to_owned()).collect()))
            }
        };
        ActiveModel {
            organization_id: set(&organization),
            id: set(&self.id),
            name: set(&self.name),
            prefix: Set(PREFIX.to_owned()),
            last_four: Set(self.last_four.clone()),
            secret_hash: NotSet,
            names_organization: NotSet,
            role: Set(role),
            permissions: Set(permissions),
            prompts: Set(self
                .prompts
                .as_ref()
                .map(|prompts| prompts.as_slice().iter().map(|prompt| prompt.uuid()).collect())),
            expires_at: Set(self.expires_at),
            last_used_at: NotSet,
            revoked_at: Set(self.revoked_at),
            created_by: set(&self.created_by),
            parent_id: Set(self.parent.map(Id::uuid)),
            agent_run_id: Set(self.agent_run),
            version: Set(self.revision.version.number()),
            created_at: Set(self.revision.created_at),
            updated_at: Set(self.revision.updated_at),
        }
    }

    fn condition((): &()) -> Condition {
        Condition::all().add(Column::AgentRunId.is_null())
    }

    fn column(sort: ApiKeySort) -> Column {
        match sort {
            ApiKeySort::CreatedAt => Column::CreatedAt,
        }
    }
}

#[async_trait]
impl ApiKeys for ScopedTx {
    async fn insert(&mut self, key: &ApiKey, secret: &TokenHash) -> Result<()> {
        let row = ActiveModel {
            secret_hash: Set(secret.to_vec()),
            names_organization: Set(true),
            last_used_at: Set(key.last_used_at),
            ..key.to_row(self.organization())
        };
        self.add(row).await
    }

    async fn replace_secret(&mut self, key: ApiKeyId, secret: &TokenHash) -> Result<()> {
        self.write(REPLACE, vec![key.uuid().into(), secret.to_vec().into()]).await.map(drop)
    }

    async fn descendants(&mut self, ancestor: ApiKeyId) -> Result<Vec<ApiKey>> {
        let values = [self.organization().uuid(), ancestor.uuid()];
        let unrevoked = self.select::<Entity>().filter(Column::RevokedAt.is_null());
        unrevoked.filter(Expr::cust_with_values(DESCENDS, values)).all().await
    }

    async fn created_by(&mut self, user: UserId) -> Result<Vec<ApiKey>> {
        let unrevoked = self.select::<Entity>().filter(Column::RevokedAt.is_null());
        unrevoked.filter(Column::CreatedBy.eq(user.uuid())).all().await
    }
}
