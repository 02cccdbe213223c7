//! Health and readiness, for operators and orchestrators.

use actix_web::{
    HttpResponse, get,
    web::{self, Data},
};
use plinth_application::Dependency;
use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    config::Config, list::ListQuery, middleware::App, problem::ApiError, routing::Routes,
    shutdown::Stopping,
};

/// Registers the operations below `/api/v1`.
pub(crate) fn routes(config: &mut Routes<'_>) {
    config.service(root).service(api_health).route("/", web::get().to(root_with_slash));
}

/// Registers the operations at the root of the server.
pub(crate) fn root_routes(config: &mut Routes<'_>) {
    config.service(health).service(ready).service(healthz);
}

/// The process is alive.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct AliveView {
    #[schema(example = "ok")]
    status: &'static str,
    service: &'static str,
    version: &'static str,
}

/// The state of each dependency.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct DependenciesView {
    /// `ok`, `unavailable` or `stopping`.
    #[schema(example = "ok")]
    status: &'static str,
    #[schema(example = "ok")]
    db: &'static str,
    /// `in-process` where no Redis is configured.
    #[schema(example = "in-process")]
    redis: &'static str,
    /// The object storage; only in `/ready`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = String, required = false, example = "ok")]
    storage: Option<&'static str>,
}

/// Liveness. It uses nothing outside the process.
#[utoipa::path(
    tag = "operations",
    operation_id = "get_health",
    responses((status = 200, body = AliveView)),
    security(()),
)]
#[get("/health")]
pub(crate) async fn health(config: Data<Config>) -> HttpResponse {
    alive(&config)
}

/// Liveness below the API's base path.
#[utoipa::path(
    tag = "operations",
    operation_id = "get_api_health",
    responses((status = 200, body = AliveView)),
    security(()),
)]
#[get("/health")]
pub(crate) async fn api_health(config: Data<Config>) -> HttpResponse {
    alive(&config)
}

/// Liveness at the root of the API.
#[utoipa::path(
    tag = "operations",
    operation_id = "get_root",
    responses((status = 200, body = AliveView)),
    security(()),
)]
#[get("")]
pub(crate) async fn root(config: Data<Config>) -> HttpResponse {
    alive(&config)
}

/// The root of the API with a slash at its end.
async fn root_with_slash(config: Data<Config>) -> HttpResponse {
    alive(&config)
}

fn alive(config: &Config) -> HttpResponse {
    let (service, version) = ("plinth", config.version);
    HttpResponse::Ok().json(AliveView { status: "ok", service, version })
}

/// Readiness: every dependency responds, and the server is not stopping. A load balancer excludes
/// those without which requests succeed.
#[utoipa::path(
    tag = "operations",
    operation_id = "get_ready",
    params(
        ("exclude" = Option<String>, Query, description = "Dependencies that do not decide the \
            status: `redis`, `storage`, with a comma between them", example = "redis,storage"),
    ),
    responses(
        (status = 200, body = DependenciesView),
        (status = 503, body = DependenciesView, description = "A dependency is unavailable, or the server is stopping"),
    ),
    security(()),
)]
#[get("/ready")]
pub(crate) async fn ready(
    app: App,
    stopping: Data<Stopping>,
    mut query: ListQuery,
) -> Result<HttpResponse, ApiError> {
    let excluded = query.one_of("exclude", &["redis", "storage"], excludable);
    query.done()?;
    let storage = check(&app, Dependency::Storage);
    let (view, storage) = tokio::join!(check_all(&app), storage);
    let view = DependenciesView { storage: Some(status(storage)), ..view };
    if stopping.is_set() {
        return Ok(answer(DependenciesView { status: "stopping", ..view }));
    }
    Ok(answer(view.without(excluded.values().unwrap_or_default())))
}

fn excludable(name: &str) -> Option<Dependency> {
    match name {
        "redis" => Some(Dependency::Redis),
        "storage" => Some(Dependency::Storage),
        _ => None,
    }
}

/// The health of every dependency, checked with each request.
#[utoipa::path(
    tag = "operations",
    operation_id = "get_healthz",
    responses(
        (status = 200, body = DependenciesView),
        (status = 503, body = DependenciesView, description = "A dependency is unavailable"),
    ),
    security(()),
)]
#[get("/healthz")]
pub(crate) async fn healthz(app: App) -> HttpResponse {
    answer(check_all(&app).await.without(&[]))
}

async fn check_all(app: &App) -> DependenciesView {
    let (db, redis) = (check(app, Dependency::Database), check(app, Dependency::Redis));
    let (db, redis) = tokio::join!(db, redis);
    DependenciesView { status: "ok", db: status(db), redis: status(redis), storage: None }
}

/// The status of a dependency that does not respond.
const UNAVAILABLE: &str = "unavailable";

fn status(found: Result<&'static str, ()>) -> &'static str {
    found.unwrap_or(UNAVAILABLE)
}

impl DependenciesView {
    /// The view with the status that results from its dependencies, without these.
    fn without(self, excluded: &[Dependency]) -> Self {
        let all = [
            (Dependency::Database, Some(self.db)),
            (Dependency::Redis, Some(self.redis)),
            (Dependency::Storage, self.storage),
        ];
        let has_failed = all.iter().any(|(dependency, status)| {
            *status == Some(UNAVAILABLE) && !excluded.contains(dependency)
        });
        Self { status: if has_failed { UNAVAILABLE } else { self.status }, ..self }
    }
}

async fn check(app: &App, dependency: Dependency) -> Result<&'static str, ()> {
    app.health(dependency).await.map_err(|down| {
        tracing::warn!(error = &down as &dyn std::error::Error, "a dependency is away");
    })
}

fn answer(view: DependenciesView) -> HttpResponse {
    let mut response =
        if view.status == "ok" { HttpResponse::Ok() } else { HttpResponse::ServiceUnavailable() };
    if view.status != "ok" {
        response.insert_header(("Retry-After", "2"));
    }
    response.json(view)
}
