use actix_web::{HttpRequest, HttpResponse, get, patch};
use plinth_application::organizations::{GetOrganization, UpdateOrganization};

use super::dto::{OrganizationPatch, OrganizationView};
use crate::{
    etag::{self, IfMatch},
    gate::{App, Signed},
    json::Body,
    problem::ApiError,
};

/// Read the organization.
#[utoipa::path(
    tag = "organization",
    operation_id = "get_organization",
    responses((status = 200, body = OrganizationView), (status = 304, description = "The client has it")),
    security(("bearer" = ["organization:read"])),
)]
#[get("/organization")]
pub(crate) async fn get_organization(
    request: HttpRequest,
    app: App,
    Signed(caller): Signed,
) -> Result<HttpResponse, ApiError> {
    let organization = app.query(&caller, GetOrganization).await?;
    let version = organization.revision.version;
    Ok(etag::item(&request, &OrganizationView::from(&organization), version))
}

/// Change the organization's name or settings.
#[utoipa::path(
    tag = "organization",
    operation_id = "update_organization",
    request_body(content = OrganizationPatch, content_type = "application/merge-patch+json"),
    responses((status = 200, body = OrganizationView)),
    security(("bearer" = ["organization:update"])),
)]
#[patch("/organization")]
pub(crate) async fn update_organization(
    app: App,
    Signed(caller): Signed,
    expected: IfMatch,
    body: Body<OrganizationPatch>,
) -> Result<HttpResponse, ApiError> {
    let command = UpdateOrganization { expected: expected.0, changes: body.value };
    let organization = app.execute(&caller, command).await?;
    let version = organization.revision.version;
    Ok(etag::changed(&OrganizationView::from(&organization), version))
}
