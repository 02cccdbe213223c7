//! Patterns of origins for CORS.

use std::fmt;

use url::{Host, Url};

/// An origin (RFC 6454), exact or with `*` for the first label of its host.
///
/// It is parsed, never compared as text: `https://*.example.com` matches neither
/// `https://a.example.com.evil.test` nor `https://a.b.example.com`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OriginPattern {
    scheme: String,
    /// The host, without `*.`.
    host: Host,
    port: u16,
    any_label: bool,
}

impl OriginPattern {
    /// Parses `scheme://host[:port]` or `scheme://*.host[:port]`; `None` for other text.
    ///
    /// Browsers send origins of http and https only. A wildcard stands for exactly one label and
    /// needs two labels after it: `https://*.com` would match every site.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (scheme, rest) = text.split_once("://")?;
        let (any_label, rest) = match rest.strip_prefix("*.") {
            Some(rest) => (true, rest),
            None => (false, rest),
        };
        // `Url` accepts these characters; an origin has none of them.
        if rest.is_empty() || rest.contains(['/', '\\', '?', '#', '@', '*', '%']) {
            return None;
        }
        let url = Url::parse(&format!("{scheme}://{rest}")).ok()?;
        if !matches!(url.scheme(), "http" | "https") {
            return None;
        }
        let host = url.host()?.to_owned();
        let wide = any_label && !matches!(&host, Host::Domain(name) if name.contains('.'));
        if wide {
            return None;
        }
        Some(Self {
            scheme: url.scheme().to_owned(),
            host,
            port: url.port_or_known_default()?,
            any_label,
        })
    }

    /// Whether the value of an `Origin` header matches this pattern.
    #[must_use]
    pub fn allows(&self, origin: &str) -> bool {
        let Some(other) = Self::parse(origin) else {
            return false;
        };
        if other.any_label || other.scheme != self.scheme || other.port != self.port {
            return false;
        }
        if !self.any_label {
            return other.host == self.host;
        }
        match (&self.host, &other.host) {
            (Host::Domain(suffix), Host::Domain(name)) => name
                .split_once('.')
                .is_some_and(|(label, rest)| !label.is_empty() && rest == suffix),
            _ => false,
        }
    }
}

impl fmt::Display for OriginPattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let star = if self.any_label { "*." } else { "" };
        write!(f, "{}://{star}{}", self.scheme, self.host)?;
        match (self.scheme.as_str(), self.port) {
            ("http", 80) | ("https", 443) => Ok(()),
            (_, port) => write!(f, ":{port}"),
        }
    }
}
