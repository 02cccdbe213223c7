use plinth_domain::{
    FamilyId, Id, Membership, Organization, Revision, Session, SessionId, SessionState, Timestamp,
    User,
};
use plinth_ports::{Actor, Origin, SystemUnit};

use crate::{Application, AuditRecord, Error, Token};

/// An access token with its refresh token.
#[derive(Debug, Clone)]
pub struct TokenPair {
    /// The access token.
    pub access: Token,
    /// When the access token expires.
    pub access_expires_at: Timestamp,
    /// The refresh token: exchanged once for the next pair.
    pub refresh: Token,
    /// When the refresh token expires.
    pub refresh_expires_at: Timestamp,
}

/// The result of a login.
#[derive(Debug, Clone)]
pub struct SignedIn {
    /// The tokens of the new session.
    pub tokens: TokenPair,
    /// The user.
    pub user: User,
    /// The organization of the session.
    pub organization: Organization,
    /// The user's membership in it.
    pub membership: Membership,
}

/// The origin of a new session.
pub(super) enum Descent {
    /// A login: it starts a family of sessions.
    Login,
    /// A used refresh token.
    Rotation { family: FamilyId, from: SessionId },
}

impl Application {
    /// Stores a new session of a member, and returns its tokens.
    pub(super) async fn open_session(
        &self,
        unit: &mut dyn SystemUnit,
        membership: &Membership,
        descent: Descent,
        now: Timestamp,
    ) -> Result<TokenPair, Error> {
        let (access_expires_at, refresh_expires_at) =
            (now + self.policy.access_token, now + self.policy.refresh_token);
        let (family, rotated_from) = match descent {
            Descent::Login => (Id::from_uuid(self.ports.ids.next()), None),
            Descent::Rotation { family, from } => (family, Some(from)),
        };
        let session = Session {
            id: Id::from_uuid(self.ports.ids.next()),
            family,
            organization: membership.organization,
            user: membership.user,
            access_expires_at,
            expires_at: refresh_expires_at,
            rotated_from,
            state: SessionState::Live,
            revision: Revision::first(now),
        };
        let access = Token::mint(Token::ACCESS, &*self.ports.security.secrets);
        let refresh = Token::mint(Token::REFRESH, &*self.ports.security.secrets);
        unit.insert_session(&session, &access.hash(), &refresh.hash()).await?;
        Ok(TokenPair { access, access_expires_at, refresh, refresh_expires_at })
    }

    /// Appends an audit record about a member to their organization's log.
    pub(super) async fn record(
        &self,
        unit: &mut dyn SystemUnit,
        membership: &Membership,
        audit: AuditRecord,
        origin: &Origin,
        now: Timestamp,
    ) -> Result<(), Error> {
        let actor = Actor::User(membership.user.uuid());
        let entry = audit.entry(actor, origin.clone(), &*self.ports.ids, now);
        Ok(unit.append(membership.organization, &entry).await?)
    }
}
