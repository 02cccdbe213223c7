//! The people of an organization.

mod change_role;
mod get;
mod list;
mod remove;

pub use change_role::ChangeRole;
pub use get::GetMember;
pub use list::ListMembers;
pub use remove::{LeaveOrganization, RemoveMember};

use crate::Error;

plinth_domain::codes! {
    MEMBER_OWNERS_ONLY = "member.owners_only", "Only an owner makes, changes and removes owners.";
    MEMBER_LAST_OWNER = "member.last_owner", "The last owner can neither leave nor step down.";
    MEMBER_EXISTS = "member.exists", "The account is a member already.";
}

const NOT_FOUND: Error = Error::NotFound("member");
