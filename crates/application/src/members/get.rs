use plinth_domain::{Permission, UserId};
use plinth_ports::Member;

use super::NOT_FOUND;
use crate::{Error, Query, View};

/// Reads one member.
#[derive(Debug, Clone, Copy)]
pub struct GetMember {
    /// Who.
    pub user: UserId,
}

impl Query for GetMember {
    const NAME: &'static str = "member.get";
    const PERMISSION: Permission = Permission::MemberRead;
    type Output = Member;

    async fn run(self, view: &mut View<'_>) -> Result<Member, Error> {
        view.unit.members().find(self.user).await?.ok_or(NOT_FOUND)
    }
}
