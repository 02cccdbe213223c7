//! `invitations`.

use plinth_domain::{Email, Invitation, InvitationState, Role};
use plinth_ports::{Result, TokenHash};
use sea_orm::{NotSet, Set, entity::prelude::*};

use crate::row::{FromRow, Row};

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
    pub token_hash: Vec<u8>,
    pub invited_by: Uuid,
    pub expires_at: DateTimeUtc,
    pub accepted_at: Option<DateTimeUtc>,
    pub revoked_at: Option<DateTimeUtc>,
    pub version: i64,
    pub created_at: DateTimeUtc,
    pub updated_at: DateTimeUtc,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

impl FromRow for Invitation {
    type Entity = Entity;

    fn from_row(row: &Row<'_, Entity>) -> Result<Self> {
        let state = match (row.get(Column::AcceptedAt)?, row.get(Column::RevokedAt)?) {
            (Some(at), _) => InvitationState::Accepted { at },
            (None, Some(at)) => InvitationState::Revoked { at },
            (None, None) => InvitationState::Pending,
        };
        Ok(Self {
            id: row.id(Column::Id)?,
            organization: row.id(Column::OrganizationId)?,
            email: row.parse(Column::Email, Email::parse)?,
            role: row.known(Column::Role, Role::from_name)?,
            invited_by: row.id(Column::InvitedBy)?,
            expires_at: row.get(Column::ExpiresAt)?,
            state,
            revision: row.revision(Column::Version, Column::CreatedAt, Column::UpdatedAt)?,
        })
    }
}

impl From<&Invitation> for ActiveModel {
    fn from(invitation: &Invitation) -> Self {
        let (accepted_at, revoked_at) = match invitation.state {
            InvitationState::Pending => (None, None),
            InvitationState::Accepted { at } => (Some(at), None),
            InvitationState::Revoked { at } => (None, Some(at)),
        };
        Self {
            organization_id: NotSet,
            id: Set(invitation.id.uuid()),
            email: Set(invitation.email.as_str().to_owned()),
            role: Set(invitation.role.name().to_owned()),
            token_hash: NotSet,
            invited_by: Set(invitation.invited_by.uuid()),
            expires_at: Set(invitation.expires_at),
            accepted_at: Set(accepted_at),
            revoked_at: Set(revoked_at),
            version: Set(invitation.revision.version.number()),
            created_at: Set(invitation.revision.created_at),
            updated_at: Set(invitation.revision.updated_at),
        }
    }
}

impl ActiveModel {
    /// A new invitation's row.
    pub fn new(invitation: &Invitation, token: &TokenHash) -> Self {
        Self { token_hash: Set(token.to_vec()), ..invitation.into() }
    }
}
