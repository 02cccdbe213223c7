use crate::{FamilyId, OrganizationId, Revision, SessionId, Timestamp, UserId};

/// Whether a session's tokens still count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SessionState {
    /// They do.
    Live,
    /// The refresh token was used, and a younger session took its place. Seen
    /// again, it is a replay and ends the whole family (RFC 9700, 4.14.2).
    Rotated {
        /// When.
        at: Timestamp,
    },
    /// Ended by logout, replay or an administrator.
    Revoked {
        /// When.
        at: Timestamp,
    },
}

/// One pair of access and refresh token. The tokens themselves are not here:
/// only their hashes are ever stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Session {
    /// Names it.
    pub id: SessionId,
    /// The login that it descends from.
    pub family: FamilyId,
    /// The organization that it acts in.
    pub organization: OrganizationId,
    /// The person.
    pub user: UserId,
    /// When the access token ends.
    pub access_expires_at: Timestamp,
    /// When the refresh token ends.
    pub expires_at: Timestamp,
    /// The session whose refresh token led here; `None` after a login.
    pub rotated_from: Option<SessionId>,
    /// Whether its tokens still count.
    pub state: SessionState,
    /// When and how often it was written.
    pub revision: Revision,
}

impl Session {
    /// Whether the access token is to be believed.
    #[must_use]
    pub fn admits(&self, now: Timestamp) -> bool {
        let revoked = matches!(self.state, SessionState::Revoked { .. });
        !revoked && now < self.access_expires_at
    }

    /// Whether the refresh token may be exchanged.
    #[must_use]
    pub fn refreshes(&self, now: Timestamp) -> bool {
        self.state == SessionState::Live && now < self.expires_at
    }
}
