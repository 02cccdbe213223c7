use crate::{FamilyId, Id, OrganizationId, Revision, SsoConnectionId, Timestamp, UserId};

/// The state of a session, which decides whether its tokens are valid.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SessionState {
    /// Its tokens are valid until they expire.
    Live,
    /// The refresh token was exchanged for a newer session. When it is used
    /// again, that is a replay and ends the whole family (RFC 9700, 4.14.2).
    Rotated {
        /// The time of the transition.
        at: Timestamp,
    },
    /// Ended by a logout, a replay or an administrator.
    Revoked {
        /// The time of the transition.
        at: Timestamp,
    },
}

/// The identity of a session.
pub type SessionId = Id<Session>;

/// A pair of access and refresh token. It does not hold the tokens: only their
/// hashes are stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Session {
    /// The identity.
    pub id: SessionId,
    /// The family: all sessions of one login.
    pub family: FamilyId,
    /// The organization that its tokens give access to.
    pub organization: OrganizationId,
    /// The user.
    pub user: UserId,
    /// The time from which the access token is invalid.
    pub access_expires_at: Timestamp,
    /// The time from which the refresh token is invalid.
    pub expires_at: Timestamp,
    /// The session whose refresh token was exchanged for this one; `None` after
    /// a login.
    pub rotated_from: Option<SessionId>,
    /// When the user last proved who they are, in this session or in one that it follows; `None` in
    /// those of earlier versions.
    pub proved_at: Option<Timestamp>,
    /// The connection of the organization by which the user has logged in; `None` for any other login.
    pub connection: Option<SsoConnectionId>,
    /// The state.
    pub state: SessionState,
    /// The revision.
    pub revision: Revision,
}

impl Session {
    /// Whether the access token is valid at `now`.
    #[must_use]
    pub fn admits(&self, now: Timestamp) -> bool {
        let revoked = matches!(self.state, SessionState::Revoked { .. });
        !revoked && now < self.access_expires_at
    }

    /// Whether the refresh token can be exchanged at `now`.
    #[must_use]
    pub fn refreshes(&self, now: Timestamp) -> bool {
        self.state == SessionState::Live && now < self.expires_at
    }
}
