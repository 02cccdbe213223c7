//! Health and readiness, for operators and orchestrators.

use actix_web::{
    HttpResponse, get,
    web::{self, Data},
};
use plinth_application::Dependency;
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_actix_web::service_config::ServiceConfig;

use crate::{config::Config, middleware::App, shutdown::Stopping};

/// Registers the operations below `/api/v1`.
pub(crate) fn routes(config: &mut ServiceConfig<'_>) {
    config.service(root).service(api_health).route("/", web::get().to(root_with_slash));
}

/// Registers the operations at the root of the server.
pub(crate) fn root_routes(config: &mut ServiceConfig<'_>) {
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

/// Readiness: every dependency responds, and the server is not stopping.
#[utoipa::path(
    tag = "operations",
    operation_id = "get_ready",
    responses(
        (status = 200, body = DependenciesView),
        (status = 503, body = DependenciesView, description = "A dependency is unavailable, or the server is stopping"),
    ),
    security(()),
)]
#[get("/ready")]
pub(crate) async fn ready(app: App, stopping: Data<Stopping>) -> HttpResponse {
    let storage = check(&app, Dependency::Storage);
    let (view, storage) = tokio::join!(check_all(&app), storage);
    let view = DependenciesView { storage: Some(status(storage)), ..view }.with_status();
    if stopping.is_set() {
        return answer(DependenciesView { status: "stopping", ..view });
    }
    answer(view)
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
    answer(check_all(&app).await)
}

async fn check_all(app: &App) -> DependenciesView {
    let (db, redis) = (check(app, Dependency::Database), check(app, Dependency::Redis));
    let (db, redis) = tokio::join!(db, redis);
    DependenciesView { status: "ok", db: status(db), redis: status(redis), storage: None }
        .with_status()
}

/// The status of a dependency that does not respond.
const UNAVAILABLE: &str = "unavailable";

fn status(found: Result<&'static str, ()>) -> &'static str {
    found.unwrap_or(UNAVAILABLE)
}

impl DependenciesView {
    /// The view with the status that results from its dependencies.
    fn with_status(self) -> Self {
        let failed =
            [self.db, self.redis].contains(&UNAVAILABLE) || self.storage == Some(UNAVAILABLE);
        Self { status: if failed { UNAVAILABLE } else { self.status }, ..self }
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
