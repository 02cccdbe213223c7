use plinth_domain::{
    FamilyId, Id, Membership, Organization, OrganizationId, Revision, Session, SessionId,
    SessionState, Timestamp, User,
};
use plinth_ports::{Actor, Affiliation, Origin, Secrets, SessionTokens, SystemUnit};

use crate::{Application, AuditRecord, Error, SigningKey, Token, token::TokenRoot};

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
    /// A used refresh token, and the tokens that follow it.
    Rotation { family: FamilyId, from: SessionId, next: Secret },
}

/// The tokens of a session, in clear text.
pub(super) struct Secret {
    pub(super) access: Token,
    pub(super) refresh: Token,
    root: TokenRoot,
}

impl Secret {
    fn new(organization: OrganizationId, secrets: &dyn Secrets) -> Self {
        let root = TokenRoot::of_bits(secrets.random());
        Self {
            access: Token::mint(Token::ACCESS, organization, secrets),
            refresh: Token::refresh_of_bits(root, organization, secrets.random()),
            root,
        }
    }

    /// The tokens that follow a refresh token of this organization: the same ones each time, so that a second exchange
    /// can answer them again although only their hashes are stored. Without the key they cannot be
    /// told from random ones.
    pub(super) fn after(used: &str, organization: OrganizationId, key: &SigningKey) -> Self {
        let sign = |usage| key.sign(usage, used.as_bytes());
        let root = TokenRoot::of(used).unwrap_or_else(|| TokenRoot::of_bits(sign("next root")));
        Self {
            access: Token::of_bits(Token::ACCESS, organization, &sign("next access token")),
            refresh: Token::refresh_of_bits(root, organization, sign("next refresh token")),
            root,
        }
    }

    /// The pair of a session that has these tokens.
    pub(super) fn of(self, session: &Session) -> TokenPair {
        TokenPair {
            access: self.access,
            access_expires_at: session.access_expires_at,
            refresh: self.refresh,
            refresh_expires_at: session.expires_at,
        }
    }
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
        let new = || Secret::new(membership.organization, &*self.ports.security.secrets);
        let (family, rotated_from, secret) = match descent {
            Descent::Login => (Id::from_uuid(self.ports.ids.next()), None, new()),
            Descent::Switch { family } => (family, None, new()),
            Descent::Rotation { family, from, next } => (family, Some(from), next),
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
        let Secret { access, refresh, root } = secret;
        let (access_hash, refresh_hash) = (access.hash(), refresh.hash());
        let hashes =
            SessionTokens { access: access_hash, refresh: refresh_hash, root: root.hash() };
        unit.insert_session(&session, &hashes, origin.block()).await?;
        self.ports.security.cache.put_known(access_hash);
        Ok(TokenPair { access, access_expires_at, refresh, refresh_expires_at })
    }

    /// Appends what a user did to the account to the logs of their organizations.
    pub(super) async fn record_everywhere(
        &self,
        unit: &mut dyn SystemUnit,
        places: &[Affiliation],
        action: &'static str,
        origin: &Origin,
    ) -> Result<(), Error> {
        for Affiliation { membership, .. } in places {
            let audit = AuditRecord::of(action, "user", Some(membership.user.uuid()));
            self.record(unit, membership, audit, origin).await?;
        }
        Ok(())
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
