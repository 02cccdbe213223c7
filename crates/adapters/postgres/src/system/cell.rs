//! What a cell stores for the directory of all cells.

use async_trait::async_trait;
use plinth_domain::{Id, OrganizationId, Slug, UserId, UserStatus};
use plinth_ports::{
    CellChanges, CellStore, ChangedOrganization, ChangedUser, Login, Result, StoreError,
    SystemUnit, UserAvatars, UserIdentities,
};
use sea_orm::{
    ColumnTrait, Condition, EntityTrait, NotSet, QueryFilter, QueryTrait, sea_query::OnConflict,
};
use uuid::Uuid;

use crate::{
    PgStore,
    connection::Begin,
    records::{sessions, users},
    row::named,
    sql::Sql,
};

const CELL: &str = "SELECT name, users_seen FROM cell";
const LOCK: &str = "LOCK TABLE users, organizations, memberships IN SHARE MODE";
const BECOME: &str = "INSERT INTO cell (name) VALUES ($1) ON CONFLICT DO NOTHING";
const ADVANCE: &str = "UPDATE cell SET users_seen = $1";

const MARK_ALL_USERS: &str =
    "INSERT INTO changed_users (user_id) SELECT id FROM users ON CONFLICT (user_id) DO NOTHING";
const ORGANIZATIONS: &str = "SELECT id FROM organizations";
const MARK: &str = "INSERT INTO changed_organizations (organization_id, id) VALUES ($1, $1)
    ON CONFLICT (organization_id, id) DO NOTHING";

const CHANGED_USERS: &str = "SELECT user_id, revision FROM changed_users ORDER BY user_id LIMIT $1";
const CHANGED: &str = "SELECT organization_id, version FROM changed_organizations
    ORDER BY organization_id LIMIT $1";
const SLUG: &str = "SELECT slug FROM organizations WHERE id = $1";
const SERVED: &str = "SELECT FROM organizations WHERE id = $1 AND status = 'active'";
const MEMBERS: &str = "SELECT user_id FROM memberships WHERE organization_id = $1 ORDER BY user_id";

/// Unless the user has changed since.
const TOLD_USER: &str = "DELETE FROM changed_users WHERE user_id = $1 AND revision = $2";
const TOLD: &str = "DELETE FROM changed_organizations WHERE organization_id = $1 AND version = $2";

#[async_trait]
impl CellStore for PgStore {
    async fn name(&self) -> Result<Option<String>> {
        let rows = self.system_reads().rows(Sql::fixed(CELL, Vec::new())).await?;
        rows.first().map(|row| named(row, "name")).transpose()
    }

    async fn become_cell(&self, name: &str) -> Result<()> {
        let mut tx = self.system(Begin::System).await?;
        // A change that does not see the cell yet is marked with all others.
        tx.execute(Sql::fixed(LOCK, Vec::new())).await?;
        tx.execute(Sql::fixed(BECOME, vec![name.into()])).await?;
        let rows = tx.rows(Sql::fixed(CELL, Vec::new())).await?;
        let stored: Option<String> = rows.first().map(|row| named(row, "name")).transpose()?;
        if stored.as_deref() != Some(name) {
            return Err(StoreError::Conflict { constraint: "cell_pkey".to_owned() });
        }
        tx.execute(Sql::fixed(MARK_ALL_USERS, Vec::new())).await?;
        for row in tx.rows(Sql::fixed(ORGANIZATIONS, Vec::new())).await? {
            let organization: Uuid = named(&row, "id")?;
            tx.execute(Sql::fixed(MARK, vec![organization.into()])).await?;
        }
        tx.close().await
    }

    async fn changes(&self, limit: u16) -> Result<CellChanges> {
        let mut tx = self.system(Begin::System).await?;
        let limit = || vec![i64::from(limit).into()];
        let mut changes = CellChanges::default();
        for row in tx.rows(Sql::fixed(CHANGED_USERS, limit())).await? {
            let (id, revision) = (Id::from_uuid(named(&row, "user_id")?), named(&row, "revision")?);
            if let Some(login) = tx.find_user(id).await? {
                changes.users.push(ChangedUser { login, revision });
            }
        }
        for row in tx.rows(Sql::fixed(CHANGED, limit())).await? {
            let id: Uuid = named(&row, "organization_id")?;
            let slugs = tx.rows(Sql::fixed(SLUG, vec![id.into()])).await?;
            let Some(slug) = slugs.first() else { continue };
            let slug = Slug::parse(named(slug, "slug")?);
            let members = tx.rows(Sql::fixed(MEMBERS, vec![id.into()])).await?;
            let member = |row| Ok(UserId::from_uuid(named(row, "user_id")?));
            changes.organizations.push(ChangedOrganization {
                id: Id::from_uuid(id),
                slug: slug.map_err(|invalid| StoreError::Other(invalid.to_string().into()))?,
                members: members.iter().map(member).collect::<Result<_>>()?,
                revision: named(&row, "version")?,
            });
        }
        Ok(changes)
    }

    async fn told(&self, changes: &CellChanges) -> Result<()> {
        let mut tx = self.system(Begin::System).await?;
        for ChangedUser { login, revision } in &changes.users {
            let values = vec![login.user.id.uuid().into(), (*revision).into()];
            tx.execute(Sql::fixed(TOLD_USER, values)).await?;
        }
        for changed in &changes.organizations {
            let values = vec![changed.id.uuid().into(), changed.revision.into()];
            tx.execute(Sql::fixed(TOLD, values)).await?;
        }
        tx.close().await
    }

    async fn serves(&self, organization: OrganizationId) -> Result<bool> {
        let values = vec![organization.uuid().into()];
        Ok(!self.system_reads().rows(Sql::fixed(SERVED, values)).await?.is_empty())
    }

    async fn adopt(&self, login: &Login) -> Result<()> {
        let mut tx = self.system(Begin::System).await?;
        let there = OnConflict::new().do_nothing().to_owned();
        let insert = users::Entity::insert(users::ActiveModel::from(login)).on_conflict(there);
        tx.execute(Sql::from(insert.as_query())).await?;
        tx.close().await
    }

    async fn refresh(&self, login: &Login) -> Result<bool> {
        let mut tx = self.system(Begin::System).await?;
        let user = &login.user;
        let Some(copy) = tx.lock_user(user.id).await? else { return Ok(false) };
        let is_newer = copy.user.revision.version > user.revision.version;
        let has_newer_password = copy.password_version < login.password_version;
        if (is_newer && !has_newer_password) || same(&copy, login) {
            return Ok(false);
        }
        let merged = merged(&copy, login);
        let user = &merged.user;
        let update = users::Entity::update_many()
            .set(users::ActiveModel { id: NotSet, ..(&merged).into() })
            .filter(users::Column::Id.eq(user.id.uuid()));
        tx.update(update).await?;
        tx.copy_to_memberships(user).await?;
        let ends =
            copy.password_version != merged.password_version || copy.user.status != user.status;
        if ends {
            let own = Condition::all().add(sessions::Column::UserId.eq(user.id.uuid()));
            let now = tx.now();
            tx.revoke(own, now).await?;
        }
        let is_disabled = |login: &Login| login.user.status == UserStatus::Disabled;
        let is_gone = is_disabled(&merged) && !is_disabled(&copy);
        // Who held the account before its address was proven may have linked identities here.
        let verified = |login: &Login| login.user.email_verified_at.is_some();
        let is_taken_back = verified(&merged) && !verified(&copy);
        if is_gone {
            tx.remove_avatar(user.id).await?;
        }
        if is_gone || is_taken_back {
            tx.remove_identities(user.id).await?;
        }
        tx.close().await?;
        Ok(true)
    }

    async fn position(&self) -> Result<i64> {
        let rows = self.system_reads().rows(Sql::fixed(CELL, Vec::new())).await?;
        rows.first().map_or(Ok(0), |row| named(row, "users_seen"))
    }

    async fn advance(&self, position: i64) -> Result<()> {
        let mut tx = self.system(Begin::System).await?;
        tx.execute(Sql::fixed(ADVANCE, vec![position.into()])).await?;
        tx.close().await
    }
}

/// The newer revision with the newer password.
fn merged(one: &Login, other: &Login) -> Login {
    let password = if one.password_version > other.password_version { one } else { other };
    let user = if one.user.revision.version > other.user.revision.version { one } else { other };
    Login {
        user: user.user.clone(),
        password: password.password.clone(),
        password_version: password.password_version,
        factor: user.factor.clone(),
    }
}

/// Whether both say the same of the user, in different revisions or in one.
fn same(one: &Login, other: &Login) -> bool {
    let user = other.user.clone();
    let revision = one.user.revision;
    *one == Login { user: plinth_domain::User { revision, ..user }, ..other.clone() }
}
