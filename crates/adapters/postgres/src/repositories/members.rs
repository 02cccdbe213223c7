use async_trait::async_trait;
use domain::{Membership, Role, UserId};
use ports::{Member, MemberReader, MemberSort, Members, Page, PageRequest, Result};
use sea_orm::{
    ColumnTrait, JoinType, QueryFilter, QuerySelect, RelationTrait, sea_query::LockType,
};

use super::collect;
use crate::{
    entity::{
        membership::{ActiveModel, Column, Entity, Relation, WithUser},
        organization, user,
    },
    list::{self, Listed},
    scoped::{Scoped, ScopedTx},
};

impl Listed for MemberSort {
    type Entity = Entity;
    const ID: Column = Column::Id;

    fn column(self) -> Option<Column> {
        match self {
            Self::CreatedAt => Some(Column::CreatedAt),
        }
    }
}

/// The organization's memberships with what everybody may know of the people.
fn members(tx: &ScopedTx) -> Scoped<'_, Entity> {
    tx.select::<Entity>()
        .join(JoinType::InnerJoin, Relation::User.def())
        .column(user::Column::Email)
        .column_as(user::Column::Name, "user_name")
}

#[async_trait]
impl MemberReader for ScopedTx {
    async fn find(&mut self, user: UserId) -> Result<Option<Member>> {
        let member = members(self).filter(Column::UserId.eq(user.uuid()));
        member.one_as::<WithUser>().await?.map(Member::try_from).transpose()
    }

    async fn list(
        &mut self,
        role: Option<Role>,
        page: &PageRequest<MemberSort>,
    ) -> Result<Page<Member>> {
        let mut rows = members(self);
        if let Some(role) = role {
            rows = rows.filter(Column::Role.eq(role.name()));
        }
        Ok(page.page(collect(list::page(rows, page).all_as::<WithUser>().await?)?))
    }
}

#[async_trait]
impl Members for ScopedTx {
    async fn lock_owners(&mut self) -> Result<u64> {
        // All who change owners come by here and wait for each other at the
        // organization's row. Only then are the owners counted, in a statement
        // of its own: its snapshot shows what those before have committed.
        // NO KEY, so that rows that merely refer to the organization can still
        // be added.
        self.select::<organization::Entity>().lock(LockType::NoKeyUpdate).one().await?;
        self.select::<Entity>().filter(Column::Role.eq(Role::Owner.name())).count().await
    }

    async fn update(&mut self, membership: &Membership) -> Result<()> {
        let previous = membership.revision.previous();
        self.save(ActiveModel::from(membership), membership.id.uuid(), previous).await
    }

    async fn remove(&mut self, membership: &Membership) -> Result<()> {
        // Their sessions go with it, by a cascade.
        ScopedTx::remove::<Entity>(self, membership.id.uuid(), membership.revision.version).await
    }
}
