//! The way in for the day on which the provider of an organization does not work: an owner with a second
//! factor, of whom one stays while members log in by the connection only.

use std::borrow::Cow;

use plinth_domain::{Membership, UserId};
use plinth_ports::SystemUnit;

use super::SSO_LAST_BREAK_GLASS;
use crate::{Application, Caller, Context, Error};

const LAST: Error = Error::Conflict {
    code: SSO_LAST_BREAK_GLASS,
    detail: Cow::Borrowed(
        "members log in by the connection only, and no other owner could log in without it",
    ),
};

/// Whether a member is the last owner of the organization with a second factor. A command cannot read
/// that, since accounts belong to no organization.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LastBreakGlass(bool);

impl Application {
    /// Reads whether a member of the caller's organization is its last owner with a second factor.
    pub async fn last_break_glass(
        &self,
        caller: &Caller,
        user: UserId,
    ) -> Result<LastBreakGlass, Error> {
        let organization = caller.access.organization();
        let mut unit = self.ports.stores.system.begin_for(organization).await?;
        let owners = unit.break_glass_owners(organization).await?;
        Ok(LastBreakGlass(owners == [user]))
    }
}

impl Context<'_> {
    /// Refuses that a member is an active owner no more, where the organization requires its connection
    /// and this is the last owner with a second factor. The rights are locked.
    pub(crate) async fn keep_break_glass(
        &mut self,
        before: &Membership,
        last: LastBreakGlass,
    ) -> Result<(), Error> {
        if !last.0 || !before.role.is_owner() || !before.is_active() {
            return Ok(());
        }
        let connection = self.unit.sso().connection().await?;
        let is_required = connection.is_some_and(|connection| connection.values.is_required);
        if is_required { Err(LAST) } else { Ok(()) }
    }
}

/// Refuses that a user, whose memberships these are, has no second factor or no memberships any more,
/// where that takes the last way in from an organization. The organizations are locked until commit, and
/// the memberships are not locked yet.
pub(crate) async fn keep_break_glass(
    unit: &mut dyn SystemUnit,
    of: &[Membership],
) -> Result<(), Error> {
    for membership in of.iter().filter(|one| one.role.is_owner() && one.is_active()) {
        let organization = membership.organization;
        if unit.lock_organization(organization).await?.is_none() {
            continue;
        }
        let connection = unit.lock_sso(organization).await?;
        let is_required = connection.is_some_and(|connection| connection.values.is_required);
        if is_required && unit.break_glass_owners(organization).await? == [membership.user] {
            return Err(LAST);
        }
    }
    Ok(())
}
