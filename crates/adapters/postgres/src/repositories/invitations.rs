use async_trait::async_trait;
use plinth_domain::{Invitation, InvitationId, Timestamp};
use plinth_ports::{
    InvitationReader, InvitationSort, Invitations, Page, PageRequest, Result, TokenHash,
};
use sea_orm::{
    ColumnTrait, Condition,
    sea_query::{Expr, ExprTrait},
};

use crate::{
    entity::invitation::{ActiveModel, Column, Entity},
    list::{self, Listed},
    scoped::ScopedTx,
};

impl Listed for InvitationSort {
    type Entity = Entity;
    const ID: Column = Column::Id;

    fn column(self) -> Option<Column> {
        match self {
            Self::CreatedAt => Some(Column::CreatedAt),
        }
    }
}

#[async_trait]
impl InvitationReader for ScopedTx {
    async fn find(&mut self, id: InvitationId) -> Result<Option<Invitation>> {
        ScopedTx::find(self, id.uuid()).await
    }

    async fn list(&mut self, page: &PageRequest<InvitationSort>) -> Result<Page<Invitation>> {
        Ok(page.page(list::page(self.select::<Entity>(), page).all().await?))
    }
}

#[async_trait]
impl Invitations for ScopedTx {
    async fn insert(&mut self, invitation: &Invitation, token: &TokenHash) -> Result<()> {
        self.add(ActiveModel::new(invitation, token)).await
    }

    async fn update(&mut self, invitation: &Invitation) -> Result<()> {
        let previous = invitation.revision.previous();
        self.save(ActiveModel::from(invitation), invitation.id.uuid(), previous).await
    }

    async fn close_expired(&mut self, now: Timestamp) -> Result<()> {
        let open = Condition::all()
            .add(Column::AcceptedAt.is_null())
            .add(Column::RevokedAt.is_null())
            .add(Column::ExpiresAt.lte(now));
        let revoked = [
            (Column::RevokedAt, Expr::val(now)),
            (Column::UpdatedAt, Expr::val(now)),
            (Column::Version, Expr::col(Column::Version).add(1)),
        ];
        self.change_all::<Entity>(revoked, open).await
    }
}
