//! The address of a server.

use plinth_settings::Url;

use crate::{failure::Result, host::is_private};

/// The server of a developer's machine.
pub(super) const LOCAL: &str = "http://127.0.0.1:8080/";

/// The base of a server from the address that a user gives: with a slash at its end, and without the path
/// of the API or of its WebSocket.
pub(super) fn base(mut url: Url) -> Result<Url> {
    let scheme = match url.scheme() {
        "ws" => "http",
        "wss" => "https",
        other => other,
    };
    let scheme = scheme.to_owned();
    url.set_scheme(&scheme).map_err(|()| "the address of the server has no usable scheme")?;
    if !url.username().is_empty() || url.password().is_some() {
        return Err("the address of the server must not hold a login: use plinth login".into());
    }
    if !is_private(&url) {
        return Err("the credential would travel without encryption: use https".into());
    }
    let path = url.path().trim_end_matches('/');
    let prefix = path.strip_suffix("/ws").filter(|path| path.ends_with("/api/v1")).unwrap_or(path);
    let prefix = prefix.strip_suffix("/api/v1").unwrap_or(prefix);
    let path = format!("{prefix}/");
    url.set_path(&path);
    url.set_query(None);
    url.set_fragment(None);
    Ok(url)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(url: &str) -> Result<String> {
        base(Url::parse(url).unwrap()).map(|url| url.to_string())
    }

    #[test]
    fn every_way_to_name_a_server_leads_to_the_same_base() {
        for (given, expected) in [
            ("https://example.com", "https://example.com/"),
            ("https://example.com/plinth/", "https://example.com/plinth/"),
            ("https://example.com/plinth/api/v1/", "https://example.com/plinth/"),
            ("wss://example.com/api/v1/ws", "https://example.com/"),
            ("ws://127.0.0.1:8080/api/v1/ws", LOCAL),
            ("https://example.com/ws?a=b#c", "https://example.com/ws/"),
        ] {
            assert_eq!(of(given).unwrap(), expected, "{given}");
        }
    }

    #[test]
    fn no_credential_goes_to_another_machine_without_encryption() {
        for url in ["http://example.com", "ws://10.0.0.1", "ftp://localhost", "https://a:b@c.de"] {
            assert!(of(url).is_err(), "{url}");
        }
    }
}
