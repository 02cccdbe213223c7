//! The interactive reference at `/docs`. It loads nothing from other servers.

use actix_web::{
    Error, HttpResponse,
    body::MessageBody,
    dev::{ServiceRequest, ServiceResponse},
    http::header::{self, HeaderValue},
    middleware::Next,
};

use plinth_domain::Code;

use crate::catalogue;

/// The reference loads only its own scripts and styles.
const POLICY: HeaderValue = HeaderValue::from_static(
    "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; \
     frame-ancestors 'none'",
);

/// Gives the reference's pages their content security policy.
pub(crate) async fn policy(
    request: ServiceRequest,
    next: Next<impl MessageBody>,
) -> Result<ServiceResponse<impl MessageBody>, Error> {
    let mut response = next.call(request).await?;
    response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, POLICY);
    Ok(response)
}

/// Redirects `/` and `/docs` to the reference.
pub(crate) async fn to_reference() -> HttpResponse {
    HttpResponse::PermanentRedirect().insert_header((header::LOCATION, "/docs/")).finish()
}

/// `/docs/problems`: the meaning of each code; a problem's `type` leads here.
pub(crate) async fn problems() -> HttpResponse {
    let entry = |code: Code| {
        let (name, meaning) = (code.name(), code.meaning());
        format!("<dt id=\"{name}\"><code>{name}</code></dt><dd>{meaning}</dd>\n")
    };
    let entries = catalogue::codes().map(entry).collect::<String>();
    let page = format!(
        "<!doctype html><html lang=en><meta charset=utf-8><title>Plinth: problems</title>\n\
         <h1>Problems</h1>\n<dl>\n{entries}</dl></html>"
    );
    HttpResponse::Ok().content_type("text/html; charset=utf-8").body(page)
}
