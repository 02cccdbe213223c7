//! Where a URL leads, without the login in it.

use std::net::IpAddr;

use plinth_settings::Url;

/// Reads a URL for a message. `None` also for one whose password has a `/`, `?` or `#` that is not
/// percent-encoded: a part of the password would be taken for the port.
pub(crate) fn parse(url: &str) -> Option<Url> {
    let url = Url::parse(url).ok()?;
    let has_at = |part: &str| part.contains('@');
    let is_misread =
        has_at(url.path()) || url.query().is_some_and(has_at) || url.fragment().is_some_and(has_at);
    (!is_misread).then_some(url)
}

/// Host and port of a URL; the port only when one is named or is usual for the service.
pub(crate) fn host(url: &Url, usual_port: Option<u16>) -> Option<String> {
    let host = url.host_str()?;
    Some(match url.port().or(usual_port) {
        Some(port) => format!("{host}:{port}"),
        None => host.to_owned(),
    })
}

/// Whether a credential is hidden on its way to the server: by TLS, or because it stays on this machine.
pub(crate) fn is_private(url: &Url) -> bool {
    let host = url.host_str().unwrap_or_default();
    let address = host.trim_matches(['[', ']']).parse::<IpAddr>();
    let is_here = host == "localhost" || address.is_ok_and(|address| address.is_loopback());
    url.scheme() == "https" || url.scheme() == "http" && is_here
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_credential_travels_with_tls_or_on_this_machine_only() {
        for (url, is_it) in [
            ("https://ops.example.com", true),
            ("http://127.0.0.1:9090", true),
            ("http://localhost:9090", true),
            ("http://[::1]:9090", true),
            ("http://ops.example.com", false),
            ("http://10.0.0.1:9090", false),
            ("http://127.example.com", false),
            ("ftp://localhost", false),
        ] {
            assert_eq!(is_private(&Url::parse(url).unwrap()), is_it, "{url}");
        }
    }

    #[test]
    fn a_password_that_is_not_encoded_is_never_taken_for_a_host() {
        for url in ["postgres://ada:12/34@db/plinth", "redis://:12#34@db", "redis://:1?2@db:6379"] {
            assert!(parse(url).is_none(), "{url}");
        }
        let url = parse("postgres://ada:12%2F34@db/plinth").unwrap();
        assert_eq!(host(&url, Some(5432)).unwrap(), "db:5432");
    }
}
