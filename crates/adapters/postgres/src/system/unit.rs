use async_trait::async_trait;
use plinth_domain::{
    ApiKeyId, Email, FamilyId, Invitation, Membership, Organization, OrganizationId,
    OrganizationStatus, Session, Timestamp, User, UserId,
};
use plinth_ports::{
    Affiliation, JournalEntry, Login, PasswordHash, Result, StoreError, SystemUnit, TokenHash,
};
use sea_orm::{
    ColumnTrait, Condition, EntityTrait, JoinType, QueryFilter, QueryOrder, QuerySelect,
    RelationTrait, Set,
    sea_query::{Expr, ExprTrait},
};

use super::SystemTx;
use crate::{
    entity::{api_key, invitation, journal_entry, membership, organization, session, user},
    row,
};

impl SystemTx {
    /// Notes when a key was seen. That is no revision of it.
    pub(super) async fn touch_api_key(
        &mut self,
        organization: OrganizationId,
        key: ApiKeyId,
        at: Timestamp,
    ) -> Result<()> {
        use api_key::Column;
        let older =
            Condition::any().add(Column::LastUsedAt.is_null()).add(Column::LastUsedAt.lt(at));
        let touch = api_key::Entity::update_many()
            .col_expr(Column::LastUsedAt, Expr::val(at))
            .filter(Column::OrganizationId.eq(organization.uuid()))
            .filter(Column::Id.eq(key.uuid()))
            .filter(older);
        self.update(touch).await.map(drop)
    }

    /// Revokes the sessions for which `condition` holds and that still count.
    async fn revoke(&mut self, condition: Condition, at: Timestamp) -> Result<()> {
        use session::Column;
        let revoke = session::Entity::update_many()
            .col_expr(Column::RevokedAt, Expr::val(at))
            .col_expr(Column::UpdatedAt, Expr::val(at))
            .col_expr(Column::Version, Expr::col(Column::Version).add(1))
            .filter(condition)
            .filter(Column::RevokedAt.is_null());
        self.update(revoke).await.map(drop)
    }
}

#[async_trait]
impl SystemUnit for SystemTx {
    async fn find_login(&mut self, email: &Email) -> Result<Option<Login>> {
        let user = user::Entity::find().filter(user::Column::Email.eq(email.as_str()));
        self.one(user).await
    }

    async fn find_user(&mut self, user: UserId) -> Result<Option<Login>> {
        let user = user::Entity::find_by_id(user.uuid());
        self.one(user).await
    }

    async fn affiliations(&mut self, user: UserId) -> Result<Vec<Affiliation>> {
        let (kind, relation) = (JoinType::InnerJoin, membership::Relation::Organization.def());
        let active =
            row::join::<organization::Entity, _>(membership::Entity::find(), kind, relation)
                .filter(membership::Column::UserId.eq(user.uuid()))
                .filter(organization::Column::Status.eq(OrganizationStatus::Active.name()))
                .order_by_asc(membership::Column::CreatedAt)
                .order_by_asc(membership::Column::Id);
        self.all(active).await
    }

    async fn lock_session(&mut self, refresh: &TokenHash) -> Result<Option<Session>> {
        let session = session::Entity::find()
            .filter(session::Column::RefreshHash.eq(refresh.as_slice()))
            .lock_exclusive();
        self.one(session).await
    }

    async fn lock_invitation(&mut self, token: &TokenHash) -> Result<Option<Invitation>> {
        let invitation = invitation::Entity::find()
            .filter(invitation::Column::TokenHash.eq(token.as_slice()))
            .lock_exclusive();
        self.one(invitation).await
    }

    async fn insert_user(&mut self, user: &User, password: &PasswordHash) -> Result<()> {
        self.add(user::ActiveModel::new(user, password)).await
    }

    async fn update_password(
        &mut self,
        user: UserId,
        password: &PasswordHash,
        at: Timestamp,
    ) -> Result<()> {
        use user::Column;
        let update = user::Entity::update_many()
            .col_expr(Column::PasswordHash, Expr::val(password.0.as_str()))
            .col_expr(Column::UpdatedAt, Expr::val(at))
            .col_expr(Column::Version, Expr::col(Column::Version).add(1))
            .filter(Column::Id.eq(user.uuid()));
        one_row(self.update(update).await?)
    }

    async fn insert_organization(&mut self, organization: &Organization) -> Result<()> {
        self.add(organization::ActiveModel::from(organization)).await
    }

    async fn insert_membership(&mut self, membership: &Membership) -> Result<()> {
        let organization_id = Set(membership.organization.uuid());
        self.add(membership::ActiveModel { organization_id, ..membership.into() }).await
    }

    async fn insert_session(
        &mut self,
        session: &Session,
        access: &TokenHash,
        refresh: &TokenHash,
    ) -> Result<()> {
        self.add(session::ActiveModel::new(session, access, refresh)).await
    }

    async fn update_session(&mut self, session: &Session) -> Result<()> {
        let update = session::Entity::update_many()
            .set(session::ActiveModel::state(session))
            .filter(session::Column::OrganizationId.eq(session.organization.uuid()))
            .filter(session::Column::Id.eq(session.id.uuid()))
            .filter(session::Column::Version.eq(session.revision.previous().number()));
        one_row(self.update(update).await?)
    }

    async fn revoke_family(
        &mut self,
        organization: OrganizationId,
        family: FamilyId,
        at: Timestamp,
    ) -> Result<()> {
        let family = Condition::all()
            .add(session::Column::OrganizationId.eq(organization.uuid()))
            .add(session::Column::FamilyId.eq(family.uuid()));
        self.revoke(family, at).await
    }

    async fn revoke_sessions(&mut self, user: UserId, at: Timestamp) -> Result<()> {
        self.revoke(Condition::all().add(session::Column::UserId.eq(user.uuid())), at).await
    }

    async fn update_invitation(&mut self, invitation: &Invitation) -> Result<()> {
        let update = invitation::Entity::update_many()
            .set(invitation::ActiveModel::from(invitation))
            .filter(invitation::Column::OrganizationId.eq(invitation.organization.uuid()))
            .filter(invitation::Column::Id.eq(invitation.id.uuid()))
            .filter(invitation::Column::Version.eq(invitation.revision.previous().number()));
        one_row(self.update(update).await?)
    }

    async fn append(&mut self, organization: OrganizationId, entry: &JournalEntry) -> Result<()> {
        let organization_id = Set(organization.uuid());
        self.add(journal_entry::ActiveModel { organization_id, ..entry.into() }).await
    }

    async fn commit(self: Box<Self>) -> Result<()> {
        (*self).close().await
    }
}

fn one_row(affected: u64) -> Result<()> {
    if affected == 1 { Ok(()) } else { Err(StoreError::Stale) }
}
