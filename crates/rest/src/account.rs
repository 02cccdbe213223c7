//! `/account/…`: the pages that links in mails lead to. The token is in the fragment of the link, which
//! browsers do not send; the page's script gives it to the API.

use actix_web::{
    HttpResponse, get,
    http::{
        StatusCode,
        header::{self, HeaderValue},
    },
    web::{self, Path},
};

use crate::{middleware::codes::ROUTE_UNKNOWN, problem::ApiError};

/// The page loads only its own script and style, sends to its own server only, and tells no other
/// page where the visitor comes from.
const POLICY: HeaderValue = HeaderValue::from_static(
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; \
     form-action 'none'; base-uri 'none'; frame-ancestors 'none'",
);

const PAGES: [&str; 4] = ["forgot", "invitation", "reset", "verify"];

const HTML: &str = include_str!("account/page.html");
const SCRIPT: &str = include_str!("account/page.js");
const STYLE: &str = include_str!("account/page.css");

pub(crate) fn routes(config: &mut web::ServiceConfig) {
    config.service(file);
}

#[get("/account/{name}")]
async fn file(name: Path<String>) -> Result<HttpResponse, ApiError> {
    let (kind, text) = match name.as_str() {
        "page.js" => ("text/javascript; charset=utf-8", SCRIPT),
        "page.css" => ("text/css; charset=utf-8", STYLE),
        page if PAGES.contains(&page) => ("text/html; charset=utf-8", HTML),
        _ => {
            let detail = "there is no such page";
            return Err(ApiError::new(StatusCode::NOT_FOUND, ROUTE_UNKNOWN, detail));
        }
    };
    Ok(HttpResponse::Ok()
        .insert_header((header::CONTENT_SECURITY_POLICY, POLICY))
        .insert_header((header::REFERRER_POLICY, "no-referrer"))
        .content_type(kind)
        .body(text))
}
