//! `invitations`.

use domain::{Email, Id, Invitation, InvitationState, Role};
use ports::{StoreError, TokenHash};
use sea_orm::{NotSet, Set, entity::prelude::*};

use super::{known, parsed, revision};

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

impl TryFrom<Model> for Invitation {
    type Error = StoreError;

    fn try_from(row: Model) -> Result<Self, StoreError> {
        let state = match (row.accepted_at, row.revoked_at) {
            (Some(at), _) => InvitationState::Accepted { at },
            (None, Some(at)) => InvitationState::Revoked { at },
            (None, None) => InvitationState::Pending,
        };
        Ok(Self {
            id: Id::from_uuid(row.id),
            organization: Id::from_uuid(row.organization_id),
            email: parsed("invitations", "email", Email::parse(&row.email))?,
            role: known("invitations", "role", Role::from_name(&row.role))?,
            invited_by: Id::from_uuid(row.invited_by),
            expires_at: row.expires_at,
            state,
            revision: revision(row.version, row.created_at, row.updated_at),
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
