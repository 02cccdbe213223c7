//! The API of operators: a server of its own with keys of its own. docs/operators.md describes it.

mod announcements;
mod bodies;
mod jobs;
mod log;
mod organizations;
mod server;
mod support;

use actix_web::web::{self, ServiceConfig};

use crate::methods::Methods;

pub use server::serve;

const SCOPE: &str = "/operator/v1";

/// The methods of each path.
const PATHS: &[(&str, &str)] = &[
    ("/operator/v1/organizations", "GET, HEAD"),
    ("/operator/v1/organizations/{id}", "GET, HEAD"),
    ("/operator/v1/organizations/{id}/suspend", "POST"),
    ("/operator/v1/organizations/{id}/resume", "POST"),
    ("/operator/v1/organizations/{id}/legal-hold", "PUT, DELETE"),
    ("/operator/v1/organizations/{id}/plan", "PATCH"),
    ("/operator/v1/jobs", "GET, HEAD"),
    ("/operator/v1/jobs/{id}/retry", "POST"),
    ("/operator/v1/certificates", "GET, HEAD"),
    ("/operator/v1/announcements", "GET, HEAD, POST"),
    ("/operator/v1/announcements/{id}", "DELETE"),
    ("/operator/v1/impersonations", "POST"),
    ("/operator/v1/impersonations/{id}/end", "POST"),
    ("/operator/v1/log", "GET, HEAD"),
];

fn methods() -> Methods {
    Methods::fixed(PATHS)
}

fn register(server: &mut ServiceConfig) {
    let scope = web::scope(SCOPE)
        .configure(organizations::routes)
        .configure(jobs::routes)
        .configure(announcements::routes)
        .configure(support::routes)
        .configure(log::routes);
    server.service(scope);
}
