//! Updates across organizations.

use plinth_domain::{ApiKeyId, OrganizationId, Timestamp, User, Version};
use plinth_ports::{Result, StoreError};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, Condition, EntityTrait, QueryFilter,
    sea_query::{BinOper, Expr, ExprTrait},
};
use uuid::Uuid;

use super::{AcrossTenants, SystemTx};
use crate::{
    records::{api_keys, members, sessions},
    scoped::TenantOwned,
    value::ColumnValue,
};

/// An absent value differs from every other one.
const DISTINCT: BinOper = BinOper::Custom("IS DISTINCT FROM");

impl SystemTx {
    /// Stores the time of a key's last use, without a new revision of the key.
    pub(super) async fn touch_api_key(
        &mut self,
        organization: OrganizationId,
        key: ApiKeyId,
        at: Timestamp,
    ) -> Result<()> {
        use api_keys::Column;
        let older =
            Condition::any().add(Column::LastUsedAt.is_null()).add(Column::LastUsedAt.lt(at));
        let touch = api_keys::Entity::update_many()
            .col_expr(Column::LastUsedAt, Expr::val(at))
            .filter(Column::OrganizationId.eq(organization.uuid()))
            .filter(Column::Id.eq(key.uuid()))
            .filter(older);
        self.update(touch).await.map(drop)
    }

    /// Updates a row; [`StoreError::Stale`] unless its stored version is `previous`. It assigns neither
    /// the organization nor the identity.
    pub(super) async fn save<A>(
        &mut self,
        mut row: A,
        organization: OrganizationId,
        id: Uuid,
        previous: Version,
    ) -> Result<()>
    where
        A: ActiveModelTrait<Entity: AcrossTenants + TenantOwned> + Send,
    {
        row.not_set(A::Entity::tenant_column());
        row.not_set(A::Entity::id_column());
        let update = <A::Entity as EntityTrait>::update_many()
            .set(row)
            .filter(A::Entity::tenant_column().eq(organization.uuid()))
            .filter(A::Entity::id_column().eq(id))
            .filter(A::Entity::version_column().eq(previous.number()));
        one_row(self.update(update).await?)
    }

    /// Brings the copies of a user's address, name and language up to date.
    pub(super) async fn copy_to_memberships(&mut self, user: &User) -> Result<()> {
        use members::Column;
        let (email, name) = (user.email.as_str(), user.name.as_str());
        let locale = user.locale.stored();
        let other = Condition::any()
            .add(Column::Email.ne(email))
            .add(Column::Name.ne(name))
            .add(Expr::col((members::Entity, Column::Locale)).binary(DISTINCT, locale.clone()));
        let copy = members::Entity::update_many()
            .col_expr(Column::Email, Expr::val(email))
            .col_expr(Column::Name, Expr::val(name))
            .col_expr(Column::Locale, Expr::val(locale))
            .col_expr(Column::UpdatedAt, Expr::val(user.revision.updated_at))
            .col_expr(Column::Version, Expr::col(Column::Version).add(1))
            .filter(Column::UserId.eq(user.id.uuid()))
            .filter(other);
        self.update(copy).await.map(drop)
    }

    /// Revokes the sessions that match `condition` and are not revoked yet.
    pub(super) async fn revoke(&mut self, condition: Condition, at: Timestamp) -> Result<()> {
        use sessions::Column;
        let revoke = sessions::Entity::update_many()
            .col_expr(Column::RevokedAt, Expr::val(at))
            .col_expr(Column::UpdatedAt, Expr::val(at))
            .col_expr(Column::Version, Expr::col(Column::Version).add(1))
            .filter(condition)
            .filter(Column::RevokedAt.is_null());
        self.update(revoke).await.map(drop)
    }
}

/// [`StoreError::Stale`] unless exactly one row was written.
pub fn one_row(affected: u64) -> Result<()> {
    if affected == 1 { Ok(()) } else { Err(StoreError::Stale) }
}
