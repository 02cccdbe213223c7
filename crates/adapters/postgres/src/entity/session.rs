//! `sessions`: pairs of access and refresh token, by their hashes.

use domain::{Id, Session, SessionState};
use ports::{StoreError, TokenHash};
use sea_orm::{NotSet, Set, entity::prelude::*};

use super::revision;

/// A row.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "sessions")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub organization_id: Uuid,
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub family_id: Uuid,
    pub user_id: Uuid,
    pub access_hash: Vec<u8>,
    pub access_expires_at: DateTimeUtc,
    pub refresh_hash: Vec<u8>,
    pub expires_at: DateTimeUtc,
    pub rotated_from: Option<Uuid>,
    pub rotated_at: Option<DateTimeUtc>,
    pub revoked_at: Option<DateTimeUtc>,
    pub version: i64,
    pub created_at: DateTimeUtc,
    pub updated_at: DateTimeUtc,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {
    #[sea_orm(
        belongs_to = "super::membership::Entity",
        from = "(Column::OrganizationId, Column::UserId)",
        to = "(super::membership::Column::OrganizationId, super::membership::Column::UserId)"
    )]
    Membership,
}

impl ActiveModelBehavior for ActiveModel {}

impl TryFrom<Model> for Session {
    type Error = StoreError;

    fn try_from(row: Model) -> Result<Self, StoreError> {
        // Revocation outlives rotation: a replay revokes what was rotated.
        let state = match (row.revoked_at, row.rotated_at) {
            (Some(at), _) => SessionState::Revoked { at },
            (None, Some(at)) => SessionState::Rotated { at },
            (None, None) => SessionState::Live,
        };
        Ok(Self {
            id: Id::from_uuid(row.id),
            family: Id::from_uuid(row.family_id),
            organization: Id::from_uuid(row.organization_id),
            user: Id::from_uuid(row.user_id),
            access_expires_at: row.access_expires_at,
            expires_at: row.expires_at,
            rotated_from: row.rotated_from.map(Id::from_uuid),
            state,
            revision: revision(row.version, row.created_at, row.updated_at),
        })
    }
}

impl ActiveModel {
    /// A session's row without its tokens.
    pub fn state(session: &Session) -> Self {
        let (rotated_at, revoked_at) = match session.state {
            SessionState::Live => (None, None),
            SessionState::Rotated { at } => (Some(at), None),
            SessionState::Revoked { at } => (None, Some(at)),
        };
        Self {
            organization_id: Set(session.organization.uuid()),
            id: Set(session.id.uuid()),
            family_id: Set(session.family.uuid()),
            user_id: Set(session.user.uuid()),
            access_hash: NotSet,
            access_expires_at: Set(session.access_expires_at),
            refresh_hash: NotSet,
            expires_at: Set(session.expires_at),
            rotated_from: Set(session.rotated_from.map(Id::uuid)),
            rotated_at: Set(rotated_at),
            revoked_at: Set(revoked_at),
            version: Set(session.revision.version.number()),
            created_at: Set(session.revision.created_at),
            updated_at: Set(session.revision.updated_at),
        }
    }

    /// A new session's row.
    pub fn new(session: &Session, access: &TokenHash, refresh: &TokenHash) -> Self {
        Self {
            access_hash: Set(access.to_vec()),
            refresh_hash: Set(refresh.to_vec()),
            ..Self::state(session)
        }
    }
}
