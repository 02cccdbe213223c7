//! `/console/`: the web application. Its pages are one file, whose script shows what the path names.

use actix_web::{
    HttpRequest, HttpResponse, get,
    http::{
        StatusCode,
        header::{self, HeaderValue},
    },
    web::{self, Data},
};

use crate::{assets::Assets, config::Config, middleware::codes::ROUTE_UNKNOWN, problem::ApiError};

/// The pages load from their own server only, and no page of another one shows them. Previews of files
/// are made from bytes that the script has fetched (`blob:`).
const POLICY: HeaderValue = HeaderValue::from_static(
    "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' blob: data:; \
     connect-src 'self'; frame-src 'self' blob:; object-src 'none'; base-uri 'none'; \
     form-action 'self'; frame-ancestors 'none'",
);

/// Where the paths below are shown.
pub(crate) const HOME: &str = "/console/";

const PAGE: &str = "index.html";

/// The folder of the files whose names change with their bytes.
const IMMUTABLE: &str = "assets/";

const UNBUILT: &str = include_str!("console/unbuilt.html");

pub(crate) fn routes(config: &mut web::ServiceConfig) {
    config.service(home).service(file);
}

#[get("/console")]
async fn home(config: Data<Config>) -> Result<HttpResponse, ApiError> {
    site(&config)?;
    Ok(HttpResponse::PermanentRedirect().insert_header((header::LOCATION, HOME)).finish())
}

#[get("/console/{path:.*}")]
async fn file(request: HttpRequest, config: Data<Config>) -> Result<HttpResponse, ApiError> {
    let site = site(&config)?;
    // Escapes are decoded but those of `/`, `%` and `+`.
    let path = request.match_info().query("path");
    let mut response = match site.get(path) {
        Some(asset) if path.starts_with(IMMUTABLE) => asset.immutable(&request, path),
        Some(asset) => asset.fresh(&request, path)?,
        None if is_page(path) => page(&request, site, path)?,
        None => return Err(absent()),
    };
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_SECURITY_POLICY, POLICY);
    headers.insert(header::CROSS_ORIGIN_OPENER_POLICY, HeaderValue::from_static("same-origin"));
    Ok(response)
}

/// The application, or how to build it.
fn page(request: &HttpRequest, site: &Assets, path: &str) -> Result<HttpResponse, ApiError> {
    match site.get(PAGE) {
        Some(page) => page.fresh(request, PAGE),
        None if path.is_empty() => {
            Ok(HttpResponse::Ok().content_type("text/html; charset=utf-8").body(UNBUILT))
        }
        None => {
            Ok(HttpResponse::TemporaryRedirect().insert_header((header::LOCATION, HOME)).finish())
        }
    }
}

/// Whether a path can name a page of the application. A name with an ending is that of a file.
fn is_page(path: &str) -> bool {
    let is_plain = |c: char| c.is_alphanumeric() || "-._~@:,=".contains(c);
    let is_segment = |segment: &str| {
        !segment.is_empty() && !segment.starts_with('.') && segment.chars().all(is_plain)
    };
    let segments = path.strip_suffix('/').unwrap_or(path);
    let has_ending = segments.rsplit('/').next().is_some_and(|name| name.contains('.'));
    path.is_empty() || (!has_ending && segments.split('/').all(is_segment))
}

fn site(config: &Config) -> Result<&Assets, ApiError> {
    config.console.as_ref().ok_or_else(absent)
}

fn absent() -> ApiError {
    ApiError::new(StatusCode::NOT_FOUND, ROUTE_UNKNOWN, "there is no such page")
}

#[cfg(test)]
mod tests {
    use super::is_page;

    #[test]
    fn a_path_of_plain_segments_without_an_ending_can_name_a_page() {
        for path in ["", "projects", "projects/", "projects/0196f3a0-0000", "flags/ai.chat/edit"] {
            assert!(is_page(path), "{path}");
        }
        for path in [
            "app.js",
            "app.js/",
            "assets/app-1.js",
            "/",
            "/etc/passwd",
            "a//b",
            "..",
            "../",
            "../etc/passwd",
            "a/../b",
            "..%2f",
            "%2e%2e/",
            "..\\windows",
            "a\0b",
            ".git/config",
            "a/.env",
            "a b",
            "<script>",
        ] {
            assert!(!is_page(path), "{path}");
        }
    }
}
