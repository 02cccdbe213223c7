//! `/operator/v1/organizations`

use actix_web::{HttpResponse, delete, get, patch, post, put, web::ServiceConfig};
use chrono::{DateTime, Utc};
use plinth_application::operators::OrganizationChange;
use plinth_domain::{OperatorReason, Tenant};
use plinth_ports::OrganizationFigures;
use serde::Serialize;
use uuid::Uuid;

use super::bodies::{PlanForm, ReasonForm};
use crate::{
    json::Body,
    list::ListQuery,
    middleware::{App, ByOperator},
    path::PathId,
    problem::ApiError,
};

pub(super) fn routes(config: &mut ServiceConfig) {
    config
        .service(list_organizations)
        .service(suspend)
        .service(resume)
        .service(hold)
        .service(release)
        .service(assign_plan)
        .service(get_organization);
}

#[derive(Debug, Serialize)]
struct OrganizationView {
    id: Uuid,
    name: String,
    slug: String,
    status: &'static str,
    erase_at: Option<DateTime<Utc>>,
    suspended_by_operator_at: Option<DateTime<Utc>>,
    legal_hold: bool,
    plan: Option<String>,
    billing_reference: Option<String>,
    members: u64,
    documents: u64,
    storage_bytes: u64,
    created_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
}

impl From<OrganizationFigures> for OrganizationView {
    fn from(found: OrganizationFigures) -> Self {
        let OrganizationFigures { organization, members, documents, storage_bytes } = found;
        Self {
            id: organization.id.uuid(),
            name: organization.name.as_str().to_owned(),
            slug: organization.slug.as_str().to_owned(),
            status: organization.status.name(),
            erase_at: organization.erase_at,
            suspended_by_operator_at: organization.suspended_by_operator_at,
            legal_hold: organization.legal_hold,
            plan: organization.plan.map(|plan| plan.as_str().to_owned()),
            billing_reference: organization
                .billing_reference
                .map(|reference| reference.as_str().to_owned()),
            members,
            documents,
            storage_bytes,
            created_at: organization.revision.created_at,
            updated_at: organization.revision.updated_at,
        }
    }
}

#[get("/organizations")]
async fn list_organizations(app: App, mut query: ListQuery) -> Result<HttpResponse, ApiError> {
    let name = query.text("name", 200);
    let page = query.newest_first()?;
    let found = app.list_organizations(name.as_deref(), &page).await?;
    Ok(query.respond(found, OrganizationView::from))
}

#[get("/organizations/{id}")]
async fn get_organization(app: App, id: PathId<Tenant>) -> Result<HttpResponse, ApiError> {
    let found = app.organization_figures(id.0).await?;
    Ok(HttpResponse::Ok().json(OrganizationView::from(found)))
}

#[post("/organizations/{id}/suspend")]
async fn suspend(
    app: App,
    by: ByOperator,
    id: PathId<Tenant>,
    body: Body<ReasonForm>,
) -> Result<HttpResponse, ApiError> {
    change(&app, &by, &id, (OrganizationChange::Suspend, body.value)).await
}

#[post("/organizations/{id}/resume")]
async fn resume(
    app: App,
    by: ByOperator,
    id: PathId<Tenant>,
    body: Body<ReasonForm>,
) -> Result<HttpResponse, ApiError> {
    change(&app, &by, &id, (OrganizationChange::Resume, body.value)).await
}

#[put("/organizations/{id}/legal-hold")]
async fn hold(
    app: App,
    by: ByOperator,
    id: PathId<Tenant>,
    body: Body<ReasonForm>,
) -> Result<HttpResponse, ApiError> {
    change(&app, &by, &id, (OrganizationChange::Hold, body.value)).await
}

/// The reason is in the query: a DELETE has no body.
#[delete("/organizations/{id}/legal-hold")]
async fn release(
    app: App,
    by: ByOperator,
    id: PathId<Tenant>,
    mut query: ListQuery,
) -> Result<HttpResponse, ApiError> {
    let expected = "1 to 500 visible characters";
    let reason = query.take("reason", expected, |text| OperatorReason::parse(text).ok());
    if reason.is_none() {
        // It names the fault of a parameter that is missing.
        query.required_text("reason", 500);
    }
    query.done()?;
    let reason = reason.ok_or_else(ApiError::internal)?;
    change(&app, &by, &id, (OrganizationChange::Release, reason)).await
}

#[patch("/organizations/{id}/plan")]
async fn assign_plan(
    app: App,
    ByOperator(operator): ByOperator,
    id: PathId<Tenant>,
    body: Body<PlanForm>,
) -> Result<HttpResponse, ApiError> {
    let (assignment, reason) = body.value;
    let after = app.assign_plan(&operator, id.0, assignment, reason).await?;
    Ok(HttpResponse::Ok().json(OrganizationView::from(after)))
}

async fn change(
    app: &App,
    ByOperator(operator): &ByOperator,
    id: &PathId<Tenant>,
    (change, reason): (OrganizationChange, OperatorReason),
) -> Result<HttpResponse, ApiError> {
    let after = app.change_by_operator(operator, id.0, change, reason).await?;
    Ok(HttpResponse::Ok().json(OrganizationView::from(after)))
}
