use async_trait::async_trait;
use plinth_domain::{Membership, Organization, Role, UserId};
use plinth_ports::{
    Affiliation, Member, MemberReader, MemberSort, Members, OneOf, Owners, Page, PageRequest,
    Result, StoreError,
};
use sea_orm::{NotSet, QuerySelect, Set, entity::prelude::*, sea_query::LockType};

use super::organizations;
use crate::{
    list,
    row::{FromRow, Row, named},
    scoped::ScopedTx,
};

/// The number of owners, and the time at which this statement is run.
const OWNERS: &str = "
    SELECT count(*) AS owners, clock_timestamp() AS locked_at
    FROM memberships WHERE organization_id = $1 AND role = $2";

/// A row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "memberships")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub organization_id: Uuid,
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub user_id: Uuid,
    /// Copies of the user's values.
    pub email: String,
    pub name: String,
    pub role: String,
    pub version: i64,
    pub created_at: DateTimeUtc,
    pub updated_at: DateTimeUtc,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {
    #[sea_orm(
        belongs_to = "super::users::Entity",
        from = "Column::UserId",
        to = "super::users::Column::Id"
    )]
    User,
    #[sea_orm(
        belongs_to = "super::organizations::Entity",
        from = "Column::OrganizationId",
        to = "super::organizations::Column::Id"
    )]
    Organization,
}

crate::scoped::tenant_table!(related);

impl FromRow for Membership {
    type Entity = Entity;

    fn from_row(row: &Row<'_, Entity>) -> Result<Self> {
        Ok(Self {
            id: row.value(Column::Id)?,
            organization: row.value(Column::OrganizationId)?,
            user: row.value(Column::UserId)?,
            role: row.value(Column::Role)?,
            revision: row.revision(Column::Version, Column::CreatedAt, Column::UpdatedAt)?,
        })
    }
}

impl FromRow for Member {
    type Entity = Entity;

    fn from_row(row: &Row<'_, Entity>) -> Result<Self> {
        Ok(Self {
            membership: Membership::from_row(row)?,
            email: row.value(Column::Email)?,
            name: row.value(Column::Name)?,
        })
    }
}

impl FromRow for Affiliation {
    type Entity = Entity;

    /// Joined with `organizations`.
    fn from_row(row: &Row<'_, Entity>) -> Result<Self> {
        Ok(Self {
            membership: Membership::from_row(row)?,
            organization: Organization::from_row(&row.joined())?,
        })
    }
}

impl From<&Membership> for ActiveModel {
    fn from(membership: &Membership) -> Self {
        Self {
            organization_id: NotSet,
            id: Set(membership.id.uuid()),
            user_id: Set(membership.user.uuid()),
            email: NotSet,
            name: NotSet,
            role: Set(membership.role.name().to_owned()),
            version: Set(membership.revision.version.number()),
            created_at: Set(membership.revision.created_at),
            updated_at: Set(membership.revision.updated_at),
        }
    }
}

impl ActiveModel {
    /// The row of a new member.
    pub fn new(member: &Member) -> Self {
        let membership = &member.membership;
        Self {
            organization_id: Set(membership.organization.uuid()),
            email: Set(member.email.as_str().to_owned()),
            name: Set(member.name.as_str().to_owned()),
            ..membership.into()
        }
    }
}

#[async_trait]
impl MemberReader for ScopedTx {
    async fn find(&mut self, user: UserId) -> Result<Option<Member>> {
        self.select::<Entity>().filter(Column::UserId.eq(user.uuid())).one().await
    }

    async fn list(
        &mut self,
        roles: &OneOf<Role>,
        page: &PageRequest<MemberSort>,
    ) -> Result<Page<Member>> {
        let column = match page.sort.by {
            MemberSort::CreatedAt => Column::CreatedAt,
        };
        let selected = list::times::<Entity>(page.times).add_option(list::one_of(
            Column::Role,
            roles,
            Role::name,
        ));
        list::page(self, None, selected, page, Some(column), Column::Id).await
    }
}

#[async_trait]
impl Members for ScopedTx {
    async fn lock_owners(&mut self) -> Result<Owners> {
        // Every change of an owner locks the organization's row first. The owners are counted after
        // that, in a second statement: its snapshot includes the commits of earlier transactions.
        // `NO KEY`, so that rows that refer to the organization can still be inserted.
        let organization = self.select::<organizations::Entity>().lock(LockType::NoKeyUpdate);
        organization.one::<Organization>().await?;
        let row = self.ask(OWNERS, vec![Role::Owner.name().into()]).await?;
        let row = row.ok_or_else(|| StoreError::Other("a count without a row".into()))?;
        let count: i64 = named(&row, "owners")?;
        Ok(Owners { count: count.unsigned_abs(), locked_at: named(&row, "locked_at")? })
    }

    async fn update(&mut self, membership: &Membership) -> Result<()> {
        let previous = membership.revision.previous();
        self.save(ActiveModel::from(membership), membership.id.uuid(), previous).await
    }

    async fn remove(&mut self, membership: &Membership) -> Result<()> {
        // The sessions are removed by a cascade.
        ScopedTx::remove::<Entity>(self, membership.id.uuid(), membership.revision.version).await
    }
}
