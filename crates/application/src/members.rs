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

const NOT_FOUND: Error = Error::NotFound("member");
