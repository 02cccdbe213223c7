//! `/organization/erasure`

use actix_web::{HttpResponse, post};
use plinth_application::organizations::RequestErasure;
use plinth_domain::Slug;
use serde::Deserialize;
use utoipa::ToSchema;

use super::OrganizationView;
use crate::{
    idempotency,
    json::{Body, Faults, Form},
    middleware::{App, Authenticated},
    problem::ApiError,
};

/// The confirmation that the organization is to be removed.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = OrganizationErasure)]
pub(crate) struct NewErasure {
    /// The slug of the organization.
    #[schema(
        min_length = 2,
        max_length = 100,
        pattern = "^[a-z0-9-]+$",
        example = "hochbau-nord-1f2e3d4c"
    )]
    slug: String,
}

impl Form for NewErasure {
    type Value = RequestErasure;

    fn check(self, faults: &mut Faults) -> Option<RequestErasure> {
        let slug = faults.check("/slug", Slug::parse(&self.slug));
        Some(RequestErasure { slug: slug? })
    }
}

/// Remove the organization with all records and files. All access ends at once; `erase_at` says when
/// the data is removed. Until then the operator of the installation can give the access back.
#[utoipa::path(
    tag = "organization",
    operation_id = "request_organization_erasure",
    params(idempotency::Key),
    request_body = NewErasure,
    responses(
        (status = 202, body = OrganizationView, headers(("ETag"), ("Location"), ("Idempotent-Replayed"))),
        (status = 409, description = "organization.held"),
    ),
    security(("bearer" = ["organization:erase"])),
)]
#[post("/organization/erasure")]
pub(crate) async fn request_organization_erasure(
    app: App,
    Authenticated(caller): Authenticated,
    body: Body<NewErasure>,
) -> Result<HttpResponse, ApiError> {
    let answer = app.execute_once(&caller, body.key, body.value, |organization| {
        let location = "/api/v1/organization".to_owned();
        let version = organization.revision.version;
        idempotency::accepted(&OrganizationView::from(organization), version, location)
    });
    idempotency::respond(answer.await?)
}
