use plinth_domain::{Access, AssignedRole, Invitation, Timestamp};
use plinth_ports::{Inviter, SystemUnit};

use crate::{Application, Error, invitations::INVITATION_WITHDRAWN, roles::find_role_of};

impl Application {
    /// Checks that the member who created an invitation, and the API key by which that was done,
    /// may still offer its role. Returns the role, with the permissions that it has now.
    pub(super) async fn check_inviter(
        &self,
        unit: &mut dyn SystemUnit,
        invitation: &Invitation,
        now: Timestamp,
    ) -> Result<AssignedRole, Error> {
        let role = find_role_of(invitation.organization, invitation.role, unit).await?;
        let access = match unit.find_inviter(invitation).await? {
            Some(Inviter { membership, key: None }) => Some(Access::of_member(&membership)),
            Some(Inviter { membership, key: Some(key) }) => {
                Access::of_api_key(&key, &membership, now)
            }
            None => None,
        };
        let offers = |role: &AssignedRole| access.is_some_and(|access| access.may_invite(*role));
        role.filter(offers).ok_or_else(|| {
            let detail = "who created the invitation may no longer offer its role";
            Error::conflict(INVITATION_WITHDRAWN, detail)
        })
    }
}
