//! The path prefix under which clients reach the server, when a proxy takes it away.

use actix_web::http::header::{self, HeaderMap, HeaderName, HeaderValue};

use crate::config::Config;

/// The longest prefix that a proxy may name, in bytes.
const MAX_BYTES: usize = 200;

/// The prefix in the settings, or the one that trusted proxies send; empty for none.
pub(super) fn of(headers: &HeaderMap, config: &Config) -> String {
    if let Some(path) = &config.public_path {
        return path.clone();
    }
    if config.trusted_proxies == 0 {
        return String::new();
    }
    let sent = headers.get("x-forwarded-prefix").and_then(|value| value.to_str().ok());
    let sent = sent.unwrap_or_default().trim_end_matches('/');
    let is_path = sent.starts_with('/') && !sent.starts_with("//") && sent.len() <= MAX_BYTES;
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"/-._~".contains(&byte);
    if is_path && sent.bytes().all(is_plain) { sent.to_owned() } else { String::new() }
}

/// Puts the prefix in front of the paths that lead to this server.
pub(super) fn put(prefix: &str, headers: &mut HeaderMap) {
    let change = |name: HeaderName, from: &str, headers: &mut HeaderMap| {
        let value = headers.get(&name).and_then(|value| value.to_str().ok());
        let rest = value.and_then(|value| value.strip_prefix(from));
        // `//host` would lead to another server.
        let rest = rest.filter(|rest| !rest.starts_with('/'));
        let changed = rest.map(|rest| {
            HeaderValue::from_str(&format!("{}{prefix}/{rest}", &from[..from.len() - 1]))
        });
        if let Some(Ok(changed)) = changed {
            headers.insert(name, changed);
        }
    };
    change(header::LOCATION, "/", headers);
    change(header::LINK, "</", headers);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_paths_to_this_server_get_the_prefix() {
        let mut headers = HeaderMap::new();
        for (before, after) in [
            ("/api/v1/projects/1", "/plinth/api/v1/projects/1"),
            ("https://storage.example/x", "https://storage.example/x"),
            ("//storage.example/x", "//storage.example/x"),
        ] {
            headers.insert(header::LOCATION, HeaderValue::from_static(before));
            put("/plinth", &mut headers);
            assert_eq!(headers.get(header::LOCATION).unwrap(), after);
        }
        let link = HeaderValue::from_static("</api/v1/projects?cursor=x>; rel=\"next\"");
        headers.insert(header::LINK, link);
        put("/plinth", &mut headers);
        let link = headers.get(header::LINK).unwrap();
        assert_eq!(link, "</plinth/api/v1/projects?cursor=x>; rel=\"next\"");
    }
}
