use std::sync::Arc;

use plinth_ports::OutgoingAddresses;
use url::Url;

use crate::{HostPort, addresses::literal, is_public};

/// Which addresses may be called.
#[derive(Debug, Clone, Default)]
pub struct AddressRules {
    allowed: Arc<[HostPort]>,
}

impl AddressRules {
    /// Public addresses by HTTPS, and these servers.
    #[must_use]
    pub fn new(allowed: impl IntoIterator<Item = HostPort>) -> Self {
        Self { allowed: allowed.into_iter().collect() }
    }

    /// Where a URL leads, if it may be called: also with a query.
    ///
    /// # Errors
    /// As [`OutgoingAddresses::check`].
    pub(crate) fn admit(&self, url: &Url) -> Result<Reach, String> {
        if !url.username().is_empty() || url.password().is_some() {
            return Err("must not hold a user name or a password".to_owned());
        }
        if matches!(url.scheme(), "http" | "https")
            && self.allowed.iter().any(|server| server.is_of(url))
        {
            return Ok(Reach::Allowed);
        }
        if url.scheme() != "https" {
            return Err("must begin with https://".to_owned());
        }
        if literal(url).is_some_and(|ip| !is_public(ip)) {
            return Err("is not a public address; the operator may allow it".to_owned());
        }
        Ok(Reach::Public)
    }
}

/// Where a request goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Reach {
    /// To an address that must be public once its name is resolved.
    Public,
    /// To a server that the operator allows.
    Allowed,
}

impl OutgoingAddresses for AddressRules {
    fn check(&self, address: &str) -> Result<(), String> {
        let url = Url::parse(address).map_err(|error| format!("is no URL: {error}"))?;
        if url.query().is_some() || url.fragment().is_some() {
            return Err("must have neither a query nor a fragment".to_owned());
        }
        self.admit(&url).map(|_| ())
    }

    fn check_url(&self, address: &str) -> Result<(), String> {
        let url = Url::parse(address).map_err(|error| format!("is no URL: {error}"))?;
        if url.fragment().is_some() {
            return Err("must have no fragment".to_owned());
        }
        self.admit(&url).map(|_| ())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rules() -> AddressRules {
        AddressRules::new(["127.0.0.1:11434".parse().unwrap()])
    }

    #[test]
    fn a_literal_address_inside_a_network_is_refused_in_any_form() {
        for url in [
            "https://127.0.0.1",
            "https://2130706433",
            "https://0x7f.1",
            "https://0",
            "https://[::1]",
            "https://[::ffff:127.0.0.1]",
            "https://169.254.169.254/latest",
            "https://127.0.0.1:11435",
            "http://127.0.0.1",
        ] {
            assert!(rules().check(url).is_err(), "{url}");
        }
    }

    #[test]
    fn only_what_the_operator_allows_is_called_without_tls() {
        assert_eq!(rules().check("http://127.0.0.1:11434/v1"), Ok(()));
        assert!(rules().check("http://api.example.com").is_err());
        assert_eq!(rules().check("https://api.example.com/v1"), Ok(()));
    }

    #[test]
    fn an_address_holds_no_secret_and_no_query() {
        for url in [
            "https://me:secret@api.example.com",
            "https://api.example.com/?key=1",
            "ftp://a.b",
            "x",
        ] {
            assert!(rules().check(url).is_err(), "{url}");
        }
    }
}
