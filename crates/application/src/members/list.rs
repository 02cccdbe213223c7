use plinth_domain::{Permission, Role};
use plinth_ports::{Member, MemberSort, Page, PageRequest};

use crate::{Error, Query, View};

/// Lists the members.
#[derive(Debug, Clone)]
pub struct ListMembers {
    /// Only those of this role.
    pub role: Option<Role>,
    /// In which order, and from where.
    pub page: PageRequest<MemberSort>,
}

impl Query for ListMembers {
    const NAME: &'static str = "member.list";
    const PERMISSION: Permission = Permission::MemberRead;
    type Output = Page<Member>;

    async fn run(self, view: &mut View<'_>) -> Result<Page<Member>, Error> {
        Ok(view.unit.members().list(self.role, &self.page).await?)
    }
}
