//! The caller's organization.

mod get;
mod update;

pub use get::GetOrganization;
pub use update::UpdateOrganization;
