use plinth_domain::{AddressBlock, Id, Membership, Session, SessionState};
use plinth_ports::{Admission, ClientSession, Result, SessionClient, SessionTokens};
use sea_orm::{NotSet, Set, entity::prelude::*};

use super::{HAS_FACTOR, IS_SUSPENDED, REQUIRES_FACTOR};
use crate::{
    row::{FromRow, Row},
    value::set,
};

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
    /// Null in the rows of earlier versions.
    pub root_hash: Option<Vec<u8>>,
    pub names_organization: bool,
    /// The address block of the client; null when its address is unknown.
    pub client: Option<String>,
    /// The client's address.
    pub address: Option<String>,
    /// What the client calls itself.
    pub device: Option<String>,
    pub expires_at: DateTimeUtc,
    pub rotated_from: Option<Uuid>,
    pub rotated_at: Option<DateTimeUtc>,
    pub revoked_at: Option<DateTimeUtc>,
    pub proved_at: Option<DateTimeUtc>,
    pub sso_connection: Option<Uuid>,
    pub version: i64,
    pub created_at: DateTimeUtc,
    pub updated_at: DateTimeUtc,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {
    #[sea_orm(
        belongs_to = "super::members::Entity",
        from = "(Column::OrganizationId, Column::UserId)",
        to = "(super::members::Column::OrganizationId, super::members::Column::UserId)"
    )]
    Membership,
}

crate::scoped::tenant_table!(related);

impl FromRow for Session {
    type Entity = Entity;

    fn from_row(row: &Row<'_, Entity>) -> Result<Self> {
        // Revocation replaces rotation: a replay revokes rotated sessions, too.
        let state = match (row.get(Column::RevokedAt)?, row.get(Column::RotatedAt)?) {
            (Some(at), _) => SessionState::Revoked { at },
            (None, Some(at)) => SessionState::Rotated { at },
            (None, None) => SessionState::Live,
        };
        Ok(Self {
            id: row.id(Column::Id)?,
            family: row.id(Column::FamilyId)?,
            organization: row.id(Column::OrganizationId)?,
            user: row.id(Column::UserId)?,
            access_expires_at: row.get(Column::AccessExpiresAt)?,
            expires_at: row.get(Column::ExpiresAt)?,
            rotated_from: row.optional_id(Column::RotatedFrom)?,
            proved_at: row.get(Column::ProvedAt)?,
            connection: row.optional_id(Column::SsoConnection)?,
            state,
            revision: row.revision(Column::Version, Column::CreatedAt, Column::UpdatedAt)?,
        })
    }
}

impl FromRow for ClientSession {
    type Entity = Entity;

    fn from_row(row: &Row<'_, Entity>) -> Result<Self> {
        let address = row.get::<Option<&str>>(Column::Address)?;
        let client = SessionClient {
            address: address.and_then(|text| text.parse().ok()),
            device: row.value(Column::Device)?,
        };
        Ok(Self { session: Session::from_row(row)?, client })
    }
}

impl FromRow for Admission<Session> {
    type Entity = Entity;

    /// Joined with `memberships`.
    fn from_row(row: &Row<'_, Entity>) -> Result<Self> {
        Ok(Self {
            credential: Session::from_row(row)?,
            membership: Membership::from_row(&row.joined())?,
            has_factor: row.computed(HAS_FACTOR)?,
            requires_factor: row.computed(REQUIRES_FACTOR)?,
            is_suspended: row.computed(IS_SUSPENDED)?,
        })
    }
}

impl ActiveModel {
    /// The row of a session, without the hashes of its tokens.
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
            root_hash: NotSet,
            names_organization: NotSet,
            client: NotSet,
            address: NotSet,
            device: NotSet,
            expires_at: Set(session.expires_at),
            rotated_from: Set(session.rotated_from.map(Id::uuid)),
            rotated_at: Set(rotated_at),
            revoked_at: Set(revoked_at),
            proved_at: Set(session.proved_at),
            sso_connection: Set(session.connection.map(Id::uuid)),
            version: Set(session.revision.version.number()),
            created_at: Set(session.revision.created_at),
            updated_at: Set(session.revision.updated_at),
        }
    }

    /// The row of a new session.
    pub fn new(session: &Session, tokens: &SessionTokens, client: &SessionClient) -> Self {
        Self {
            access_hash: Set(tokens.access.to_vec()),
            refresh_hash: Set(tokens.refresh.to_vec()),
            root_hash: Set(Some(tokens.root.to_vec())),
            names_organization: Set(true),
            client: Set(known(client.block())),
            address: Set(client.address.map(|address| address.to_string())),
            device: set(&client.device),
            ..Self::state(session)
        }
    }
}

/// The stored text of an address block; `None` for that of unknown addresses.
pub fn known(client: AddressBlock) -> Option<String> {
    (client != AddressBlock::of(None)).then(|| client.to_string())
}
