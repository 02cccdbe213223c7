use plinth_domain::{
    FamilyId, Id, Membership, Organization, Revision, Session, SessionId, SessionState, Timestamp,
    User,
};
use plinth_ports::{Actor, Origin, SessionTokens, SystemUnit};

use crate::{Application, AuditRecord, Error, Token, token::TokenRoot};

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
    /// Another session of the login, for another organization: it belongs to the same family.
    Switch { family: FamilyId },
    /// A used refresh token with its root, if it has one.
    Rotation { family: FamilyId, from: SessionId, root: Option<TokenRoot> },
}

impl Application {
    /// Stores a new session of a member, and returns its tokens. The unit has locked the user and
    /// their memberships, or has created them.
    pub(super) async fn open_session(
        &self,
        unit: &mut dyn SystemUnit,
        membership: &Membership,
        descent: Descent,
        origin: &Origin,
    ) -> Result<TokenPair, Error> {
        let now = self.ports.clock.now();
        let (access_expires_at, refresh_expires_at) =
            (now + self.policy.access_token, now + self.policy.refresh_token);
        let secrets = &*self.ports.security.secrets;
        let (family, rotated_from, root) = match descent {
            Descent::Login => (Id::from_uuid(self.ports.ids.next()), None, None),
            Descent::Switch { family } => (family, None, None),
            Descent::Rotation { family, from, root } => (family, Some(from), root),
        };
        let root = root.unwrap_or_else(|| TokenRoot::new(secrets));
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
        let access = Token::mint(Token::ACCESS, secrets);
        let refresh = Token::mint_refresh(root, secrets);
        let (access_hash, refresh_hash) = (access.hash(), refresh.hash());
        let hashes =
            SessionTokens { access: access_hash, refresh: refresh_hash, root: root.hash() };
        unit.insert_session(&session, &hashes, origin.block()).await?;
        self.ports.security.cache.put_known(access_hash);
        Ok(TokenPair { access, access_expires_at, refresh, refresh_expires_at })
    }

    /// Appends an audit record about a member to their organization's log.
    pub(super) async fn record(
        &self,
        unit: &mut dyn SystemUnit,
        membership: &Membership,
        audit: AuditRecord,
        origin: &Origin,
    ) -> Result<(), Error> {
        let actor = Actor::User(membership.user.uuid());
        let entry = audit.entry(actor, origin.clone(), &*self.ports.ids, unit.now());
        Ok(unit.append(membership.organization, &entry).await?)
    }
}
