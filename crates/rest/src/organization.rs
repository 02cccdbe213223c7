//! `/organization`

mod accounting;
mod domains;
mod dunning;
mod erasure;
mod exports;
mod seller;
mod settings;
mod sso;
mod support_access;
mod usage;

use actix_web::{HttpRequest, HttpResponse, get, patch};
use chrono::{DateTime, Utc};
use plinth_application::organizations::{GetOrganization, UpdateOrganization};
use plinth_domain::{Name, Organization, OrganizationChanges};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::{
    etag::{self, IfMatch},
    json::{Body, Faults, Form, Merge},
    middleware::{App, Authenticated},
    problem::ApiError,
    routing::Routes,
    values::names,
};
pub(crate) use accounting::{AccountPurposeName, RegionName};
use settings::{OrganizationSettingsPatch, OrganizationSettingsView};

pub(crate) fn routes(config: &mut Routes<'_>) {
    config
        .service(get_organization)
        .service(update_organization)
        .service(erasure::request_organization_erasure)
        .service(usage::get_organization_usage)
        .service(exports::create_organization_export)
        .service(exports::list_organization_exports)
        .service(exports::get_organization_export)
        .service(exports::get_organization_export_content)
        .service(support_access::get_support_access)
        .service(support_access::grant_support_access)
        .service(support_access::revoke_support_access)
        .service(support_access::list_support_sessions)
        .service(sso::get_organization_sso)
        .service(sso::put_organization_sso)
        .service(sso::delete_organization_sso)
        .service(domains::create_organization_domain)
        .service(domains::list_organization_domains)
        .service(domains::get_organization_domain)
        .service(domains::verify_organization_domain)
        .service(domains::delete_organization_domain);
}

names! {
    /// The state of an organization.
    OrganizationStatusName = Active, Suspended
}

/// An organization.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct OrganizationView {
    id: Uuid,
    #[schema(example = "Hochbau Nord")]
    name: String,
    #[schema(example = "hochbau-nord-1f2e3d4c")]
    slug: String,
    #[schema(value_type = OrganizationStatusName)]
    status: &'static str,
    /// When all of the organization is removed, where an owner has asked for that.
    erase_at: Option<DateTime<Utc>>,
    /// The plan that the operator of the installation has set, if any; `GET /organization/usage` tells which
    /// one counts.
    #[schema(example = "team")]
    plan: Option<String>,
    /// What a billing system knows the organization by; the operator sets it.
    #[schema(example = "cus_Q1w2e3")]
    billing_reference: Option<String>,
    settings: OrganizationSettingsView,
    #[schema(minimum = 1)]
    version: i64,
    created_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
}

impl From<&Organization> for OrganizationView {
    fn from(organization: &Organization) -> Self {
        Self {
            id: organization.id.uuid(),
            name: organization.name.as_str().to_owned(),
            slug: organization.slug.as_str().to_owned(),
            status: organization.status.name(),
            erase_at: organization.erase_at,
            plan: organization.plan.as_ref().map(|plan| plan.as_str().to_owned()),
            billing_reference: organization
                .billing_reference
                .as_ref()
                .map(|reference| reference.as_str().to_owned()),
            settings: OrganizationSettingsView::from(&organization.settings),
            version: organization.revision.version.number(),
            created_at: organization.revision.created_at,
            updated_at: organization.revision.updated_at,
        }
    }
}

/// A change to the organization: a merge patch (RFC 7396).
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct OrganizationPatch {
    #[serde(default)]
    #[schema(value_type = String, min_length = 1, max_length = 200)]
    name: Merge<String>,
    #[serde(default)]
    #[schema(value_type = OrganizationSettingsPatch)]
    settings: Merge<OrganizationSettingsPatch>,
}

impl Form for OrganizationPatch {
    type Value = OrganizationChanges;

    fn check(self, faults: &mut Faults) -> Option<OrganizationChanges> {
        let name = self.name.required(faults, "/name", |text| Name::parse(&text));
        let settings = self.settings.required(faults, "/settings", Ok);
        let settings = settings.map(Option::unwrap_or_default).and_then(|s| s.check(faults));
        Some(OrganizationChanges { name: name?, settings: settings? })
    }
}

/// Read the organization.
#[utoipa::path(
    tag = "organization",
    operation_id = "get_organization",
    params(etag::Conditional),
    responses(
        (status = 200, body = OrganizationView, headers(("ETag"))),
        (status = 304, description = "Not modified", headers(("ETag"))),
    ),
    security(("bearer" = ["organization:read"])),
)]
#[get("/organization")]
pub(crate) async fn get_organization(
    request: HttpRequest,
    app: App,
    Authenticated(caller): Authenticated,
) -> Result<HttpResponse, ApiError> {
    let organization = app.query(&caller, GetOrganization).await?;
    let version = organization.revision.version;
    etag::item(&request, &OrganizationView::from(&organization), version)
}

/// Change the organization's name or settings.
#[utoipa::path(
    tag = "organization",
    operation_id = "update_organization",
    params(IfMatch),
    request_body(content = OrganizationPatch, content_type = "application/merge-patch+json"),
    responses(
        (status = 200, body = OrganizationView, headers(("ETag"))),
        (status = 403, description = "auth.step_up_required, organization.owners_only"),
    ),
    security(("bearer" = ["organization:update"])),
)]
#[patch("/organization")]
pub(crate) async fn update_organization(
    app: App,
    Authenticated(caller): Authenticated,
    expected: IfMatch,
    body: Body<OrganizationPatch>,
) -> Result<HttpResponse, ApiError> {
    let command = UpdateOrganization { expected: expected.0, changes: body.value };
    let organization = app.execute(&caller, command).await?;
    let version = organization.revision.version;
    Ok(etag::changed(&OrganizationView::from(&organization), version))
}
