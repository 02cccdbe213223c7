//! The interactive reference at `/docs`. It loads nothing from other servers.

use std::sync::LazyLock;

use actix_web::{
    Error, HttpResponse,
    body::{self, BoxBody, MessageBody},
    dev::{ServiceRequest, ServiceResponse},
    http::header::{self, HeaderValue},
    middleware::Next,
    web::Data,
};
use plinth_domain::Code;
use utoipa::openapi::{OpenApi, RefOr, example::Example};

use crate::{catalogue, problem::ApiError};

const TITLE: &str = "<title>Plinth API</title>";

/// The reference loads only its own scripts and styles.
const POLICY: HeaderValue = HeaderValue::from_static(
    "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; \
     frame-ancestors 'none'",
);

/// Gives the reference's pages their content security policy and their title.
pub(crate) async fn policy(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let mut response = next.call(request).await?.map_into_boxed_body();
    response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, POLICY);
    let kind = response.headers().get(header::CONTENT_TYPE);
    if !kind.is_some_and(|kind| kind.as_bytes().starts_with(b"text/html")) {
        return Ok(response);
    }
    let (request, response) = response.into_parts();
    let (response, body) = response.into_parts();
    let page = body::to_bytes(body).await.map_err(|_| ApiError::internal())?;
    let page = String::from_utf8_lossy(&page).replace("<title>Swagger UI</title>", TITLE);
    Ok(ServiceResponse::new(request, response.set_body(page).map_into_boxed_body()))
}

/// Redirects `/` and `/docs` to the reference.
pub(crate) async fn to_reference() -> HttpResponse {
    HttpResponse::PermanentRedirect().insert_header((header::LOCATION, "/docs/")).finish()
}

/// The page `/docs/problems`: the meaning of each code; a problem's `type` leads here.
pub(crate) struct Problems(String);

/// Made at its first use.
pub(crate) type Page = LazyLock<Problems>;

const STYLE: &str = "body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;\
    padding:0 1rem}td,th{text-align:left;vertical-align:top;padding:.3rem 1rem .3rem 0;\
    border-bottom:1px solid #ddd}tr:target{background:#ffc}";

impl Problems {
    pub(crate) fn of(document: &OpenApi) -> Self {
        let examples = document.components.as_ref().map(|components| &components.examples);
        let status = |code: Code| {
            let example = examples?.get(code.name())?;
            let RefOr::T(Example { value: Some(problem), .. }) = example else { return None };
            problem["status"].as_u64()
        };
        let entry = |code: Code| {
            let (name, meaning) = (code.name(), code.meaning());
            // The others are faults of one value.
            let status = status(code).map_or("in errors".to_owned(), |status| status.to_string());
            format!(
                "<tr id=\"{name}\"><td>{status}</td><td><code>{name}</code></td>\
                 <td>{meaning}</td></tr>\n"
            )
        };
        let entries = catalogue::codes().map(entry).collect::<String>();
        Self(format!(
            "<!doctype html><html lang=en><meta charset=utf-8>\
             <meta name=viewport content=\"width=device-width\">\
             <title>Plinth: problems</title><style>{STYLE}</style>\n<h1>Problems</h1>\n\
             <p>A problem (RFC 9457) has a <code>code</code>. Codes without a status stand in its \
             <code>errors</code>, one for each value that cannot be accepted.</p>\n\
             <table><tr><th>Status</th><th>Code</th><th>Meaning</th></tr>\n{entries}</table></html>"
        ))
    }
}

/// `/docs/problems`
pub(crate) async fn problems(page: Data<Page>) -> HttpResponse {
    HttpResponse::Ok()
        .insert_header((header::CONTENT_SECURITY_POLICY, POLICY))
        .content_type("text/html; charset=utf-8")
        .body(page.0.clone())
}
