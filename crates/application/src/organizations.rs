//! The caller's organization.

use plinth_domain::{Organization, OrganizationChanges, Permission};
use serde::Serialize;
use serde_json::json;
use uuid::Uuid;

use crate::{
    Command, Context, Error, Expected, Query, Reading, Recorded, View, resource::Resource,
};

plinth_domain::codes! {
    ORGANIZATION_SLUG_TAKEN = "organization.slug_taken", "Another organization has this slug.";
}

impl Resource for Organization {
    const KIND: &'static str = "organization";
    const TOPIC: &'static str = "organization";
    const READ: Permission = Permission::OrganizationRead;
    fn id(&self) -> Uuid {
        self.id.uuid()
    }
    fn audit_view(&self) -> impl Serialize {
        let settings = &self.settings;
        json!({
            "name": self.name.as_str(),
            "slug": self.slug.as_str(),
            "status": self.status.name(),
            "settings": {
                "locale": settings.locale.as_str(),
                "timezone": settings.timezone.as_str(),
                "default_currency": settings.default_currency.as_str(),
                "document_kinds": settings.document_kinds.iter().map(|k| k.name()).collect::<Vec<_>>(),
                "max_upload_bytes": settings.max_upload.bytes(),
                "retention_days": settings.retention.days(),
                "invoice_numbering": {
                    "prefix": settings.invoice_numbering.prefix(),
                    "digits": settings.invoice_numbering.digits(),
                },
            },
            "version": self.revision.version.number(),
        })
    }
}

/// Reads the caller's organization.
#[derive(Debug, Clone, Copy)]
pub struct GetOrganization;

impl Query for GetOrganization {
    const NAME: &'static str = "organization.get";
    const PERMISSION: Permission = Permission::OrganizationRead;
    type Output = Organization;

    fn reading(&self) -> Reading {
        Reading::Once
    }

    async fn run(self, view: &mut View<'_>) -> Result<Organization, Error> {
        view.unit.organization().find().await?.ok_or(Error::NotFound("organization"))
    }
}

/// Changes the caller's organization.
#[derive(Debug, Clone)]
pub struct UpdateOrganization {
    /// The version that the caller saw.
    pub expected: Expected,
    /// The changes.
    pub changes: OrganizationChanges,
}

impl Command for UpdateOrganization {
    const NAME: &'static str = "organization.update";
    const PERMISSION: Permission = Permission::OrganizationUpdate;
    type Output = Organization;

    async fn run(self, ctx: &mut Context<'_>) -> Result<Recorded<Organization>, Error> {
        let stored = ctx.unit.organization().find().await?;
        let before = stored.ok_or(Error::NotFound("organization"))?;
        self.expected.check(&before.revision)?;
        let after = before.clone().change(self.changes, ctx.now);
        ctx.unit.organization().update(&after).await?;
        Recorded::changed("organization.updated", &before, after)
    }
}
