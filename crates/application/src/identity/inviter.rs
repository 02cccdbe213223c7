use plinth_domain::{Access, Invitation, Timestamp};
use plinth_ports::{Inviter, SystemUnit};

use crate::{Application, Error, invitations::INVITATION_WITHDRAWN};

impl Application {
    /// Checks that the member who created an invitation, and the API key by which that was done,
    /// may still offer its role.
    pub(super) async fn check_inviter(
        &self,
        unit: &mut dyn SystemUnit,
        invitation: &Invitation,
        now: Timestamp,
    ) -> Result<(), Error> {
        let access = match unit.find_inviter(invitation).await? {
            Some(Inviter { membership, key: None }) => Some(Access::of_member(&membership)),
            Some(Inviter { membership, key: Some(key) }) => {
                Access::of_api_key(&key, &membership, now)
            }
            None => None,
        };
        if access.is_some_and(|access| access.may_invite(invitation.role)) {
            return Ok(());
        }
        let detail = "who created the invitation may no longer offer its role";
        Err(Error::conflict(INVITATION_WITHDRAWN, detail))
    }
}
