use actix_web::{HttpRequest, http::header};

use crate::config::Config;

/// Whether a browser says that the page belongs to somebody else. Sockets know
/// no CORS: a page of any origin may open one, with the user's network behind
/// it. Who sends no `Origin` is no browser.
pub(super) fn is_foreign(request: &HttpRequest, config: &Config) -> bool {
    let Some(origin) = request.headers().get(header::ORIGIN) else { return false };
    let Ok(origin) = origin.to_str() else { return true };
    !(config.allows_origin)(origin) && !is_own(request, origin)
}

/// Whether the page came from here. The scheme is left aside: TLS may end
/// before us.
fn is_own(request: &HttpRequest, origin: &str) -> bool {
    let host = request.headers().get(header::HOST).and_then(|host| host.to_str().ok());
    let authority = origin.strip_prefix("https://").or_else(|| origin.strip_prefix("http://"));
    authority.zip(host).is_some_and(|(authority, host)| authority.eq_ignore_ascii_case(host))
}
