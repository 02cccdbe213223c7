use crate::{
    ApiKeyId, Email, Id, InvalidTransition, OrganizationId, Revision, RoleRef, Timestamp, UserId,
};

/// The state of an invitation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum InvitationState {
    /// It can be accepted until it expires.
    Pending,
    /// It was accepted and created a membership.
    Accepted {
        /// The time of the transition.
        at: Timestamp,
    },
    /// It was revoked, or closed after it expired.
    Revoked {
        /// The time of the transition.
        at: Timestamp,
    },
}

/// The identity of an invitation.
pub type InvitationId = Id<Invitation>;

/// An offer of a membership to an e-mail address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Invitation {
    /// The identity.
    pub id: InvitationId,
    /// The organization that invites.
    pub organization: OrganizationId,
    /// The invited e-mail address.
    pub email: Email,
    /// The role of the offered membership.
    pub role: RoleRef,
    /// The user who created it.
    pub invited_by: UserId,
    /// The API key by which the user created it; `None` without a key.
    pub api_key: Option<ApiKeyId>,
    /// Whether the token has reached only the invited address, so that the one who has it proves
    /// that the address is theirs. A token that the inviter has seen proves nothing.
    pub proves_address: bool,
    /// The time from which it cannot be accepted.
    pub expires_at: Timestamp,
    /// The state.
    pub state: InvitationState,
    /// The revision.
    pub revision: Revision,
}

impl Invitation {
    /// The state as the API shows it. A pending invitation is `expired` from
    /// `expires_at` on.
    #[must_use]
    pub fn status(&self, now: Timestamp) -> &'static str {
        match self.state {
            InvitationState::Pending if self.expires_at <= now => "expired",
            InvitationState::Pending => "pending",
            InvitationState::Accepted { .. } => "accepted",
            InvitationState::Revoked { .. } => "revoked",
        }
    }

    /// Accepts the invitation, once and before it expires.
    pub fn accept(self, at: Timestamp) -> Result<Self, InvalidTransition> {
        let from = self.status(at);
        if from == "pending" {
            Ok(self.with_state(InvitationState::Accepted { at }, at))
        } else {
            Err(InvalidTransition { from, attempted: "accept" })
        }
    }

    /// Revokes the invitation, also after it has expired.
    pub fn revoke(self, at: Timestamp) -> Result<Self, InvalidTransition> {
        match self.state {
            InvitationState::Pending => Ok(self.with_state(InvitationState::Revoked { at }, at)),
            _ => Err(InvalidTransition { from: self.status(at), attempted: "revoke" }),
        }
    }

    fn with_state(self, state: InvitationState, at: Timestamp) -> Self {
        Self { state, revision: self.revision.next(at), ..self }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Id, Role};

    fn pending() -> Invitation {
        let id = uuid::Uuid::nil();
        Invitation {
            id: Id::from_uuid(id),
            organization: Id::from_uuid(id),
            email: Email::parse("ada@example.com").unwrap(),
            role: Role::Member.into(),
            invited_by: Id::from_uuid(id),
            api_key: None,
            proves_address: false,
            expires_at: Timestamp::from_timestamp(100, 0).unwrap(),
            state: InvitationState::Pending,
            revision: Revision::first(Timestamp::UNIX_EPOCH),
        }
    }

    #[test]
    fn an_invitation_is_accepted_once_and_in_time() {
        let (early, late) = (Timestamp::UNIX_EPOCH, Timestamp::from_timestamp(100, 0).unwrap());
        let accepted = pending().accept(early).unwrap();
        assert_eq!(accepted.clone().accept(early).unwrap_err().from, "accepted");
        assert_eq!(accepted.revoke(early).unwrap_err().from, "accepted");
        assert_eq!(pending().accept(late).unwrap_err().from, "expired");
        assert_eq!(pending().revoke(late).unwrap().status(late), "revoked");
    }
}
