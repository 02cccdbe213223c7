//! The people of an organization.

mod change_role;
mod get;
mod list;
mod remove;

pub use change_role::ChangeRole;
pub use get::GetMember;
pub use list::ListMembers;
pub use remove::{LeaveOrganization, RemoveMember};

use plinth_domain::MembershipError;

use crate::Error;

plinth_domain::codes! {
    MEMBER_OWNERS_ONLY = "member.owners_only", "Only an owner makes, changes and removes owners.";
    MEMBER_LAST_OWNER = "member.last_owner", "The last owner can neither leave nor step down.";
    MEMBER_EXISTS = "member.exists", "The account is a member already.";
}

const NOT_FOUND: Error = Error::NotFound("member");

impl From<MembershipError> for Error {
    fn from(error: MembershipError) -> Self {
        match error {
            MembershipError::OwnersOnly => {
                Self::Refused { code: MEMBER_OWNERS_ONLY, detail: error.to_string().into() }
            }
            MembershipError::LastOwner => {
                Self::Conflict { code: MEMBER_LAST_OWNER, detail: error.to_string().into() }
            }
        }
    }
}
