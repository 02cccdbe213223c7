//! `/roles`

mod dto;

use actix_web::{HttpRequest, HttpResponse, delete, get, patch, post};
use plinth_application::roles::{CreateRole, GetRole, ListRoles, RemoveRole, UpdateRole};
use plinth_domain::{CustomRole, Role};

use crate::{
    etag::{self, IfMatch},
    idempotency,
    json::Body,
    list::{ListQuery, ListView},
    middleware::{App, Authenticated},
    path::PathId,
    problem::ApiError,
    record::Record,
    routing::Routes,
};
use dto::{NewRole, RoleDefinitionView, RolePatch};

pub(super) const RECORD: Record = Record {
    routes,
    tag: ("roles", "What members may do: built-in roles, and those of the organization"),
};

fn routes(config: &mut Routes<'_>) {
    config
        .service(list_roles)
        .service(create_role)
        .service(get_role)
        .service(update_role)
        .service(delete_role);
}

/// Create a custom role. The caller needs every permission of it.
#[utoipa::path(
    tag = "roles",
    operation_id = "create_role",
    params(idempotency::Key),
    request_body = NewRole,
    responses(
        (
            status = 201,
            body = RoleDefinitionView,
            headers(("ETag"), ("Location"), ("Idempotent-Replayed")),
        ),
        (status = 403, description = "limit.reached, role.exceeds_caller"),
        (status = 409, description = "role.name_taken"),
    ),
    security(("bearer" = ["role:create"])),
)]
#[post("/roles")]
pub(crate) async fn create_role(
    app: App,
    Authenticated(caller): Authenticated,
    body: Body<NewRole>,
) -> Result<HttpResponse, ApiError> {
    let command = CreateRole { draft: body.value };
    idempotency::create::<RoleDefinitionView, CustomRole, _>(&app, &caller, body.key, command).await
}

/// List roles, all in one page: the built-in ones, and then those of the organization.
#[utoipa::path(
    tag = "roles",
    operation_id = "list_roles",
    responses((status = 200, body = ListView<RoleDefinitionView>)),
    security(("bearer" = ["role:read"])),
)]
#[get("/roles")]
pub(crate) async fn list_roles(
    app: App,
    Authenticated(caller): Authenticated,
    query: ListQuery,
) -> Result<HttpResponse, ApiError> {
    let own = app.query(&caller, ListRoles).await?;
    let built_in = Role::ALL.into_iter().map(RoleDefinitionView::from);
    Ok(query.answer_whole(built_in.chain(own.into_iter().map(RoleDefinitionView::from)).collect()))
}

/// Read a custom role.
#[utoipa::path(
    tag = "roles",
    operation_id = "get_role",
    params(("id" = Uuid, Path), etag::Conditional),
    responses(
        (status = 200, body = RoleDefinitionView, headers(("ETag"))),
        (status = 304, description = "Not modified", headers(("ETag"))),
    ),
    security(("bearer" = ["role:read"])),
)]
#[get("/roles/{id}")]
pub(crate) async fn get_role(
    request: HttpRequest,
    app: App,
    Authenticated(caller): Authenticated,
    id: PathId<CustomRole>,
) -> Result<HttpResponse, ApiError> {
    let role = app.query(&caller, GetRole { id: id.0 }).await?;
    let version = role.revision.version;
    etag::item(&request, &RoleDefinitionView::from(role), version)
}

/// Change a custom role, and with it at once what its members, and the API keys that they have
/// created, may do. The caller needs every permission that it had, and every one that it gets.
#[utoipa::path(
    tag = "roles",
    operation_id = "update_role",
    params(("id" = Uuid, Path), IfMatch),
    request_body(content = RolePatch, content_type = "application/merge-patch+json"),
    responses(
        (status = 200, body = RoleDefinitionView, headers(("ETag"))),
        (status = 403, description = "role.exceeds_caller"),
        (status = 409, description = "role.name_taken"),
    ),
    security(("bearer" = ["role:update"])),
)]
#[patch("/roles/{id}")]
pub(crate) async fn update_role(
    app: App,
    Authenticated(caller): Authenticated,
    id: PathId<CustomRole>,
    expected: IfMatch,
    body: Body<RolePatch>,
) -> Result<HttpResponse, ApiError> {
    let command = UpdateRole { id: id.0, expected: expected.0, changes: body.value };
    let role = app.execute(&caller, command).await?;
    let version = role.revision.version;
    Ok(etag::changed(&RoleDefinitionView::from(role), version))
}

/// Remove a custom role that no member has and no open invitation offers. The caller needs every
/// permission of it.
#[utoipa::path(
    tag = "roles",
    operation_id = "delete_role",
    params(("id" = Uuid, Path), IfMatch),
    responses(
        (status = 204, description = "The role is removed"),
        (status = 403, description = "role.exceeds_caller"),
        (status = 409, description = "record.in_use"),
    ),
    security(("bearer" = ["role:delete"])),
)]
#[delete("/roles/{id}")]
pub(crate) async fn delete_role(
    app: App,
    Authenticated(caller): Authenticated,
    id: PathId<CustomRole>,
    expected: IfMatch,
) -> Result<HttpResponse, ApiError> {
    app.execute(&caller, RemoveRole { id: id.0, expected: expected.0 }).await?;
    Ok(HttpResponse::NoContent().finish())
}
