use async_trait::async_trait;
use plinth_domain::Organization;
use plinth_ports::{OrganizationReader, Organizations, Result, StoreError};

use super::{table::expect, unit::Unit};

#[async_trait]
impl OrganizationReader for Unit {
    async fn find(&mut self) -> Result<Option<Organization>> {
        Ok(self.tables().organizations.get(&self.organization_id()).cloned())
    }
}

#[async_trait]
impl Organizations for Unit {
    /// Units of work run one after another, so there is nothing to lock.
    async fn hold(&mut self) -> Result<Option<Organization>> {
        OrganizationReader::find(self).await
    }

    async fn update(&mut self, organization: &Organization) -> Result<()> {
        let id = self.organization_id();
        if organization.id != id {
            return Err(StoreError::Stale);
        }
        let organizations = &self.tables().organizations;
        let stored = organizations.get(&id).map(|stored| stored.revision.version);
        expect(stored, organization.revision.previous())?;
        let taken = organizations.values().any(|o| o.id != id && o.slug == organization.slug);
        self.draft.forbid(taken, "organizations_slug_key")?;
        self.draft.tables.organizations.insert(id, organization.clone());
        Ok(())
    }
}
