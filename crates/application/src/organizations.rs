//! The caller's organization.

mod audit;
mod erasure;

use plinth_domain::{
    BillingReference, DocumentId, Forbidden, Id, Invalid, ModelId, ModelKind, Organization,
    OrganizationChanges, Patch, Permission, PlanName, codes,
};
use plinth_ports::Invalidation;
use serde::Serialize;
use serde_json::json;
use uuid::Uuid;

use crate::{
    Command, Context, Error, Expected, Query, Reading, Recorded, View, dunning::settings_audit,
    invoices::logo::format as logo_format, knowledge, resource::Resource,
};

pub use erasure::RequestErasure;

plinth_domain::codes! {
    ORGANIZATION_SLUG_TAKEN = "organization.slug_taken", "Another organization has this slug.";
    ORGANIZATION_OWNERS_ONLY = "organization.owners_only",
        "Only an owner decides whether members need a second factor.";
    ORGANIZATION_LOGO_TYPE = "organization.logo_type",
        "The document of the logo is no PNG, JPEG or SVG picture.";
    ORGANIZATION_EMBEDDING_MODEL = "organization.embedding_model",
        "The model for the search answers messages, not vectors.";
    ORGANIZATION_SLUG_DIFFERS = "organization.slug_differs",
        "The slug is not that of the organization.";
    ORGANIZATION_HELD = "organization.held",
        "A legal hold keeps the organization: the operator can end it.";
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
        let patterns = &settings.number_patterns;
        json!({
            "name": self.name.as_str(),
            "slug": self.slug.as_str(),
            "status": self.status.name(),
            "erase_at": self.erase_at,
            "suspended_by_operator_at": self.suspended_by_operator_at,
            "legal_hold": self.legal_hold,
            "plan": self.plan.as_ref().map(PlanName::as_str),
            "billing_reference": self.billing_reference.as_ref().map(BillingReference::as_str),
            "settings": {
                "locale": settings.locale.as_str(),
                "timezone": settings.timezone.as_str(),
                "default_currency": settings.default_currency.as_str(),
                "document_kinds": settings.document_kinds.iter().map(|k| k.name()).collect::<Vec<_>>(),
                "max_upload_bytes": settings.max_upload.bytes(),
                "retention_days": settings.retention.days(),
                "seller": audit::seller(&settings.seller),
                "payable_approval": settings.payable_approval.name(),
                "default_payment_terms_days": settings.default_payment_terms.days(),
                "fiscal_year_start_month": settings.fiscal_year_start.month(),
                "books_closed_until": settings.books_closed_until,
                "number_patterns": {
                    "invoice": patterns.invoice.as_str(),
                    "credit_note": patterns.credit_note.as_str(),
                    "payable": patterns.payable.as_str(),
                    "contract": patterns.contract.as_str(),
                },
                "dunning": settings_audit(&settings.dunning),
                "accounting": audit::accounting(&settings.accounting),
                "embedding_model_id": settings.embedding_model.map(Id::uuid),
                "execution_content_days": settings.execution_content.days(),
                "execution_days": settings.executions.days(),
                "require_second_factor": settings.requires_second_factor,
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
        if let Patch::Set(logo) = self.changes.settings.seller.logo {
            check_logo(ctx, Id::from_uuid(logo)).await?;
        }
        if let Patch::Set(model) = self.changes.settings.embedding_model {
            check_embedding_model(ctx, model).await?;
        }
        let after = before.clone().change(self.changes, ctx.now);
        if after.settings.requires_second_factor != before.settings.requires_second_factor {
            check_duty(ctx, after.settings.requires_second_factor).await?;
        }
        let patterns = &after.settings.number_patterns;
        if *patterns != before.settings.number_patterns {
            let checked = patterns.check();
            checked.map_err(|invalid| Error::field("/settings/number_patterns", invalid))?;
        }
        ctx.unit.organization().update(&after).await?;
        let model = after.settings.embedding_model;
        if model.is_some() && model != before.settings.embedding_model {
            knowledge::embed_all(ctx).await?;
        }
        Recorded::changed("organization.updated", &before, after)
    }
}

/// Refuses a change of the members' duty to have a second factor to all but an owner, who must have
/// one to turn it on. Each member's admission is looked up again.
async fn check_duty(ctx: &mut Context<'_>, is_on: bool) -> Result<(), Error> {
    ctx.read_rights(UpdateOrganization::PERMISSION).await?;
    if !ctx.access.is_owner() {
        let detail = "only an owner decides whether members need a second factor".into();
        return Err(Error::Refused { code: ORGANIZATION_OWNERS_ONLY, detail });
    }
    ctx.check_fresh_proof()?;
    if is_on && !ctx.access.assurance().has_factor {
        return Err(Forbidden::SecondFactor.into());
    }
    ctx.forget(Invalidation::Organization(ctx.organization()));
    Ok(())
}

/// Refuses a logo that is no picture that an invoice can show.
async fn check_logo(ctx: &mut Context<'_>, logo: DocumentId) -> Result<(), Error> {
    let refused = |code, detail| {
        Error::field("/settings/seller/logo_document_id", Invalid::new(code, detail))
    };
    let Some(document) = ctx.unit.documents().find(logo).await? else {
        return Err(refused(codes::REFERENCE_UNKNOWN, "there is no such document"));
    };
    match logo_format(&document) {
        Some(_) => Ok(()),
        None => Err(refused(ORGANIZATION_LOGO_TYPE, "must be a PNG, JPEG or SVG picture")),
    }
}

/// Refuses a model that does not exist, or makes no vectors.
async fn check_embedding_model(ctx: &mut Context<'_>, model: ModelId) -> Result<(), Error> {
    let invalid = match ctx.unit.model_catalogue().kinds(&[model]).await?.first() {
        Some((_, ModelKind::Embedding)) => return Ok(()),
        Some(_) => Invalid::new(ORGANIZATION_EMBEDDING_MODEL, "must be a model for embeddings"),
        None => Invalid::new(codes::REFERENCE_UNKNOWN, "there is no such model"),
    };
    Err(Error::field("/settings/embedding_model_id", invalid))
}
