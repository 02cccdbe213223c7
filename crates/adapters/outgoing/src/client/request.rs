use std::time::Duration;

use bytes::Bytes;
use reqwest::{
    Method,
    header::{
        ACCEPT_ENCODING, CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue, InvalidHeaderValue,
    },
};
use secrecy::{ExposeSecret, SecretString};

/// A header's value has a character that no header can have: a line break, say.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the value cannot be sent in a header")]
pub struct UnsendableHeader;

/// A request to another server.
#[derive(Debug, Clone)]
pub struct Request {
    pub(super) url: String,
    pub(super) method: Method,
    pub(super) headers: HeaderMap,
    pub(super) body: Bytes,
    pub(super) connect: Duration,
    pub(super) max_bytes: u64,
}

impl Request {
    /// A `GET`. Connecting may take 5 s and the answer 1 MiB, unless it says otherwise.
    #[must_use]
    pub fn get(url: String) -> Self {
        Self::new(Method::GET, url)
    }

    /// A `POST` of JSON; otherwise as [`Self::get`].
    #[must_use]
    pub fn post_json(url: String, body: impl Into<Bytes>) -> Self {
        let mut request = Self { body: body.into(), ..Self::new(Method::POST, url) };
        request.headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        request
    }

    /// A `POST` of a form that is encoded already; otherwise as [`Self::get`].
    #[must_use]
    pub fn post_form(url: String, body: impl Into<Bytes>) -> Self {
        let mut request = Self { body: body.into(), ..Self::new(Method::POST, url) };
        let form = HeaderValue::from_static("application/x-www-form-urlencoded");
        request.headers.insert(CONTENT_TYPE, form);
        request
    }

    fn new(method: Method, url: String) -> Self {
        let mut headers = HeaderMap::new();
        headers.insert(ACCEPT_ENCODING, HeaderValue::from_static("identity"));
        let (connect, max_bytes) = (Duration::from_secs(5), 1 << 20);
        Self { url, method, headers, body: Bytes::new(), connect, max_bytes }
    }

    /// Adds a header.
    ///
    /// # Errors
    /// The value cannot be sent.
    pub fn header(mut self, name: &'static str, value: &str) -> Result<Self, UnsendableHeader> {
        let value = value.parse().map_err(|_: InvalidHeaderValue| UnsendableHeader)?;
        self.headers.insert(HeaderName::from_static(name), value);
        Ok(self)
    }

    /// Adds a header whose name a user has chosen. Nothing shows its value.
    ///
    /// # Errors
    /// The name or the value cannot be sent.
    pub fn named_header(mut self, name: &str, value: &str) -> Result<Self, UnsendableHeader> {
        let name: HeaderName = name.parse().map_err(|_| UnsendableHeader)?;
        let mut value: HeaderValue = value.parse().map_err(|_| UnsendableHeader)?;
        value.set_sensitive(true);
        self.headers.insert(name, value);
        Ok(self)
    }

    /// Adds a header with a secret after a prefix: `Bearer `. Nothing shows its value.
    ///
    /// # Errors
    /// The value cannot be sent.
    pub fn secret_header(
        mut self,
        name: &'static str,
        prefix: &str,
        secret: &SecretString,
    ) -> Result<Self, UnsendableHeader> {
        let value = format!("{prefix}{}", secret.expose_secret());
        let mut value: HeaderValue = value.parse().map_err(|_| UnsendableHeader)?;
        value.set_sensitive(true);
        self.headers.insert(HeaderName::from_static(name), value);
        Ok(self)
    }

    /// Limits how long connecting takes: the name, TCP and TLS.
    #[must_use]
    pub fn connect_within(mut self, limit: Duration) -> Self {
        self.connect = limit;
        self
    }

    /// Limits the body of the answer.
    #[must_use]
    pub fn at_most(mut self, bytes: u64) -> Self {
        self.max_bytes = bytes;
        self
    }
}
