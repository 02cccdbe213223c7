use plinth_domain::{Organization, Permission};

use crate::{Error, Query, View};

/// Reads the caller's organization.
#[derive(Debug, Clone, Copy)]
pub struct GetOrganization;

impl Query for GetOrganization {
    const NAME: &'static str = "organization.get";
    const PERMISSION: Permission = Permission::OrganizationRead;
    type Output = Organization;

    async fn run(self, view: &mut View<'_>) -> Result<Organization, Error> {
        view.unit.organization().find().await?.ok_or(Error::NotFound("organization"))
    }
}
