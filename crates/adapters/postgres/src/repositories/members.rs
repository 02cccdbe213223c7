use async_trait::async_trait;
use plinth_domain::{Membership, Organization, Role, UserId};
use plinth_ports::{Member, MemberReader, MemberSort, Members, Page, PageRequest, Result};
use sea_orm::{
    ColumnTrait, JoinType, QueryFilter, QuerySelect, RelationTrait, sea_query::LockType,
};

use crate::{
    entity::{
        membership::{ActiveModel, Column, Entity, Relation},
        organization, person,
    },
    list::{self, Listed},
    row,
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
fn members(tx: &mut ScopedTx) -> Scoped<'_, Entity> {
    row::join::<person::Entity, _>(tx.select(), JoinType::InnerJoin, Relation::Person.def())
}

#[async_trait]
impl MemberReader for ScopedTx {
    async fn find(&mut self, user: UserId) -> Result<Option<Member>> {
        members(self).filter(Column::UserId.eq(user.uuid())).one().await
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
        Ok(page.page(list::page(rows, page).all().await?))
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
        let organization = self.select::<organization::Entity>().lock(LockType::NoKeyUpdate);
        organization.one::<Organization>().await?;
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
