use plinth_domain::{Invitation, Permission};
use plinth_ports::{InvitationSort, Page, PageRequest};

use crate::{Error, Query, View};

/// Lists the invitations.
#[derive(Debug, Clone)]
pub struct ListInvitations {
    /// In which order, and from where.
    pub page: PageRequest<InvitationSort>,
}

impl Query for ListInvitations {
    const NAME: &'static str = "invitation.list";
    const PERMISSION: Permission = Permission::InvitationRead;
    type Output = Page<Invitation>;

    async fn run(self, view: &mut View<'_>) -> Result<Page<Invitation>, Error> {
        Ok(view.unit.invitations().list(&(), &self.page).await?)
    }
}
