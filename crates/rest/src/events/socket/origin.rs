use actix_web::{HttpRequest, http::header};

use crate::config::Config;

/// Whether the request comes from a web page of another, not allowed origin.
/// Browsers do not apply CORS to `WebSocket`, so the server must check. A client
/// without `Origin` is not a browser.
pub(super) fn is_foreign(request: &HttpRequest, config: &Config) -> bool {
    let Some(origin) = request.headers().get(header::ORIGIN) else { return false };
    let Ok(origin) = origin.to_str() else { return true };
    !(config.allows_origin)(origin) && !is_own(request, origin)
}

/// Whether the page has the server's own origin. The scheme is ignored, because
/// a proxy may terminate TLS.
fn is_own(request: &HttpRequest, origin: &str) -> bool {
    let host = request.headers().get(header::HOST).and_then(|host| host.to_str().ok());
    let authority = origin.strip_prefix("https://").or_else(|| origin.strip_prefix("http://"));
    authority.zip(host).is_some_and(|(authority, host)| authority.eq_ignore_ascii_case(host))
}
