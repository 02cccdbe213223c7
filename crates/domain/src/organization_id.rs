use crate::Id;

/// What an [`OrganizationId`] identifies. It is not the organization itself, whose settings name
/// records, each of which names its organization.
#[derive(Debug)]
pub enum Tenant {}

/// The identity of an organization: the tenant.
pub type OrganizationId = Id<Tenant>;
