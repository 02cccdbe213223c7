//! The caller's organization.

mod get;
mod update;

pub use get::GetOrganization;
pub use update::UpdateOrganization;

plinth_domain::codes! {
    ORGANIZATION_SLUG_TAKEN = "organization.slug_taken", "Another organization has this slug.";
}
