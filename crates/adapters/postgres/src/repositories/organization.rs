use async_trait::async_trait;
use plinth_domain::Organization;
use plinth_ports::{OrganizationReader, Organizations, Result};

use crate::{
    entity::organization::{ActiveModel, Entity},
    scoped::ScopedTx,
};

#[async_trait]
impl OrganizationReader for ScopedTx {
    async fn find(&mut self) -> Result<Option<Organization>> {
        self.select::<Entity>().one().await
    }
}

#[async_trait]
impl Organizations for ScopedTx {
    async fn update(&mut self, organization: &Organization) -> Result<()> {
        let previous = organization.revision.previous();
        self.save(ActiveModel::from(organization), organization.id.uuid(), previous).await
    }
}
