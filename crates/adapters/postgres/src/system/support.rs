//! Support sessions, and the consent to them.

use async_trait::async_trait;
use plinth_domain::{
    OrganizationId, OrganizationStatus, SupportAccess, SupportSession, SupportSessionId, Timestamp,
};
use plinth_ports::{Result, SupportSessions, TokenKey};
use sea_orm::{
    ColumnTrait, EntityTrait, QueryFilter, QuerySelect, QueryTrait, Select, sea_query::LockType,
};

use super::SystemTx;
use crate::records::{
    Stored, organizations, support_access,
    support_sessions::{Column, Entity, live},
};

#[async_trait]
impl SupportSessions for SystemTx {
    async fn find_support_access(
        &mut self,
        organization: OrganizationId,
    ) -> Result<Option<SupportAccess>> {
        let id = SupportAccess::id_of(organization).uuid();
        self.one(support_access::Entity::find_by_id((organization.uuid(), id))).await
    }

    async fn find_support_session(&mut self, token: &TokenKey) -> Result<Option<SupportSession>> {
        let Some(organization) = token.organization else { return Ok(None) };
        let active = organizations::Entity::find()
            .select_only()
            .column(organizations::Column::Id)
            .filter(organizations::Column::Id.eq(organization.uuid()))
            .filter(organizations::Column::Status.eq(OrganizationStatus::Active.name()));
        let session = Entity::find()
            .filter(Column::OrganizationId.eq(organization.uuid()))
            .filter(Column::TokenHash.eq(token.hash.as_slice()))
            .filter(Column::OrganizationId.in_subquery(active.into_query()));
        self.one(session).await
    }

    async fn lock_support_session(
        &mut self,
        organization: OrganizationId,
        session: SupportSessionId,
    ) -> Result<Option<SupportSession>> {
        let session: Select<Entity> = Entity::find_by_id((organization.uuid(), session.uuid()));
        self.one(session.lock(LockType::NoKeyUpdate)).await
    }

    async fn count_live_support_sessions(
        &mut self,
        organization: OrganizationId,
        now: Timestamp,
    ) -> Result<u64> {
        let open =
            Entity::find().filter(Column::OrganizationId.eq(organization.uuid())).filter(live(now));
        Ok(self.all::<SupportSession>(open).await?.len() as u64)
    }

    async fn insert_support_session(&mut self, session: &SupportSession) -> Result<()> {
        self.add(session.to_row(session.organization)).await
    }

    async fn update_support_session(&mut self, session: &SupportSession) -> Result<()> {
        let (organization, id) = (session.organization, session.id.uuid());
        let row = session.to_row(organization);
        self.save(row, organization, id, session.revision.previous()).await
    }
}
