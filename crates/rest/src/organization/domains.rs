//! `/organization/domains`

use actix_web::{HttpRequest, HttpResponse, delete, get, post};
use chrono::{DateTime, Utc};
use plinth_application::sso::{ClaimDomain, GetDomain, ListDomains, RemoveDomain};
use plinth_domain::{DomainName, OrganizationDomain};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::{
    etag::{self, IfMatch, MaybeIfMatch},
    idempotency::{self, Key},
    json::{Body, Faults, Form},
    list::{ListQuery, ListView},
    middleware::{App, Authenticated},
    path::PathId,
    problem::ApiError,
};

/// A domain of mail addresses that the organization claims, or has proven.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = OrganizationDomain)]
pub(crate) struct DomainView {
    id: Uuid,
    /// In its ASCII form.
    #[schema(example = "example.com")]
    domain: String,
    /// The name of the TXT record that proves the domain.
    #[schema(example = "_plinth-challenge.example.com")]
    record_name: String,
    /// What the record has to say.
    #[schema(example = "plinth-domain=cGxpbnRoIGlzIGEgYmxvY2sgb2Ygc3RvbmUgYmVsb3c")]
    record_value: String,
    /// When the record was found; `null` for a domain that is only claimed.
    verified_at: Option<DateTime<Utc>>,
    /// Increases by one with each change; the `ETag` is this number in quotes.
    #[schema(minimum = 1)]
    version: i64,
    created_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
}

impl From<&OrganizationDomain> for DomainView {
    fn from(domain: &OrganizationDomain) -> Self {
        Self {
            id: domain.id.uuid(),
            domain: domain.domain.as_str().to_owned(),
            record_name: domain.record_name(),
            record_value: domain.challenge.as_str().to_owned(),
            verified_at: domain.verified_at,
            version: domain.revision.version.number(),
            created_at: domain.revision.created_at,
            updated_at: domain.revision.updated_at,
        }
    }
}

/// A domain that the organization claims. It may have 20.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = NewOrganizationDomain)]
pub(crate) struct DomainForm {
    /// Also with letters beyond ASCII. Domains in which everyone gets an address are refused.
    #[schema(min_length = 1, max_length = 253, example = "example.com")]
    domain: String,
}

impl Form for DomainForm {
    type Value = ClaimDomain;

    fn check(self, faults: &mut Faults) -> Option<ClaimDomain> {
        let domain = faults.check("/domain", DomainName::parse(&self.domain));
        Some(ClaimDomain { domain: domain? })
    }
}

/// Claim a domain of mail addresses. The answer says which TXT record proves it. It needs a fresh proof.
#[utoipa::path(
    tag = "organization",
    operation_id = "create_organization_domain",
    params(Key),
    request_body = DomainForm,
    responses(
        (status = 201, body = DomainView, headers(("ETag"), ("Location"), ("Idempotent-Replayed"))),
        (status = 403, description = "auth.step_up_required, limit.reached"),
        (status = 409, description = "domain.exists"),
    ),
    security(("bearer" = ["sso:update"])),
)]
#[post("/organization/domains")]
pub(crate) async fn create_organization_domain(
    app: App,
    Authenticated(caller): Authenticated,
    body: Body<DomainForm>,
) -> Result<HttpResponse, ApiError> {
    let answer = app.execute_once(&caller, body.key, body.value, |domain| {
        let location = format!("/api/v1/organization/domains/{}", domain.id);
        idempotency::created(&DomainView::from(domain), domain.revision.version, location)
    });
    idempotency::respond(answer.await?)
}

/// List the domains of the organization, all in one page, by their names.
#[utoipa::path(
    tag = "organization",
    operation_id = "list_organization_domains",
    responses((status = 200, body = ListView<DomainView>)),
    security(("bearer" = ["sso:read"])),
)]
#[get("/organization/domains")]
pub(crate) async fn list_organization_domains(
    app: App,
    Authenticated(caller): Authenticated,
    query: ListQuery,
) -> Result<HttpResponse, ApiError> {
    let domains = app.query(&caller, ListDomains).await?;
    Ok(query.answer_whole(domains.iter().map(DomainView::from).collect()))
}

/// Read a domain.
#[utoipa::path(
    tag = "organization",
    operation_id = "get_organization_domain",
    params(("id" = Uuid, Path), etag::Conditional),
    responses(
        (status = 200, body = DomainView, headers(("ETag"))),
        (status = 304, description = "Not modified", headers(("ETag"))),
    ),
    security(("bearer" = ["sso:read"])),
)]
#[get("/organization/domains/{id}")]
pub(crate) async fn get_organization_domain(
    request: HttpRequest,
    app: App,
    Authenticated(caller): Authenticated,
    id: PathId<OrganizationDomain>,
) -> Result<HttpResponse, ApiError> {
    let domain = app.query(&caller, GetDomain { id: id.0 }).await?;
    let version = domain.revision.version;
    etag::item(&request, &DomainView::from(&domain), version)
}

/// Prove a domain: its TXT record is looked up. One organization can prove a domain; from then on, its
/// provider of identities logs in who has an address there. It needs a fresh proof.
#[utoipa::path(
    tag = "organization",
    operation_id = "verify_organization_domain",
    params(("id" = Uuid, Path), MaybeIfMatch, Key),
    responses(
        (status = 200, body = DomainView, headers(("ETag"), ("Idempotent-Replayed"))),
        (status = 403, description = "auth.step_up_required"),
        (status = 409, description = "domain.taken, domain.unproven"),
        (status = 503, description = "domain.unreachable"),
    ),
    security(("bearer" = ["sso:update"])),
)]
#[post("/organization/domains/{id}/verify")]
pub(crate) async fn verify_organization_domain(
    app: App,
    Authenticated(caller): Authenticated,
    id: PathId<OrganizationDomain>,
    expected: MaybeIfMatch,
    key: Key,
) -> Result<HttpResponse, ApiError> {
    let answer = app.verify_domain(&caller, key.0, id.0, expected.0, |domain| {
        idempotency::changed(&DomainView::from(domain), domain.revision.version)
    });
    idempotency::respond(answer.await?)
}

/// Remove a domain. Who has an address there logs in by the connection no more, and the sessions by the
/// connection end at once. It needs a fresh proof.
#[utoipa::path(
    tag = "organization",
    operation_id = "delete_organization_domain",
    params(("id" = Uuid, Path), IfMatch),
    responses(
        (status = 204, description = "The domain is removed"),
        (status = 403, description = "auth.step_up_required"),
        (status = 409, description = "domain.last"),
    ),
    security(("bearer" = ["sso:update"])),
)]
#[delete("/organization/domains/{id}")]
pub(crate) async fn delete_organization_domain(
    app: App,
    Authenticated(caller): Authenticated,
    id: PathId<OrganizationDomain>,
    expected: IfMatch,
) -> Result<HttpResponse, ApiError> {
    app.execute(&caller, RemoveDomain { id: id.0, expected: expected.0 }).await?;
    Ok(HttpResponse::NoContent().finish())
}
