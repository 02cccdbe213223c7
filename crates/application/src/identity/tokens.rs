use plinth_domain::{
    FamilyId, Id, Membership, Organization, OrganizationId, Revision, Session, SessionId,
    SessionState, SsoConnectionId, Timestamp, User,
};
use plinth_ports::{Actor, Affiliation, Origin, Secrets, SessionTokens, SystemUnit};

use super::sessions::began;
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

/// What has confirmed who the user of a new session is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Means {
    /// What the account has: its password, or its identity at a provider of the installation.
    Own,
    /// The same, with the second factor.
    Factor,
    /// The connection of the session's organization.
    Connection(SsoConnectionId),
    /// A session of the same organization, which was opened by this connection, or by none.
    Session(Option<SsoConnectionId>),
}

impl Means {
    /// The connection, if it was one.
    pub(super) const fn connection(self) -> Option<SsoConnectionId> {
        match self {
            Self::Connection(connection) => Some(connection),
            Self::Session(connection) => connection,
            Self::Own | Self::Factor => None,
        }
    }
}

/// A login of a user who has shown who they are.
#[derive(Debug, Clone, Copy)]
pub(super) struct Entry {
    /// When they have.
    pub(super) proved_at: Timestamp,
    /// How they have.
    pub(super) by: Means,
}

/// The origin of a new session.
pub(super) enum Descent {
    /// A login: it starts a family of sessions.
    Login { proved_at: Option<Timestamp>, by: Means },
    /// A session that starts a family in the place of another one, without a login.
    Renewal { of: FamilyId, proved_at: Option<Timestamp>, by: Means },
    /// Another session of the login, for another organization: it belongs to the same family.
    Switch { family: FamilyId, proved_at: Option<Timestamp>, by: Means },
    /// A used refresh token, and the tokens that follow it.
    Rotation {
        family: FamilyId,
        proved_at: Option<Timestamp>,
        by: Means,
        from: SessionId,
        next: Secret,
    },
}

impl Descent {
    /// What has confirmed the user.
    pub(super) const fn by(&self) -> Means {
        match self {
            Self::Login { by, .. }
            | Self::Renewal { by, .. }
            | Self::Switch { by, .. }
            | Self::Rotation { by, .. } => *by,
        }
    }
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
    ///
    /// # Errors
    /// Where members log in by the connection of the organization only, and this one does not; where a
    /// login by the connection is too long ago.
    pub(super) async fn open_session(
        &self,
        unit: &mut dyn SystemUnit,
        membership: &Membership,
        descent: Descent,
        origin: &Origin,
    ) -> Result<TokenPair, Error> {
        let by = descent.by();
        self.admit_means(unit, membership, by, origin).await?;
        let now = self.ports.clock.now();
        let new = || Secret::new(membership.organization, &*self.ports.security.secrets);
        let (family, proved_at, rotated_from, secret) = match descent {
            // The identity tells when the user logged in.
            Descent::Login { proved_at, .. } => {
                (Id::from_uuid(self.ports.ids.at(now)), proved_at, None, new())
            }
            Descent::Renewal { of, proved_at, .. } => {
                let began = by.connection().and_then(|_| began(of.uuid())).unwrap_or(now);
                (Id::from_uuid(self.ports.ids.at(began)), proved_at, None, new())
            }
            Descent::Switch { family, proved_at, .. } => (family, proved_at, None, new()),
            Descent::Rotation { family, proved_at, from, next, .. } => {
                (family, proved_at, Some(from), next)
            }
        };
        let ends_at = by.connection().map(|_| self.end_of(family, now));
        if ends_at.is_some_and(|end| end <= now) {
            return Err(Error::INVALID_TOKEN);
        }
        let capped = |expires_at: Timestamp| ends_at.map_or(expires_at, |end| expires_at.min(end));
        let access_expires_at = capped(now + self.policy.access_token);
        let refresh_expires_at = capped(now + self.policy.refresh_token);
        let session = Session {
            id: Id::from_uuid(self.ports.ids.next()),
            family,
            organization: membership.organization,
            user: membership.user,
            access_expires_at,
            expires_at: refresh_expires_at,
            rotated_from,
            proved_at,
            connection: by.connection(),
            state: SessionState::Live,
            revision: Revision::first(now),
        };
        let Secret { access, refresh, root } = secret;
        let (access_hash, refresh_hash) = (access.hash(), refresh.hash());
        let hashes =
            SessionTokens { access: access_hash, refresh: refresh_hash, root: root.hash() };
        unit.insert_session(&session, &hashes, &origin.client()).await?;
        self.ports.security.cache.put_known(access_hash);
        Ok(TokenPair { access, access_expires_at, refresh, refresh_expires_at })
    }

    /// When a login by the connection of an organization ends: its provider is asked again then.
    fn end_of(&self, family: FamilyId, now: Timestamp) -> Timestamp {
        began(family.uuid()).unwrap_or(now) + self.policy.sso_session
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
