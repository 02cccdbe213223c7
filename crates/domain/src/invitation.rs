use crate::{
    Email, InvalidTransition, InvitationId, OrganizationId, Revision, Role, Timestamp, UserId,
};

/// How far an invitation has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum InvitationState {
    /// Waits for its addressee.
    Pending,
    /// Led to a membership.
    Accepted {
        /// When.
        at: Timestamp,
    },
    /// Was taken back.
    Revoked {
        /// When.
        at: Timestamp,
    },
}

/// An offer of membership to an e-mail address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Invitation {
    /// Names it.
    pub id: InvitationId,
    /// The organization that invites.
    pub organization: OrganizationId,
    /// Whom it is for.
    pub email: Email,
    /// The role offered.
    pub role: Role,
    /// Who invited.
    pub invited_by: UserId,
    /// When the offer ends.
    pub expires_at: Timestamp,
    /// How far it has come.
    pub state: InvitationState,
    /// When and how often it was written.
    pub revision: Revision,
}

impl Invitation {
    /// The state as the API shows it; a pending one past its time is expired.
    #[must_use]
    pub fn status(&self, now: Timestamp) -> &'static str {
        match self.state {
            InvitationState::Pending if self.expires_at <= now => "expired",
            InvitationState::Pending => "pending",
            InvitationState::Accepted { .. } => "accepted",
            InvitationState::Revoked { .. } => "revoked",
        }
    }

    /// Turns the offer into a membership, once and in time.
    pub fn accept(self, at: Timestamp) -> Result<Self, InvalidTransition> {
        let from = self.status(at);
        if from == "pending" {
            Ok(self.with_state(InvitationState::Accepted { at }, at))
        } else {
            Err(InvalidTransition { from, attempted: "accept" })
        }
    }

    /// Takes the offer back. One that has expired can be taken back, too.
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
    use crate::Id;

    fn pending() -> Invitation {
        let id = uuid::Uuid::nil();
        Invitation {
            id: Id::from_uuid(id),
            organization: Id::from_uuid(id),
            email: Email::parse("ada@example.com").unwrap(),
            role: Role::Member,
            invited_by: Id::from_uuid(id),
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
