//! `/account/…`: the pages that links in mails lead to. The token is in the fragment of the link, which
//! browsers do not send; the page's script gives it to the API. `/account/oidc` begins logins
//! by providers of identities, and each of them sends browsers back to a page of its own below.

use actix_web::{
    HttpResponse,
    body::MessageBody,
    get,
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

const PAGES: [&str; 7] = ["email", "forgot", "invitation", "register", "reset", "shared", "verify"];

const HTML: &str = include_str!("account/page.html");
const SCRIPT: &str = include_str!("account/page.js");
const OIDC_HTML: &str = include_str!("account/oidc.html");
const OIDC_SCRIPT: &str = include_str!("account/oidc.js");
const STYLE: &str = include_str!("account/page.css");

pub(crate) fn routes(config: &mut web::ServiceConfig) {
    config.service(file).service(callback);
}

#[get("/account/{name}")]
async fn file(name: Path<String>) -> Result<HttpResponse, ApiError> {
    let (kind, text) = match name.as_str() {
        "page.js" => ("text/javascript; charset=utf-8", SCRIPT),
        "oidc.js" => ("text/javascript; charset=utf-8", OIDC_SCRIPT),
        "oidc" => ("text/html; charset=utf-8", OIDC_HTML),
        "page.css" => ("text/css; charset=utf-8", STYLE),
        page if PAGES.contains(&page) => ("text/html; charset=utf-8", HTML),
        _ => {
            let detail = "there is no such page";
            return Err(ApiError::new(StatusCode::NOT_FOUND, ROUTE_UNKNOWN, detail));
        }
    };
    Ok(answer(kind, text))
}

/// Where a provider sends browsers back to. The page compares the provider with the one that it asked.
#[get("/account/oidc/{provider}")]
async fn callback() -> HttpResponse {
    answer("text/html; charset=utf-8", callback_page())
}

/// The page one level deeper than its script and its style.
fn callback_page() -> String {
    let html = OIDC_HTML.replace("\"page.css\"", "\"../page.css\"");
    html.replace("\"oidc.js\"", "\"../oidc.js\"")
}

fn answer(kind: &'static str, body: impl MessageBody + 'static) -> HttpResponse {
    HttpResponse::Ok()
        .insert_header((header::CONTENT_SECURITY_POLICY, POLICY))
        .insert_header((header::REFERRER_POLICY, "no-referrer"))
        .content_type(kind)
        .body(body)
}
