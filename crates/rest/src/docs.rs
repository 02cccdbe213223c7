//! `/docs/`: the reference of the API, and the meaning of its problems. The pages load nothing from other
//! servers.

mod html;
mod operations;
mod problems;

use std::sync::LazyLock;

use actix_web::{
    HttpRequest, HttpResponse,
    body::MessageBody,
    get,
    http::{
        StatusCode,
        header::{self, HeaderValue},
    },
    web::{self, Data},
};

use crate::{
    assets::Assets, config::Config, console, middleware::codes::ROUTE_UNKNOWN, problem::ApiError,
};

/// The pages load only their own script and style.
const POLICY: HeaderValue = HeaderValue::from_static(
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; \
     form-action 'none'; base-uri 'none'; frame-ancestors 'none'",
);

/// Scalar writes its styles into the page, and sends requests to the API.
const REFERENCE_POLICY: HeaderValue = HeaderValue::from_static(
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; \
     img-src 'self' blob: data:; font-src 'self' data:; connect-src 'self'; \
     form-action 'none'; base-uri 'none'; frame-ancestors 'none'",
);

const HOME: &str = "/docs/";

const HTML: &str = "text/html; charset=utf-8";
const SCRIPT: &str = "text/javascript; charset=utf-8";

const REFERENCE: &str = include_str!("docs/reference.html");
const REFERENCE_SCRIPT: &str = include_str!("docs/reference.js");
const PROBLEMS_SCRIPT: &str = include_str!("docs/problems.js");
const STYLE: &str = include_str!("docs/style.css");
const ICON: &str = include_str!("docs/icon.svg");

// Each is made when a request needs it: the document takes longer than all else of a start.
static PROBLEMS: LazyLock<String> = LazyLock::new(|| problems::page(&crate::routes::document()));
static OPERATIONS: LazyLock<String> =
    LazyLock::new(|| operations::page(&crate::routes::declared()));

pub(crate) fn routes(config: &mut web::ServiceConfig) {
    config.service(root).service(home).service(file);
}

/// The console, where it is served, and else the reference.
#[get("/")]
async fn root(config: Data<Config>) -> HttpResponse {
    let place = if config.console.is_some() { console::HOME } else { HOME };
    // Not for good: the setting may change.
    HttpResponse::TemporaryRedirect().insert_header((header::LOCATION, place)).finish()
}

#[get("/docs")]
async fn home() -> HttpResponse {
    HttpResponse::PermanentRedirect().insert_header((header::LOCATION, HOME)).finish()
}

#[get("/docs/{path:.*}")]
async fn file(request: HttpRequest, config: Data<Config>) -> Result<HttpResponse, ApiError> {
    let path = request.match_info().query("path");
    Ok(match path {
        "" => reference(&config.reference),
        "problems" => answer(HTML, POLICY, PROBLEMS.as_str()),
        "reference.js" => answer(SCRIPT, POLICY, REFERENCE_SCRIPT),
        "problems.js" => answer(SCRIPT, POLICY, PROBLEMS_SCRIPT),
        "style.css" => answer("text/css; charset=utf-8", POLICY, STYLE),
        "icon.svg" => answer("image/svg+xml", POLICY, ICON),
        other => config.reference.get(other).ok_or_else(absent)?.immutable(&request, other),
    })
}

/// The interactive reference, or the list of operations where Node has not built it.
fn reference(site: &Assets) -> HttpResponse {
    match site.paths().find(|path| path.starts_with("scalar-")) {
        Some(script) => answer(HTML, REFERENCE_POLICY, REFERENCE.replace("scalar.js", script)),
        None => answer(HTML, POLICY, OPERATIONS.as_str()),
    }
}

fn absent() -> ApiError {
    ApiError::new(StatusCode::NOT_FOUND, ROUTE_UNKNOWN, "there is no such page")
}

fn answer(
    kind: &'static str,
    policy: HeaderValue,
    body: impl MessageBody + 'static,
) -> HttpResponse {
    HttpResponse::Ok()
        .insert_header((header::CONTENT_SECURITY_POLICY, policy))
        .content_type(kind)
        .body(body)
}
