use std::{net::IpAddr, str::FromStr};

use url::{Host, Url};

/// A server that the operator allows although its address is not public: `127.0.0.1:11434`. Only
/// such a server may be called without TLS.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HostPort {
    pub(crate) host: Host,
    pub(crate) port: u16,
}

impl HostPort {
    /// Whether a URL has this host and port.
    pub(crate) fn is_of(&self, url: &Url) -> bool {
        url.port_or_known_default() == Some(self.port)
            && url.host().is_some_and(|host| host.to_owned() == self.host)
    }
}

impl FromStr for HostPort {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let refused = || format!("{text} is no host and port such as 127.0.0.1:11434");
        let (host, port) = text.rsplit_once(':').ok_or_else(refused)?;
        if host.contains('*') {
            // It would look like a wildcard.
            return Err(refused());
        }
        Ok(Self {
            host: Host::parse(host).map_err(|_| refused())?,
            port: port.parse().map_err(|_| refused())?,
        })
    }
}

/// The address that a URL names without a name, in any of its forms.
pub(crate) fn literal(url: &Url) -> Option<IpAddr> {
    match url.host()? {
        Host::Ipv4(v4) => Some(v4.into()),
        Host::Ipv6(v6) => Some(v6.into()),
        Host::Domain(_) => None,
    }
}
