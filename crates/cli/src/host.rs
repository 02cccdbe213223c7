//! Where a URL leads, without the login in it.

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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_that_is_not_encoded_is_never_taken_for_a_host() {
        for url in ["postgres://ada:12/34@db/plinth", "redis://:12#34@db", "redis://:1?2@db:6379"] {
            assert!(parse(url).is_none(), "{url}");
        }
        let url = parse("postgres://ada:12%2F34@db/plinth").unwrap();
        assert_eq!(host(&url, Some(5432)).unwrap(), "db:5432");
    }
}
